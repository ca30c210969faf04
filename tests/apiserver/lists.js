'use strict';
// Lists: selectors, pages and past revisions.

const { ApiError, badRequest, expired, aggregate, causeForbidden } = require('./errors');
const { labelSelector, fieldSelector } = require('./selectors');
const { apiVersionOf } = require('./kinds');
const { sorted } = require('./json');

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

function encode(rv, start) {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');
}

function decode(token) {
  const bad = /[^A-Za-z0-9_-]/.exec(token);
  if (bad)
    throw badRequest(
      `invalid continue token: continue key is not valid: illegal base64 data at input byte ${bad.index}`,
    );
  if (token.length % 4 === 1)
    throw badRequest(
      `invalid continue token: continue key is not valid: illegal base64 data at input byte ${token.length - 1}`,
    );
  try {
    const c = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (c.v !== 'meta.k8s.io/v1' || !c.start) throw new Error('v');
    return c;
  } catch (e) {
    throw badRequest(
      `invalid continue token: continue key is not valid: ${e instanceof SyntaxError ? `invalid character '${Buffer.from(token, 'base64url').toString()[0] || ''}' looking for beginning of value` : 'server does not recognize this encoded version "" (v1)'}`,
    );
  }
}

function number(query, name) {
  const v = query.get(name);
  if (v === null || v === '') return 0;
  if (!/^-?\d+$/.test(v)) throw badRequest(`strconv.ParseInt: parsing "${v}": invalid syntax`);
  return Number(v);
}

function revision(query, current) {
  const v = query.get('resourceVersion');
  if (!v) return undefined;
  if (!/^\d+$/.test(v))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${v}": strconv.ParseUint: parsing "${v}": invalid syntax`,
    );
  if (Number(v) > current)
    throw new ApiError(
      504,
      'Timeout',
      `Timeout: Too large resource version: ${v}, current: ${current}`,
      { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
      { headers: { 'Retry-After': '1' } },
    );
  return Number(v);
}

// matcher(kind, query) -> function(object) -> bool, from labelSelector and fieldSelector.
function matcher(k, query, name) {
  const labels = labelSelector(query.get('labelSelector'));
  const byField = fieldSelector(query.get('fieldSelector'), k);
  return (o) => labels(o.metadata.labels || {}) && byField(o) && (!name || o.metadata.name === name);
}

const startOf = (ns, o) =>
  ns === undefined && o.metadata.namespace ? `${o.metadata.namespace}/${o.metadata.name}` : `/${o.metadata.name}`;

function checkOptions(query) {
  const causes = [];
  if (query.get('resourceVersionMatch') && !query.get('resourceVersion'))
    causes.push(
      causeForbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
    );
  if (query.get('sendInitialEvents'))
    causes.push(causeForbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (causes.length)
    throw new ApiError(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${aggregate(causes)}`, {
      group: 'meta.k8s.io',
      kind: 'ListOptions',
      causes,
    });
}

// page(objects env, kind, ns, query) -> { items, metadata }.
function page(objects, k, ns, query) {
  const { store } = objects;
  const limit = number(query, 'limit');
  const token = query.get('continue');
  const from = token ? decode(token) : null;
  if (from && query.get('resourceVersion') && query.get('resourceVersion') !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  const match = matcher(k, query);
  const exact = query.get('resourceVersionMatch') === 'Exact';
  checkOptions(query);
  const asked = revision(query, store.rv);
  let rv = from ? from.rv : exact ? asked : store.rv;
  if (from && rv > 0 && rv < store.floor) {
    const e = expired(TOO_OLD);
    e.status.metadata = { continue: encode(-1, from.start) };
    throw e;
  }
  if (exact && rv < store.floor) throw expired(`The resourceVersion for the provided list is too old.`);
  if (rv < 0) rv = store.rv;
  let all = store.list(k.storage, k.namespaced ? ns : '', rv);
  if (from) {
    const key = from.start.replace(/\0$/, '');
    all = all.filter((o) => startOf(ns, o) > key || (startOf(ns, o) === key && !from.start.endsWith('\0')));
  }
  const metadata = { resourceVersion: String(rv) };
  const selecting = query.get('labelSelector') || query.get('fieldSelector');
  const items = [];
  for (let i = 0; i < all.length; i++) {
    if (!match(all[i])) continue;
    items.push(all[i]);
    if (limit > 0 && items.length === limit && i + 1 < all.length) {
      metadata.continue = encode(rv, `${startOf(ns, all[i])}\0`);
      if (!selecting) metadata.remainingItemCount = all.length - i - 1;
      break;
    }
  }
  return { items: items.map((o) => objects.show(k, o)), metadata };
}

// listObject(kind, page) -> the List, its items without kind and apiVersion where the type is known.
function listObject(k, { items, metadata }) {
  const body = {
    kind: `${k.kind}List`,
    apiVersion: apiVersionOf(k),
    metadata,
    items: k.type ? items.map(({ kind, apiVersion, ...rest }) => rest) : items,
  };
  if (!k.crd) return body;
  const names = k.crd.spec.names;
  return sorted({ ...body, metadata: { continue: '', ...metadata }, kind: names.listKind || `${k.kind}List` });
}

module.exports = { page, listObject, matcher, number, revision };
