'use strict';
// What the controllers share.

const crypto = require('crypto');
const { clone, equal, stringify } = require('../json');
const clock = require('../clock');
const { suffix } = require('../strategy');

const KCM = 'kube-controller-manager';
const kindOf = (env, storage) => env.kinds.storageKind(storage) || env.kinds.all.find((k) => k.storage === storage);
const list = (env, storage, ns) => env.store.list(storage, ns);
const controller = (o) => (o.metadata.ownerReferences || []).find((r) => r.controller);
const owned = (env, storage, owner) =>
  list(env, storage, owner.metadata.namespace).filter((o) => {
    const r = controller(o);
    return r && r.uid === owner.metadata.uid;
  });
const ownerRef = (o) => ({
  apiVersion: o.apiVersion,
  kind: o.kind,
  name: o.metadata.name,
  uid: o.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

function create(env, storage, ns, o, manager = KCM) {
  try {
    return env.objects.create(kindOf(env, storage), ns, o, { manager });
  } catch (e) {
    if (e.code === 409 || e.code === 403 || e.code === 404) return null;
    throw e;
  }
}

const update = (env, storage, o, change, opts = {}) =>
  env.objects.update(
    kindOf(env, storage),
    o.metadata.namespace,
    o.metadata.name,
    (x) => {
      change(x);
      return x;
    },
    { manager: KCM, ...opts },
  );

// setStatus writes status when it differs from what is there.
function setStatus(env, storage, o, status, manager = KCM) {
  if (equal(o.status, status)) return o;
  return update(
    env,
    storage,
    o,
    (x) => {
      x.status = clone(status);
    },
    { subresource: 'status', manager },
  );
}

function remove(env, storage, o, options = {}) {
  try {
    env.objects.remove(kindOf(env, storage), o.metadata.namespace, o.metadata.name, options);
  } catch (e) {
    if (e.code !== 404) throw e;
  }
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const hash = (v, n = 10) =>
  [...crypto.createHash('sha256').update(stringify(v)).digest().subarray(0, n)]
    .map((b) => ALPHABET[b % ALPHABET.length])
    .join('');

const podReady = (p) => ((p.status || {}).conditions || []).some((c) => c.type === 'Ready' && c.status === 'True');
const readySince = (p) => {
  const c = ((p.status || {}).conditions || []).find((x) => x.type === 'Ready' && x.status === 'True');
  return c ? Date.parse(c.lastTransitionTime) : null;
};
const podAvailable = (p, seconds) => podReady(p) && (!seconds || readySince(p) + seconds * 1000 <= clock.now());
const podActive = (p) => !['Succeeded', 'Failed'].includes((p.status || {}).phase) && !p.metadata.deletionTimestamp;

// condition(list, type, fields): the list with the condition set; times change only with the status.
function condition(conditions, type, fields, update_ = false) {
  const now = clock.stamp();
  const old = (conditions || []).find((c) => c.type === type);
  const same = old && old.status === fields.status && old.reason === fields.reason && old.message === fields.message;
  if (same && !update_) return conditions;
  const next = {
    type,
    ...fields,
    lastUpdateTime: now,
    lastTransitionTime: old && old.status === fields.status ? old.lastTransitionTime : now,
  };
  return [...(conditions || []).filter((c) => c.type !== type), next];
}

// podFrom(template, owner, extra): a Pod of a template.
function podFrom(template, owner, extra = {}) {
  const m = template.metadata || {};
  return {
    metadata: {
      ...(extra.name ? { name: extra.name } : { generateName: `${owner.metadata.name}-` }),
      labels: { ...m.labels, ...extra.labels },
      ...(m.annotations || extra.annotations ? { annotations: { ...m.annotations, ...extra.annotations } } : {}),
      ...(m.finalizers ? { finalizers: m.finalizers } : {}),
      ownerReferences: [ownerRef(owner)],
    },
    spec: { ...clone(template.spec), ...extra.spec },
  };
}

// event records one about an object.
function event(env, o, reason, message, { type = 'Normal', component = KCM, fieldPath, host } = {}) {
  const t = clock.stamp();
  const name = `${o.metadata.name}.${crypto.randomBytes(8).toString('hex')}`;
  create(
    env,
    '/events',
    o.metadata.namespace || 'default',
    {
      metadata: { name },
      involvedObject: {
        kind: o.kind,
        namespace: o.metadata.namespace,
        name: o.metadata.name,
        uid: o.metadata.uid,
        apiVersion: o.apiVersion,
        resourceVersion: o.metadata.resourceVersion,
        ...(fieldPath ? { fieldPath } : {}),
      },
      reason,
      message,
      source: { component, ...(host ? { host } : {}) },
      firstTimestamp: t,
      lastTimestamp: t,
      count: 1,
      type,
      reportingComponent: component,
      ...(host ? { reportingInstance: host } : {}),
    },
    component,
  );
}

// percent(value, total, up): an int-or-percent resolved.
function percent(v, total, up) {
  if (typeof v === 'number') return v;
  const n = (parseInt(v, 10) * total) / 100;
  return up ? Math.ceil(n) : Math.floor(n);
}

module.exports = {
  KCM,
  kindOf,
  list,
  controller,
  owned,
  ownerRef,
  create,
  update,
  setStatus,
  remove,
  hash,
  podReady,
  podAvailable,
  podActive,
  condition,
  podFrom,
  event,
  percent,
  suffix,
};
