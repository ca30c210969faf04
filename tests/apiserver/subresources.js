'use strict';
// Subresources: status, scale, binding, eviction, log, token, finalize and the like.

const { clone, isObject } = require('./json');
const errors = require('./errors');
const { apiVersionOf } = require('./kinds');
const { formatSelector, matcher } = require('./selectors');
const { shape } = require('./types');
const body = require('./body');
const patching = require('./patching');
const auth = require('./auth');
const clock = require('./clock');
const logs = require('./logs');

const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
const SCALE_KIND = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  plural: 'scales',
  type: 'autoscaling/v1.Scale',
};

function selectorText(k, o) {
  if (k.plural === 'replicationcontrollers')
    return Object.entries(o.spec.selector || {})
      .map(([a, b]) => `${a}=${b}`)
      .join(',');
  if (k.crd) {
    const s = k.crdVersion.subresources.scale.labelSelectorPath;
    return s ? dig(o, s) || '' : '';
  }
  const t = formatSelector(o.spec.selector);
  return t === '<none>' ? '' : t;
}

const dig = (o, path) =>
  path
    .replace(/^\./, '')
    .split('.')
    .reduce((x, n) => (isObject(x) ? x[n] : undefined), o);

function setPath(o, path, v) {
  const keys = path.replace(/^\./, '').split('.');
  const at = keys.slice(0, -1).reduce((x, n) => {
    if (!isObject(x[n])) x[n] = {};
    return x[n];
  }, o);
  at[keys[keys.length - 1]] = v;
}

function scalePaths(k) {
  const s = k.crd ? k.crdVersion.subresources.scale : {};
  return { spec: s.specReplicasPath || '.spec.replicas', status: s.statusReplicasPath || '.status.replicas' };
}

function toScale(k, o) {
  const m = o.metadata;
  const p = scalePaths(k);
  const sel = selectorText(k, o);
  const n = dig(o, p.spec);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name: m.name,
      namespace: m.namespace,
      uid: m.uid,
      resourceVersion: m.resourceVersion,
      creationTimestamp: m.creationTimestamp,
    },
    spec: n ? { replicas: n } : {},
    status: { replicas: dig(o, p.status) || 0, ...(sel ? { selector: sel } : {}) },
  };
}

function scale(api, r) {
  const { kind: k, namespace: ns, name } = r.info;
  const o = api.objects.show(k, api.objects.get(k, ns, name));
  if (r.method === 'GET') return { code: 200, body: toScale(k, o) };
  const current = toScale(k, o);
  let next;
  if (r.method === 'PATCH')
    next = patching
      .change(
        patching.typeOf({ ...SCALE_KIND, crd: k.crd }, r.headers['content-type']),
        SCALE_KIND,
        r.body,
        SCALE_KIND.type,
      )
      .run(clone(current));
  else next = body.read(r.body, r.headers['content-type'], SCALE_KIND).object;
  next = shape('autoscaling/v1.Scale', next);
  const n = next.spec.replicas || 0;
  if (n < 0)
    throw new errors.ApiError(
      422,
      'Invalid',
      `Scale.autoscaling "${name}" is invalid: spec.replicas: Invalid value: ${n}: must be greater than or equal to 0`,
      {
        name,
        group: 'autoscaling',
        kind: 'Scale',
        causes: [errors.causeInvalid('spec.replicas', n, 'must be greater than or equal to 0')],
      },
    );
  const rv = next.metadata.resourceVersion;
  const opts = body.options(r.query, 'UpdateOptions');
  const changed = api.objects.update(
    k,
    ns,
    name,
    (x) => {
      if (rv && rv !== x.metadata.resourceVersion) throw errors.modified(k, name);
      setPath(x, scalePaths(k).spec, n);
      return x;
    },
    { manager: body.managerName(r.query, r.headers), dryRun: opts.dryRun },
  );
  if (!opts.dryRun && !api.env.old) markScale(api, k, changed, r, n !== dig(o, scalePaths(k).spec));
  return { code: 200, body: toScale(k, opts.dryRun ? changed : api.objects.show(k, api.objects.get(k, ns, name))) };
}

// The owner of replicas is recorded under the subresource, without a time.
function markScale(api, k, o, r, took) {
  const manager = body.managerName(r.query, r.headers);
  const stored = api.objects.get(k, o.metadata.namespace, o.metadata.name);
  const [path, field] = scalePaths(k)
    .spec.replace(/^\./, '')
    .split('.')
    .map((n) => `f:${n}`);
  const list = [];
  for (const e of stored.metadata.managedFields || []) {
    if (!e.subresource && (e.fieldsV1[path] || {})[field]) {
      const { [field]: gone, ...rest } = e.fieldsV1[path];
      const f = { ...e.fieldsV1, [path]: rest };
      if (!Object.keys(rest).length) delete f[path];
      if (Object.keys(f).length) list.push({ ...e, fieldsV1: f });
    } else if (!(e.subresource === 'scale' && e.operation === 'Update')) list.push(e);
  }
  if (took)
    list.unshift({
      manager,
      operation: 'Update',
      apiVersion: apiVersionOf(k),
      fieldsType: 'FieldsV1',
      fieldsV1: { [path]: { [field]: {} } },
      subresource: 'scale',
    });
  stored.metadata.managedFields = list; // same revision: the write that just happened
}

function status(api, r) {
  const { kind: k, namespace: ns, name } = r.info;
  if (r.method === 'GET') return { code: 200, body: api.objects.show(k, api.objects.get(k, ns, name)), k };
  const opts = {
    ...body.options(
      r.query,
      r.method === 'PATCH' ? 'PatchOptions' : 'UpdateOptions',
      body.bare(r.headers['content-type']) === patching.APPLY,
    ),
    manager: body.managerName(r.query, r.headers),
    subresource: 'status',
  };
  if (r.method === 'PATCH') {
    const p = patching.patch(api.objects, k, ns, name, r, opts);
    return { code: 200, body: p.object, warnings: p.warnings };
  }
  const { object } = body.read(r.body, r.headers['content-type'], k);
  return { code: 200, body: api.objects.update(k, ns, name, () => object, opts) };
}

// Subresources whose body is the object itself and that change some of its spec.
function whole(api, r, subresource = 'internal') {
  const { kind: k, namespace: ns, name } = r.info;
  if (r.method === 'GET') return { code: 200, body: api.objects.show(k, api.objects.get(k, ns, name)) };
  const opts = {
    ...body.options(r.query, r.method === 'PATCH' ? 'PatchOptions' : 'UpdateOptions'),
    manager: body.managerName(r.query, r.headers),
    subresource,
  };
  if (r.method === 'PATCH') return { code: 200, body: patching.patch(api.objects, k, ns, name, r, opts).object };
  const { object } = body.read(r.body, r.headers['content-type'], k);
  for (const x of r.info.subresource === 'approval' ? (object.status || {}).conditions || [] : [])
    x.lastTransitionTime = x.lastTransitionTime || clock.stamp();
  return { code: 200, body: api.objects.update(k, ns, name, () => object, opts) };
}

// Behind a gate until 1.23: a server that is old serves no such thing.
function ephemeralContainers(api, r) {
  if (api.env.old) throw errors.noResource();
  return whole(api, r, 'ephemeralcontainers');
}

function binding(api, r) {
  const { kind: k, namespace: ns, name } = r.info;
  const { object } = body.read(r.body, r.headers['content-type'], {
    group: '',
    version: 'v1',
    kind: 'Binding',
    type: 'core/v1.Binding',
  });
  const pod = api.objects.get(k, ns, name);
  if (pod.spec.nodeName)
    throw errors.conflict(
      { group: '', plural: 'pods/binding' },
      name,
      `pod ${name} is already assigned to node "${pod.spec.nodeName}"`,
    );
  api.objects.update(
    k,
    ns,
    name,
    (o) => ({
      ...o,
      spec: { ...o.spec, nodeName: object.target.name },
      status: {
        ...o.status,
        conditions: [
          ...((o.status || {}).conditions || []),
          { type: 'PodScheduled', status: 'True', lastTransitionTime: clock.stamp() },
        ],
      },
    }),
    { subresource: 'internal', manager: 'kube-scheduler' },
  );
  return { code: 201, body: SUCCESS };
}

const podReady = (p) => ((p.status || {}).conditions || []).some((x) => x.type === 'Ready' && x.status === 'True');

function tooMany(message, budget, seconds) {
  return new errors.ApiError(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    {
      causes: [{ reason: 'DisruptionBudget', message: `The disruption budget ${budget} ${message}` }],
      ...(seconds ? { retryAfterSeconds: seconds } : {}),
    },
    seconds ? { headers: { 'Retry-After': String(seconds) } } : {},
  );
}

// What a Pod's disruption budget says to its eviction. One that allows it counts it at once: evictions that come at the
// same time must not share what is left.
function disrupt(api, pod, dryRun) {
  const { namespace: ns, name, labels = {}, deletionTimestamp } = pod.metadata;
  const st = pod.status || {};
  if (deletionTimestamp || ['Succeeded', 'Failed', 'Pending'].includes(st.phase)) return;
  const budgets = api.objects.store
    .list('policy/poddisruptionbudgets', ns)
    .filter((p) => p.spec.selector && matcher(p.spec.selector)(labels));
  if (!budgets.length) return;
  if (budgets.length > 1)
    throw new errors.ApiError(
      500,
      null,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  const [b] = budgets;
  const s = b.status || {};
  const unready = !api.env.old && !podReady(pod);
  if (unready && b.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return;
  if (unready && s.currentHealthy >= s.desiredHealthy && s.desiredHealthy > 0) return;
  if ((s.observedGeneration || 0) < b.metadata.generation)
    throw tooMany('is still being processed by the server.', b.metadata.name, 10);
  if (!s.disruptionsAllowed)
    throw tooMany(`needs ${s.desiredHealthy} healthy pods and has ${s.currentHealthy} currently`, b.metadata.name);
  if (dryRun) return;
  const budget = api.env.kinds.storageKind('policy/poddisruptionbudgets');
  api.objects.update(
    budget,
    ns,
    b.metadata.name,
    (x) => ({
      ...x,
      status: {
        ...x.status,
        disruptionsAllowed: s.disruptionsAllowed - 1,
        disruptedPods: { ...s.disruptedPods, [name]: clock.stamp() },
      },
    }),
    { subresource: 'status', manager: 'kube-apiserver' },
  );
}

function eviction(api, r) {
  const { kind: k, namespace: ns, name } = r.info;
  const o = body.read(r.body || '{}', r.headers['content-type'], {
    group: 'policy',
    version: api.env.old ? 'v1beta1' : 'v1',
    kind: 'Eviction',
    type: api.env.old ? 'policy/v1beta1.Eviction' : 'policy/v1.Eviction',
  }).object;
  const pod = api.objects.get(k, ns, name);
  const del = o.deleteOptions || {};
  const dryRun = (del.dryRun || []).length > 0 || r.query.getAll('dryRun').length > 0;
  disrupt(api, pod, dryRun);
  api.objects.remove(k, ns, name, del, dryRun);
  return { code: 201, body: SUCCESS };
}

function token(api, r) {
  const { kind: k, namespace: ns, name } = r.info;
  const account = api.objects.get(k, ns, name);
  const TR = {
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'TokenRequest',
    type: 'authentication/v1.TokenRequest',
  };
  const { object } = body.read(r.body, r.headers['content-type'], TR);
  const o = shape(TR.type, object);
  o.kind = 'TokenRequest';
  o.apiVersion = 'authentication.k8s.io/v1';
  const seconds = o.spec.expirationSeconds || 3600;
  if (seconds < 600)
    throw errors.invalid({ ...TR, plural: 'tokenrequests' }, '', [
      errors.causeInvalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes'),
    ]);
  const audiences = (o.spec.audiences || []).length ? o.spec.audiences : ['https://kubernetes.default.svc'];
  const exp = Math.floor(clock.now() / 1000) + seconds;
  const jwt = auth.issue(ns, name, account.metadata.uid, {
    aud: audiences,
    exp,
    iat: exp - seconds,
    nbf: exp - seconds,
    iss: 'https://kubernetes.default.svc',
    'kubernetes.io': { namespace: ns, serviceaccount: { name, uid: account.metadata.uid } },
  });
  const managed = {
    manager: body.managerName(r.query, r.headers),
    operation: 'Update',
    apiVersion: 'authentication.k8s.io/v1',
    time: clock.stamp(),
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:expirationSeconds': {} } },
    subresource: 'token',
  };
  return {
    code: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {
        name,
        namespace: ns,
        uid: account.metadata.uid,
        creationTimestamp: clock.stamp(),
        managedFields: [managed],
      },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: o.spec.boundObjectRef || null },
      status: { token: jwt, expirationTimestamp: clock.stamp(exp * 1000) },
    },
  };
}

function finalize(api, r) {
  const { kind: k, name } = r.info;
  const { object } = body.read(r.body, r.headers['content-type'], k);
  return {
    code: 200,
    body: api.objects.update(k, '', name, (o) => ({ ...o, spec: object.spec || {} }), {
      subresource: 'internal',
      manager: body.managerName(r.query, r.headers),
    }),
  };
}

const HANDLERS = {
  scale,
  status,
  binding,
  eviction,
  token,
  finalize,
  log: logs.handle,
  ephemeralcontainers: ephemeralContainers,
  resize: whole,
  approval: whole,
};

// handle(api, request) -> a response, or null when the server does not serve the subresource so.
function handle(api, r) {
  return HANDLERS[r.info.subresource] ? HANDLERS[r.info.subresource](api, r) : null;
}

module.exports = { handle };
