#!/usr/bin/env node
// Random objects and edits through apply, by kubec and by a reference kubectl: each has a namespace of the same cluster,
// applies the same objects, somebody edits them in the same way, each applies the same changed objects. What is printed and what
// the server then holds must be the same, and applying once more must change nothing.
//
//   tests/parity/three-way.mjs [COUNT [SEED]]     on the cluster that KUBECONFIG names
//
// KUBEC and REFERENCE name the programs. A seed gives the same objects every time.

import { execFileSync, spawnSync } from 'node:child_process';

const root = new URL('../..', import.meta.url).pathname;
const count = +(process.argv[2] || 200);
const seed = +(process.argv[3] || Date.now() % 1e6);
const programs = {
  kubec: process.env.KUBEC || `${root}build/kubec`,
  reference: process.env.REFERENCE || execFileSync(`${root}tests/parity/reference`).toString().trim(),
};
const namespaces = { kubec: `three-way-${seed}-a`, reference: `three-way-${seed}-b` };

// ---- chance

let state = seed >>> 0;
const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const chance = (p) => next() < p;
const pick = (list) => list[Math.floor(next() * list.length)];
const some = (list, p = 0.5) => list.filter(() => chance(p));
const shuffled = (list) => list.map((x) => [next(), x]).sort((x, y) => x[0] - y[0]).map((x) => x[1]);
const maybe = (p, make) => (chance(p) ? make() : undefined);
const words = ['red', 'green', 'blue', 'x\ny\n', '<&>', ''];
const mapOf = (keys, p) => Object.fromEntries(some(keys, p).map((k) => [k, pick(words)]));
const labels = () => Object.fromEntries(some(['a', 'b', 'c', 'd']).map((k) => [k, pick(['red', 'green', 'blue'])]));

// ---- what objects are made of; each field is made anew on its own

const env = () => shuffled(some(['A', 'B', 'C', 'D'])).map((name) =>
  chance(0.8) ? { name, value: pick(words) } : { name, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } });
const ports = () => shuffled(some([80, 443, 8080])).map((containerPort) => ({ containerPort, ...(chance(0.5) ? { name: `p${containerPort}` } : {}) }));
const mounts = () => shuffled(some(['/a', '/b', '/c'])).map((mountPath) => ({ mountPath, name: pick(['one', 'two']) }));
const resources = () => ({
  limits: Object.fromEntries(some(['cpu', 'memory']).map((k) => [k, pick(['1', '2', '3'])])),
});
const container = (name) => clean({
  name,
  image: `registry.example/${pick(['x', 'y'])}:1`,
  env: maybe(0.7, env),
  ports: maybe(0.5, ports),
  volumeMounts: maybe(0.4, mounts),
  args: maybe(0.4, () => some(['p', 'q', 'r'])),
  resources: maybe(0.4, resources),
});
const containers = () => shuffled(['main', ...some(['side', 'third'])]).map(container);
const volumes = () => ['one', 'two'].map((name) =>
  pick([{ name, emptyDir: {} }, { name, configMap: { name: pick(['x', 'y']) } }, { name, secret: { secretName: 's' } }]));
const clean = (o) => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined));

// Servers drop what is empty, and kubectl then applies it again each time: only objects named "hollow" may have it.
const isEmpty = (v) => v === '' || v === 0 || (v && typeof v === 'object' && !Object.keys(v).length);
function filled(v) {
  if (Array.isArray(v)) return v.map(filled);
  if (!v || typeof v !== 'object') return v;
  const inner = Object.entries(v).map(([k, x]) => [k, filled(x)]);
  return Object.fromEntries(inner.filter(([k, x]) => k === 'emptyDir' || k === 'replicas' || !isEmpty(x)));
}
const finished = (o) => (o.metadata.name.startsWith('hollow') ? o : filled(o));

const metadata = { labels: () => maybe(0.8, labels), annotations: () => maybe(0.5, () => mapOf(['m', 'n'])) };
const kinds = {
  ConfigMap: {
    apiVersion: 'v1',
    fields: { data: () => maybe(0.9, () => mapOf(['k', 'l', 'm', 'n'])) },
  },
  ServiceAccount: {
    apiVersion: 'v1',
    fields: { imagePullSecrets: () => maybe(0.8, () => shuffled(some(['p', 'q', 'r'])).map((name) => ({ name }))) },
  },
  Service: {
    apiVersion: 'v1',
    fields: {
      'spec.selector': () => labels(),
      'spec.ports': () => shuffled([80, ...some([443, 53])]).map((port) => ({ port, name: `p${port}`, targetPort: pick([port, 'web', 99]) })),
      'spec.sessionAffinity': () => maybe(0.3, () => pick(['None', 'ClientIP'])),
    },
  },
  Deployment: {
    apiVersion: 'apps/v1',
    fixed: { 'spec.paused': true, 'spec.selector': { matchLabels: { app: 'x' } }, 'spec.template.metadata.labels.app': 'x' },
    fields: {
      'spec.replicas': () => 0,
      'spec.minReadySeconds': () => maybe(0.5, () => pick([0, 1, 5])),
      'spec.strategy': () => maybe(0.6, () => pick([{ type: 'Recreate' }, { type: 'RollingUpdate', rollingUpdate: { maxSurge: pick([1, '50%']) } }])),
      'spec.template.metadata.annotations': () => maybe(0.4, () => mapOf(['r', 's'])),
      'spec.template.spec.containers': containers,
      'spec.template.spec.initContainers': () => maybe(0.3, () => some(['i', 'j']).map(container)),
      'spec.template.spec.volumes': volumes,
      'spec.template.spec.tolerations': () => maybe(0.5, () => shuffled(some(['u', 'v'])).map((key) => ({ key, operator: 'Exists' }))),
      'spec.template.spec.nodeSelector': () => maybe(0.5, labels),
      'spec.template.spec.imagePullSecrets': () => maybe(0.5, () => shuffled(some(['p', 'q'])).map((name) => ({ name }))),
      'spec.template.spec.hostAliases': () => maybe(0.4, () => some(['10.0.0.1', '10.0.0.2']).map((ip) => ({ ip, hostnames: some(['h', 'g'], 0.8) }))),
    },
  },
};

function put(object, path, value) {
  const keys = path.split('.');
  const last = keys.pop();
  let at = object;
  for (const key of keys) at = at[key] ??= {};
  if (value === undefined) delete at[last];
  else at[last] = value;
}

const fieldsOf = (kind) => [
  ...Object.entries(kind.fields),
  ...Object.entries(metadata).map(([key, make]) => [`metadata.${key}`, make]),
];

function made(kindName, name) {
  const kind = kinds[kindName];
  const object = { apiVersion: kind.apiVersion, kind: kindName, metadata: { name } };
  for (const [path, make] of fieldsOf(kind)) put(object, path, make());
  for (const [path, value] of Object.entries(kind.fixed || {})) put(object, path, value);
  return finished(object);
}

// The same object with some fields made anew.
function changed(object, p) {
  const copy = structuredClone(object);
  for (const [path, make] of fieldsOf(kinds[object.kind])) if (chance(p)) put(copy, path, make());
  for (const [path, value] of Object.entries(kinds[object.kind].fixed || {})) put(copy, path, value);
  return finished(copy);
}

// ---- the two sides

const list = (items) => items.map((x) => JSON.stringify(x)).join('\n---\n');

function run(side, program, args, input) {
  const all = [...args, '-n', namespaces[side]];
  const { status, stdout, stderr } = spawnSync(program, all, { input, maxBuffer: 1 << 28 });
  const same = (text) => text.toString().replaceAll(namespaces[side], 'NAMESPACE').replace(/\bkubectl\b/g, 'kubec');
  return { status, out: same(stdout), err: same(stderr) };
}

const apply = (side, items) => run(side, programs[side], ['apply', '-f', '-'], list(items));
const held = (side) => JSON.parse(run(side, programs.reference, ['get', 'configmaps,serviceaccounts,services,deployments', '-o', 'json']).out).items;

const own = ['managedFields', 'resourceVersion', 'uid', 'creationTimestamp', 'generation', 'selfLink'];
function comparable(object) {
  const { status, ...rest } = structuredClone(object);
  for (const key of own) delete rest.metadata[key];
  if (rest.kind === 'Service') for (const key of ['clusterIP', 'clusterIPs']) delete rest.spec[key];
  delete rest.metadata.annotations?.['deployment.kubernetes.io/revision'];
  if (rest.kind === 'ServiceAccount') delete rest.secrets;
  return JSON.stringify(rest, (_, v) => (v && v.constructor === Object ? Object.fromEntries(Object.entries(v).sort()) : v));
}

let failures = 0;
function compare(what, name, kubec, reference) {
  if (kubec === reference) return;
  failures++;
  console.log(`DIFFER ${what} ${name}\n  reference ${reference}\n  kubec     ${kubec}`);
}

function compareRuns(what, a, b) {
  for (const key of ['status', 'out', 'err']) compare(what, key, `${a[key]}`, `${b[key]}`);
}

const first = [...Array(count).keys()].map((i) => made(pick(['ConfigMap', 'ServiceAccount', 'Service', 'Deployment', 'Deployment']), `${chance(0.15) ? 'hollow' : 'object'}-${i}`));
const second = first.map((o) => (chance(0.1) ? o : changed(o, 0.4)));
const meanwhile = first.map((o) => changed(o, 0.25));

// What somebody else did: fields that a random other object has, beside those that only the server has.
function merged(live, edit) {
  if (Array.isArray(edit)) return chance(0.5) ? edit : live;
  if (!edit || typeof edit !== 'object' || !live || typeof live !== 'object') return edit ?? live;
  const out = { ...live };
  for (const [key, value] of Object.entries(edit)) out[key] = merged(live[key], value);
  return out;
}

function edit(side, edits) {
  const live = held(side).filter((o) => edits.has(o.metadata.name));
  const after = live.map((o) => {
    state = edits.get(o.metadata.name).seed;
    const out = merged(o, edits.get(o.metadata.name).object);
    if (o.kind === 'Deployment') { out.spec.selector = o.spec.selector; out.spec.strategy = o.spec.strategy; }
    return out;
  });
  return run(side, programs.reference, ['replace', '-f', '-'], list(after));
}

const sides = ['kubec', 'reference'];
const both = (act) => sides.map(act);
for (const side of sides) spawnSync(programs.reference, ['create', 'namespace', namespaces[side]]);
try {
  compareRuns('create', ...both((side) => apply(side, first)));
  const edits = new Map(meanwhile.filter(() => chance(0.6)).map((o) => [o.metadata.name, { object: o, seed: Math.floor(next() * 2 ** 32) }]));
  compareRuns('edit', ...both((side) => edit(side, edits)));
  compareRuns('apply', ...both((side) => apply(side, second)));
  const [ours, theirs] = both((side) => held(side).map(comparable).map((t) => t.replaceAll(namespaces[side], 'NAMESPACE')));
  compare('number of', 'objects', `${ours.length}`, `${theirs.length}`);
  ours.forEach((text, i) => compare('object', i, text, theirs[i]));
  const again = both((side) => apply(side, second));
  compareRuns('again', ...again);
  const changes = again[0].out.split('\n').filter((line) => line && !line.includes('/hollow-') && !line.endsWith(' unchanged'));
  compare('again', 'changes', changes.join('\n'), '');
} finally {
  for (const side of sides) spawnSync(programs.reference, ['delete', 'namespace', namespaces[side], '--wait=false']);
}
console.log(`seed ${seed}: ${count} objects, ${failures} differ`);
process.exit(failures ? 1 : 0);
