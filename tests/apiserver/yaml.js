'use strict';
// The YAML that clients send in apply patches: JSON, and plain block style (maps, lists, quoted and
// plain scalars, literal and folded blocks, flow collections, comments). No anchors, no tags.

const json = require('./json');

function scalar(text) {
  const t = text.trim();
  if (t === '' || t === '~' || /^null$/i.test(t)) return null;
  if (/^(true|yes|on)$/i.test(t)) return true;
  if (/^(false|no|off)$/i.test(t)) return false;
  if (/^[-+]?(0|[1-9][0-9]*)$/.test(t)) return Number(t);
  if (/^0o?[0-7]+$/.test(t)) return parseInt(t.replace(/^0o?/, ''), 8);
  if (/^[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?$/.test(t)) return Number(t);
  return t;
}

class Reader {
  constructor(text, duplicates) {
    this.duplicates = duplicates;
    this.lines = text
      .split('\n')
      .map((raw, i) => ({ raw, no: i + 1, indent: /^ */.exec(raw)[0].length, text: raw.trim() }));
    this.i = 0;
  }

  fail(message, line) {
    throw new Error(`yaml: line ${(line || this.lines[Math.min(this.i, this.lines.length - 1)]).no}: ${message}`);
  }

  peek() {
    while (
      this.i < this.lines.length &&
      (!this.lines[this.i].text || this.lines[this.i].text.startsWith('#') || this.lines[this.i].text === '---')
    )
      this.i++;
    const l = this.lines[this.i];
    if (l && /^ *\t/.test(l.raw)) this.fail('found character that cannot start any token', l);
    return l;
  }

  node(indent) {
    const l = this.peek();
    if (!l || l.indent < indent) return null;
    if (/^-( |$)/.test(l.text)) return this.list(l.indent);
    if (/^[[{"'].*/.test(l.text) && !this.key(l.text)) {
      this.i++;
      return this.inline(l.text, l);
    }
    if (this.key(l.text)) return this.map(l.indent);
    this.i++;
    return this.inline(l.text, l);
  }

  key(text) {
    const m = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'{}[\],#&*!|>%@`-][^#]*?|-[^\s].*?)\s*:(?:\s+(.*))?$/.exec(text);
    return m && { key: String(this.unquote(m[1])), rest: m[2] === undefined ? '' : m[2] };
  }

  unquote(t) {
    if (t[0] === '"') return JSON.parse(t);
    if (t[0] === "'") return t.slice(1, -1).replace(/''/g, "'");
    return t;
  }

  map(indent) {
    const out = {};
    for (;;) {
      const l = this.peek();
      if (!l || l.indent < indent) return out;
      if (l.indent > indent) this.fail('did not find expected key', l);
      const kv = this.key(l.text);
      if (!kv) {
        if (/^-( |$)/.test(l.text)) return out;
        this.fail("could not find expected ':'", l);
      }
      if (Object.prototype.hasOwnProperty.call(out, kv.key))
        this.duplicates.push(`line ${l.no}: key "${kv.key}" already set in map`);
      this.i++;
      out[kv.key] = this.after(kv.rest, l, indent);
    }
  }

  after(rest, l, indent) {
    const r = rest.replace(/(^|\s)#.*$/, (m) => (/^["']/.test(rest) ? m : '')).trim();
    if (/^[|>][-+0-9]*$/.test(r)) return this.block(r, indent);
    if (r) return this.inline(r, l);
    const n = this.peek();
    if (n && n.indent === indent && /^-( |$)/.test(n.text)) return this.list(indent);
    return n && n.indent > indent ? this.node(indent + 1) : null;
  }

  list(indent) {
    const out = [];
    for (;;) {
      const l = this.peek();
      if (!l || l.indent !== indent || !/^-( |$)/.test(l.text)) return out;
      const rest = l.text.slice(1).trim();
      if (!rest) {
        this.i++;
        out.push(this.node(indent + 1));
        continue;
      }
      const inner = indent + l.text.length - l.text.slice(1).trimStart().length;
      this.lines[this.i] = { ...l, indent: inner, text: rest };
      out.push(/^[|>]/.test(rest) ? (this.i++, this.block(rest, indent)) : this.node(inner));
    }
  }

  block(style, indent) {
    const body = [];
    while (this.i < this.lines.length && (!this.lines[this.i].text || this.lines[this.i].indent > indent))
      body.push(this.lines[this.i++].raw);
    const first = body.find((b) => b.trim());
    const cut = first ? /^ */.exec(first)[0].length : 0;
    const lines = body.map((b) => b.slice(cut));
    let text = style[0] === '|' ? lines.join('\n') : lines.join('\n').replace(/([^\n])\n(?=[^\n ])/g, '$1 ');
    text = text.replace(/\n*$/, '');
    return style.includes('-') ? text : `${text}\n`;
  }

  inline(text, l) {
    const t = text.trim();
    if (t[0] === '{' || t[0] === '[') return this.flow(t, l);
    if (t[0] === '"' || t[0] === "'") {
      try {
        return this.unquote(t.replace(/\s+#.*$/, (m) => (/["']$/.test(t) ? m : '')));
      } catch (e) {
        return this.fail('found unexpected end of stream', l);
      }
    }
    return scalar(t.replace(/\s+#.*$/, ''));
  }

  flow(start, l) {
    let t = start;
    for (;;) {
      // a flow collection may go on over lines
      try {
        return json.parse(t).value;
      } catch (e) {
        /* not JSON: try as YAML flow */
      }
      const v = flowValue(t);
      if (v) return v.value;
      if (this.i >= this.lines.length)
        return this.fail(t[0] === '[' ? "did not find expected ',' or ']'" : "did not find expected ',' or '}'", l);
      t += ` ${this.lines[this.i++].text}`;
    }
  }
}

function flowValue(text) {
  let i = 0;
  const ws = () => {
    while (/\s/.test(text[i] || '')) i++;
  };
  const word = () => {
    const m = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:[^,:{}[\]]|:(?=\S))+)/.exec(text.slice(i));
    if (!m) throw new Error('flow');
    i += m[0].length;
    const t = m[0].trim();
    return t[0] === '"' ? JSON.parse(t) : t[0] === "'" ? t.slice(1, -1).replace(/''/g, "'") : t;
  };
  const value = () => {
    ws();
    if (text[i] === '{') {
      const o = {};
      i++;
      for (;;) {
        ws();
        if (text[i] === '}') {
          i++;
          return o;
        }
        const k = word();
        ws();
        if (text[i] !== ':') throw new Error('flow');
        i++;
        o[k] = value();
        ws();
        if (text[i] === ',') i++;
        else if (text[i] !== '}') throw new Error('flow');
      }
    }
    if (text[i] === '[') {
      const a = [];
      i++;
      for (;;) {
        ws();
        if (text[i] === ']') {
          i++;
          return a;
        }
        a.push(value());
        ws();
        if (text[i] === ',') i++;
        else if (text[i] !== ']') throw new Error('flow');
      }
    }
    const quoted = text[i] === '"' || text[i] === "'";
    const w = word();
    return quoted ? w : scalar(w);
  };
  try {
    const v = value();
    ws();
    return i >= text.length ? { value: v } : null;
  } catch (e) {
    return null;
  }
}

// parse(text, duplicates) -> the value of the one document in text; keys that come twice are noted
// (the last one counts). Throws Error with the YAML library's words.
function parse(text, duplicates = []) {
  const t = text.trim();
  if (t[0] === '{' || t[0] === '[') {
    try {
      return json.parse(t).value;
    } catch (e) {
      /* flow style or broken */
    }
  }
  const r = new Reader(text, duplicates);
  const v = r.node(0);
  const l = r.peek();
  if (l && l.text !== '...') r.fail('did not find expected key', l);
  return v;
}

module.exports = { parse };
