'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { jsonPatch, mergePatch, strategic } = require('./patch');

const POD = 'core/v1.PodSpec';
const smp = (doc, patch, type = POD) => strategic(type, doc, patch);

const MERGES = [
  [
    'merges list items by key and keeps the others',
    {
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '1' },
      ],
    },
    { containers: [{ name: 'b', image: '2' }] },
    {
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '2' },
      ],
    },
  ],
  [
    'puts an item it does not know before the others',
    { containers: [{ name: 'a' }] },
    { containers: [{ name: 'z' }] },
    { containers: [{ name: 'z' }, { name: 'a' }] },
  ],
  [
    '$patch: delete removes an item',
    { containers: [{ name: 'a' }, { name: 'b' }] },
    { containers: [{ $patch: 'delete', name: 'a' }] },
    { containers: [{ name: 'b' }] },
  ],
  [
    '$patch: replace in a list replaces it',
    { containers: [{ name: 'a' }] },
    { containers: [{ $patch: 'replace' }, { name: 'b' }] },
    { containers: [{ name: 'b' }] },
  ],
  [
    '$patch: replace in a map replaces it',
    { securityContext: { runAsUser: 1, fsGroup: 2 } },
    { securityContext: { $patch: 'replace', runAsUser: 3 } },
    { securityContext: { runAsUser: 3 } },
  ],
  [
    '$retainKeys drops what it does not name',
    { volumes: [{ name: 'v', emptyDir: {} }] },
    { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] },
    { volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
  ],
  [
    '$setElementOrder orders',
    { containers: [{ name: 'a' }, { name: 'b' }] },
    { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
    { containers: [{ name: 'b' }, { name: 'a' }] },
  ],
  [
    '$setElementOrder keeps strangers in place',
    { containers: [{ name: 'x' }, { name: 'a' }] },
    { '$setElementOrder/containers': [{ name: 'a' }, { name: 'n' }], containers: [{ name: 'n' }] },
    { containers: [{ name: 'x' }, { name: 'a' }, { name: 'n' }] },
  ],
  [
    'an item that takes the place of a deleted one counts as an old one',
    { containers: [{ name: 'b' }, { name: 'c' }, { name: 'z' }] },
    {
      '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
      containers: [{ name: 'a' }, { name: 'c', $patch: 'delete' }],
    },
    { containers: [{ name: 'z' }, { name: 'a' }, { name: 'b' }] },
  ],
  ['null removes', { nodeName: 'n', hostname: 'h' }, { nodeName: null }, { hostname: 'h' }],
  [
    'an atomic list is replaced',
    { containers: [{ name: 'a', command: ['x', 'y'] }] },
    { containers: [{ name: 'a', command: ['z'] }] },
    { containers: [{ name: 'a', command: ['z'] }] },
  ],
  [
    'ports merge by containerPort',
    { containers: [{ name: 'a', ports: [{ containerPort: 1 }] }] },
    { containers: [{ name: 'a', ports: [{ containerPort: 2 }] }] },
    { containers: [{ name: 'a', ports: [{ containerPort: 2 }, { containerPort: 1 }] }] },
  ],
];
for (const [name, doc, patch, want] of MERGES)
  test(`strategic merge: ${name}`, () => assert.deepStrictEqual(smp(doc, patch), want));

test('strategic merge: $deleteFromPrimitiveList', () => {
  assert.deepStrictEqual(
    strategic('meta/v1.ObjectMeta', { finalizers: ['a/b', 'c/d'] }, { '$deleteFromPrimitiveList/finalizers': ['a/b'] }),
    { finalizers: ['c/d'] },
  );
});
test('strategic merge: an item without its key is refused in the words of a server', () => {
  assert.throws(() => smp({}, { containers: [{ image: 'x' }] }), {
    code: 500,
    message: 'map: map[image:x] does not contain declared merge key: name',
  });
});

test('merge patch: null removes, maps merge, lists are replaced', () => {
  assert.deepStrictEqual(mergePatch({ a: 1, b: { c: 2, d: 3 }, e: [1] }, { a: null, b: { c: 9 }, e: [2, 3] }), {
    b: { c: 9, d: 3 },
    e: [2, 3],
  });
});

test('JSON patch: every operation', () => {
  const doc = { a: [1, 2], b: { 'x/y': 1, '~': 2 } };
  assert.deepStrictEqual(
    jsonPatch(doc, [
      { op: 'add', path: '/a/1', value: 9 },
      { op: 'add', path: '/a/-', value: 3 },
      { op: 'remove', path: '/b/~0' },
      { op: 'replace', path: '/b/x~1y', value: 5 },
      { op: 'copy', from: '/a/0', path: '/c' },
      { op: 'move', from: '/a/0', path: '/d' },
      { op: 'test', path: '/d', value: 1 },
    ]),
    { a: [9, 2, 3], b: { 'x/y': 5 }, c: 1, d: 1 },
  );
  assert.deepStrictEqual(doc, { a: [1, 2], b: { 'x/y': 1, '~': 2 } });
});
for (const op of [
  { op: 'test', path: '/a', value: 2 },
  { op: 'remove', path: '/nope' },
  { op: 'replace', path: '/nope', value: 1 },
  { op: 'add', path: '/a/b/c', value: 1 },
  { op: 'nope', path: '/a' },
]) {
  test(`JSON patch: ${JSON.stringify(op)} is refused`, () =>
    assert.throws(() => jsonPatch({ a: 1 }, [op]), {
      code: 422,
      message: 'the server rejected our request due to an error in our request',
    }));
}
