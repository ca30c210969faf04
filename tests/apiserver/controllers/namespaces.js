'use strict';
// Namespaces: what each one gets, and emptying those that are going.

const c = require('./common');

function furnish(env, ns) {
  const name = ns.metadata.name;
  if (!env.store.get('/serviceaccounts', name, 'default'))
    c.create(env, '/serviceaccounts', name, { metadata: { name: 'default' } });
  if (!env.store.get('/configmaps', name, 'kube-root-ca.crt'))
    c.create(env, '/configmaps', name, {
      metadata: {
        name: 'kube-root-ca.crt',
        annotations: { 'kubernetes.io/description': 'The certificate authority of this cluster.' },
      },
      data: { 'ca.crt': '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n' },
    });
}

// A server of 1.20 gives every account a Secret with its token.
function tokens(env) {
  const b64 = (t) => Buffer.from(t).toString('base64');
  for (const sa of c.list(env, '/serviceaccounts')) {
    if ((sa.secrets || []).length || sa.metadata.deletionTimestamp) continue;
    const { name, namespace, uid } = sa.metadata;
    const secret = c.create(env, '/secrets', namespace, {
      metadata: {
        name: `${name}-token-${c.suffix()}`,
        annotations: { 'kubernetes.io/service-account.name': name, 'kubernetes.io/service-account.uid': uid },
      },
      type: 'kubernetes.io/service-account-token',
      data: {
        'ca.crt': b64('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'),
        namespace: b64(namespace),
        token: b64(`token of ${namespace}/${name}`),
      },
    });
    if (secret)
      c.update(env, '/serviceaccounts', sa, (o) => {
        o.secrets = [{ name: secret.metadata.name }];
      });
  }
}

function oldTokens(env) {
  for (const s of c.list(env, '/secrets')) {
    const name =
      s.type === 'kubernetes.io/service-account-token' &&
      (s.metadata.annotations || {})['kubernetes.io/service-account.name'];
    if (name && !env.store.get('/serviceaccounts', s.metadata.namespace, name)) c.remove(env, '/secrets', s);
  }
}

function empty(env, ns) {
  let left = 0;
  for (const k of env.kinds.all) {
    if (!k.namespaced || !k.verbs.includes('list') || k.storage !== `${k.group}/${k.plural}`) continue;
    for (const o of env.store.list(k.storage, ns.metadata.name)) {
      if (!o.metadata.deletionTimestamp) c.remove(env, k.storage, o, { propagationPolicy: 'Background' });
    }
    left += env.store.list(k.storage, ns.metadata.name).length;
  }
  if (!left && (ns.spec.finalizers || []).length)
    c.update(
      env,
      '/namespaces',
      ns,
      (o) => {
        o.spec = {};
      },
      { subresource: 'internal' },
    );
}

function run(env) {
  for (const ns of c.list(env, '/namespaces')) {
    if (ns.metadata.deletionTimestamp) empty(env, ns);
    else furnish(env, ns);
  }
  if (env.old) {
    tokens(env);
    oldTokens(env);
  }
}

module.exports = { name: 'namespaces', run };
