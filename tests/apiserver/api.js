'use strict';
// The REST API: one request in, one answer out.

const requestinfo = require('./requestinfo');
const discovery = require('./discovery');
const openapi = require('./openapi');
const auth = require('./auth');
const errors = require('./errors');
const body = require('./body');
const patching = require('./patching');
const subresources = require('./subresources');
const { review } = require('./reviews');
const lists = require('./lists');
const metrics = require('./metrics');
const { Watch } = require('./watch');
const { table, partial } = require('./tables');
const { negotiate } = require('./negotiate');
const { isObject } = require('./json');
const { decode } = require('./shapes');

const HEALTH = [
  'ping',
  'log',
  'informer-sync',
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/priority-and-fairness-config-consumer',
  'poststarthook/priority-and-fairness-filter',
  'poststarthook/storage-object-count-tracker-hook',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/bootstrap-controller',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
];
const DEPRECATED = {
  endpoints: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  componentstatuses: 'v1 ComponentStatus is deprecated in v1.19+',
};

const STREAMS = new Set(['exec', 'attach', 'portforward']);
const INCLUDE = ['Metadata', 'Object', 'None', '', null];

class Api {
  // env: { store, kinds, objects, old, version, logInterval }
  constructor(env) {
    this.env = env;
    this.objects = env.objects;
  }

  // handle(request) -> { code, body (object or text), type, headers, warnings, stream(out) }.
  // request: { method, path, query, headers, body, socket }.
  handle(r) {
    if (r.method === 'HEAD') throw errors.notAllowed();
    const user = auth.authenticate(r.socket, r.headers);
    r.user = user;
    const info = requestinfo.parse(this.env.kinds, r.method, r.path, r.query);
    if (!info || !info.plural) return this.nonResource(r);
    r.info = info;
    const k = info.kind || { group: info.group, plural: info.plural };
    auth.authorize(user, {
      verb: info.verb,
      kind: k,
      namespace: info.authNamespace,
      name: info.name,
      subresource: info.subresource,
    });
    if (!info.known && this.env.kinds.all.some((k) => k.group === info.group)) throw errors.noResource();
    if (!info.known)
      return {
        code: 404,
        body: '404 page not found\n',
        type: 'text/plain; charset=utf-8',
        headers: { 'X-Content-Type-Options': 'nosniff' },
      };
    if (!info.kind) throw errors.noResource();
    const answer = this.resource(r, info);
    if (!info.kind.group && DEPRECATED[info.plural] && !(this.env.old && info.plural === 'endpoints'))
      answer.warnings = [...(answer.warnings || []), DEPRECATED[info.plural]];
    return answer;
  }

  nonResource(r) {
    auth.authorize(r.user, { verb: r.method.toLowerCase(), path: r.path });
    const health = /^\/(healthz|livez|readyz)(?:\/(.+))?$/.exec(r.path);
    if (health) return this.health(health[1], health[2], r.query);
    const found = discovery.answer(this.env, r.path, r.headers) || openapi.answer(this.env, r.path, r.headers);
    if (found) {
      if (r.method !== 'GET') throw errors.notAllowed();
      return found;
    }
    if (r.path === '/')
      return {
        code: 200,
        type: 'application/json',
        body: {
          paths: [
            '/api',
            '/api/v1',
            '/apis',
            '/healthz',
            '/livez',
            '/openapi/v2',
            '/openapi/v3',
            '/readyz',
            '/version',
          ],
        },
      };
    if (
      /^\/api\/|^\/apis\/[^/]+\//.test(r.path) &&
      (r.path.startsWith('/api/') || this.env.kinds.all.some((k) => k.group === r.path.split('/')[2]))
    )
      throw errors.noResource();
    return {
      code: 404,
      body: '404 page not found\n',
      type: 'text/plain; charset=utf-8',
      headers: { 'X-Content-Type-Options': 'nosniff' },
    };
  }

  health(name, check, query) {
    const text =
      check || !query.has('verbose') ? 'ok' : `${HEALTH.map((h) => `[+]${h} ok\n`).join('')}${name} check passed\n`;
    if (check && !HEALTH.includes(check))
      return { code: 404, body: '404 page not found\n', type: 'text/plain; charset=utf-8' };
    return {
      code: 200,
      body: text,
      type: 'text/plain; charset=utf-8',
      headers: { 'X-Content-Type-Options': 'nosniff' },
    };
  }

  resource(r, info) {
    const k = info.kind;
    if (k.namespaced === false && info.namespace && k.plural !== 'namespaces') throw errors.noResource();
    if (info.subresource) {
      const sub = k.subresources.find((s) => s.name === info.subresource);
      if (!sub) throw errors.noResource();
      if (!sub.verbs.includes(info.verb)) throw errors.notAllowed();
      if (STREAMS.has(info.subresource)) {
        this.objects.get(k, info.namespace, info.name);
        throw errors.badRequest('Upgrade request required');
      }
      const a = !k.namespaced || info.namespace ? subresources.handle(this, r) : null;
      if (!a) throw errors.notAllowed();
      return a.k || isObject(a.body) ? this.present(r, a) : a;
    }
    const f = {
      create: 'create',
      update: 'replace',
      patch: 'patch',
      delete: 'remove',
      get: 'get',
      list: 'list',
      watch: 'watch',
      deletecollection: 'removeMany',
    }[info.verb];
    if (!f || !k.verbs.includes(info.verb)) throw errors.notAllowed();
    if (k.namespaced && !info.namespace && !['list', 'watch'].includes(info.verb))
      throw info.name ? errors.noResource() : errors.notAllowed();
    return this[f](r, info, k);
  }

  // present puts an object into the form that Accept asks for.
  present(r, a) {
    const n = negotiate(r.headers.accept);
    if (n.form === 'table' && isObject(a.body) && a.body.kind !== 'Status' && a.body.kind === r.info.kind.kind) {
      return {
        ...a,
        type: n.type,
        body: table(
          r.info.kind,
          [a.body],
          { resourceVersion: a.body.metadata.resourceVersion },
          { old: this.env.old, include: r.query.get('includeObject'), version: n.version },
        ),
      };
    }
    if (n.form === 'partial' && a.body.metadata && a.body.kind !== 'Status')
      return { ...a, type: n.type, body: partial(a.body) };
    if (n.form === 'table' && a.body.kind !== 'Status' && !r.info.subresource) throw errors.notAcceptable();
    return { ...a, type: a.type || n.type };
  }

  get(r, info, k) {
    if (k.group === metrics.GROUP) return metrics.get(this.objects, k, info.namespace, info.name);
    if (k.plural === 'componentstatuses') return this.present(r, { code: 200, body: component(info.name) });
    return this.present(r, { code: 200, body: this.objects.show(k, this.objects.get(k, info.namespace, info.name)) });
  }

  list(r, info, k) {
    if (k.group === metrics.GROUP) return metrics.list(this.objects, k, info.namespace, r.query);
    const n = negotiate(r.headers.accept);
    if (n.form === 'table' && !INCLUDE.includes(r.query.get('includeObject')))
      throw Object.assign(
        errors.badRequest(
          `Unable to convert to Table as requested: includeObject: Invalid value: "${r.query.get('includeObject')}": must be 'Metadata', 'Object', 'None', or empty`,
        ),
        { pretty: true },
      );
    if (k.plural === 'componentstatuses') return this.components(n, k);
    const page = lists.page(this.objects, k, info.namespace, r.query);
    if (n.form === 'table')
      return {
        code: 200,
        type: n.type,
        body: table(k, page.items, page.metadata, {
          old: this.env.old,
          include: r.query.get('includeObject'),
          version: n.version,
        }),
      };
    if (n.form === 'partial')
      return {
        code: 200,
        type: n.type,
        body: {
          kind: 'PartialObjectMetadataList',
          apiVersion: 'meta.k8s.io/v1',
          metadata: page.metadata,
          items: page.items.map(partial),
        },
      };
    return { code: 200, type: n.type, body: lists.listObject(k, page) };
  }

  components(n, k) {
    const items = ['controller-manager', 'scheduler', 'etcd-0'].map(component);
    return {
      code: 200,
      type: n.type,
      body:
        n.form === 'table'
          ? table(k, items, {}, { old: this.env.old })
          : { kind: 'ComponentStatusList', apiVersion: 'v1', metadata: {}, items },
    };
  }

  watch(r, info, k) {
    const n = negotiate(r.headers.accept);
    const ctx = {
      objects: this.objects,
      kind: k,
      namespace: info.namespace,
      name: info.name,
      query: r.query,
      form: n.form,
      version: n.version,
      include: r.query.get('includeObject'),
      old: this.env.old,
    };
    const out = { write: null, end: null };
    const w = new Watch(ctx, out);
    return {
      code: 200,
      type: 'application/json',
      stream: (s) => {
        out.write = (t) => s.write(t);
        out.end = () => s.end();
        s.onClose(() => w.stop(false));
        s.flush();
        w.start();
      },
    };
  }

  create(r, info, k) {
    const opts = {
      ...body.options(r.query, 'CreateOptions', false, this.env.old),
      manager: body.managerName(r.query, r.headers),
    };
    const { object, duplicates } = body.read(r.body, r.headers['content-type'], k);
    const reviewed = review(k, object, r.user, opts.manager);
    if (reviewed) return { code: 201, type: 'application/json', body: reviewed };
    const found = [];
    decode(k, object, found);
    const warnings = body.judge(r.query, body.strictErrors(found, duplicates), body.strictCreate(k), this.env.old);
    return this.present(r, { code: 201, body: this.objects.create(k, info.namespace, object, opts), warnings });
  }

  replace(r, info, k) {
    const opts = {
      ...body.options(r.query, 'UpdateOptions', false, this.env.old),
      manager: body.managerName(r.query, r.headers),
    };
    const { object, duplicates } = body.read(r.body, r.headers['content-type'], k);
    if (!isObject(object.metadata)) object.metadata = {};
    const m = object.metadata;
    if (m.name !== info.name)
      throw errors.badRequest(
        m.name
          ? `the name of the object (${m.name}) does not match the name on the URL (${info.name})`
          : 'metadata.name: Required value: name is required',
      );
    if (m.namespace && info.namespace && m.namespace !== info.namespace)
      throw errors.badRequest(
        `the namespace of the object (${m.namespace}) does not match the namespace on the URL (${info.namespace})`,
      );
    const found = [];
    decode(k, object, found);
    const warnings = body.judge(r.query, body.strictErrors(found, duplicates), body.strictCreate(k), this.env.old);
    if (k.crd && !m.resourceVersion && this.objects.get(k, info.namespace, info.name))
      throw errors.invalid(k, info.name, [
        errors.causeInvalid('metadata.resourceVersion', 0, 'must be specified for an update'),
      ]);
    return this.present(r, {
      code: 200,
      warnings,
      body: this.objects.update(k, info.namespace, info.name, () => object, opts),
    });
  }

  patch(r, info, k) {
    const type = patching.typeOf(k, r.headers['content-type']);
    const opts = {
      ...body.options(r.query, 'PatchOptions', type === patching.APPLY, this.env.old),
      manager: body.managerName(r.query, r.headers),
    };
    const p = patching.patch(this.objects, k, info.namespace, info.name, r, opts);
    return this.present(r, { code: p.created ? 201 : 200, body: p.object, warnings: p.warnings });
  }

  deleteOptions(r) {
    const q = r.query;
    let o = {};
    if (r.body && r.body.trim())
      o = body.read(r.body, r.headers['content-type'], {
        group: '',
        version: 'v1',
        kind: 'DeleteOptions',
        plural: 'deleteoptions',
        type: 'meta/v1.DeleteOptions',
        ...anyVersion(r.body),
      }).object;
    // As in a real server, options in a body are all there are: the query is read only where there is no body.
    else {
      if (q.get('gracePeriodSeconds') !== null) o.gracePeriodSeconds = Number(q.get('gracePeriodSeconds'));
      if (q.get('propagationPolicy')) o.propagationPolicy = q.get('propagationPolicy');
      if (q.get('orphanDependents')) o.orphanDependents = q.get('orphanDependents') === 'true';
      if (q.getAll('dryRun').length) o.dryRun = q.getAll('dryRun');
    }
    const causes = [];
    if (o.propagationPolicy && !['Foreground', 'Background', 'Orphan'].includes(o.propagationPolicy))
      causes.push(
        errors.causeNotSupported('propagationPolicy', o.propagationPolicy, [
          'Foreground',
          'Background',
          'Orphan',
          'nil',
        ]),
      );
    for (const d of o.dryRun || []) if (d !== 'All') causes.push(errors.causeNotSupported('dryRun', o.dryRun, ['All']));
    if (o.propagationPolicy && o.orphanDependents !== undefined)
      causes.push(
        errors.causeInvalid(
          'propagationPolicy',
          o.propagationPolicy,
          'orphanDependents and deletionPropagation cannot be both set',
        ),
      );
    if (causes.length)
      throw errors.invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions', plural: 'deleteoptions' }, '', causes);
    return o;
  }

  remove(r, info, k) {
    const o = this.deleteOptions(r);
    const warnings =
      k.plural === 'jobs' && !o.propagationPolicy && o.orphanDependents === undefined && !this.env.old
        ? [
            'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
          ]
        : [];
    const d = this.objects.remove(k, info.namespace, info.name, o, (o.dryRun || []).length > 0);
    if (d.object) return this.present(r, { code: 200, body: d.object, warnings });
    if (d.returnsObject) return this.present(r, { code: 200, body: d.gone, warnings });
    const m = d.gone.metadata;
    return {
      code: 200,
      type: 'application/json',
      warnings,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: m.name, ...(k.group ? { group: k.group } : {}), kind: k.plural, uid: m.uid },
      },
    };
  }

  removeMany(r, info, k) {
    const o = this.deleteOptions(r);
    const page = lists.page(this.objects, k, info.namespace, r.query);
    for (const x of page.items) {
      try {
        this.objects.remove(k, x.metadata.namespace, x.metadata.name, o, (o.dryRun || []).length > 0);
      } catch (e) {
        if (e.code !== 404) throw e;
      }
    }
    return { code: 200, type: 'application/json', body: lists.listObject(k, page) };
  }
}

// DeleteOptions may come in the version of the group it is sent to.
function anyVersion(text) {
  try {
    const o = JSON.parse(text);
    const v = (o.apiVersion || 'v1').split('/');
    return v.length > 1 ? { group: v[0], version: v[1] } : { version: v[0] };
  } catch (e) {
    return {};
  }
}

const component = (name) => ({
  kind: 'ComponentStatus',
  apiVersion: 'v1',
  metadata: { name },
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
});

module.exports = { Api };
