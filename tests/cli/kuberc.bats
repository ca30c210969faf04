#!/usr/bin/env bats
# kuberc view and set, without a server.

setup() {
	KUBEC=${KUBEC:-$BATS_TEST_DIRNAME/../../build/kubec}
	bats_require_minimum_version 1.5.0
	cd "$BATS_TEST_TMPDIR"
	export HOME=$PWD KUBECONFIG=$PWD/config
	unset KUBERC KUBECTL_KUBERC
	file=.kube/kuberc
}

kuberc() {
	run --separate-stderr "$KUBEC" kuberc "$@"
}

# preference LINE…: a file of these lines behind the version and the kind.
preference() {
	mkdir -p .kube
	printf '%s\n' "apiVersion: kubectl.config.k8s.io/${version:-v1beta1}" 'kind: Preference' "$@" >"$file"
}

# says MESSAGE: the last call failed with this on stderr and nothing else.
says() {
	[[ $status -eq 1 && -z $output ]] && [ "$stderr" = "$1" ] || {
		echo "$status: $output$stderr"
		return 1
	}
}

# holds TEXT: the last call changed the file into this.
holds() {
	[[ $status -eq 0 && $output == "Updated $HOME/$file" && $stderr == "${2:-}" ]] || {
		echo "$status: $output $stderr"
		return 1
	}
	diff - "$file" <<<"$1"
}

@test "set makes the file, for its user alone" {
	kuberc set --section defaults --command get --option output=wide
	holds 'aliases: null
apiVersion: kubectl.config.k8s.io/v1beta1
defaults:
- command: get
  options:
  - default: wide
    name: output
kind: Preference'
	[ "$(stat -c %a "$file")" = 600 ]
	[ "$(ls -A .kube)" = kuberc ]
}

@test "set keeps the mode of a file, and a link a link" {
	preference
	mv "$file" real
	chmod 640 real
	ln -s ../real "$file"
	kuberc set --section defaults --command get
	[[ $status -eq 0 && -L $file ]]
	[ "$(stat -c %a real)" = 640 ]
	grep -q 'command: get' real
}

@test "an alias and a default that are set hold for the next call" {
	kuberc set --section aliases --name vv --command version --appendarg=--client
	kuberc set --section defaults --command version --option output=json
	[ "$status" -eq 0 ]
	run --separate-stderr "$KUBEC" vv
	[[ $status -eq 0 && ${lines[0]} == 'Client Version: '* ]]
	run --separate-stderr "$KUBEC" version --client
	[[ $status -eq 0 && ${lines[0]} == '{' ]]
}

@test "set: an entry that is there wants --overwrite, which keeps what is not said" {
	kuberc set --section aliases --name n --command get --prependarg nodes --appendarg=--watch --option output=wide
	kuberc set --section aliases --name n --command describe
	says 'error: alias "n" already exists, use --overwrite to replace'
	kuberc set --section aliases --name n --command describe --appendarg x --overwrite
	holds 'aliases:
- appendArgs:
  - x
  command: describe
  name: "n"
  options:
  - default: wide
    name: output
  prependArgs:
  - nodes
apiVersion: kubectl.config.k8s.io/v1beta1
defaults: null
kind: Preference'
	kuberc set --section defaults --command get --option output=wide
	kuberc set --section defaults --command get
	says 'error: defaults for command "get" already exist, use --overwrite to replace'
	kuberc set --section defaults --command get --option --output=json --option chunk-size=1 --overwrite
	run --separate-stderr "$KUBEC" kuberc view -o jsonpath='{.defaults}'
	[ "$output" = '[{"command":"get","options":[{"default":"json","name":"output"},{"default":"1","name":"chunk-size"}]}]' ]
}

@test "set: a wrong alias name, option or section changes nothing" {
	kuberc set --section aliases --name 'g n' --command get
	says 'error: invalid alias name, can only include alphabetical characters'
	kuberc set --section aliases --command get
	says 'error: --name is required when --section=aliases'
	kuberc set --section defaults --command get --option output
	says 'error: invalid option format "output", expected flag=value'
	kuberc set --section nope --command get
	says 'error: --section must be "defaults", "aliases", or "credentialplugin", got: nope'
	kuberc set --command get
	says 'error: required flag(s) "section" not set'
	kuberc set --section defaults
	says 'error: --command is required when --section=aliases or --section=defaults'
	[ ! -e .kube ]
}

@test "set: another policy than Allowlist takes the list away, so that the file can be read again" {
	kuberc set --section credentialplugin --policy Allowlist --allowlist-entry command=a,command=b
	holds 'aliases: null
apiVersion: kubectl.config.k8s.io/v1beta1
credentialPluginAllowlist:
- command: a
- command: b
credentialPluginPolicy: Allowlist
defaults: null
kind: Preference'
	kuberc set --section credentialplugin --policy DenyAll
	holds 'aliases: null
apiVersion: kubectl.config.k8s.io/v1beta1
credentialPluginPolicy: DenyAll
defaults: null
kind: Preference'
	kuberc view
	[ "$status" -eq 0 ]
}

@test "set: every wrong entry of the allowlist is told" {
	kuberc set --section credentialplugin --policy Allowlist --allowlist-entry name=x,foo=1 --allowlist-entry x --allowlist-entry command=
	says 'allowlist entry field "name" is deprecated, use "command" instead
unrecognized allowlist entry field: "foo"
improperly formatted allowlist entry: "x"
empty value in allowlist entry for field "command"'
	kuberc set --section credentialplugin --policy Allowlist --allowlist-entry name=x
	says 'error: allowlist entry field "name" is deprecated, use "command" instead'
	[ ! -e .kube ]
}

@test "a file of v1alpha1 is shown and written as v1beta1, and nothing is lost" {
	version=v1alpha1 preference 'aliases: [{name: getn, command: get, prependArgs: [nodes], flags: [{name: output, default: wide}]}]' \
		'overrides: [{command: apply, flags: [{name: server-side, default: "true"}]}, {command: delete}]'
	kuberc view
	[ "$status" -eq 0 ]
	diff - <(echo "$output") <<'END'
aliases:
- command: get
  name: getn
  options:
  - default: wide
    name: output
  prependArgs:
  - nodes
apiVersion: kubectl.config.k8s.io/v1beta1
defaults:
- command: apply
  options:
  - default: "true"
    name: server-side
- command: delete
  options: null
kind: Preference
END
	kuberc set --section credentialplugin --policy AllowAll
	[ "$status" -eq 0 ]
	grep -q 'server-side' "$file"
	grep -q 'apiVersion: kubectl.config.k8s.io/v1beta1' "$file"
}

@test "v1alpha1 knows no credential plug-ins" {
	version=v1alpha1 preference 'credentialPluginPolicy: DenyAll'
	kuberc view
	[[ $status -eq 0 && $output != *Policy* ]]
	[ "$stderr" = "kuberc: ignoring strict decoding error in $HOME/$file: strict decoding error: unknown field \"credentialPluginPolicy\"" ]
}

@test "keys that are unknown or there twice are told and passed over" {
	preference 'aliases: [{name: a, zoo: 1}]' 'foo: 1' 'kind: Preference'
	kuberc view -o jsonpath='{.aliases}'
	[[ $status -eq 0 && $output == '[{"command":"","name":"a"}]' ]]
	[ "$stderr" = "kuberc: ignoring strict decoding error in $HOME/$file: strict decoding error: yaml: unmarshal errors:
  line 5: key \"kind\" already set in map, unknown field \"aliases[0].zoo\", unknown field \"foo\"" ]
}

@test "a file that is no Preference is neither shown nor overwritten" {
	local text
	mkdir .kube
	for text in broken 'a: b: c' '# nothing' 'apiVersion: kubectl.config.k8s.io/v2
kind: Preference' 'apiVersion: kubectl.config.k8s.io/v1beta1
kind: Preference
aliases: {}'; do
		echo "$text" >"$file"
		kuberc view
		says "kuberc: no preferences loaded from $HOME/$file: no valid preferences found in $HOME/$file, use --v=5 to see detailserror: error reading kuberc file: no valid preferences found in $HOME/$file, use --v=5 to see details"
		kuberc set --section defaults --command get
		[[ $status -eq 1 && $stderr == *'error: error reading kuberc file: no valid preferences found in '* ]]
		[ "$(cat "$file")" = "$text" ]
	done
}

@test "of several documents the first Preference counts; an empty file holds nothing" {
	mkdir .kube
	printf '%s\n' --- 'kind: Foo' --- 'apiVersion: kubectl.config.k8s.io/v1alpha1' 'kind: Preference' 'aliases: [{name: a, command: get}]' >"$file"
	kuberc view -o jsonpath='{.aliases}'
	[ "$output" = '[{"command":"get","name":"a"}]' ]
	echo >"$file"
	kuberc view -o kyaml
	[[ $status -eq 0 && $output == '---
{
  kind: "Preference",
  apiVersion: "kubectl.config.k8s.io/v1beta1",
  defaults: [],
  aliases: [],
}' ]]
}

@test "view without a file offers one: only y is yes" {
	local answer
	for answer in '' n 'y x' yes; do
		run --separate-stderr "$KUBEC" kuberc view --kuberc '' <<<"$answer"
		[[ $status -eq 0 && ! -e .kube ]]
		[ "$output" = "kuberc file not found at $HOME/$file
Would you like to generate a default kuberc file with recommended options? (y/N): " ]
	done
	run --separate-stderr "$KUBEC" kuberc view < <(printf ' Y')
	[[ $status -eq 0 && ${lines[1]} == *"(y/N): Updated $HOME/$file" ]]
	diff - "$file" <<'END'
aliases: null
apiVersion: kubectl.config.k8s.io/v1beta1
defaults:
- command: apply
  options:
  - default: "true"
    name: server-side
- command: delete
  options:
  - default: "true"
    name: interactive
kind: Preference
END
}

@test "a file that cannot be written is told" {
	mkdir -p "$file"
	kuberc set --section defaults --command get
	[[ $status -eq 1 && $stderr == *"error: error reading kuberc file: read $HOME/$file: is a directory" ]]
	rmdir "$file"
	echo >not-a-folder
	rm -r .kube
	ln -s not-a-folder .kube
	kuberc set --section defaults --command get
	[[ $status -eq 1 && $stderr == *'error: '* && $stderr != *Updated* ]]
}

@test "KUBERC=off and KUBECTL_KUBERC=false" {
	KUBERC=off kuberc view
	says 'error: KUBERC is disabled via KUBERC=off environment variable'
	KUBERC=off kuberc set --section defaults --command get
	says 'error: KUBERC is disabled via KUBERC=off environment variable'
	KUBECTL_KUBERC=false kuberc view
	says 'error: unknown command "kuberc" for "kubec"'
}

@test "an alias that is used cannot have defaults too" {
	preference 'aliases: [{name: vv, command: version}]' 'defaults: [{command: vv, options: [{name: client, default: "true"}]}]'
	run --separate-stderr "$KUBEC" vv
	says 'error occurred while applying preferences alias vv can not be overridden'
}

@test "view: Ctrl-C is no answer" {
	run timeout 30 python3 "$BATS_TEST_DIRNAME/person.py" 'see:(y/N): ' 'type:\x03' -- "$KUBEC" kuberc view
	[[ $output == *'signal 2'* && ! -e .kube ]]
}
