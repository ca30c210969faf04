'use strict';
// Creating, updating and deleting objects: the one door to the store, for requests and controllers.

const { clone, equal, isObject } = require('./json');
const { stamp, now } = require('./clock');
const errors = require('./errors');
const { apiVersionOf, groupResource } = require('./kinds');
const { decode, toStorage, toVersion } = require('./shapes');
const { applyDefaults } = require('./defaults');
const { checkNew, checkUpdate, checkEphemeral } = require('./validate');
const { prepareCreate, prepareUpdate } = require('./strategy');
const fields = require('./fields');

const RETURNS_OBJECT = new Set([
  'pods',
  'services',
  'persistentvolumeclaims',
  'persistentvolumes',
  'serviceaccounts',
  'podtemplates',
  'resourcequotas',
]);
const PROTECTED = new Set(['default', 'kube-system', 'kube-public']);

class Objects {
  // env: { store, kinds, old }
  constructor(env) {
    this.env = env;
    this.store = env.store;
  }

  storageKind(k) {
    return k.storage === `${k.group}/${k.plural}` && !k.crd
      ? this.env.kinds.storageKind(k.storage) || k
      : k.crd
        ? k
        : this.env.kinds.storageKind(k.storage);
  }

  show(k, o) {
    return toVersion(k, this.storageKind(k), o);
  }

  get(k, ns, name) {
    const o = this.store.get(k.storage, k.namespaced ? ns : '', name);
    if (!o) throw errors.notFound(k, name);
    return o;
  }

  namespaceOpen(k, ns, name) {
    const n = this.store.get('/namespaces', '', ns);
    if (!n) throw errors.notFound({ group: '', plural: 'namespaces' }, ns);
    if ((n.status || {}).phase !== 'Terminating') return;
    const e = errors.forbidden(
      k,
      name,
      `${groupResource(k)} "${name}" is forbidden: unable to create new content in namespace ${ns} because it is being terminated`,
    );
    e.status.details.causes = [
      { reason: 'NamespaceTerminating', message: `namespace ${ns} is being terminated`, field: 'metadata.namespace' },
    ];
    throw e;
  }

  // create(kind, ns, body, opts): opts { manager, dryRun, found, uid }. Returns the object as stored.
  create(k, ns, body, opts = {}) {
    const o0 = clone(body);
    if (!isObject(o0.metadata)) o0.metadata = {};
    o0.apiVersion = apiVersionOf(k);
    o0.kind = k.kind;
    this.checkNamespace(k, ns, o0);
    delete o0.metadata.managedFields;
    applyDefaults(k, o0, this.env);
    let o = decode(k, o0, opts.found);
    const managed =
      opts.apply ||
      this.ownership(k, k.type || k.crd ? decode(k, { apiVersion: o.apiVersion, kind: o.kind }) : {}, o, [], opts);
    o = clone(o);
    if (k.namespaced && opts.namespaceCheck !== false)
      this.namespaceOpen(k, ns, o.metadata.name || o.metadata.generateName || '');
    prepareCreate(k, o, this.env);
    if (opts.uid) o.metadata.uid = opts.uid;
    if (managed.length) o.metadata.managedFields = managed;
    if (!opts.dryRun) o.metadata.resourceVersion = '0'; // the store gives the real one
    o = decode(k, o);
    this.refuse(k, o, checkNew(k, o));
    if (this.store.get(k.storage, k.namespaced ? ns : '', o.metadata.name))
      throw errors.alreadyExists(k, o.metadata.name);
    if (k.namespaced) this.checkQuota(k, o);
    if (opts.dryRun) return o;
    return this.show(k, this.store.put(k.storage, toStorage(k, this.storageKind(k), o)));
  }

  // The counts of ResourceQuotas: the one kind of quota that is enforced.
  checkQuota(k, o) {
    const name = k.group ? `count/${k.plural}.${k.group}` : k.plural;
    for (const q of this.store.list('/resourcequotas', o.metadata.namespace)) {
      const hard = q.spec.hard || {};
      const key = [name, `count/${k.plural}`].find((n) => hard[n] !== undefined);
      if (!key) continue;
      const used = this.store
        .list(k.storage, o.metadata.namespace)
        .filter((x) => k.plural !== 'pods' || !['Succeeded', 'Failed'].includes((x.status || {}).phase)).length;
      if (used + 1 > Number(hard[key]))
        throw errors.forbidden(
          k,
          o.metadata.name,
          `${groupResource(k)} "${o.metadata.name}" is forbidden: exceeded quota: ${q.metadata.name}, requested: ${key}=1, used: ${key}=${used}, limited: ${key}=${hard[key]}`,
        );
    }
  }

  refuse(k, o, causes) {
    if (causes.length) throw errors.invalid(k, o.metadata.name || '', causes);
  }

  checkNamespace(k, ns, o) {
    if (!k.namespaced) {
      delete o.metadata.namespace;
      return;
    }
    if (o.metadata.namespace && o.metadata.namespace !== ns)
      throw errors.badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
    o.metadata.namespace = ns;
  }

  ownership(k, old, now_, entries, opts) {
    if (opts.manager === null) return entries;
    if (this.env.old)
      return fields.updated({
        type: k.type,
        old,
        now: now_,
        entries,
        manager: opts.manager || 'kube-controller-manager',
        apiVersion: apiVersionOf(k),
        time: stamp(),
      });
    const reset =
      opts.subresource === 'internal'
        ? []
        : opts.subresource === 'status'
          ? ['spec']
          : k.subresources.some((s) => s.name === 'status')
            ? ['status']
            : [];
    return fields.updated({
      type: k.type,
      old,
      now: now_,
      entries,
      manager: opts.manager || 'kube-controller-manager',
      apiVersion: apiVersionOf(k),
      time: stamp(),
      subresource: opts.owner || (opts.subresource === 'internal' ? undefined : opts.subresource),
      reset,
    });
  }

  // update(kind, ns, name, change, opts): change(object) -> the new object (in kind's version).
  // opts: manager, dryRun, subresource ('status', 'scale', 'ephemeralcontainers', 'internal'), found, rv (precondition).
  update(k, ns, name, change, opts = {}) {
    const stored = this.get(k, ns, name);
    const old = this.show(k, stored);
    const next = change(clone(old));
    if (next.metadata.resourceVersion && next.metadata.resourceVersion !== old.metadata.resourceVersion)
      throw errors.modified(k, name);
    if (!opts.patch && next.metadata.uid && next.metadata.uid !== old.metadata.uid)
      throw errors.conflict(
        k,
        name,
        `StorageError: invalid object, Code: 4, Key: /registry/${k.plural}/${ns ? `${ns}/` : ''}${name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${next.metadata.uid}, UID in object meta: ${old.metadata.uid}`,
      );
    const ephemeral = opts.subresource === 'ephemeralcontainers';
    if (ephemeral) next.spec = { ...clone(old.spec), ephemeralContainers: next.spec.ephemeralContainers };
    if (!opts.subresource || ephemeral) applyDefaults(k, next, this.env);
    let o = clone(decode(k, next, opts.found));
    o.metadata.resourceVersion = old.metadata.resourceVersion;
    o.metadata.name = name;
    if (opts.subresource === 'status') o = this.statusOnly(k, o, old);
    const entries =
      opts.apply ||
      this.ownership(
        k,
        old,
        o,
        (next.metadata.managedFields || []).length || !next.metadata.managedFields ? old.metadata.managedFields : [],
        opts,
      );
    if (!['status', 'internal'].includes(opts.subresource)) prepareUpdate(k, o, old, this.env); // what it sets belongs to nobody
    if (entries && entries.length) o.metadata.managedFields = entries;
    else delete o.metadata.managedFields;
    o = decode(k, o);
    if (!opts.subresource) this.refuse(k, o, checkUpdate(k, o, old));
    if (ephemeral) this.refuse(k, o, checkEphemeral(o, old));
    if (equal(o, old)) return old;
    if (opts.dryRun) return o;
    return this.commit(k, o);
  }

  // The last finalizer of an object that is being deleted takes it away.
  commit(k, o) {
    const done =
      o.metadata.deletionTimestamp &&
      !(o.metadata.finalizers || []).length &&
      !((o.spec || {}).finalizers || []).length &&
      !(k.plural === 'pods' && o.metadata.deletionGracePeriodSeconds);
    const stored = toStorage(k, this.storageKind(k), o);
    if (!done) return this.show(k, this.store.put(k.storage, stored));
    this.store.remove(k.storage, stored);
    return o;
  }

  statusOnly(k, o, old) {
    const out = { ...clone(old), status: o.status };
    if (o.status === undefined) delete out.status;
    for (const n of ['labels', 'annotations', 'finalizers'])
      if (k.crd ? false : o.metadata[n] !== undefined) out.metadata[n] = o.metadata[n];
    return out;
  }

  // remove(kind, ns, name, options, dryRun) -> { object } while it lives on, { gone: object } when it went.
  remove(k, ns, name, options = {}, dryRun = false) {
    const stored = this.get(k, ns, name);
    const old = this.show(k, stored);
    this.preconditions(k, name, old, options.preconditions);
    if (k.plural === 'namespaces' && !k.group) return this.removeNamespace(k, old, dryRun);
    const finalizers = this.finalizersFor(k, old, options);
    const grace = this.grace(k, old, options);
    if (!finalizers.length && !grace) {
      if (!dryRun) this.store.remove(k.storage, stored);
      return { gone: old, returnsObject: RETURNS_OBJECT.has(k.plural) && !k.crd };
    }
    if (
      old.metadata.deletionTimestamp &&
      equal(finalizers, old.metadata.finalizers || []) &&
      (old.metadata.deletionGracePeriodSeconds || 0) <= grace
    )
      return { object: old };
    const o = clone(old);
    if (!o.metadata.deletionTimestamp || grace < (o.metadata.deletionGracePeriodSeconds || 0)) {
      o.metadata.deletionTimestamp = stamp(now() + grace * 1000);
      o.metadata.deletionGracePeriodSeconds = grace;
    }
    if (o.metadata.generation && !old.metadata.deletionTimestamp) o.metadata.generation++;
    if (finalizers.length) o.metadata.finalizers = finalizers;
    else delete o.metadata.finalizers;
    const shaped = decode(k, o);
    return {
      object: dryRun ? shaped : this.show(k, this.store.put(k.storage, toStorage(k, this.storageKind(k), shaped))),
    };
  }

  preconditions(k, name, o, p) {
    if (!p) return;
    const refuse = (why) => errors.conflict({ ...k, plural: k.kind }, name, why);
    if (p.uid && p.uid !== o.metadata.uid)
      throw refuse(
        `the UID in the precondition (${p.uid}) does not match the UID in record (${o.metadata.uid}). The object might have been deleted and then recreated`,
      );
    if (p.resourceVersion && p.resourceVersion !== o.metadata.resourceVersion)
      throw refuse(
        `the ResourceVersion in the precondition (${p.resourceVersion}) does not match the ResourceVersion in record (${o.metadata.resourceVersion}). The object might have been modified`,
      );
  }

  finalizersFor(k, o, options) {
    const list = (o.metadata.finalizers || []).filter((f) => f !== 'foregroundDeletion' && f !== 'orphan');
    const had = (o.metadata.finalizers || []).filter((f) => f === 'foregroundDeletion' || f === 'orphan');
    const policy =
      options.propagationPolicy ||
      (options.orphanDependents === true
        ? 'Orphan'
        : options.orphanDependents === false
          ? 'Background'
          : k.plural === 'jobs'
            ? 'Orphan'
            : '');
    if (policy === 'Foreground') return [...list, 'foregroundDeletion'];
    if (policy === 'Orphan') return [...list, 'orphan'];
    return policy === 'Background' ? list : [...list, ...had];
  }

  grace(k, o, options) {
    if (k.plural !== 'pods' || k.group) return 0;
    if (!o.spec.nodeName || ['Succeeded', 'Failed'].includes((o.status || {}).phase)) return 0;
    let g = options.gracePeriodSeconds;
    if (g === undefined || g === null)
      g = o.metadata.deletionTimestamp ? o.metadata.deletionGracePeriodSeconds : o.spec.terminationGracePeriodSeconds;
    return Math.max(0, g);
  }

  removeNamespace(k, old, dryRun) {
    if (PROTECTED.has(old.metadata.name))
      throw errors.forbidden(
        k,
        old.metadata.name,
        `namespaces "${old.metadata.name}" is forbidden: this namespace may not be deleted`,
      );
    if (old.metadata.deletionTimestamp) {
      if ((old.spec.finalizers || []).length)
        throw errors.conflict(
          k,
          old.metadata.name,
          'The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will automatically be purged by the system.',
        );
      return { object: old };
    }
    const o = clone(old);
    o.metadata.deletionTimestamp = stamp();
    o.status = { ...o.status, phase: 'Terminating' };
    const shaped = decode(k, o);
    return { object: dryRun ? shaped : this.store.put(k.storage, shaped) };
  }
}

module.exports = { Objects };
