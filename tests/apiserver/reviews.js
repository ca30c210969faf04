'use strict';
// Reviews: objects that are answered and not stored.

const { shape } = require('./types');
const { clone } = require('./json');
const fields = require('./fields');
const auth = require('./auth');
const { isOld } = require('./errors');
const { stamp } = require('./clock');
const { apiVersionOf } = require('./kinds');

function attributes(spec) {
  const a = spec.resourceAttributes;
  if (a)
    return {
      verb: a.verb,
      kind: { plural: a.resource, group: a.group || '' },
      namespace: a.namespace,
      name: a.name,
      subresource: a.subresource,
    };
  return { verb: (spec.nonResourceAttributes || {}).verb, path: (spec.nonResourceAttributes || {}).path };
}

const access = (user) => (o) => {
  const ok = auth.allowed(user, attributes(o.spec));
  return { allowed: ok, ...(ok ? {} : {}) };
};
const userOf = (spec) => ({ name: spec.user, groups: spec.groups || [] });

const PUBLIC = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const DISCOVERY = [
  '/.well-known',
  '/.well-known/*',
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];

function rules(user) {
  const all = user.groups.includes('system:masters');
  const resourceRules = all
    ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
    : [{ verbs: ['get', 'list', 'watch'], apiGroups: ['*'], resources: ['*'] }];
  return {
    resourceRules: [
      ...resourceRules,
      {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      },
      ...(isOld()
        ? []
        : [{ verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] }]),
    ],
    nonResourceRules: [
      ...(all ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : []),
      { verbs: ['get'], nonResourceURLs: DISCOVERY.filter((p) => !isOld() || !p.startsWith('/.well-known')) },
      { verbs: ['get'], nonResourceURLs: PUBLIC },
    ],
    incomplete: false,
  };
}

const ANSWERS = {
  selfsubjectaccessreviews: (o, user) => access(user)(o),
  subjectaccessreviews: (o) => access(userOf(o.spec))(o),
  localsubjectaccessreviews: (o) => access(userOf(o.spec))(o),
  selfsubjectrulesreviews: (o, user) => rules(user),
  selfsubjectreviews: (o, user) => ({
    userInfo: {
      username: user.name,
      ...(user.uid ? { uid: user.uid } : {}),
      groups: user.groups,
      ...(user.extra ? { extra: user.extra } : {}),
    },
  }),
  tokenreviews: (o) => {
    try {
      const u = auth.authenticate({}, { authorization: `Bearer ${o.spec.token}` });
      return { authenticated: true, user: { username: u.name, groups: u.groups } };
    } catch (e) {
      return { user: {}, error: 'invalid bearer token' };
    }
  },
};

// review(kind, object, user, manager) -> the answered review, or null for a kind that is stored.
function review(k, object, user, manager) {
  const f = ANSWERS[k.plural];
  if (!f) return null;
  const o = shape(k.type, clone({ ...object, kind: k.kind, apiVersion: apiVersionOf(k) }));
  const entries = fields.updated({
    type: k.type,
    old: shape(k.type, {}),
    now: o,
    entries: [],
    manager,
    apiVersion: apiVersionOf(k),
    time: stamp(),
    reset: ['status'],
  });
  const metadata =
    k.plural === 'selfsubjectreviews'
      ? { creationTimestamp: stamp() }
      : { ...(entries.length ? { managedFields: entries } : {}) };
  const status = f(o, user);
  return { kind: k.kind, apiVersion: apiVersionOf(k), metadata, ...(o.spec ? { spec: o.spec } : {}), status };
}

module.exports = { review };
