'use strict';
// The listener: TLS with HTTP/2 and HTTP/1.1, the request log, faults, and writing answers.

const http2 = require('http2');
const https = require('https');
const zlib = require('zlib');
const crypto = require('crypto');
const { read } = require('./certs');
const { stringify } = require('./json');
const { ApiError, internal } = require('./errors');
const { acts, spoils } = require('./faults');
const yamlOut = require('./yamlout');

const MAX_BODY = 3 * 1024 * 1024;
const GZIP_FROM = 128 * 1024;

// What one response can do, over HTTP/1.1 and HTTP/2 alike.
class Out {
  constructor(req, res) {
    this.req = req;
    this.res = res;
    this.closers = [];
    this.closed = false;
    res.on('close', () => {
      this.closed = true;
      for (const f of this.closers) f();
    });
    res.on('error', () => {});
  }

  head(code, headers) {
    const h = {};
    for (const [k, v] of Object.entries(headers)) if (v !== undefined) h[k] = v;
    if (!this.closed && !this.res.headersSent) this.res.writeHead(code, h);
  }

  flush() {
    if (!this.closed && this.res.flushHeaders) this.res.flushHeaders();
  }

  write(text) {
    if (!this.closed) this.res.write(text);
  }

  end(text) {
    if (!this.closed) this.res.end(text);
  }

  onClose(f) {
    if (this.closed) f();
    else this.closers.push(f);
  }

  // What is on its way to us when this is said is not read.
  goaway() {
    const { stream } = this.res;
    if (!stream || !stream.session) return;
    const { session } = stream;
    session.letGo = session.lastTaken;
    session.goaway(0, session.letGo);
    setTimeout(() => session.destroy(), 5000);
  }

  destroy() {
    const { stream } = this.res;
    if (stream && stream.session) {
      stream.session.destroy();
      return;
    }
    this.req.socket.destroy();
  }
}

function bodyOf(req) {
  return new Promise((resolve, reject) => {
    const parts = [];
    let size = 0;
    req.on('data', (d) => {
      size += d.length;
      if (size <= MAX_BODY + 1) parts.push(d);
    });
    req.on('end', () =>
      size > MAX_BODY
        ? reject(new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY}`, {}))
        : resolve(decoded(req, Buffer.concat(parts)).toString(isBinary(req) ? 'latin1' : 'utf8')),
    );
    req.on('error', reject);
  });
}

const isBinary = (req) => (req.headers['content-type'] || '').startsWith('application/vnd.kubernetes.protobuf');
const decoded = (req, buffer) => (req.headers['content-encoding'] === 'gzip' ? zlib.gunzipSync(buffer) : buffer);

class Server {
  // options: { pki, api, faults, log(entry), streams }
  constructor(options) {
    Object.assign(this, options);
    this.flow = { schema: crypto.randomUUID(), level: crypto.randomUUID() };
    this.listeners = [];
  }

  // listen({ port, cert, alpn, tls }) -> the port. cert is a name of certs.js; alpn false leaves
  // HTTP/2 out; tls "1.1" speaks nothing newer.
  listen({ port = 0, cert = 'server', h2 = true, tls, host = '127.0.0.1' } = {}) {
    const options = {
      key: read(this.pki, `${cert}.key`),
      cert: read(this.pki, `${cert}.crt`),
      ca: read(this.pki, 'ca.crt'),
      requestCert: true,
      rejectUnauthorized: false,
      allowHTTP1: true,
      minVersion: 'TLSv1.2',
      maxHeaderSize: 65536,
    };
    if (tls === '1.1')
      Object.assign(options, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    if (tls === '1.2') options.maxVersion = 'TLSv1.2';
    const server = h2 ? http2.createSecureServer(options) : https.createServer(options);
    server.on('request', (req, res) => this.serve(req, res));
    server.on('upgrade', (req, socket, head) => this.upgrade(req, socket, head));
    server.on('tlsClientError', () => {});
    server.on('sessionError', () => {});
    server.on('stream', (stream) => {
      if (!stream.session.letGo) stream.session.lastTaken = stream.id;
    });
    const open = new Set();
    server.on('secureConnection', (s) => {
      open.add(s);
      s.on('close', () => open.delete(s));
      s.on('error', () => {});
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        this.listeners.push({ server, open, port: server.address().port });
        resolve(server.address().port);
      });
    });
  }

  // close(port): stops listening there and cuts the connections; a client is refused from then on.
  close(port) {
    for (const l of this.listeners.filter((x) => port === undefined || x.port === port)) {
      l.server.close();
      for (const s of l.open) s.destroy();
    }
    this.listeners = this.listeners.filter((x) => port !== undefined && x.port !== port);
  }

  request(req, text) {
    const url = new URL(req.url, 'https://x');
    const headers = {};
    for (const [k, v] of Object.entries(req.headers)) if (k[0] !== ':') headers[k] = v;
    // Node joins repeated headers; the raw list keeps groups of an impersonation apart.
    const raw = req.rawHeaders || [];
    const groups = raw.reduce(
      (a, n, i) => (i % 2 === 0 && n.toLowerCase() === 'impersonate-group' ? [...a, raw[i + 1]] : a),
      [],
    );
    if (groups.length) headers['impersonate-group'] = groups;
    return {
      method: req.method,
      url: req.url,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: text,
      socket: req.stream ? req.stream.session.socket : req.socket,
      version: req.httpVersion,
    };
  }

  async serve(req, res) {
    const out = new Out(req, res);
    let r;
    // Node goes on reading for a while after it said goodbye.
    if (req.stream && req.stream.session.letGo && req.stream.id > req.stream.session.letGo) return;
    try {
      const text = await bodyOf(req);
      if (out.closed) return;
      r = this.request(req, text);
    } catch (e) {
      this.fail(null, out, e);
      return;
    }
    const entry = this.log({ method: r.method, path: r.url, headers: r.headers, body: r.body, version: r.version });
    const fault = this.faults.take(r);
    if (acts(fault)) {
      entry.code = fault.code;
      entry.fault = fault.do;
      acts(fault)(fault, r, out);
      return;
    }
    try {
      const answer = this.api.handle(r);
      entry.code = answer.code;
      this.answer(r, out, answer, fault);
    } catch (e) {
      entry.code = e.code;
      this.fail(r, out, e, fault);
    }
  }

  fail(r, out, e, fault) {
    const err = e instanceof ApiError ? e : internal(e.stack || e.message);
    if (!(e instanceof ApiError)) process.stderr.write(`${e.stack}\n`);
    this.answer(
      r,
      out,
      {
        code: err.code,
        body: err.pretty ? JSON.stringify(err.status, null, 2) : err.status,
        type: 'application/json',
        headers: err.headers,
      },
      fault,
    );
  }

  headers(r, a) {
    const h = {
      'Audit-Id': crypto.randomUUID(),
      'Cache-Control': 'no-cache, private',
      'Content-Type': a.type || 'application/json',
      ...(a.headers || {}),
    };
    if (r && r.user) {
      h['X-Kubernetes-Pf-Flowschema-Uid'] = this.flow.schema;
      h['X-Kubernetes-Pf-Prioritylevel-Uid'] = this.flow.level;
    }
    if (a.warnings && a.warnings.length)
      h.Warning = a.warnings.map((w) => `299 - "${w.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`);
    if (a.code === 304) delete h['Content-Type'];
    return h;
  }

  answer(r, out, a, fault) {
    const headers = this.headers(r, a);
    if (a.stream) {
      this.stream(out, a, headers, fault);
      return;
    }
    const isText = typeof a.body === 'string';
    let text = isText ? a.body : a.type === 'application/yaml' ? yamlOut.dump(a.body) : this.json(r, a);
    if (r && r.method === 'HEAD') text = '';
    if (spoils(fault)) {
      this.spoil(out, a.code, headers, spoils(fault)(fault, text));
      return;
    }
    const zip = text.length >= GZIP_FROM && /\bgzip\b/.test((r && r.headers['accept-encoding']) || '');
    const data = zip ? zlib.gzipSync(text, { level: 1 }) : Buffer.from(text);
    if (zip) {
      headers['Content-Encoding'] = 'gzip';
      headers.Vary = 'Accept-Encoding';
    }
    headers['Content-Length'] = a.code === 304 ? undefined : data.length;
    out.head(a.code, headers);
    out.end(data);
  }

  // People's clients get indented answers, as from a real server.
  json(r, a) {
    const agent = (r && r.headers['user-agent']) || '';
    const ask = r && r.query.get('pretty');
    const pretty = ask ? ask !== 'false' && ask !== '0' : /^(curl|Wget|Mozilla\/5\.0)/.test(agent);
    return pretty ? JSON.stringify(JSON.parse(stringify(a.body)), null, 2) : `${stringify(a.body)}\n`;
  }

  stream(out, a, headers, fault) {
    out.head(a.code, headers);
    if (fault && fault.do === 'close-watch')
      setTimeout(() => (fault.rude ? out.destroy() : out.end()), fault.ms === undefined ? 100 : fault.ms);
    a.stream(out);
  }

  spoil(out, code, headers, how) {
    if (how.goaway) out.goaway();
    const chunks = [...how.chunks];
    const send = () => {
      if (out.closed) return;
      const c = chunks.shift();
      out.write(c);
      if (chunks.length) {
        setTimeout(send, how.wait || 0);
        return;
      }
      if (how.destroy) setTimeout(() => out.destroy(), 20);
      else if (!how.hang) out.end();
    };
    setTimeout(() => {
      out.head(code, { ...headers, ...(how.length ? { 'Content-Length': how.length } : {}) });
      send();
    }, how.first || 0);
  }

  upgrade(req, socket, head) {
    const r = this.request(req, '');
    const entry = this.log({
      method: r.method,
      path: r.url,
      headers: r.headers,
      body: '',
      version: r.version,
      upgrade: req.headers.upgrade,
    });
    const fault = this.faults.take(r);
    socket.on('error', () => {});
    if (fault && fault.do === 'reset') {
      socket.destroy();
      return;
    }
    const refuse = (code, body, type = 'application/json') => {
      entry.code = code;
      const t = typeof body === 'string' ? body : `${stringify(body)}\n`;
      socket.end(
        `HTTP/1.1 ${code} X\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(t)}\r\nConnection: close\r\n\r\n${t}`,
      );
    };
    if (fault && fault.do === 'status') {
      refuse(fault.code, {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: fault.message || `fault ${fault.code}`,
        reason: fault.reason,
        code: fault.code,
      });
      return;
    }
    try {
      if (!this.streams) throw new ApiError(400, 'BadRequest', 'Upgrade request required');
      entry.code = 101;
      this.streams(this.api, r, req, socket, head);
    } catch (e) {
      const err = e instanceof ApiError ? e : internal(e.message);
      if (!(e instanceof ApiError)) process.stderr.write(`${e.stack}\n`);
      refuse(err.code, err.status);
    }
  }
}

module.exports = { Server };
