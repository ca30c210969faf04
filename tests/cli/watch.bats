#!/usr/bin/env bats
# Waiting on a watch: over lost connections, expired versions, busy servers and deadlines.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
    reset_server
    kubec create -f - >/dev/null <<'EOF'
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","finalizers":["example.com/hold"]}}
EOF
}
teardown() { kill "$WAITER" 2>/dev/null || true; }

# wait_gone [FLAG…]: starts to wait for the end of the held object, until its watch is there.
wait_gone() {
    "$KUBEC" delete configmap held "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    WAITER=$!
    wait_for '(($(request_count watch=true) >= 1))'
}

# let_go: takes the finalizer away, so that the object ends.
let_go() {
    curl -sS --cacert "$SERVER_DIR/pki/ca.crt" -X PATCH -H 'Authorization: Bearer admin-token' \
        -H 'Content-Type: application/merge-patch+json' --data '{"metadata":{"finalizers":null}}' \
        "$SERVER_URL/api/v1/namespaces/default/configmaps/held" >/dev/null
}

# gone: the waiting ended well.
gone() {
    wait "$WAITER"
    [[ $(<"$BATS_TEST_TMPDIR/out") == 'configmap "held" deleted'* ]]
    [[ ! -s $BATS_TEST_TMPDIR/err ]]
}

@test "the end of an object is seen" {
    wait_gone
    let_go
    gone
    [[ $(request_count watch=true) -eq 1 ]]
    [[ $(requests watch=true) == *"fieldSelector=metadata.name%3Dheld"*"resourceVersion="* ]]
}

@test "a watch that the server ends is resumed from where it was" {
    wait_gone
    control POST close-watches >/dev/null
    wait_for '(($(request_count watch=true) >= 2))'
    let_go
    gone
    [[ $(requests watch=true | grep -c 'resourceVersion=[1-9]') -eq $(request_count watch=true) ]]
}

@test "a connection that breaks is made again" {
    control POST faults '{"path":"watch=true","do":"close-watch","ms":50,"rude":true,"count":2}' >/dev/null
    wait_gone
    wait_for '(($(request_count watch=true) >= 3))'
    let_go
    gone
}

@test "a busy server is asked again" {
    wait_gone
    control POST faults '{"path":"watch=true","do":"status","code":503,"count":2}' >/dev/null
    control POST close-watches >/dev/null
    wait_for '(($(request_count watch=true) >= 4))'
    let_go
    gone
}

@test "an object that ended while the version expired is not waited for" {
    wait_gone
    control POST faults '{"path":"watch=true","do":"delay","ms":1000}' >/dev/null
    control POST close-watches >/dev/null
    let_go
    control POST compact >/dev/null
    gone
}

@test "a version that expired is left behind" {
    wait_gone
    control POST faults '{"path":"watch=true","do":"status","code":410,"reason":"Expired","message":"too old resource version: 1 (2)"}' >/dev/null
    control POST close-watches >/dev/null
    wait_for '(($(request_count watch=true) >= 3))'
    [[ $(requests watch=true | tail -n 1) != *resourceVersion=* ]]
    let_go
    gone
}

@test "--timeout ends the waiting, also on a silent watch" {
    run_kubec delete configmap held --timeout=1s
    [[ $status -eq 1 ]]
    [[ $stderr == "error: timed out waiting for the condition on configmaps/held" ]]
}

@test "a watch that is refused is an error" {
    control POST faults '{"path":"watch=true","do":"status","code":400,"reason":"BadRequest","message":"no watching","count":-1}' >/dev/null
    run_kubec delete configmap held --timeout=5s
    [[ $status -eq 1 && $stderr == "Error from server (BadRequest): no watching" ]]
}

@test "garbage in a watch is an error" {
    control POST faults '{"path":"watch=true","do":"garbage","count":-1}' >/dev/null
    run_kubec delete configmap held --timeout=5s
    [[ $status -eq 1 ]]
    [[ -n $stderr ]]
}
