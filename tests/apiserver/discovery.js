'use strict';
// /version, /api, /apis and the group documents: aggregated (apidiscovery.k8s.io/v2) and legacy.

const crypto = require('crypto');
const { stringify } = require('./json');

const AGGREGATED = /^application\/json;.*as=APIGroupDiscoveryList/;
const TYPES = {
  v2: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  v2beta1: 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
};

const VERSIONS = {
  1.36: {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion: 'v1.36.2',
    gitCommit: '8e16b12',
    gitTreeState: 'clean',
    buildDate: '2026-08-01T00:00:00Z',
    goVersion: 'go1.26.10',
    compiler: 'gc',
    platform: 'linux/amd64',
  },
  1.2: {
    major: '1',
    minor: '20',
    gitVersion: 'v1.20.2',
    gitCommit: 'faecb196815e248d3ecfb03c680a4507229c2a56',
    gitTreeState: 'clean',
    buildDate: '2021-01-21T01:11:42Z',
    goVersion: 'go1.15.9',
    compiler: 'gc',
    platform: 'linux/amd64',
  },
};

const versionOf = (v) => VERSIONS[v === '1.20' ? '1.2' : v] || VERSIONS['1.36'];
const short = (k) => ({
  ...(k.shortNames.length ? { shortNames: k.shortNames } : {}),
  ...(k.categories.length ? { categories: k.categories } : {}),
});

// Groups in the order that the server announces them, each with its versions.
function groups(kinds) {
  const out = new Map();
  for (const k of kinds.all) {
    if (!out.has(k.group)) out.set(k.group, new Map());
    const vs = out.get(k.group);
    if (!vs.has(k.version)) vs.set(k.version, []);
    vs.get(k.version).push(k);
  }
  return out;
}

const byName = (a, b) => (a.plural < b.plural ? -1 : 1);

function aggregatedResource(k) {
  const rk = (s) => ({ group: s.group, version: s.version, kind: s.kind });
  const subs = k.subresources.map((s) => ({
    subresource: s.name,
    responseKind: k.crd && !s.group ? { group: k.group, version: k.version, kind: k.kind } : rk(s),
    verbs: s.verbs,
  }));
  return {
    resource: k.plural,
    responseKind: k.crd
      ? { group: k.group, version: k.version, kind: k.kind }
      : { group: '', version: '', kind: k.kind },
    scope: k.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: k.singular,
    verbs: k.verbs,
    ...short(k),
    ...(subs.length ? { subresources: subs } : {}),
  };
}

function aggregated(kinds, core, version) {
  const items = [...groups(kinds)]
    .filter(([g]) => (g === '') === core)
    .map(([g, versions]) => ({
      metadata: g ? { name: g } : {},
      versions: [...versions].map(([v, list]) => ({
        version: v,
        resources: [...list].sort(byName).map(aggregatedResource),
        freshness: 'Current',
      })),
    }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
}

const gv = (g, v) => (g ? `${g}/${v}` : v);
const storageHash = (k) =>
  crypto.createHash('sha256').update(`${k.group}/${k.version}/${k.kind}`).digest().subarray(0, 8).toString('base64');

function groupDoc(name, versions) {
  const list = [...versions.keys()].map((v) => ({ groupVersion: gv(name, v), version: v }));
  return { name, versions: list, preferredVersion: list[0] };
}

function resources(list, group, version, old) {
  const out = [];
  for (const k of [...list].sort(byName)) {
    out.push({
      name: k.plural,
      singularName: old && !k.crd ? '' : k.singular,
      namespaced: k.namespaced,
      kind: k.kind,
      verbs: k.verbs,
      ...short(k),
      ...(k.verbs.includes('watch') ? { storageVersionHash: storageHash(k) } : {}),
    });
    for (const s of k.subresources)
      out.push({
        name: `${k.plural}/${s.name}`,
        singularName: '',
        namespaced: k.namespaced,
        ...(s.group ? { group: s.group, version: s.version } : {}),
        kind: s.kind,
        verbs: s.verbs,
      });
  }
  return {
    kind: 'APIResourceList',
    ...(group ? { apiVersion: 'v1' } : {}),
    groupVersion: gv(group, version),
    resources: out,
  };
}

function wanted(accept, old) {
  if (old) return null;
  for (const part of (accept || '').split(',')) {
    const p = part.trim();
    if (AGGREGATED.test(p) && p.includes('v=v2beta1')) return 'v2beta1';
    if (AGGREGATED.test(p) && /v=v2(;|$)/.test(p)) return 'v2';
    if (p === 'application/json' || p === '*/*' || p === '') return null;
  }
  return null;
}

function tagged(body, type, headers) {
  const etag = `"${crypto.createHash('sha512').update(stringify(body)).digest('hex').toUpperCase()}"`;
  const h = { 'Cache-Control': 'public', Etag: etag, Vary: 'Accept' };
  if ((headers['if-none-match'] || '').split(/,\s*/).includes(etag)) return { code: 304, headers: h, body: '', type };
  return { code: 200, headers: h, body, type };
}

// answer(env, path, headers) -> { code, body, headers, type } or null when path is no discovery path.
function answer(env, path, headers) {
  const { kinds, old } = env;
  const p = path.replace(/\/$/, '');
  if (p === '/version')
    return { code: 200, body: JSON.stringify(versionOf(env.version), null, 2), type: 'application/json' };
  if (p === '/api' || p === '/apis') {
    const v = wanted(headers.accept, old);
    if (v) return tagged(aggregated(kinds, p === '/api', v), TYPES[v], headers);
    const vary = old ? {} : { Vary: 'Accept' };
    if (p === '/api')
      return {
        code: 200,
        headers: vary,
        body: {
          kind: 'APIVersions',
          versions: ['v1'],
          serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: env.address || '127.0.0.1:6443' }],
        },
        type: 'application/json',
      };
    return {
      code: 200,
      headers: vary,
      body: {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: [...groups(kinds)].filter(([g]) => g).map(([g, v2]) => groupDoc(g, v2)),
      },
      type: 'application/json',
    };
  }
  const m = /^\/apis\/([^/]+)$/.exec(p);
  if (m && groups(kinds).has(m[1]))
    return {
      code: 200,
      body: { kind: 'APIGroup', apiVersion: 'v1', ...groupDoc(m[1], groups(kinds).get(m[1])) },
      type: 'application/json',
    };
  const r = /^\/api\/(v1)$/.exec(p) || /^\/apis\/([^/]+)\/([^/]+)$/.exec(p);
  if (!r) return null;
  const [group, version] = r.length === 2 ? ['', r[1]] : [r[1], r[2]];
  const list = (groups(kinds).get(group) || new Map()).get(version);
  return list ? { code: 200, body: resources(list, group, version, old), type: 'application/json' } : null;
}

module.exports = { answer, versionOf, groups };
