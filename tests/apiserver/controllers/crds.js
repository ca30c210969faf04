'use strict';
// CustomResourceDefinitions: serving what they define, and saying so in their status.

const c = require('./common');
const { stamp } = require('../clock');

const STORE = 'apiextensions.k8s.io/customresourcedefinitions';
let known = '';

function establish(env, crd) {
  const t = stamp();
  const names = crd.spec.names;
  c.setStatus(
    env,
    STORE,
    crd,
    {
      conditions: [
        {
          type: 'NamesAccepted',
          status: 'True',
          lastTransitionTime: t,
          reason: 'NoConflicts',
          message: 'no conflicts found',
        },
        {
          type: 'Established',
          status: 'True',
          lastTransitionTime: t,
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
      ],
      acceptedNames: names,
      storedVersions: (crd.status || {}).storedVersions || [],
    },
    'kube-apiserver',
  );
}

const established = (crd) =>
  ((crd.status || {}).conditions || []).some((x) => x.type === 'Established' && x.status === 'True');

function run(env) {
  const all = c.list(env, STORE);
  const mark = all.map((o) => o.metadata.uid + o.metadata.generation).join();
  for (const o of all) if (!established(o)) establish(env, o);
  if (mark === known && env.kinds.custom.length >= all.length) return;
  known = mark;
  const before = new Set(env.kinds.custom.map((k) => k.storage));
  env.kinds.setCustom(all);
  for (const k of env.kinds.custom) before.delete(k.storage);
  for (const storage of before) for (const o of c.list(env, storage)) env.store.remove(storage, o);
}

module.exports = { name: 'crds', always: true, run };
