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

@test "make install and install-kubectl put everything in its place, and replace nobody's kubectl" {
	local to=$BATS_TEST_TMPDIR/to
	unset MAKEFLAGS MAKELEVEL BUILD
	[ "$(realpath "$KUBEC")" = "$(realpath "$ROOT/build/kubec")" ] || skip "another program is tested than build/kubec"
	run make -C "$ROOT" --no-print-directory install-kubectl DESTDIR="$to" PREFIX=/usr
	[ "$status" -eq 0 ]
	[ "$("$to/usr/bin/kubec" zzz 2>&1)" = 'error: unknown command "zzz" for "kubec"' ]
	[ "$("$to/usr/bin/kubectl" zzz 2>&1)" = 'error: unknown command "zzz" for "kubectl"' ]
	[ "$(readlink "$to/usr/bin/kubectl")" = kubec ]
	cmp "$to/usr/share/bash-completion/completions/kubec" "$ROOT/completions/kubec.bash"
	cmp "$to/usr/share/zsh/site-functions/_kubec" "$ROOT/completions/_kubec"
	cmp "$to/usr/share/fish/vendor_completions.d/kubec.fish" "$ROOT/completions/kubec.fish"
	[ "$(cd "$to/usr/share/man/man1" && ls)" = "$(cd "$ROOT/man" && ls)" ]

	rm "$to/usr/bin/kubectl"
	echo theirs >"$to/usr/bin/kubectl"
	run make -C "$ROOT" --no-print-directory install-kubectl DESTDIR="$to" PREFIX=/usr
	[ "$status" -ne 0 ]
	[[ $output == *"$to/usr/bin/kubectl is there already, and no link"* ]]
	[ "$(cat "$to/usr/bin/kubectl")" = theirs ]
}
