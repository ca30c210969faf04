'use strict';
// StatefulSets: numbered pods one after the other, their claims, and ControllerRevisions.

const c = require('./common');
const { matcher } = require('../selectors');
const { clone, equal } = require('../json');
const revisions = require('./revisions');

const STORE = 'apps/statefulsets';
const LABEL = 'controller-revision-hash';
const ordinal = (p) => Number(/-(\d+)$/.exec(p.metadata.name)[1]);

function claims(env, sts, i) {
  for (const t of sts.spec.volumeClaimTemplates || []) {
    const name = `${t.metadata.name}-${sts.metadata.name}-${i}`;
    if (!env.store.get('/persistentvolumeclaims', sts.metadata.namespace, name))
      c.create(env, '/persistentvolumeclaims', sts.metadata.namespace, {
        metadata: { name, labels: { ...(t.metadata.labels || {}), ...(sts.spec.selector.matchLabels || {}) } },
        spec: clone(t.spec),
      });
  }
}

function volumes(sts, i) {
  const mine = (sts.spec.volumeClaimTemplates || []).map((t) => ({
    name: t.metadata.name,
    persistentVolumeClaim: { claimName: `${t.metadata.name}-${sts.metadata.name}-${i}` },
  }));
  const rest = ((sts.spec.template.spec || {}).volumes || []).filter((v) => !mine.some((m) => m.name === v.name));
  return mine.length || rest.length ? [...mine, ...rest] : undefined;
}

function makePod(env, sts, i, rev, template) {
  claims(env, sts, i);
  const name = `${sts.metadata.name}-${i}`;
  const vols = volumes(sts, i);
  const labels = {
    [LABEL]: rev,
    'statefulset.kubernetes.io/pod-name': name,
    ...(env.old ? {} : { 'apps.kubernetes.io/pod-index': String(i) }),
  };
  const made = c.podFrom(template, sts, {
    name,
    labels,
    spec: {
      hostname: name,
      ...(sts.spec.serviceName ? { subdomain: sts.spec.serviceName } : {}),
      ...(vols ? { volumes: vols } : {}),
    },
  });
  c.create(env, '/pods', sts.metadata.namespace, {
    ...made,
    metadata: { ...made.metadata, ...(env.old ? {} : { generateName: `${sts.metadata.name}-` }) },
  });
  c.event(env, sts, 'SuccessfulCreate', `create Pod ${name} in StatefulSet ${sts.metadata.name} successful`, {
    component: 'statefulset-controller',
  });
}

function sync(env, sts) {
  if (sts.metadata.deletionTimestamp) return;
  const { current, update } = revisions.sync(env, sts, STORE, (sts.status || {}).currentRevision);
  const pods = c
    .owned(env, '/pods', sts)
    .filter((p) => matcher(sts.spec.selector)(p.metadata.labels))
    .sort((a, b) => ordinal(a) - ordinal(b));
  for (const p of pods)
    if (['Failed', 'Succeeded'].includes((p.status || {}).phase) && !p.metadata.deletionTimestamp)
      c.remove(env, '/pods', p);
  const ordered = sts.spec.podManagementPolicy !== 'Parallel';
  const start = (sts.spec.ordinals || {}).start || 0;
  const partition = (sts.spec.updateStrategy.rollingUpdate || {}).partition || 0;
  const templateOf = (rev) =>
    rev === update.metadata.name ? sts.spec.template : (current.data.spec || {}).template || sts.spec.template;
  const done = !act(env, { sts, pods, start, partition, ordered, current, update, templateOf });
  status(env, sts, current, update, done);
}

// act takes the next step; true when there was one or one is awaited.
function act(env, x) {
  const { sts, pods, start, partition, ordered, current, update, templateOf } = x;
  const end = start + sts.spec.replicas;
  let waiting = false;
  for (let i = start; i < end; i++) {
    const p = pods.find((y) => ordinal(y) === i);
    if (!p) {
      const rev =
        i < start + partition && (sts.status || {}).currentRevision ? current.metadata.name : update.metadata.name;
      makePod(env, sts, i, rev, templateOf(rev));
      waiting = true;
      if (ordered) return true;
    } else if (p.metadata.deletionTimestamp || !c.podAvailable(p, sts.spec.minReadySeconds)) {
      waiting = true;
      if (ordered) return true;
    }
  }
  const extra = pods.filter((p) => ordinal(p) >= end || ordinal(p) < start).reverse();
  if (extra.length && ordered) {
    if (!extra.some((p) => p.metadata.deletionTimestamp)) c.remove(env, '/pods', extra[0]);
    return true;
  }
  for (const p of extra) if (!p.metadata.deletionTimestamp) c.remove(env, '/pods', p);
  if (extra.length) return true;
  return waiting || rollingUpdate(env, sts, pods, update, start + partition);
}

function rollingUpdate(env, sts, pods, update, from) {
  if (sts.spec.updateStrategy.type === 'OnDelete') return false;
  for (const p of [...pods].reverse()) {
    if (ordinal(p) < from || p.metadata.labels[LABEL] === update.metadata.name) continue;
    if (!p.metadata.deletionTimestamp) {
      c.remove(env, '/pods', p);
      c.event(
        env,
        sts,
        'SuccessfulDelete',
        `delete Pod ${p.metadata.name} in StatefulSet ${sts.metadata.name} successful`,
        { component: 'statefulset-controller' },
      );
    }
    return true;
  }
  return false;
}

function status(env, sts, current, update, done) {
  const now = env.store.get(STORE, sts.metadata.namespace, sts.metadata.name);
  const pods = c.owned(env, '/pods', sts).filter((p) => !p.metadata.deletionTimestamp);
  const of = (rev) => pods.filter((p) => p.metadata.labels[LABEL] === rev.metadata.name).length;
  const updated = of(update);
  const settled = done && updated === pods.length && pods.length === sts.spec.replicas;
  const cur = settled ? update : current;
  const s = {
    observedGeneration: sts.metadata.generation,
    replicas: pods.length,
    readyReplicas: pods.filter(c.podReady).length,
    currentReplicas: of(cur),
    updatedReplicas: updated,
    currentRevision: cur.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: (now.status || {}).collisionCount || 0,
    availableReplicas: pods.filter((p) => c.podAvailable(p, sts.spec.minReadySeconds)).length,
  };
  for (const n of ['readyReplicas', 'currentReplicas', 'updatedReplicas']) if (!s[n]) delete s[n];
  if (env.old) delete s.availableReplicas;
  if (!equal(now.status, s)) c.setStatus(env, STORE, now, s);
}

function run(env) {
  for (const s of c.list(env, STORE)) sync(env, s);
}

module.exports = { name: 'statefulsets', run };
