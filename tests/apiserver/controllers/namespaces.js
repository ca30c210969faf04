'use strict';
// Namespaces: what each one gets, and emptying those that are going.

const c = require('./common');

function furnish(env, ns) {
  const name = ns.metadata.name;
  if (!env.store.get('/serviceaccounts', name, 'default')) c.create(env, '/serviceaccounts', name, { metadata: { name: 'default' } });
  if (!env.store.get('/configmaps', name, 'kube-root-ca.crt')) c.create(env, '/configmaps', name, { metadata: { name: 'kube-root-ca.crt', annotations: { 'kubernetes.io/description': 'The certificate authority of this cluster.' } }, data: { 'ca.crt': '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n' } });
}

function empty(env, ns) {
  let left = 0;
  for (const k of env.kinds.all) {
    if (!k.namespaced || !k.verbs.includes('list') || k.storage !== `${k.group}/${k.plural}`) continue;
    for (const o of env.store.list(k.storage, ns.metadata.name)) { if (!o.metadata.deletionTimestamp) c.remove(env, k.storage, o, { propagationPolicy: 'Background' }); }
    left += env.store.list(k.storage, ns.metadata.name).length;
  }
  if (!left && (ns.spec.finalizers || []).length) c.update(env, '/namespaces', ns, (o) => { o.spec = {}; }, { subresource: 'internal' });
}

function run(env) {
  for (const ns of c.list(env, '/namespaces')) { if (ns.metadata.deletionTimestamp) empty(env, ns); else furnish(env, ns); }
}

module.exports = { name: 'namespaces', run };
