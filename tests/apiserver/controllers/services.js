'use strict';
// Services: Endpoints and EndpointSlices of their pods, and the address that a tunnel gives a load balancer.

const c = require('./common');
const { equal } = require('../json');

const matches = (sel, p) => Object.entries(sel).every(([k, v]) => (p.metadata.labels || {})[k] === v);

function portOf(p, pod) {
  if (typeof p.targetPort === 'number') return p.targetPort;
  return (pod.spec.containers.flatMap((x) => x.ports || []).find((x) => x.name === p.targetPort) || {}).containerPort;
}

function subsets(svc, pods) {
  const up = pods.filter(c.podReady);
  const down = pods.filter((p) => !c.podReady(p));
  const address = (p) => ({
    ip: p.status.podIP,
    nodeName: p.spec.nodeName,
    targetRef: { kind: 'Pod', namespace: p.metadata.namespace, name: p.metadata.name, uid: p.metadata.uid },
  });
  if (!up.length && !down.length) return [];
  const ports = (svc.spec.ports || [])
    .map((p) => ({ ...(p.name ? { name: p.name } : {}), port: portOf(p, up[0] || down[0]), protocol: p.protocol }))
    .filter((p) => p.port);
  const byIP = (a, b) => (a.ip < b.ip ? -1 : 1);
  return [
    {
      ...(up.length ? { addresses: up.map(address).sort(byIP) } : {}),
      ...(down.length ? { notReadyAddresses: down.map(address).sort(byIP) } : {}),
      ports,
    },
  ];
}

function endpoints(env, svc, pods) {
  const want = subsets(svc, pods);
  const { name, namespace } = svc.metadata;
  const now = env.store.get('/endpoints', namespace, name);
  if (!now)
    c.create(env, '/endpoints', namespace, {
      metadata: { name, ...(svc.metadata.labels ? { labels: svc.metadata.labels } : {}) },
      ...(want.length ? { subsets: want } : {}),
    });
  else if (!equal(now.subsets || [], want))
    c.update(env, '/endpoints', now, (o) => {
      o.subsets = want;
    });
}

function slices(env, svc, pods) {
  const store = 'discovery.k8s.io/endpointslices';
  const { name, namespace, uid } = svc.metadata;
  const sample = pods[0];
  const want = {
    endpoints: pods.map((p) => ({
      addresses: [p.status.podIP],
      conditions: { ready: c.podReady(p), serving: c.podReady(p), terminating: false },
      targetRef: { kind: 'Pod', namespace, name: p.metadata.name, uid: p.metadata.uid },
      nodeName: p.spec.nodeName,
    })),
    ports: sample
      ? (svc.spec.ports || [])
          .map((p) => ({ name: p.name || '', protocol: p.protocol, port: portOf(p, sample) }))
          .filter((p) => p.port)
      : [],
  };
  const now = c.list(env, store, namespace).find((o) => (o.metadata.ownerReferences || []).some((r) => r.uid === uid));
  if (!now)
    c.create(env, store, namespace, {
      metadata: {
        generateName: `${name}-`,
        labels: {
          'kubernetes.io/service-name': name,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [c.ownerRef(svc)],
      },
      addressType: 'IPv4',
      ...want,
    });
  else if (!equal(now.endpoints || [], want.endpoints))
    c.update(env, store, now, (o) => {
      Object.assign(o, want);
    });
}

function balancer(env, svc, options) {
  if (svc.spec.type !== 'LoadBalancer' || !options.loadBalancer || ((svc.status || {}).loadBalancer || {}).ingress)
    return;
  const ip = svc.spec.clusterIP;
  c.setStatus(
    env,
    '/services',
    svc,
    { loadBalancer: { ingress: [{ ip, ...(env.old ? {} : { ipMode: 'VIP' }) }] } },
    'tunnel',
  );
}

function run(env, options) {
  for (const svc of c.list(env, '/services')) {
    if (svc.metadata.deletionTimestamp) continue;
    balancer(env, svc, options);
    if (!Object.keys(svc.spec.selector || {}).length || svc.spec.type === 'ExternalName') continue;
    const pods = c
      .list(env, '/pods', svc.metadata.namespace)
      .filter((p) => c.podActive(p) && (p.status || {}).podIP && matches(svc.spec.selector, p));
    endpoints(env, svc, pods);
    slices(env, svc, pods);
  }
  for (const e of c.list(env, '/endpoints'))
    if (
      !env.store.get('/services', e.metadata.namespace, e.metadata.name) &&
      (e.metadata.managedFields || []).some((m) => m.manager === c.KCM)
    )
      c.remove(env, '/endpoints', e);
}

module.exports = { name: 'services', run };
