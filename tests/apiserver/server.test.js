'use strict';
// The server as a whole: starting, who may what, faults, watches, history, streams' door.

const test = require('node:test');
const assert = require('node:assert');
const https = require('node:https');
const http = require('node:http');
const tls = require('node:tls');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'kubec-apiserver-test-'));
let child;
let url;
let control;

test.before(
  () =>
    new Promise((resolve) => {
      child = spawn(
        process.execPath,
        [path.join(__dirname, 'main.js'), '--dir', dir, '--pod-start', '5', '--pod-stop', '5'],
        { stdio: ['pipe', 'pipe', 'inherit'] },
      );
      child.stdout.once('data', (d) => {
        [, url] = String(d).split(' ');
        control = fs.readFileSync(path.join(dir, 'control'), 'utf8').trim();
        resolve();
      });
    }),
);
test.after(() => {
  child.kill();
  fs.rmSync(dir, { recursive: true, force: true });
});

const TOKEN = { Authorization: 'Bearer admin-token', 'User-Agent': 'test/1' };
const ca = () => fs.readFileSync(path.join(dir, 'pki/ca.crt'));

function call(method, p, { body, headers = TOKEN, port, options = {} } = {}) {
  return new Promise((resolve, reject) => {
    const u = new URL(p, url);
    if (port) u.port = port;
    const req = https.request(
      u,
      { method, headers: { 'Content-Type': 'application/json', ...headers }, ca: ca(), agent: false, ...options },
      (res) => {
        let text = '';
        res.on('data', (d) => {
          text += d;
        });
        res.on('end', () => {
          let json;
          try {
            json = JSON.parse(text);
          } catch (e) {
            json = null;
          }
          resolve({ code: res.statusCode, headers: res.headers, text, json });
        });
        res.on('error', reject);
      },
    );
    req.on('error', reject);
    req.end(body && JSON.stringify(body));
  });
}

function ask(method, p, body) {
  return new Promise((resolve, reject) => {
    const req = http.request(`${control}/${p}`, { method, agent: false }, (res) => {
      let t = '';
      res.on('data', (d) => {
        t += d;
      });
      res.on('end', () => resolve(res.headers['content-type'] === 'application/json' ? JSON.parse(t) : t));
    });
    req.on('error', reject);
    req.end(body && JSON.stringify(body));
  });
}

const cm = (name, data = { a: '1' }) => ({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name }, data });
const PATH = '/api/v1/namespaces/default/configmaps';

test('create, read, update with a stale version, delete', async () => {
  const made = await call('POST', PATH, { body: cm('one') });
  assert.strictEqual(made.code, 201);
  assert.match(
    made.text,
    /^\{"kind":"ConfigMap","apiVersion":"v1","metadata":\{"name":"one","namespace":"default","uid":"[-0-9a-f]{36}","resourceVersion":"\d+","creationTimestamp":"[^"]+Z","managedFields":\[\{"manager":"test",/,
  );
  const again = await call('POST', PATH, { body: cm('one') });
  assert.deepStrictEqual([again.code, again.json.message], [409, 'configmaps "one" already exists']);
  const stale = await call('PUT', `${PATH}/one`, {
    body: { ...cm('one', { a: '2' }), metadata: { name: 'one', resourceVersion: '1' } },
  });
  assert.deepStrictEqual([stale.code, stale.json.reason], [409, 'Conflict']);
  const gone = await call('DELETE', `${PATH}/one`);
  assert.deepStrictEqual([gone.code, gone.json.status, gone.json.details.name], [200, 'Success', 'one']);
  const missing = await call('GET', `${PATH}/one`);
  assert.deepStrictEqual([missing.code, missing.json.message], [404, 'configmaps "one" not found']);
});

test('dry run stores nothing', async () => {
  assert.strictEqual((await call('POST', `${PATH}?dryRun=All`, { body: cm('dry') })).code, 201);
  assert.strictEqual((await call('GET', `${PATH}/dry`)).code, 404);
});

test('field validation: strict refuses, warn warns, both in the words of a server', async () => {
  const strict = await call('POST', `${PATH}?fieldValidation=Strict`, { body: { ...cm('f'), foo: 1 } });
  assert.deepStrictEqual(
    [strict.code, strict.json.message],
    [400, 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"'],
  );
  const warn = await call('POST', `${PATH}?fieldValidation=Warn&dryRun=All`, { body: { ...cm('f'), foo: 1 } });
  assert.strictEqual(warn.headers.warning, '299 - "unknown field \\"foo\\""');
});

test('who may what', async () => {
  const anonymous = await call('GET', PATH, { headers: {} });
  assert.deepStrictEqual(
    [anonymous.code, anonymous.json.message],
    [
      403,
      'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
    ],
  );
  assert.strictEqual((await call('GET', PATH, { headers: { Authorization: 'Bearer wrong' } })).code, 401);
  const viewer = { Authorization: 'Bearer view-token' };
  assert.strictEqual((await call('GET', PATH, { headers: viewer })).code, 200);
  const refused = await call('DELETE', `${PATH}/x`, { headers: viewer });
  assert.deepStrictEqual(
    [refused.code, refused.json.message],
    [
      403,
      'configmaps "x" is forbidden: User "viewer" cannot delete resource "configmaps" in API group "" in the namespace "default"',
    ],
  );
  const read = (n) => ({
    key: fs.readFileSync(path.join(dir, `pki/${n}.key`)),
    cert: fs.readFileSync(path.join(dir, `pki/${n}.crt`)),
  });
  assert.strictEqual((await call('GET', PATH, { headers: {}, options: read('admin') })).code, 200);
  for (const n of ['admin-expired', 'admin-foreign'])
    assert.strictEqual((await call('GET', PATH, { headers: {}, options: read(n) })).code, 401, n);
});

test('pages follow a snapshot; a forgotten one is 410', async () => {
  for (const n of ['pa', 'pb', 'pc']) await call('POST', PATH, { body: cm(n) });
  const first = await call('GET', `${PATH}?limit=2`);
  assert.strictEqual(first.json.metadata.remainingItemCount, 2);
  await call('DELETE', `${PATH}/pc`);
  const rest = await call('GET', `${PATH}?limit=2&continue=${first.json.metadata.continue}`);
  assert.deepStrictEqual(
    [...first.json.items, ...rest.json.items].map((o) => o.metadata.name),
    ['kube-root-ca.crt', 'pa', 'pb', 'pc'],
  );
  await ask('POST', 'compact');
  const old = await call('GET', `${PATH}?limit=2&continue=${first.json.metadata.continue}`);
  assert.deepStrictEqual([old.code, old.json.reason], [410, 'Expired']);
});

test('a watch replays, follows, and ends in time', async () => {
  const list = await call('GET', PATH);
  await call('POST', PATH, { body: cm('w1') });
  const watching = call(
    'GET',
    `${PATH}?watch=true&timeoutSeconds=1&resourceVersion=${list.json.metadata.resourceVersion}`,
  );
  await call('DELETE', `${PATH}/w1`);
  const events = (await watching).text
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l));
  assert.deepStrictEqual(
    events.map((e) => [e.type, e.object.metadata.name]),
    [
      ['ADDED', 'w1'],
      ['DELETED', 'w1'],
    ],
  );
  const gone = await call('GET', `${PATH}?watch=true&timeoutSeconds=1&resourceVersion=1`);
  assert.strictEqual(JSON.parse(gone.text).object.code, 410);
});

test('faults strike where, how often and as they are told', async () => {
  await ask('POST', 'faults', {
    path: '/configmaps',
    do: 'status',
    code: 503,
    reason: 'ServiceUnavailable',
    message: 'no',
    retryAfter: 1,
    count: 1,
  });
  const struck = await call('GET', PATH);
  assert.deepStrictEqual([struck.code, struck.headers['retry-after'], struck.json.message], [503, '1', 'no']);
  assert.strictEqual((await call('GET', PATH)).code, 200);
  for (const f of [{ do: 'reset' }, { do: 'reset-body' }]) {
    await ask('POST', 'faults', { path: PATH, ...f });
    await assert.rejects(call('GET', PATH), /ECONNRESET|socket hang up|aborted/, f.do);
  }
  await ask('POST', 'faults', { path: PATH, do: 'truncate', bytes: 10 });
  assert.strictEqual((await call('GET', PATH)).text.length, 10);
  await ask('POST', 'faults', { path: PATH, do: 'garbage' });
  assert.strictEqual((await call('GET', PATH)).json, null);
  await ask('POST', 'faults', { path: PATH, do: 'status', code: 502, html: true, message: 'Bad Gateway' });
  assert.match((await call('GET', PATH)).text, /^<html>/);
  await ask('POST', 'faults', { path: PATH, do: 'redirect', location: 'https://example.com/' });
  assert.strictEqual((await call('GET', PATH)).headers.location, 'https://example.com/');
  await ask('POST', 'faults', { path: PATH, do: 'drip', bytes: 200, ms: 5 });
  assert.strictEqual((await call('GET', PATH)).json.kind, 'ConfigMapList');
  await ask('POST', 'faults', { path: PATH, do: 'huge-header', size: 20000 });
  await assert.rejects(call('GET', PATH), /HPE_HEADER_OVERFLOW|Header overflow/i);
  await ask('POST', 'faults', { path: PATH, do: 'stall' });
  await assert.rejects(call('GET', PATH, { options: { signal: AbortSignal.timeout(200) } }), /abort/i);
});

test('other ports: wrong certificates, no HTTP/2, closed', async () => {
  for (const [cert, code] of [
    ['server-expired', 'CERT_HAS_EXPIRED'],
    ['server-wrongname', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['server-otherca', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ]) {
    const { port } = await ask('POST', 'listen', { cert });
    await assert.rejects(call('GET', '/version', { port }), { code });
  }
  const { port } = await ask('POST', 'listen', { h2: false });
  assert.strictEqual((await call('GET', '/version', { port })).code, 200);
  const protocol = (p) =>
    new Promise((resolve, reject) => {
      const s = tls.connect({ host: '127.0.0.1', port: p, ca: ca(), ALPNProtocols: ['h2', 'http/1.1'] }, () => {
        resolve(s.alpnProtocol);
        s.destroy();
      });
      s.on('error', reject);
    });
  assert.strictEqual(await protocol(new URL(url).port), 'h2');
  assert.strictEqual(await protocol(port), 'http/1.1');
  await ask('POST', 'close', { port });
  await assert.rejects(call('GET', '/version', { port }), { code: 'ECONNREFUSED' });
});

test('a Deployment comes up and rolls over; the log says what was asked', async () => {
  await ask('DELETE', 'requests');
  const path_ = '/apis/apps/v1/namespaces/default/deployments';
  const d = {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } },
    },
  };
  assert.strictEqual((await call('POST', path_, { body: d })).code, 201);
  const until = async (f) => {
    for (let i = 0; i < 200; i++) {
      const o = (await call('GET', `${path_}/web`)).json;
      if (f(o)) return o;
      await new Promise((r) => setTimeout(r, 10));
    }
    throw new Error('never');
  };
  await until((o) => o.status.availableReplicas === 2);
  await call('PATCH', `${path_}/web`, {
    headers: { ...TOKEN, 'Content-Type': 'application/strategic-merge-patch+json' },
    body: { spec: { template: { spec: { containers: [{ name: 'c', image: 'i:2' }] } } } },
  });
  const o = await until(
    (x) =>
      x.status.observedGeneration === 2 &&
      x.status.updatedReplicas === 2 &&
      x.status.replicas === 2 &&
      x.status.availableReplicas === 2,
  );
  assert.strictEqual(o.metadata.annotations['deployment.kubernetes.io/revision'], '2');
  const sets = (await call('GET', '/apis/apps/v1/namespaces/default/replicasets')).json.items;
  assert.deepStrictEqual(sets.map((s) => s.spec.replicas).sort(), [0, 2]);
  const log = await ask('GET', 'requests?format=lines');
  assert.match(log, /^POST \/apis\/apps\/v1\/namespaces\/default\/deployments\n/);
});

test('discovery has a tag and answers 304', async () => {
  const headers = {
    ...TOKEN,
    Accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json',
  };
  const full = await call('GET', '/apis', { headers });
  assert.strictEqual(
    full.headers['content-type'],
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  );
  const same = await call('GET', '/apis', { headers: { ...headers, 'If-None-Match': full.headers.etag } });
  assert.deepStrictEqual([same.code, same.text], [304, '']);
});

test('it ends when its standard input does', async () => {
  const own = spawn(process.execPath, [path.join(__dirname, 'main.js'), '--dir', dir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise((r) => own.stdout.once('data', r));
  own.stdin.end();
  assert.strictEqual(await new Promise((r) => own.once('exit', r)), 0);
});
