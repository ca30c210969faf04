#!/usr/bin/env bats
# Plug-ins on PATH: which file a line runs, how, and what the list says of them.

setup() {
	bats_require_minimum_version 1.5.0
	kubec=$(realpath "${KUBEC:-$BATS_TEST_DIRNAME/../../build/kubec}")
	cd "$BATS_TEST_TMPDIR"
	export HOME=$PWD KUBECONFIG=$PWD/config
	mkdir one two
	PATH=$PWD/one:$PWD/two:/usr/bin:/bin
}

# plugin FILE…: programs that tell how they were called, and what $TOLD is, and end with 3.
plugin() {
	local file
	for file; do
		printf '#!/bin/sh\necho "$0:$TOLD:$*"\nexit 3\n' >"$file"
		chmod +x "$file"
	done
}

# runs OUTPUT ARG…: the line runs a plug-in that prints this.
runs() {
	local expected=$1
	shift
	run --separate-stderr "$kubec" "$@"
	[[ $status -eq 3 && $output == "$expected" && -z $stderr ]] || {
		echo "$status: $output $stderr"
		return 1
	}
}

# list STDOUT STDERR [ARG…]; bats takes the spaces at the beginning of stderr away
list() {
	local out=$1 err=$2
	shift 2
	run --separate-stderr "$kubec" plugin list "$@"
	[[ $output == "The following compatible plugins are available:

$out" && $stderr == "$err" ]] || {
		diff <(echo "$err") <(echo "$stderr")
		diff <(echo "$out") <(echo "$output")
		return 1
	}
}

@test "the first file of the longest name runs, with the rest of the line, the environment and its own status" {
	plugin one/kubectl-foo two/kubectl-foo two/kubectl-foo-bar one/kubectl-under_score-x_y
	export TOLD=yes
	runs "$PWD/one/kubectl-foo:yes:" foo
	runs "$PWD/two/kubectl-foo-bar:yes:baz --x=1 -- y" foo bar baz --x=1 -- y
	runs "$PWD/one/kubectl-foo:yes:--x bar" foo --x bar
	runs "$PWD/one/kubectl-under_score-x_y:yes:z-a" under-score x-y z-a
	runs "$PWD/one/kubectl-under_score-x_y:yes:" under_score x_y
}

@test "create takes subcommands from plug-ins, no other command does" {
	plugin one/kubectl-create-net one/kubectl-create-net-pol one/kubectl-get-x one/kubectl-create-deployment
	runs "$PWD/one/kubectl-create-net::a" create net a
	runs "$PWD/one/kubectl-create-net-pol::a" create net pol a
	run --separate-stderr "$kubec" create deployment
	[[ $status -eq 1 && $stderr == 'error: '* ]]
	run --separate-stderr "$kubec" get x --server http://127.0.0.1:1
	[[ $status -eq 1 && $stderr != *kubectl-get* ]]
	run --separate-stderr "$kubec" -n x net
	[[ $status -eq 1 && $stderr == 'Error: flags cannot be placed before plugin name: -n' ]]
}

@test "an empty or relative entry of PATH is a folder like any other" {
	plugin kubectl-here one/kubectl-foo
	PATH=:/usr/bin:/bin runs 'kubectl-here::' here
	PATH=.:/usr/bin:/bin runs 'kubectl-here::' here
	PATH=./one//:/usr/bin:/bin runs 'one/kubectl-foo::' foo
	PATH=./one//:/usr/bin:/bin list one/kubectl-foo ''
	PATH=:/usr/bin:/bin run --separate-stderr "$kubec" plugin list
	[[ $status -eq 1 && $stderr == 'error: unable to find any kubectl plugins in your PATH' ]]
}

@test "a file that the system cannot run is told" {
	printf 'echo x\n' >one/kubectl-plain
	printf '#!/nope/sh\n' >one/kubectl-lost
	chmod +x one/*
	run --separate-stderr "$kubec" plain
	[[ $status -eq 1 && $stderr == 'Error: exec format error' ]]
	run --separate-stderr "$kubec" lost
	[[ $status -eq 1 && $stderr == 'Error: no such file or directory' ]]
}

@test "the list tells everything that is wrong with a file" {
	plugin one/kubectl-foo one/kubectl-version two/kubectl-dead
	echo x >one/kubectl-dead
	mkdir one/kubectl-dir
	ln -s nowhere one/kubectl-broken
	ln -s kubectl-dir one/kubectl-folder
	list "$PWD/one/kubectl-broken
$PWD/one/kubectl-dead
$PWD/one/kubectl-folder
$PWD/one/kubectl-foo
$PWD/one/kubectl-version
$PWD/two/kubectl-dead" "- error: unable to identify $PWD/one/kubectl-broken as an executable file: stat $PWD/one/kubectl-broken: no such file or directory
  - warning: $PWD/one/kubectl-dead identified as a kubectl plugin, but it is not executable
  - warning: $PWD/one/kubectl-folder identified as a kubectl plugin, but it is not executable
  - warning: kubectl-version overwrites existing command: \"kubec version\"
  - warning: $PWD/two/kubectl-dead is overshadowed by a similarly named plugin: $PWD/one/kubectl-dead
error: 5 plugin warnings were found"
	[ "$status" -eq 1 ]
	rm one/kubectl-broken one/kubectl-dead one/kubectl-folder one/kubectl-version
	list $'kubectl-foo\nkubectl-dead' '' --name-only
	[ "$status" -eq 0 ]
}
