'use strict';
// What a fresh cluster holds.

const { clone } = require('./json');
const { stamp, micro } = require('./clock');

const NODE = {
  kind: 'Node',
  apiVersion: 'v1',
  metadata: {
    name: 'node-1',
    labels: { 'kubernetes.io/hostname': 'node-1', 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
  },
  spec: {},
};

function nodeStatus(version) {
  const t = stamp();
  return {
    capacity: { cpu: '8', memory: '32Gi', pods: '110' },
    allocatable: { cpu: '8', memory: '32Gi', pods: '110' },
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        lastHeartbeatTime: t,
        lastTransitionTime: t,
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
      },
    ],
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: 'node-1' },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: 'test',
      systemUUID: 'test',
      bootID: 'test',
      kernelVersion: '6.1.0',
      osImage: 'Fake Linux',
      containerRuntimeVersion: 'fake://1.0',
      kubeletVersion: version,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  };
}

const role = (name, verbs) => [
  'rbac.authorization.k8s.io/v1',
  'clusterroles',
  '',
  {
    metadata: { name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
    rules: [{ verbs, apiGroups: [''], resources: ['pods', 'services', 'configmaps'] }],
  },
];

const OBJECTS = [
  role('admin', ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']),
  role('edit', ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']),
  role('view', ['get', 'list', 'watch']),
  [
    'v1',
    'services',
    'default',
    {
      metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] },
    },
  ],
  [
    'scheduling.k8s.io/v1',
    'priorityclasses',
    '',
    {
      metadata: { name: 'system-cluster-critical' },
      value: 2000000000,
      description: 'For pods that the cluster cannot do without.',
    },
  ],
  [
    'scheduling.k8s.io/v1',
    'priorityclasses',
    '',
    {
      metadata: { name: 'system-node-critical' },
      value: 2000001000,
      description: 'For pods that a node cannot do without.',
    },
  ],
  [
    'rbac.authorization.k8s.io/v1',
    'clusterroles',
    '',
    {
      metadata: { name: 'cluster-admin', labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
      rules: [
        { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
        { verbs: ['*'], nonResourceURLs: ['*'] },
      ],
    },
  ],
  [
    'rbac.authorization.k8s.io/v1',
    'clusterrolebindings',
    '',
    {
      metadata: { name: 'cluster-admin', labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
      subjects: [{ kind: 'Group', name: 'system:masters' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    },
  ],
];

function seed(env) {
  const { objects, kinds } = env;
  const kind = (gv, plural) => {
    const p = gv.split('/');
    return p.length > 1 ? kinds.find(p[0], p[1], plural) : kinds.find('', gv, plural);
  };
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    objects.create(kind('v1', 'namespaces'), '', { metadata: { name } }, { manager: 'kube-apiserver' });
  objects.create(kind('v1', 'nodes'), '', clone(NODE), { manager: 'kubelet' });
  objects.update(
    kind('v1', 'nodes'),
    '',
    'node-1',
    (o) => ({ ...o, status: nodeStatus(env.old ? 'v1.20.2' : 'v1.36.2') }),
    { subresource: 'status', manager: 'kubelet' },
  );
  for (const [gv, plural, ns, o] of OBJECTS)
    objects.create(kind(gv, plural), ns, clone(o), { manager: 'kube-apiserver' });
  objects.create(
    kind('coordination.k8s.io/v1', 'leases'),
    'kube-node-lease',
    { metadata: { name: 'node-1' }, spec: { holderIdentity: 'node-1', leaseDurationSeconds: 40, renewTime: micro() } },
    { manager: 'kubelet' },
  );
}

module.exports = { seed };
