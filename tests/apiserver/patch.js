'use strict';
// The patch types: JSON patch (RFC 6902), JSON merge patch (RFC 7386), strategic merge patch.

const { clone, equal, isObject, goFormat } = require('./json');
const { field, structOf, unwrap } = require('./types');
const { ApiError, rejected, badRequest, isOld } = require('./errors');

function pointer(text) {
  if (text === '') return [];
  if (text[0] !== '/') throw rejected();
  return text
    .slice(1)
    .split('/')
    .map((p) => p.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function step(at, key) {
  if (Array.isArray(at)) {
    if (!/^\d+$/.test(key) || Number(key) >= at.length) throw rejected();
    return at[Number(key)];
  }
  if (!isObject(at) || !(key in at)) throw rejected();
  return at[key];
}

const resolve = (doc, keys) => keys.reduce(step, doc);

function insert(doc, keys, value) {
  if (!keys.length) return value;
  const at = resolve(doc, keys.slice(0, -1));
  const key = keys[keys.length - 1];
  if (Array.isArray(at)) {
    const i = key === '-' ? at.length : Number(key);
    if (!(i >= 0 && i <= at.length)) throw rejected();
    at.splice(i, 0, value);
  } else if (isObject(at)) at[key] = value;
  else throw rejected();
  return doc;
}

function remove(doc, keys) {
  if (!keys.length) throw rejected();
  const at = resolve(doc, keys.slice(0, -1));
  const key = keys[keys.length - 1];
  step(at, key);
  if (Array.isArray(at)) at.splice(Number(key), 1);
  else delete at[key];
  return doc;
}

const JSON_OPS = {
  add: (d, o) => insert(d, pointer(o.path), clone(o.value)),
  remove: (d, o) => remove(d, pointer(o.path)),
  replace: (d, o) => {
    const p = pointer(o.path);
    resolve(d, p);
    if (!p.length) return clone(o.value);
    const at = resolve(d, p.slice(0, -1));
    at[p[p.length - 1]] = clone(o.value);
    return d;
  },
  move: (d, o) => {
    const v = resolve(d, pointer(o.from));
    return insert(remove(d, pointer(o.from)), pointer(o.path), v);
  },
  copy: (d, o) => insert(d, pointer(o.path), clone(resolve(d, pointer(o.from)))),
  test: (d, o) => {
    const p = pointer(o.path);
    let v = null;
    try {
      v = resolve(d, p);
    } catch (e) {
      if (o.value !== null && o.value !== undefined) throw e;
    }
    if (!equal(v, o.value === undefined ? null : o.value)) throw rejected();
    return d;
  },
};

function jsonPatch(doc, ops) {
  if (!Array.isArray(ops))
    throw badRequest(
      `${isOld() ? '' : 'error decoding patch: '}json: cannot unmarshal ${isObject(ops) ? 'object' : typeof ops} into Go value of type ${isOld() ? 'jsonpatch.Patch' : '[]handlers.jsonPatchOp'}`,
    );
  if (ops.length > 10000)
    throw new ApiError(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is 10000, got ${ops.length}`,
      {},
    );
  let d = clone(doc);
  for (const o of ops) {
    if (!isObject(o) || !JSON_OPS[o.op] || typeof o.path !== 'string') throw rejected();
    d = JSON_OPS[o.op](d, o);
  }
  return d;
}

function mergePatch(doc, patch) {
  if (!isObject(patch)) return clone(patch);
  const out = isObject(doc) ? { ...doc } : {};
  for (const [k, v] of Object.entries(patch)) {
    if (v === null) delete out[k];
    else out[k] = mergePatch(out[k], v);
  }
  // What a merge touches is a map, and maps are written in order.
  return Object.fromEntries(
    Object.keys(out)
      .sort()
      .map((k) => [k, out[k]]),
  );
}

const wrong = (message) => new ApiError(500, '', message);
const DIRECTIVES = /^\$(patch|retainKeys|deleteFromPrimitiveList\/|setElementOrder\/)/;
const plain = (v) => {
  if (Array.isArray(v))
    return v
      .filter((x) => !(isObject(x) && x.$patch === 'delete'))
      .filter((x) => !(isObject(x) && x.$patch === 'replace' && Object.keys(x).length === 1))
      .map(plain);
  if (!isObject(v)) return v;
  const o = {};
  for (const k of Object.keys(v)) if (!DIRECTIVES.test(k) && v[k] !== null) o[k] = plain(v[k]);
  return o;
};

// merge(type, original, patch): strategic merge of objects of one type of types.js (a type name,
// a type reference or null where the schema knows nothing).
function strategic(type, original, patch) {
  if (patch.$patch === 'replace') {
    const { $patch, ...rest } = patch;
    return plain(rest);
  }
  if (patch.$patch === 'delete') return {};
  if (patch.$patch !== undefined && patch.$patch !== 'merge')
    throw wrong(`unknown patch type: ${patch.$patch} in map: ${goFormat(patch)}`);
  const out = { ...(isObject(original) ? original : {}) };
  if (patch.$retainKeys) for (const k of Object.keys(out)) if (!patch.$retainKeys.includes(k)) delete out[k];
  for (const [k, v] of Object.entries(patch)) {
    if (k.startsWith('$deleteFromPrimitiveList/')) {
      const n = k.slice(25);
      if (Array.isArray(out[n])) out[n] = out[n].filter((x) => !v.includes(x));
    }
  }
  for (const [k, v] of Object.entries(patch)) {
    if (DIRECTIVES.test(k)) continue;
    if (v === null) {
      delete out[k];
      continue;
    }
    out[k] = strategicField(type, k, out[k], v, patch[`$setElementOrder/${k}`]);
    if (out[k] === undefined) delete out[k];
  }
  for (const [k, order] of Object.entries(patch)) {
    if (!k.startsWith('$setElementOrder/')) continue;
    const n = k.slice(17);
    if (!(n in patch) && Array.isArray(out[n])) {
      const f = fieldOf(type, n);
      out[n] = reorder(out[n], order, f && f.mergeKey, out[n]);
    }
  }
  return out;
}

function fieldOf(type, name) {
  const t = typeof type === 'string' ? type : unwrap(type);
  if (!t) return undefined;
  if (t.wrap === '{}') return { type: t.of };
  return field(structOf(t), name);
}

function strategicField(type, name, old, v, order) {
  const f = fieldOf(type, name);
  if (isObject(v)) {
    if (f && f.strategy && f.strategy.includes('replace')) return plain(v);
    return strategic(f ? f.type : null, old, v);
  }
  if (!Array.isArray(v)) return v;
  if (!f || !f.strategy || !f.strategy.includes('merge')) return plain(v);
  if (v.some(isObject) || f.mergeKey) return mergeObjects(f, old || [], v, order);
  const out = [...(old || [])];
  for (const x of v) if (!out.includes(x)) out.push(x);
  const merged = reorder(out, v, null, old || []);
  return order ? reorder(merged, order, null, old || []) : merged;
}

function mergeObjects(f, old, items, order) {
  const key = f.mergeKey;
  const replace = items.find((x) => x.$patch === 'replace' && Object.keys(x).length === 1);
  if (replace) return plain(items.filter((x) => x !== replace));
  let out = [...old];
  for (const x of items) {
    if (!isObject(x)) throw wrong('unable to find api field in struct');
    if (x[key] === undefined) throw wrong(`map: ${goFormat(x)} does not contain declared merge key: ${key}`);
    const same = (y) => equal(y[key], x[key]);
    if (x.$patch === 'delete') {
      out = out.filter((y) => !same(y));
      continue;
    }
    const i = out.findIndex(same);
    if (x.$patch === 'replace') {
      const { $patch, ...rest } = x;
      if (i >= 0) out[i] = plain(rest);
      else out.push(plain(rest));
      continue;
    }
    if (i >= 0) out[i] = strategic(f.type.of, out[i], x);
    else out.push(strategic(f.type.of, {}, x));
  }
  const left = old.filter((y) => out.some((x) => equal(x[key], y[key])));
  const named = items.filter((x) => x.$patch !== 'delete');
  const merged = reorder(out, named, key, left);
  return order ? reorder(merged, order, key, afterwards(old, out, key)) : merged;
}

// A server takes items out of its list, and appends to it, in place, before it looks up the order that
// the list had: what was appended into the room of what was taken out then counts as having been there.
function afterwards(old, out, key) {
  const id = idOf(key);
  const kept = old.filter((y) => out.some((x) => id(x) === id(y)));
  const room = old.length - kept.length;
  const added = out.filter((x) => !old.some((y) => id(y) === id(x))).slice(0, room);
  return room ? [...kept, ...added] : old;
}

const idOf = (key) => (x) => JSON.stringify(key && isObject(x) ? x[key] : x);

// reorder: items that the order names come in its order; the others keep theirs. One of the others
// goes before a named item only where both were in the server's list, in that order.
function reorder(list, order, key, serverList) {
  const id = idOf(key);
  const rank = new Map(order.map((x, i) => [id(x), i]));
  const named = list.filter((x) => rank.has(id(x))).sort((a, b) => rank.get(id(a)) - rank.get(id(b)));
  const others = list.filter((x) => !rank.has(id(x)));
  const place = new Map(serverList.map((x, i) => [id(x), i]));
  const out = [];
  let i = 0;
  let j = 0;
  while (i < others.length && j < named.length) {
    const a = place.get(id(others[i]));
    const b = place.get(id(named[j]));
    if (a !== undefined && b !== undefined && a < b) out.push(others[i++]);
    else out.push(named[j++]);
  }
  return [...out, ...others.slice(i), ...named.slice(j)];
}

module.exports = { jsonPatch, mergePatch, strategic: (type, doc, patch) => strategic(type, doc, patch) };
