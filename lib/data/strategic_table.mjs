#!/usr/bin/env node
// Writes strategic_table.c: what strategic merge patch knows of the built-in kinds.
//
//   node lib/data/strategic_table.mjs NEWEST.json [OLDER.json …] > lib/data/strategic_table.c
//
// The arguments are OpenAPI documents of API servers, newest first: v2
// (kubectl get --raw /openapi/v2) or v3 (kubectl get --raw /openapi/v3/apis/apps/v1).
// The table in the tree was made from /openapi/v2 of a 1.36 server, from
// api/openapi-spec/swagger.json of the Kubernetes 1.36 source (for versions that
// servers do not serve unless told to) and from /openapi/v2 of a 1.20 server.
// A kind counts when a server takes application/strategic-merge-patch+json for
// it; a definition is read from the first document that has it. Only types
// from which a merge key or strategy can be reached get rows, and types whose
// rows would be the same share them.
import fs from 'node:fs';

const STRATEGIC = 'application/strategic-merge-patch+json';

// Versions that kubectl 1.36 knows and that servers between the documents
// served, or that a newer version describes better. They share the rows of
// that version: [group, versions, kinds, group and version of those rows].
const LIKE = [
	['admissionregistration.k8s.io', 'v1alpha1 v1beta1', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding', 'admissionregistration.k8s.io/v1'],
	['admissionregistration.k8s.io', 'v1beta1', 'MutatingWebhookConfiguration ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/v1'],
	['apps', 'v1beta1 v1beta2', 'ControllerRevision Deployment StatefulSet', 'apps/v1'],
	['apps', 'v1beta2', 'DaemonSet ReplicaSet', 'apps/v1'],
	['extensions', 'v1beta1', 'DaemonSet Deployment ReplicaSet', 'apps/v1'],
	['extensions', 'v1beta1', 'NetworkPolicy', 'networking.k8s.io/v1'],
	['flowcontrol.apiserver.k8s.io', 'v1beta2', 'FlowSchema PriorityLevelConfiguration', 'flowcontrol.apiserver.k8s.io/v1beta1'],
	['flowcontrol.apiserver.k8s.io', 'v1beta3', 'FlowSchema PriorityLevelConfiguration', 'flowcontrol.apiserver.k8s.io/v1'],
	['node.k8s.io', 'v1alpha1', 'RuntimeClass', 'node.k8s.io/v1'],
	['rbac.authorization.k8s.io', 'v1alpha1', 'ClusterRole ClusterRoleBinding Role RoleBinding', 'rbac.authorization.k8s.io/v1'],
	['storage.k8s.io', 'v1alpha1 v1beta1', 'CSIStorageCapacity', 'storage.k8s.io/v1'],
	['storage.k8s.io', 'v1alpha1', 'VolumeAttachment VolumeAttributesClass', 'storage.k8s.io/v1'],
];

const definitions = new Map(); // name -> schema
const kinds = new Map(); // "group/version/kind" -> definition name

const definitionName = (ref) => ref?.replace(/^#\/(definitions|components\/schemas)\//, '');
const refOf = (schema) => definitionName(schema?.$ref ?? schema?.allOf?.[0]?.$ref);
const gvkText = (gvk) => [gvk.group, gvk.version, gvk.kind].join('/');

function readDocument(file) {
	const doc = JSON.parse(fs.readFileSync(file, 'utf8'));
	const schemas = doc.definitions ?? doc.components?.schemas ?? {};
	const byKind = new Map();
	for (const [name, schema] of Object.entries(schemas)) {
		if (!definitions.has(name))
			definitions.set(name, schema);
		for (const gvk of schema['x-kubernetes-group-version-kind'] ?? [])
			byKind.set(gvkText(gvk), name);
	}
	for (const path of Object.values(doc.paths ?? {})) {
		const patch = path.patch;
		const gvk = patch?.['x-kubernetes-group-version-kind'];
		const types = patch?.consumes ?? Object.keys(patch?.requestBody?.content ?? {});
		if (!gvk || !types.includes(STRATEGIC))
			continue;
		const key = gvkText(gvk);
		if (!kinds.has(key) && byKind.has(key))
			kinds.set(key, byKind.get(key));
	}
}

process.argv.slice(2).forEach(readDocument);
for (const [group, versions, names, rows] of LIKE) {
	for (const version of versions.split(' ')) {
		for (const name of names.split(' ')) {
			if (kinds.has(`${rows}/${name}`))
				kinds.set(`${group}/${version}/${name}`, kinds.get(`${rows}/${name}`));
		}
	}
}
if (kinds.size === 0) {
	console.error('usage: strategic_table.mjs OPENAPI.json …');
	process.exit(2);
}

// What each field of each definition is: its key and strategy, and the definition below it.
const STRATEGIES = { merge: 'STRATEGIC_MERGE', replace: 'STRATEGIC_REPLACE', retainKeys: 'STRATEGIC_RETAIN_KEYS' };
function fieldsOf(schema) {
	return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
		name,
		key: property['x-kubernetes-patch-merge-key'] ?? '',
		strategy: (property['x-kubernetes-patch-strategy'] ?? '').split(',').filter(Boolean)
			.map((word) => STRATEGIES[word] ?? (() => { throw new Error(`strategy ${word}`); })())
			.sort().join(' | '),
		below: refOf(property) ?? refOf(property.items),
	})).sort((a, b) => (a.name < b.name ? -1 : 1));
}
const fields = new Map([...definitions].map(([name, schema]) => [name, fieldsOf(schema)]));

// The definitions that reach a key or strategy, however deep.
const relevant = new Set();
for (let grown = true; grown;) {
	grown = false;
	for (const [name, list] of fields) {
		if (!relevant.has(name) && list.some((f) => f.key || f.strategy || relevant.has(f.below))) {
			relevant.add(name);
			grown = true;
		}
	}
}

// Equal types get the same colour; refined until stable, as types may contain themselves.
let colours = new Map([...relevant].map((name) => [name, 0]));
let rows;
for (let before = 0; ;) {
	const seen = new Map();
	rows = [];
	const next = new Map();
	for (const name of relevant) {
		const row = fields.get(name)
			.filter((f) => f.key || f.strategy || relevant.has(f.below))
			.map((f) => ({ ...f, below: colours.get(f.below) ?? -1 }));
		const text = JSON.stringify([colours.get(name), row]);
		if (!seen.has(text)) {
			seen.set(text, seen.size);
			rows.push(row);
		}
		next.set(name, seen.get(text));
	}
	const stable = seen.size === before && [...next].every(([name, colour]) => colours.get(name) === colour);
	colours = next;
	if (stable)
		break;
	before = seen.size;
}

// Keep the types that a kind reaches, numbered from 1; 0 is a type without rows.
const kindRows = [...kinds].map(([key, name]) => ({ key, colour: colours.get(name) })).sort((a, b) => (a.key < b.key ? -1 : 1));
const number = new Map();
const order = [];
function visit(colour) {
	if (colour === undefined || colour < 0 || number.has(colour))
		return;
	order.push(colour);
	number.set(colour, order.length);
	rows[colour].forEach((f) => visit(f.below));
}
kindRows.forEach((row) => visit(row.colour));

// All names in one text, so that rows hold offsets and need no relocation.
const offsets = new Map([['', 0]]);
let poolLength = 1;
function offset(name) {
	if (!offsets.has(name)) {
		offsets.set(name, poolLength);
		poolLength += name.length + 1;
	}
	return offsets.get(name);
}

const out = [];
let first = 0;
const typeLines = ['\t{0, 0},'];
const fieldLines = [];
for (const colour of order) {
	typeLines.push(`\t{${first}, ${rows[colour].length}},`);
	first += rows[colour].length;
	for (const f of rows[colour])
		fieldLines.push(`\t{${offset(f.name)}, ${offset(f.key)}, ${number.get(f.below) ?? 0}, ${f.strategy || 0}}, /* ${f.name}${f.key ? ` by ${f.key}` : ''} */`);
}
const kindLines = kindRows.map(({ key, colour }) => {
	const [group, version, kind] = key.split('/');
	return `\t{${offset(group)}, ${offset(version)}, ${offset(kind)}, ${number.get(colour) ?? 0}}, /* ${group ? group + '/' : ''}${version} ${kind} */`;
});
if (poolLength > 65535 || first > 65535)
	throw new Error('the tables outgrew their 16-bit offsets');

out.push('/* Made by strategic_table.mjs from the OpenAPI documents of API servers: do not edit. */');
out.push('#include "data/strategic.h"', '');
out.push('const char strategic_names[] =');
out.push([...offsets.keys()].map((name) => `\t"${name}\\0"`).join('\n') + ';', '');
out.push('const struct strategic_field strategic_fields[] = {', ...fieldLines, '};', '');
out.push('const struct strategic_schema strategic_types[] = {', ...typeLines, '};', '');
out.push('const struct strategic_kind strategic_kinds[] = {', ...kindLines, '};');
out.push('const size_t strategic_kind_count = sizeof(strategic_kinds) / sizeof(strategic_kinds[0]);');
console.log(out.join('\n'));
