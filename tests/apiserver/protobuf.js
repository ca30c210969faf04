'use strict';
// Protobuf request bodies (application/vnd.kubernetes.protobuf), read by the type tables: clients
// written in Go send them for built-in kinds. Answers are always JSON.

const { get } = require('./types');

const MAGIC = Buffer.from('k8s\0');

class Reader {
  constructor(buffer) {
    this.b = buffer;
    this.i = 0;
  }

  get more() {
    return this.i < this.b.length;
  }

  varint() {
    let v = 0n;
    let shift = 0n;
    for (;;) {
      if (this.i >= this.b.length) throw new Error('unexpected EOF');
      const byte = this.b[this.i++];
      v |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return v;
      shift += 7n;
    }
  }

  bytes() {
    const n = Number(this.varint());
    if (this.i + n > this.b.length) throw new Error('unexpected EOF');
    this.i += n;
    return this.b.subarray(this.i - n, this.i);
  }

  // field() -> { number, value }: a BigInt for varints, a Buffer for the rest.
  field() {
    const tag = Number(this.varint());
    const wire = tag & 7;
    const number = tag >> 3;
    if (wire === 0) return { number, value: this.varint() };
    if (wire === 2) return { number, value: this.bytes() };
    const n = wire === 1 ? 8 : wire === 5 ? 4 : 0;
    if (!n) throw new Error(`illegal wireType ${wire}`);
    this.i += n;
    return { number, value: this.b.subarray(this.i - n, this.i) };
  }
}

function fieldsOf(buffer) {
  const r = new Reader(buffer);
  const out = new Map();
  while (r.more) {
    const f = r.field();
    out.set(f.number, f.value);
  }
  return out;
}

function integer(v) {
  const n = BigInt.asIntN(64, v);
  return n >= BigInt(Number.MIN_SAFE_INTEGER) && n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n;
}

function time(buffer, micro) {
  if (!buffer.length) return undefined; // the zero time
  const f = fieldsOf(buffer);
  const ms = Number(f.get(1) || 0n) * 1000;
  const iso = new Date(ms).toISOString().slice(0, 19);
  return micro ? `${iso}.${String(Math.floor(Number(f.get(2) || 0n) / 1000)).padStart(6, '0')}Z` : `${iso}Z`;
}

function intOrString(buffer) {
  const f = fieldsOf(buffer);
  return f.get(1) === 1n ? (f.get(3) || Buffer.alloc(0)).toString() : integer(f.get(2) || 0n);
}

const SPECIAL = {
  string: (v) => v.toString(),
  bool: (v) => v === 1n,
  bytes: (v) => v.toString('base64'),
  float64: (v) => v.readDoubleLE(0),
  any: (v) => {
    const raw = fieldsOf(v).get(1);
    return raw && raw.length ? JSON.parse(raw.toString()) : {};
  },
  Time: (v) => time(v, false),
  MicroTime: (v) => time(v, true),
  Duration: (v) => `${Number(fieldsOf(v).get(1) || 0n) / 1e9}s`,
  Quantity: (v) => (fieldsOf(v).get(1) || Buffer.from('0')).toString(),
  IntOrString: intOrString,
};

function value(t, v, inMap) {
  if (t.wrap === '*') return value(t.of, v);
  if (t.wrap === '[]' && inMap) {
    const r = new Reader(v);
    const out = [];
    while (r.more) out.push(value(t.of, r.field().value));
    return out;
  }
  if (t.struct) return message(t.struct, v);
  return SPECIAL[t.base] ? SPECIAL[t.base](v) : integer(v);
}

function entry(t, v) {
  const f = fieldsOf(v);
  const val = f.get(2);
  return [
    (f.get(1) || Buffer.alloc(0)).toString(),
    val === undefined ? (t.base === 'string' ? '' : null) : value(t, val, true),
  ];
}

function message(struct, buffer) {
  const { wire } = get(struct);
  const out = {};
  const r = new Reader(buffer);
  while (r.more) {
    const { number, value: v } = r.field();
    const f = wire.get(number);
    if (!f) continue;
    const t = f.type.wrap === '*' ? f.type.of : f.type;
    if (f.inline) Object.assign(out, message(t.struct, v));
    else if (t.wrap === '[]') (out[f.name] = out[f.name] || []).push(value(t.of, v));
    else if (t.wrap === '{}') {
      const [k, x] = entry(t.of, v);
      (out[f.name] = out[f.name] || {})[k] = x;
    } else out[f.name] = value(t, v);
  }
  return out;
}

// Go writes strings and numbers without "omitempty" also when they are empty; JSON would not.
function drop(o) {
  if (Array.isArray(o)) {
    o.forEach(drop);
    return o;
  }
  if (o && typeof o === 'object')
    for (const k of Object.keys(o)) {
      if (o[k] === '' || o[k] === undefined) delete o[k];
      else drop(o[k]);
    }
  return o;
}

// decode(buffer, typeName) -> the object, with kind and apiVersion of its envelope.
function decode(buffer, typeName) {
  if (!buffer.subarray(0, 4).equals(MAGIC)) throw new Error('provided data does not appear to be a protobuf message');
  const unknown = fieldsOf(buffer.subarray(4));
  const meta = fieldsOf(unknown.get(1) || Buffer.alloc(0));
  const text = (n) => (meta.get(n) || Buffer.alloc(0)).toString();
  return { kind: text(2), apiVersion: text(1), ...tidy(message(typeName, unknown.get(2) || Buffer.alloc(0))) };
}

// Only places where an empty string means "not set" may lose it: not the values of maps.
function tidy(o) {
  const { data, stringData, ...rest } = o;
  const labels = o.metadata && { labels: o.metadata.labels, annotations: o.metadata.annotations };
  const out = drop(rest);
  if (labels && out.metadata) for (const [k, v] of Object.entries(labels)) if (v) out.metadata[k] = v;
  return { ...out, ...(data ? { data } : {}), ...(stringData ? { stringData } : {}) };
}

module.exports = { decode };
