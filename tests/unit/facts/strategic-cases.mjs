// The objects and patches of strategic.mjs. Items that a patch adds are written out with their defaults, as a
// merge knows nothing of those.

const container = (name, more) => ({
  name,
  image: 'registry.example/x:1',
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
  ...more,
});
const port = (containerPort, more) => ({ containerPort, protocol: 'TCP', ...more });
const of = (apiVersion, kind, name, rest) => ({ apiVersion, kind, metadata: { name, ...rest.metadata }, ...omit(rest) });
const omit = ({ metadata, ...rest }) => rest;

const podSpec = {
  containers: [
    container('a', {
      ports: [port(80, { name: 'http' }), port(443, { name: 'https' }), port(53, { protocol: 'UDP' })],
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
        { name: 'C', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
      ],
      envFrom: [{ configMapRef: { name: 'one' } }],
      command: ['sh', '-c'],
      args: ['x', 'y'],
      resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } },
      volumeMounts: [
        { name: 'empty', mountPath: '/empty' },
        { name: 'config', mountPath: '/config', readOnly: true },
      ],
      securityContext: { capabilities: { add: ['NET_ADMIN', 'SYS_TIME'], drop: ['ALL'] }, runAsUser: 7 },
      livenessProbe: {
        httpGet: { path: '/', port: 80, scheme: 'HTTP' },
        timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3,
      },
    }),
    container('b'),
    container('c'),
  ],
  initContainers: [container('i'), container('j')],
  volumes: [
    { name: 'empty', emptyDir: {} },
    { name: 'config', configMap: { name: 'one', defaultMode: 420, items: [{ key: 'k', path: 'p' }] } },
    { name: 'secret', secret: { secretName: 's', defaultMode: 420 } },
    {
      name: 'both',
      projected: { defaultMode: 420, sources: [{ configMap: { name: 'one' } }, { secret: { name: 's' } }] },
    },
  ],
  tolerations: [
    { key: 'x', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'y', operator: 'Equal', value: 'z', effect: 'NoExecute' },
  ],
  imagePullSecrets: [{ name: 'one' }, { name: 'two' }],
  hostAliases: [
    { ip: '10.0.0.1', hostnames: ['a', 'b'] },
    { ip: '10.0.0.2', hostnames: ['c'] },
  ],
  nodeSelector: { disk: 'ssd', zone: 'a' },
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] }],
      },
    },
  },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { a: 'b' } } },
    { maxSkew: 1, topologyKey: 'host', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { a: 'b' } } },
  ],
  securityContext: { runAsUser: 5, sysctls: [{ name: 'kernel.shm_rmid_forced', value: '0' }], supplementalGroups: [1, 2] },
  dnsConfig: { nameservers: ['1.1.1.1'], searches: ['a', 'b'], options: [{ name: 'ndots', value: '2' }] },
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  schedulerName: 'nobody',
  terminationGracePeriodSeconds: 30,
};

const owner = (name, more) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid: `uid-${name}`, ...more });

export const bases = {
  deployment: {
    resource: 'deployments',
    object: of('apps/v1', 'Deployment', 'deployment', {
      metadata: {
        labels: { a: '1', b: '2' },
        annotations: { x: '1', y: '2' },
      },
      spec: {
        paused: true,
        replicas: 0,
        minReadySeconds: 5,
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 10,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 } },
        selector: { matchLabels: { app: 'x' } },
        template: { metadata: { labels: { app: 'x', tier: 'web' }, annotations: { p: 'q' } }, spec: podSpec },
      },
    }),
  },
  config: {
    resource: 'configmaps',
    object: of('v1', 'ConfigMap', 'config', {
      metadata: {
        labels: { a: '1' },
        annotations: { x: '1' },
        finalizers: ['example.com/one', 'example.com/two', 'example.com/three'],
      },
      data: { a: '1', b: '2', long: 'x\ny\n' },
    }),
  },
  owned: {
    resource: 'configmaps',
    object: of('v1', 'ConfigMap', 'owned', {
      metadata: {
        finalizers: ['example.com/stay'], // nobody has those owners: the garbage collector would take it
        ownerReferences: [owner('first'), owner('second', { controller: true, blockOwnerDeletion: true })],
      },
    }),
  },
  service: {
    resource: 'services',
    object: of('v1', 'Service', 'service', {
      spec: {
        selector: { app: 'x', tier: 'web' },
        ports: [
          { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 },
          { name: 'https', port: 443, protocol: 'TCP', targetPort: 'tls' },
          { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        ],
        externalIPs: ['10.1.1.1'],
        sessionAffinity: 'None',
      },
    }),
  },
  account: {
    resource: 'serviceaccounts',
    object: of('v1', 'ServiceAccount', 'account', {
      secrets: [{ name: 'one' }, { name: 'two' }],
      imagePullSecrets: [{ name: 'p' }, { name: 'q' }],
    }),
  },
  pod: {
    resource: 'pods',
    status: {
      phase: 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'R' },
        { type: 'example.com/gate', status: 'False', lastProbeTime: null, lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
      qosClass: 'BestEffort',
      hostIP: '10.0.0.1',
      podIP: '10.0.0.3',
      podIPs: [{ ip: '10.0.0.3' }],
    },
    object: of('v1', 'Pod', 'pod', {
      metadata: { labels: { app: 'x' } },
      spec: {
        schedulerName: 'nobody',
        serviceAccountName: 'default',
        automountServiceAccountToken: false,
        readinessGates: [{ conditionType: 'example.com/gate' }],
        containers: [container('a'), container('b')],
        tolerations: podSpec.tolerations,
      },
    }),
  },
  quota: {
    resource: 'resourcequotas',
    object: of('v1', 'ResourceQuota', 'quota', {
      spec: { hard: { 'count/widgets.example.com': '10', 'count/gadgets.example.com': '5' }, scopes: ['NotTerminating'] },
    }),
  },
  limits: {
    resource: 'limitranges',
    object: of('v1', 'LimitRange', 'limits', {
      spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '10Gi' } }] },
    }),
  },
  role: {
    resource: 'roles',
    object: of('rbac.authorization.k8s.io/v1', 'Role', 'role', {
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
      ],
    }),
  },
  binding: {
    resource: 'rolebindings',
    object: of('rbac.authorization.k8s.io/v1', 'RoleBinding', 'binding', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'role' },
      subjects: [
        { kind: 'ServiceAccount', name: 'one', namespace: 'strategic-vectors' },
        { kind: 'User', name: 'two', apiGroup: 'rbac.authorization.k8s.io' },
      ],
    }),
  },
  ingress: {
    resource: 'ingresses',
    object: of('networking.k8s.io/v1', 'Ingress', 'ingress', {
      spec: {
        tls: [{ hosts: ['a.example'], secretName: 's' }],
        rules: [
          {
            host: 'a.example',
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'x', port: { number: 80 } } } }] },
          },
          { host: 'b.example' },
        ],
      },
    }),
  },
  policy: {
    resource: 'networkpolicies',
    object: of('networking.k8s.io/v1', 'NetworkPolicy', 'policy', {
      spec: {
        podSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['v', 'w'] }] },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: 80, protocol: 'TCP' }] }],
      },
    }),
  },
  endpoints: {
    resource: 'endpoints',
    object: of('v1', 'Endpoints', 'endpoints', {
      subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80, protocol: 'TCP' }] }],
    }),
  },
  template: {
    resource: 'podtemplates',
    object: of('v1', 'PodTemplate', 'template', {
      template: {
        metadata: { labels: { a: 'b' } },
        spec: { ...podSpec, schedulerName: 'default-scheduler', topologySpreadConstraints: undefined },
      },
    }),
  },
  daemon: {
    resource: 'daemonsets',
    object: of('apps/v1', 'DaemonSet', 'daemon', {
      spec: {
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
        revisionHistoryLimit: 10,
        selector: { matchLabels: { app: 'd' } },
        template: {
          metadata: { labels: { app: 'd' } },
          spec: { nodeSelector: { no: 'where' }, containers: [container('a')], schedulerName: 'nobody' },
        },
      },
    }),
  },
  job: {
    resource: 'jobs',
    object: of('batch/v1', 'Job', 'job', {
      spec: {
        suspend: true,
        backoffLimit: 6,
        template: { spec: { restartPolicy: 'Never', containers: [container('a')], schedulerName: 'nobody' } },
      },
    }),
  },
  budget: {
    resource: 'poddisruptionbudgets',
    object: of('policy/v1', 'PodDisruptionBudget', 'budget', {
      spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'k', operator: 'Exists' }] } },
    }),
  },
};

// Patches below a path: at('spec.template.spec', {…})
const at = (path, value) => path.split('.').reduceRight((inner, key) => ({ [key]: inner }), value);
const pod = (spec) => at('spec.template.spec', spec);
const a = (rest) => pod({ containers: [{ name: 'a', ...rest }] });
const meta = (value) => ({ metadata: value });

export const cases = [
  // ---- labels, annotations, scalars, nulls
  ['deployment', 'nothing', {}],
  ['deployment', 'a label is added', meta({ labels: { c: '3' } })],
  ['deployment', 'a label is changed', meta({ labels: { a: '9' } })],
  ['deployment', 'a label goes', meta({ labels: { a: null } })],
  ['deployment', 'a label that is not there goes', meta({ labels: { zzz: null } })],
  ['deployment', 'all labels go', meta({ labels: null })],
  ['deployment', 'labels are replaced by directive', meta({ labels: { $patch: 'replace', only: 'this' } })],
  ['deployment', 'labels are replaced by nothing', meta({ labels: { $patch: 'replace' } })],
  ['deployment', 'labels are deleted by directive', meta({ labels: { $patch: 'delete' } })],
  ['deployment', 'labels, merged by directive', meta({ labels: { $patch: 'merge', c: '3' } })],
  ['deployment', 'annotations are replaced', meta({ annotations: { $patch: 'replace', only: 'this' } })],
  ['deployment', 'an annotation goes and one comes', meta({ annotations: { x: null, z: '3' } })],
  ['deployment', 'replicas', at('spec.replicas', 0)],
  ['deployment', 'numbers and booleans', { spec: { minReadySeconds: 1, revisionHistoryLimit: 3, progressDeadlineSeconds: 700 } }],
  ['deployment', 'a smaller number', at('spec.minReadySeconds', 1)],
  ['deployment', 'null of a number', at('spec.minReadySeconds', null)],
  ['deployment', 'several nulls', { spec: { minReadySeconds: null }, metadata: { labels: null, annotations: null } }],
  // ---- retainKeys
  ['deployment', 'strategy: other type, retaining keys', at('spec.strategy', { $retainKeys: ['type'], type: 'Recreate' })],
  ['deployment', 'strategy: null of the other', at('spec.strategy', { type: 'Recreate', rollingUpdate: null })],
  ['deployment', 'strategy: rolling update changes in part', at('spec.strategy.rollingUpdate', { maxSurge: 2 })],
  ['deployment', 'strategy: rolling update, retaining keys', at('spec.strategy', { $retainKeys: ['rollingUpdate', 'type'], rollingUpdate: { maxSurge: 2 } })],
  ['deployment', 'strategy: retaining nothing of what is there', at('spec.strategy', { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null })],
  ['deployment', 'strategy: replaced', at('spec.strategy', { $patch: 'replace', type: 'Recreate' })],
  ['deployment', 'strategy: a patch with a key that is not retained', at('spec.strategy', { $retainKeys: ['type'], type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } })],
  ['deployment', 'volume: other source, retaining keys', pod({ volumes: [{ $retainKeys: ['name', 'emptyDir'], name: 'config', emptyDir: {} }] })],
  ['deployment', 'volume: retained keys that are all there', pod({ volumes: [{ $retainKeys: ['name', 'configMap'], name: 'config', configMap: { name: 'two' } }] })],
  ['deployment', 'volume: the old source goes by null', pod({ volumes: [{ name: 'config', configMap: null, emptyDir: {} }] })],
  ['daemon', 'updateStrategy: other type', at('spec.updateStrategy', { type: 'OnDelete', rollingUpdate: null })],
  ['daemon', 'updateStrategy: in part', at('spec.updateStrategy.rollingUpdate', { maxUnavailable: '20%' })],
  ['daemon', 'updateStrategy: retainKeys where there is no such strategy', at('spec.updateStrategy', { $retainKeys: ['type'], type: 'OnDelete' })],
  // ---- containers
  ['deployment', 'a container changes', a({ image: 'registry.example/x:2' })],
  ['deployment', 'a container is added', pod({ containers: [container('d')] })],
  ['deployment', 'an order that is no list', pod({ $setElementOrder: 0, containers: [container('d')] })],
  ['deployment', 'a container is added first', pod({ containers: [container('d')], '$setElementOrder/containers': [{ name: 'd' }, { name: 'a' }, { name: 'b' }, { name: 'c' }] })],
  ['deployment', 'a container is added between', pod({ containers: [container('d')], '$setElementOrder/containers': [{ name: 'a' }, { name: 'd' }, { name: 'b' }, { name: 'c' }] })],
  ['deployment', 'a container goes', pod({ containers: [{ name: 'b', $patch: 'delete' }] })],
  ['deployment', 'a container that is not there goes', pod({ containers: [{ name: 'zzz', $patch: 'delete' }] })],
  ['deployment', 'two go, one comes', pod({ containers: [{ name: 'b', $patch: 'delete' }, { name: 'c', $patch: 'delete' }, container('d')] })],
  ['deployment', 'one goes and is in the order', pod({ containers: [{ name: 'b', $patch: 'delete' }], '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] })],
  ['deployment', 'all are replaced', pod({ containers: [{ $patch: 'replace' }, container('only')] })],
  ['deployment', 'all are replaced, directive last', pod({ containers: [container('only'), { $patch: 'replace' }] })],
  ['deployment', 'all are replaced by two', pod({ containers: [container('z'), { $patch: 'replace' }, container('y')] })],
  ['deployment', 'an item with the directive counts for nothing', pod({ initContainers: [{ $patch: 'replace', ...container('i') }] })],
  ['deployment', 'one is merged by directive', pod({ containers: [{ $patch: 'merge', name: 'a', image: 'registry.example/x:3' }] })],
  ['deployment', 'only the order changes', pod({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'b' }, { name: 'a' }] })],
  ['deployment', 'the order names some', pod({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] })],
  ['deployment', 'the order and a change', pod({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'b' }], containers: [{ name: 'b', image: 'registry.example/b:2' }] })],
  ['deployment', 'two changes in other order', pod({ containers: [{ name: 'c', image: 'registry.example/c:2' }, { name: 'a', image: 'registry.example/a:2' }] })],
  ['deployment', 'a container without its key', pod({ containers: [{ image: 'x' }] })],
  ['deployment', 'an unknown directive', pod({ containers: [{ name: 'a', $patch: 'explode' }] })],
  ['deployment', 'an unknown directive of a map', meta({ labels: { $patch: 'explode' } })],
  ['deployment', 'a deletion without its key', pod({ containers: [{ $patch: 'delete' }] })],
  ['deployment', 'an order that leaves out what the patch has', pod({ containers: [container('d')], '$setElementOrder/containers': [{ name: 'a' }] })],
  ['deployment', 'an order in which the patch is not', pod({ containers: [container('d'), container('e')], '$setElementOrder/containers': [{ name: 'e' }, { name: 'd' }] })],
  ['deployment', 'a text where a container should be', pod({ containers: ['a'] })],
  ['deployment', 'the list goes', pod({ initContainers: null })],
  ['deployment', 'an empty list of items changes nothing', pod({ containers: [] })],
  ['deployment', 'an init container goes', pod({ initContainers: [{ name: 'i', $patch: 'delete' }] })],
  ['deployment', 'an init container is added in order', pod({ initContainers: [container('h')], '$setElementOrder/initContainers': [{ name: 'h' }, { name: 'i' }, { name: 'j' }] })],
  // ---- inside a container
  ['deployment', 'env: one changes', a({ env: [{ name: 'A', value: '9' }] })],
  ['deployment', 'env: one is added', a({ env: [{ name: 'D', value: '4' }] })],
  ['deployment', 'env: one goes', a({ env: [{ name: 'B', $patch: 'delete' }] })],
  ['deployment', 'env: one goes, one changes, one comes, ordered', a({ env: [{ name: 'B', $patch: 'delete' }, { name: 'A', value: '9' }, { name: 'D', value: '4' }], '$setElementOrder/env': [{ name: 'D' }, { name: 'C' }, { name: 'A' }] })],
  ['deployment', 'env: value to valueFrom', a({ env: [{ name: 'A', value: null, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.uid' } } }] })],
  ['deployment', 'env: valueFrom to value', a({ env: [{ name: 'C', valueFrom: null, value: 'x' }] })],
  ['deployment', 'env: replaced', a({ env: [{ $patch: 'replace' }, { name: 'Z', value: 'z' }] })],
  ['deployment', 'env: replaced by nothing', a({ env: [{ $patch: 'replace' }] })],
  ['deployment', 'env: null', a({ env: null })],
  ['deployment', 'env: of a container that has none', pod({ containers: [{ name: 'b', env: [{ name: 'X', value: 'x' }] }] })],
  ['deployment', 'env: a deletion in a container that has none', pod({ containers: [{ name: 'b', env: [{ name: 'X', $patch: 'delete' }] }] })],
  ['deployment', 'env: an order in a container that has none', pod({ containers: [{ name: 'b', env: [{ name: 'Y', value: 'y' }, { name: 'X', value: 'x' }], '$setElementOrder/env': [{ name: 'X' }, { name: 'Y' }] }] })],
  ['deployment', 'ports: one is added', a({ ports: [port(8080, { name: 'alt' })] })],
  ['deployment', 'ports: one is renamed', a({ ports: [{ containerPort: 80, name: 'web' }] })],
  ['deployment', 'ports: one goes', a({ ports: [{ containerPort: 443, $patch: 'delete' }] })],
  ['deployment', 'ports: ordered', a({ '$setElementOrder/ports': [{ containerPort: 53 }, { containerPort: 443 }, { containerPort: 80 }] })],
  ['deployment', 'ports: without the key', a({ ports: [{ name: 'http', protocol: 'TCP' }] })],
  ['deployment', 'ports: replaced', a({ ports: [{ $patch: 'replace' }, port(1)] })],
  ['deployment', 'volumeMounts: one changes', a({ volumeMounts: [{ mountPath: '/config', readOnly: null }] })],
  ['deployment', 'volumeMounts: one goes', a({ volumeMounts: [{ mountPath: '/config', $patch: 'delete' }] })],
  ['deployment', 'volumeMounts: one is added first', a({ volumeMounts: [{ mountPath: '/s', name: 'secret' }], '$setElementOrder/volumeMounts': [{ mountPath: '/s' }, { mountPath: '/empty' }, { mountPath: '/config' }] })],
  ['deployment', 'volumeMounts: the same volume twice', a({ volumeMounts: [{ mountPath: '/again', name: 'empty' }] })],
  ['deployment', 'command is replaced as a whole', a({ command: ['true'] })],
  ['deployment', 'args by null', a({ args: null })],
  ['deployment', 'args by an empty list', a({ args: [] })],
  ['deployment', 'envFrom is replaced as a whole', a({ envFrom: [{ secretRef: { name: 's' } }] })],
  ['deployment', 'resources in part', a({ resources: { limits: { cpu: '2' } } })],
  ['deployment', 'resources: one goes', a({ resources: { limits: { memory: null } } })],
  ['deployment', 'resources: all go', a({ resources: null })],
  ['deployment', 'resources: replaced', a({ resources: { $patch: 'replace', requests: { cpu: '50m' } } })],
  ['deployment', 'capabilities are replaced as lists', a({ securityContext: { capabilities: { add: ['CHOWN'] } } })],
  ['deployment', 'capabilities: one list goes', a({ securityContext: { capabilities: { drop: null } } })],
  ['deployment', 'a primitive deletion where lists are atomic', a({ securityContext: { capabilities: { '$deleteFromPrimitiveList/add': ['SYS_TIME'] } } })],
  ['deployment', 'a probe changes kind', a({ livenessProbe: { httpGet: null, tcpSocket: { port: 80 } } })],
  ['deployment', 'a probe changes in part', a({ livenessProbe: { httpGet: { path: '/live' }, periodSeconds: 5 } })],
  ['deployment', 'a probe goes', a({ livenessProbe: null })],
  ['deployment', 'a probe is added', pod({ containers: [{ name: 'b', readinessProbe: { exec: { command: ['true'] }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 } }] })],
  ['deployment', 'a lifecycle is added', a({ lifecycle: { preStop: { exec: { command: ['sleep', '1'] } } } })],
  // ---- the rest of a Pod
  ['deployment', 'volumes: one is added', pod({ volumes: [{ name: 'more', emptyDir: { medium: 'Memory' } }] })],
  ['deployment', 'volumes: one goes', pod({ volumes: [{ name: 'secret', $patch: 'delete' }] })],
  ['deployment', 'volumes: in part', pod({ volumes: [{ name: 'config', configMap: { items: [{ key: 'n', path: 'm' }] } }] })],
  ['deployment', 'volumes: projected sources are a list of their own', pod({ volumes: [{ name: 'both', projected: { sources: [{ secret: { name: 'z' } }] } }] })],
  ['deployment', 'volumes: an emptyDir gets a limit', pod({ volumes: [{ name: 'empty', emptyDir: { sizeLimit: '1Gi' } }] })],
  ['deployment', 'volumes: ordered', pod({ '$setElementOrder/volumes': [{ name: 'both' }, { name: 'secret' }, { name: 'config' }, { name: 'empty' }] })],
  ['deployment', 'tolerations are replaced as a whole', pod({ tolerations: [{ key: 'n', operator: 'Exists' }] })],
  ['deployment', 'tolerations by null', pod({ tolerations: null })],
  ['deployment', 'tolerations with a directive', pod({ tolerations: [{ key: 'x', $patch: 'delete' }] })],
  ['deployment', 'imagePullSecrets: one is added', pod({ imagePullSecrets: [{ name: 'three' }] })],
  ['deployment', 'imagePullSecrets: one goes', pod({ imagePullSecrets: [{ name: 'one', $patch: 'delete' }] })],
  ['deployment', 'imagePullSecrets: ordered', pod({ '$setElementOrder/imagePullSecrets': [{ name: 'two' }, { name: 'one' }] })],
  ['deployment', 'hostAliases: merged by address', pod({ hostAliases: [{ ip: '10.0.0.1', hostnames: ['z'] }] })],
  ['deployment', 'hostAliases: one goes, one comes', pod({ hostAliases: [{ ip: '10.0.0.1', $patch: 'delete' }, { ip: '10.0.0.9', hostnames: ['n'] }] })],
  ['deployment', 'nodeSelector: merged', pod({ nodeSelector: { zone: 'b', arch: 'arm64' } })],
  ['deployment', 'nodeSelector: one goes', pod({ nodeSelector: { disk: null } })],
  ['deployment', 'nodeSelector: replaced', pod({ nodeSelector: { $patch: 'replace', only: 'x' } })],
  ['deployment', 'affinity: node terms are one list', pod({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'n', operator: 'Exists' }] }] } } } })],
  ['deployment', 'affinity: another kind beside', pod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'host', labelSelector: { matchLabels: { a: 'b' } } }] } } })],
  ['deployment', 'affinity: null', pod({ affinity: null })],
  ['deployment', 'topologySpreadConstraints: merged by key', pod({ topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 3 }] })],
  ['deployment', 'topologySpreadConstraints: one goes', pod({ topologySpreadConstraints: [{ topologyKey: 'host', $patch: 'delete' }] })],
  ['deployment', 'securityContext in part', pod({ securityContext: { runAsUser: 6, fsGroup: 3 } })],
  ['deployment', 'securityContext: lists are whole', pod({ securityContext: { supplementalGroups: [9], sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] } })],
  ['deployment', 'securityContext: replaced', pod({ securityContext: { $patch: 'replace', runAsUser: 1 } })],
  ['deployment', 'dnsConfig: lists are whole', pod({ dnsConfig: { searches: ['z'], options: [{ name: 'edns0' }] } })],
  ['deployment', 'dnsConfig: null of one', pod({ dnsConfig: { nameservers: null } })],
  ['deployment', 'a grace period', pod({ terminationGracePeriodSeconds: 0 })],
  ['deployment', 'labels of the template', at('spec.template.metadata.labels', { tier: null, more: 'x' })],
  ['deployment', 'annotations of the template, as restarts do', at('spec.template.metadata.annotations', { restarted: 'now' })],
  ['deployment', 'a whole Pod spec is replaced', pod({ $patch: 'replace', containers: [container('only')], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', securityContext: {}, schedulerName: 'default-scheduler' })],
  ['template', 'a template that is no workload', at('template.spec', { containers: [{ name: 'b', $patch: 'delete' }, { name: 'a', env: [{ name: 'A', $patch: 'delete' }] }] })],
  ['template', 'its volumes', at('template.spec.volumes', [{ name: 'config', configMap: null, emptyDir: {} }])],
  ['template', 'its pull secrets', at('template.spec', { '$setElementOrder/imagePullSecrets': [{ name: 'two' }, { name: 'n' }, { name: 'one' }], imagePullSecrets: [{ name: 'n' }] })],
  ['template', 'its ports and mounts', at('template.spec.containers', [{ name: 'a', ports: [port(90)], volumeMounts: [{ mountPath: '/empty', $patch: 'delete' }] }])],
  // ---- finalizers, owners
  ['config', 'a finalizer is added', meta({ finalizers: ['example.com/four'] })],
  ['config', 'a finalizer that is there', meta({ finalizers: ['example.com/one'] })],
  ['config', 'a finalizer goes', meta({ '$deleteFromPrimitiveList/finalizers': ['example.com/two'] })],
  ['config', 'a finalizer goes that is not there', meta({ '$deleteFromPrimitiveList/finalizers': ['example.com/zzz'] })],
  ['config', 'one goes, one comes', meta({ '$deleteFromPrimitiveList/finalizers': ['example.com/two'], finalizers: ['example.com/four'] })],
  ['config', 'one goes, one comes, ordered', meta({ '$deleteFromPrimitiveList/finalizers': ['example.com/two'], finalizers: ['example.com/four'], '$setElementOrder/finalizers': ['example.com/four', 'example.com/three', 'example.com/one'] })],
  ['config', 'finalizers in another order', meta({ '$setElementOrder/finalizers': ['example.com/three', 'example.com/two', 'example.com/one'] })],
  ['config', 'all finalizers go by null', meta({ finalizers: null })],
  ['config', 'all finalizers go one by one', meta({ '$deleteFromPrimitiveList/finalizers': ['example.com/one', 'example.com/two', 'example.com/three'] })],
  ['owned', 'an owner is added', meta({ ownerReferences: [owner('third')] })],
  ['owned', 'an owner goes', meta({ ownerReferences: [{ uid: 'uid-first', $patch: 'delete' }] })],
  ['owned', 'an owner changes', meta({ ownerReferences: [{ uid: 'uid-second', controller: false }] })],
  ['owned', 'owners are replaced', meta({ ownerReferences: [{ $patch: 'replace' }, owner('only')] })],
  ['owned', 'an owner without its key', meta({ ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x' }] })],
  ['owned', 'owners in another order', meta({ '$setElementOrder/ownerReferences': [{ uid: 'uid-second' }, { uid: 'uid-first' }] })],
  // ---- data
  ['config', 'data: one changes, one comes, one goes', { data: { a: '9', n: 'new', b: null } }],
  ['config', 'data: all go', { data: null }],
  ['config', 'data: replaced', { data: { $patch: 'replace', only: 'x' } }],
  ['config', 'data: deleted by directive', { data: { $patch: 'delete' } }],
  ['config', 'data: a text of several lines', { data: { long: 'a\nb\n', odd: ' \t"\\' } }],
  ['config', 'binaryData is added', { binaryData: { bin: 'AAEC' } }],
  ['config', 'a deletion without data', { data: {} }],
  // ---- services
  ['service', 'ports are merged by port', { spec: { ports: [{ port: 80, targetPort: 9090 }] } }],
  ['service', 'ports: one is added', { spec: { ports: [{ name: 'more', port: 81, protocol: 'TCP', targetPort: 81 }] } }],
  ['service', 'ports: one goes', { spec: { ports: [{ port: 443, $patch: 'delete' }] } }],
  ['service', 'ports: in another order', { spec: { '$setElementOrder/ports': [{ port: 53 }, { port: 80 }, { port: 443 }] } }],
  ['service', 'ports: replaced', { spec: { ports: [{ $patch: 'replace' }, { name: 'one', port: 1, protocol: 'TCP', targetPort: 1 }] } }],
  ['service', 'ports: a number becomes a name', { spec: { ports: [{ port: 53, targetPort: 'dns' }] } }],
  ['service', 'ports: without the key', { spec: { ports: [{ name: 'http', targetPort: 1 }] } }],
  ['service', 'ports: renamed', { spec: { ports: [{ port: 80, name: 'www' }] } }],
  ['service', 'selector: one goes', { spec: { selector: { tier: null } } }],
  ['service', 'selector: replaced', { spec: { selector: { $patch: 'replace', app: 'y' } } }],
  ['service', 'externalIPs are a whole', { spec: { externalIPs: ['10.2.2.2', '10.3.3.3'] } }],
  // ---- other kinds
  ['account', 'secrets: one is added', { secrets: [{ name: 'three' }] }],
  ['account', 'secrets: one goes', { secrets: [{ name: 'one', $patch: 'delete' }] }],
  ['account', 'pull secrets are a whole', { imagePullSecrets: [{ name: 'n' }] }],
  ['account', 'pull secrets by null', { imagePullSecrets: null }],
  ['account', 'a token is not mounted', { automountServiceAccountToken: false }],
  ['quota', 'hard limits are merged', { spec: { hard: { 'count/widgets.example.com': '11', 'count/more.example.com': '1', 'count/gadgets.example.com': null } } }],
  ['limits', 'limits are a whole', { spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '20Gi' }, min: { storage: '1Gi' } }] } }],
  ['role', 'rules are a whole', { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] }],
  ['role', 'rules by null', { rules: null }],
  ['binding', 'subjects are a whole', { subjects: [{ kind: 'Group', name: 'g', apiGroup: 'rbac.authorization.k8s.io' }] }],
  ['binding', 'subjects by null', { subjects: null }],
  ['ingress', 'rules are a whole', { spec: { rules: [{ host: 'c.example' }] } }],
  ['ingress', 'tls by null', { spec: { tls: null } }],
  ['ingress', 'a class', { spec: { ingressClassName: 'x' } }],
  ['policy', 'a selector is merged', { spec: { podSelector: { matchLabels: { c: 'd' } } } }],
  ['policy', 'expressions are a whole', { spec: { podSelector: { matchExpressions: [{ key: 'n', operator: 'Exists' }] } } }],
  ['policy', 'the selector goes', { spec: { podSelector: { $patch: 'replace' } } }],
  ['policy', 'ingress is a whole', { spec: { ingress: [{ ports: [{ port: 81, protocol: 'TCP' }, { port: 82, protocol: 'UDP' }] }] } }],
  ['policy', 'types', { spec: { policyTypes: ['Ingress', 'Egress'] } }],
  ['endpoints', 'subsets are a whole', { subsets: [{ addresses: [{ ip: '10.0.0.2' }], ports: [{ port: 81, protocol: 'TCP' }] }] }],
  ['endpoints', 'subsets by null', { subsets: null }],
  ['job', 'parallelism', { spec: { parallelism: 3, backoffLimit: 0 } }],
  ['job', 'a deadline', { spec: { activeDeadlineSeconds: 60, ttlSecondsAfterFinished: 0 } }],
  ['daemon', 'a container and a selector of nodes', pod({ nodeSelector: { $patch: 'replace', a: 'b' }, containers: [{ name: 'a', ports: [port(80)] }] })],
  ['budget', 'other members of one choice', { spec: { minAvailable: null, maxUnavailable: '50%' } }],
  ['budget', 'its selector is replaced as a whole', { spec: { selector: { matchLabels: { c: 'd' } } } }],
  ['budget', 'its selector by directive', { spec: { selector: { $patch: 'replace', matchLabels: { c: 'd' } } } }],
  ['pod', 'an image', { spec: { containers: [{ name: 'b', image: 'registry.example/x:2' }] } }],
  ['pod', 'a label', meta({ labels: { more: 'x', app: null } })],
  ['pod', 'a deadline', { spec: { activeDeadlineSeconds: 100 } }],
  ['pod', 'a condition changes', { status: { conditions: [{ type: 'example.com/gate', status: 'True' }] } }, 'status'],
  ['pod', 'a condition is added', { status: { conditions: [{ type: 'New', status: 'Unknown', lastProbeTime: null, lastTransitionTime: '2026-01-02T00:00:00Z' }] } }, 'status'],
  ['pod', 'a condition goes', { status: { conditions: [{ type: 'PodScheduled', $patch: 'delete' }] } }, 'status'],
  ['pod', 'conditions in another order', { status: { '$setElementOrder/conditions': [{ type: 'example.com/gate' }, { type: 'PodScheduled' }], conditions: [{ type: 'example.com/gate', reason: 'Because' }] } }, 'status'],
  ['pod', 'conditions by null', { status: { conditions: null } }, 'status'],
  ['pod', 'addresses are merged', { status: { podIPs: [{ ip: '10.0.0.3' }, { ip: 'fd00::1' }] } }, 'status'],
  ['pod', 'a phase', { status: { phase: 'Running', message: 'm' } }, 'status'],
];
