#!/usr/bin/env node
// Writes strategic.json: strategic merge patches, what they were applied to, and what a server made of them.
//
//   KUBECTL=kubectl tests/unit/facts/strategic.mjs     against the cluster that KUBECONFIG names
//
// The objects are made in a namespace of their own, every patch is sent as a dry run, and all is deleted in the
// end. What a server sets itself (uid, managedFields, …) is left out. A result is a JSON merge patch to its object.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { bases, cases } from './strategic-cases.mjs';

const namespace = 'strategic-vectors';
const proxy = spawn(process.env.KUBECTL || 'kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const server = await new Promise((found) =>
  proxy.stdout.on('data', (text) => {
    const at = /127\.0\.0\.1:\d+/.exec(text);
    if (at) found(`http://${at[0]}`);
  }),
);

async function call(method, path, body, type = 'application/json') {
  const answer = await fetch(server + path, {
    method,
    headers: { 'Content-Type': type },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  // a patch that makes a server give up has no answer
  return { code: answer.status, body: text.startsWith('{') ? JSON.parse(text) : { message: 'no answer' } };
}

const own = ['managedFields', 'resourceVersion', 'uid', 'creationTimestamp', 'generation', 'selfLink', 'deletionTimestamp',
  'deletionGracePeriodSeconds'];

function stripped(object, keepsStatus) {
  const { status, ...rest } = object;
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !own.includes(key)));
  if (metadata.annotations) delete metadata.annotations['deprecated.daemonset.template.generation'];
  return { ...rest, metadata, ...(keepsStatus && status ? { status } : {}) };
}

const isMap = (x) => x !== null && typeof x === 'object' && !Array.isArray(x);

// The JSON merge patch that makes b of a: how results are written, as they are much like the objects.
function difference(a, b) {
  const out = {};
  for (const key of Object.keys(a)) if (!(key in b)) out[key] = null;
  for (const [key, value] of Object.entries(b)) {
    if (isMap(a[key]) && isMap(value)) {
      const inner = difference(a[key], value);
      if (Object.keys(inner).length) out[key] = inner;
    } else if (JSON.stringify(a[key]) !== JSON.stringify(value)) out[key] = value;
  }
  return out;
}

const group = (version) => (version.includes('/') ? `/apis/${version}` : `/api/${version}`);
const collection = (b) => `${group(b.object.apiVersion)}/namespaces/${namespace}/${b.resource}`;

await call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
const out = { server: (await call('GET', '/version')).body.gitVersion, objects: {}, cases: [] };
try {
  for (const [name, b] of Object.entries(bases)) {
    const made = await call('POST', collection(b), b.object);
    if (made.code === 404) delete bases[name]; // an older server
    else if (made.code !== 201) throw new Error(`${b.object.kind}: ${made.body.message}`);
    if (b.status)
      await call('PATCH', `${collection(b)}/${b.object.metadata.name}/status`, { status: b.status }, 'application/merge-patch+json');
  }
  await new Promise((done) => setTimeout(done, 3000)); // controllers have had their say
  for (const [name, b] of Object.entries(bases)) {
    const path = `${collection(b)}/${b.object.metadata.name}`;
    out.objects[name] = stripped((await call('GET', path)).body, b.status);
  }
  for (const [name, title, patch, sub] of cases) {
    const b = bases[name];
    if (!b) continue;
    const path = `${collection(b)}/${b.object.metadata.name}${sub ? `/${sub}` : ''}?dryRun=All`;
    const { code, body } = await call('PATCH', path, patch, 'application/strategic-merge-patch+json');
    if (code === 502) continue;
    out.cases.push({
      name: title,
      object: name,
      patch,
      ...(code === 200 ? { result: difference(out.objects[name], stripped(body, b.status)) } : { refused: body.message }),
    });
  }
} finally {
  for (const b of Object.values(bases)) {
    const path = `${collection(b)}/${b.object.metadata.name}`;
    await call('PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json');
  }
  await call('DELETE', `/api/v1/namespaces/${namespace}`);
  proxy.kill();
}
const lines = (items) => items.map((x) => JSON.stringify(x)).join(',\n');
const objects = Object.entries(out.objects).map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`);
writeFileSync(
  new URL(process.argv[2] || 'strategic.json', process.argv[2] ? `file://${process.cwd()}/` : import.meta.url),
  `{"server":${JSON.stringify(out.server)},"objects":{\n${objects.join(',\n')}},"cases":[\n${lines(out.cases)}]}\n`,
);
console.log(`${out.cases.length} cases, ${out.cases.filter((c) => c.refused).length} refused`);
