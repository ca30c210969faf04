'use strict';
// The columns of each kind's Table and how a row's cells come from an object.
// A column: [name, type, priority, cell(object), format]. "!" in the version list: see tables.js.

const { since, human, now } = require('./clock');
const { formatSelector } = require('./selectors');
const { podCells } = require('./podcells');

const NAME = ['Name', 'string', 0, (o) => o.metadata.name, 'name'];
const AGE = ['Age', 'string', 0, (o) => since(o.metadata.creationTimestamp)];
const CREATED = ['Created At', 'date', 0, (o) => o.metadata.creationTimestamp];
const none = (v) => (v === undefined || v === null || v === '' ? '<none>' : v);
const unset = (v) => (v === undefined || v === null || v === '' ? '<unset>' : v);
const status = (o) => o.status || {};
const spec = (o) => o.spec || {};
const names = (tpl) => tpl.spec.containers.map((c) => c.name).join(',');
const images = (tpl) => tpl.spec.containers.map((c) => c.image).join(',');
const template = (get) => [
  ['Containers', 'string', 1, (o) => names(get(o))],
  ['Images', 'string', 1, (o) => images(get(o))],
];
const TEMPLATE = template((o) => o.spec.template);
const SELECTOR = ['Selector', 'string', 1, (o) => formatSelector(o.spec.selector)];
const col = (name, cell, type = 'string', priority = 0) => [name, type, priority, cell];
const int = (name, cell, priority = 0) => [name, 'integer', priority, cell];
const mapText = (m) =>
  m && Object.keys(m).length
    ? Object.keys(m)
        .sort()
        .map((k) => `${k}=${m[k]}`)
        .join(',')
    : '<none>';

const MODES = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };
const modes = (list) =>
  Object.keys(MODES)
    .filter((m) => (list || []).includes(m))
    .map((m) => MODES[m])
    .join(',');

function externalIP(o) {
  const s = o.spec;
  const list = [...(s.externalIPs || [])];
  if (s.type === 'ExternalName') return s.externalName;
  if (s.type !== 'LoadBalancer') return list.length ? list.join(',') : '<none>';
  const lb = (((o.status || {}).loadBalancer || {}).ingress || [])
    .map((i) => i.ip || i.hostname || '')
    .filter((x) => x);
  const all = [...new Set([...lb, ...list])];
  return all.length ? all.join(',') : '<pending>';
}

const ports = (o) =>
  none(
    (o.spec.ports || [])
      .map((p) => (p.nodePort ? `${p.port}:${p.nodePort}/${p.protocol}` : `${p.port}/${p.protocol}`))
      .join(','),
  );

function nodeStatus(o) {
  const ready = (status(o).conditions || [])
    .filter((c) => c.type === 'Ready')
    .map((c) => (c.status === 'True' ? 'Ready' : 'NotReady'));
  const list = ready.length ? ready : ['Unknown'];
  if (o.spec.unschedulable) list.push('SchedulingDisabled');
  return list.join(',');
}

function roles(o) {
  const l = o.metadata.labels || {};
  const r = Object.keys(l)
    .filter((k) => k.startsWith('node-role.kubernetes.io/') && k.length > 24)
    .map((k) => k.slice(24));
  if (l['kubernetes.io/role']) r.push(l['kubernetes.io/role']);
  return none([...new Set(r)].sort().join(','));
}

const address = (type) => (o) => none(((status(o).addresses || []).find((a) => a.type === type) || {}).address);
const info = (key, missing) => (o) => (status(o).nodeInfo || {})[key] || missing;

function jobStatus(o) {
  const has = (type) => (status(o).conditions || []).some((c) => c.type === type && c.status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (o.metadata.deletionTimestamp) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  if (has('FailureTarget')) return 'FailureTarget';
  if (has('SuccessCriteriaMet')) return 'SuccessCriteriaMet';
  return 'Running';
}

function completions(o) {
  const done = status(o).succeeded || 0;
  if (o.spec.completions !== undefined && o.spec.completions !== null) return `${done}/${o.spec.completions}`;
  const p = o.spec.parallelism || 0;
  return p > 1 ? `${done}/1 of ${p}` : `${done}/1`;
}

function jobDuration(o) {
  const { startTime, completionTime } = status(o);
  if (!startTime) return '';
  return human((completionTime ? Date.parse(completionTime) : now()) - Date.parse(startTime));
}

function endpoints(o) {
  const list = (o.subsets || []).flatMap((s) =>
    (s.ports || []).length
      ? s.ports.flatMap((p) => (s.addresses || []).map((a) => `${a.ip.includes(':') ? `[${a.ip}]` : a.ip}:${p.port}`))
      : (s.addresses || []).map((a) => a.ip),
  );
  if (!list.length) return '<none>';
  return list.length > 3 ? `${list.slice(0, 3).join(',')} + ${list.length - 3} more...` : list.join(',');
}

function slicePorts(o) {
  if (!(o.ports || []).length) return '<unset>';
  return (
    o.ports
      .map((p) => (p.port === undefined || p.port === null ? '*' : p.port))
      .slice(0, 3)
      .join(',') + (o.ports.length > 3 ? ` + ${o.ports.length - 3} more...` : '')
  );
}

function sliceEndpoints(o) {
  const list = (o.endpoints || []).flatMap((e) => e.addresses || []);
  if (!list.length) return '<unset>';
  return list.length > 3 ? `${list.slice(0, 3).join(',')} + ${list.length - 3} more...` : list.join(',');
}

function hosts(o) {
  const list = (o.spec.rules || []).filter((r) => r.host).map((r) => r.host);
  if (!list.length) return '*';
  return list.length > 3 ? `${list.slice(0, 3).join(',')} + ${list.length - 3} more...` : list.join(',');
}

const ingressAddress = (o) =>
  ((status(o).loadBalancer || {}).ingress || [])
    .map((i) => i.ip || i.hostname)
    .filter((x) => x)
    .join(',');
const backendText = (o) => ((o.spec.tls || []).length ? '80, 443' : '80');

function ingressClass(o) {
  return none(o.spec.ingressClassName || (o.metadata.annotations || {})['kubernetes.io/ingress.class']);
}

const subjects = (kind) => (o) =>
  (o.subjects || [])
    .filter((s) => s.kind === kind)
    .map((s) => (kind === 'ServiceAccount' ? `${s.namespace}/${s.name}` : s.name))
    .join(', ');
const BINDING = [
  NAME,
  col('Role', (o) => `${o.roleRef.kind}/${o.roleRef.name}`),
  AGE,
  col('Users', subjects('User'), 'string', 1),
  col('Groups', subjects('Group'), 'string', 1),
  col('ServiceAccounts', subjects('ServiceAccount'), 'string', 1),
];

function target(o, m, i) {
  const cur = (status(o).currentMetrics || [])[i];
  const key = {
    Resource: 'resource',
    ContainerResource: 'containerResource',
    Pods: 'pods',
    Object: 'object',
    External: 'external',
  }[m.type];
  const t = m[key].target;
  const c = cur && cur[key] && cur[key].current;
  if (t.averageUtilization !== undefined)
    return `${m[key].name}: ${c && c.averageUtilization !== undefined ? `${c.averageUtilization}%` : '<unknown>'}/${t.averageUtilization}%`;
  const want = t.averageValue || t.value;
  const have = c && (c.averageValue || c.value);
  return `${key === 'resource' ? `${m[key].name}: ` : ''}${have || '<unknown>'}/${want}${t.averageValue && key !== 'resource' ? ' (avg)' : ''}`;
}

function hpaTargets(o) {
  const list = (o.spec.metrics || []).map((m, i) => target(o, m, i));
  if (!list.length) return '<none>';
  return list.length > 2 ? `${list.slice(0, 2).join(', ')} + ${list.length - 2} more...` : list.join(', ');
}

function quotaText(o, limits) {
  const hard = status(o).hard || {};
  const used = status(o).used || {};
  return Object.keys(hard)
    .sort()
    .filter((k) => k.startsWith('limits') === limits)
    .map((k) => `${k}: ${used[k] || '0'}/${hard[k]}`)
    .join(', ');
}

function eventTime(o, first) {
  const series = o.series && o.series.lastObservedTime;
  const f = o.firstTimestamp || o.eventTime;
  const l = o.lastTimestamp || series || f;
  return since(first ? f : l);
}

function eventSource(o) {
  const s = o.source || {};
  const c = s.component || o.reportingComponent || '';
  const h = s.host || o.reportingInstance || '';
  return h ? `${c}, ${h}` : c;
}

const EVENT = [
  col('Last Seen', (o) => eventTime(o)),
  col('Type', (o) => o.type || ''),
  col('Reason', (o) => o.reason || ''),
  col('Object', (o) =>
    o.involvedObject.name
      ? `${o.involvedObject.kind.toLowerCase()}/${o.involvedObject.name}`
      : o.involvedObject.kind.toLowerCase(),
  ),
  col('Subobject', (o) => o.involvedObject.fieldPath || '', 'string', 1),
  col('Source', eventSource, 'string', 1),
  col('Message', (o) => (o.message || '').trim()),
  col('First Seen', (o) => eventTime(o, true), 'string', 1),
  col('Count', (o) => (o.series ? o.series.count : o.count || 1), 'string', 1),
  ['Name', 'string', 1, (o) => o.metadata.name, 'name'],
];

const className = (o) =>
  o.spec.storageClassName !== undefined && o.spec.storageClassName !== null
    ? o.spec.storageClassName
    : (o.metadata.annotations || {})['volume.beta.kubernetes.io/storage-class'] || '';
const claim = (o) => (o.spec.claimRef ? `${o.spec.claimRef.namespace}/${o.spec.claimRef.name}` : '');
const phase = (o) => (o.metadata.deletionTimestamp ? 'Terminating' : status(o).phase || '');
const isDefault = (o) =>
  ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'].some(
    (k) => (o.metadata.annotations || {})[k] === 'true',
  );

function csrCondition(o) {
  const c = status(o).conditions || [];
  const has = (t) => c.some((x) => x.type === t);
  const list = [has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'];
  if (has('Failed')) list.push('Failed');
  if (status(o).certificate) list.push('Issued');
  return list.join(',');
}

const controllerOf = (o) => {
  const r = (o.metadata.ownerReferences || []).find((x) => x.controller);
  return r ? `${ownerResource(r)}/${r.name}` : '<none>';
};
const ownerResource = (r) => {
  const g = r.apiVersion.includes('/') ? `.${r.apiVersion.split('/')[0]}` : '';
  return `${r.kind.toLowerCase()}${g}`;
};

const COLUMNS = {
  pods: podCells,
  podtemplates: [
    NAME,
    ...template((o) => o.template).map((c) => [c[0], c[1], 0, c[3]]),
    col('Pod Labels', (o) => mapText(o.template.metadata.labels)),
  ],
  poddisruptionbudgets: [
    NAME,
    col('Min Available', (o) => (spec(o).minAvailable !== undefined ? String(spec(o).minAvailable) : 'N/A')),
    col('Max Unavailable', (o) => (spec(o).maxUnavailable !== undefined ? String(spec(o).maxUnavailable) : 'N/A')),
    int('Allowed Disruptions', (o) => status(o).disruptionsAllowed || 0),
    AGE,
  ],
  replicationcontrollers: [
    NAME,
    int('Desired', (o) => o.spec.replicas),
    int('Current', (o) => status(o).replicas || 0),
    int('Ready', (o) => status(o).readyReplicas || 0),
    AGE,
    ...TEMPLATE,
    ['Selector', 'string', 1, (o) => mapText(o.spec.selector)],
  ],
  replicasets: [
    NAME,
    int('Desired', (o) => o.spec.replicas),
    int('Current', (o) => status(o).replicas || 0),
    int('Ready', (o) => status(o).readyReplicas || 0),
    AGE,
    ...TEMPLATE,
    SELECTOR,
  ],
  daemonsets: [
    NAME,
    int('Desired', (o) => status(o).desiredNumberScheduled || 0),
    int('Current', (o) => status(o).currentNumberScheduled || 0),
    int('Ready', (o) => status(o).numberReady || 0),
    int('Up-to-date', (o) => status(o).updatedNumberScheduled || 0),
    int('Available', (o) => status(o).numberAvailable || 0),
    col('Node Selector', (o) => mapText(o.spec.template.spec.nodeSelector)),
    AGE,
    ...TEMPLATE,
    SELECTOR,
  ],
  jobs: [
    NAME,
    col('Status', jobStatus),
    col('Completions', completions),
    col('Duration', jobDuration),
    AGE,
    ...TEMPLATE,
    SELECTOR,
  ],
  cronjobs: [
    NAME,
    col('Schedule', (o) => o.spec.schedule),
    col('Timezone', (o) => none(o.spec.timeZone)),
    col('Suspend', (o) => (o.spec.suspend ? 'True' : 'False'), 'boolean'),
    int('Active', (o) => (status(o).active || []).length),
    col('Last Schedule', (o) => (status(o).lastScheduleTime ? since(status(o).lastScheduleTime) : '<none>')),
    AGE,
    ...template((o) => o.spec.jobTemplate.spec.template),
    ['Selector', 'string', 1, (o) => formatSelector(o.spec.jobTemplate.spec.selector)],
  ],
  services: [
    NAME,
    col('Type', (o) => o.spec.type),
    col('Cluster-IP', (o) => none(o.spec.clusterIP)),
    col('External-IP', externalIP),
    col('Port(s)', ports),
    AGE,
    ['Selector', 'string', 1, (o) => mapText(o.spec.selector)],
  ],
  ingresses: [
    NAME,
    col('Class', ingressClass),
    col('Hosts', hosts),
    col('Address', ingressAddress),
    col('Ports', backendText),
    AGE,
  ],
  ingressclasses: [
    NAME,
    col('Controller', (o) => o.spec.controller),
    col('Parameters', (o) =>
      o.spec.parameters
        ? `${o.spec.parameters.kind}${o.spec.parameters.apiGroup ? `.${o.spec.parameters.apiGroup}` : ''}/${o.spec.parameters.name}`
        : '<none>',
    ),
    AGE,
  ],
  statefulsets: [NAME, col('Ready', (o) => `${status(o).readyReplicas || 0}/${o.spec.replicas}`), AGE, ...TEMPLATE],
  deployments: [
    NAME,
    col('Ready', (o) => `${status(o).readyReplicas || 0}/${o.spec.replicas}`),
    col('Up-to-date', (o) => status(o).updatedReplicas || 0),
    col('Available', (o) => status(o).availableReplicas || 0),
    AGE,
    ...TEMPLATE,
    SELECTOR,
  ],
  endpoints: [NAME, col('Endpoints', endpoints), AGE],
  endpointslices: [
    NAME,
    col('AddressType', (o) => o.addressType),
    col('Ports', slicePorts),
    col('Endpoints', sliceEndpoints),
    AGE,
  ],
  nodes: [
    NAME,
    col('Status', nodeStatus),
    col('Roles', roles),
    AGE,
    col('Version', info('kubeletVersion', '')),
    col('Internal-IP', address('InternalIP'), 'string', 1),
    col('External-IP', address('ExternalIP'), 'string', 1),
    col('OS-Image', info('osImage', '<unknown>'), 'string', 1),
    col(
      'Kernel-Version',
      (o) => {
        const i = status(o).nodeInfo || {};
        return i.kernelVersion ? `${i.kernelVersion}${i.architecture ? ` (${i.architecture})` : ''}` : '<unknown>';
      },
      'string',
      1,
    ),
    col('Container-Runtime', info('containerRuntimeVersion', '<unknown>'), 'string', 1),
  ],
  events: EVENT,
  namespaces: [NAME, col('Status', (o) => status(o).phase), AGE],
  secrets: [NAME, col('Type', (o) => o.type || ''), col('Data', (o) => Object.keys(o.data || {}).length), AGE],
  serviceaccounts: [NAME, AGE],
  configmaps: [
    NAME,
    col('Data', (o) => Object.keys(o.data || {}).length + Object.keys(o.binaryData || {}).length),
    AGE,
  ],
  persistentvolumes: [
    NAME,
    col('Capacity', (o) => (o.spec.capacity || {}).storage || ''),
    col('Access Modes', (o) => modes(o.spec.accessModes)),
    col('Reclaim Policy', (o) => o.spec.persistentVolumeReclaimPolicy),
    col('Status', phase),
    col('Claim', claim),
    col('StorageClass', className),
    col('VolumeAttributesClass', (o) => unset(o.spec.volumeAttributesClassName)),
    col('Reason', (o) => status(o).reason || ''),
    AGE,
    col('VolumeMode', (o) => unset(o.spec.volumeMode), 'string', 1),
  ],
  persistentvolumeclaims: [
    NAME,
    col('Status', phase),
    col('Volume', (o) => o.spec.volumeName || ''),
    col('Capacity', (o) => (o.spec.volumeName ? (status(o).capacity || {}).storage || '0' : '')),
    col('Access Modes', (o) => (o.spec.volumeName ? modes(status(o).accessModes) : '')),
    col('StorageClass', className),
    col('VolumeAttributesClass', (o) => unset(o.spec.volumeAttributesClassName)),
    AGE,
    col('VolumeMode', (o) => unset(o.spec.volumeMode), 'string', 1),
  ],
  horizontalpodautoscalers: [
    NAME,
    col('Reference', (o) => `${o.spec.scaleTargetRef.kind}/${o.spec.scaleTargetRef.name}`),
    col('Targets', hpaTargets),
    col('MinPods', (o) => (o.spec.minReplicas === undefined ? '<unset>' : String(o.spec.minReplicas))),
    col('MaxPods', (o) => o.spec.maxReplicas),
    col('Replicas', (o) => status(o).currentReplicas || 0),
    AGE,
  ],
  networkpolicies: [NAME, col('Pod-Selector', (o) => formatSelector(o.spec.podSelector)), AGE],
  rolebindings: BINDING,
  clusterrolebindings: BINDING,
  certificatesigningrequests: [
    NAME,
    AGE,
    col('SignerName', (o) => o.spec.signerName),
    col('Requestor', (o) => o.spec.username || ''),
    col('RequestedDuration', (o) => (o.spec.expirationSeconds ? human(o.spec.expirationSeconds * 1000) : '<none>')),
    col('Condition', csrCondition),
  ],
  leases: [NAME, col('Holder', (o) => spec(o).holderIdentity || ''), AGE],
  storageclasses: [
    ['Name', 'string', 0, (o) => (isDefault(o) ? `${o.metadata.name} (default)` : o.metadata.name), 'name'],
    col('Provisioner', (o) => o.provisioner),
    col('ReclaimPolicy', (o) => o.reclaimPolicy || 'Delete'),
    col('VolumeBindingMode', (o) => unset(o.volumeBindingMode)),
    col('AllowVolumeExpansion', (o) => Boolean(o.allowVolumeExpansion)),
    AGE,
  ],
  controllerrevisions: [NAME, col('Controller', controllerOf), col('Revision', (o) => o.revision), AGE],
  resourcequotas: [NAME, col('Request', (o) => quotaText(o, false)), col('Limit', (o) => quotaText(o, true)), AGE],
  priorityclasses: [
    NAME,
    int('Value', (o) => o.value),
    col('Global-Default', (o) => Boolean(o.globalDefault), 'boolean'),
    AGE,
    col('PreemptionPolicy', (o) => o.preemptionPolicy || 'PreemptLowerPriority'),
  ],
  runtimeclasses: [NAME, col('Handler', (o) => o.handler), AGE],
  csinodes: [NAME, int('Drivers', (o) => (o.spec.drivers || []).length), AGE],
  volumeattachments: [
    NAME,
    col('Attacher', (o) => o.spec.attacher),
    col('PV', (o) => (o.spec.source || {}).persistentVolumeName || ''),
    col('Node', (o) => o.spec.nodeName),
    col('Attached', (o) => Boolean(status(o).attached), 'boolean'),
    AGE,
  ],
  mutatingwebhookconfigurations: [NAME, int('Webhooks', (o) => (o.webhooks || []).length), AGE],
  validatingwebhookconfigurations: [NAME, int('Webhooks', (o) => (o.webhooks || []).length), AGE],
  ipaddresses: [
    NAME,
    col('ParentRef', (o) => {
      const p = o.spec.parentRef || {};
      return `${p.resource}${p.group ? `.${p.group}` : ''}/${p.namespace ? `${p.namespace}/` : ''}${p.name}`;
    }),
  ],
  servicecidrs: [NAME, col('CIDRs', (o) => (o.spec.cidrs || []).join(',')), AGE],
  flowschemas: [
    NAME,
    col('PriorityLevel', (o) => o.spec.priorityLevelConfiguration.name),
    int('MatchingPrecedence', (o) => o.spec.matchingPrecedence),
    col('DistinguisherMethod', (o) => none((o.spec.distinguisherMethod || {}).type)),
    AGE,
    col('MissingPL', () => 'False'),
  ],
  apiservices: [
    NAME,
    col('Service', (o) => (o.spec.service ? `${o.spec.service.namespace}/${o.spec.service.name}` : 'Local')),
    col(
      'Available',
      (o) => ((status(o).conditions || []).find((c) => c.type === 'Available') || { status: 'Unknown' }).status,
    ),
    AGE,
  ],
  componentstatuses: [
    NAME,
    col('Status', (o) => (((o.conditions || [])[0] || {}).status === 'True' ? 'Healthy' : 'Unhealthy')),
    col('Message', (o) => ((o.conditions || [])[0] || {}).message || ''),
    col('Error', (o) => ((o.conditions || [])[0] || {}).error || ''),
  ],
};

// Columns that a 1.20 server does not have, and those that it has otherwise.
const NEWER = {
  jobs: ['Status'],
  cronjobs: ['Timezone'],
  persistentvolumes: ['VolumeAttributesClass'],
  persistentvolumeclaims: ['VolumeAttributesClass'],
  priorityclasses: ['PreemptionPolicy'],
  certificatesigningrequests: ['RequestedDuration'],
};
const OLDER = {
  serviceaccounts: [NAME, int('Secrets', (o) => (o.secrets || []).length), AGE],
  resourcequotas: [NAME, AGE, col('Request', (o) => quotaText(o, false)), col('Limit', (o) => quotaText(o, true))],
};

// columnsOf(kind, old) -> the columns for a built-in kind.
function columnsOf(k, old) {
  if (old && OLDER[k.plural]) return OLDER[k.plural];
  const list = COLUMNS[k.plural] || [NAME, CREATED];
  return old && NEWER[k.plural] ? list.filter((c) => !NEWER[k.plural].includes(c[0])) : list;
}

module.exports = { columnsOf, NAME, AGE };
