'use strict';
// The kinds the server knows: data/kinds.txt for the built-in ones, CustomResourceDefinitions at run time.

const fs = require('fs');
const path = require('path');

const LETTERS = {
  c: 'create',
  d: 'delete',
  x: 'deletecollection',
  g: 'get',
  l: 'list',
  p: 'patch',
  u: 'update',
  w: 'watch',
};
const verbsOf = (letters) => [...(letters === '*' ? 'cdxglpuw' : letters)].map((c) => LETTERS[c]);

// Kinds whose objects live in the storage of another group.
const STORED_AS = { 'events.k8s.io/events': '/events', 'extensions/ingresses': 'networking.k8s.io/ingresses' };
const NO_GENERATION = new Set([
  'configmaps',
  'secrets',
  'namespaces',
  'nodes',
  'services',
  'serviceaccounts',
  'events',
  'endpoints',
  'endpointslices',
  'persistentvolumeclaims',
  'persistentvolumes',
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
  'leases',
  'storageclasses',
  'resourcequotas',
  'limitranges',
  'controllerrevisions',
  'podtemplates',
  'csinodes',
  'csidrivers',
  'volumeattachments',
  'runtimeclasses',
  'horizontalpodautoscalers',
]);

function parseLine(line) {
  const [gv, names, short, cats, verbs, subs, type] = line.split('|').map((s) => s.trim());
  const [g, version] = gv.split(' ');
  const [plural, kind, singular, scope] = names.split(' ');
  const group = g === 'core' ? '' : g;
  const k = {
    group,
    version,
    plural,
    kind,
    singular,
    namespaced: scope === 'Namespaced',
    shortNames: short ? short.split(',') : [],
    categories: cats ? cats.split(',') : [],
    verbs: verbsOf(verbs),
    type: type === '-' ? null : type,
    subresources: [],
  };
  for (const s of subs ? subs.split(' ') : []) {
    const [, name, target, letters] = /^([^=]+)=(.*):([a-z*]+)$/.exec(s);
    const parts = target.split('/');
    k.subresources.push({
      name,
      kind: parts.pop(),
      group: parts[0] || '',
      version: parts[1] || '',
      verbs: verbsOf(letters),
    });
  }
  k.storage = STORED_AS[`${group}/${plural}`] || `${group}/${plural}`;
  k.generation = !NO_GENERATION.has(plural);
  return k;
}

class Kinds {
  constructor(version, more = []) {
    this.old = version === '1.20';
    const file = this.old ? 'data/kinds-1.20.txt' : 'data/kinds.txt';
    this.builtin = fs
      .readFileSync(path.join(__dirname, file), 'utf8')
      .split('\n')
      .filter((l) => l && l[0] !== '#')
      .concat(more)
      .map(parseLine);
    this.custom = [];
    this.index();
  }

  index() {
    this.all = [...this.builtin, ...this.custom];
    const gvks = new Set(this.all.map((k) => `${apiVersionOf(k)} ${k.kind}`));
    for (const k of this.all) k.known = (apiVersion, kind) => gvks.has(`${apiVersion} ${kind}`);
    this.byPath = new Map(this.all.map((k) => [`${k.group}/${k.version}/${k.plural}`, k]));
    this.generation = (this.generation || 0) + 1;
  }

  find(group, version, plural) {
    return this.byPath.get(`${group}/${version}/${plural}`);
  }

  // The kind that controllers and owner references use: any version of group and Kind.
  ofKind(apiVersion, kind) {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    return this.all.find((k) => k.group === group && k.kind === kind && !k.verbs.every((v) => v === 'create'));
  }

  // The version that objects are kept in: the richest for autoscalers, else the preferred one.
  storageKind(storage) {
    const list = this.all.filter((k) => k.storage === storage && `${k.group}/${k.plural}` === storage);
    return list.find((k) => k.type && k.type.includes('/v2.')) || list[0];
  }

  // setCustom replaces the kinds that CustomResourceDefinitions define.
  setCustom(crds) {
    this.custom = crds.flatMap(customKinds);
    this.index();
  }
}

function customKinds(crd) {
  const { group, names, scope, versions } = crd.spec;
  const storage = (versions.find((v) => v.storage) || versions[0]).name;
  return versions
    .filter((v) => v.served)
    .map((v) => {
      const subs = [];
      if (v.subresources && v.subresources.status)
        subs.push({ name: 'status', kind: names.kind, group: '', version: '', verbs: ['get', 'patch', 'update'] });
      if (v.subresources && v.subresources.scale)
        subs.push({
          name: 'scale',
          kind: 'Scale',
          group: 'autoscaling',
          version: 'v1',
          verbs: ['get', 'patch', 'update'],
        });
      return {
        group,
        version: v.name,
        plural: names.plural,
        kind: names.kind,
        singular: names.singular || names.kind.toLowerCase(),
        namespaced: scope === 'Namespaced',
        shortNames: names.shortNames || [],
        categories: names.categories || [],
        verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
        type: null,
        subresources: subs,
        storage: `${group}/${names.plural}`,
        generation: true,
        crd,
        crdVersion: v,
        storageVersion: storage,
      };
    });
}

const apiVersionOf = (k) => (k.group ? `${k.group}/${k.version}` : k.version);
const groupResource = (k) => (k.group ? `${k.plural}.${k.group}` : k.plural);
const groupKind = (k) => (k.group ? `${k.kind}.${k.group}` : k.kind);

module.exports = { Kinds, apiVersionOf, groupResource, groupKind };
