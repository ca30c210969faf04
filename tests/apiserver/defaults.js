'use strict';
// What a server fills in: defaults of each kind (owned by whoever wrote the object), and what its
// strategies and admission set afterwards (owned by nobody).

const { isObject, clone } = require('./json');

const put = (o, k, v) => {
  if (o[k] === undefined || o[k] === null || o[k] === '') o[k] = typeof v === 'object' && v !== null ? clone(v) : v;
  return o[k];
};
const list = (v) => (Array.isArray(v) ? v.filter(isObject) : []);

function probe(p) {
  if (!isObject(p)) return;
  put(p, 'timeoutSeconds', 1);
  put(p, 'periodSeconds', 10);
  put(p, 'successThreshold', 1);
  put(p, 'failureThreshold', 3);
  for (const k of ['timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'])
    if (p[k] === 0) p[k] = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }[k];
  httpGet(p.httpGet);
  if (isObject(p.grpc)) {
    if (p.grpc.service === undefined) p.grpc.service = '';
  }
}

function httpGet(h) {
  if (isObject(h)) {
    put(h, 'path', '/');
    put(h, 'scheme', 'HTTP');
  }
}

function pullPolicy(image) {
  const name = String(image || '').split('@');
  if (name.length > 1) return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(name[0]);
  return !tag || tag[1] === 'latest' ? 'Always' : 'IfNotPresent';
}

function container(c) {
  put(c, 'imagePullPolicy', pullPolicy(c.image));
  put(c, 'terminationMessagePath', '/dev/termination-log');
  put(c, 'terminationMessagePolicy', 'File');
  for (const p of list(c.ports)) put(p, 'protocol', 'TCP');
  for (const p of [c.livenessProbe, c.readinessProbe, c.startupProbe]) probe(p);
  for (const e of list(c.env))
    if (isObject(e.valueFrom) && isObject(e.valueFrom.fieldRef)) put(e.valueFrom.fieldRef, 'apiVersion', 'v1');
  if (isObject(c.lifecycle))
    for (const h of [c.lifecycle.postStart, c.lifecycle.preStop]) if (isObject(h)) httpGet(h.httpGet);
}

// Only a pod's own containers request what they are limited to; templates wait for their pods.
function requests(s) {
  for (const { resources: r } of [...list(s.containers), ...list(s.initContainers)]) {
    if (!isObject(r) || !isObject(r.limits)) continue;
    if (!isObject(r.requests)) r.requests = {};
    for (const [k, v] of Object.entries(r.limits)) put(r.requests, k, v);
  }
}

const VOLUME_KEYS = ['name'];

function volume(v) {
  if (!Object.keys(v).some((k) => !VOLUME_KEYS.includes(k) && v[k] !== null)) v.emptyDir = {};
  for (const k of ['secret', 'configMap', 'downwardAPI', 'projected'])
    if (isObject(v[k])) put(v[k], 'defaultMode', 420);
  if (isObject(v.hostPath) && v.hostPath.type === undefined) v.hostPath.type = '';
  for (const i of [
    ...list((v.downwardAPI || {}).items),
    ...list((v.projected || {}).sources).flatMap((s) => list((s.downwardAPI || {}).items)),
  ])
    if (isObject(i.fieldRef)) put(i.fieldRef, 'apiVersion', 'v1');
  for (const s of list((v.projected || {}).sources))
    if (isObject(s.serviceAccountToken)) put(s.serviceAccountToken, 'expirationSeconds', 3600);
}

function podSpec(s) {
  put(s, 'restartPolicy', 'Always');
  put(s, 'terminationGracePeriodSeconds', 30);
  put(s, 'dnsPolicy', 'ClusterFirst');
  put(s, 'securityContext', {});
  put(s, 'schedulerName', 'default-scheduler');
  for (const c of [...list(s.containers), ...list(s.initContainers), ...list(s.ephemeralContainers)]) container(c);
  if (s.serviceAccountName) put(s, 'serviceAccount', s.serviceAccountName);
  else if (s.serviceAccount) s.serviceAccountName = s.serviceAccount;
  for (const v of list(s.volumes)) volume(v);
  if (s.hostNetwork)
    for (const c of list(s.containers))
      for (const p of list(c.ports)) if (p.containerPort) put(p, 'hostPort', p.containerPort);
}

// A template is a struct: it is there, and gets its defaults, even when nobody wrote it.
function template(owner) {
  if (owner.template === undefined || owner.template === null) owner.template = {};
  const t = owner.template;
  if (!isObject(t)) return;
  if (t.spec === undefined || t.spec === null) t.spec = {};
  if (isObject(t.spec)) podSpec(t.spec);
}
const spec = (o) => {
  if (!isObject(o.spec)) o.spec = {};
  return o.spec;
};

function deployment(o) {
  const s = spec(o);
  put(s, 'replicas', 1);
  template(s);
  const st = put(s, 'strategy', {});
  put(st, 'type', 'RollingUpdate');
  if (st.type === 'RollingUpdate') {
    const r = put(st, 'rollingUpdate', {});
    put(r, 'maxUnavailable', '25%');
    put(r, 'maxSurge', '25%');
  }
  put(s, 'revisionHistoryLimit', 10);
  put(s, 'progressDeadlineSeconds', 600);
}

function statefulSet(o, env) {
  const s = spec(o);
  put(s, 'podManagementPolicy', 'OrderedReady');
  const u = put(s, 'updateStrategy', {});
  put(u, 'type', 'RollingUpdate');
  if (u.type === 'RollingUpdate') put(put(u, 'rollingUpdate', {}), 'partition', 0);
  if (!env.old) {
    const r = put(s, 'persistentVolumeClaimRetentionPolicy', {});
    put(r, 'whenDeleted', 'Retain');
    put(r, 'whenScaled', 'Retain');
  }
  put(s, 'replicas', 1);
  put(s, 'revisionHistoryLimit', 10);
  template(s);
  for (const c of list(s.volumeClaimTemplates)) {
    put(c, 'kind', 'PersistentVolumeClaim');
    put(c, 'apiVersion', 'v1');
    claim(c);
    c.status = { phase: 'Pending' };
  }
}

function daemonSet(o) {
  const s = spec(o);
  template(s);
  const u = put(s, 'updateStrategy', {});
  put(u, 'type', 'RollingUpdate');
  if (u.type === 'RollingUpdate') {
    const r = put(u, 'rollingUpdate', {});
    put(r, 'maxUnavailable', 1);
    put(r, 'maxSurge', 0);
  }
  put(s, 'revisionHistoryLimit', 10);
}

function job(o, env) {
  jobSpec(spec(o), env);
}

function jobSpec(s, env) {
  template(s);
  if (s.completions === undefined && s.parallelism === undefined) s.completions = 1;
  put(s, 'parallelism', 1);
  put(s, 'backoffLimit', 6);
  if (env.old) return;
  put(s, 'completionMode', 'NonIndexed');
  put(s, 'suspend', false);
  put(s, 'podReplacementPolicy', s.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed');
  put(s, 'manualSelector', false);
}

function cronJob(o) {
  const s = spec(o);
  put(s, 'concurrencyPolicy', 'Allow');
  put(s, 'suspend', false);
  put(s, 'successfulJobsHistoryLimit', 3);
  put(s, 'failedJobsHistoryLimit', 1);
  const t = isObject(s.jobTemplate) && isObject(s.jobTemplate.spec) ? s.jobTemplate.spec : null;
  if (t) template(t);
}

function service(o, env) {
  const s = spec(o);
  put(s, 'sessionAffinity', 'None');
  put(s, 'type', 'ClusterIP');
  if (s.sessionAffinity === 'ClientIP')
    put(put(put(s, 'sessionAffinityConfig', {}), 'clientIP', {}), 'timeoutSeconds', 10800);
  for (const p of list(s.ports)) {
    put(p, 'protocol', 'TCP');
    if (p.targetPort === undefined || p.targetPort === '' || p.targetPort === 0) p.targetPort = p.port;
  }
  if (s.type === 'NodePort' || s.type === 'LoadBalancer') put(s, 'externalTrafficPolicy', 'Cluster');
  if (env.old) return;
  if (s.type !== 'ExternalName') put(s, 'internalTrafficPolicy', 'Cluster');
  if (s.type === 'LoadBalancer') put(s, 'allocateLoadBalancerNodePorts', true);
}

function secret(o) {
  put(o, 'type', 'Opaque');
  if (isObject(o.stringData)) {
    o.data = o.data || {};
    for (const [k, v] of Object.entries(o.stringData))
      if (typeof v === 'string') o.data[k] = Buffer.from(v).toString('base64');
    delete o.stringData;
  }
}

function claim(o) {
  if (isObject(o.spec)) put(o.spec, 'volumeMode', 'Filesystem');
}

function hpa(o) {
  const s = spec(o);
  put(s, 'minReplicas', 1);
  if (!list(s.metrics).length)
    s.metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
    ];
}

function networkPolicy(o) {
  const s = spec(o);
  if (!s.policyTypes || !s.policyTypes.length)
    s.policyTypes = ['Ingress', ...(s.egress && s.egress.length ? ['Egress'] : [])];
  for (const r of [...list(s.ingress), ...list(s.egress)]) for (const p of list(r.ports)) put(p, 'protocol', 'TCP');
}

function binding(o) {
  if (isObject(o.roleRef)) put(o.roleRef, 'apiGroup', 'rbac.authorization.k8s.io');
  for (const s of list(o.subjects))
    if (s.kind === 'User' || s.kind === 'Group') put(s, 'apiGroup', 'rbac.authorization.k8s.io');
}

function crd(o) {
  const s = spec(o);
  const n = put(s, 'names', {});
  if (n.kind) {
    put(n, 'singular', String(n.kind).toLowerCase());
    put(n, 'listKind', `${n.kind}List`);
  }
  put(put(s, 'conversion', {}), 'strategy', 'None');
}

const DEFAULTS = {
  pods: (o) => {
    podSpec(spec(o));
    requests(o.spec);
    put(o.spec, 'enableServiceLinks', true);
  },
  podtemplates: (o) => template(o),
  deployments: deployment,
  statefulsets: statefulSet,
  daemonsets: daemonSet,
  jobs: job,
  cronjobs: cronJob,
  services: service,
  secrets: secret,
  replicasets: (o) => {
    put(spec(o), 'replicas', 1);
    template(o.spec);
  },
  replicationcontrollers: (o) => {
    const s = spec(o);
    put(s, 'replicas', 1);
    template(s);
    const l = ((s.template || {}).metadata || {}).labels;
    if (l) put(s, 'selector', l);
  },
  persistentvolumeclaims: (o) => {
    claim(o);
    const st = put(o, 'status', {});
    put(st, 'phase', 'Pending');
  },
  persistentvolumes: (o) => {
    const s = spec(o);
    put(s, 'persistentVolumeReclaimPolicy', 'Retain');
    put(s, 'volumeMode', 'Filesystem');
    put(put(o, 'status', {}), 'phase', 'Pending');
    if (isObject(s.hostPath) && s.hostPath.type === undefined) s.hostPath.type = '';
  },
  namespaces: (o, env) => {
    if (!env.old && o.metadata && o.metadata.name) {
      o.metadata.labels = o.metadata.labels || {};
      put(o.metadata.labels, 'kubernetes.io/metadata.name', o.metadata.name);
    }
  },
  horizontalpodautoscalers: hpa,
  networkpolicies: networkPolicy,
  rolebindings: binding,
  clusterrolebindings: binding,
  customresourcedefinitions: crd,
  storageclasses: (o) => {
    put(o, 'reclaimPolicy', 'Delete');
    put(o, 'volumeBindingMode', 'Immediate');
  },
  limitranges: (o) => {
    for (const l of list(spec(o).limits))
      if (l.type === 'Container' && isObject(l.default))
        l.defaultRequest = { ...l.default, ...(l.defaultRequest || {}) };
  },
  priorityclasses: (o) => put(o, 'preemptionPolicy', 'PreemptLowerPriority'),
  endpoints: (o) => {
    for (const s of list(o.subsets)) for (const p of list(s.ports)) put(p, 'protocol', 'TCP');
  },
  endpointslices: (o) => {
    for (const p of list(o.ports)) {
      if (p.name === undefined) p.name = '';
      put(p, 'protocol', 'TCP');
    }
  },
  csidrivers: (o) => {
    const s = spec(o);
    if (s.attachRequired === undefined) s.attachRequired = true;
    if (s.podInfoOnMount === undefined) s.podInfoOnMount = false;
  },
};

// applyDefaults(kind, object, env): env is { old } for a 1.20 server. Changes object.
function applyDefaults(k, o, env) {
  if (!k.crd && DEFAULTS[k.plural]) DEFAULTS[k.plural](o, env);
  else if (k.crd) schemaDefaults((k.crdVersion.schema || {}).openAPIV3Schema, o);
}

function schemaDefaults(schema, v) {
  if (!schema || v === null || typeof v !== 'object') return;
  if (Array.isArray(v)) {
    for (const x of v) schemaDefaults(schema.items, x);
    return;
  }
  for (const [name, s] of Object.entries(schema.properties || {})) {
    if (v[name] === undefined && s.default !== undefined) v[name] = clone(s.default);
    schemaDefaults(s, v[name]);
  }
  if (schema.additionalProperties && isObject(schema.additionalProperties))
    for (const x of Object.values(v)) schemaDefaults(schema.additionalProperties, x);
}

module.exports = { applyDefaults, podSpec };
