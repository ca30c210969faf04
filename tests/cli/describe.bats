# describe: what is asked for, which objects, which events, and what goes wrong. The text of every kind
# is compared with kubectl's by tests/parity/describe.cases.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; cd "$BATS_TEST_TMPDIR" || return; }

config_map() { # NAME [LABEL [VALUE]]
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s%s}\ndata: {k: v}\n' "$1" "${2:+, labels: {$2: \"$3\"\}}" | kubec create -f - >/dev/null
    control DELETE requests >/dev/null
}

event() { # NAME KIND OBJECT UID MESSAGE
    kubec create -f - >/dev/null <<<"{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"metadata\":{\"name\":\"$1\",\"namespace\":\"default\"},
        \"involvedObject\":{\"kind\":\"$2\",\"name\":\"$3\",\"namespace\":\"default\",\"uid\":\"$4\"},\"type\":\"Normal\",\"reason\":\"Tested\",
        \"message\":\"$5\",\"source\":{\"component\":\"tester\"},\"count\":1}"
}

# The text of a ConfigMap that config_map made, up to its events.
config_map_text() { # NAME [LABELS]
    printf 'Name:         %s\nNamespace:    default\nLabels:       %s\nAnnotations:  <none>\n\n' "$1" "${2:-<none>}"
    printf 'Data\n====\nk:\n----\nv\n\n\nBinaryData\n====\n\n'
}

@test "one object is described with its events by two requests" {
    config_map a
    uid=$(kubec get configmap a -o jsonpath='{.metadata.uid}')
    event a.1 ConfigMap a "$uid" "first"
    event a.2 ConfigMap a other "of a namesake"
    control DELETE requests >/dev/null
    run_kubec describe configmap a
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$output" = "$(config_map_text a; printf 'Events:\n  Type    Reason  Age        From    Message\n  ----    ------  ----       ----    -------\n  Normal  Tested  <unknown>  tester  first')" ]
    [ "$(requests | wc -l)" -eq 2 ]
    [[ "$(requests)" == "GET /api/v1/namespaces/default/configmaps/a"$'\n'"GET /api/v1/namespaces/default/events?fieldSelector="*"$uid&limit=500" ]]
}

@test "without events it is one request" {
    config_map a
    run_kubec describe configmap/a --show-events=false
    [ "$status" -eq 0 ]
    [ "$output" = "$(config_map_text a)" ]
    [ "$(requests)" = "GET /api/v1/namespaces/default/configmaps/a" ]
}

@test "several objects are a list, described without events, with two empty lines between them" {
    config_map a x 1
    config_map b x 1
    config_map c x 2
    run_kubec describe configmaps -l x=1
    [ "$status" -eq 0 ]
    [ "$output" = "$(config_map_text a x=1; printf '\n\n'; config_map_text b x=1)" ]
    [ "$(request_count)" -eq 1 ]
    run_kubec describe configmaps -l x=1 --show-events
    [ "$(grep -c '^Events:  <none>$' <<<"$output")" -eq 2 ]
}

@test "a list is followed page by page" {
    for name in a b c; do config_map "$name" x 1; done
    run_kubec describe configmaps -l x=1 --chunk-size=1
    [ "$status" -eq 0 ]
    [ "$(grep -c ^Name: <<<"$output")" -eq 3 ]
    [ "$(requests | grep -c 'limit=1&continue=')" -ge 2 ]
    control DELETE requests >/dev/null
    run_kubec describe configmaps -l x=1 --chunk-size=0
    [ "$(grep -c ^Name: <<<"$output")" -eq 3 ]
    [ "$(requests)" = "GET /api/v1/namespaces/default/configmaps?labelSelector=x%3D1" ]
}

@test "events are followed page by page, too" {
    config_map a
    uid=$(kubec get configmap a -o jsonpath='{.metadata.uid}')
    for i in 1 2 3; do event "a.$i" ConfigMap a "$uid" "number $i"; done
    run_kubec describe configmap a --chunk-size=1
    [ "$status" -eq 0 ]
    [ "$(grep -c 'number [123]$' <<<"$output")" -eq 3 ]
}

@test "a name that is no object's is the beginning of names" {
    config_map abc
    config_map abd
    config_map b
    run_kubec describe configmap ab
    [ "$status" -eq 0 ]
    [ "$output" = "$(config_map_text abc; printf '\n'; config_map_text abd)" ]
    [ -z "$stderr" ]
}

@test "neither a name nor the beginning of one" {
    run_kubec describe configmap nope
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ "$stderr" = 'Error from server (NotFound): configmaps "nope" not found' ]
    run_kubec describe configmap/nope
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (NotFound): configmaps "nope" not found' ]
}

@test "what is there is described beside what is not" {
    config_map a
    run_kubec describe configmap/a configmap/b secret/c
    [ "$status" -eq 1 ]
    [ "$output" = "$(config_map_text a)" ]
    [ "$stderr" = 'Error from server (NotFound): configmaps "b" not found
Error from server (NotFound): secrets "c" not found' ]
}

@test "nothing to describe" {
    run_kubec describe
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: You must specify the type of resource to describe. Use "kubec api-resources" for a complete list of supported resources.' ]
    run_kubec describe secrets -l none=such
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [ "$stderr" = "No resources found in default namespace." ]
    run_kubec describe secrets -l none=such -A
    [ "$stderr" = "No resources found" ]
    run_kubec describe nothing
    [ "$status" -eq 1 ]
    [ "$stderr" = "error: the server doesn't have a resource type \"nothing\"" ]
}

@test "what a Deployment and a node need is asked for at once" {
    kubec create deployment web --image=nginx >/dev/null
    wait_for 'kubec get pods | grep -q Running'
    node=$(kubec get nodes -o jsonpath='{.items[0].metadata.name}')
    control DELETE requests >/dev/null
    run_kubec describe deployment web
    [ "$status" -eq 0 ]
    [ "$(request_count)" -eq 3 ]
    [[ "$output" == *$'\nOldReplicaSets:  <none>\nNewReplicaSet:   web-'*' (1/1 replicas created)'* ]]
    control DELETE requests >/dev/null
    run_kubec describe node "$node"
    [ "$status" -eq 0 ]
    [ "$(request_count)" -eq 6 ]
    [[ "$output" == *$'\nNon-terminated Pods:'*'(1 in total)'* ]]
}

@test "a Service shows who is behind it" {
    kubec create deployment web --image=nginx --port=80 >/dev/null
    kubec expose deployment web --port=8080 --target-port=80 >/dev/null
    wait_for 'kubec describe service web | grep -qE "^Endpoints: +10\."'
    run_kubec describe service web
    [ "$status" -eq 0 ]
    [[ "$output" =~ Port:\ +\<unset\>\ +8080/TCP.TargetPort:\ +80/TCP.Endpoints:\ +[0-9.]+:80 ]]
}

@test "related objects that cannot be had: what is left out, told, and what fails" {
    kubec create deployment web --image=nginx >/dev/null
    config_map a
    control POST faults '{"path":"/(replicasets|events)\\?","do":"status","code":403,"reason":"Forbidden","message":"not you","count":-1}' >/dev/null
    run_kubec describe deployment web
    [ "$status" -eq 0 ]
    [[ "$output" != *NewReplicaSet:* ]]
    [[ $(tail -n 1 <<<"$output" | tr -s ' ') == 'Events: <none>' ]]
    run_kubec describe configmap a
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ "$stderr" = "Error from server (Forbidden): not you" ]
}

@test "one failure of many objects is told once" {
    config_map a
    config_map b
    control POST faults '{"path":"/events\\?","do":"status","code":403,"reason":"Forbidden","message":"not you","count":-1}' >/dev/null
    run_kubec describe configmap a b --show-events
    [ "$status" -eq 1 ]
    [ "$stderr" = "Error from server (Forbidden): not you" ]
}

@test "a manifest names what to describe" {
    config_map a
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' >a.yaml
    run_kubec describe -f a.yaml --show-events=false
    [ "$status" -eq 0 ]
    [ "$output" = "$(config_map_text a)" ]
    run_kubec describe -f a.yaml pods
    [ "$status" -eq 1 ]
    run_kubec describe -f none.yaml
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: the path "none.yaml" does not exist' ]
}

@test "control characters of an object do not reach a terminal" {
    kubec create -f - >/dev/null <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"\u001b[31mred\rover"}}'
    run_kubec describe configmap a --show-events=false
    [[ "$output" == *$'k:\n----\n^[[31mred\\rover\n'* ]]
}
