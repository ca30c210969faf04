'use strict';
// PATCH: which patch types a kind takes, and carrying them out.

const json = require('./json');
const fields = require('./fields');
const { jsonPatch, mergePatch, strategic } = require('./patch');
const { decode } = require('./shapes');
const { applyDefaults } = require('./defaults');
const { stamp } = require('./clock');
const { apiVersionOf } = require('./kinds');
const errors = require('./errors');
const { bare, judge, strictErrors, fromYaml } = require('./body');

const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

function typeOf(k, header) {
  const t = bare(header);
  if (k.crd) {
    const known = [JSON_PATCH, MERGE, APPLY];
    if (!known.includes(t)) throw errors.unsupportedPatch(known);
  } else if (![JSON_PATCH, MERGE, STRATEGIC, APPLY].includes(t)) throw errors.unsupportedType();
  return t;
}

function parseBody(text, type) {
  try {
    return json.parse(text);
  } catch (e) {
    throw errors.badRequest(type === STRATEGIC ? e.message : `error decoding patch: ${e.message}`);
  }
}

// apply(type, kind, text) -> { change(object), duplicates, shown }: a JSON, merge or strategic patch as a function.
function change(type, k, text, typeName = k.type) {
  const { value, duplicates } = parseBody(text, type);
  if (type === JSON_PATCH) return { duplicates, value, run: (o) => jsonPatch(o, value) };
  if (!json.isObject(value))
    throw errors.badRequest(
      `error decoding patch: json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type map[string]interface {}`,
    );
  if (type === MERGE) return { duplicates, value, run: (o) => mergePatch(o, value) };
  return { duplicates, value, run: (o) => strategic(typeName, o, value) };
}

// A patch that makes no sense is refused with what was patched: the patch itself of a strategic
// merge, the whole outcome of the other types.
function refusePatch(type, patch, next) {
  const shown = JSON.stringify(type === STRATEGIC ? json.goFormat(patch) : json.stringify(next));
  return (text) =>
    new errors.ApiError(422, 'Invalid', ` "" is invalid: patch: Invalid value: ${shown}: ${text}`, {
      causes: [{ reason: 'FieldValueInvalid', message: `Invalid value: ${shown}: ${text}`, field: 'patch' }],
    });
}

function decodePatched(k, type, next, found, refuse) {
  try {
    decode(k, next, found);
  } catch (e) {
    if (!e.fault) throw e;
    const wanted = / of type (\S+)$/.exec(e.fault);
    throw refuse(type === STRATEGIC && wanted ? `unrecognized type: ${wanted[1]}` : e.fault);
  }
}

// patch(objects, kind, ns, name, request, opts) -> { object, warnings }.
function patch(objects, k, ns, name, request, opts) {
  const type = typeOf(k, request.headers['content-type']);
  if (type === APPLY) return applyPatch(objects, k, ns, name, request, opts);
  const p = change(type, k, request.body);
  const found = [];
  let warnings = [];
  const object = objects.update(
    k,
    ns,
    name,
    (o) => {
      const next = p.run(o);
      if (!json.isObject(next.metadata)) next.metadata = {};
      if (next.metadata.name !== name)
        throw errors.badRequest(
          `the name of the object (${next.metadata.name || ''}) does not match the name on the URL (${name})`,
        );
      // The patched whole is judged before defaults, so that only the patch's own fields count.
      const refuse = refusePatch(type, p.value, next);
      decodePatched(k, type, next, found, refuse);
      warnings = judge(request.query, strictErrors(found, p.duplicates), refuse, objects.env.old);
      if (next.metadata.resourceVersion === undefined) next.metadata.resourceVersion = o.metadata.resourceVersion;
      return next;
    },
    { ...opts, patch: true },
  );
  return { object, warnings };
}

function applyConfig(k, name, ns, request) {
  const { value } = fromYaml(request.body);
  if (!json.isObject(value))
    throw errors.badRequest(
      `error decoding YAML: json: cannot unmarshal ${typeof value} into Go value of type map[string]interface {}`,
    );
  const want = apiVersionOf(k);
  if (value.apiVersion !== want || value.kind !== k.kind)
    throw errors.badRequest(
      `invalid object type: ${(value.apiVersion || '').includes('/') || !value.apiVersion ? value.apiVersion || '/' : `/${value.apiVersion}`}, Kind=${value.kind || ''}`,
    );
  const m = value.metadata || {};
  if (m.managedFields && m.managedFields.length) throw errors.badRequest('metadata.managedFields must be nil');
  if (m.name && m.name !== name)
    throw errors.badRequest(`the name of the object (${m.name}) does not match the name on the URL (${name})`);
  if (m.namespace && ns && m.namespace !== ns)
    throw errors.badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return value;
}

function applyPatch(objects, k, ns, name, request, opts) {
  const config = applyConfig(k, name, ns, request);
  const found = [];
  decode(k, config, found);
  if (found.length && (!k.crd || request.query.get('fieldValidation') !== 'Ignore'))
    throw new errors.ApiError(
      500,
      '',
      `failed to create typed patch object (${(config.metadata || {}).namespace || ''}/${name}; ${k.group ? '' : '/'}${apiVersionOf(k)}, Kind=${k.kind}): .${[...found].sort()[0]}: field not declared in schema`,
    );
  const warnings = [];
  const current = objects.store.get(k.storage, k.namespaced ? ns : '', name);
  const live = current && objects.show(k, current);
  const clean = normal(k, config, name, ns);
  if (live && clean.metadata.resourceVersion && clean.metadata.resourceVersion !== live.metadata.resourceVersion)
    throw errors.modified(k, name);
  if (live && clean.metadata.uid && clean.metadata.uid !== live.metadata.uid)
    throw errors.conflict(
      k,
      name,
      `Precondition failed: UID in precondition: ${clean.metadata.uid}, UID in object meta: ${live.metadata.uid}`,
    );
  if (!live && (clean.metadata.uid || clean.metadata.resourceVersion)) throw errors.notFound(k, name);
  const reset =
    opts.subresource === 'status' ? ['spec'] : k.subresources.some((s) => s.name === 'status') ? ['status'] : [];
  const shape = (o) => {
    const c = json.clone(o);
    if (opts.subresource !== 'status') applyDefaults(k, c, objects.env);
    return decode(k, c);
  };
  const r = fields.applied({
    type: k.type,
    live,
    config: clean,
    entries: live && live.metadata.managedFields,
    manager: opts.manager,
    apiVersion: apiVersionOf(k),
    time: stamp(),
    force: opts.force,
    subresource: opts.subresource,
    reset,
    shape,
  });
  if (r.conflicts) {
    const t = fields.conflictText(r.conflicts);
    throw new errors.ApiError(409, 'Conflict', t.message, { causes: t.causes });
  }
  if (!live) return { object: objects.create(k, ns, r.object, { ...opts, apply: r.entries }), created: true, warnings };
  return {
    object: objects.update(
      k,
      ns,
      name,
      () => ({
        ...r.object,
        metadata: { ...r.object.metadata, resourceVersion: live.metadata.resourceVersion, uid: live.metadata.uid },
      }),
      { ...opts, apply: r.entries },
    ),
    warnings,
  };
}

// An applied configuration keeps only what it names, with quantities and times as the server writes them.
function normal(k, config, name, ns) {
  const pick = (shaped, given) => {
    if (Array.isArray(given))
      return given.map((g, i) => pick(Array.isArray(shaped) ? shaped[i] : g, g)).filter((x) => x !== undefined);
    if (!json.isObject(given)) return given === null ? null : shaped === undefined ? given : shaped;
    const out = {};
    for (const n of Object.keys(given))
      if (given[n] !== null) out[n] = pick(json.isObject(shaped) ? shaped[n] : undefined, given[n]);
    return out;
  };
  const c = pick(decode(k, config), config);
  c.metadata = { ...c.metadata, name, ...(ns && k.namespaced ? { namespace: ns } : {}) };
  return c;
}

module.exports = { patch, change, typeOf, APPLY, JSON_PATCH, MERGE, STRATEGIC };
