#!/usr/bin/env bats
# What is made from the descriptions of the commands, and what they must agree with.

setup() {
	ROOT=$BATS_TEST_DIRNAME/../..
	KUBEC=${KUBEC:-$ROOT/build/kubec}
	export HOME=$BATS_TEST_TMPDIR KUBECONFIG=/dev/null
	bats_require_minimum_version 1.5.0
}

@test "commands and options have kubectl's names, shorthands and defaults" {
	run node "$ROOT/tests/parity/surface.mjs" "$KUBEC"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "man pages and completions are those that make docs writes" {
	run "$KUBEC" __docs "$BATS_TEST_TMPDIR/docs"
	[ "$status" -eq 0 ]
	run diff -r "$BATS_TEST_TMPDIR/docs/man" "$ROOT/man"
	echo "$output"
	[ "$status" -eq 0 ]
	run diff -r "$BATS_TEST_TMPDIR/docs/completions" "$ROOT/completions"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "man pages are without a formatter's complaints" {
	command -v man >/dev/null && command -v groff >/dev/null || skip 'man and groff are not installed'
	local page
	for page in "$ROOT"/man/*.1; do
		run bash -c 'MANWIDTH=200 man --warnings -l "$1" 2>&1 >/dev/null' bash "$page"
		[ -z "$output" ] || {
			printf '%s: %s\n' "$page" "$output"
			return 1
		}
	done
}

@test "what completes a shell is a script that the shell can read" {
	bash -n "$ROOT/completions/kubec.bash"
	command -v zsh >/dev/null && zsh -n "$ROOT/completions/_kubec"
	command -v fish >/dev/null && fish --no-execute "$ROOT/completions/kubec.fish"
}

@test "docs wants a folder that can be written" {
	run --separate-stderr "$KUBEC" __docs
	[ "$status" -eq 1 ]
	[ "$stderr" = $'error: One folder is needed.\nSee \'kubec __docs -h\' for help and examples' ]
	touch "$BATS_TEST_TMPDIR/file"
	run --separate-stderr "$KUBEC" __docs "$BATS_TEST_TMPDIR/file"
	[ "$status" -eq 1 ]
	[[ $stderr == 'error: '*'not a directory'* ]]
}
