#!/usr/bin/env bats
# What kubec says to calls that no server is needed for.

setup() {
	KUBEC=${KUBEC:-$BATS_TEST_DIRNAME/../../build/kubec}
	PATH=$(dirname "$KUBEC"):$PATH
	export HOME=$BATS_TEST_TMPDIR KUBECONFIG=/dev/null
	unset KUBERC KUBECTL_KUBERC
	bats_require_minimum_version 1.5.0
}

# fails_with STATUS-1 text: nothing on stdout, exactly this on stderr.
assert_fails() {
	local expected=$1
	shift
	run --separate-stderr "$@"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$stderr" = "$expected" ] || {
		printf 'expected: %s\ngot:      %s\n' "$expected" "$stderr"
		return 1
	}
}

@test "an unknown command names those that are near" {
	assert_fails $'error: unknown command "versio" for "kubec"\n\nDid you mean this?\n\tversion' kubec versio
	# kubec's own ctx is as near, and kubectl's scripts know nothing of it
	assert_fails $'error: unknown command "gte" for "kubec"\n\nDid you mean this?\n\tget' kubec gte
	assert_fails 'error: unknown command "zzzzzz" for "kubec"' kubec zzzzzz
}

@test "an unknown option names the help of its command" {
	assert_fails $'error: unknown flag: --foo\nSee \'kubec version --help\' for usage.' kubec version --foo
	assert_fails $'error: unknown flag: --foo\nSee \'kubec --help\' for usage.' kubec --foo
	assert_fails $'error: unknown shorthand flag: \'Z\' in -Z\nSee \'kubec version --help\' for usage.' kubec version -Z
	assert_fails $'error: bad flag syntax: ---x\nSee \'kubec version --help\' for usage.' kubec version ---x
}

@test "a missing or wrong value is told in pflag's words" {
	assert_fails $'error: flag needs an argument: --output\nSee \'kubec version --help\' for usage.' kubec version --output
	assert_fails $'error: flag needs an argument: \'o\' in -o\nSee \'kubec version --help\' for usage.' kubec version -o
	assert_fails $'error: invalid argument "x" for "--client" flag: strconv.ParseBool: parsing "x": invalid syntax\nSee \'kubec version --help\' for usage.' \
		kubec version --client=x
	assert_fails $'error: invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid syntax\nSee \'kubec version --help\' for usage.' \
		kubec -vx version
}

@test "an unknown profile is refused, a known one accepted" {
	assert_fails "error: unknown profile 'x'" kubec version --client --profile=x
	run --separate-stderr kubec version --client --profile=cpu
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "--vmodule is read as klog reads it" {
	local see=$'\nSee \'kubec version --help\' for usage.' value
	for value in x x= =1 x=y a=1,b x=1=2; do
		assert_fails "error: invalid argument \"$value\" for \"--vmodule\" flag: syntax error: expect comma-separated list of filename=N$see" \
			kubec version --client --vmodule="$value"
	done
	assert_fails "error: invalid argument \"x=-1\" for \"--vmodule\" flag: negative value for vmodule level$see" \
		kubec version --client --vmodule=x=-1
	run --separate-stderr kubec version --client --vmodule=a=1,b=2,
	[ "$status" -eq 0 ]
}

@test "words behind -- are no command" {
	run --separate-stderr kubec -- version
	[ "$status" -eq 0 ]
	[ "$output" = "$(kubec)" ]
}

@test "completion wants one shell that it knows" {
	assert_fails $'error: Shell not specified.\nSee \'kubec completion -h\' for help and examples' kubec completion
	assert_fails $'error: Unsupported shell type "tcsh".\nSee \'kubec completion -h\' for help and examples' kubec completion tcsh
	assert_fails $'error: Too many arguments. Expected only the shell type.\nSee \'kubec completion -h\' for help and examples' \
		kubec completion bash zsh
}

@test "version refuses words and formats it does not know" {
	assert_fails 'error: extra arguments: [a b]' kubec version a b
	assert_fails "error: --output must be 'yaml' or 'json'" kubec version -o name
}

@test "version --client tells kubectl's version with kubec's behind it" {
	run --separate-stderr kubec version --client
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} =~ ^Client\ Version:\ v1\.36\.[0-9]+\+kubec\.[0-9.]+$ ]]
	[[ ${lines[1]} =~ ^Kustomize\ Version:\ v5\. ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "version --client -o json and yaml hold kubectl's fields" {
	run --separate-stderr kubec version --client -o json
	[ "$status" -eq 0 ]
	[ "$(grep -o '"[a-zA-Z]*":' <<<"$output" | tr -d '\n')" = '"clientVersion":"major":"minor":"gitVersion":"gitCommit":"gitTreeState":"buildDate":"goVersion":"compiler":"platform":"kustomizeVersion":' ]
	run --separate-stderr kubec version --client -o yaml
	[ "$status" -eq 0 ]
	[ "$(grep -o '^ *[a-zA-Z]*:' <<<"$output" | tr -d '\n')" = 'clientVersion:  buildDate:  compiler:  gitCommit:  gitTreeState:  gitVersion:  goVersion:  major:  minor:  platform:kustomizeVersion:' ]
}

@test "called through a link named kubectl it calls itself kubectl" {
	ln -s "$(command -v kubec)" "$BATS_TEST_TMPDIR/kubectl"
	assert_fails 'error: unknown command "zzzzzz" for "kubectl"' "$BATS_TEST_TMPDIR/kubectl" zzzzzz
	run --separate-stderr "$BATS_TEST_TMPDIR/kubectl" version --help
	[[ $output == *$'Usage:\n  kubectl version [flags] [options]\n'* ]]
	[[ $output == *'  kubectl version --client -o json'* ]]
}

@test "a full disk is a failure" {
	run --separate-stderr bash -c 'kubec version --client >/dev/full'
	[ "$status" -eq 1 ]
	[ "$stderr" = 'error: write: No space left on device' ]
}

@test "a closed pipe ends it quietly" {
	run --separate-stderr bash -c 'set -o pipefail; kubec options | head -n 1'
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 1 ]
}

@test "a closed pipe ends it as kubectl, also where the parent ignores SIGPIPE" {
	run --separate-stderr bash -c 'trap "" PIPE; (sleep 0.3; exec kubec completion bash) | :; echo "${PIPESTATUS[0]}"'
	[ -z "$stderr" ]
	[ "$output" = 141 ]
}

@test "without a server nothing of the network is loaded" {
	local libraries
	libraries=$(LD_DEBUG=files kubec version --client 2>&1 >/dev/null | grep -o 'calling init: .*' | sed 's|.*/||; s|\.so.*||' | sort -u)
	[ "$libraries" = $'ld-linux-x86-64\nlibc\nlibcjson' ] || [ "$libraries" = $'libc\nlibcjson' ] || {
		echo "$libraries"
		[[ $libraries != *curl* && $libraries != *ssl* && $libraries != *crypto* ]]
	}
}

@test "the stripped program is smaller than a megabyte" {
	command -v strip >/dev/null || skip 'strip is not installed'
	strip -o "$BATS_TEST_TMPDIR/stripped" "$(command -v kubec)"
	[ "$(stat -c %s "$BATS_TEST_TMPDIR/stripped")" -le 1048576 ]
}
