load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
	reset_server
	cd "$BATS_TEST_TMPDIR"
	config_map one 1 >one.yaml
	{ config_map one 10; echo ---; config_map two 20; } >both.yaml
}

config_map() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {a: "%s"}\n' "$1" "$2"; }
# method_count METHOD: how many requests of it since the last reset.
method_count() { requests | grep -c "^$1 " || true; }
data() { kubec get cm "$1" -o jsonpath='{.data.a}'; }

@test "replace needs the object to be there, and then replaces the whole of it" {
	run_kubec replace -f one.yaml
	[[ $status -eq 1 && -z $output ]]
	[[ $stderr == 'Error from server (NotFound): error when replacing "one.yaml": configmaps "one" not found' ]]
	kubec create configmap one --from-literal=b=2 >/dev/null
	run_kubec replace -f one.yaml
	[[ $status -eq 0 && $output == "configmap/one replaced" && -z $stderr ]]
	[[ $(kubec get cm one -o jsonpath='{.data}') == '{"a":"1"}' ]]
}

@test "several objects: each is told, and the missing one does not stop the others" {
	config_map two 2 | kubec create -f - >/dev/null
	run_kubec replace -f both.yaml
	[[ $status -eq 1 && $output == "configmap/two replaced" ]]
	[[ $stderr == 'Error from server (NotFound): error when replacing "both.yaml": configmaps "one" not found' ]]
	kubec create -f one.yaml >/dev/null
	run_kubec replace -f both.yaml -o jsonpath='{.data.a} '
	[[ $status -eq 0 && $output == "10 20 " ]]
}

@test "a manifest that names a version replaces only that" {
	kubec create -f one.yaml >/dev/null
	kubec get cm one -o yaml >old.yaml
	kubec patch cm one -p '{"data":{"a":"other"}}' >/dev/null
	run_kubec replace -f old.yaml
	[[ $status -eq 1 ]]
	[[ $stderr == 'Error from server (Conflict): error when replacing "old.yaml": Operation cannot be fulfilled on configmaps "one": the object has been modified; please apply your changes to the latest version and try again' ]]
	[[ $(data one) == other ]]
}

@test "--save-config, and an annotation that is there is kept right" {
	kubec create -f one.yaml >/dev/null
	kubec replace -f one.yaml --save-config >/dev/null
	run_kubec get cm one -o jsonpath='{.metadata.annotations.kubectl\.kubernetes\.io/last-applied-configuration}'
	[[ $output == '{"apiVersion":"v1","data":{"a":"1"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"one","namespace":"default"}}' ]]
	run_kubec apply -f one.yaml
	[[ $output == "configmap/one unchanged" && -z $stderr ]]
}

@test "--dry-run changes nothing" {
	kubec create -f one.yaml >/dev/null
	config_map one 5 >five.yaml
	run_kubec replace -f five.yaml --dry-run=client
	[[ $status -eq 0 && $output == "configmap/one replaced (dry run)" ]]
	[[ $(method_count PUT) -eq 0 ]]
	run_kubec replace -f five.yaml --dry-run=server
	[[ $status -eq 0 && $output == "configmap/one replaced (server dry run)" ]]
	[[ $(data one) == 1 ]]
}

@test "--force deletes all, then makes all, whether they were there or not" {
	kubec create -f one.yaml >/dev/null
	local uid=$(kubec get cm one -o jsonpath='{.metadata.uid}')
	run_kubec replace --force -f both.yaml
	[[ $status -eq 0 && -z $stderr ]]
	[[ $output == $'configmap "one" deleted from default namespace\nconfigmap/one replaced\nconfigmap/two replaced' ]]
	[[ $(kubec get cm one -o jsonpath='{.metadata.uid}') != "$uid" && $(data two) == 20 ]]
	[[ $(requests | grep -oE '^(DELETE|POST)' | tail -4 | tr '\n' ' ') == "DELETE DELETE POST POST " ]]
}

@test "--force gives up on what a finalizer holds, and makes nothing" {
	sed 's/{name: one}/{name: one, finalizers: [example.com\/hold]}/' one.yaml >held.yaml
	kubec create -f held.yaml >/dev/null
	run_kubec replace --force -f held.yaml --timeout=300ms
	[[ $status -eq 1 && $output == 'configmap "one" deleted from default namespace' ]]
	[[ $stderr == 'error: context deadline exceeded' ]]
	[[ -n $(kubec get cm one -o jsonpath='{.metadata.deletionTimestamp}') ]]
}

@test "--force does not delete what cannot be made anew from the manifest" {
	kubec create -f one.yaml >/dev/null
	printf 'kind: ConfigMap\nmetadata: {name: one}\n' >broken.yaml
	run_kubec replace --force -f broken.yaml
	[[ $status -eq 1 && -z $output ]]
	[[ $(data one) == 1 ]]
}

@test "--raw puts the file as it is" {
	kubec create -f one.yaml >/dev/null
	printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":"raw"}}' >raw.json
	run_kubec replace --raw /api/v1/namespaces/default/configmaps/one -f raw.json
	[[ $status -eq 0 && $output == '{"kind":"ConfigMap",'*'"data":{"a":"raw"}'* ]]
	[[ $(data one) == raw ]]
}

@test "what is wrong with the line" {
	fails() {
		local expected=$1
		shift
		run_kubec replace "$@"
		[[ $status -eq 1 && -z $output && $stderr == "$expected" ]]
	}
	fails 'error: must specify one of -f and -k'
	fails 'error: --grace-period must have --force specified' -f one.yaml --grace-period=1
	fails 'error: --timeout must have --force specified' -f one.yaml --timeout=1s
	fails 'error: --dry-run can not be used when --force is set' -f one.yaml --force --dry-run=client
	fails 'error: --raw can only use a single local file or stdin' --raw /x -f one.yaml -f both.yaml
	fails 'error: --raw and --output are mutually exclusive' --raw /x -f one.yaml -o json
	fails 'error: the path "none.yaml" does not exist' -f none.yaml
	[[ $(request_count) -eq 0 ]]
}
