#!/usr/bin/env bats
# get in several contexts at once: two servers, and one that is down.

load helper

# entries NAME: what a kubeconfig needs to reach the server that was just started, as context NAME
entries() {
    kubec config view --raw --flatten --minify -o json --context test | jq --arg name "$1" '
        {clusters: [.clusters[0] + {name: $name}], users: [.users[0] + {name: $name}],
         contexts: [{name: $name, context: {cluster: $name, user: $name}}]}'
}

setup_file() {
    start_server --no-controllers
    entries one >"$BATS_FILE_TMPDIR/one"
    export ONE_DIR=$SERVER_DIR ONE_PID=$SERVER_PID
    start_server --no-controllers
    entries two >"$BATS_FILE_TMPDIR/two"
    export TWO_DIR=$SERVER_DIR TWO_PID=$SERVER_PID
    export KUBECONFIG=$BATS_FILE_TMPDIR/config
    jq -s '{apiVersion: "v1", kind: "Config", "current-context": "one",
        clusters: (.[0].clusters + .[1].clusters + [{name: "down", cluster: {server: "https://127.0.0.1:1"}}]),
        users: (.[0].users + .[1].users),
        contexts: (.[0].contexts + .[1].contexts +
            [{name: "x,y", context: {cluster: "two", user: "two"}}])}' "$BATS_FILE_TMPDIR/one" "$BATS_FILE_TMPDIR/two" >"$KUBECONFIG"
    jq '.contexts += [{name: "down", context: {cluster: "down", user: "two"}}]' "$KUBECONFIG" >"$KUBECONFIG.down"
    chmod 600 "$KUBECONFIG" "$KUBECONFIG.down"
}

teardown_file() {
    SERVER_DIR=$ONE_DIR SERVER_PID=$ONE_PID stop_server
    SERVER_DIR=$TWO_DIR SERVER_PID=$TWO_PID stop_server
}

setup() {
    SERVER_DIR=$ONE_DIR reset_server
    SERVER_DIR=$TWO_DIR reset_server
    SERVER_DIR=$ONE_DIR control POST objects '[
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"},"data":{"k":"v"}},
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"default"},"type":"Opaque","data":{"k":"djE="}}]' >/dev/null
    SERVER_DIR=$TWO_DIR control POST objects '[
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a-long-name","namespace":"default"},"data":{}},
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"default"},"type":"Opaque","data":{"k":"djI="}}]' >/dev/null
}

shown() { masked <<<"$output" | sed 's/ *$//'; }

@test "get --context a,b has a CONTEXT column, in the given order, aligned as one table" {
    run_kubec get configmaps --context two,one
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$(shown)" = 'CONTEXT   NAME          DATA   AGE
two       a-long-name   0      AGE
one       a             1      AGE' ]
    run_kubec get configmaps --context one,two --no-headers
    [ "$(awk '{print $1, $2}' <<<"$output")" = 'one a
two a-long-name' ]
}

@test "get in several contexts keeps each kind together, with the namespaces behind" {
    run_kubec get configmaps,secrets --context one,two -A
    [ "$status" -eq 0 ]
    [ "$(awk '{print $1, $2, $3}' <<<"$output")" = 'CONTEXT NAMESPACE NAME
one default configmap/a
two default configmap/a-long-name
  
CONTEXT NAMESPACE NAME
one default secret/s
two default secret/s' ]
}

@test "get --all-contexts: a cluster that is down hides no other, and the status is 1" {
    KUBECONFIG=$KUBECONFIG.down run_kubec get configmaps --all-contexts
    [ "$status" -eq 1 ]
    [ "$stderr" = 'down: The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?' ]
    [ "$(awk '{print $1, $2}' <<<"$output")" = 'CONTEXT NAME
one a
two a-long-name
x,y a-long-name' ]
}

@test "the name of a context that has a comma is one context" {
    run_kubec get configmaps --context x,y
    [ "$status" -eq 0 ]
    [ "$(shown)" = 'NAME          DATA   AGE
a-long-name   0      AGE' ]
}

@test "get in several contexts prints one list of every format; objects say where they are from" {
    run_kubec get configmaps --context one,two -o json
    [ "$status" -eq 0 ]
    [ "$(jq -r '.kind, (.items[] | .kind + " " + .metadata.annotations["kubec/context"] + " " + .metadata.name)' <<<"$output")" = 'List
ConfigMap one a
ConfigMap two a-long-name' ]
    run_kubec get configmaps --context one,two -o name
    [ "$output" = 'configmap/a
configmap/a-long-name' ]
    run_kubec get configmaps --context one,two -o 'custom-columns=WHERE:.metadata.annotations.kubec/context,NAME:.metadata.name'
    [ "$(shown)" = 'WHERE   NAME
one     a
two     a-long-name' ]
    run_kubec get secret s --context one,two --decode -o 'jsonpath={.items[*].data.k}'
    [ "$output" = 'v1 v2' ]
    run_kubec get configmaps --context one,two -o neat-yaml
    [ "$output" = 'apiVersion: v1
data:
  k: v
kind: ConfigMap
metadata:
  annotations:
    kubec/context: one
  name: a
  namespace: default
---
apiVersion: v1
kind: ConfigMap
metadata:
  annotations:
    kubec/context: two
  name: a-long-name
  namespace: default' ]
    run_kubec get secret s --context one,two --decode
    [ "$output" = 'Context:    one
Name:       s
Namespace:  default
Type:       Opaque

Data
====
k:  v1


Context:    two
Name:       s
Namespace:  default
Type:       Opaque

Data
====
k:  v2' ]
}

@test "failures name their context" {
    run_kubec get configmap a --context one,two,three
    [ "$status" -eq 1 ]
    [ "$stderr" = 'two: Error from server (NotFound): configmaps "a" not found
three: Error in configuration: context was not found for specified context: three' ]
    [ "$(awk 'NR>1{print $1, $2}' <<<"$output")" = 'one a' ]
    run_kubec get pods --context one,two
    [ "$status" -eq 0 ]
    [ "$stderr" = 'one: No resources found in default namespace.
two: No resources found in default namespace.' ]
}

@test "clusters are asked at the same time" {
    SERVER_DIR=$ONE_DIR control POST faults '{"path":"/configmaps","do":"delay","ms":1500}' >/dev/null
    SERVER_DIR=$TWO_DIR control POST faults '{"path":"/configmaps","do":"delay","ms":1500}' >/dev/null
    local start=${EPOCHREALTIME/[.,]/}
    run_kubec get configmaps --context one,two
    [ "$status" -eq 0 ]
    ((${EPOCHREALTIME/[.,]/} - start < 2700000))
}

@test "what follows one context only is refused" {
    local words
    for words in '-w:--watch follows one context' '--raw=/version:--raw asks one context' '-f -:standard input can be read for one context'; do
        # shellcheck disable=SC2086
        run_kubec get ${words%%:*} --context one,two </dev/null
        [ "$status" -eq 1 ]
        [ "$stderr" = "error: ${words#*:}" ]
    done
    run_kubec get pods --all-contexts --context one
    [ "$stderr" = 'error: --all-contexts cannot be used with --context' ]
    KUBECONFIG=/dev/null run_kubec get pods --all-contexts
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: the kubeconfig has no contexts' ]
    run_kubec get pods --context one,two -o nope
    [ "$status" -eq 1 ]
    [[ $stderr == 'error: unable to match a printer'* ]]
    run_kubec delete configmap a --context one,two
    [ "$status" -eq 1 ]
    [[ $stderr == *'one,two'* ]]
}

@test "Ctrl-C ends the processes of all contexts" {
    local pid child status=0
    SERVER_DIR=$ONE_DIR control POST faults '{"path":"/configmaps","do":"stall"}' >/dev/null
    "$KUBEC" get configmaps --context one,two >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    pid=$!
    wait_for "SERVER_DIR=$ONE_DIR request_count configmaps | grep -q 1"
    child=$(<"/proc/$pid/task/$pid/children")
    [ -n "$child" ]
    kill -INT "$pid"
    wait "$pid" || status=$?
    [ "$status" -eq 130 ]
    for pid in $child; do
        run kill -0 "$pid"
        [ "$status" -ne 0 ]
    done
}
