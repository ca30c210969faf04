'use strict';
// What happens to an object on its way into the store: names, generations, allocations, admission.

const crypto = require('crypto');
const { stamp } = require('./clock');
const { equal } = require('./json');
const { ApiError, invalid, causeInvalid } = require('./errors');

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const suffix = (n = 5) => [...crypto.randomBytes(n)].map((b) => ALPHABET[b % ALPHABET.length]).join('');
const uuid = () => crypto.randomUUID();

const TOLERATIONS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

function qos(pod) {
  const res = [...(pod.spec.containers || []), ...(pod.spec.initContainers || [])].map((c) => c.resources || {});
  if (res.every((r) => !Object.keys(r.requests || {}).length && !Object.keys(r.limits || {}).length))
    return 'BestEffort';
  const full = (r) =>
    ['cpu', 'memory'].every(
      (n) =>
        (r.limits || {})[n] !== undefined && ((r.requests || {})[n] === undefined || r.requests[n] === r.limits[n]),
    );
  return res.every(full) ? 'Guaranteed' : 'Burstable';
}

function pod(o, env) {
  if (!o.spec.tolerations) o.spec.tolerations = [];
  for (const t of TOLERATIONS)
    if (!o.spec.tolerations.some((x) => x.key === t.key || (!x.key && x.operator === 'Exists')))
      o.spec.tolerations.push({ ...t });
  const pc =
    o.spec.priorityClassName && env.store.get('scheduling.k8s.io/priorityclasses', '', o.spec.priorityClassName);
  if (o.spec.priorityClassName && !pc)
    throw new ApiError(
      403,
      'Forbidden',
      `pods "${o.metadata.name}" is forbidden: no PriorityClass with name ${o.spec.priorityClassName} was found`,
      { name: o.metadata.name, kind: 'pods' },
    );
  o.spec.priority = pc ? pc.value : 0;
  o.spec.preemptionPolicy = pc ? pc.preemptionPolicy : 'PreemptLowerPriority';
  o.status = { phase: 'Pending', qosClass: qos(o) };
}

function nodePort(env, wanted, k, o, i) {
  const used = new Set(
    env.store
      .list('/services')
      .filter((s) => s.metadata.uid !== o.metadata.uid)
      .flatMap((s) => (s.spec.ports || []).map((p) => p.nodePort)),
  );
  if (wanted) {
    if (wanted < 30000 || wanted > 32767)
      throw invalid(k, o.metadata.name, [
        causeInvalid(
          `spec.ports[${i}].nodePort`,
          wanted,
          'provided port is not in the valid range. The range of valid ports is 30000-32767',
        ),
      ]);
    if (used.has(wanted))
      throw invalid(k, o.metadata.name, [
        causeInvalid(`spec.ports[${i}].nodePort`, wanted, 'provided port is already allocated'),
      ]);
    return wanted;
  }
  for (;;) {
    const p = 30000 + crypto.randomInt(2768);
    if (!used.has(p)) return p;
  }
}

function clusterIP(env, wanted, k, o) {
  const used = new Set(
    env.store
      .list('/services')
      .filter((s) => s.metadata.uid !== o.metadata.uid)
      .map((s) => s.spec.clusterIP),
  );
  if (wanted) {
    if (!/^10\.96\.\d+\.\d+$/.test(wanted))
      throw invalid(k, o.metadata.name, [
        causeInvalid(
          'spec.clusterIPs',
          [wanted],
          `failed to allocate IP ${wanted}: the provided network does not match the current range`,
        ),
      ]);
    if (used.has(wanted))
      throw invalid(k, o.metadata.name, [
        causeInvalid('spec.clusterIPs', [wanted], `failed to allocate IP ${wanted}: provided IP is already allocated`),
      ]);
    return wanted;
  }
  for (;;) {
    const ip = `10.96.${crypto.randomInt(256)}.${1 + crypto.randomInt(254)}`;
    if (!used.has(ip)) return ip;
  }
}

function service(o, env, k, old) {
  const s = o.spec;
  if (s.type === 'ExternalName') {
    for (const n of [
      'clusterIP',
      'clusterIPs',
      'ipFamilies',
      'ipFamilyPolicy',
      'internalTrafficPolicy',
      'externalTrafficPolicy',
      'allocateLoadBalancerNodePorts',
      'healthCheckNodePort',
    ])
      delete s[n];
    for (const p of s.ports || []) delete p.nodePort;
    if (old) o.status = { loadBalancer: {} };
    return;
  }
  if (!s.clusterIP && s.clusterIPs) [s.clusterIP] = s.clusterIPs;
  if (!s.clusterIP && old) s.clusterIP = old.spec.clusterIP;
  if (s.clusterIP !== 'None') s.clusterIP = clusterIP(env, s.clusterIP, k, o);
  if (!s.clusterIPs) s.clusterIPs = [s.clusterIP];
  if (!env.old) {
    if (!s.ipFamilies) s.ipFamilies = ['IPv4'];
    if (!s.ipFamilyPolicy) s.ipFamilyPolicy = 'SingleStack';
  }
  const wants = s.type === 'NodePort' || (s.type === 'LoadBalancer' && s.allocateLoadBalancerNodePorts !== false);
  (s.ports || []).forEach((p, i) => {
    const before = old && (old.spec.ports || []).find((x) => x.port === p.port && x.protocol === p.protocol);
    if (wants) p.nodePort = nodePort(env, p.nodePort || (before && before.nodePort), k, o, i);
    else if (s.type === 'ClusterIP' && old) delete p.nodePort;
  });
  if (s.type === 'ClusterIP') {
    delete s.externalTrafficPolicy;
    delete s.allocateLoadBalancerNodePorts;
  }
  if (s.type !== 'LoadBalancer') {
    delete s.allocateLoadBalancerNodePorts;
    if (old) o.status = { loadBalancer: {} };
  }
}

const addFinalizer = (o, f) => {
  const list = o.metadata.finalizers || [];
  if (!list.includes(f)) o.metadata.finalizers = [...list, f];
};

function claim(o, env) {
  addFinalizer(o, 'kubernetes.io/pvc-protection');
  if (o.spec.storageClassName === undefined) {
    const d = env.store
      .list('storage.k8s.io/storageclasses')
      .find((c) => (c.metadata.annotations || {})['storageclass.kubernetes.io/is-default-class'] === 'true');
    if (d) o.spec.storageClassName = d.metadata.name;
  }
  o.status = { phase: 'Pending' };
}

function job(o, env) {
  const s = o.spec;
  const uid = o.metadata.uid;
  if (s.manualSelector) return;
  const labels = env.old
    ? { 'controller-uid': uid, 'job-name': o.metadata.name }
    : {
        'batch.kubernetes.io/controller-uid': uid,
        'batch.kubernetes.io/job-name': o.metadata.name,
        'controller-uid': uid,
        'job-name': o.metadata.name,
      };
  s.template.metadata = { ...s.template.metadata, labels: { ...(s.template.metadata || {}).labels, ...labels } };
  s.selector = { matchLabels: env.old ? { 'controller-uid': uid } : { 'batch.kubernetes.io/controller-uid': uid } };
  if (!Object.keys(o.metadata.labels || {}).length) o.metadata.labels = { ...s.template.metadata.labels };
}

const GENERATION = 'deprecated.daemonset.template.generation';

function daemonSet(o, env, k, old) {
  const was = old ? Number((old.metadata.annotations || {})[GENERATION] || 1) : 0;
  const n = !old ? 1 : equal(o.spec.template, old.spec.template) ? was : was + 1;
  o.metadata.annotations = { ...o.metadata.annotations, [GENERATION]: String(n) };
}

const CREATE = {
  daemonsets: (o, env) => {
    daemonSet(o, env);
    o.status = {};
  },
  pods: pod,
  services: (o, env, k) => {
    service(o, env, k, null);
    o.status = { loadBalancer: {} };
  },
  namespaces: (o) => {
    o.spec = { finalizers: ['kubernetes'] };
    o.status = { phase: 'Active' };
  },
  persistentvolumeclaims: claim,
  persistentvolumes: (o) => {
    addFinalizer(o, 'kubernetes.io/pv-protection');
    o.status = { phase: 'Pending' };
  },
  jobs: (o, env) => {
    job(o, env);
    o.status = {};
  },
  customresourcedefinitions: (o) => {
    o.status = {
      conditions: [],
      acceptedNames: { plural: '', kind: '' },
      storedVersions: [o.spec.versions.find((v) => v.storage).name],
    };
  },
  resourcequotas: (o) => {
    o.status = {};
  },
  nodes: () => {},
  podtemplates: () => {},
};

// prepareCreate: identity, generation and what the kind's strategy and admission set.
function prepareCreate(k, o, env) {
  const m = o.metadata;
  m.uid = uuid();
  m.creationTimestamp = stamp();
  delete m.resourceVersion;
  delete m.deletionTimestamp;
  delete m.deletionGracePeriodSeconds;
  delete m.selfLink;
  if (hasGeneration(k, env)) m.generation = 1;
  else delete m.generation;
  if (!m.name && m.generateName) m.name = m.generateName.slice(0, 58) + suffix();
  if (k.crd) {
    if (k.subresources.some((s) => s.name === 'status')) delete o.status;
    return;
  }
  const f = CREATE[k.plural];
  if (f) f(o, env, k);
  else if (k.subresources.some((s) => s.name === 'status') && o.status) o.status = {};
}

const NEWER_GENERATION = ['pods', 'jobs', 'cronjobs'];
const hasGeneration = (k, env) => k.generation && !(env.old && NEWER_GENERATION.includes(k.plural));
const UPDATE = { services: service, daemonsets: daemonSet };

function specChanged(k, o, old) {
  if (k.crd) {
    const f = ({ metadata, status, ...rest }) => rest;
    return !equal(f(o), f(old));
  }
  return !equal(o.spec || null, old.spec || null);
}

// prepareUpdate keeps what a client may not change and counts the generation.
function prepareUpdate(k, o, old, env) {
  for (const n of [
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generation',
    'selfLink',
    'namespace',
  ]) {
    if (n === 'uid' && o.metadata.uid && o.metadata.uid !== old.metadata.uid) continue;
    if (old.metadata[n] === undefined) delete o.metadata[n];
    else o.metadata[n] = old.metadata[n];
  }
  if (k.subresources.some((s) => s.name === 'status')) {
    if (old.status === undefined) delete o.status;
    else o.status = old.status;
  }
  if (!k.crd && UPDATE[k.plural]) UPDATE[k.plural](o, env, k, old);
  if (k.plural === 'namespaces') o.spec = old.spec;
  if (hasGeneration(k, env) && specChanged(k, o, old)) o.metadata.generation = (old.metadata.generation || 0) + 1;
}

module.exports = { prepareCreate, prepareUpdate, suffix };
