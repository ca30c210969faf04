#!/usr/bin/env bats
# --help, help, options and commands that only have subcommands.

setup() {
	KUBEC=${KUBEC:-$BATS_TEST_DIRNAME/../../build/kubec}
	PATH=$(dirname "$KUBEC"):$PATH
	export HOME=$BATS_TEST_TMPDIR KUBECONFIG=/dev/null
	bats_require_minimum_version 1.5.0
}

@test "kubec alone, --help, -h and help say the same" {
	run --separate-stderr kubec
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output == *$'\nUsage:\n  kubec [flags] [options]\n\nMore about one of them: "kubec COMMAND --help"\nOptions of every command: "kubec options"' ]]
	local bare=$output form
	for form in --help -h help; do
		run --separate-stderr kubec "$form"
		[ "$status" -eq 0 ]
		[ "$output" = "$bare" ]
	done
}

@test "the groups stand in kubectl's order" {
	run --separate-stderr kubec --help
	local titles
	titles=$(grep -E '^[A-Z].*:$' <<<"$output" | grep Commands)
	[ "$titles" = "$(grep -xF "$titles" <<'END'
Basic Commands (Beginner):
Basic Commands (Intermediate):
Deploy Commands:
Cluster Management Commands:
Troubleshooting and Debugging Commands:
Advanced Commands:
Settings Commands:
Commands of kubec's own:
Other Commands:
END
	)" ]
}

@test "help of a command has summary, examples, options and usage in this order" {
	run --separate-stderr kubec version --help
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output == *$'\n\nExamples:\n  # '*$'\n\nOptions:\n    --client=false:\n\t'*$'\n\n    -o, --output=\'\':\n\t'*$'\n\nUsage:\n  kubec version [flags] [options]\n\nOptions of every command: "kubec options"' ]]
}

@test "help finds subcommands, --help stands anywhere" {
	local expected
	expected=$(kubec plugin list --help)
	[ "$(kubec help plugin list)" = "$expected" ]
	[ "$(kubec plugin list x -h)" = "$expected" ]
	[ "$(kubec --help plugin list)" = "$expected" ]
	[ "$(kubec plugin --help list)" = "$expected" ]
	[[ $expected == *$'Usage:\n  kubec plugin list [flags] [options]'* ]]
}

@test "a wrong option is an error even beside --help" {
	run --separate-stderr kubec version --help --foo
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = 'error: unknown flag: --foo' ]
}

@test "an unknown help topic shows what there is, on stderr" {
	run --separate-stderr kubec help nothing
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = 'Unknown help topic [`nothing`]' ]
	[[ $stderr == *$'\nUsage:\n  kubec [flags] [options]\n'* ]]
}

@test "a command that only has subcommands shows them on stderr, status 1" {
	run --separate-stderr kubec plugin
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[[ $stderr == *$'Available Commands:\n  list          '* ]]
	[[ $stderr == *$'\nUsage:\n  kubec plugin [flags] [options]\n\nMore about one of them: "kubec plugin COMMAND --help"\n'* ]]
	run --separate-stderr kubec plugin nothing
	[ "$status" -eq 1 ]
	[ "$stderr" = $'error: unknown command "nothing"\nSee \'kubec plugin -h\' for help and examples' ]
	run --separate-stderr kubec plugin nothing at all
	[ "$stderr" = $'error: unknown command "nothing at all"\nSee \'kubec plugin -h\' for help and examples' ]
}

@test "options lists every global option once, sorted, with its default" {
	run --separate-stderr kubec options
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 'These options can be given to every command:' ]
	local names
	names=$(grep -o -- "--[a-z-]*=" <<<"$output" | tr -d =)
	[ "$names" = "$(LC_ALL=C sort -u <<<"$names")" ]
	[ "$(wc -l <<<"$names")" -eq 30 ]
	[[ $output == *"    --cache-dir='$HOME/.kube/cache':"* ]]
	[[ $output == *"    -n, --namespace='':"* ]]
	[[ $output == *'    --as-group=[]:'* ]]
	[[ $output == *'    -v, --v=0:'* ]]
	[[ $output == *'    --vmodule=:'* ]]
}

# Every command of the program, one a line.
commands_below() {
	local name
	kubec $1 --help | sed -n '/Commands.*:$/,/^$/s/^  \([a-z-]*\)  .*/\1/p' | while read -r name; do
		printf '%s\n' "$1 $name"
		commands_below "$1 $name"
	done
}

@test "every command shows a help that ends as it should" {
	local command
	while read -r command; do
		run --separate-stderr kubec $command --help
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[[ $output == *$'\nUsage:\n  kubec '"$command"*'[options]'*'Options of every command: "kubec options"' ]]
		[[ $output != *'(null)'* ]]
	done < <(commands_below '')
}
