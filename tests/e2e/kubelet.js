#!/usr/bin/env node
// A kubelet stand-in: one Node on which every pod runs, without a container anywhere.
//
//   kubelet.js --server URL --pki DIR [--address IP] [--port PORT] [--name NAME]
//
// --server is the API server; DIR holds ca.crt, admin.crt and admin.key (to speak to it), node.crt and
// node.key (to be spoken to). It registers the Node NAME, keeps its lease, gives every pod that the
// scheduler binds to it the status that a kubelet would, ends pods that are to be deleted, and serves
// their logs, and WebSocket streams (exec, attach, port-forward; v4.channel.k8s.io alone, as runtimes of old clusters do)
// at https://IP:PORT to holders of a certificate of the same CA. Commands run on this machine. It ends on SIGTERM.
//
// What a pod does is said by the pod itself:
//   restartPolicy Always         runs on and is ready
//   any other restartPolicy      runs for a second; then Succeeded, or Failed where a command is "false"
//   an image with tag "missing"  is never pulled: ImagePullBackOff, and the pod never becomes ready
'use strict';

const fs = require('fs');
const https = require('https');
const path = require('path');
const { parseArgs } = require('util');
const streams = require('../apiserver/streams');

const { values: options } = parseArgs({
  options: {
    server: { type: 'string' },
    pki: { type: 'string' },
    address: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '10250' },
    name: { type: 'string', default: 'kubec-e2e' },
  },
});
if (!options.server || !options.pki) {
  process.stderr.write('usage: kubelet.js --server URL --pki DIR [--address IP] [--port PORT] [--name NAME]\n');
  process.exit(2);
}

const pki = (name) => fs.readFileSync(path.join(options.pki, name));
const server = new URL(options.server);
const agent = new https.Agent({ keepAlive: true, ca: pki('ca.crt'), cert: pki('admin.crt'), key: pki('admin.key') });
const RUN_MS = 1000; // how long a pod runs that is to end
const MERGE = 'application/strategic-merge-patch+json';

const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

function say(text) {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

// --- the API server ---

function open(method, url, body, type = 'application/json') {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { 'User-Agent': 'kubec-e2e-kubelet' };
  // Node adds no length of its own to the body of a DELETE.
  if (text) Object.assign(headers, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) });
  return new Promise((resolve, reject) => {
    const request = https.request({
      agent, method, headers, hostname: server.hostname, port: server.port, path: url,
    }, resolve);
    request.on('error', reject);
    request.end(text);
  });
}

// Resolves to the answer's object; an answer of status 400 and more is an Error with that status.
async function ask(method, url, body, type) {
  const answer = await open(method, url, body, type);
  let text = '';
  answer.setEncoding('utf8');
  for await (const chunk of answer) text += chunk;
  if (answer.statusCode >= 400) {
    throw Object.assign(new Error(`${method} ${url}: ${answer.statusCode} ${text}`), { status: answer.statusCode });
  }
  return JSON.parse(text);
}

// As ask, for what another actor may have done or undone meanwhile.
async function askUnless(statuses, ...request) {
  try {
    return await ask(...request);
  } catch (error) {
    if (!statuses.includes(error.status)) throw error;
    return undefined;
  }
}

// --- the Node ---

const nodeUrl = `/api/v1/nodes/${options.name}`;
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

const startedAt = now();

function nodeCondition(type, status, reason, message) {
  return { type, status, reason, message, lastHeartbeatTime: now(), lastTransitionTime: startedAt };
}

function nodeStatus(version) {
  const resources = { cpu: '64', memory: '256Gi', pods: '1000', 'ephemeral-storage': '1Ti' };
  return {
    capacity: resources,
    allocatable: resources,
    addresses: [{ type: 'InternalIP', address: options.address }, { type: 'Hostname', address: options.name }],
    daemonEndpoints: { kubeletEndpoint: { Port: Number(options.port) } },
    nodeInfo: {
      architecture: 'amd64', bootID: 'e2e', containerRuntimeVersion: 'none://0', kernelVersion: '0',
      kubeProxyVersion: version, kubeletVersion: version, machineID: 'e2e', operatingSystem: 'linux',
      osImage: 'kubelet stand-in', systemUUID: 'e2e',
    },
    conditions: [
      nodeCondition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      nodeCondition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      nodeCondition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      nodeCondition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
  };
}

async function registerNode() {
  const { gitVersion } = await ask('GET', '/version');
  await askUnless([409], 'POST', '/api/v1/nodes', {
    apiVersion: 'v1', kind: 'Node',
    metadata: {
      name: options.name,
      labels: { 'kubernetes.io/hostname': options.name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
    },
  });
  await ask('PATCH', `${nodeUrl}/status`, { status: nodeStatus(gitVersion) }, MERGE);
}

async function renewLease() {
  const spec = {
    holderIdentity: options.name, leaseDurationSeconds: 40,
    renewTime: new Date().toISOString().replace('Z', '000Z'),
  };
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: options.name }, spec };
  // The namespace is there a moment after the server is.
  if (!await askUnless([404], 'PATCH', `${leases}/${options.name}`, { spec }, 'application/merge-patch+json')) {
    await askUnless([404, 409], 'POST', leases, lease);
  }
}

// --- pods ---

const podUrl = (pod) => `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
const isEnded = (pod) => ['Succeeded', 'Failed'].includes(pod.status.phase);
const isMissing = (container) => /:missing$/.test(container.image);
const fails = (container) => [...container.command || [], ...container.args || []].includes('false');

let addresses = 0; // pod addresses given so far
function nextAddress() {
  addresses += 1;
  return `10.244.${(addresses >> 8) & 255}.${addresses & 255}`;
}

function containerState(container, phase, startedAt) {
  if (isMissing(container)) {
    return { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${container.image}"` } };
  }
  if (phase === 'Running' || phase === 'Pending') return { running: { startedAt } };
  const code = fails(container) ? 1 : 0;
  return { terminated: { exitCode: code, reason: code ? 'Error' : 'Completed', startedAt, finishedAt: now() } };
}

function containerStatus(pod, container, phase, startedAt) {
  const state = containerState(container, phase, startedAt);
  const running = 'running' in state;
  return {
    name: container.name, image: container.image, imageID: isMissing(container) ? '' : `none://${container.image}`,
    containerID: isMissing(container) ? '' : `none://${pod.metadata.uid}/${container.name}`,
    ready: running, started: running, restartCount: 0, state, lastState: {},
  };
}

function podConditions(phase, ready) {
  const ended = phase === 'Succeeded' ? { reason: 'PodCompleted' } : { reason: 'ContainersNotReady' };
  const condition = (type, status) => ({
    type, status: status ? 'True' : 'False', lastTransitionTime: now(), ...(status ? {} : ended),
  });
  return [condition('Initialized', true), condition('Ready', ready), condition('ContainersReady', ready)];
}

function podStatus(pod, phase) {
  const { containers, initContainers = [] } = pod.spec;
  const startTime = pod.status.startTime || now();
  const containerStatuses = containers.map((one) => containerStatus(pod, one, phase, startTime));
  const ready = containerStatuses.every((one) => one.ready);
  const podIP = pod.status.podIP || (pod.spec.hostNetwork ? options.address : nextAddress());
  return {
    phase, startTime, hostIP: options.address, podIP, podIPs: [{ ip: podIP }], containerStatuses,
    initContainerStatuses: initContainers.map((one) => containerStatus(pod, one, 'Succeeded', startTime)),
    conditions: podConditions(phase, ready),
  };
}

// The status is meant for this very pod: with its uid in it, one of the same name that has taken its place
// meanwhile refuses the patch (409).
function setPhase(pod, phase) {
  const patch = { metadata: { uid: pod.metadata.uid }, status: podStatus(pod, phase) };
  return askUnless([404, 409], 'PATCH', `${podUrl(pod)}/status`, patch, MERGE);
}

function removePod(pod) {
  return askUnless([404, 409], 'DELETE', podUrl(pod), {
    apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid },
  });
}

async function runToEnd(pod) {
  await sleep(RUN_MS);
  await setPhase(pod, pod.spec.containers.some(fails) ? 'Failed' : 'Succeeded');
}

const seen = new Map(); // uid of a pod -> what was last done for it: started, removed

async function startPod(pod) {
  const phase = pod.spec.containers.some(isMissing) ? 'Pending' : 'Running';
  const started = await setPhase(pod, phase);
  say(`${pod.metadata.namespace}/${pod.metadata.name} is ${phase}`);
  if (started && phase === 'Running' && pod.spec.restartPolicy !== 'Always') await runToEnd(started);
}

// A container whose image was changed in place is started anew, as a kubelet does.
function isCurrent(pod) {
  const images = new Map((pod.status.containerStatuses || []).map((one) => [one.name, one.image]));
  return pod.spec.containers.every((one) => images.get(one.name) === one.image);
}

async function tendPod(type, pod) {
  const { uid, deletionTimestamp } = pod.metadata;
  if (type === 'DELETED') {
    seen.delete(uid);
  } else if (deletionTimestamp) {
    if (seen.get(uid) === 'removed') return;
    seen.set(uid, 'removed');
    await removePod(pod);
    say(`${pod.metadata.namespace}/${pod.metadata.name} is gone`);
  } else if (!seen.has(uid) && !isEnded(pod)) {
    seen.set(uid, 'started');
    await startPod(pod);
  } else if (seen.get(uid) === 'started' && !isEnded(pod) && pod.status.containerStatuses && !isCurrent(pod)) {
    await startPod(pod);
  }
}

async function tend(type, pod) {
  try {
    await tendPod(type, pod);
  } catch (error) {
    seen.delete(pod.metadata.uid);
    say(error.message);
    await sleep(1000);
    const current = await askUnless([404], 'GET', podUrl(pod)).catch(() => pod);
    if (current && current.metadata.uid === pod.metadata.uid) tend('MODIFIED', current);
  }
}

async function watchPods(resourceVersion) {
  const query = `fieldSelector=spec.nodeName%3D${options.name}&watch=true&resourceVersion=${resourceVersion}`;
  const answer = await open('GET', `/api/v1/pods?${query}`);
  let rest = '';
  answer.setEncoding('utf8');
  for await (const chunk of answer) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const event = JSON.parse(line);
      if (event.type === 'ERROR') return;
      tend(event.type, event.object);
    }
  }
}

async function tendPods() {
  for (;;) {
    try {
      const list = await ask('GET', `/api/v1/pods?fieldSelector=spec.nodeName%3D${options.name}`);
      for (const pod of list.items) tend('MODIFIED', pod);
      await watchPods(list.metadata.resourceVersion);
    } catch (error) {
      say(error.message);
    }
    await sleep(200);
  }
}

// --- what a kubelet serves ---

function logLines(container) {
  return [`${container} started`, `${container} is at work`, `${container} is still at work`];
}

async function serveLogs(request, response) {
  const url = new URL(request.url, 'https://node');
  const [, , namespace, name, container] = url.pathname.split('/');
  const pod = await askUnless([404], 'GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
  if (!pod || !pod.spec.containers.some((one) => one.name === container)) {
    response.writeHead(404).end(`container ${container} is not here\n`);
    return;
  }
  let lines = logLines(container);
  if (url.searchParams.get('timestamps') === 'true') {
    lines = lines.map((line) => `${pod.status.startTime.replace('Z', '.000000000Z')} ${line}`);
  }
  if (url.searchParams.has('tailLines')) {
    lines = lines.slice(Math.max(0, lines.length - Number(url.searchParams.get('tailLines'))));
  }
  let text = lines.map((line) => `${line}\n`).join('');
  if (url.searchParams.has('limitBytes')) text = text.slice(0, Number(url.searchParams.get('limitBytes')));
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  response.end(text);
}

// The API server's names of what is wanted, and ours.
const STREAM_NAMES = { input: 'stdin', output: 'stdout', error: 'stderr', tty: 'tty', port: 'ports' };

// /exec/NAMESPACE/POD/CONTAINER?command=…, /attach/…, /portForward/NAMESPACE/POD?port=…
function serveStream(request, socket, head) {
  const url = new URL(request.url, 'https://node');
  const [, what, , name] = url.pathname.split('/');
  const query = new URLSearchParams();
  for (const [key, value] of url.searchParams) query.append(STREAM_NAMES[key] || key, value);
  const env = { PATH: process.env.PATH, HOME: '/', HOSTNAME: name };
  socket.on('error', () => {});
  if (what === 'exec') streams.exec(request, socket, head, query, env, streams.OLD_PROTOCOLS);
  else if (what === 'attach')
    streams.attach(request, socket, head, query, { metadata: { name } }, streams.OLD_PROTOCOLS);
  else if (what === 'portForward') streams.portForward(request, socket, head, query, (port) => port);
  else socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
}

function serve() {
  const listener = https.createServer({
    cert: pki('node.crt'), key: pki('node.key'), ca: pki('ca.crt'), requestCert: true, rejectUnauthorized: true,
  }, (request, response) => {
    if (request.method === 'GET' && request.url.startsWith('/containerLogs/')) {
      serveLogs(request, response).catch((error) => {
        say(error.message);
        response.writeHead(500).end();
      });
    } else {
      response.writeHead(404).end('404 page not found\n');
    }
  });
  listener.on('upgrade', (request, socket, head) => {
    try {
      serveStream(request, socket, head);
    } catch (error) {
      socket.end(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${error.message.length}\r\n\r\n${error.message}`);
    }
  });
  return new Promise((resolve, reject) => {
    listener.on('error', reject);
    listener.listen(Number(options.port), options.address, resolve);
  });
}

async function keep(what, everyMs) {
  for (;;) {
    await what().catch((error) => say(error.message));
    await sleep(everyMs);
  }
}

async function main() {
  await serve();
  await registerNode();
  keep(renewLease, 10000);
  keep(registerNode, 10000);
  await tendPods();
}

process.on('SIGTERM', () => process.exit(0));
main().catch((error) => {
  say(error.message);
  process.exit(1);
});
