'use strict';
// Damage on request. A fault: { path (regular expression), method, count (how many requests, -1 for
// all), skip (how many pass first), do, ... }. It is tried in the order in which it was set.

const ACTIONS = {
  // status: { code, reason, message, retryAfter, html, body, headers }
  status: (f, r, out) => {
    const headers = {
      'Content-Type': f.html ? 'text/html' : 'application/json',
      ...(f.retryAfter !== undefined ? { 'Retry-After': String(f.retryAfter) } : {}),
      ...(f.headers || {}),
    };
    const message = f.message || `fault ${f.code}`;
    const body =
      f.body !== undefined
        ? f.body
        : f.html
          ? `<html><head><title>${f.code}</title></head><body><h1>${message}</h1></body></html>\n`
          : `${JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...(f.reason ? { reason: f.reason } : {}), ...(f.retryAfter !== undefined ? { details: { retryAfterSeconds: f.retryAfter } } : {}), code: f.code })}\n`;
    out.head(f.code, headers);
    out.end(body);
  },
  reset: (f, r, out) => out.destroy(), // before any byte of an answer
  stall: () => {}, // never answers
  garbage: (f, r, out) => {
    out.head(200, { 'Content-Type': 'application/json' });
    out.end(f.body || '{"kind":"PodList","apiVersion":"v1","items":[{"metadata":');
  },
  redirect: (f, r, out) => {
    out.head(f.code || 302, { Location: f.location || '/elsewhere' });
    out.end('');
  },
  'huge-header': (f, r, out) => {
    out.head(200, { 'Content-Type': 'application/json', 'X-Huge': 'x'.repeat(f.size || 300000) });
    out.end('{}');
  },
};

// Faults that let the answer happen and spoil it on the way out.
const SPOILERS = {
  'reset-body': (f, text) => ({
    chunks: [text.slice(0, f.bytes === undefined ? Math.floor(text.length / 2) : f.bytes)],
    destroy: true,
    length: text.length,
  }),
  truncate: (f, text) => ({ chunks: [text.slice(0, f.bytes === undefined ? Math.floor(text.length / 2) : f.bytes)] }),
  'stall-body': (f, text) => ({
    chunks: [text.slice(0, f.bytes === undefined ? Math.floor(text.length / 2) : f.bytes)],
    hang: true,
    length: text.length,
  }),
  drip: (f, text) => ({ chunks: text.match(new RegExp(`[^]{1,${f.bytes || 64}}`, 'g')) || [''], wait: f.ms || 50 }),
  delay: (f, text) => ({ chunks: [text], first: f.ms || 1000 }),
  // tells the connection's end before this answer, as --goaway-chance does: what came after is not read, and has to be sent again
  goaway: (f, text) => ({ chunks: [text], goaway: true }),
  'close-watch': () => ({}), // closes a watch after f.ms milliseconds (default 100)
};

class Faults {
  constructor() {
    this.list = [];
  }

  add(f) {
    if (!ACTIONS[f.do] && !SPOILERS[f.do])
      throw new Error(
        `unknown fault "${f.do}"; known: ${[...Object.keys(ACTIONS), ...Object.keys(SPOILERS)].join(' ')}`,
      );
    this.list.push({ count: 1, skip: 0, ...f, re: new RegExp(f.path || '.*') });
  }

  clear() {
    this.list = [];
  }

  // take(request) -> the fault that strikes this request, or null.
  take(r) {
    for (const f of this.list) {
      if (!f.re.test(r.url) || (f.method && f.method !== r.method) || f.count === 0) continue;
      if (f.skip > 0) {
        f.skip--;
        continue;
      }
      if (f.count > 0) f.count--;
      return f;
    }
    return null;
  }
}

const acts = (f) => f && ACTIONS[f.do];
const spoils = (f) => f && SPOILERS[f.do];

module.exports = { Faults, acts, spoils };
