#!/usr/bin/env bats
# Work on many objects at a time: the order of what is shown, what goes first, failures among them, Ctrl-C.

load helper

setup_file() { start_server --pod-start 0 --pod-stop 0; }
teardown_file() { stop_server; }

setup() {
    reset_server
    cd "$BATS_TEST_TMPDIR"
}

config_maps() { # COUNT [VALUE]
    local i
    for ((i = 0; i < $1; i++)); do
        printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%04d, labels: {app: many}}\ndata: {k: "%s"}\n' "$i" "${2:-1}"
    done
}

no_lists() { # of ConfigMaps: each is asked for by itself
    control POST faults '{"do":"status","code":403,"reason":"Forbidden","message":"no lists","path":"/configmaps\\?limit","method":"GET","count":-1}'
}

lines_of() { # COUNT PREFIX SUFFIX
    local i
    for ((i = 0; i < $1; i++)); do printf '%sc%04d%s\n' "$2" "$i" "$3"; done
}

crd() {
    cat <<'YAML'
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets, singular: widget}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
YAML
}

# Node takes a thousand streams of curl's on one connection and no more: what takes two requests an object is asked of fewer.
@test "a thousand objects are made, left alone and deleted, and told in the order of the input" {
    config_maps 1000 >new.yaml
    run_kubec create -f new.yaml --save-config
    [ "$status" -eq 0 ]
    [ "$stderr" = '' ]
    [ "$output" = "$(lines_of 1000 configmap/ ' created')" ]
    [ "$(request_count "configmaps")" -eq 1000 ]
    run_kubec apply -f new.yaml
    [ "$output" = "$(lines_of 1000 configmap/ ' unchanged')" ]
    run_kubec delete -f new.yaml
    [ "$status" -eq 0 ]
    [ "$output" = "$(lines_of 1000 'configmap "' '" deleted from default namespace')" ]
}

@test "many objects are made, changed and deleted" {
    config_maps 200 >new.yaml
    config_maps 200 2 >changed.yaml
    run_kubec apply -f new.yaml
    [ "$status" -eq 0 ]
    [ "$output" = "$(lines_of 200 configmap/ ' created')" ]
    # one list tells that none is there; the first of all is asked for by itself
    [ "$(request_count configmaps)" -eq 202 ]
    control DELETE requests
    run_kubec apply -f changed.yaml
    [ "$output" = "$(lines_of 200 configmap/ ' configured')" ]
    [ "$(requests configmaps | grep -c '^GET ')" -eq 2 ]
    [ "$(requests configmaps | grep -c '^PATCH ')" -eq 200 ]
    run_kubec apply --server-side --force-conflicts -f new.yaml
    [ "$output" = "$(lines_of 200 configmap/ ' serverside-applied')" ]
    run_kubec delete configmaps -l app=many --concurrency=7
    [ "$output" = "$(lines_of 200 'configmap "' '" deleted from default namespace')" ]
}

@test "they are worked on beside each other, and --concurrency is a number" {
    config_maps 60 >new.yaml
    control POST faults '{"do":"delay","ms":60,"path":"/configmaps","count":-1}'
    local started=${EPOCHREALTIME/./}
    run_kubec apply -f new.yaml --concurrency=60
    [ "$status" -eq 0 ]
    # 2 requests of 60 ms for each of 60 objects
    (((${EPOCHREALTIME/./} - started) < 3000000))
    control DELETE faults
    run_kubec apply -f new.yaml --concurrency=0
    [ "$status" -eq 1 ]
    [ "$stderr" = $'error: --concurrency must be at least 1\nSee \'kubec apply -h\' for help and examples' ]
    run_kubec apply -f new.yaml --concurrency=1
    [ "$output" = "$(lines_of 60 configmap/ ' unchanged')" ]
}

@test "failures do not hide the others, and are told in the order of the input" {
    config_maps 40 >new.yaml
    no_lists
    control POST faults '{"do":"status","code":500,"reason":"InternalError","message":"no room","path":"/configmaps/c0007","count":-1}'
    control POST faults '{"do":"status","code":403,"reason":"Forbidden","message":"not you","path":"/configmaps/c0003","count":-1}'
    control POST faults '{"do":"delay","ms":300,"path":"/configmaps/c0000","count":-1}'
    run_kubec apply -f new.yaml
    [ "$status" -eq 1 ]
    [ "$output" = "$(lines_of 40 configmap/ ' created' | grep -v -e c0003 -e c0007)" ]
    [ "$(grep -c ^ <<<"$stderr")" -eq 8 ]
    [ "$(grep -E '^(from server|Name:)' <<<"$stderr")" = $'Name: "c0003", Namespace: "default"\nfrom server for: "new.yaml": not you\nName: "c0007", Namespace: "default"\nfrom server for: "new.yaml": no room' ]
    control DELETE faults
    run_kubec create -f new.yaml
    [ "$status" -eq 1 ]
    [ "$output" = $'configmap/c0003 created\nconfigmap/c0007 created' ]
    [ "$stderr" = "$(lines_of 40 'Error from server (AlreadyExists): error when creating "new.yaml": configmaps "' '" already exists' | grep -v -e c0003 -e c0007)" ]
}

@test "warnings of the server stand where their object is, each text once" {
    config_maps 30 >new.yaml
    sed -i 's/^data:/extra: 1\ndata:/' new.yaml
    control POST faults '{"do":"delay","ms":200,"path":"/configmaps/c0000","count":-1}'
    run "$KUBEC" apply --validate=warn -f new.yaml
    [ "$status" -eq 0 ]
    [ "$output" = $'Warning: unknown field "extra"\n'"$(lines_of 30 configmap/ ' created')" ]
}

@test "create prints its documents apart, in the order of the input" {
    config_maps 5 >new.yaml
    run_kubec create -f new.yaml -o 'jsonpath={.metadata.name} '
    [ "$output" = 'c0000 c0001 c0002 c0003 c0004 ' ]
    kubec delete -f new.yaml
    run_kubec create -f new.yaml -o yaml
    [ "$(grep -c '^---$' <<<"$output")" -eq 4 ]
    [ "$(grep -E '^  name:' <<<"$output")" = "$(lines_of 5 '  name: ' '')" ]
}

@test "Namespaces and definitions go first, are waited for, and are told where they stand" {
    {
        printf 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: late}\n---\n'
        printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: late}\n---\n'
        printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: late}\n'
        crd
    } >all.yaml
    run_kubec apply -f all.yaml
    [ "$stderr" = '' ]
    [ "$status" -eq 0 ]
    [ "$output" = $'widget.example.com/w created\nconfigmap/c created\nnamespace/late created\ncustomresourcedefinition.apiextensions.k8s.io/widgets.example.com created' ]
    run_kubec apply -f all.yaml
    [ "$output" = $'widget.example.com/w unchanged\nconfigmap/c unchanged\nnamespace/late unchanged\ncustomresourcedefinition.apiextensions.k8s.io/widgets.example.com unchanged' ]
    kubec delete -f all.yaml --ignore-not-found
    run_kubec create -f all.yaml
    [ "$status" -eq 0 ]
    [ "$output" = $'widget.example.com/w created\nconfigmap/c created\nnamespace/late created\ncustomresourcedefinition.apiextensions.k8s.io/widgets.example.com created' ]
    run_kubec apply --server-side --force-conflicts -f all.yaml
    [ "$status" -eq 0 ]
}

@test "a definition that is refused: its objects say that they have no type" {
    { crd; printf -- '---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n'; } >all.yaml
    control POST faults '{"do":"status","code":403,"reason":"Forbidden","message":"not you","path":"/customresourcedefinitions","method":"POST","count":-1}'
    run_kubec apply -f all.yaml
    [ "$status" -eq 1 ]
    [ "$output" = '' ]
    [ "$stderr" = $'Error from server (Forbidden): error when creating "all.yaml": not you\nresource mapping not found for name: "w" namespace: "" from "all.yaml": no matches for kind "Widget" in version "example.com/v1"\nensure CRDs are installed first' ]
}

@test "what others name comes first; what changes them keeps its place" {
    cat >all.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: before}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec: {limits: [{type: Container, default: {cpu: 1}}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: after}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
YAML
    control POST faults '{"do":"delay","ms":100,"method":"POST","path":"/(configmaps|serviceaccounts)","count":-1}'
    run_kubec create -f all.yaml
    [ "$output" = $'configmap/before created\nlimitrange/limits created\nconfigmap/after created\nserviceaccount/robot created' ]
    [ "$(requests | sed -E 's/\?.*//; s/.*default\///' | tr '\n' ' ')" = 'serviceaccounts configmaps limitranges configmaps ' ]
}

@test "an object that comes twice is worked on twice, one after the other" {
    { config_maps 3 1; config_maps 3 2; config_maps 3 2; } >twice.yaml
    control POST faults '{"do":"delay","ms":50,"path":"/configmaps","count":-1}'
    run_kubec apply -f twice.yaml
    [ "$status" -eq 0 ]
    [ "$output" = "$(lines_of 3 configmap/ ' created'; lines_of 3 configmap/ ' configured'; lines_of 3 configmap/ ' unchanged')" ]
}

@test "a server that says when to come back is obeyed" {
    config_maps 30 >new.yaml
    control POST faults '{"do":"status","code":429,"retryAfter":1,"path":"/configmaps","skip":5,"count":15}'
    run_kubec apply -f new.yaml
    [ "$status" -eq 0 ]
    [ "$stderr" = '' ]
    [ "$output" = "$(lines_of 30 configmap/ ' created')" ]
}

@test "connections that are lost under reading requests are made again" {
    config_maps 30 >new.yaml
    kubec apply -f new.yaml
    no_lists
    control POST faults '{"do":"reset","path":"/configmaps/","method":"GET","skip":3,"count":2}'
    run_kubec apply -f new.yaml
    [ "$status" -eq 0 ]
    [ "$output" = "$(lines_of 30 configmap/ ' unchanged')" ]
}

@test "a server that speaks HTTP/1.1 alone" {
    local port
    port=$(control POST listen '{"h2": false}' | sed -E 's/[^0-9]//g')
    config_maps 200 >new.yaml
    run_kubec apply -f new.yaml --server="https://127.0.0.1:$port"
    [ "$status" -eq 0 ]
    [ "$output" = "$(lines_of 200 configmap/ ' created')" ]
    run_kubec delete -f new.yaml --server="https://127.0.0.1:$port"
    [ "$status" -eq 0 ]
    [ "$output" = "$(lines_of 200 'configmap "' '" deleted from default namespace')" ]
    control POST close "{\"port\": $port}"
}

@test "who cannot reach the server says it once" {
    config_maps 50 >new.yaml
    run_kubec apply -f new.yaml -s http://127.0.0.1:1 --validate=false
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: unable to recognize "new.yaml": Get "http://127.0.0.1:1/api?timeout=32s": dial tcp 127.0.0.1:1: connect: connection refused' ]
    run_kubec delete -f new.yaml -s http://127.0.0.1:1
    [ "$stderr" = 'error: unable to recognize "new.yaml": Get "http://127.0.0.1:1/api?timeout=32s": dial tcp 127.0.0.1:1: connect: connection refused' ]
}

@test "Ctrl-C: every object is old or new, and what was done is told" {
    config_maps 100 >new.yaml
    config_maps 100 2 >changed.yaml
    kubec apply -f new.yaml
    control POST faults '{"do":"delay","ms":100,"path":"/configmaps","method":"PATCH","count":-1}'
    "$KUBEC" apply -f changed.yaml --concurrency=10 >out 2>err 3>&- 4>&- &
    local pid=$! code=0
    wait_for 'grep -q configured out'
    kill -INT "$pid"
    wait "$pid" || code=$?
    [ "$code" -eq 130 ]
    [ ! -s err ]
    control DELETE faults
    kubec get configmaps -l app=many -o 'jsonpath={range .items[*]}{.metadata.name} {.data.k} {.metadata.annotations}{"\n"}{end}' >after
    [ "$(grep -c ^ after)" -eq 100 ]
    # each holds one state, and remembers that one
    [ "$(grep -cE ' 1 .*k\\*":\\*"1' after)" -gt 0 ]
    [ "$(grep -cE ' (1 .*k\\*":\\*"1|2 .*k\\*":\\*"2)' after)" -eq 100 ]
    grep -E '^[^ ]+ 2' after | sed -E 's/^([^ ]+).*/configmap\/\1 configured/' >changed
    # whatever was told was done
    [ -z "$(grep -vxFf changed out)" ]
}

@test "a terminal gets a last line that counts" {
    config_maps 4 >new.yaml
    config_maps 3 2 >changed.yaml
    kubec apply -f new.yaml
    { cat changed.yaml; config_maps 6 | tail -n 15; } >mixed.yaml
    run timeout 20 script -qec "$KUBEC apply -f mixed.yaml --color=never" /dev/null </dev/null
    [ "${lines[-1]%$'\r'}" = '2 created, 3 configured, 1 unchanged' ]
    control POST faults '{"do":"status","code":403,"reason":"Forbidden","message":"not you","path":"/configmaps/c0001","count":-1}'
    run timeout 20 script -qec "$KUBEC apply -f mixed.yaml --color=never" /dev/null </dev/null
    [ "${lines[-1]%$'\r'}" = '5 unchanged, 1 failed' ]
    run timeout 20 script -qec "$KUBEC apply -f mixed.yaml --color=never 2>&1 | cat" /dev/null </dev/null
    [[ ${lines[-1]} != *', '* ]]
}

pods() { # COUNT
    local i
    for ((i = 0; i < $1; i++)); do
        printf -- '---\napiVersion: v1\nkind: Pod\nmetadata: {name: c%04d}\nspec: {containers: [{name: a, image: nginx}], terminationGracePeriodSeconds: 1}\n' "$i"
    done
}

@test "many deleted Pods are waited for by one list and one watch" {
    pods 40 >pods.yaml
    kubec create -f pods.yaml
    wait_for '[ "$(kubec get pods --no-headers | grep -c Running)" -eq 40 ]' 10
    control POST controllers '{"podStop": 300}'
    control DELETE requests
    run_kubec delete -f pods.yaml
    [ "$status" -eq 0 ]
    [ "$output" = "$(lines_of 40 'pod "' '" deleted from default namespace')" ]
    [ "$(request_count '/pods/c')" -eq 40 ]
    [ "$(request_count '/pods\?')" -eq 2 ]
    run_kubec get pods
    [ "$stderr" = 'No resources found in default namespace.' ]
}

@test "a wait that runs out of time names the first that is still there" {
    pods 12 >pods.yaml
    kubec create -f pods.yaml
    wait_for '[ "$(kubec get pods --no-headers | grep -c Running)" -eq 12 ]' 10
    control POST controllers '{"podStop": -1}'
    kubec delete pod c0000 c0001 --force --grace-period=0
    kubec create -f pods.yaml 2>/dev/null || true
    run_kubec delete -f pods.yaml --timeout=1s
    [ "$status" -eq 1 ]
    [[ $stderr == 'error: timed out waiting for the condition on pods/c0'* ]]
}

@test "who may delete and not look is not kept waiting" {
    pods 12 >pods.yaml
    kubec create -f pods.yaml
    wait_for '[ "$(kubec get pods --no-headers | grep -c Running)" -eq 12 ]' 10
    control POST controllers '{"podStop": -1}'
    control POST faults '{"do":"status","code":403,"reason":"Forbidden","message":"not you","path":"/pods","method":"GET","count":-1}'
    run_kubec delete -f pods.yaml --timeout=20s
    [ "$status" -eq 0 ]
    [ "$stderr" = '' ]
}

@test "a server that lets go of the connection: what it did not take is sent again, once" {
    config_maps 80 >new.yaml
    config_maps 80 2 >changed.yaml
    control POST faults '{"do":"goaway","path":"/configmaps","method":"POST","skip":17,"count":2}'
    run_kubec apply -f new.yaml
    [ "$stderr" = '' ]
    [ "$output" = "$(lines_of 80 configmap/ ' created')" ]
    control POST faults '{"do":"goaway","path":"/configmaps","method":"PATCH","skip":40,"count":1}'
    run_kubec apply -f changed.yaml
    [ "$stderr" = '' ]
    [ "$output" = "$(lines_of 80 configmap/ ' configured')" ]
    [ "$(requests configmaps | grep -c PATCH)" -eq 80 ]
}

@test "scale and expose work on many beside each other and tell them in the order of the input" {
    local i names=() scaled='' exposed=''
    for ((i = 0; i < 40; i++)); do
        printf -- '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d%02d, labels: {app: d}}\nspec: {replicas: 0, selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, spec: {containers: [{name: a, image: nginx, ports: [{containerPort: 80}]}]}}}\n' "$i"
        printf -v "names[$i]" 'd%02d' "$i"
        scaled+="deployment.apps/${names[i]} scaled"$'\n'
        exposed+="service/${names[i]} exposed"$'\n'
    done >new.yaml
    kubec create -f new.yaml >/dev/null
    control POST faults '{"do":"delay","ms":60,"path":"/(scale|services)","count":-1}'
    local started=${EPOCHREALTIME/./}
    run_kubec scale deployment "${names[@]}" --replicas=1
    [[ $status -eq 0 && $stderr == '' && $output == "${scaled%$'\n'}" ]]
    run_kubec expose deployment "${names[@]}"
    [[ $status -eq 0 && $stderr == '' && $output == "${exposed%$'\n'}" ]]
    # 80 requests of 60 ms
    (((${EPOCHREALTIME/./} - started) < 3000000))
    control DELETE faults
    run_kubec scale deployment d00 none d01 --replicas=2 --concurrency=1
    [[ $status -eq 1 && $output == $'deployment.apps/d00 scaled\ndeployment.apps/d01 scaled' ]]
    [ "$stderr" = 'Error from server (NotFound): deployments.apps "none" not found' ]
    # what has no scale, or is not as large as it should be, ends it: nothing behind it is scaled
    run_kubec scale deployment/d00 service/d00 deployment/d01 --replicas=3
    [[ $status -eq 1 && $output == 'deployment.apps/d00 scaled' && $stderr == *'could not find the requested resource'* ]]
    run_kubec scale deployment d01 d00 --replicas=4 --current-replicas=3
    [[ $status -eq 1 && $output == '' && $stderr == 'error: Expected replicas to be 3, was 2' ]]
    run_kubec get deployment d00 d01 -o 'jsonpath={.items[*].spec.replicas}'
    [ "$output" = '3 2' ]
}

@test "objects made of one name are made in turn: the first gets it" {
    kubec create deployment web --image=nginx --port=80
    kubec create deployment two --image=nginx --port=80
    run_kubec expose deployment web two --name=one -o 'jsonpath={.spec.selector.app}'
    [[ $status -eq 1 && $output == web && $stderr == 'Error from server (AlreadyExists): services "one" already exists' ]]
    run_kubec autoscale deployment web two --name=one --max=3 -o 'jsonpath={.spec.scaleTargetRef.name}'
    [[ $status -eq 1 && $output == web ]]
}
