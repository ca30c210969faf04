'use strict';
// Watches: replay from a revision, live events, bookmarks, Tables, time limits.

const { matcher, number, revision } = require('./lists');
const { stringify } = require('./json');
const { table, partial } = require('./tables');
const { ApiError } = require('./errors');
const { decode } = require('./shapes');
const { apiVersionOf } = require('./kinds');

const live = new Set();

// One event as a client that selects sees it: leaving the selection is a DELETED.
function seen(e, match) {
  const now = e.type !== 'DELETED' && match(e.object);
  const before = e.old ? match(e.old) : false;
  if (e.type === 'DELETED') return before ? 'DELETED' : null;
  if (now) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : null;
}

function checkInitial(query) {
  const send = query.get('sendInitialEvents');
  const match = query.get('resourceVersionMatch');
  const why =
    send && match !== 'NotOlderThan'
      ? 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'
      : !send && match
        ? 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'
        : null;
  if (why)
    throw new ApiError(
      422,
      'Invalid',
      `ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: ${why}`,
      {
        group: 'meta.k8s.io',
        kind: 'ListOptions',
        causes: [{ reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field: 'resourceVersionMatch' }],
      },
    );
}

class Watch {
  // ctx: { objects, kind, namespace, name, query, form, include, old }; out: { write(text), end() }.
  constructor(ctx, out) {
    Object.assign(this, ctx);
    this.out = out;
    this.first = true;
    this.match = matcher(ctx.kind, ctx.query, ctx.name);
    const rv = ctx.query.get('resourceVersion');
    if (rv && !/^\d+$/.test(rv))
      throw new ApiError(
        500,
        '',
        `resourceVersion: Invalid value: "${rv}": strconv.ParseUint: parsing "${rv}": invalid syntax`,
      );
    number(ctx.query, 'timeoutSeconds');
    checkInitial(ctx.query);
  }

  start() {
    const { store } = this.objects;
    const rv = revision(this.query, Number.MAX_SAFE_INTEGER);
    const initial = this.query.get('sendInitialEvents') === 'true';
    if (rv !== undefined && rv > 0 && rv < store.oldest && !initial) {
      this.gone(rv, store.oldest);
      return;
    }
    live.add(this);
    if (!rv || initial) this.snapshot(initial);
    else for (const e of store.since(this.kind.storage, rv)) this.event(e);
    this.listener = (e) => {
      if (e.storage === this.kind.storage) this.event(e);
    };
    store.listeners.add(this.listener);
    const seconds = number(this.query, 'timeoutSeconds') || 1800 + Math.floor(Math.random() * 1800);
    this.timer = setTimeout(() => this.stop(true), seconds * 1000);
    if (this.query.get('allowWatchBookmarks') === 'true') this.bookmarks = setInterval(() => this.bookmark(), 60000);
  }

  inScope(o) {
    return this.namespace === undefined || !this.kind.namespaced || o.metadata.namespace === this.namespace;
  }

  snapshot(initial) {
    const { store } = this.objects;
    for (const o of store.list(this.kind.storage, this.kind.namespaced ? this.namespace : ''))
      if (this.match(o)) this.send('ADDED', o);
    if (initial) this.bookmark({ 'k8s.io/initial-events-end': 'true' });
  }

  event(e) {
    if (!this.inScope(e.object)) return;
    const type = seen(e, this.match);
    if (!type) return;
    const o =
      type === 'DELETED' && e.type !== 'DELETED'
        ? { ...e.old, metadata: { ...e.old.metadata, resourceVersion: String(e.rv) } }
        : e.object;
    this.send(type, o);
  }

  send(type, stored) {
    this.frame(type, this.form_(this.objects.show(this.kind, stored)));
  }

  form_(o) {
    if (this.form === 'partial') return partial(o);
    if (this.form !== 'table') return o;
    const t = table(
      this.kind,
      [o],
      { resourceVersion: o.metadata.resourceVersion },
      { old: this.old, include: this.include, version: this.version, headers: this.first },
    );
    this.first = false;
    return t;
  }

  bookmark(annotations) {
    const o = decode(this.kind, {
      kind: this.kind.kind,
      apiVersion: apiVersionOf(this.kind),
      metadata: { resourceVersion: String(this.objects.store.rv), ...(annotations ? { annotations } : {}) },
    });
    if (this.form === 'table')
      this.frame('BOOKMARK', {
        ...table(this.kind, [], { resourceVersion: o.metadata.resourceVersion }, { old: this.old, headers: false }),
        rows: [{ cells: [], object: partial(o) }],
      });
    else this.frame('BOOKMARK', o);
  }

  frame(type, object) {
    this.out.write(`${stringify({ type, object })}\n`);
  }

  gone(rv, floor) {
    this.frame('ERROR', {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `too old resource version: ${rv} (${floor})`,
      reason: 'Expired',
      code: 410,
    });
    this.out.end();
  }

  stop(end) {
    if (this.listener) this.objects.store.listeners.delete(this.listener);
    clearTimeout(this.timer);
    clearInterval(this.bookmarks);
    live.delete(this);
    if (end) this.out.end();
  }
}

module.exports = { Watch, live };
