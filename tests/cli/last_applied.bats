load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
	reset_server
	cd "$BATS_TEST_TMPDIR"
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: "<1>"}\n' >one.yaml
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\ndata: {b: "2"}\n' >two.yaml
}

annotation() { kubec get cm "$1" -o jsonpath='{.metadata.annotations.kubectl\.kubernetes\.io/last-applied-configuration}'; }

@test "view-last-applied as YAML and as JSON, which stays as it was written" {
	kubec apply -f one.yaml >/dev/null
	run_kubec apply view-last-applied cm one
	[[ $status -eq 0 && -z $stderr ]]
	[[ $output == $'apiVersion: v1\ndata:\n  a: <1>\nkind: ConfigMap\nmetadata:\n  annotations: {}\n  name: one\n  namespace: default' ]]
	run_kubec apply view-last-applied -f one.yaml -o json
	[[ $output == '{
  "apiVersion": "v1",
  "data": {
    "a": "\u003c1\u003e"
  },
  "kind": "ConfigMap",
  "metadata": {
    "annotations": {},
    "name": "one",
    "namespace": "default"
  }
}' ]]
}

@test "view-last-applied: what has none is passed over, but not what a file names" {
	kubec create -f one.yaml >/dev/null
	kubec apply -f two.yaml >/dev/null
	run_kubec apply view-last-applied cm one two -o json
	[[ $status -eq 0 && $(grep -c '"name"' <<<"$output") -eq 1 ]]
	run_kubec apply view-last-applied cm --all -o json
	[[ $status -eq 0 && $output == *'"name": "two"'* ]]
	run_kubec apply view-last-applied -f one.yaml
	[[ $status -eq 1 && -z $output ]]
	[[ $stderr == $'error: error when no last-applied-configuration annotation found on resource: one\n "one.yaml": <nil>' ]]
	run_kubec apply view-last-applied cm two missing
	[[ $status -eq 1 && -z $output && $stderr == 'Error from server (NotFound): configmaps "missing" not found' ]]
	run_kubec apply view-last-applied cm two -o name
	[[ $status -eq 1 && $stderr == "error: Unexpected -o output mode: name, the flag 'output' must be one of yaml|json"$'\n'"See 'kubec apply view-last-applied -h' for help and examples" ]]
}

@test "set-last-applied writes the manifest into the annotation, and nothing else" {
	kubec create -f one.yaml >/dev/null
	run_kubec apply set-last-applied -f one.yaml
	[[ $status -eq 1 ]]
	[[ $stderr == 'error: no last-applied-configuration annotation found on resource: one, to create the annotation, run the command with --create-annotation' ]]
	run_kubec apply set-last-applied -f one.yaml --create-annotation --dry-run=client
	[[ $status -eq 0 && $output == "configmap/one configured (dry run)" && -z $(annotation one) ]]
	run_kubec apply set-last-applied -f one.yaml --create-annotation
	[[ $status -eq 0 && $output == "configmap/one configured" ]]
	[[ $(annotation one) == '{"apiVersion":"v1","data":{"a":"\u003c1\u003e"},"kind":"ConfigMap","metadata":{"name":"one","namespace":"default"}}' ]]
	run_kubec apply set-last-applied -f one.yaml
	[[ $status -eq 0 && $output == "set-last-applied one: no changes required." ]]
}

@test "set-last-applied changes nothing when one of several objects cannot be changed" {
	kubec apply -f one.yaml >/dev/null
	run_kubec apply set-last-applied -f one.yaml -f two.yaml
	[[ $status -eq 1 && -z $output && $stderr == 'Error from server (NotFound): configmaps "two" not found' ]]
	[[ $(annotation one) == *'"annotations":{}'* ]]
}
