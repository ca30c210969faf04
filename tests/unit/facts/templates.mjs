#!/usr/bin/env node
// templates.mjs REFERENCE FILE...: writes the answers of a reference kubectl into jsonpath.json and gotemplate.json.
//
// A file holds an object, the texts that messages show it as, and cases, one a line:
// [format, template, options, standard output, standard error], where $RAW and $GO stand for those texts. To add
// a case append [format, template, options] and run this. No server is asked.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [reference, ...files] = process.argv.slice(2);
if (!files.length) {
	console.error('usage: templates.mjs REFERENCE FILE...');
	process.exit(1);
}
const scratch = mkdtempSync(join(tmpdir(), 'kubec-templates.'));

// An empty merge patch that stays here prints the object as it was read.
function answer(format, template, options = []) {
	const args = ['patch', '--local', '-f', join(scratch, 'object.json'), '--type=merge', '-p', '{}'];
	const { stdout, stderr } = spawnSync(reference, [...args, '-o', `${format}=${template}`, ...options], {
		env: { HOME: scratch, KUBECONFIG: '/dev/null' },
		maxBuffer: 1 << 26,
	});
	return [stdout.toString(), stderr.toString()];
}

function dumps(format) {
	if (format !== 'go-template')
		return { GO: /engine was:\n\t\t(.*)\n/.exec(answer(format, '{.metadata[0]}')[1])[1] };
	const [out] = answer(format, '{{.kind.x}}');
	return { RAW: /raw data was:\n\t\t(.*)\n/.exec(out)[1], GO: /engine was:\n\t\t(.*)\n/.exec(out)[1] };
}

// Only as a whole line: that is how messages show them.
function shorten(text, known) {
	for (const [name, dump] of Object.entries(known)) text = text.replaceAll(`\n\t\t${dump}\n`, `\n\t\t$$${name}\n`);
	return text;
}

for (const file of files) {
	const first = readFileSync(file, 'utf8').split('\n')[0]; // as it stands: numbers keep their text
	const { cases } = JSON.parse(readFileSync(file, 'utf8'));
	writeFileSync(join(scratch, 'object.json'), first.slice('{"object":'.length, -1));
	const known = dumps(cases[0][0]);
	const lines = cases.map(([format, template, options = []]) =>
		JSON.stringify([format, template, options, ...answer(format, template, options).map((t) => shorten(t, known))]));
	writeFileSync(file, `${first}\n"dumps":${JSON.stringify(known)},\n"cases":[\n${lines.join(',\n')}\n]}\n`);
	console.log(`${file}: ${lines.length} cases`);
}
rmSync(scratch, { recursive: true });
