'use strict';
// The control port: plain HTTP on loopback, for tests only. Its address is in DIR/control.

const http = require('http');
const clock = require('./clock');
const { live } = require('./watch');

const json = (res, code, v) => {
  res.writeHead(code, { 'Content-Type': 'application/json' });
  res.end(`${JSON.stringify(v)}\n`);
};
const SECRET = new Set(['authorization']);
const shownHeaders = (h) =>
  Object.fromEntries(Object.entries(h).map(([k, v]) => [k, SECRET.has(k) ? `${String(v).split(' ')[0]} ...` : v]));

// Routes: [method, path] -> function(world, body, query) -> answer. world is what main.js made.
const ROUTES = {
  'GET /requests': (w, b, q) => {
    const list = w.requests.filter((r) => !q.get('path') || new RegExp(q.get('path')).test(r.path));
    return q.get('format') === 'lines'
      ? list.map((r) => `${r.method} ${r.path}\n`).join('')
      : list.map((r) => ({ ...r, headers: shownHeaders(r.headers) }));
  },
  'DELETE /requests': (w) => {
    w.requests.length = 0;
    return {};
  },
  'POST /faults': (w, b) => {
    for (const f of Array.isArray(b) ? b : [b]) w.faults.add(f);
    return {};
  },
  'GET /faults': (w) => w.faults.list,
  'DELETE /faults': (w) => {
    w.faults.clear();
    return {};
  },
  'POST /reset': (w) => {
    w.reset();
    return {};
  },
  'POST /clock': (w, b) => {
    clock.move((b.seconds || 0) * 1000);
    return {};
  },
  'POST /controllers': (w, b) => {
    w.controllers.configure(b);
    return w.controllers.options;
  },
  'POST /listen': async (w, b) => ({ port: await w.server.listen(b) }),
  'POST /close': (w, b) => {
    w.server.close(b.port);
    return {};
  },
  'POST /compact': (w) => {
    w.env.store.forget();
    return {};
  },
  'POST /close-watches': (w) => {
    for (const x of [...live]) x.stop(true);
    return {};
  },
  'POST /expire-watches': (w) => {
    for (const x of [...live]) {
      x.gone(w.env.store.rv - 1, w.env.store.rv);
      x.stop(false);
    }
    return {};
  },
  'POST /bookmarks': () => {
    for (const x of live) x.bookmark();
    return {};
  },
  'GET /watches': (w) => [...live].map((x) => x.kind.plural),
  'POST /objects': (w, b) => w.load(b),
};

function bodyOf(req) {
  return new Promise((resolve) => {
    let s = '';
    req.on('data', (d) => {
      s += d;
    });
    req.on('end', () => resolve(s));
  });
}

async function handle(world, req, res) {
  const url = new URL(req.url, 'http://x');
  const route = ROUTES[`${req.method} ${url.pathname.replace(/^\/_test/, '')}`];
  const text = await bodyOf(req);
  if (!route) {
    json(res, 404, { error: 'no such control', known: Object.keys(ROUTES) });
    return;
  }
  try {
    const a = await route(world, text ? JSON.parse(text) : {}, url.searchParams);
    if (typeof a === 'string') {
      res.writeHead(200, { 'Content-Type': 'text/plain' });
      res.end(a);
    } else json(res, 200, a);
  } catch (e) {
    json(res, 400, { error: e.message });
  }
}

// start(world) -> the port of the control server.
function start(world) {
  const server = http.createServer((req, res) => {
    handle(world, req, res);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

module.exports = { start };
