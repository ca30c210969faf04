'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { labelSelector, fieldSelector, formatSelector } = require('./selectors');

const LABELS = { app: 'web', tier: 'front', n: '5' };
const MATCHES = [
  ['', true],
  ['app=web', true],
  ['app==web', true],
  ['app!=web', false],
  ['nope!=web', true],
  ['app in (web,api)', true],
  ['app notin (web)', false],
  ['nope notin (web)', true],
  ['app', true],
  ['nope', false],
  ['!nope', true],
  ['!app', false],
  ['n>4', true],
  ['n<5', false],
  ['app=web,tier=front', true],
  ['app=web,tier=back', false],
  ['app=', false],
  [' app = web ', true],
];
for (const [text, want] of MATCHES)
  test(`label selector "${text}"`, () => assert.strictEqual(labelSelector(text)(LABELS), want));

const REFUSED = [
  ['a===b', "unable to parse requirement: found '=', expected: identifier"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a=b,', "found '', expected: identifier after ','"],
];
for (const [text, message] of REFUSED)
  test(`label selector "${text}" is refused`, () => assert.throws(() => labelSelector(text), { code: 400, message }));

const PODS = { plural: 'pods', group: '', namespaced: true };
const POD = { metadata: { name: 'p', namespace: 'n' }, spec: { nodeName: 'x' }, status: { phase: 'Running' } };
for (const [text, want] of [
  ['metadata.name=p', true],
  ['metadata.name!=p', false],
  ['status.phase=Running,spec.nodeName=x', true],
  ['spec.nodeName==y', false],
]) {
  test(`field selector "${text}"`, () => assert.strictEqual(fieldSelector(text, PODS)(POD), want));
}
test('field selector: an unknown field is refused', () =>
  assert.throws(() => fieldSelector('spec.nope=1', PODS), {
    code: 400,
    message: 'field label not supported: spec.nope',
  }));

test('a selector object is printed in order', () =>
  assert.strictEqual(
    formatSelector({
      matchLabels: { b: '1', a: '2' },
      matchExpressions: [
        { key: 'c', operator: 'In', values: ['y', 'x'] },
        { key: 'd', operator: 'Exists' },
      ],
    }),
    'a=2,b=1,c in (x,y),d',
  ));
