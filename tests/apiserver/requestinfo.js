'use strict';
// What a path asks for: group, version, namespace, resource, name, subresource - and the verb.

const PREFIX = /^\/(?:api\/([^/]+)|apis\/([^/]+)\/([^/]+))\/(.+?)\/?$/;
const VERBS = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete', GET: 'get', HEAD: 'get' };

// parse(kinds, method, path, query) -> null for a path outside of /api and /apis, else
// { kind (undefined when unknown), group, version, namespace, name, subresource, rest, verb }.
function parse(kinds, method, path, query) {
  const m = PREFIX.exec(path);
  if (!m) return null;
  const [group, version] = m[1] ? ['', m[1]] : [m[2], m[3]];
  let parts = m[4].split('/').map(decodeURIComponent);
  let namespace;
  if (
    parts[0] === 'namespaces' &&
    parts.length > 2 &&
    !(group === '' && ['status', 'finalize'].includes(parts[2]) && parts.length === 3)
  ) {
    [, namespace] = parts;
    parts = parts.slice(2);
  }
  const forced = parts[0] === 'watch' && parts.length > 1; // the old watch paths
  if (forced) {
    parts = parts.slice(1);
    if (parts[0] === 'namespaces' && parts.length > 2) {
      [, namespace] = parts;
      parts = parts.slice(2);
    }
  }
  const [plural, name, subresource, ...rest] = parts;
  const kind = kinds.find(group, version, plural);
  let verb = VERBS[method] || method.toLowerCase();
  const watching = forced || (query.has('watch') && !['false', '0'].includes(query.get('watch').toLowerCase()));
  if (verb === 'get' && !name) verb = watching ? 'watch' : 'list';
  if (verb === 'get' && forced && name) verb = 'watch';
  if (verb === 'delete' && !name) verb = 'deletecollection';
  const ns = group === '' && plural === 'namespaces' && name ? name : namespace;
  return {
    kind,
    known: Boolean(kinds.all.find((k) => k.group === group && k.version === version)),
    group,
    version,
    plural,
    namespace,
    authNamespace: ns,
    name,
    subresource,
    rest,
    verb,
  };
}

module.exports = { parse };
