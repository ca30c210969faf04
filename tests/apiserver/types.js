'use strict';
// The API types as tables (data/types.txt), and shaping: a decoded body becomes the object that a
// Go server would hold - known fields in struct order, zero values dropped or written as their
// tags say, unknown fields and wrong types reported.

const fs = require('fs');
const path = require('path');
const { isObject, sorted } = require('./json');
const quantity = require('./quantity');

const ATOMIC = new Set([
  'meta/v1.LabelSelector',
  'meta/v1.OwnerReference',
  'core/v1.ObjectReference',
  'core/v1.LocalObjectReference',
  'core/v1.TypedLocalObjectReference',
  'core/v1.SecretKeySelector',
  'core/v1.ConfigMapKeySelector',
  'core/v1.ObjectFieldSelector',
  'core/v1.ResourceFieldSelector',
  'core/v1.NodeSelector',
  'core/v1.NodeSelectorTerm',
  'core/v1.ScopeSelector',
  'core/v1.TopologySelectorTerm',
  'core/v1.SecretReference',
  'core/v1.FileKeySelector',
  'rbac/v1.RoleRef',
  'rbac/v1.Subject',
]);

const structs = new Map();

function parseField(pkg, line) {
  const [name, type, ...rest] = line.split(' ');
  const f = { name, type: parseType(pkg, type), omit: false, zero: false };
  for (const r of rest) {
    if (r[0] === '#') f.number = Number(r.slice(1));
    else if (r.startsWith('s=')) f.strategy = r.slice(2).split(',');
    else if (r.startsWith('k=')) f.mergeKey = r.slice(2);
    else if (r.startsWith('m=')) f.atomic = true;
    else if (r.startsWith('l=')) {
      const [kind, keys] = r.slice(2).split(':');
      f.list = kind;
      f.keys = keys ? keys.split(',') : [];
    } else {
      f.omit = r.includes('o');
      f.zero = r.includes('z');
    }
  }
  return f;
}

const PLAIN = new Set([
  'string',
  'bool',
  'int32',
  'int64',
  'float64',
  'uint32',
  'uint64',
  'byte',
  'bytes',
  'any',
  'Time',
  'MicroTime',
  'Duration',
  'IntOrString',
  'Quantity',
]);

// A type is { wrap: '*' | '[]' | '{}', of } or { base: 'string' } or { struct: 'core/v1.PodSpec' }.
function parseType(pkg, t) {
  for (const w of ['*', '[]', '{}']) if (t.startsWith(w)) return { wrap: w, of: parseType(pkg, t.slice(w.length)) };
  if (PLAIN.has(t)) return { base: t };
  return { struct: t.includes('.') ? t : `${pkg}.${t}` };
}

function load() {
  let pkg = '';
  let cur = null;
  for (const line of fs.readFileSync(path.join(__dirname, 'data/types.txt'), 'utf8').split('\n')) {
    if (!line || line[0] === '#') continue;
    if (line.startsWith('package ')) pkg = line.slice(8);
    else if (line.startsWith('type ')) {
      cur = { name: line.slice(5), raw: [], pkg };
      structs.set(`${pkg}.${cur.name}`, cur);
    } else cur.raw.push(line.slice(1));
  }
  for (const s of structs.values()) finish(s);
}

function finish(s) {
  if (s.fields) return s;
  s.fields = [];
  s.wire = new Map();
  for (const line of s.raw) {
    if (line.startsWith('+ ')) {
      const [text, number] = line.slice(2).split(' #');
      const t = parseType(s.pkg, text).struct || '';
      if (number) s.wire.set(Number(number), { inline: true, type: { struct: t } });
      if (t.endsWith('.TypeMeta')) {
        for (const n of ['kind', 'apiVersion']) s.fields.push({ name: n, type: { base: 'string' }, omit: true });
      } else if (structs.has(t)) s.fields.push(...finish(structs.get(t)).fields);
    } else {
      const f = parseField(s.pkg, line);
      s.fields.push(f);
      if (f.number) s.wire.set(f.number, f);
    }
  }
  s.byName = new Map(s.fields.map((f) => [f.name, f]));
  s.atomic = ATOMIC.has(`${s.pkg}.${s.name}`);
  return s;
}

load();
const get = (name) => structs.get(name);

class DecodeFault extends Error {}

const jsonKind = (v) =>
  Array.isArray(v)
    ? 'array'
    : isObject(v)
      ? 'object'
      : typeof v === 'string'
        ? 'string'
        : typeof v === 'boolean'
          ? 'bool'
          : 'number';

function goName(t) {
  if (t.wrap === '*') return goName(t.of);
  if (t.wrap === '[]') return `[]${goName(t.of)}`;
  if (t.wrap === '{}') return `map[string]${goName(t.of)}`;
  if (t.struct) return `${t.struct.split('.')[0].split('/').reverse()[0]}.${t.struct.split('.')[1]}`;
  return t.base;
}

function mismatch(v, t, at) {
  const n = typeof v === 'number' && t.base && /^u?int/.test(t.base) ? ` ${v}` : '';
  throw new DecodeFault(
    `json: cannot unmarshal ${jsonKind(v)}${n} into Go ${at.owner ? `struct field ${at.owner}.${at.path.replace(/\[\d+\]/g, '')}` : 'value'} of type ${goName(t)}`,
  );
}

const INT = { int32: [-2147483648, 2147483647], int64: null, uint32: [0, 4294967295], uint64: null, byte: [0, 255] };

function time(v, digits) {
  const m = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(v);
  if (!m) throw new DecodeFault(`parsing time "${v}" as "2006-01-02T15:04:05Z07:00": cannot parse "${v}" as "2006"`);
  const d = new Date(`${m[1]}${m[3]}`).toISOString().slice(0, 19);
  return digits ? `${d}.${(m[2] || '.').slice(1).padEnd(6, '0').slice(0, 6)}Z` : `${d}Z`;
}

const SCALARS = {
  any: (v) => v,
  string: (v, t, at) => (typeof v === 'string' ? v : mismatch(v, t, at)),
  bool: (v, t, at) => (typeof v === 'boolean' ? v : mismatch(v, t, at)),
  float64: (v, t, at) => (typeof v === 'number' ? v : mismatch(v, t, at)),
  Time: (v, t, at) => (typeof v === 'string' ? time(v) : mismatch(v, t, at)),
  MicroTime: (v, t, at) => (typeof v === 'string' ? time(v, 6) : mismatch(v, t, at)),
  Duration: (v, t, at) => (typeof v === 'string' ? v : mismatch(v, t, at)),
  IntOrString: (v, t, at) => (typeof v === 'string' || Number.isInteger(v) ? v : mismatch(v, { base: 'int32' }, at)),
  Quantity: (v) => {
    const q = quantity.canonical(String(v));
    if (q === null)
      throw new DecodeFault(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      );
    return q;
  },
  bytes: (v, t, at) => {
    if (typeof v !== 'string') mismatch(v, { wrap: '[]', of: { base: 'uint8' } }, at);
    const bad = /[^A-Za-z0-9+/=\r\n]/.exec(v);
    const text = v.replace(/[\r\n]/g, '');
    if (bad || text.length % 4)
      throw new DecodeFault(`illegal base64 data at input byte ${bad ? bad.index : text.length - (text.length % 4)}`);
    return text;
  },
};
for (const [name, range] of Object.entries(INT)) {
  SCALARS[name] = (v, t, at) => {
    if (typeof v === 'bigint') return v;
    if (typeof v !== 'number' || !Number.isInteger(v) || (range && (v < range[0] || v > range[1]))) mismatch(v, t, at);
    return v;
  };
}

const ZERO = {
  string: '',
  bool: false,
  bytes: null,
  any: null,
  Time: null,
  MicroTime: null,
  Duration: '0s',
  IntOrString: 0,
  Quantity: '0',
  float64: 0,
};
const zeroOf = (base) => (base in ZERO ? ZERO[base] : 0);

// shapeValue gives the Go value of v in a place of type t; undefined for Go's nil.
function shapeValue(t, v, at, found) {
  if (v === null || v === undefined) return undefined;
  if (t.wrap === '*') return shapeValue(t.of, v, at, found);
  if (t.wrap === '[]') {
    if (!Array.isArray(v)) mismatch(v, t, at);
    return v.map((x, i) => {
      const r = shapeValue(t.of, x, { owner: at.owner, path: `${at.path}[${i}]` }, found);
      return r === undefined ? emptyOf(t.of) : r;
    });
  }
  if (t.wrap === '{}') {
    if (!isObject(v)) mismatch(v, t, at);
    const o = {};
    for (const k of Object.keys(v).sort()) {
      const r = shapeValue(t.of, v[k], at, found);
      o[k] = r === undefined ? emptyOf(t.of) : r;
    }
    return o;
  }
  if (t.struct) return shapeStruct(t.struct, v, at, found);
  return SCALARS[t.base](v, t, at);
}

const emptyOf = (t) => (t.wrap ? null : t.struct ? shapeStruct(t.struct, {}, { path: '' }, null) : zeroOf(t.base));
const isEmpty = (t, v) =>
  t.wrap === '*'
    ? false
    : t.wrap
      ? Object.keys(v).length === 0
      : t.struct
        ? false
        : v === zeroOf(t.base) && t.base !== 'IntOrString' && t.base !== 'Quantity';

function shapeStruct(name, v, at, found) {
  const s = structs.get(name);
  if (!isObject(v)) mismatch(v, { struct: name }, at);
  const out = {};
  for (const f of s.fields) {
    const val = shapeValue(
      f.type,
      v[f.name],
      { owner: s.name, path: at.path ? `${at.path}.${f.name}` : f.name },
      found,
    );
    if (val !== undefined) {
      if (f.omit && isEmpty(f.type, val)) continue;
      out[f.name] = val;
    } else if (f.type.struct && !f.zero) out[f.name] = shapeStruct(f.type.struct, {}, { path: '' }, null);
    else if ((f.type.base === 'Time' || f.type.base === 'MicroTime') && !f.zero) out[f.name] = null;
    else if (!f.omit && !f.zero) out[f.name] = f.type.wrap ? null : zeroOf(f.type.base);
  }
  if (found) for (const k of Object.keys(v)) if (!s.byName.has(k)) found.push(at.path ? `${at.path}.${k}` : k);
  return out;
}

// shape(typeName, object, found) -> the object in the server's form. Unknown fields' paths are
// pushed to found. Throws DecodeFault on a value of a wrong type. Without a type: sorted keys.
function shape(typeName, object, found) {
  if (!typeName) return sorted(object);
  return shapeStruct(typeName, object, { path: '' }, found);
}

// older(): as before omitzero: structs and times without a value are written, as {} and null.
function older() {
  for (const s of structs.values()) for (const f of s.fields) f.zero = false;
}

// field(typeRef, name) -> the field's row for a struct type, or undefined.
const field = (t, name) => {
  const s = structOf(t);
  return s && structs.get(s) ? structs.get(s).byName.get(name) : undefined;
};
const unwrap = (t) => (t && t.wrap === '*' ? unwrap(t.of) : t);
const structOf = (t) => (typeof t === 'string' ? t : unwrap(t) && unwrap(t).struct);

module.exports = { get, shape, field, unwrap, structOf, parseType, older, DecodeFault };
