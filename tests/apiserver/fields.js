'use strict';
// Field ownership (managedFields): which manager set which field, and server-side apply.
// A set is a Map from a path's text to its elements, e.g. ["f:spec","k:{\"name\":\"a\"}"].

const { isObject, equal, clone } = require('./json');
const { get, unwrap, structOf } = require('./types');

const STRIPPED = new Set([
  'f:apiVersion',
  'f:kind',
  'f:metadata',
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'generation',
    'managedFields',
    'resourceVersion',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'clusterName',
  ].map((n) => `f:metadata f:${n}`),
]);
const SEP = '\u0001';
const keyOf = (path) => path.join(SEP);
const startsWith = (k, prefix) => k === prefix || k.startsWith(prefix + SEP);

// How a place of the schema merges: struct, map, list (by keys), set, or leaf (atomic or scalar).
function shapeOf(type, f, value) {
  const t = unwrap(type);
  if (!t) return isObject(value) ? { kind: 'map', of: null } : { kind: 'leaf' };
  if (t.struct) {
    const s = get(t.struct);
    return s.atomic || (f && f.atomic) ? { kind: 'leaf' } : { kind: 'struct', s };
  }
  if (t.wrap === '{}') return f && f.atomic ? { kind: 'leaf' } : { kind: 'map', of: t.of };
  if (t.wrap === '[]') {
    if (f && f.list === 'map') return { kind: 'list', of: t.of, keys: f.keys };
    if (f && f.list === 'set') return { kind: 'set' };
  }
  return { kind: 'leaf' };
}

const KEY_DEFAULT = { protocol: 'TCP' };

function itemKey(item, keys) {
  const o = {};
  for (const k of [...keys].sort()) {
    const v = item[k] === undefined ? KEY_DEFAULT[k] : item[k];
    if (v !== undefined) o[k] = v;
  }
  return `k:${JSON.stringify(o)}`;
}

const valueKey = (v) => `v:${JSON.stringify(v)}`;

// children(type, f, value) -> null for a leaf, else [element, type, field, value] of each child.
function children(shape, value) {
  if (shape.kind === 'struct')
    return Object.keys(value).map((n) => {
      const f = shape.s.byName.get(n);
      return [`f:${n}`, f ? f.type : null, f, value[n]];
    });
  if (shape.kind === 'map') return Object.keys(value).map((n) => [`f:${n}`, shape.of, null, value[n]]);
  if (shape.kind === 'list') return value.map((x) => [itemKey(x, shape.keys), shape.of, null, x]);
  return value.map((x) => [valueKey(x), null, null, x]);
}

const isEmptyValue = (v) => v === null || v === undefined || (typeof v === 'object' && Object.keys(v).length === 0);
const rootType = (name) => (name ? { struct: name } : null);
const put = (set, path) => set.set(keyOf(path), path);

// compare(type, old, now) -> { changed, removed }: what a manager that wrote now over old owns or loses.
function compare(typeName, old, now) {
  const changed = new Map();
  const removed = new Map();
  walk(rootType(typeName), null, old, now, [], changed, removed);
  return { changed: strip(changed), removed: strip(removed) };
}

function walk(type, f, a, b, path, changed, removed) {
  if (path.length < 3 && equal(a, b)) return; // most of an object stays as it is
  if (path.length) {
    if (a === undefined) put(changed, path);
    else if (b === undefined) put(removed, path);
  }
  const shape = shapeOf(type, f, isEmptyValue(b) ? a : b);
  if (shape.kind === 'leaf' || (isEmptyValue(a) && isEmptyValue(b)) || !sameForm(a, b)) {
    if (a !== undefined && b !== undefined && !equal(a, b) && !(isEmptyValue(a) && isEmptyValue(b) && a === null))
      put(changed, path);
    return;
  }
  const left = new Map((isEmptyValue(a) ? [] : children(shape, a)).map((c) => [c[0], c]));
  const right = new Map((isEmptyValue(b) ? [] : children(shape, b)).map((c) => [c[0], c]));
  for (const [el, c] of right)
    walk(c[1], c[2], left.has(el) ? left.get(el)[3] : undefined, c[3], [...path, el], changed, removed);
  for (const [el, c] of left) if (!right.has(el)) walk(c[1], c[2], c[3], undefined, [...path, el], changed, removed);
}

const sameForm = (a, b) =>
  isEmptyValue(a) || isEmptyValue(b) || (Array.isArray(a) === Array.isArray(b) && typeof a === typeof b);

// toSet(type, value): the fields that an applied configuration names.
function toSet(typeName, value) {
  const set = new Map();
  name(rootType(typeName), null, value, [], set);
  return strip(set);
}

function name(type, f, v, path, set) {
  const shape = shapeOf(type, f, v);
  if (shape.kind === 'leaf' || isEmptyValue(v) || typeof v !== 'object') {
    if (path.length) put(set, path);
    return;
  }
  if (shape.kind === 'list') for (const c of children(shape, v)) put(set, [...path, c[0]]);
  for (const c of children(shape, v)) name(c[1], c[2], c[3], [...path, c[0]], set);
}

function strip(set) {
  for (const [k, path] of set)
    if (STRIPPED.has(path.slice(0, 2).join(' ')) || (path.length === 1 && STRIPPED.has(path[0]))) set.delete(k);
  return set;
}

const minus = (a, b) => new Map([...a].filter(([k]) => !b.has(k)));
const plus = (a, b) => new Map([...a, ...b]);
const both = (a, b) => new Map([...a].filter(([k]) => b.has(k)));
const same = (a, b) => a.size === b.size && [...a.keys()].every((k) => b.has(k));

function toFieldsV1(set) {
  const root = {};
  for (const path of set.values()) {
    let at = root;
    for (const el of path) {
      if (!at[el]) at[el] = {};
      at = at[el];
    }
    Object.defineProperty(at, '.', { value: true, configurable: true, enumerable: false });
  }
  const out = (node, top) => {
    const keys = Object.keys(node).sort();
    const o = {};
    if (!top && keys.length && Object.getOwnPropertyDescriptor(node, '.')) o['.'] = {};
    for (const k of keys) o[k] = out(node[k], false);
    return o;
  };
  return out(root, true);
}

function fromFieldsV1(node) {
  const set = new Map();
  const visit = (n, path) => {
    const keys = Object.keys(n || {});
    if (path.length && (!keys.length || keys.includes('.'))) put(set, path);
    for (const k of keys) if (k !== '.') visit(n[k], [...path, k]);
  };
  visit(node, []);
  return set;
}

// shown(path): the text of a path in a conflict.
function shown(path) {
  return path
    .map((el) => {
      if (el.startsWith('f:')) return `.${el.slice(2)}`;
      if (el.startsWith('v:')) return `[=${el.slice(2)}]`;
      return `[${Object.entries(JSON.parse(el.slice(2)))
        .map(([k, v]) => `${k}=${JSON.stringify(v)}`)
        .join(',')}]`;
    })
    .join('');
}

const entrySet = (e) => fromFieldsV1(e.fieldsV1);

function entry(manager, operation, apiVersion, time, set, subresource) {
  return {
    manager,
    operation,
    apiVersion,
    ...(time ? { time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(set),
    ...(subresource ? { subresource } : {}),
  };
}

const isMine = (e, manager, operation, apiVersion, subresource) =>
  e.manager === manager &&
  e.operation === operation &&
  (operation === 'Apply' || e.apiVersion === apiVersion) &&
  (e.subresource || '') === (subresource || '');

function order(a, b) {
  if (a.operation !== b.operation) return a.operation < b.operation ? -1 : 1;
  const ta = a.time || '';
  const tb = b.time || '';
  if (ta !== tb) return ta < tb ? -1 : 1;
  if (a.manager !== b.manager) return a.manager < b.manager ? -1 : 1;
  return (a.subresource || '') < (b.subresource || '') ? -1 : 1;
}

// updated(...) -> the managedFields after manager wrote now over old by an update or a patch.
function updated({ type, old, now, entries, manager, apiVersion, time, subresource, reset }) {
  const { changed, removed } = compare(type, old, now);
  dropReset(changed, reset);
  dropReset(removed, reset);
  let mine = null;
  const out = [];
  for (const e of entries || []) {
    if (isMine(e, manager, 'Update', apiVersion, subresource)) {
      mine = e;
      continue;
    }
    const set = entrySet(e);
    const rest = minus(minus(set, changed), removed);
    if (rest.size === set.size) out.push(e);
    else if (rest.size) out.push({ ...e, fieldsV1: toFieldsV1(rest) });
  }
  const before = mine ? entrySet(mine) : new Map();
  const after = plus(minus(before, removed), changed);
  if (mine && same(before, after)) out.push(mine);
  else if (after.size) out.push(entry(manager, 'Update', apiVersion, time, after, subresource));
  return out.sort(order);
}

function dropReset(set, reset) {
  for (const top of reset || []) for (const k of [...set.keys()]) if (startsWith(k, `f:${top}`)) set.delete(k);
}

// mergeApplied(type, live, applied): the live object with the applied configuration merged in.
function mergeApplied(type, f, live, applied) {
  const shape = shapeOf(type, f, applied);
  if (live === undefined || live === null || shape.kind === 'leaf' || isEmptyValue(applied))
    return isEmptyValue(applied) && !isEmptyValue(live) && shape.kind !== 'leaf' ? clone(live) : clone(applied);
  if (shape.kind === 'set') return mergeLists(live, applied, valueKey, (a, b) => b);
  if (shape.kind === 'list') {
    return mergeLists(
      live,
      applied,
      (x) => itemKey(x, shape.keys),
      (a, b) => (a === undefined ? clone(b) : mergeApplied(shape.of, null, a, b)),
    );
  }
  const out = { ...live };
  for (const c of children(shape, applied)) {
    const n = c[0].slice(2);
    out[n] = mergeApplied(c[1], c[2], out[n], c[3]);
  }
  return out;
}

// mergeLists: what both have comes in the applied order, with the rest of the live list kept in its place.
function mergeLists(live, applied, id, merge) {
  const lhs = live.map(id);
  const rhs = applied.map(id);
  const shared = rhs.filter((k) => lhs.includes(k));
  const done = new Set();
  const out = [];
  const take = (r) => {
    const l = lhs.indexOf(rhs[r]);
    out.push(merge(l < 0 ? undefined : live[l], applied[r]));
    done.add(rhs[r]);
    if (shared[0] === rhs[r]) shared.shift();
  };
  let l = 0;
  let r = 0;
  while (l < lhs.length || r < rhs.length) {
    if (l < lhs.length && r < rhs.length) {
      if (lhs[l] === rhs[r]) {
        take(r);
        l++;
        r++;
        continue;
      }
      if (rhs.includes(lhs[l]) && shared.length && shared[0] !== lhs[l]) {
        l++;
        continue;
      }
    }
    if (l < lhs.length) {
      if (!rhs.includes(lhs[l])) {
        out.push(clone(live[l]));
        l++;
        continue;
      }
      if (done.has(lhs[l])) l++;
    }
    if (r < rhs.length) {
      take(r);
      r++;
    }
  }
  return out;
}

// dropPath removes what a path names from an object; list items by key, set items by value.
function dropPath(type, obj, path) {
  let parents = [];
  let t = type;
  let f = null;
  let at = obj;
  for (let i = 0; i < path.length; i++) {
    if (at === undefined || at === null || typeof at !== 'object') return;
    const shape = shapeOf(t, f, at);
    if (shape.kind === 'leaf') return;
    const el = path[i];
    const c = children(shape, at).find((x) => x[0] === el);
    if (!c) return;
    if (i === path.length - 1) {
      if (Array.isArray(at)) at.splice(at.indexOf(c[3]), 1);
      else delete at[el.slice(2)];
      return;
    }
    parents = [...parents, at];
    [, t, f, at] = c;
  }
}

// applied(...) -> { object, entries } or { conflicts: [{ entry, path }] }.
function applied({ type, live, config, entries, manager, apiVersion, time, force, subresource, reset, shape }) {
  const set = dropResetCopy(toSet(type, config), reset);
  let merged = mergeApplied(rootType(type), null, live || {}, config);
  const mine = (entries || []).find((e) => isMine(e, manager, 'Apply', apiVersion, subresource));
  const others = (entries || []).filter((e) => e !== mine);
  if (mine) merged = prune(type, clone(merged), entrySet(mine), set, others);
  merged = shape(merged);
  const { changed, removed } = compare(type, live || {}, merged);
  const conflicts = [];
  const out = [];
  for (const e of others) {
    const owned = entrySet(e);
    const hit = both(both(owned, changed), set);
    for (const path of hit.values()) conflicts.push({ entry: e, path });
    const rest = minus(minus(owned, hit), removed);
    if (rest.size === owned.size) out.push(e);
    else if (rest.size) out.push({ ...e, fieldsV1: toFieldsV1(rest) });
  }
  if (conflicts.length && !force) return { conflicts };
  const unchanged = mine && same(entrySet(mine), set) && live && equal(merged, live);
  if (set.size)
    out.push(
      unchanged
        ? mine
        : entry(manager, 'Apply', apiVersion, mine && same(entrySet(mine), set) ? mine.time : time, set, subresource),
    );
  return { object: merged, entries: out.sort(order) };
}

function dropResetCopy(set, reset) {
  dropReset(set, reset);
  return set;
}

// Fields that this manager applied before and no longer names go away, unless another owns them.
function prune(type, merged, before, now, others) {
  const kept = others.reduce((acc, e) => plus(acc, entrySet(e)), new Map());
  const gone = [...minus(before, now).values()].sort((a, b) => a.length - b.length); // an item whole, before its parts
  for (const path of gone) {
    const k = keyOf(path);
    const inside = (s) => [...s.keys()].some((x) => startsWith(x, k));
    if (kept.has(k) || inside(kept) || inside(now)) continue;
    dropPath(rootType(type), merged, path);
  }
  return merged;
}

function managerText(e) {
  const sub = e.subresource ? ` with subresource "${e.subresource}"` : '';
  return `"${e.manager}"${sub}${e.operation === 'Update' ? ` using ${e.apiVersion}` : ''}`;
}

// conflictText(conflicts) -> { message, causes } in the server's words.
function conflictText(conflicts) {
  const causes = conflicts.map((c) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${managerText(c.entry)}`,
    field: shown(c.path),
  }));
  if (conflicts.length === 1)
    return {
      causes,
      message: `Apply failed with 1 conflict: conflict with ${managerText(conflicts[0].entry)}: ${shown(conflicts[0].path)}`,
    };
  const groups = new Map();
  for (const c of conflicts) {
    const m = managerText(c.entry);
    groups.set(m, [...(groups.get(m) || []), shown(c.path)]);
  }
  const text = [...groups.keys()]
    .sort()
    .map((m) => [`conflicts with ${m}:`, ...groups.get(m).map((p) => `- ${p}`)].join('\n'))
    .join('\n');
  return { causes, message: `Apply failed with ${conflicts.length} conflicts: ${text}` };
}

module.exports = { updated, applied, conflictText, compare, toSet, toFieldsV1, fromFieldsV1, structOf };
