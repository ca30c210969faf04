#!/usr/bin/env bats
# The options of every command, preferences and plug-ins.

load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }

setup() {
	reset_server
	cd "$BATS_TEST_TMPDIR"
}

# What version prints on both sides.
both_versions() { [[ $status -eq 0 && ${lines[0]} == 'Client Version: v1.36.'* && ${lines[2]} == 'Server Version: v1.36.'* ]]; }

# headers: the headers of the last request as JSON.
last_headers() { curl -sS "$(<"$SERVER_DIR/control")/requests" | node -e '
	const all = JSON.parse(require("fs").readFileSync(0)); const list = all.requests ?? all;
	console.log(JSON.stringify(list.at(-1).headers))'; }

@test "version asks the server one thing" {
	run_kubec version
	both_versions
	[ -z "$stderr" ]
	[ "$(requests)" = 'GET /version' ]
}

@test "version tells the client's version before it fails at the server" {
	run_kubec version -s https://127.0.0.1:1
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'Client Version: '* && ${#lines[@]} -eq 2 ]]
	[ "$stderr" = 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?' ]
}

@test "--match-server-version refuses another version before anything else" {
	run_kubec get pods --match-server-version
	[[ $status -eq 0 || $stderr =~ ^'error: server version (v1.36.'[0-9]+') differs from client version (v1.36.0)'$ ]]
	[ "$(requests | head -n 1)" = 'GET /version' ]
}

@test "--context, --cluster and --user that do not exist" {
	run_kubec get pods --context nope
	[[ $status -eq 1 && $stderr == 'Error in configuration: context was not found for specified context: nope' ]]
	run_kubec get pods --cluster nope
	[[ $status -eq 1 && $stderr == 'error: no server found for cluster "nope"' ]]
	run_kubec get pods --user nope
	[[ $status -eq 1 && $stderr == 'error: auth info "nope" does not exist' ]]
}

@test "--request-timeout takes seconds and durations, and nothing else" {
	local words='error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)'
	local value
	for value in 0 5 5s 1m30s ''; do
		run_kubec version --request-timeout="$value"
		both_versions
	done
	for value in x 5x -; do
		run_kubec version --request-timeout="$value"
		[[ $status -eq 1 && $stderr == "$words" ]]
	done
}

@test "-n, --token and --as reach the server" {
	run_kubec get pods -n kube-public
	[[ $status -eq 0 && $stderr == 'No resources found in kube-public namespace.' ]]
	run_kubec get pods --context anonymous --token wrong
	[[ $status -eq 1 && $stderr == 'error: You must be logged in to the server (Unauthorized)' ]]
	run_kubec get secrets --as jane
	[ "$status" -eq 1 ]
	[ "$stderr" = 'Error from server (Forbidden): secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "default"' ]
}

@test "--warnings-as-errors fails after a warning" {
	local manifest='{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"warned"},"dat":{}}'
	run_kubec create --validate=warn -f - <<<"$manifest"
	[ "$status" -eq 0 ]
	[ "$stderr" = 'Warning: unknown field "dat"' ]
	run_kubec create --validate=warn --dry-run=server --warnings-as-errors -f - <<<"${manifest/warned/again}"
	[ "$status" -eq 1 ]
	[ "$stderr" = $'Warning: unknown field "dat"\nerror: 1 warning received' ]
}

@test "the server is told the command, unless KUBECTL_COMMAND_HEADERS says no" {
	run_kubec get pods
	[[ $(last_headers) == *'"kubectl-command":"kubectl get"'* ]]
	[[ $(last_headers) =~ '"kubectl-session":"'[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'"' ]]
	KUBECTL_COMMAND_HEADERS=false run_kubec get pods
	[[ $(last_headers) != *kubectl-* ]]
}

@test "-v=6 tells requests on stderr, and no secret" {
	run_kubec get pods --token very-secret -v=9
	[[ $stderr == *'/api/v1/namespaces/default/pods'* ]]
	[[ $stderr != *very-secret* ]]
	run_kubec get pods -v=5
	[ "$stderr" = 'No resources found in default namespace.' ]
}

@test "--dry-run: bare and boolean forms are told to be old, once; a wrong one is refused" {
	run_kubec create deployment x --image=y --dry-run -o name
	[[ $status -eq 0 && $output == deployment.apps/x ]]
	[[ $stderr =~ ^W[0-9]{4}\ [0-9:.]+\ +[0-9]+\ 'helpers.go:719] --dry-run is deprecated and can be replaced with --dry-run=client.'$ ]]
	run_kubec create deployment x --image=y --dry-run=true
	[[ $status -eq 0 && $output == 'deployment.apps/x created (dry run)' ]]
	[[ $stderr == *'] --dry-run=true is deprecated (boolean value) and can be replaced with --dry-run=client.' ]]
	run_kubec create deployment x --image=y --dry-run=x
	[[ $status -eq 1 && $stderr == 'error: Invalid dry-run value (x). Must be "none", "server", or "client".' ]]
	[ -z "$(requests)" ]
}

# ---- preferences ---------------------------------------------------------------

preferences() {
	cat >kuberc <<'END'
apiVersion: kubectl.config.k8s.io/v1beta1
kind: Preference
aliases:
- name: vv
  command: version
  options:
  - name: client
    default: "true"
- name: mk
  command: create deployment
  appendArgs: [--image=x, --dry-run=client]
- name: getn
  command: get
  prependArgs: [namespace]
  options:
  - name: output
    default: name
- name: lost
  command: nope x
defaults:
- command: version
  options:
  - name: output
    default: json
END
}

@test "kuberc: aliases bring arguments and options" {
	preferences
	run_kubec vv --kuberc kuberc
	[[ $status -eq 0 && ${lines[0]} == 'Client Version: '* && ${#lines[@]} -eq 2 ]]
	run_kubec mk foo -o name --kuberc=kuberc
	[[ $status -eq 0 && $output == deployment.apps/foo ]]
	KUBERC=kuberc run_kubec getn default
	[[ $status -eq 0 && $output == namespace/default ]]
	run_kubec getn default -o json --kuberc kuberc
	[[ $status -eq 0 && ${lines[0]} == '{' ]]
}

@test "kuberc: defaults hold where the line says nothing" {
	preferences
	run_kubec version --client --kuberc kuberc
	[[ $status -eq 0 && ${lines[0]} == '{' ]]
	run_kubec version --client -o yaml --kuberc kuberc
	[[ $status -eq 0 && ${lines[0]} == 'clientVersion:' ]]
}

@test "kuberc: of two defaults for one option the later holds" {
	printf '%s\n' 'apiVersion: kubectl.config.k8s.io/v1beta1' 'kind: Preference' 'defaults:' \
		'- {command: version, options: [{name: output, default: json}]}' \
		'- {command: version, options: [{name: output, default: yaml}]}' >kuberc
	run_kubec version --client --kuberc kuberc
	[[ $status -eq 0 && ${lines[0]} == 'clientVersion:' ]]
	run_kubec version --client -o json --kuberc kuberc
	[[ $status -eq 0 && ${lines[0]} == '{' ]]
}

@test "kuberc: ~/.kube/kuberc is read, KUBERC=off and KUBECTL_KUBERC=false switch it off" {
	preferences
	mkdir -p home/.kube
	mv kuberc home/.kube/kuberc
	HOME=$PWD/home run_kubec version --client
	[ "${lines[0]}" = '{' ]
	HOME=$PWD/home KUBERC=off run_kubec version --client
	[[ ${lines[0]} == 'Client Version: '* ]]
	HOME=$PWD/home KUBECTL_KUBERC=false run_kubec version --client
	[[ ${lines[0]} == 'Client Version: '* ]]
}

# refused MESSAGE SED-EXPRESSION ARG…: the preferences changed so make the call fail with this message.
refused() {
	local message=$1 change=$2
	shift 2
	preferences
	sed -i "$change" kuberc
	run_kubec "$@" --kuberc kuberc
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$stderr" = "error occurred while applying preferences $message" ] || { echo "$stderr"; return 1; }
}

@test "kuberc: what is wrong in it is told in kubectl's words" {
	refused 'invalid alias name, can only include alphabetical characters' 's/name: vv/name: v1/' version
	refused 'duplicate alias name getn' 's/name: vv/name: getn/' version
	refused 'flag name --client should be in long form without dashes' 's/name: client/name: --client/' version
	refused 'command "nope x" not found to set alias "lost": [nope x]' '' lost
	refused 'invalid alias flag clientx in alias kubec' 's/name: client/name: clientx/' vv
	refused 'invalid flag outputx for command version' '/command: version/,$s/name: output/name: outputx/' version
	refused 'could not apply value maybe to flag client in alias kubec err: invalid argument "maybe" for "--client" flag: strconv.ParseBool: parsing "maybe": invalid syntax' \
		's/"true"/"maybe"/' vv
	refused 'kuberc error kuberc: no valid preferences found in kuberc, use --v=5 to see details' 's/Preference/Other/' version
	refused 'kuberc error kuberc: no valid preferences found in kuberc, use --v=5 to see details' 's/default: json/default: 3/' version
}

@test "kuberc: a missing file, an empty name, and off beside a file" {
	run_kubec version --kuberc nowhere
	[[ $status -eq 1 && $stderr == 'error occurred while applying preferences kuberc error kuberc: open nowhere: no such file or directory' ]]
	run_kubec version --kuberc=
	[[ $status -eq 1 && $stderr == 'error occurred while applying preferences kuberc file is not found' ]]
	KUBERC=off run_kubec version --kuberc nowhere
	[[ $status -eq 1 && $stderr == 'error occurred while applying preferences kuberc error disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive' ]]
}

@test "kuberc: unknown fields and commands are told, and passed over" {
	preferences
	sed -i 's/name: vv/name: vv\n  foo: 1/; s/command: version$/command: versionx/' kuberc
	sed -i '0,/versionx/s/versionx/version/' kuberc
	run_kubec version --client --kuberc kuberc
	[ "$status" -eq 0 ]
	[ "$stderr" = 'kuberc: ignoring strict decoding error in kuberc: strict decoding error: unknown field "aliases[0].foo"Warning: command "versionx" not found to set kuberc override' ]
}

# ---- plug-ins ------------------------------------------------------------------

plugins() {
	mkdir one two
	local file
	for file in one/kubectl-foo one/kubectl-foo-bar_baz one/kubectl-create-zz two/kubec-own two/kubectl-foo two/kubectl-version one/kubectl-dead; do
		printf '#!/bin/sh\necho "${0##*/}: $*"\nexit 7\n' >"$file"
		chmod +x "$file"
	done
	chmod -x one/kubectl-dead
	PATH=$PWD/one:$PWD/two:$PWD/missing:/usr/bin:/bin
}

@test "plug-ins: the longest name runs, with the rest of the line and its own status" {
	plugins
	run_kubec foo a --x
	[[ $status -eq 7 && $output == 'kubectl-foo: a --x' && -z $stderr ]]
	run_kubec foo bar-baz q
	[[ $status -eq 7 && $output == 'kubectl-foo-bar_baz: q' ]]
	run_kubec foo bar q
	[[ $status -eq 7 && $output == 'kubectl-foo: bar q' ]]
	run_kubec own
	[[ $status -eq 7 && $output == 'kubec-own: ' ]]
	run_kubec create zz 1 --help
	[[ $status -eq 7 && $output == 'kubectl-create-zz: 1 --help' ]]
	run_kubec version --client
	[ "$status" -eq 0 ]
}

@test "plug-ins: options before the name, and files that cannot run" {
	plugins
	run_kubec -n x foo
	[[ $status -eq 1 && $stderr == 'Error: flags cannot be placed before plugin name: -n' ]]
	run_kubec dead
	[[ $status -eq 1 && $stderr == 'error: unknown command "dead" for "kubec"'* ]]
}

@test "plug-ins: the list, and what is wrong with it" {
	plugins
	run_kubec plugin list
	[ "$status" -eq 1 ]
	[ "$output" = "The following compatible plugins are available:

$PWD/one/kubectl-create-zz
$PWD/one/kubectl-dead
$PWD/one/kubectl-foo
$PWD/one/kubectl-foo-bar_baz
$PWD/two/kubec-own
$PWD/two/kubectl-foo
$PWD/two/kubectl-version" ]
	[ "$stderr" = "Unable to read directory \"$PWD/missing\" from your PATH: open $PWD/missing: no such file or directory. Skipping...
  - warning: kubectl-create-zz overwrites existing command: \"kubec create\"
  - warning: $PWD/one/kubectl-dead identified as a kubectl plugin, but it is not executable
  - warning: $PWD/two/kubectl-foo is overshadowed by a similarly named plugin: $PWD/one/kubectl-foo
  - warning: kubectl-version overwrites existing command: \"kubec version\"
error: 4 plugin warnings were found" ]
}

@test "plug-ins: names alone, one warning, none at all" {
	plugins
	rm two/* one/kubectl-dead
	run_kubec plugin list --name-only
	[ "$status" -eq 1 ]
	[ "$output" = $'The following compatible plugins are available:\n\nkubectl-create-zz\nkubectl-foo\nkubectl-foo-bar_baz' ]
	[ "${stderr_lines[-1]}" = 'error: one plugin warning was found' ]
	rm one/*
	PATH=$PWD/one:/usr/bin:/bin run_kubec plugin list
	[[ $status -eq 1 && $stderr == 'error: unable to find any kubectl plugins in your PATH' ]]
}

# ---- signals -------------------------------------------------------------------

@test "Ctrl-C while standard input is read ends it as a signal does" {
	run --separate-stderr env KUBEC="$KUBEC" bash -c 'sleep 5 | timeout --preserve-status -s INT 0.2 "$KUBEC" apply -f -; exit "${PIPESTATUS[1]}"'
	[ "$status" -eq 130 ]
	[ -z "$stderr" ]
}

@test "Ctrl-C during a request ends it at once" {
	control POST faults '{"path":"pods","do":"stall","count":-1}' >/dev/null
	local start=$EPOCHREALTIME
	run --separate-stderr timeout --preserve-status -s INT 0.2 "$KUBEC" get pods
	[ "$status" -eq 130 ]
	[ -z "$stderr" ]
	[ $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) -lt 1500 ]
}

# ---- credential plug-ins -------------------------------------------------------

# policy LINES: preferences with a policy, and a kubeconfig whose user is a plug-in's.
policy() {
	mkdir -p bin
	printf '#!/bin/sh\necho ran >>"%s/ran"\necho %s\n' "$PWD" \
		"'{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"wrong\"}}'" >bin/tok
	chmod +x bin/tok
	PATH=$PWD/bin:$PATH
	printf 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n%s\n' "$1" >kuberc
	cat >config <<END
apiVersion: v1
kind: Config
current-context: a
contexts: [{name: a, context: {cluster: b, user: c}}]
clusters: [{name: b, cluster: {server: "$SERVER_URL", insecure-skip-tls-verify: true}}]
users: [{name: c, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: tok, interactiveMode: Never}}}]
END
	rm -f ran
	run_kubec get pods --kubeconfig config --kuberc kuberc
	[ "$status" -eq 1 ]
}

@test "kuberc decides which credential plug-ins run" {
	policy ''
	[[ -e ran && $stderr == 'error: You must be logged in to the server (Unauthorized)' ]]
	policy 'credentialPluginPolicy: DenyAll'
	[[ ! -e ran && $stderr == 'Unable to connect to the server: getting credentials: plugin "tok" not allowed: policy set to "DenyAll"' ]]
	policy $'credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: tok}]'
	[[ -e ran && $stderr == 'error: You must be logged in to the server (Unauthorized)' ]]
	policy $'credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: other}]'
	[[ ! -e ran && $stderr == "Unable to connect to the server: getting credentials: plugin path \"$PWD/bin/tok\" is not permitted by the credential plugin allowlist" ]]
	policy 'credentialPluginPolicy: Allowlist'
	[[ ! -e ran && $stderr == 'error occurred while applying preferences credential plugin policy set to "Allowlist", but allowlist is unspecified' ]]
}
