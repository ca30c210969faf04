'use strict';
// JSON as a Go server reads and writes it: big integers survive, duplicate keys are noticed,
// syntax errors have encoding/json's words, '<', '>' and '&' are escaped.

let sawBig = false;

class SyntaxFault extends Error {}

const quoteChar = (c) => (c === "'" ? "'\\''" : c === '"' ? "'\"'" : `'${c}'`);

class Parser {
  constructor(text) {
    this.s = text;
    this.i = 0;
    this.duplicates = [];
  }

  bad(where) {
    if (this.i >= this.s.length) throw new SyntaxFault('unexpected end of JSON input');
    throw new SyntaxFault(`invalid character ${quoteChar(this.s[this.i])} ${where}`);
  }

  space() {
    while (' \t\r\n'.includes(this.s[this.i]) && this.i < this.s.length) this.i++;
  }

  value(path) {
    this.space();
    const c = this.s[this.i];
    if (c === '{') return this.object(path);
    if (c === '[') return this.array(path);
    if (c === '"') return this.string();
    if (c === '-' || (c >= '0' && c <= '9')) return this.number();
    for (const [word, v] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ]) {
      if (c === word[0]) return this.word(word, v);
    }
    return this.bad('looking for beginning of value');
  }

  word(word, v) {
    for (let k = 0; k < word.length; k++, this.i++) {
      if (this.s[this.i] !== word[k]) this.bad(`in literal ${word} (expecting ${quoteChar(word[k])})`);
    }
    return v;
  }

  number() {
    const m = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
    m.lastIndex = this.i;
    const r = m.exec(this.s);
    if (!r) {
      this.i++;
      this.bad('in numeric literal');
    }
    this.i += r[0].length;
    if (r[2] || r[3]) return Number(r[0]);
    const n = Number(r[0]);
    if (Number.isSafeInteger(n)) return n;
    sawBig = true;
    return BigInt(r[0]);
  }

  string() {
    const start = this.i++;
    for (;;) {
      const c = this.s[this.i];
      if (c === undefined) this.bad('');
      if (c === '\\') {
        this.i += 2;
        continue;
      }
      if (c < ' ') {
        throw new SyntaxFault(
          `invalid character '\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}' in string literal`,
        );
      }
      this.i++;
      if (c === '"') break;
    }
    try {
      return JSON.parse(this.s.slice(start, this.i));
    } catch (e) {
      throw new SyntaxFault('invalid character in string escape code');
    }
  }

  object(path) {
    const o = {};
    this.i++;
    this.space();
    if (this.s[this.i] === '}') {
      this.i++;
      return o;
    }
    for (;;) {
      this.space();
      if (this.s[this.i] !== '"')
        this.bad(
          Object.keys(o).length
            ? 'looking for beginning of object key string'
            : 'looking for beginning of object key string',
        );
      const k = this.string();
      const at = path ? `${path}.${k}` : k;
      this.space();
      if (this.s[this.i] !== ':') this.bad('after object key');
      this.i++;
      const v = this.value(at);
      if (Object.prototype.hasOwnProperty.call(o, k)) this.duplicates.push(at);
      if (k === '__proto__')
        Object.defineProperty(o, k, { value: v, enumerable: true, configurable: true, writable: true });
      else o[k] = v;
      this.space();
      if (this.s[this.i] === ',') {
        this.i++;
        continue;
      }
      if (this.s[this.i] === '}') {
        this.i++;
        return o;
      }
      this.bad('after object key:value pair');
    }
  }

  array(path) {
    const a = [];
    this.i++;
    this.space();
    if (this.s[this.i] === ']') {
      this.i++;
      return a;
    }
    for (;;) {
      a.push(this.value(`${path}[${a.length}]`));
      this.space();
      if (this.s[this.i] === ',') {
        this.i++;
        continue;
      }
      if (this.s[this.i] === ']') {
        this.i++;
        return a;
      }
      this.bad('after array element');
    }
  }
}

// parse(text) -> { value, duplicates: [path] }; throws SyntaxFault with encoding/json's message.
function parse(text) {
  const p = new Parser(text);
  const value = p.value('');
  p.space();
  if (p.i < text.length) p.bad('after top-level value');
  return { value, duplicates: p.duplicates };
}

const ESCAPED = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' };

function stringify(value) {
  let s = sawBig
    ? JSON.stringify(value, (k, v) => (typeof v === 'bigint' ? `\u0000big:${v}` : v)).replace(
        /"\\u0000big:(-?[0-9]+)"/g,
        '$1',
      )
    : JSON.stringify(value);
  if (/[<>&\u2028\u2029]/.test(s)) s = s.replace(/[<>&\u2028\u2029]/g, (c) => ESCAPED[c]);
  return s;
}

const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);

function clone(v) {
  if (Array.isArray(v)) return v.map(clone);
  if (!isObject(v)) return v;
  const o = {};
  for (const k of Object.keys(v)) o[k] = clone(v[k]);
  return o;
}

function equal(a, b) {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((x, i) => equal(x, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const ka = Object.keys(a);
  const kb = Object.keys(b);
  return ka.length === kb.length && ka.every((k) => Object.prototype.hasOwnProperty.call(b, k) && equal(a[k], b[k]));
}

// Go writes maps with sorted keys; unstructured objects are maps all the way down.
function sorted(v) {
  if (Array.isArray(v)) return v.map(sorted);
  if (!isObject(v)) return v;
  const o = {};
  for (const k of Object.keys(v).sort()) o[k] = sorted(v[k]);
  return o;
}

// goFormat prints a value as fmt's %+v prints decoded JSON.
function goFormat(v) {
  if (v === null || v === undefined) return '<nil>';
  if (Array.isArray(v)) return `[${v.map(goFormat).join(' ')}]`;
  if (isObject(v))
    return `map[${Object.keys(v)
      .sort()
      .map((k) => `${k}:${goFormat(v[k])}`)
      .join(' ')}]`;
  return String(v);
}

module.exports = { parse, stringify, clone, equal, sorted, isObject, goFormat, SyntaxFault };
