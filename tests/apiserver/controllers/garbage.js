'use strict';
// Garbage collection: dependents of what is gone, foreground deletion, orphaning.

const c = require('./common');

function everything(env) {
  const out = [];
  for (const [storage, map] of env.store.maps)
    if (storage !== '/events') for (const o of map.values()) out.push([storage, o]);
  return out;
}

function withoutFinalizer(env, storage, o, f) {
  c.update(
    env,
    storage,
    o,
    (x) => {
      x.metadata.finalizers = (x.metadata.finalizers || []).filter((y) => y !== f);
    },
    { subresource: 'internal', manager: null },
  );
}

function foreground(env, storage, o, dependents) {
  const mine = dependents.get(o.metadata.uid) || [];
  for (const [s, d] of mine)
    if (!d.metadata.deletionTimestamp)
      c.remove(env, s, d, { propagationPolicy: dependents.has(d.metadata.uid) ? 'Foreground' : 'Background' });
  const blocking = mine.filter(
    ([s, d]) =>
      env.store.get(s, d.metadata.namespace, d.metadata.name) &&
      d.metadata.ownerReferences.some((r) => r.uid === o.metadata.uid && r.blockOwnerDeletion),
  );
  if (!blocking.length) withoutFinalizer(env, storage, o, 'foregroundDeletion');
}

function orphan(env, storage, o, dependents) {
  for (const [s, d] of dependents.get(o.metadata.uid) || [])
    c.update(
      env,
      s,
      d,
      (x) => {
        x.metadata.ownerReferences = x.metadata.ownerReferences.filter((r) => r.uid !== o.metadata.uid);
      },
      { subresource: 'internal', manager: null },
    );
  withoutFinalizer(env, storage, o, 'orphan');
}

function run(env) {
  const all = everything(env);
  const uids = new Set(all.map(([, o]) => o.metadata.uid));
  const dependents = new Map();
  for (const [s, o] of all)
    for (const r of o.metadata.ownerReferences || []) {
      if (!dependents.has(r.uid)) dependents.set(r.uid, []);
      dependents.get(r.uid).push([s, o]);
    }
  for (const [s, o] of all) {
    const f = o.metadata.deletionTimestamp ? o.metadata.finalizers || [] : [];
    if (f.includes('foregroundDeletion')) foreground(env, s, o, dependents);
    else if (f.includes('orphan')) orphan(env, s, o, dependents);
    const refs = o.metadata.ownerReferences || [];
    if (refs.length && !o.metadata.deletionTimestamp && refs.every((r) => !uids.has(r.uid)))
      c.remove(env, s, o, { propagationPolicy: 'Background' });
  }
}

module.exports = { name: 'garbage', run };
