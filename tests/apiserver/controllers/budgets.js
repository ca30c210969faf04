'use strict';
// The status of PodDisruptionBudgets and ResourceQuotas.

const c = require('./common');
const { matcher } = require('../selectors');
const quantity = require('../quantity');
const { stamp } = require('../clock');

const PDB = 'policy/poddisruptionbudgets';
const QUOTA = '/resourcequotas';

function expected(env, pods) {
  const uids = new Set(pods.map((p) => (c.controller(p) || {}).uid).filter((u) => u));
  const sets = ['apps/replicasets', 'apps/statefulsets', '/replicationcontrollers']
    .flatMap((s) => c.list(env, s))
    .filter((o) => uids.has(o.metadata.uid));
  return Math.max(
    pods.length,
    sets.reduce((n, o) => n + o.spec.replicas, 0),
  );
}

function budget(env, o) {
  const s = o.spec;
  const pods = c
    .list(env, '/pods', o.metadata.namespace)
    .filter((p) => s.selector && matcher(s.selector)(p.metadata.labels || {}) && c.podActive(p));
  const total = expected(env, pods);
  const want =
    s.maxUnavailable !== undefined
      ? Math.max(0, total - c.percent(s.maxUnavailable, total, true))
      : s.minAvailable !== undefined
        ? c.percent(s.minAvailable, total, true)
        : 1;
  const healthy = pods.filter(c.podReady).length;
  const allowed = total > 0 ? Math.max(0, healthy - want) : 0;
  const reason = allowed > 0 ? 'SufficientPods' : 'InsufficientPods';
  const old = ((o.status || {}).conditions || [])[0];
  const status = {
    type: 'DisruptionAllowed',
    status: allowed > 0 ? 'True' : 'False',
    observedGeneration: o.metadata.generation,
    lastTransitionTime: old && old.reason === reason ? old.lastTransitionTime : stamp(),
    reason,
    message: '',
  };
  c.setStatus(env, PDB, o, {
    observedGeneration: o.metadata.generation,
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: want,
    expectedPods: total,
    ...(env.old ? {} : { conditions: [status] }),
  });
}

const COUNTED = {
  pods: '/pods',
  services: '/services',
  configmaps: '/configmaps',
  secrets: '/secrets',
  persistentvolumeclaims: '/persistentvolumeclaims',
  replicationcontrollers: '/replicationcontrollers',
};

function used(env, ns, name) {
  const active = c.list(env, '/pods', ns).filter(c.podActive);
  if (name === 'pods') return String(active.length);
  const store =
    COUNTED[name] ||
    (/^count\/([^.]+)$/.exec(name) ? `/${name.slice(6)}` : null) ||
    (/^count\/([^.]+)\.(.+)$/.exec(name) || [null, null, null])
      .slice(1)
      .reverse()
      .filter((x) => x)
      .join('/');
  if (store) return String(c.list(env, store, ns).length);
  const m = /^(requests|limits)\.(.+)$/.exec(name);
  const [kind, res] = m ? m.slice(1) : ['requests', name];
  const sum = active
    .flatMap((p) => p.spec.containers)
    .reduce((n, x) => n + (quantity.nano(((x.resources || {})[kind] || {})[res] || '0') || 0n), 0n);
  return quantity.canonical(`${sum}n`) || '0';
}

function quota(env, o) {
  const hard = o.spec.hard || {};
  c.setStatus(env, QUOTA, o, {
    hard,
    used: Object.fromEntries(
      Object.keys(hard)
        .sort()
        .map((n) => [n, used(env, o.metadata.namespace, n)]),
    ),
  });
}

function run(env) {
  for (const o of c.list(env, PDB)) budget(env, o);
  for (const o of c.list(env, QUOTA)) quota(env, o);
}

module.exports = { name: 'budgets', run };
