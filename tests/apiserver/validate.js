'use strict';
// Refusals of invalid objects, in the server's words. Each check returns a list of causes.

const { isObject, equal } = require('./json');
const {
  causeInvalid,
  causeRequired,
  causeForbidden,
  causeDuplicate,
  causeNotSupported,
  causeNotFound,
  isOld,
} = require('./errors');
const { matcher } = require('./selectors');
const quantity = require('./quantity');

const SUBDOMAIN = [
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  253,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
];
const LABEL = [
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  63,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
];
const LABEL1035 = [
  /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  63,
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
];
const CONFIG_KEY = [
  /^[-._a-zA-Z0-9]+$/,
  253,
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
];
const LABEL_VALUE = [
  /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
  63,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
];
const QUALIFIED = [
  /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/,
  63,
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
];

const PATH_NAMES = new Set(['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings']);
const NAME_RULES = { namespaces: () => LABEL, services: () => (isOld() ? LABEL1035 : LABEL) };

function checkText(rule, value, path) {
  const out = [];
  if (rule === LABEL && value.includes('.') && SUBDOMAIN[0].test(value))
    return [causeInvalid(path, value, 'must not contain dots')];
  if (!rule[0].test(value)) out.push(causeInvalid(path, value, rule[2]));
  if (value.length > rule[1])
    out.push(
      causeInvalid(path, value, `must be no more than ${rule[1]} ${rule === LABEL_VALUE ? 'bytes' : 'characters'}`),
    );
  return rule === LABEL || rule === LABEL1035 || rule === LABEL_VALUE ? out.reverse() : out;
}

function nameCauses(k, name, path) {
  if (PATH_NAMES.has(k.plural)) {
    if (name === '.' || name === '..') return [causeInvalid(path, name, `may not be '${name}'`)];
    return ['/', '%'].filter((c) => name.includes(c)).map((c) => causeInvalid(path, name, `may not contain '${c}'`));
  }
  return checkText(NAME_RULES[k.plural] ? NAME_RULES[k.plural]() : SUBDOMAIN, name, path);
}

function qualified(key, path) {
  const parts = key.split('/');
  const out = [];
  if (parts.length > 2)
    return [
      causeInvalid(
        path,
        key,
        `${isOld() ? 'a qualified name' : 'a valid label key'} must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
      ),
    ];
  const name = parts.pop();
  if (parts.length && parts[0] === '') out.push(causeInvalid(path, key, 'prefix part must be non-empty'));
  else if (parts.length)
    for (const c of checkText(SUBDOMAIN, parts[0], path))
      out.push(causeInvalid(path, key, `prefix part ${c.message.slice(c.message.indexOf('": ') + 3)}`));
  if (name === '') out.push(causeInvalid(path, key, 'name part must be non-empty'));
  else if (name.length > 63) out.push(causeInvalid(path, key, 'name part must be no more than 63 bytes'));
  if (!QUALIFIED[0].test(name)) out.push(causeInvalid(path, key, QUALIFIED[2]));
  return out;
}

function labelCauses(labels, path) {
  return Object.entries(labels || {}).flatMap(([k, v]) => [...qualified(k, path), ...checkText(LABEL_VALUE, v, path)]);
}

function metadata(k, o) {
  const m = o.metadata;
  const out = [];
  if (m.generateName) out.push(...nameCauses(k, m.generateName.replace(/.-$/, 'a'), 'metadata.generateName'));
  if (!m.name) out.push(causeRequired('metadata.name', 'name or generateName is required'));
  else out.push(...nameCauses(k, m.name, 'metadata.name'));
  out.push(...labelCauses(m.labels, 'metadata.labels'));
  for (const a of Object.keys(m.annotations || {}))
    out.push(...qualified(a.toLowerCase() === a ? a : a, 'metadata.annotations'));
  const size = Object.entries(m.annotations || {}).reduce((n, [a, v]) => n + a.length + Buffer.byteLength(v), 0);
  if (size > 262144)
    out.push({
      reason: 'FieldValueTooLong',
      message: 'Too long: may not be more than 262144 bytes',
      field: 'metadata.annotations',
    });
  (m.finalizers || []).forEach((f, i) => {
    const p = `metadata.finalizers[${i}]`;
    if (!f.includes('/') && !['foregroundDeletion', 'orphan', 'kubernetes'].includes(f))
      out.push(causeInvalid(p, f, 'name is neither a standard finalizer name nor is it fully qualified'));
    else out.push(...qualified(f, p));
  });
  (m.ownerReferences || []).forEach((r) => {
    const p = 'metadata.ownerReferences';
    if (!r.apiVersion) out.push(causeInvalid(`${p}.apiVersion`, '', 'version must not be empty'));
    for (const n of ['kind', 'name', 'uid']) if (!r[n]) out.push(causeInvalid(`${p}.${n}`, '', 'must not be empty'));
  });
  return out;
}

function quantities(c, path) {
  const r = c.resources || {};
  const out = [];
  for (const [res, v] of Object.entries(r.requests || {})) {
    const max = (r.limits || {})[res];
    if (max !== undefined && quantity.nano(v) > quantity.nano(max))
      out.push(causeInvalid(`${path}.resources.requests`, v, `must be less than or equal to ${res} limit of ${max}`));
  }
  return out;
}

const portRange = (p, path) =>
  !(p >= 1 && p <= 65535) ? [causeInvalid(path, p, 'must be between 1 and 65535, inclusive')] : [];

function probeCauses(p, path) {
  if (!p) return [];
  const out = [];
  const kinds = ['exec', 'httpGet', 'tcpSocket', 'grpc'].filter((h) => p[h]);
  if (!kinds.length) out.push(causeRequired(path, 'must specify a handler type'));
  for (const h of kinds.slice(1)) out.push(causeForbidden(`${path}.${h}`, 'may not specify more than 1 handler type'));
  for (const h of ['httpGet', 'tcpSocket', 'grpc'])
    if (p[h] && typeof p[h].port === 'number') out.push(...portRange(p[h].port, `${path}.${h}.port`));
  for (const n of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'])
    if (p[n] < 0) out.push(causeInvalid(`${path}.${n}`, p[n], 'must be greater than or equal to 0'));
  return out;
}

const probes = (c, p) =>
  ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((n) => probeCauses(c[n], `${p}.${n}`));

function containers(list, path, seen, pod) {
  const out = [];
  (list || []).forEach((c, i) => {
    const p = `${path}[${i}]`;
    if (!c.name) out.push(causeRequired(`${p}.name`));
    else out.push(...checkText(LABEL, c.name, `${p}.name`));
    if (!c.image) out.push(causeRequired(`${p}.image`));
    else if (path.includes('template') && c.image !== c.image.trim())
      out.push(causeInvalid(`${p}.image`, c.image, 'must not have leading or trailing whitespace'));
    if (c.name && seen.has(c.name)) out.push(causeDuplicate(`${p}.name`, c.name));
    seen.add(c.name);
    if (isOld()) out.push(...probes(c, p));
    (c.ports || []).forEach((x, j) => {
      if (!x.containerPort) out.push(causeRequired(`${p}.ports[${j}].containerPort`));
      else out.push(...portRange(x.containerPort, `${p}.ports[${j}].containerPort`));
      if (!['TCP', 'UDP', 'SCTP'].includes(x.protocol))
        out.push(causeNotSupported(`${p}.ports[${j}].protocol`, x.protocol, ['SCTP', 'TCP', 'UDP']));
    });
    (c.env || []).forEach((e, j) => {
      if (!e.name) out.push(causeRequired(`${p}.env[${j}].name`));
    });
    (c.volumeMounts || []).forEach((m, j) => {
      if (!(pod.volumes || []).some((v) => v.name === m.name))
        out.push(causeNotFound(`${p}.volumeMounts[${j}].name`, m.name));
      if (!m.mountPath) out.push(causeRequired(`${p}.volumeMounts[${j}].mountPath`));
    });
    if (!['Always', 'IfNotPresent', 'Never'].includes(c.imagePullPolicy))
      out.push(causeNotSupported(`${p}.imagePullPolicy`, c.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']));
    out.push(...quantities(c, p));
    if (!isOld()) out.push(...probes(c, p));
  });
  return out;
}

function podSpec(s, path, restart) {
  const out = [];
  const seenVolumes = new Set();
  (s.volumes || []).forEach((v, i) => {
    if (!v.name) out.push(causeRequired(`${path}.volumes[${i}].name`));
    else out.push(...checkText(LABEL, v.name, `${path}.volumes[${i}].name`));
    if (seenVolumes.has(v.name)) out.push(causeDuplicate(`${path}.volumes[${i}].name`, v.name));
    seenVolumes.add(v.name);
  });
  if (!(s.containers || []).length) out.push(causeRequired(`${path}.containers`));
  const seen = new Set();
  out.push(
    ...containers(s.containers, `${path}.containers`, seen, s),
    ...containers(s.initContainers, `${path}.initContainers`, seen, s),
  );
  if (!['Always', 'OnFailure', 'Never'].includes(s.restartPolicy))
    out.push(causeNotSupported(`${path}.restartPolicy`, s.restartPolicy, ['Always', 'OnFailure', 'Never']));
  else if (restart && !restart.includes(s.restartPolicy))
    out.push(
      restart.length === 1
        ? causeNotSupported(`${path}.restartPolicy`, s.restartPolicy, restart)
        : causeRequired(`${path}.restartPolicy`, 'valid values: "OnFailure", "Never"'),
    );
  if (!['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'].includes(s.dnsPolicy))
    out.push(
      causeNotSupported(`${path}.dnsPolicy`, s.dnsPolicy, [
        'ClusterFirst',
        'ClusterFirstWithHostNet',
        'Default',
        'None',
      ]),
    );
  if (s.terminationGracePeriodSeconds < 0)
    out.push(
      causeInvalid(
        `${path}.terminationGracePeriodSeconds`,
        s.terminationGracePeriodSeconds,
        'must be greater than or equal to 0',
      ),
    );
  return out;
}

function selector(s, path, what) {
  if (!s) return [causeRequired(path)];
  if (!Object.keys(s.matchLabels || {}).length && !(s.matchExpressions || []).length)
    return [causeInvalid(path, {}, `empty selector is invalid for ${what}`)];
  const out = labelCauses(s.matchLabels, `${path}.matchLabels`);
  (s.matchExpressions || []).forEach((e, i) => {
    const p = `${path}.matchExpressions[${i}]`;
    const need = ['In', 'NotIn'].includes(e.operator);
    if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(e.operator))
      out.push(causeInvalid(`${p}.operator`, e.operator, 'not a valid selector operator'));
    else if (need && !(e.values || []).length)
      out.push(causeRequired(`${p}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    else if (!need && (e.values || []).length)
      out.push(causeForbidden(`${p}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  });
  return out;
}

const nonNegative = (v, path) => (v < 0 ? [causeInvalid(path, v, 'must be greater than or equal to 0')] : []);

function workload(what, restart) {
  return (o) => {
    const s = o.spec;
    const t = s.template || {};
    const labels = (t.metadata || {}).labels || {};
    const out = [
      ...nonNegative(s.replicas, 'spec.replicas'),
      ...(what === 'daemonset' && !s.selector ? [] : selector(s.selector, 'spec.selector', what)),
    ];
    const empty =
      s.selector && !Object.keys(s.selector.matchLabels || {}).length && !(s.selector.matchExpressions || []).length;
    if (!empty && !matcher(s.selector)(labels))
      out.push(
        causeInvalid(
          'spec.template.metadata.labels',
          (t.metadata || {}).labels || null,
          '`selector` does not match template `labels`',
        ),
      );
    out.push(
      ...labelCauses(labels, 'spec.template.labels'),
      ...podSpec(withClaims(t.spec || {}, s.volumeClaimTemplates), 'spec.template.spec', restart),
    );
    if (what === 'deployment')
      out.push(...strategy(s), ...nonNegative(s.revisionHistoryLimit, 'spec.revisionHistoryLimit'));
    return out;
  };
}

// A claim template is a volume for the template's mounts.
const withClaims = (s, claims) =>
  claims && claims.length
    ? { ...s, volumes: [...(s.volumes || []), ...claims.map((c) => ({ name: c.metadata.name }))] }
    : s;

const percent = (v) => (typeof v === 'string' ? Number(v.replace('%', '')) : v);

function strategy(s) {
  const { type, rollingUpdate: r } = s.strategy;
  const out = [];
  if (!['Recreate', 'RollingUpdate'].includes(type))
    return [causeNotSupported('spec.strategy', { Type: type, RollingUpdate: null }, ['Recreate', 'RollingUpdate'])];
  if (type === 'Recreate' && r)
    return [causeForbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")];
  if (!r) return out;
  for (const n of ['maxUnavailable', 'maxSurge']) {
    const v = r[n];
    if (typeof v === 'string' && !/^[0-9]+%$/.test(v))
      out.push(
        causeInvalid(
          `spec.strategy.rollingUpdate.${n}`,
          v,
          "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
      );
    else if (percent(v) < 0)
      out.push(causeInvalid(`spec.strategy.rollingUpdate.${n}`, v, 'must be greater than or equal to 0'));
  }
  if (!out.length && percent(r.maxUnavailable) === 0 && percent(r.maxSurge) === 0)
    out.push(
      causeInvalid('spec.strategy.rollingUpdate.maxUnavailable', r.maxUnavailable, 'may not be 0 when `maxSurge` is 0'),
    );
  return out;
}

function service(o) {
  const s = o.spec;
  const out = [];
  const headless = s.clusterIP === 'None';
  if (!(s.ports || []).length && !headless && s.type !== 'ExternalName') out.push(causeRequired('spec.ports'));
  if (s.type === 'ExternalName' && !s.externalName) out.push(causeRequired('spec.externalName'));
  const seen = new Set();
  const seenPorts = new Set();
  (s.ports || []).forEach((p, i) => {
    const at = `spec.ports[${i}]`;
    if (s.ports.length > 1 && !p.name) out.push(causeRequired(`${at}.name`));
    else if (p.name) {
      out.push(...checkText(LABEL, p.name, `${at}.name`));
      if (seen.has(p.name)) out.push(causeDuplicate(`${at}.name`, p.name));
      seen.add(p.name);
    }
    out.push(...portRange(p.port, `${at}.port`));
    if (!['TCP', 'UDP', 'SCTP'].includes(p.protocol))
      out.push(causeNotSupported(`${at}.protocol`, p.protocol, ['SCTP', 'TCP', 'UDP']));
    if (typeof p.targetPort === 'number') out.push(...portRange(p.targetPort, `${at}.targetPort`));
    const id = `${p.protocol}/${p.port}`;
    if (seenPorts.has(id))
      out.push({
        reason: 'FieldValueDuplicate',
        message: `Duplicate value: ${JSON.stringify({ protocol: p.protocol, port: p.port })}`,
        field: at,
      });
    seenPorts.add(id);
    if (p.nodePort && s.type === 'ClusterIP')
      out.push(causeForbidden(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
  });
  if (!['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'].includes(s.type))
    out.push(causeNotSupported('spec.type', s.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']));
  if (!['None', 'ClientIP'].includes(s.sessionAffinity))
    out.push(causeNotSupported('spec.sessionAffinity', s.sessionAffinity, ['ClientIP', 'None']));
  out.push(...labelCauses(s.selector, 'spec.selector'));
  return out;
}

function keys(data, path) {
  return Object.keys(data || {}).flatMap((key) => checkText(CONFIG_KEY, key, `${path}[${key}]`));
}

function ingress(o) {
  const out = [];
  const s = o.spec || {};
  if (!(s.rules || []).length && !s.defaultBackend)
    out.push(causeInvalid('spec', [], 'either `defaultBackend` or `rules` must be specified'));
  (s.rules || []).forEach((r, i) =>
    ((r.http || {}).paths || []).forEach((p, j) => {
      const at = `spec.rules[${i}].http.paths[${j}]`;
      if (!p.pathType) out.push(causeRequired(`${at}.pathType`, 'pathType must be specified'));
      else if (!['Exact', 'Prefix', 'ImplementationSpecific'].includes(p.pathType))
        out.push(causeNotSupported(`${at}.pathType`, p.pathType, ['Exact', 'ImplementationSpecific', 'Prefix']));
      else if (p.pathType !== 'ImplementationSpecific' && !(p.path || '').startsWith('/'))
        out.push(causeInvalid(`${at}.path`, p.path || '', 'must be an absolute path'));
      const b = p.backend || {};
      if (b.service && !b.service.name) out.push(causeRequired(`${at}.backend.service.name`));
      if (b.service && b.service.name && !((b.service.port || {}).number || (b.service.port || {}).name))
        out.push(causeRequired(`${at}.backend`, 'port name or number is required'));
    }),
  );
  return out;
}

const CRON = /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly|every .+)|(\S+\s+){4}\S+)$/;

function cronJob(o) {
  const s = o.spec;
  const out = [];
  if (!s.schedule) out.push(causeRequired('spec.schedule'));
  else if (!CRON.test(s.schedule))
    out.push(
      causeInvalid(
        'spec.schedule',
        s.schedule,
        `expected exactly 5 fields, found ${s.schedule.trim().split(/\s+/).length}: [${s.schedule.trim().split(/\s+/).join(' ')}]`,
      ),
    );
  if (!['Allow', 'Forbid', 'Replace'].includes(s.concurrencyPolicy))
    out.push(causeNotSupported('spec.concurrencyPolicy', s.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']));
  const t = ((s.jobTemplate || {}).spec || {}).template;
  out.push(...podSpec((t && t.spec) || {}, 'spec.jobTemplate.spec.template.spec', ['OnFailure', 'Never']));
  if (o.metadata.name.length > 52)
    out.push(causeInvalid('metadata.name', o.metadata.name, 'must be no more than 52 characters'));
  return out;
}

function claim(o) {
  const s = o.spec || {};
  const out = [];
  if (!(s.accessModes || []).length) out.push(causeRequired('spec.accessModes', 'at least 1 access mode is required'));
  for (const m of s.accessModes || [])
    if (!['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'].includes(m))
      out.push(
        causeNotSupported('spec.accessModes', m, [
          'ReadOnlyMany',
          'ReadWriteMany',
          'ReadWriteOnce',
          'ReadWriteOncePod',
        ]),
      );
  if (!((s.resources || {}).requests || {}).storage) out.push(causeRequired('spec.resources[storage]'));
  return out;
}

function roleBinding(o) {
  const out = [];
  if (!['Role', 'ClusterRole'].includes(o.roleRef.kind))
    out.push(causeNotSupported('roleRef.kind', o.roleRef.kind || '', ['Role', 'ClusterRole']));
  if (!o.roleRef.name) out.push(causeRequired('roleRef.name'));
  return out;
}

function crd(o) {
  const s = o.spec;
  const out = [];
  const want = `${(s.names || {}).plural}.${s.group}`;
  if (o.metadata.name !== want)
    out.push(causeInvalid('metadata.name', o.metadata.name, `must be spec.names.plural+"."+spec.group`));
  if (!s.group) out.push(causeRequired('spec.group'));
  if (!['Cluster', 'Namespaced'].includes(s.scope))
    out.push(
      s.scope ? causeNotSupported('spec.scope', s.scope, ['Cluster', 'Namespaced']) : causeRequired('spec.scope'),
    );
  (s.versions || []).forEach((v, i) => {
    if (!v.schema || !v.schema.openAPIV3Schema) out.push(causeRequired(`spec.versions[${i}].schema.openAPIV3Schema`));
  });
  if ((s.versions || []).filter((v) => v.storage).length !== 1)
    out.push(causeInvalid('spec.versions', s.versions, 'must have exactly one version marked as storage version'));
  return out;
}

function autoscaler(o) {
  const s = o.spec;
  const t = s.scaleTargetRef;
  const out = [];
  if (s.minReplicas < 1)
    out.push(causeInvalid('spec.minReplicas', s.minReplicas, 'must be greater than or equal to 1'));
  if (s.maxReplicas < 1) out.push(causeInvalid('spec.maxReplicas', s.maxReplicas, 'must be greater than 0'));
  if (s.maxReplicas < s.minReplicas)
    out.push(causeInvalid('spec.maxReplicas', s.maxReplicas, 'must be greater than or equal to `minReplicas`'));
  for (const n of ['kind', 'name']) if (!t[n]) out.push(causeRequired(`spec.scaleTargetRef.${n}`));
  if (!t.apiVersion) out.push(causeInvalid('spec.scaleTargetRef.apiVersion', '', 'apiVersion must specify API group'));
  return out;
}

const NOT_SOURCES = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
]);

function volume(o) {
  const s = o.spec;
  const out = [];
  if (!(s.accessModes || []).length) out.push(causeRequired('spec.accessModes'));
  if (!s.capacity) out.push(causeRequired('spec.capacity'));
  if (!s.capacity || !s.capacity.storage) out.push(causeNotSupported('spec.capacity', s.capacity || null, ['storage']));
  if (!Object.keys(s).some((n) => !NOT_SOURCES.has(n))) out.push(causeRequired('spec', 'must specify a volume type'));
  return out;
}

const JOBS = (o) => podSpec((o.spec.template || {}).spec || {}, 'spec.template.spec', ['OnFailure', 'Never']);

const CHECKS = {
  pods: (o) => podSpec(o.spec, 'spec'),
  deployments: workload('deployment', ['Always']),
  statefulsets: workload('statefulset', ['Always']),
  daemonsets: workload('daemonset', ['Always']),
  replicasets: workload('replicaset', ['Always']),
  jobs: JOBS,
  cronjobs: cronJob,
  services: service,
  ingresses: ingress,
  persistentvolumeclaims: claim,
  rolebindings: roleBinding,
  clusterrolebindings: roleBinding,
  customresourcedefinitions: crd,
  poddisruptionbudgets: (o) => {
    const s = o.spec || {};
    return s.minAvailable !== undefined && s.maxUnavailable !== undefined
      ? [
          causeInvalid(
            'spec',
            {
              MinAvailable: s.minAvailable,
              Selector: s.selector || null,
              MaxUnavailable: s.maxUnavailable,
              UnhealthyPodEvictionPolicy: s.unhealthyPodEvictionPolicy || null,
            },
            'minAvailable and maxUnavailable cannot be both set',
          ),
        ]
      : [];
  },
  horizontalpodautoscalers: autoscaler,
  storageclasses: (o) => (o.provisioner ? [] : [causeRequired('provisioner')]),
  persistentvolumes: volume,
  networkpolicies: (o) =>
    (o.spec.policyTypes || []).flatMap((t, i) =>
      ['Ingress', 'Egress'].includes(t) ? [] : [causeNotSupported(`spec.policyTypes[${i}]`, t, ['Ingress', 'Egress'])],
    ),
  events: (o) =>
    o.involvedObject.namespace === o.metadata.namespace ||
    (!o.involvedObject.namespace && o.metadata.namespace === 'default')
      ? []
      : [causeInvalid('involvedObject.namespace', o.involvedObject.namespace || '', 'does not match event.namespace')],
  configmaps: (o) => [...keys(o.data, 'data'), ...keys(o.binaryData, 'binaryData')],
  secrets: (o) => [
    ...keys(o.data, 'data'),
    ...(o.type === 'kubernetes.io/dockerconfigjson' && !(o.data || {})['.dockerconfigjson']
      ? [causeRequired('data[.dockerconfigjson]')]
      : []),
    ...(o.type === 'kubernetes.io/tls'
      ? ['tls.crt', 'tls.key'].filter((n) => (o.data || {})[n] === undefined).map((n) => causeRequired(`data[${n}]`))
      : []),
  ],
};

const SCHEMA_TYPES = {
  string: (v) => typeof v === 'string',
  integer: (v) => Number.isInteger(v) || typeof v === 'bigint',
  number: (v) => typeof v === 'number' || typeof v === 'bigint',
  boolean: (v) => typeof v === 'boolean',
  object: isObject,
  array: Array.isArray,
};
const kindOf = (v) =>
  v === null
    ? 'null'
    : Array.isArray(v)
      ? 'array'
      : typeof v === 'object'
        ? 'object'
        : Number.isInteger(v)
          ? 'integer'
          : typeof v;

function schemaCauses(schema, v, path) {
  const out = [];
  if (!schema) return out;
  if (v === null) return schema.nullable ? out : [causeInvalidType(path, v, schema.type)];
  if (schema['x-kubernetes-int-or-string']) return out;
  if (schema.type && SCHEMA_TYPES[schema.type] && !SCHEMA_TYPES[schema.type](v))
    return [causeInvalidType(path, v, schema.type)];
  if (schema.enum && !schema.enum.some((e) => equal(e, v))) out.push(causeNotSupported(path, v, schema.enum));
  if (schema.minimum !== undefined && v < schema.minimum)
    out.push(causeInvalid(path, v, `${path} in body should be greater than or equal to ${schema.minimum}`));
  if (schema.maximum !== undefined && v > schema.maximum)
    out.push(causeInvalid(path, v, `${path} in body should be less than or equal to ${schema.maximum}`));
  if (schema.pattern && typeof v === 'string' && !new RegExp(schema.pattern).test(v))
    out.push(causeInvalid(path, v, `${path} in body should match '${schema.pattern}'`));
  if (schema.maxLength !== undefined && typeof v === 'string' && v.length > schema.maxLength)
    out.push({
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${schema.maxLength} bytes`,
      field: path,
    });
  if (Array.isArray(v)) v.forEach((x, i) => out.push(...schemaCauses(schema.items, x, `${path}[${i}]`)));
  else if (isObject(v)) {
    for (const r of schema.required || []) if (v[r] === undefined) out.push(causeRequired(path ? `${path}.${r}` : r));
    for (const [n, x] of Object.entries(v))
      out.push(
        ...schemaCauses(
          (schema.properties || {})[n] || (isObject(schema.additionalProperties) ? schema.additionalProperties : null),
          x,
          path ? `${path}.${n}` : n,
        ),
      );
  }
  return out;
}

function causeInvalidType(path, v, type) {
  return {
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: "${kindOf(v)}": ${path} in body must be of type ${type}: "${kindOf(v)}"`,
    field: path,
  };
}

// checkNew(kind, object) -> causes (empty when it is valid).
function checkNew(k, o) {
  const out = metadata(k, o);
  if (k.crd)
    return [...out, ...schemaCauses((k.crdVersion.schema || {}).openAPIV3Schema, without(o), ''), ...scaleCauses(k, o)];
  return CHECKS[k.plural] ? [...out, ...CHECKS[k.plural](o)] : out;
}

function scaleCauses(k, o) {
  const scale = (k.crdVersion.subresources || {}).scale;
  const v =
    scale &&
    scale.specReplicasPath
      .replace(/^\./, '')
      .split('.')
      .reduce((x, n) => (isObject(x) ? x[n] : undefined), o);
  return v === undefined || v === false || typeof v === 'number' || !scale
    ? []
    : [
        causeInvalid(
          scale.specReplicasPath,
          0,
          `${scale.specReplicasPath} accessor error: ${v} is of the type ${typeof v}, expected int64`,
        ),
      ];
}

const without = (o) => {
  const { apiVersion, kind, metadata: m, ...rest } = o;
  return rest;
};

const POD_MUTABLE = [
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
  'containers',
  'initContainers',
  'ephemeralContainers',
  'nodeName',
  'resources',
  'overhead',
];
const noImages = (list) => (list || []).map(({ image, ...c }) => c);

function podUpdate(o, old) {
  const rest = (s) => ({
    ...Object.fromEntries(Object.entries(s).filter(([n]) => !POD_MUTABLE.includes(n))),
    c: noImages(s.containers),
    i: noImages(s.initContainers),
  });
  if (equal(rest(o.spec), rest(old.spec)) && o.spec.containers.length === old.spec.containers.length) return [];
  return [
    causeForbidden(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n',
    ),
  ];
}

const immutable = (o, old, get, path) =>
  equal(get(o), get(old)) ? [] : [causeInvalid(path, get(o) === undefined ? null : get(o), 'field is immutable')];
const SELECTOR = (o, old) => immutable(o, old, (x) => x.spec.selector, 'spec.selector');
const STS_MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

function statefulSetUpdate(o, old) {
  const rest = (s) => Object.fromEntries(Object.entries(s).filter(([n]) => !STS_MUTABLE.includes(n)));
  return equal(rest(o.spec), rest(old.spec))
    ? []
    : [
        causeForbidden(
          'spec',
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        ),
      ];
}

function frozen(o, old) {
  if (!old.immutable) return [];
  const out = o.immutable ? [] : [causeForbidden('immutable', 'field is immutable when `immutable` is set')];
  for (const n of ['data', 'binaryData'])
    if (!equal(o[n] || {}, old[n] || {})) out.push(causeForbidden(n, 'field is immutable when `immutable` is set'));
  return out;
}

function serviceUpdate(o, old) {
  if (
    o.spec.type === 'ExternalName' ||
    old.spec.type === 'ExternalName' ||
    !old.spec.clusterIP ||
    o.spec.clusterIP === old.spec.clusterIP
  )
    return [];
  return [
    causeInvalid(
      'spec.clusterIPs[0]',
      o.spec.clusterIPs && o.spec.clusterIPs[0] !== old.spec.clusterIPs[0] ? o.spec.clusterIPs : [o.spec.clusterIP],
      'may not change once set',
    ),
  ];
}

const UPDATES = {
  pods: podUpdate,
  deployments: SELECTOR,
  replicasets: SELECTOR,
  daemonsets: SELECTOR,
  statefulsets: statefulSetUpdate,
  configmaps: frozen,
  secrets: (o, old) => [...immutable(o, old, (x) => x.type, 'type'), ...frozen(o, old)],
  services: serviceUpdate,
  jobs: (o, old) => [
    ...immutable(o, old, (x) => x.spec.completions, 'spec.completions'),
    ...SELECTOR(o, old),
    ...immutable(o, old, (x) => x.spec.template, 'spec.template'),
  ],
  rolebindings: (o, old) =>
    equal(o.roleRef, old.roleRef) ? [] : [causeInvalid('roleRef', o.roleRef, 'cannot change roleRef')],
  clusterrolebindings: (o, old) =>
    equal(o.roleRef, old.roleRef) ? [] : [causeInvalid('roleRef', o.roleRef, 'cannot change roleRef')],
  storageclasses: (o, old) =>
    ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'].flatMap((n) =>
      equal(o[n], old[n])
        ? []
        : [
            n === 'parameters' || n === 'provisioner'
              ? causeForbidden(n, `updates to ${n} are forbidden.`)
              : causeForbidden(n, `updates to ${n} are forbidden.`),
          ],
    ),
  persistentvolumeclaims: (o, old) => {
    const r = (s) => {
      const { resources, volumeName, volumeAttributesClassName, ...x } = s;
      return x;
    };
    return equal(r(o.spec), r(old.spec))
      ? []
      : [
          causeForbidden(
            'spec',
            'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n',
          ),
        ];
  },
};

// checkUpdate(kind, object, old) -> causes.
function checkUpdate(k, o, old) {
  const out = checkNew(k, o);
  const added = (o.metadata.finalizers || []).filter((f) => !(old.metadata.finalizers || []).includes(f));
  if (old.metadata.deletionTimestamp && added.length)
    out.push(
      causeForbidden(
        'metadata.finalizers',
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((f) => JSON.stringify(f)).join(', ')}}`,
      ),
    );
  for (const n of ['uid', 'creationTimestamp'])
    if (o.metadata[n] !== old.metadata[n])
      out.push(causeInvalid(`metadata.${n}`, o.metadata[n] || '', 'field is immutable'));
  return !k.crd && UPDATES[k.plural] ? [...out, ...UPDATES[k.plural](o, old)] : out;
}

const NOT_EPHEMERAL = ['ports', 'resources', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'];

// checkEphemeral(object, old) -> causes: what pods/ephemeralcontainers refuses.
function checkEphemeral(o, old) {
  const s = o.spec;
  const path = 'spec.ephemeralContainers';
  const own = [...(s.containers || []), ...(s.initContainers || [])].map((c) => c.name);
  const seen = new Set(own);
  const out = [];
  (s.ephemeralContainers || []).forEach((c, i) => {
    out.push(...containers([c], path, seen, s).map((x) => ({ ...x, field: x.field.replace('[0]', `[${i}]`) })));
    if (c.targetContainerName && !own.includes(c.targetContainerName))
      out.push(causeNotFound(`${path}[${i}].targetContainerName`, c.targetContainerName));
    for (const n of NOT_EPHEMERAL)
      if (c[n] && Object.keys(c[n]).length)
        out.push(causeForbidden(`${path}[${i}].${n}`, 'cannot be set for an Ephemeral Container'));
  });
  for (const c of old.spec.ephemeralContainers || []) {
    const now = (s.ephemeralContainers || []).find((x) => x.name === c.name);
    if (!now || !equal(now, c))
      out.push(
        causeForbidden('spec', `existing ephemeral containers "${c.name}" may not be ${now ? 'changed' : 'removed'}\n`),
      );
  }
  return out;
}

module.exports = { checkNew, checkUpdate, checkEphemeral };
