#!/usr/bin/env bats
# What goes wrong, in the words that scripts look for, with the status that they look at.

# shellcheck disable=SC2030,SC2031 # the environment of each test is its own

load helper

setup_file() {
	kubec create -f - <<-END
		{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "there"}, "data": {"a": "1"}}
	END
}

teardown_file() {
	kubec delete configmap there
}

@test "nothing there" {
	err="No resources found in $E2E_NAMESPACE namespace." expect 0 get pods -l none=such </dev/null
	err="No resources found in $E2E_NAMESPACE namespace." expect 0 get statefulsets </dev/null
	err='No resources found' expect 0 get pods -A -l none=such </dev/null
	expect 0 delete pods -l none=such <<-END
		No resources found
	END
}

@test "not found" {
	err='Error from server (NotFound): pods "nope" not found' expect 1 get pod nope </dev/null
	err='Error from server (NotFound): pods "nope" not found' expect 1 get pod nope -o yaml </dev/null
	err='Error from server (NotFound): deployments.apps "nope" not found' expect 1 delete deploy nope </dev/null
	err='Error from server (NotFound): deployments.apps "nope" not found' expect 1 rollout status deploy/nope </dev/null
	err='Error from server (NotFound): deployments.apps "nope" not found' \
		expect 1 set image deploy/nope a=b </dev/null
	err='Error from server (NotFound): services "nope" not found' expect 1 expose service nope --port=1 </dev/null
	expect 0 get pod nope --ignore-not-found </dev/null
	expect 0 delete pod nope --ignore-not-found </dev/null
}

@test "some found, some not" {
	err='Error from server (NotFound): configmaps "nope" not found' \
		expect 1 get configmap there nope -o name <<-END
		configmap/there
	END
}

@test "scale of what is not there" {
	err='Error from server (NotFound): deployments.apps "nope" not found' \
		expect 1 scale deployment/nope --replicas=2 </dev/null
	err='error: required flag(s) "replicas" not set' expect 1 scale deployment/nope </dev/null
}

@test "already exists" {
	err="Error from server (AlreadyExists): namespaces \"$E2E_NAMESPACE\" already exists" \
		expect 1 create namespace "$E2E_NAMESPACE" </dev/null
}

@test "forbidden" {
	local refused='Error from server (Forbidden): pods is forbidden: User "{any}" cannot list resource "pods" in API group "" in the namespace "'$E2E_NAMESPACE'"'
	err=$refused expect 1 get pods --as=somebody </dev/null
	err='Error from server (Forbidden): configmaps "there" is forbidden: User "somebody" cannot delete resource "configmaps" in API group "" in the namespace "'$E2E_NAMESPACE'"' \
		expect 1 delete configmap there --as=somebody --as-group=a --as-group=b </dev/null
}

@test "unauthorized" {
	kubec config view --raw --flatten --minify >"$BATS_TEST_TMPDIR/kubeconfig"
	export KUBECONFIG=$BATS_TEST_TMPDIR/kubeconfig
	kubec config set-credentials stranger --token=wrong
	kubec config set-context --current --user=stranger
	err='error: You must be logged in to the server (Unauthorized)' expect 1 get configmap there </dev/null
}

@test "invalid" {
	err='The Namespace "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123 label {any}' \
		expect 1 create namespace A_b </dev/null
}

@test "conflict" {
	printf '%s' '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "there", "resourceVersion": "1",
		"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}}, "data": {"a": "2"}}' \
		>"$BATS_TEST_TMPDIR/old.json"
	run kubec apply -f "$BATS_TEST_TMPDIR/old.json"
	[ "$status" -eq 1 ]
	[[ $output == *'Operation cannot be fulfilled on configmaps "there": the object has been modified; please apply your changes to the latest version and try again' ]]
}

@test "an unknown kind" {
	err="error: the server doesn't have a resource type \"widgets\"" expect 1 get widgets </dev/null
	err="error: the server doesn't have a resource type \"widgets\"" expect 1 delete widgets/one </dev/null
}

@test "bad flags and arguments" {
	err="error: unknown flag: --bad
See '{self} get --help' for usage." expect 1 get pods --bad </dev/null
	err="error: unknown shorthand flag: 'z' in -z
See '{self} get --help' for usage." expect 1 get pods -z </dev/null
	err='error: required flag(s) "image" not set' expect 1 create deployment x </dev/null
	err='error: unknown command "gte" for "{self}"

Did you mean this?
{tab}get' expect 1 gte pods </dev/null
	err='error: name cannot be provided when a selector is specified' expect 1 get pod a -l b=c </dev/null
	err='error: resource(s) were provided, but no name was specified' expect 1 delete pods </dev/null
	err='error: unable to match a printer suitable for the output format "nope", allowed formats are: {any}' \
		expect 1 get pods -o nope </dev/null
	err='Error in configuration: context was not found for specified context: nowhere' \
		expect 1 get pods --context=nowhere </dev/null
}

# LAST-LINE ARGUMENTS...: a failure whose message is that line, whatever is logged before it.
fails_with() {
	local status=0 line
	kubec "${@:2}" >"$BATS_TEST_TMPDIR/stdout" 2>"$BATS_TEST_TMPDIR/stderr" || status=$?
	line=$(tail -n 1 "$BATS_TEST_TMPDIR/stderr")
	check_text 'the last line of stderr' "$1<end>" "$line<end>"
	[ "$status" -eq 1 ]
	[ ! -s "$BATS_TEST_TMPDIR/stdout" ]
}

@test "an unreachable server" {
	fails_with 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?' \
		get configmap there --server=https://127.0.0.1:1
	fails_with 'Unable to connect to the server: dial tcp: lookup nowhere.invalid{any}' \
		get configmap there --server=https://nowhere.invalid
}

@test "a certificate of somebody else" {
	kubec config view --raw --flatten --minify >"$BATS_TEST_TMPDIR/kubeconfig"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$BATS_TEST_TMPDIR/key" -out "$BATS_TEST_TMPDIR/ca" -subj /CN=other
	export KUBECONFIG=$BATS_TEST_TMPDIR/kubeconfig
	kubec config set-cluster "$(kubec config get-clusters | tail -n 1)" --certificate-authority="$BATS_TEST_TMPDIR/ca"
	fails_with 'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority{any}' \
		get configmap there
}

@test "a manifest without a name touches nothing" {
	local manifest=$BATS_TEST_TMPDIR/nameless.json
	printf '{"apiVersion": "v1", "kind": "ConfigMap"}' >"$manifest"
	err="error: error when deleting \"$manifest\": resource name may not be empty" \
		expect 1 delete -f "$manifest" </dev/null
	err="error: error when retrieving current configuration of:
Resource: \"/v1, Resource=configmaps\", GroupVersionKind: \"/v1, Kind=ConfigMap\"
Name: \"\", Namespace: \"$E2E_NAMESPACE\"
from server for: \"$manifest\": resource name may not be empty" \
		expect 1 apply -f "$manifest" </dev/null
	err='error: resource name may not be empty' expect 1 apply --server-side -f "$manifest" </dev/null
	expect 0 get configmap there -o name <<-END
		configmap/there
	END
}
