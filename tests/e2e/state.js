#!/usr/bin/env node
// state.js: reads a List from standard input and prints what two namespaces with the same history have in common.
'use strict';

const fs = require('fs');

// What the server draws or measures, wherever it stands.
const DRAWN = new Set([
  'uid', 'resourceVersion', 'creationTimestamp', 'namespace', 'clusterIP', 'clusterIPs', 'nodePort',
  'healthCheckNodePort',
  'time', 'lastTransitionTime', 'lastUpdateTime', 'startTime', 'completionTime', 'generation', 'observedGeneration',
  'currentRevision', 'updateRevision', 'kubectl.kubernetes.io/restartedAt',
]);

function known(name, value) {
  if (Array.isArray(value)) return value.map((one) => known('', one));
  if (value && typeof value === 'object') {
    const keys = Object.keys(value).sort().filter((key) => !DRAWN.has(key));
    return Object.fromEntries(keys.map((key) => [key, known(key, value[key])]));
  }
  if (name === 'kubectl.kubernetes.io/last-applied-configuration') {
    return value.replace(/"namespace":"[^"]*"/, '"namespace":""');
  }
  return typeof value === 'string' ? value.replace(/-[0-9a-f]{8,10}\b/g, '-HASH') : value;
}

function object(one) {
  const plain = known('', one);
  delete plain.status; // controllers' own, and theirs alone
  const { metadata } = plain;
  metadata.managedFields = (metadata.managedFields || [])
    .filter((entry) => entry.manager !== 'kube-controller-manager' && entry.manager !== 'kubelet')
    .map((entry) => JSON.stringify(entry)).sort();
  return plain;
}

const list = JSON.parse(fs.readFileSync(0, 'utf8'));
process.stdout.write(`${JSON.stringify(list.items.map(object), null, 1)}\n`);
