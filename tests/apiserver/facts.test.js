'use strict';
// Shapes, quantities, ages, YAML, JSON, ownership: the facts that other tests rest on.

const test = require('node:test');
const assert = require('node:assert');
const json = require('./json');
const yaml = require('./yaml');
const clock = require('./clock');
const quantity = require('./quantity');
const { shape } = require('./types');
const fields = require('./fields');
const { Kinds } = require('./kinds');
const { table } = require('./tables');

test('an object is written in the order of its type, zero values as its tags say', () => {
  const found = [];
  const o = shape(
    'core/v1.Service',
    {
      spec: { ports: [{ targetPort: 8080, port: 80 }], nope: 1 },
      metadata: { labels: { b: '1', a: '2' }, name: 'x' },
      kind: 'Service',
      apiVersion: 'v1',
    },
    found,
  );
  assert.strictEqual(
    JSON.stringify(o),
    '{"kind":"Service","apiVersion":"v1","metadata":{"name":"x","labels":{"a":"2","b":"1"}},"spec":{"ports":[{"port":80,"targetPort":8080}]},"status":{"loadBalancer":{}}}',
  );
  assert.deepStrictEqual(found, ['spec.nope']);
});
for (const [body, message] of [
  [
    { spec: { replicas: 'x' } },
    'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    { metadata: { labels: { a: 1 } } },
    'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
  ],
]) {
  test(`a wrong type: ${message}`, () => assert.throws(() => shape('apps/v1.Deployment', body), { message }));
}

for (const [text, want] of [
  ['0.5', '500m'],
  ['1024Mi', '1Gi'],
  ['1000m', '1'],
  ['100', '100'],
  ['1500', '1500'],
  ['2000', '2k'],
  ['0.1Gi', '107374182400m'],
  ['1e3', '1e3'],
  ['0', '0'],
  ['1.5Gi', '1536Mi'],
  ['x', null],
  ['1K', null],
]) {
  test(`quantity ${text}`, () => assert.strictEqual(quantity.canonical(text), want));
}

for (const [s, want] of [
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [150, '2m30s'],
  [599, '9m59s'],
  [600, '10m'],
  [10799, '179m'],
  [10800, '3h'],
  [11100, '3h5m'],
  [28800, '8h'],
  [172799, '47h'],
  [172800, '2d'],
  [180000, '2d2h'],
  [691200, '8d'],
  [63072000, '2y'],
  [-1, '0s'],
  [-5, '<invalid>'],
]) {
  test(`age of ${s} s`, () => assert.strictEqual(clock.human(s * 1000), want));
}

test('JSON: big integers survive, duplicate keys are seen, errors have the words of encoding/json', () => {
  const r = json.parse('{"a":9007199254740993,"b":{"c":1,"c":2},"d":"<&>"}');
  assert.deepStrictEqual(r.duplicates, ['b.c']);
  assert.strictEqual(json.stringify(r.value), '{"a":9007199254740993,"b":{"c":2},"d":"\\u003c\\u0026\\u003e"}');
  for (const [text, message] of [
    ['{bad', "invalid character 'b' looking for beginning of object key string"],
    ['', 'unexpected end of JSON input'],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['[1 2]', "invalid character '2' after array element"],
    ['nul', 'unexpected end of JSON input'],
    ['{} x', "invalid character 'x' after top-level value"],
  ])
    assert.throws(() => json.parse(text), { message });
});

test('YAML: what clients send', () => {
  const duplicates = [];
  assert.deepStrictEqual(
    yaml.parse(
      'a: 1 # one\nb:\n- x: yes\n  y: "no"\n-   z\nc: {d: [1, two], e: \'q\'}\nt: |\n  l1\n   l2\nf: >-\n  g\n  h\nn: ~\na: 2\n',
      duplicates,
    ),
    { a: 2, b: [{ x: true, y: 'no' }, 'z'], c: { d: [1, 'two'], e: 'q' }, t: 'l1\n l2\n', f: 'g h', n: null },
  );
  assert.deepStrictEqual(duplicates, ['line 14: key "a" already set in map']);
  assert.throws(() => yaml.parse('a: b\n\tc: d'), {
    message: 'yaml: line 2: found character that cannot start any token',
  });
  assert.throws(() => yaml.parse('a: [b'), { message: "yaml: line 1: did not find expected ',' or ']'" });
});

const DEPLOYMENT = 'apps/v1.Deployment';
const config = (replicas) => ({
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  metadata: { name: 'd' },
  spec: { replicas },
});
const apply = (manager, live, entries, replicas, force) =>
  fields.applied({
    type: DEPLOYMENT,
    live,
    config: config(replicas),
    entries,
    manager,
    apiVersion: 'apps/v1',
    time: '2026-01-01T00:00:00Z',
    force,
    reset: ['status'],
    shape: (o) => shape(DEPLOYMENT, o),
  });

test('server-side apply: owners, conflicts, force, giving up a field', () => {
  const one = apply('one', null, [], 1);
  assert.deepStrictEqual(
    one.entries.map((e) => [e.manager, e.operation, e.fieldsV1]),
    [['one', 'Apply', { 'f:spec': { 'f:replicas': {} } }]],
  );
  const two = apply('two', one.object, one.entries, 2);
  assert.deepStrictEqual(fields.conflictText(two.conflicts), {
    message: 'Apply failed with 1 conflict: conflict with "one": .spec.replicas',
    causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.replicas' }],
  });
  const forced = apply('two', one.object, one.entries, 2, true);
  assert.deepStrictEqual(
    forced.entries.map((e) => e.manager),
    ['two'],
  );
  assert.strictEqual(forced.object.spec.replicas, 2);
  const gone = fields.applied({
    type: DEPLOYMENT,
    live: forced.object,
    config: { metadata: { name: 'd', labels: { a: 'b' } } },
    entries: forced.entries,
    manager: 'two',
    apiVersion: 'apps/v1',
    time: 't',
    reset: ['status'],
    shape: (o) => shape(DEPLOYMENT, o),
  });
  assert.strictEqual(gone.object.spec.replicas, undefined);
  assert.deepStrictEqual(gone.entries[0].fieldsV1, { 'f:metadata': { 'f:labels': { 'f:a': {} } } });
});

test('a Table: cells, what is embedded, later events without columns', () => {
  const k = new Kinds('1.36').find('apps', 'v1', 'deployments');
  const o = {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name: 'web', creationTimestamp: clock.stamp(clock.now() - 4000) },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { spec: { containers: [{ name: 'nginx', image: 'nginx:1.25' }] } },
    },
    status: { readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2 },
  };
  const t = table(k, [o], { resourceVersion: '1' }, {});
  assert.deepStrictEqual(
    t.columnDefinitions.map((c) => `${c.name}/${c.type}/${c.format}/${c.priority}`),
    [
      'Name/string/name/0',
      'Ready/string//0',
      'Up-to-date/string//0',
      'Available/string//0',
      'Age/string//0',
      'Containers/string//1',
      'Images/string//1',
      'Selector/string//1',
    ],
  );
  assert.deepStrictEqual(t.rows[0].cells, ['web', '2/2', 2, 2, '4s', 'nginx', 'nginx:1.25', 'app=web']);
  assert.deepStrictEqual(Object.keys(t.rows[0].object), ['kind', 'apiVersion', 'metadata']);
  assert.strictEqual(table(k, [o], {}, { include: 'None' }).rows[0].object, null);
  assert.strictEqual(table(k, [o], {}, { include: 'Object' }).rows[0].object, o);
  assert.strictEqual(table(k, [o], {}, { headers: false }).columnDefinitions, null);
});

test('pods: the words of the STATUS column', () => {
  const { summary } = require('./podcells');
  const pod = (status, spec = {}, metadata = {}) =>
    summary({ metadata, spec: { containers: [{ name: 'a' }], ...spec }, status });
  assert.strictEqual(pod({ phase: 'Pending' }).reason, 'Pending');
  assert.strictEqual(
    pod(
      { phase: 'Running', containerStatuses: [{ name: 'a', ready: true, state: { running: {} } }] },
      {},
      { deletionTimestamp: 'x' },
    ).reason,
    'Terminating',
  );
  assert.strictEqual(
    pod({
      phase: 'Running',
      containerStatuses: [{ name: 'a', state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 3 }],
    }).reason,
    'CrashLoopBackOff',
  );
  assert.strictEqual(
    pod({ phase: 'Failed', containerStatuses: [{ name: 'a', state: { terminated: { exitCode: 7 } } }] }).reason,
    'ExitCode:7',
  );
  assert.strictEqual(
    pod(
      { phase: 'Pending', initContainerStatuses: [{ name: 'i', state: { running: {} } }] },
      { initContainers: [{ name: 'i' }] },
    ).reason,
    'Init:0/1',
  );
});
