'use strict';
// Who asks, and what they may do.

const crypto = require('crypto');
const { ApiError, unauthorized } = require('./errors');
const { groupResource } = require('./kinds');

const ADMIN = ['system:masters'];
const TOKENS = {
  'admin-token': { name: 'token-admin', uid: 'uid1', groups: ADMIN },
  'view-token': { name: 'viewer', uid: 'uid2', groups: ['viewers'] },
};
const BASIC = { 'basic-admin:basic-password': { name: 'basic-admin', groups: ADMIN } };
const PUBLIC = [/^\/(healthz|livez|readyz)(\/|$)/, /^\/version\/?$/];
const DISCOVERY = [/^\/apis?(\/|$)/, /^\/openapi(\/|$)/, /^\/$/];

const issued = new Map();
const list = (v) => (v === undefined ? [] : Array.isArray(v) ? v : [v]);

const presented = new WeakMap(); // socket -> user: a connection has one certificate, and thousands of requests

function fromCertificate(socket) {
  if (!presented.has(socket)) presented.set(socket, userOf(socket));
  const user = presented.get(socket);
  if (user && !socket.authorized) throw unauthorized();
  return user && { ...user };
}

function userOf(socket) {
  const cert = socket.getPeerCertificate && socket.getPeerCertificate();
  if (!cert || !cert.subject) return null;
  return {
    name: cert.subject.CN,
    groups: list(cert.subject.O),
    extra: {
      'authentication.kubernetes.io/credential-id': [
        `X509SHA256=${crypto.createHash('sha256').update(cert.raw).digest('hex')}`,
      ],
    },
  };
}

function fromHeader(value, old) {
  const [scheme, rest] = [value.split(' ')[0].toLowerCase(), value.slice(value.indexOf(' ') + 1).trim()];
  if (scheme === 'bearer') {
    const u = TOKENS[rest] || issued.get(rest);
    if (u) return { ...u };
  }
  if (scheme === 'basic') {
    const u = BASIC[Buffer.from(rest, 'base64').toString()];
    if (u) return { ...u };
  }
  throw unauthorized(old);
}

function impersonated(headers, user) {
  const name = headers['impersonate-user'];
  if (!name && !Object.keys(headers).some((h) => h.startsWith('impersonate-'))) return user;
  if (!user.groups.includes('system:masters'))
    throw new ApiError(
      403,
      'Forbidden',
      `users "${name}" is forbidden: User "${user.name}" cannot impersonate resource "users" in API group "" at the cluster scope`,
      { name, kind: 'users' },
    );
  if (!name)
    throw new ApiError(
      500,
      'InternalError',
      'Internal error occurred: requested impersonation without impersonating a user',
      {},
    );
  const groups = list(headers['impersonate-group']).flatMap((g) => g.split(', '));
  const extra = {};
  for (const [h, v] of Object.entries(headers))
    if (h.startsWith('impersonate-extra-'))
      extra[decodeURIComponent(h.slice(18))] = list(v).flatMap((x) => x.split(', '));
  return { name, uid: headers['impersonate-uid'], groups, extra: Object.keys(extra).length ? extra : undefined };
}

// authenticate(request) -> { name, uid, groups, extra }.
function authenticate(socket, headers) {
  let user = headers.authorization ? fromHeader(headers.authorization) : fromCertificate(socket);
  if (!user) user = { name: 'system:anonymous', groups: ['system:unauthenticated'], anonymous: true };
  user = impersonated(headers, user);
  const mark = user.name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  if (!user.groups.includes(mark)) user.groups = [...user.groups, mark];
  return user;
}

// allowed(user, attributes): attributes { verb, kind | path, namespace, name, subresource }.
function allowed(user, a) {
  if (user.groups.includes('system:masters')) return true;
  if (a.path)
    return (
      PUBLIC.some((r) => r.test(a.path)) ||
      (user.groups.includes('system:authenticated') && DISCOVERY.some((r) => r.test(a.path)))
    );
  if (
    a.verb === 'create' &&
    ['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews'].includes(a.kind.plural)
  )
    return user.groups.includes('system:authenticated');
  return (
    user.groups.includes('viewers') &&
    ['get', 'list', 'watch'].includes(a.verb) &&
    a.kind.plural !== 'secrets' &&
    !['exec', 'attach', 'portforward', 'proxy'].includes(a.subresource)
  );
}

function authorize(user, a) {
  if (allowed(user, a)) return;
  if (a.path)
    throw new ApiError(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${a.verb} path "${a.path}"`, {});
  const resource = a.subresource ? `${a.kind.plural}/${a.subresource}` : a.kind.plural;
  const where = a.namespace ? `in the namespace "${a.namespace}"` : 'at the cluster scope';
  const what = `${groupResource(a.kind)}${a.name ? ` "${a.name}"` : ''}`;
  throw new ApiError(
    403,
    'Forbidden',
    `${what} is forbidden: User "${user.name}" cannot ${a.verb} resource "${resource}" in API group "${a.kind.group}" ${where}`,
    { ...(a.name ? { name: a.name } : {}), ...(a.kind.group ? { group: a.kind.group } : {}), kind: a.kind.plural },
  );
}

// issue(namespace, account, uid) -> a service account's token that authenticate knows.
function issue(namespace, account, uid, claims) {
  const part = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');
  const token = `${part({ alg: 'RS256', kid: 'test' })}.${part({ ...claims, sub: `system:serviceaccount:${namespace}:${account}`, jti: crypto.randomUUID() })}.${crypto.randomBytes(64).toString('base64url')}`;
  issued.set(token, {
    name: `system:serviceaccount:${namespace}:${account}`,
    uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  });
  return token;
}

module.exports = { authenticate, authorize, allowed, issue };
