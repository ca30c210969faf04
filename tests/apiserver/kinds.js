'use strict';
// The kinds the server knows: data/kinds.txt for the built-in ones, CustomResourceDefinitions at run time.

const fs = require('fs');
const path = require('path');

const LETTERS = { c: 'create', d: 'delete', x: 'deletecollection', g: 'get', l: 'list', p: 'patch', u: 'update', w: 'watch' };
const verbsOf = (letters) => [...(letters === '*' ? 'cdxglpuw' : letters)].map((c) => LETTERS[c]);

// Kinds whose objects live in the storage of another group and version.
const STORED_AS = { 'events.k8s.io/v1/events': '/events', 'autoscaling/v1/horizontalpodautoscalers': 'autoscaling/horizontalpodautoscalers' };
// What a 1.20 server serves otherwise: [group, version here, version there, plurals].
const OLD = [['batch', 'v1', 'v1beta1', ['cronjobs']], ['policy', 'v1', 'v1beta1', ['poddisruptionbudgets']], ['discovery.k8s.io', 'v1', 'v1beta1', ['endpointslices']], ['autoscaling', 'v2', 'v2beta2', ['horizontalpodautoscalers']], ['flowcontrol.apiserver.k8s.io', 'v1', 'v1beta1', ['flowschemas', 'prioritylevelconfigurations']]];
const NOT_IN_OLD = new Set(['ipaddresses', 'servicecidrs', 'selfsubjectreviews', 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'csistoragecapacities', 'volumeattributesclasses', 'deviceclasses', 'resourceclaims', 'resourceclaimtemplates', 'resourceslices']);
const NO_GENERATION = new Set(['configmaps', 'secrets', 'namespaces', 'nodes', 'services', 'serviceaccounts', 'events', 'endpoints', 'endpointslices', 'persistentvolumeclaims', 'persistentvolumes', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings', 'leases', 'storageclasses', 'resourcequotas', 'limitranges', 'controllerrevisions', 'podtemplates', 'csinodes', 'csidrivers', 'volumeattachments', 'runtimeclasses', 'horizontalpodautoscalers']);

function parseLine(line) {
  const [gv, names, short, cats, verbs, subs, type] = line.split('|').map((s) => s.trim());
  const [g, version] = gv.split(' ');
  const [plural, kind, singular, scope] = names.split(' ');
  const group = g === 'core' ? '' : g;
  const k = { group, version, plural, kind, singular, namespaced: scope === 'Namespaced', shortNames: short ? short.split(',') : [], categories: cats ? cats.split(',') : [], verbs: verbsOf(verbs), type: type === '-' ? null : type, subresources: [] };
  for (const s of subs ? subs.split(' ') : []) {
    const [, name, target, letters] = /^([^=]+)=(.*):([a-z*]+)$/.exec(s);
    const parts = target.split('/');
    k.subresources.push({ name, kind: parts.pop(), group: parts[0] || '', version: parts[1] || '', verbs: verbsOf(letters) });
  }
  k.storage = STORED_AS[`${group}/${version}/${plural}`] || `${group}/${plural}`;
  k.generation = !NO_GENERATION.has(plural);
  return k;
}

function age(k) {
  const o = OLD.find(([g, v, , plurals]) => k.group === g && k.version === v && plurals.includes(k.plural));
  if (!o) return k;
  const type = k.type && k.type.replace(`/${o[1]}.`, `/${o[2]}.`);
  return { ...k, version: o[2], type: require('./types').get(type) ? type : k.type };
}

class Kinds {
  constructor(version) {
    this.old = version === '1.20';
    const lines = fs.readFileSync(path.join(__dirname, 'data/kinds.txt'), 'utf8').split('\n').filter((l) => l && l[0] !== '#');
    this.builtin = lines.map(parseLine);
    if (this.old) this.builtin = this.builtin.filter((k) => !NOT_IN_OLD.has(k.plural)).map(age);
    this.custom = [];
    this.index();
  }

  index() {
    this.all = [...this.builtin, ...this.custom];
    this.byPath = new Map(this.all.map((k) => [`${k.group}/${k.version}/${k.plural}`, k]));
    this.generation = (this.generation || 0) + 1;
  }

  find(group, version, plural) { return this.byPath.get(`${group}/${version}/${plural}`); }

  // The kind that controllers and owner references use: any version of group and Kind.
  ofKind(apiVersion, kind) {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    return this.all.find((k) => k.group === group && k.kind === kind && !k.verbs.every((v) => v === 'create'));
  }

  storageKind(storage) { return this.all.find((k) => k.storage === storage && `${k.group}/${k.plural}` === storage); }

  // setCustom replaces the kinds that CustomResourceDefinitions define.
  setCustom(crds) {
    this.custom = crds.flatMap(customKinds);
    this.index();
  }
}

function customKinds(crd) {
  const { group, names, scope, versions } = crd.spec;
  const storage = (versions.find((v) => v.storage) || versions[0]).name;
  return versions.filter((v) => v.served).map((v) => {
    const subs = [];
    if (v.subresources && v.subresources.scale) subs.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: ['get', 'patch', 'update'] });
    if (v.subresources && v.subresources.status) subs.push({ name: 'status', kind: names.kind, group: '', version: '', verbs: ['get', 'patch', 'update'] });
    return { group, version: v.name, plural: names.plural, kind: names.kind, singular: names.singular || names.kind.toLowerCase(), namespaced: scope === 'Namespaced', shortNames: names.shortNames || [], categories: names.categories || [], verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'], type: null, subresources: subs, storage: `${group}/${names.plural}`, generation: true, crd, crdVersion: v, storageVersion: storage };
  });
}

const apiVersionOf = (k) => (k.group ? `${k.group}/${k.version}` : k.version);
const groupResource = (k) => (k.group ? `${k.plural}.${k.group}` : k.plural);
const groupKind = (k) => (k.group ? `${k.kind}.${k.group}` : k.kind);

module.exports = { Kinds, apiVersionOf, groupResource, groupKind };
