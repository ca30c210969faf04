load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
	reset_server
	kubec create configmap cm --from-literal=a=1 >/dev/null
}

# method_count METHOD: how many requests of it since the last reset.
method_count() { requests | grep -c "^$1 " || true; }
data() { kubec get cm "${1:-cm}" -o jsonpath='{.data}'; }

@test "the three types of patches, as JSON and as YAML" {
	run_kubec patch cm cm -p '{"data":{"b":"2"}}'
	[[ $status -eq 0 && $output == "configmap/cm patched" && -z $stderr ]]
	run_kubec patch cm cm -p $'data:\n  c: "3"'
	[[ $status -eq 0 && $output == "configmap/cm patched" ]]
	run_kubec patch cm cm --type=merge -p '{"data":{"b":null}}'
	[[ $status -eq 0 && $output == "configmap/cm patched" ]]
	run_kubec patch cm cm --type=json -p $'- op: replace\n  path: /data/a\n  value: "9"'
	[[ $status -eq 0 && $output == "configmap/cm patched" ]]
	[[ $(data) == '{"a":"9","c":"3"}' ]]
}

@test "a patch that changes nothing says so" {
	run_kubec patch cm cm -p '{"data":{"a":"1"}}'
	[[ $status -eq 0 && $output == "configmap/cm patched (no change)" ]]
}

@test "containers are merged by name, and --field-manager owns what was changed" {
	kubec create deployment web --image=nginx:1 >/dev/null
	run_kubec patch deployment web --field-manager=me \
		-p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:2"}]}}}}'
	[[ $status -eq 0 && $output == "deployment.apps/web patched" ]]
	[[ $(kubec get deploy web -o jsonpath='{.spec.template.spec.containers[*].image}') == nginx:2 ]]
	requests | grep -q 'deployments/web?fieldManager=me$'
}

@test "several objects: one that is missing does not hide the others" {
	kubec create configmap two >/dev/null
	run_kubec patch cm cm missing two -p '{"data":{"x":"y"}}'
	[[ $status -eq 1 && $output == $'configmap/cm patched\nconfigmap/two patched' ]]
	[[ $stderr == 'Error from server (NotFound): configmaps "missing" not found' ]]
	[[ $(data two) == '{"x":"y"}' ]]
}

@test "--patch-file, and -f names the object" {
	printf 'data:\n  from: file\n' >"$BATS_TEST_TMPDIR/p.yaml"
	run_kubec patch -f - --patch-file "$BATS_TEST_TMPDIR/p.yaml" -o name <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm"}}'
	[[ $status -eq 0 && $output == configmap/cm ]]
	[[ $(data) == '{"a":"1","from":"file"}' ]]
	run_kubec patch cm cm --patch-file "$BATS_TEST_TMPDIR/none"
	[[ $status -eq 1 && $stderr == "error: unable to read patch file: open $BATS_TEST_TMPDIR/none: no such file or directory" ]]
}

@test "--dry-run changes nothing" {
	run_kubec patch cm cm -p '{"data":{"b":"2"}}' --dry-run=client -o jsonpath='{.data}'
	[[ $status -eq 0 && $output == '{"a":"1","b":"2"}' ]]
	[[ $(method_count PATCH) -eq 0 ]]
	run_kubec patch cm cm -p '{"data":{"b":"2"}}' --dry-run=server
	[[ $status -eq 0 && $output == "configmap/cm patched" ]]
	[[ $(data) == '{"a":"1"}' ]]
}

@test "--local asks no server, not even about kinds that it does not know" {
	local widget='{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"size":9007199254740993}}'
	reset_server
	KUBECONFIG=/dev/null run_kubec patch --local -f - --type=merge -p '{"spec":{"colour":"red"}}' -o jsonpath='{.spec}' <<<"$widget"
	[[ $status -eq 0 && $output == '{"colour":"red","size":9007199254740993}' ]]
	run_kubec patch --local -f - -p '{"spec":{"colour":"red"}}' <<<"$widget"
	[[ $status -eq 1 ]]
	[[ $stderr == 'error: strategic merge patch is not supported for example.com/v1, Kind=Widget locally, try --type merge' ]]
	run_kubec patch --local cm cm -p '{}'
	[[ $status -eq 1 && $stderr == 'error: cannot specify --local and server resources' ]]
	[[ $(request_count) -eq 0 ]]
}

@test "--subresource: what comes back names itself" {
	kubec create deployment web --image=nginx >/dev/null
	run_kubec patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":3}}'
	[[ $status -eq 0 && $output == "scale.autoscaling/web patched" ]]
	[[ $(kubec get deploy web -o jsonpath='{.spec.replicas}') == 3 ]]
}

@test "a server that does not take the type" {
	control POST faults '{"method":"PATCH","path":"/configmaps/cm","do":"status","code":415,"reason":"UnsupportedMediaType","message":"the body of the request was in an unknown format"}' >/dev/null
	run_kubec patch cm cm -p '{"data":{"b":"2"}}'
	[[ $status -eq 1 ]]
	[[ $stderr == 'error: application/strategic-merge-patch+json is not supported by /v1, Kind=ConfigMap: the body of the request was in an unknown format' ]]
}

@test "what is wrong with the line" {
	local patch="-p {}"
	fails() {
		local expected=$1
		shift
		run_kubec patch "$@"
		[[ $status -eq 1 && -z $output && $stderr == "$expected" ]]
	}
	fails 'error: must specify --patch or --patch-file containing the contents of the patch' cm cm
	fails 'error: cannot specify --patch and --patch-file together' cm cm -p '{}' --patch-file=x
	fails 'error: --type must be one of [json merge strategic], not "x"' cm cm -p '{}' --type=x
	fails 'error: unable to parse "a: b: c": yaml: mapping values are not allowed in this context' cm cm -p 'a: b: c'
	fails 'error: resource(s) were provided, but no name was specified' cm -p '{}'
	[[ $(method_count PATCH) -eq 0 ]]
}
