'use strict';
// ReplicaSets and ReplicationControllers: as many pods as replicas says.

const c = require('./common');
const { matcher } = require('../selectors');

const STORES = { ReplicaSet: 'apps/replicasets', ReplicationController: '/replicationcontrollers' };

// Pods to give up first: not scheduled, not running, not ready, youngest.
function rank(p) {
  return [
    p.spec.nodeName ? 1 : 0,
    (p.status || {}).phase === 'Running' ? 1 : 0,
    c.podReady(p) ? 1 : 0,
    -Date.parse(p.metadata.creationTimestamp),
  ];
}

function first(a, b) {
  const x = rank(a);
  const y = rank(b);
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return x[i] - y[i];
  return 0;
}

function adopt(env, rs, match) {
  for (const p of c.list(env, '/pods', rs.metadata.namespace)) {
    if (!c.controller(p) && c.podActive(p) && match(p.metadata.labels || {}))
      c.update(
        env,
        '/pods',
        p,
        (o) => {
          o.metadata.ownerReferences = [...(o.metadata.ownerReferences || []), c.ownerRef(rs)];
        },
        { subresource: 'internal' },
      );
  }
}

function sync(env, rs, store) {
  const match = rs.kind === 'ReplicaSet' ? matcher(rs.spec.selector) : matcher({ matchLabels: rs.spec.selector });
  if (!rs.metadata.deletionTimestamp) adopt(env, rs, match);
  const all = c.owned(env, '/pods', rs);
  const pods = all.filter(c.podActive);
  const diff = rs.spec.replicas - pods.length;
  if (!rs.metadata.deletionTimestamp && diff > 0)
    for (let i = 0; i < diff; i++) {
      const p = c.create(env, '/pods', rs.metadata.namespace, c.podFrom(rs.spec.template, rs));
      if (p)
        c.event(env, rs, 'SuccessfulCreate', `Created pod: ${p.metadata.name}`, { component: 'replicaset-controller' });
    }
  if (!rs.metadata.deletionTimestamp && diff < 0)
    for (const p of [...pods].sort(first).slice(0, -diff)) {
      c.remove(env, '/pods', p);
      c.event(env, rs, 'SuccessfulDelete', `Deleted pod: ${p.metadata.name}`, { component: 'replicaset-controller' });
    }
  status(env, rs, store);
}

function status(env, rs, store) {
  const all = c.owned(env, '/pods', rs);
  const pods = all.filter(c.podActive);
  const labels = Object.entries((rs.spec.template.metadata || {}).labels || {});
  const ready = pods.filter(c.podReady);
  const avail = pods.filter((p) => c.podAvailable(p, rs.spec.minReadySeconds));
  if (avail.length < ready.length) env.controllers.later(rs.spec.minReadySeconds * 1000);
  const full = pods.filter((p) => labels.every(([k, v]) => (p.metadata.labels || {})[k] === v));
  const now = env.store.get(store, rs.metadata.namespace, rs.metadata.name);
  if (!now) return;
  const s = {
    replicas: pods.length,
    ...(full.length ? { fullyLabeledReplicas: full.length } : {}),
    ...(ready.length ? { readyReplicas: ready.length } : {}),
    ...(avail.length ? { availableReplicas: avail.length } : {}),
    ...(env.old || rs.kind !== 'ReplicaSet'
      ? {}
      : { terminatingReplicas: all.filter((p) => p.metadata.deletionTimestamp).length }),
    observedGeneration: now.metadata.generation,
  };
  c.setStatus(env, store, now, now.status && now.status.conditions ? { ...s, conditions: now.status.conditions } : s);
}

function run(env) {
  for (const store of Object.values(STORES)) for (const rs of c.list(env, store)) sync(env, rs, store);
}

module.exports = { name: 'replicasets', run };
