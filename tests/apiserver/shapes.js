'use strict';
// From a request's body to the object that is stored, and from the stored one to a version's answer.

const { shape, DecodeFault } = require('./types');
const { sorted, isObject } = require('./json');
const { badRequest } = require('./errors');
const { apiVersionOf } = require('./kinds');

// Custom resources: metadata is typed, the rest is what the schema keeps.
function shapeCustom(k, object, found) {
  const { metadata, ...rest } = object;
  const pruned = prune((k.crdVersion.schema || {}).openAPIV3Schema, rest, '', found);
  return sorted({
    ...pruned,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: shape('meta/v1.ObjectMeta', metadata || {}, found && { push: (p) => found.push(`metadata.${p}`) }),
  });
}

function prune(schema, v, path, found) {
  if (!schema || schema['x-kubernetes-preserve-unknown-fields'] || !v || typeof v !== 'object') return v;
  if (Array.isArray(v)) return v.map((x, i) => prune(schema.items, x, `${path}[${i}]`, found));
  const props = schema.properties;
  const extra = schema.additionalProperties;
  if (!props && !extra)
    return path
      ? (Object.keys(v).forEach((n) => found && found.push(`${path}.${n}`)), schema.type === 'object' ? {} : v)
      : v;
  const out = {};
  for (const [n, x] of Object.entries(v)) {
    const at = path ? `${path}.${n}` : n;
    if (props && props[n]) out[n] = prune(props[n], x, at, found);
    else if (extra) out[n] = prune(isObject(extra) ? extra : null, x, at, found);
    else if (!path && ['apiVersion', 'kind', 'metadata'].includes(n)) out[n] = x;
    else if (found) found.push(at);
  }
  return out;
}

// decode(kind, object, found): the object in the server's form; 400 in its words when types are wrong.
function decode(k, object, found) {
  try {
    if (k.crd) return shapeCustom(k, object, found);
    return shape(k.type, object, found);
  } catch (e) {
    if (!(e instanceof DecodeFault)) throw e;
    const refusal = badRequest(`${k.kind} in version "${k.version}" cannot be handled as a ${k.kind}: ${e.message}`);
    refusal.fault = e.message;
    throw refusal;
  }
}

const EVENT_UP = {
  note: 'message',
  regarding: 'involvedObject',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
  reportingController: 'reportingComponent',
};
const rename = (o, map) => Object.fromEntries(Object.entries(o).map(([n, v]) => [map[n] || n, v]));
const flip = (map) => Object.fromEntries(Object.entries(map).map(([a, b]) => [b, a]));

function hpaDown(o) {
  const { metrics, behavior, ...rest } = o.spec || {};
  const cpu = (metrics || []).find((m) => m.type === 'Resource' && m.resource.name === 'cpu');
  return {
    ...o,
    spec: { ...rest, ...(cpu ? { targetCPUUtilizationPercentage: cpu.resource.target.averageUtilization } : {}) },
    status: {
      currentReplicas: (o.status || {}).currentReplicas || 0,
      desiredReplicas: (o.status || {}).desiredReplicas || 0,
    },
  };
}

function hpaUp(o) {
  const { targetCPUUtilizationPercentage: cpu, ...rest } = o.spec || {};
  return {
    ...o,
    spec: {
      ...rest,
      ...(cpu
        ? {
            metrics: [
              { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } } },
            ],
          }
        : {}),
    },
  };
}

// toStorage and toVersion convert between a served version and the stored one.
function toStorage(k, storageKind, o) {
  if (k === storageKind || (k.crd && k.version === k.storageVersion)) return o;
  let out = { ...o, apiVersion: apiVersionOf(storageKind), kind: k.kind };
  if (k.crd) return { ...out, apiVersion: `${k.group}/${k.storageVersion}` };
  if (k.group === 'events.k8s.io') out = rename(out, EVENT_UP);
  else if (k.plural === 'horizontalpodautoscalers') out = hpaUp(out);
  return shape(storageKind.type, out);
}

function toVersion(k, storageKind, o) {
  if (k === storageKind || o.apiVersion === apiVersionOf(k)) return o;
  let out = { ...o, apiVersion: apiVersionOf(k) };
  if (k.crd) return out;
  if (k.group === 'events.k8s.io') out = rename(out, flip(EVENT_UP));
  else if (k.plural === 'horizontalpodautoscalers') out = hpaDown(out);
  return shape(k.type, out);
}

module.exports = { decode, toStorage, toVersion };
