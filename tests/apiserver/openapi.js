'use strict';
// /openapi/v3 and /openapi/v2: documents made from the type tables, enough for clients that look
// for a field, a merge key or the fieldValidation parameter.

const crypto = require('crypto');
const { get } = require('./types');
const { groups } = require('./discovery');

const DOMAIN = {
  core: 'io.k8s.api.core',
  meta: 'io.k8s.apimachinery.pkg.apis.meta',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
};
const modelName = (struct) => {
  const [pkg, name] = struct.split('.');
  const [g, v] = pkg.split('/');
  return `${DOMAIN[g] || `io.k8s.api.${g}`}.${v}.${name}`;
};
const SCALARS = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  Time: { type: 'string', format: 'date-time' },
  MicroTime: { type: 'string', format: 'date-time' },
  Duration: { type: 'string' },
  IntOrString: { type: 'string', format: 'int-or-string' },
  Quantity: { type: 'string' },
  any: { type: 'object' },
};

function schemaOf(t, refs, prefix) {
  if (t.wrap === '*') return schemaOf(t.of, refs, prefix);
  if (t.wrap === '[]') return { type: 'array', items: schemaOf(t.of, refs, prefix) };
  if (t.wrap === '{}') return { type: 'object', additionalProperties: schemaOf(t.of, refs, prefix) };
  if (t.struct) {
    refs.add(t.struct);
    return prefix === '#/definitions/'
      ? { $ref: prefix + modelName(t.struct) }
      : { allOf: [{ $ref: prefix + modelName(t.struct) }], default: {} };
  }
  return { ...(SCALARS[t.base] || { type: 'integer' }) };
}

function model(struct, refs, prefix) {
  const s = get(struct);
  const properties = {};
  const required = [];
  for (const f of [...s.fields].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const p = schemaOf(f.type, refs, prefix);
    if (p.type === 'array' && p.items.allOf && prefix !== '#/definitions/')
      p.items = { allOf: p.items.allOf, default: {} };
    if (f.strategy) p['x-kubernetes-patch-strategy'] = f.strategy.join(',');
    if (f.mergeKey) p['x-kubernetes-patch-merge-key'] = f.mergeKey;
    if (f.list) {
      p['x-kubernetes-list-type'] = f.list;
      if (f.keys && f.keys.length) p['x-kubernetes-list-map-keys'] = f.keys;
    }
    if (f.atomic) p['x-kubernetes-map-type'] = 'atomic';
    properties[f.name] = p;
    if (!f.omit && !f.zero && !f.type.struct) required.push(f.name);
  }
  return {
    type: 'object',
    ...(required.length ? { required } : {}),
    properties,
    ...(s.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  };
}

const gvk = (k) => ({ group: k.group, kind: k.kind, version: k.version });

function models(list, prefix) {
  const out = {};
  const refs = new Set(list.filter((k) => k.type).map((k) => k.type));
  if (list.some((k) => k.crd)) refs.add('meta/v1.ObjectMeta');
  const done = new Set();
  for (;;) {
    const next = [...refs].find((r) => !done.has(r) && get(r));
    if (!next) break;
    done.add(next);
    const m = model(next, refs, prefix);
    const own = list.filter((k) => k.type === next);
    if (own.length) m['x-kubernetes-group-version-kind'] = own.map(gvk);
    out[modelName(next)] = m;
  }
  for (const k of list.filter((x) => x.crd)) {
    const s = JSON.parse(JSON.stringify((k.crdVersion.schema || {}).openAPIV3Schema || { type: 'object' }));
    const ref = { $ref: `${prefix}${modelName('meta/v1.ObjectMeta')}` };
    s.properties = {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      ...s.properties,
      metadata: prefix === '#/definitions/' ? ref : { allOf: [ref] },
    };
    s['x-kubernetes-group-version-kind'] = [gvk(k)];
    out[`${k.group.split('.').reverse().join('.')}.${k.version}.${k.kind}`] = s;
  }
  return out;
}

const PARAMS = {
  get: [],
  post: ['dryRun', 'fieldManager', 'fieldValidation'],
  put: ['dryRun', 'fieldManager', 'fieldValidation'],
  patch: ['dryRun', 'fieldManager', 'fieldValidation', 'force'],
  delete: ['dryRun', 'gracePeriodSeconds', 'orphanDependents', 'propagationPolicy'],
};
const MIME = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

function operations(k, methods, v2) {
  const out = {};
  for (const m of methods) {
    out[m] = {
      tags: [k.group || 'core'],
      operationId: `${m}${k.kind}`,
      'x-kubernetes-action': m,
      'x-kubernetes-group-version-kind': gvk(k),
      parameters: PARAMS[m].map((name) =>
        v2
          ? { uniqueItems: true, type: 'string', name, in: 'query' }
          : { name, in: 'query', schema: { type: 'string', uniqueItems: true } },
      ),
      responses: { 200: { description: 'OK' } },
      ...(m === 'patch' && !v2
        ? { requestBody: { content: Object.fromEntries(MIME.map((t) => [t, { schema: { type: 'object' } }])) } }
        : {}),
    };
  }
  return out;
}

function paths(list, v2) {
  const out = {};
  for (const k of list) {
    const base = `${k.group ? `/apis/${k.group}` : '/api'}/${k.version}${k.namespaced ? '/namespaces/{namespace}' : ''}/${k.plural}`;
    if (k.verbs.includes('create'))
      out[base] = operations(k, k.verbs.includes('list') ? ['get', 'post'] : ['post'], v2);
    if (k.verbs.includes('patch')) out[`${base}/{name}`] = operations(k, ['get', 'put', 'patch', 'delete'], v2);
  }
  return out;
}

const info = (env) => ({ title: 'Kubernetes', version: env.version === '1.20' ? 'v1.20.2' : 'v1.36.2' });
const hash = (text) => crypto.createHash('sha512').update(text).digest('hex').toUpperCase();
const pathOf = (g, v) => (g ? `apis/${g}/${v}` : `api/${v}`);

function index(env) {
  const out = {};
  for (const [g, versions] of groups(env.kinds))
    for (const v of versions.keys())
      out[pathOf(g, v)] = {
        serverRelativeURL: `/openapi/v3/${pathOf(g, v)}?hash=${hash(`${g}/${v}/${env.kinds.generation}`)}`,
      };
  return { paths: Object.fromEntries(Object.entries(out).sort((a, b) => (a[0] < b[0] ? -1 : 1))) };
}

const version2 = (env) => ({
  swagger: '2.0',
  info: info(env),
  paths: paths(env.kinds.all, true),
  definitions: models(
    env.kinds.all.filter((k) => !k.crd),
    '#/definitions/',
  ),
});

// answer(env, path, headers) -> { code, body, type } or null.
function answer(env, path, headers) {
  if (path === '/openapi/v2') {
    const body = JSON.stringify(version2(env));
    const etag = `"${hash(body)}"`;
    const same = (headers['if-none-match'] || '').split(/,\s*/).includes(etag);
    return { code: same ? 304 : 200, type: 'text/plain; charset=utf-8', headers: { Etag: etag }, body: same ? '' : body };
  }
  if (env.old) return null;
  if (path === '/openapi/v3' || path === '/openapi/v3/')
    return { code: 200, type: 'text/plain; charset=utf-8', body: index(env) };
  const m = /^\/openapi\/v3\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path);
  const list = m && (groups(env.kinds).get(m[1] || '') || new Map()).get(m[2]);
  if (!list) return null;
  return {
    code: 200,
    type: 'application/json',
    headers: { 'Cache-Control': 'public, immutable' },
    body: {
      openapi: '3.0.0',
      info: info(env),
      paths: paths(list),
      components: { schemas: models(list, '#/components/schemas/') },
    },
  };
}

module.exports = { answer };
