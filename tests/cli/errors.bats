#!/usr/bin/env bats
# How failures are worded, whatever the verb: report.c.

load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }

setup() {
	reset_server
	rm -rf "$HOME/.kube"
}

# fault CODE REASON MESSAGE: the next request for pods is answered so.
fault() { control POST faults "$(printf '{"path":"pods","do":"status","code":%d,"reason":"%s","message":"%s"}' "$@")" >/dev/null; }

fails_with() {
	local expected=$1
	shift
	run_kubec "$@"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$stderr" = "$expected" ] || {
		printf 'expected: %s\ngot:      %s\n' "$expected" "$stderr"
		return 1
	}
}

@test "a Status with a reason, and one without" {
	fails_with 'Error from server (NotFound): pods "none" not found' get pod none
	fault 409 Conflict 'be quick'
	fails_with 'Error from server (Conflict): be quick' get pod none
	fault 418 '' 'I am a teapot'
	fails_with 'Error from server: I am a teapot' get pod none
}

@test "unauthorized" {
	fails_with 'error: You must be logged in to the server (Unauthorized)' get pod none --context bad-token
}

@test "forbidden" {
	fails_with 'Error from server (Forbidden): secrets is forbidden: User "viewer" cannot list resource "secrets" in API group "" in the namespace "default"' \
		get secrets --context viewer
}

# invalid DETAILS: the next ConfigMap is refused with these details (JSON).
invalid() {
	local body='{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","code":422,"message":"long"'"${1:+,\"details\":$1}"'}'
	control POST faults '{"path":"configmaps","method":"POST","do":"status","code":422,"body":"'"${body//\"/\\\"}"'"}' >/dev/null
}

@test "invalid: one cause stands on the line" {
	local rule="a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
	fails_with "The ConfigMap \"Bad_\" is invalid: metadata.name: Invalid value: \"Bad_\": $rule" \
		create -f - <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"Bad_"}}'
}

@test "invalid: several causes stand below it, each once" {
	fails_with $'The Service "x" is invalid: \n* spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive\n* spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive' \
		create --validate=false -f - <<<'{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"ports":[{"port":0}]}}'
	invalid '{"kind":"ConfigMap","name":"x","causes":[{"field":"a","message":"bad"},{"field":"b","message":"worse"},{"field":"a","message":"bad"}]}'
	fails_with $'The ConfigMap "x" is invalid: \n* a: bad\n* b: worse' \
		create -f - <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}'
}

@test "invalid: without causes, without details" {
	invalid '{"kind":"ConfigMap","name":"x"}'
	fails_with 'The ConfigMap "x" is invalid' create -f - <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}'
	invalid ''
	fails_with 'The request is invalid: error when creating "STDIN": long' create -f - <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}'
}

@test "several failures: each on its line, and the rest is done" {
	run_kubec get pod one two
	[ "$status" -eq 1 ]
	[ "$stderr" = $'Error from server (NotFound): pods "one" not found\nError from server (NotFound): pods "two" not found' ]
}

@test "no server there" {
	fails_with 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?' \
		get pods -s https://127.0.0.1:1
}

@test "a server of another certificate" {
	fails_with 'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority' \
		get pods --context untrusted
}

@test "colour of warnings: on a terminal alone, and NO_COLOR is honoured" {
	local manifest='{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"w"},"dat":{}}' typed
	echo "$manifest" >"$BATS_TEST_TMPDIR/w.json"
	command -v script >/dev/null || skip 'script (util-linux) is not installed'
	typed=$(TERM=xterm script -qec "$KUBEC create --dry-run=server --validate=warn -f $BATS_TEST_TMPDIR/w.json" /dev/null </dev/null)
	[[ $typed == *$'\e[33;1mWarning:\e[0m unknown field "dat"'* ]]
	typed=$(TERM=xterm NO_COLOR=1 script -qec "$KUBEC create --dry-run=server --validate=warn -f $BATS_TEST_TMPDIR/w.json" /dev/null </dev/null)
	[[ $typed == *'Warning: unknown field "dat"'* && $typed != *$'\e'* ]]
}
