'use strict';
// Deployments: ReplicaSets by template, rolling updates, pause, history, conditions.

const c = require('./common');
const clock = require('../clock');
const { clone, equal } = require('../json');

const RS = 'apps/replicasets';
const HASH = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAX = 'deployment.kubernetes.io/max-replicas';
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  HISTORY,
  DESIRED,
  MAX,
  'deprecated.deployment.rollback.to',
]);

const revision = (rs) => Number((rs.metadata.annotations || {})[REVISION] || 0);
const copied = (d) =>
  Object.fromEntries(Object.entries(d.metadata.annotations || {}).filter(([k]) => !NOT_COPIED.has(k)));

function sameTemplate(rs, d) {
  const t = clone(rs.spec.template);
  delete t.metadata.labels[HASH];
  const want = clone(d.spec.template);
  want.metadata = { ...want.metadata, labels: { ...(want.metadata || {}).labels } };
  return equal(t, want);
}

function limits(d) {
  const n = d.spec.replicas;
  const r = d.spec.strategy.rollingUpdate || {};
  if (d.spec.strategy.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const surge = c.percent(r.maxSurge, n, true);
  let unavailable = c.percent(r.maxUnavailable, n, false);
  if (!surge && !unavailable) unavailable = 1;
  return { surge, unavailable: Math.min(unavailable, n) };
}

const annotations = (d) => ({ [DESIRED]: String(d.spec.replicas), [MAX]: String(d.spec.replicas + limits(d).surge) });

function makeNew(env, d, all) {
  const rev = Math.max(0, ...all.map(revision)) + 1;
  const h = c.hash({ t: d.spec.template, n: (d.status || {}).collisionCount || 0, u: d.metadata.name });
  const labels = { ...(d.spec.template.metadata || {}).labels, [HASH]: h };
  const selector = { ...clone(d.spec.selector), matchLabels: { ...d.spec.selector.matchLabels, [HASH]: h } };
  const total = all.reduce((n, r) => n + r.spec.replicas, 0);
  const replicas =
    d.spec.strategy.type === 'Recreate'
      ? total
        ? 0
        : d.spec.replicas
      : Math.max(0, Math.min(d.spec.replicas, d.spec.replicas + limits(d).surge - total));
  const rs = c.create(env, RS, d.metadata.namespace, {
    metadata: {
      name: `${d.metadata.name}-${h}`,
      labels,
      annotations: { ...copied(d), ...annotations(d), [REVISION]: String(rev) },
      ownerReferences: [c.ownerRef(d)],
    },
    spec: {
      replicas,
      minReadySeconds: d.spec.minReadySeconds,
      selector,
      template: { ...clone(d.spec.template), metadata: { ...(d.spec.template.metadata || {}), labels } },
    },
  });
  if (rs)
    c.event(env, d, 'ScalingReplicaSet', `Scaled up replica set ${rs.metadata.name} from 0 to ${replicas}`, {
      component: 'deployment-controller',
    });
  return rs;
}

function annotate(env, d, rs, all) {
  const top = Math.max(0, ...all.filter((r) => r !== rs).map(revision));
  const want = { ...copied(d), ...annotations(d) };
  const now = rs.metadata.annotations || {};
  if (revision(rs) <= top) {
    want[REVISION] = String(top + 1);
    want[HISTORY] = [now[HISTORY], now[REVISION]].filter((x) => x).join(',');
  }
  if (Object.entries(want).every(([k, v]) => now[k] === v)) return rs;
  return c.update(
    env,
    RS,
    rs,
    (o) => {
      o.metadata.annotations = { ...o.metadata.annotations, ...want };
    },
    { subresource: 'internal' },
  );
}

function scale(env, d, rs, n) {
  if (rs.spec.replicas === n) return rs;
  const word = n > rs.spec.replicas ? 'up' : 'down';
  c.event(
    env,
    d,
    'ScalingReplicaSet',
    `Scaled ${word} replica set ${rs.metadata.name} from ${rs.spec.replicas} to ${n}`,
    { component: 'deployment-controller' },
  );
  return c.update(env, RS, rs, (o) => {
    o.spec.replicas = n;
    Object.assign(o.metadata.annotations, annotations(d));
  });
}

const sum = (list, f) => list.reduce((n, r) => n + (f(r) || 0), 0);
const size = (r) => r.spec.replicas;
const available = (r) => (r.status || {}).availableReplicas;

function rollingUpdate(env, d, fresh, olds) {
  const { surge, unavailable } = limits(d);
  const n = d.spec.replicas;
  const total = size(fresh) + sum(olds, size);
  if (size(fresh) > n) {
    scale(env, d, fresh, n);
    return;
  }
  if (size(fresh) < n && total < n + surge) {
    scale(env, d, fresh, size(fresh) + Math.min(n - size(fresh), n + surge - total));
    return;
  }
  const active = olds.filter(size);
  if (!active.length) return;
  let room = total - (n - unavailable) - (size(fresh) - (available(fresh) || 0));
  for (const r of active) {
    // pods that never came up go first
    if (room <= 0) return;
    const bad = Math.min(room, size(r) - (available(r) || 0));
    if (bad > 0) {
      scale(env, d, r, size(r) - bad);
      room -= bad;
      return;
    }
  }
  let spare = sum([fresh, ...olds], available) - (n - unavailable);
  for (const r of active.sort((a, b) => revision(a) - revision(b))) {
    if (spare <= 0) return;
    const take = Math.min(size(r), spare);
    scale(env, d, r, size(r) - take);
    spare -= take;
  }
}

function recreate(env, d, fresh, olds) {
  for (const r of olds.filter(size)) scale(env, d, r, 0);
  const left = olds.some((r) =>
    c.owned(env, '/pods', r).some((p) => !['Succeeded', 'Failed'].includes((p.status || {}).phase)),
  );
  if (!left) scale(env, d, fresh, d.spec.replicas);
}

// A paused deployment still follows a change of its size, spread over its ReplicaSets.
function resize(env, d, all) {
  const active = all.filter(size);
  const newest = [...all].sort((a, b) => revision(b) - revision(a))[0];
  if (active.length <= 1) {
    const r = active[0] || newest;
    if (r) scale(env, d, r, d.spec.replicas);
    return;
  }
  const was = Number((active[0].metadata.annotations || {})[DESIRED]);
  if (was === d.spec.replicas) return;
  let rest = d.spec.replicas + limits(d).surge - sum(active, size);
  for (const r of active.sort((a, b) => size(b) - size(a))) {
    const add = Math.trunc((size(r) * d.spec.replicas) / was) - size(r);
    const n = Math.max(0, size(r) + (Math.abs(add) < Math.abs(rest) ? add : rest));
    rest -= n - size(r);
    scale(env, d, r, n);
  }
}

function cleanup(env, d, olds) {
  const idle = olds
    .filter((r) => !size(r) && !(r.status || {}).replicas && !r.metadata.deletionTimestamp)
    .sort((a, b) => revision(a) - revision(b));
  for (const r of idle.slice(0, Math.max(0, idle.length - d.spec.revisionHistoryLimit)))
    c.remove(env, RS, r, { propagationPolicy: 'Background' });
}

const progress = (reason, message, status = 'True') => ({ status, reason, message });

function conditions(env, d, s, fresh, complete) {
  let list = (d.status || {}).conditions || [];
  const enough = (s.availableReplicas || 0) >= d.spec.replicas - limits(d).unavailable;
  const set = (type, f, force) => {
    list = c.condition(list, type, f, force);
  };
  set(
    'Available',
    enough
      ? progress('MinimumReplicasAvailable', 'Deployment has minimum availability.')
      : progress('MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', 'False'),
  );
  const old = list.find((x) => x.type === 'Progressing');
  if (d.spec.paused) {
    if (!old || old.reason !== 'ProgressDeadlineExceeded')
      set('Progressing', progress('DeploymentPaused', 'Deployment is paused', 'Unknown'));
    return list;
  }
  if (!fresh) return list;
  const before = d.status || {};
  const name = fresh.metadata.name;
  if (complete) {
    if (!(old && old.reason === 'NewReplicaSetAvailable' && old.message.includes(name)))
      set('Progressing', progress('NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`));
    return list;
  }
  // Once rolled out, a change of the size alone is no progress.
  if (old && old.reason === 'NewReplicaSetAvailable' && old.message.includes(name) && s.replicas === s.updatedReplicas)
    return list;
  const moved =
    ['updatedReplicas', 'readyReplicas', 'availableReplicas'].some((n) => (s[n] || 0) > (before[n] || 0)) ||
    (before.replicas || 0) - (before.updatedReplicas || 0) > s.replicas - (s.updatedReplicas || 0);
  if (!old || old.reason === 'DeploymentPaused' || !old.message.includes(name))
    set('Progressing', progress('NewReplicaSetCreated', `Created new replica set "${name}"`));
  else if (moved) set('Progressing', progress('ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`), true);
  else if (old.reason !== 'ProgressDeadlineExceeded' && old.reason !== 'NewReplicaSetAvailable') {
    const left = Date.parse(old.lastUpdateTime) + d.spec.progressDeadlineSeconds * 1000 - clock.now();
    if (left <= 0)
      set(
        'Progressing',
        progress('ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`, 'False'),
      );
    else env.controllers.later(Math.min(left + 1, 2147483647));
  }
  return list;
}

function status(env, d, all, fresh) {
  const s = {
    observedGeneration: d.metadata.generation,
    replicas: sum(all, (r) => (r.status || {}).replicas),
    updatedReplicas: fresh ? (fresh.status || {}).replicas || 0 : 0,
    readyReplicas: sum(all, (r) => (r.status || {}).readyReplicas),
    availableReplicas: sum(all, available),
  };
  s.unavailableReplicas = Math.max(0, sum(all, size) - s.availableReplicas);
  if (!env.old) s.terminatingReplicas = sum(all, (r) => (r.status || {}).terminatingReplicas);
  const complete =
    s.updatedReplicas === d.spec.replicas && s.replicas === d.spec.replicas && s.availableReplicas === d.spec.replicas;
  s.conditions = conditions(env, d, s, fresh, complete);
  for (const n of ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'])
    if (!s[n]) delete s[n];
  if (d.status && d.status.collisionCount) s.collisionCount = d.status.collisionCount;
  c.setStatus(env, 'apps/deployments', d, s);
  return complete;
}

function sync(env, d) {
  if (d.metadata.deletionTimestamp) return;
  let all = c.owned(env, RS, d);
  let fresh = all
    .filter((r) => sameTemplate(r, d))
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))[0];
  if (!fresh && !d.spec.paused) {
    fresh = makeNew(env, d, all);
    all = c.owned(env, RS, d);
  }
  if (fresh && !d.spec.paused) {
    fresh = annotate(env, d, fresh, all);
    all = c.owned(env, RS, d);
  }
  const olds = all.filter((r) => !fresh || r.metadata.name !== fresh.metadata.name);
  let now = env.store.get('apps/deployments', d.metadata.namespace, d.metadata.name);
  if (fresh && !d.spec.paused && (now.metadata.annotations || {})[REVISION] !== String(revision(fresh)))
    now = c.update(
      env,
      'apps/deployments',
      now,
      (o) => {
        o.metadata.annotations = { ...o.metadata.annotations, [REVISION]: String(revision(fresh)) };
      },
      { subresource: 'internal', owner: 'status' },
    );
  if (d.spec.paused) resize(env, d, all);
  else if (d.spec.strategy.type === 'Recreate') recreate(env, d, fresh, olds);
  else rollingUpdate(env, d, fresh, olds);
  all = c.owned(env, RS, d);
  const latest = fresh && all.find((r) => r.metadata.name === fresh.metadata.name);
  const complete = status(env, now, all, latest);
  if (complete || d.spec.paused)
    cleanup(
      env,
      d,
      all.filter((r) => !latest || r !== latest),
    );
}

function run(env) {
  for (const d of c.list(env, 'apps/deployments')) sync(env, d);
}

module.exports = { name: 'deployments', run };
