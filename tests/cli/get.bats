#!/usr/bin/env bats
# get: what it prints, asks for and says, against the test API server.

load helper

setup_file() {
    start_server --no-controllers
}
teardown_file() { stop_server; }

setup() {
    reset_server
}

# settings in default, other in kube-public
config_maps() {
    control POST objects '[
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"default","labels":{"tier":"back","app":"x"}},"data":{"a":"1","b":"2"}},
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"},"data":{}},
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"other","namespace":"kube-public","labels":{"tier":"front"}},"data":{"k":"v"}}]' >/dev/null
}

out_is() {
    local want
    want=$(cat)
    [[ $(masked <<<"$output" | sed 's/ *$//') == "$want" ]] || { diff <(echo "$want") <(masked <<<"$output" | sed 's/ *$//') >&2; return 1; }
}

@test "a list is one request, a table without objects" {
    config_maps
    rm -rf "$HOME/.kube"
    run_kubec get configmaps
    [[ $status -eq 0 && -z $stderr ]]
    out_is <<'END'
NAME       DATA   AGE
a          0      AGE
settings   2      AGE
END
    [[ $(requests) == 'GET /api/v1/namespaces/default/configmaps?limit=500&includeObject=None' ]]
}

@test "the Accept header prefers Tables and allows plain objects" {
    config_maps
    run_kubec get cm
    run control GET requests
    [[ $output == *'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'* ]]
}

@test "labels need metadata, and only then it is asked for" {
    config_maps
    run_kubec get cm --show-labels -L tier,example.com/part
    out_is <<'END'
NAME       DATA   AGE   TIER   PART   LABELS
a          0      AGE                  <none>
settings   2      AGE    back          app=x,tier=back
END
    [[ $(requests) == 'GET /api/v1/namespaces/default/configmaps?limit=500' ]]
}

@test "a namespace column with -A" {
    config_maps
    run_kubec get cm -A -l tier
    out_is <<'END'
NAMESPACE     NAME       DATA   AGE
default       settings   2      AGE
kube-public   other      1      AGE
END
    [[ $(requests) == 'GET /api/v1/configmaps?labelSelector=tier&limit=500' ]]
}

@test "pages are followed and aligned as one" {
    config_maps
    run_kubec get cm --chunk-size=1
    out_is <<'END'
NAME       DATA   AGE
a          0      AGE
settings   2      AGE
END
    [[ $(request_count) -eq 2 ]]
    [[ $(requests 'limit=1&continue=') == *includeObject=None ]]
}

@test "no pages with --chunk-size=0" {
    config_maps
    run_kubec get cm --chunk-size=0
    [[ $(requests) == 'GET /api/v1/namespaces/default/configmaps?includeObject=None' ]]
}

@test "several kinds carry their kind and an empty line between them" {
    config_maps
    run_kubec get cm,ns,secrets
    out_is <<'END'
NAME                 DATA   AGE
configmap/a          0      AGE
configmap/settings   2      AGE

NAME                        STATUS   AGE
namespace/default           Active   AGE
namespace/kube-node-lease   Active   AGE
namespace/kube-public       Active   AGE
namespace/kube-system       Active   AGE
END
}

@test "names of several kinds are asked for at once and shown in order" {
    config_maps
    run_kubec get ns/default cm/settings ns/kube-system -o name
    [[ $output == $'namespace/default\nconfigmap/settings\nnamespace/kube-system' ]]
}

@test "-o name asks for metadata alone" {
    config_maps
    run_kubec get cm -o name
    [[ $output == $'configmap/a\nconfigmap/settings' ]]
    run control GET requests
    [[ $output == *as=PartialObjectMetadataList* ]]
}

@test "nothing found" {
    run_kubec get cm
    [[ $status -eq 0 && -z $output && $stderr == 'No resources found in default namespace.' ]]
    run_kubec get cm,secrets -n kube-public
    [[ $stderr == 'No resources found in kube-public namespace.' ]]
    run_kubec get cm -A
    [[ $status -eq 0 && -z $output && $stderr == 'No resources found' ]]
    run_kubec get pv
    [[ $stderr == 'No resources found' ]]
    run_kubec get cm --ignore-not-found
    [[ $status -eq 0 && -z $output && -z $stderr ]]
    run_kubec get cm -o name
    [[ $status -eq 0 && -z $output && -z $stderr ]]
}

@test "a missing object" {
    run_kubec get cm nothing
    [[ $status -eq 1 && -z $output && $stderr == 'Error from server (NotFound): configmaps "nothing" not found' ]]
    run_kubec get cm nothing --ignore-not-found
    [[ $status -eq 0 && -z $output && -z $stderr ]]
    run_kubec get cm nothing -o json
    [[ $status -eq 1 && -z $output && $stderr == 'Error from server (NotFound): configmaps "nothing" not found' ]]
}

@test "what is missing does not hide what is there" {
    config_maps
    run_kubec get cm settings nothing a less
    [[ $status -eq 1 ]]
    out_is <<'END'
NAME       DATA   AGE
settings   2      AGE
a          0      AGE
END
    [[ $stderr == $'Error from server (NotFound): configmaps "nothing" not found\nError from server (NotFound): configmaps "less" not found' ]]
}

@test "JSON of one object and of a list" {
    config_maps
    run_kubec get cm settings -o jsonpath='{.metadata.name} {.data}'
    [[ $output == 'settings {"a":"1","b":"2"}' ]]
    run_kubec get cm -l tier=back -o json
    [[ $status -eq 0 ]]
    [[ $(jq -c '[.kind,.metadata,.items[0].kind,.items[0].apiVersion,.items[0].metadata.managedFields]' <<<"$output") == '["List",{"resourceVersion":""},"ConfigMap","v1",null]' ]]
    [[ $output == $'{\n    "apiVersion": "v1",\n    "items": [\n        {\n            "apiVersion": "v1",\n            "data": {\n                "a": "1",'* ]]
    run_kubec get cm -l tier=nothing -o json
    [[ $output == $'{\n    "apiVersion": "v1",\n    "items": [],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}' ]]
}

@test "YAML of one object and of a list" {
    config_maps
    run_kubec get cm settings -o yaml
    [[ $output == $'apiVersion: v1\ndata:\n  a: "1"\n  b: "2"\nkind: ConfigMap\nmetadata:\n  '* ]]
    run_kubec get cm settings a -o yaml
    [[ $output == $'apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    a: "1"\n    b: "2"\n  kind: ConfigMap\n'*$'\n- apiVersion: v1\n'*$'\nkind: List\nmetadata:\n  resourceVersion: ""' ]]
}

@test "columns of one's own" {
    config_maps
    run_kubec get cm -o custom-columns=NAME:.metadata.name,A:.data.a
    [[ $output == $'NAME       A\na          <none>\nsettings   1' ]]
    run_kubec get cm -o custom-columns=NAME:.metadata.name --no-headers
    [[ $output == $'a\nsettings' ]]
    run_kubec get cm -o custom-columns=NAME
    [[ $status -eq 1 && $stderr == 'error: unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>' ]]
}

@test "sorting" {
    config_maps
    run_kubec get cm -A --sort-by=.metadata.namespace -o name
    [[ $output == $'configmap/a\nconfigmap/settings\nconfigmap/other' ]]
    run_kubec get cm --sort-by='{.metadata.labels.tier}' --no-headers
    [[ ${lines[0]} == a* && ${lines[1]} == settings* ]]
    run_kubec get cm --sort-by=.nothing -o name
    [[ $status -eq 1 && $stderr == 'error: couldn'"'"'t find any field with path "{.nothing}" in the list of objects' ]]
}

@test "objects of a server without Tables show names and ages" {
    config_maps
    run_kubec get cm --server-print=false
    out_is <<'END'
NAME       AGE
a          AGE
settings   AGE
END
}

@test "files name objects" {
    config_maps
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: gone\n' >"$BATS_TEST_TMPDIR/both.yaml"
    run_kubec get -f "$BATS_TEST_TMPDIR/both.yaml"
    [[ $status -eq 1 && ${lines[1]} == settings* && $stderr == 'Error from server (NotFound): secrets "gone" not found' ]]
    run_kubec get -f "$BATS_TEST_TMPDIR/both.yaml" -o name
    [[ $status -eq 1 && -z $output && $stderr == 'Error from server (NotFound): secrets "gone" not found' ]]
    run_kubec get -f "$BATS_TEST_TMPDIR/both.yaml" -o name --ignore-not-found
    [[ $status -eq 0 && $output == configmap/settings && -z $stderr ]]
}

@test "raw paths" {
    run_kubec get --raw /readyz
    [[ $status -eq 0 && $output == ok ]]
    run_kubec get --raw /nothing
    [[ $status -eq 1 && -z $output && $stderr == 'Error from server (NotFound): the server could not find the requested resource' ]]
    run_kubec get --raw version
    [[ $status -eq 1 && $stderr == 'error: --raw must be a valid URL path: parse "version": invalid URI for request' ]]
    run_kubec get --raw /version pods
    [[ $stderr == 'error: arguments may not be passed when --raw is specified' ]]
    run_kubec get --raw /version -l a=b
    [[ $stderr == 'error: --raw may not be specified with other flags that filter the server request or alter the output' ]]
}

@test "wrong calls" {
    run_kubec get
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == $'You must specify the type of resource to get. Use "kubec api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubec explain <resource>" for a detailed description of that resource (e.g. kubec explain pods).\nSee \'kubec get -h\' for help and examples' ]]
    run_kubec get cm --show-labels -o json
    [[ $status -eq 1 && $stderr == 'error: --show-labels option cannot be used with json printer' ]]
    run_kubec get cm --output-watch-events
    [[ $stderr == 'error: --output-watch-events option can only be used with --watch or --watch-only' ]]
    run_kubec get cm -o nothing
    [[ $status -eq 1 && $stderr == 'error: unable to match a printer suitable for the output format "nothing", allowed formats are: '*custom-columns*json*name*wide,yaml ]]
    [[ $(request_count 'nothing') -eq 0 ]]
}

@test "a server that refuses" {
    run_kubec --context viewer get secrets
    [[ $status -eq 1 && -z $output && $stderr == 'Error from server (Forbidden): secrets is forbidden: User "viewer" cannot list resource "secrets" in API group "" in the namespace "default"' ]]
    run_kubec --context bad-token get cm
    [[ $status -eq 1 && -z $output && $stderr == 'error: You must be logged in to the server (Unauthorized)' ]]
    run_kubec --context bad-token get cm,ns,pods
    [[ $stderr == 'error: You must be logged in to the server (Unauthorized)' ]]
    run_kubec --context viewer get secrets,cm
    [[ $status -eq 1 && $stderr == 'Error from server (Forbidden): secrets is forbidden'* ]]
}

@test "a page that fails after others came" {
    config_maps
    control POST faults '{"path":"continue=","do":"status","code":500,"reason":"InternalError","message":"boom","count":-1}' >/dev/null
    run_kubec get cm --chunk-size=1
    [[ $status -eq 1 && $stderr == *boom* ]]
    [[ ${lines[1]} == a* && ${#lines[@]} -eq 2 ]]
}

@test "an answer that is cut off" {
    config_maps
    control POST faults '{"path":"configmaps","do":"truncate","bytes":200,"count":-1}' >/dev/null
    run_kubec get cm
    [[ $status -eq 1 && -z $output && -n $stderr ]]
    control DELETE faults
    control POST faults '{"path":"configmaps","do":"garbage","count":-1}' >/dev/null
    run_kubec get cm
    [[ $status -eq 1 && -z $output && -n $stderr ]]
}

@test "control sequences of a terminal are made harmless" {
    control POST objects '[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"evil"},"status":{"phase":"\u001b[31mred\nx"}}]' >/dev/null
    run_kubec get ns evil --no-headers
    [[ $output == 'evil   ^[[31mred...'* ]]
}

@test "--sort-by values that cannot be compared is a failure, a field that is not there is none" {
	kubec create -f - >/dev/null <<<'{"apiVersion":"v1","kind":"List","items":[
		{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","labels":{"a":"b"}}},
		{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"two","labels":{"a":"c"}}}]}'
	run_kubec get configmaps one two --sort-by=.metadata.labels
	[ "$status" -eq 1 ]
	run_kubec get configmaps -l a --sort-by=.metadata.labels
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$stderr" = 'error: Field {.metadata.labels} is an unsortable type' ]
	run_kubec get configmaps -l a --sort-by=.metadata.nothing
	[ "$status" -eq 0 ]
}
