#!/usr/bin/env node
// surface.mjs KUBEC: compares the commands and options of the program with kubectl's, whose names, shorthands and
// defaults surface.json holds (kubectl 1.36, HOME=/root). Only commands that the program has are compared. Prints one
// line for each difference; status 1 when there is one.
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';

const expected = JSON.parse(readFileSync(new URL('surface.json', import.meta.url)));
const listing = execFileSync(process.argv[2], ['__surface'], {
	encoding: 'utf8',
	env: {PATH: process.env.PATH, HOME: '/root', KUBECONFIG: '/dev/null', KUBERC: 'off'},
});

const ours = {};
for (const line of listing.trimEnd().split('\n')) {
	const [command, name, short, fallback] = line.split('\t');
	ours[command] ??= {};
	if (name) ours[command][name] = {default: fallback, short};
}

const differences = [];
let compared = 0;
for (const [command, options] of Object.entries(ours)) {
	const theirs = expected[command];
	if (!theirs) {
		differences.push(`${command}: kubectl has no such command`);
		continue;
	}
	for (const name of new Set([...Object.keys(theirs), ...Object.keys(options)])) {
		compared++;
		const [a, b] = [theirs[name], options[name]];
		if (!b) differences.push(`${command} --${name}: missing`);
		else if (!a) differences.push(`${command} --${name}: kubectl has no such option`);
		else if (a.short !== b.short) differences.push(`${command} --${name}: shorthand "${b.short}", kubectl's is "${a.short}"`);
		else if (a.default !== b.default) differences.push(`${command} --${name}: default ${b.default}, kubectl's is ${a.default}`);
	}
}
for (const difference of differences) console.log(difference);
console.log(`${Object.keys(ours).length} commands, ${compared} options compared, ${differences.length} differences`);
process.exit(differences.length || compared < 100 ? 1 : 0);
