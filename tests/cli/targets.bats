#!/usr/bin/env bats
# What a command works on: words, selectors, lists in pages, and what is said when something is missing.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; }

# maps NAME…: ConfigMaps on the server
maps() {
    local name
    for name in "$@"; do
        echo "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"$name\"}}"
    done | kubec create -f - >/dev/null
    control DELETE requests >/dev/null
}

@test "forms of words that mean nothing" {
    run_kubec get pods/x svc
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubec get resource/<resource_name>' instead of 'kubec get resource resource/<resource_name>'" ]]
    run_kubec get pods/x/y
    [[ $status -eq 1 && $stderr == "error: arguments in resource/name form may not have more than one slash" ]]
    run_kubec get po,svc/x
    [[ $status -eq 1 && $stderr == "error: arguments in resource/name form must have a single resource and name" ]]
    run_kubec get pods x -l a=b
    [[ $status -eq 1 && $stderr == "error: name cannot be provided when a selector is specified" ]]
    run_kubec get pods/x -A
    [[ $status -eq 1 && $stderr == "error: a resource cannot be retrieved by name across all namespaces" ]]
    run_kubec delete pods --all -l a=b
    [[ $status -eq 1 && $stderr == "error: setting 'all' parameter but found a non empty selector." ]] # and a blank, which bats drops
    run_kubec scale deployments --replicas=1
    [[ $status -eq 1 && $stderr == "error: resource(s) were provided, but no name was specified" ]]
    [[ -z $(requests) ]]
}

@test "a namespace that is not there is what is missing" {
    run_kubec get pods x -n nope
    [[ $status -eq 1 && $stderr == 'Error from server (NotFound): namespaces "nope" not found' ]]
    [[ $(requests | tail -n 1) == "GET /api/v1/namespaces/nope" ]]
    run_kubec scale deployment/x --replicas=1 -n nope
    [[ $status -eq 1 && $stderr == 'Error from server (NotFound): namespaces "nope" not found' ]]
    run_kubec rollout history deployment/x -n nope
    [[ $status -eq 1 && $stderr == *'namespaces "nope" not found' ]]
}

@test "of the default namespace and of cluster-wide things nothing more is asked" {
    run_kubec get pods x
    [[ $status -eq 1 && $stderr == 'Error from server (NotFound): pods "x" not found' ]]
    run_kubec get nodes nope -n nope
    [[ $status -eq 1 && $stderr == 'Error from server (NotFound): nodes "nope" not found' ]]
    [[ $(request_count) -eq 2 ]]
}

@test "what is there is shown, what is missing is said" {
    maps a b
    run_kubec get cm a nope b -o name
    [[ $status -eq 1 && $output == $'configmap/a\nconfigmap/b' ]]
    [[ $stderr == 'Error from server (NotFound): configmaps "nope" not found' ]]
}

@test "a list comes in pages" {
    maps a b c d e
    run_kubec get cm --chunk-size=2 -o name
    [[ $status -eq 0 && $output == $'configmap/a\nconfigmap/b\nconfigmap/c\nconfigmap/d\nconfigmap/e\nconfigmap/kube-root-ca.crt' ]]
    [[ $(request_count 'limit=2') -eq 3 ]]
    [[ $(request_count 'continue=') -eq 2 ]]
}

@test "a page that expired is an error, unless the server offers to go on" {
    maps a b c d e
    control POST faults '{"path":"continue=","do":"status","code":410,"reason":"Expired","message":"too old","count":-1}' >/dev/null
    run_kubec get cm --chunk-size=2 -o name
    [[ $status -eq 1 && $stderr == "Error from server (Expired): too old" ]]
    control DELETE faults >/dev/null
    local token body
    token=$(kubec get --raw '/api/v1/namespaces/default/configmaps?limit=2' | grep -o '"continue":"[^"]*"' | cut -d'"' -f4)
    body="{\\\"kind\\\":\\\"Status\\\",\\\"metadata\\\":{\\\"continue\\\":\\\"$token\\\"},\\\"status\\\":\\\"Failure\\\",\\\"message\\\":\\\"too old\\\",\\\"reason\\\":\\\"Expired\\\",\\\"code\\\":410}"
    control POST faults "{\"path\":\"continue=\",\"do\":\"status\",\"code\":410,\"body\":\"$body\"}" >/dev/null
    run_kubec get cm --chunk-size=2 -o name
    [[ $status -eq 0 && ${#lines[@]} -eq 6 && ${lines[4]} == configmap/e ]]
}

@test "a selector that the server refuses says what was looked for" {
    run_kubec get pods --field-selector=foo=bar
    [[ $status -eq 1 ]]
    [[ $stderr == 'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "foo=bar": field label not supported: foo' ]]
    run_kubec get deployments -l 'a in (b'
    [[ $status -eq 1 ]]
    [[ $stderr == 'Error from server (BadRequest): Unable to find "apps/v1, Resource=deployments" that match label selector "a in (b", field selector "": '* ]]
}

@test "answers that are no objects are errors" {
    local fault expected
    while IFS='|' read -r fault expected; do
        control DELETE faults >/dev/null
        control POST faults "{\"path\":\"/configmaps\",\"count\":-1,$fault}" >/dev/null
        run_kubec get cm x
        [[ $status -eq 1 && -z $output ]]
        [[ $stderr == "$expected" ]]
    done <<'EOF'
"do":"status","code":200,"body":"{}"|error: Object 'Kind' is missing in '{}'
"do":"status","code":200,"body":"[]"|error: json: cannot unmarshal array into Go value of type unstructured.detector
"do":"status","code":200,"body":""|error: unexpected end of JSON input
"do":"status","code":200,"html":true|error: serializer for text/html doesn't exist
"do":"status","code":404,"html":true|Error from server (NotFound): the server could not find the requested resource (get configmaps x)
"do":"status","code":400,"html":true|Error from server (BadRequest): the server rejected our request for an unknown reason (get configmaps x)
"do":"garbage"|error: unexpected end of JSON input
EOF
}

@test "names and namespaces that would lead elsewhere are refused before anything is asked" {
    run_kubec get pods -n ..
    [[ $status -eq 1 && -z $output && $stderr == "invalid namespace \"..\": [may not be '..']" ]]
    run_kubec delete pods --all -n ..
    [[ $status -eq 1 && -z $output && $stderr == "error: invalid namespace \"..\": [may not be '..']" ]]
    run_kubec delete pods -l a=b -n a/b
    [[ $status -eq 1 && $stderr == "error: invalid namespace \"a/b\": [may not contain '/']" ]]
    run_kubec delete pod ..
    [[ $status -eq 1 && $stderr == "error: invalid resource name \"..\": [may not be '..']" ]]
    run_kubec get pods a%b
    [[ $status -eq 1 && $stderr == "error: invalid resource name \"a%b\": [may not contain '%']" ]]
    run_kubec scale deployment/. --replicas=0
    [[ $status -eq 1 && $stderr == "error: invalid resource name \".\": [may not be '.']" ]]
    run_kubec get pods --watch-only -n ..
    [[ $status -eq 1 ]]
    [[ -z $(requests) ]]
}

@test "a short name of two resources is told, once, and not where the group is named" {
    run_kubec get ev
    [ "$status" -eq 0 ]
    [ "${stderr_lines[0]}" = 'Warning: short name "ev" could also match lower priority resource events.events.k8s.io' ]
    for name in events event ev.events.k8s.io; do
        run_kubec get "$name"
        [[ "$stderr" != *'could also match'* ]]
    done
}
