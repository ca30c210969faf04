'use strict';
// DaemonSets: one pod on each node that fits, updated a few at a time.

const c = require('./common');
const revisions = require('./revisions');

const STORE = 'apps/daemonsets';
const LABEL = 'controller-revision-hash';

function nodesFor(env, ds) {
  const want = Object.entries((ds.spec.template.spec || {}).nodeSelector || {});
  return c.list(env, '/nodes').filter((n) => want.every(([k, v]) => (n.metadata.labels || {})[k] === v));
}

const nodeOf = (p) =>
  p.spec.nodeName ||
  ((
    ((((p.spec.affinity || {}).nodeAffinity || {}).requiredDuringSchedulingIgnoredDuringExecution || {})
      .nodeSelectorTerms || [])[0] || {}
  ).matchFields || [{ values: [] }])[0].values[0];

function makePod(env, ds, node, rev) {
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
      },
    },
  };
  const p = c.create(
    env,
    '/pods',
    ds.metadata.namespace,
    c.podFrom(ds.spec.template, ds, {
      labels: { [LABEL]: rev.metadata.labels[LABEL], 'pod-template-generation': String(ds.metadata.generation) },
      spec: { affinity },
    }),
  );
  if (p) c.event(env, ds, 'SuccessfulCreate', `Created pod: ${p.metadata.name}`, { component: 'daemonset-controller' });
}

function sync(env, ds) {
  if (ds.metadata.deletionTimestamp) return;
  const { update } = revisions.sync(env, ds, STORE, null);
  const hash = update.metadata.labels[LABEL];
  const nodes = nodesFor(env, ds).map((n) => n.metadata.name);
  let pods = c.owned(env, '/pods', ds);
  for (const p of pods)
    if (
      !p.metadata.deletionTimestamp &&
      (!nodes.includes(nodeOf(p)) || ['Failed', 'Succeeded'].includes((p.status || {}).phase))
    )
      c.remove(env, '/pods', p);
  for (const n of nodes) if (!pods.some((p) => nodeOf(p) === n)) makePod(env, ds, n, update);
  pods = c.owned(env, '/pods', ds);
  if (ds.spec.updateStrategy.type === 'RollingUpdate') {
    const max = c.percent(ds.spec.updateStrategy.rollingUpdate.maxUnavailable, nodes.length, true) || 1;
    let room = max - pods.filter((p) => p.metadata.deletionTimestamp || !c.podReady(p)).length;
    for (const p of pods)
      if (room > 0 && !p.metadata.deletionTimestamp && p.metadata.labels[LABEL] !== hash) {
        c.remove(env, '/pods', p);
        room--;
      }
  }
  status(env, ds, nodes, hash);
}

function status(env, ds, nodes, hash) {
  const pods = c.owned(env, '/pods', ds).filter((p) => !p.metadata.deletionTimestamp && nodes.includes(nodeOf(p)));
  const ready = pods.filter(c.podReady).length;
  const updated = pods.filter((p) => p.metadata.labels[LABEL] === hash).length;
  const s = {
    currentNumberScheduled: pods.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes.length,
    numberReady: ready,
    observedGeneration: ds.metadata.generation,
    ...(updated ? { updatedNumberScheduled: updated } : {}),
    ...(ready ? { numberAvailable: ready } : {}),
    ...(nodes.length - ready ? { numberUnavailable: nodes.length - ready } : {}),
  };
  c.setStatus(env, STORE, env.store.get(STORE, ds.metadata.namespace, ds.metadata.name), s);
}

function run(env) {
  for (const d of c.list(env, STORE)) sync(env, d);
}

module.exports = { name: 'daemonsets', run };
