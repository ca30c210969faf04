# wait: conditions that come later, connections that break meanwhile, and what kubec adds to kubectl's.
load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }
setup() { reset_server; }

pod() { # NAME [CONDITION=STATUS]
    local condition=${2:-Ready=False}
    control POST objects "[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"$1\",\"namespace\":\"default\",\"labels\":{\"app\":\"w\"}},
        \"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]},
        \"status\":{\"phase\":\"Pending\",\"conditions\":[{\"type\":\"${condition%=*}\",\"status\":\"${condition#*=}\"}]}}]" >/dev/null
}

become() { # NAME CONDITION=STATUS: somebody else's change of the status
    curl -sS --fail -o /dev/null --cacert "$SERVER_DIR/pki/ca.crt" -H 'Authorization: Bearer admin-token' -X PATCH \
        -H 'Content-Type: application/merge-patch+json' "$SERVER_URL/api/v1/namespaces/default/pods/$1/status" \
        -d "{\"status\":{\"conditions\":[{\"type\":\"${2%=*}\",\"status\":\"${2#*=}\"}]}}"
}

# watched: until the server has a watch to tell
watched() { wait_for "control GET watches | grep -q pods"; }

@test "what is met already costs one request an object" {
    pod a Ready=True
    pod b Ready=True
    control DELETE requests >/dev/null
    run_kubec wait --for=condition=Ready pod/a pod/b --timeout=5s
    [ "$status" -eq 0 ]
    [ "$output" = $'pod/a condition met\npod/b condition met' ]
    [ -z "$stderr" ]
    [ "$(request_count)" -eq 2 ]
}

@test "what is met later is told at once" {
    pod a
    { watched; become a Ready=True; } 3>&- &
    run_kubec wait --for=condition=ready pod/a --timeout=10s
    wait
    [ "$status" -eq 0 ]
    [ "$output" = 'pod/a condition met' ]
}

@test "a watch that breaks or expires goes on" {
    pod a
    { watched; control POST close-watches; sleep 0.3; watched; control POST expire-watches; sleep 0.3; watched; become a Ready=True; } >/dev/null 3>&- &
    run_kubec wait --for=condition=Ready pod/a --timeout=15s
    wait
    [ "$status" -eq 0 ]
    [ "$output" = 'pod/a condition met' ]
    [ -z "$stderr" ]
}

@test "objects are waited for at the same time, and told in the order of the command line" {
    pod a
    pod b
    { watched; become b Ready=True; sleep 0.2; become a Ready=True; } 3>&- &
    run_kubec wait --for=condition=Ready pod/a pod/b --timeout=10s
    wait
    [ "$status" -eq 0 ]
    [ "$output" = $'pod/a condition met\npod/b condition met' ]
}

@test "the time counts for all of them together, and nothing after the one that used it up is met" {
    pod a
    pod b Ready=True
    local start=${EPOCHREALTIME/./}
    run_kubec wait --for=condition=Ready pod/a pod/b --timeout=700ms
    ((${EPOCHREALTIME/./} - start < 3000000))
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ "$stderr" = $'timed out waiting for the condition on pods/a\ntimed out waiting for the condition on pods/b' ]
}

@test "no time is one look" {
    pod a
    run_kubec wait --for=condition=Ready pod/a --timeout=0
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: condition not met for pods/a' ]
    [ "$(requests | grep -c watch)" -eq 0 ]
}

@test "a condition of an older generation is not met" {
    printf '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","generation":3},"status":{"observedGeneration":%s,
        "conditions":[{"type":"Available","status":"True"}]}}' 2 >"$BATS_TEST_TMPDIR/old.json"
    sed 's/"observedGeneration":2/"observedGeneration":3/' "$BATS_TEST_TMPDIR/old.json" >"$BATS_TEST_TMPDIR/new.json"
    run_kubec wait --for=condition=Available -f "$BATS_TEST_TMPDIR/old.json" --local
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: condition not met for deployments/web' ]
    run_kubec wait --for=condition=Available -f "$BATS_TEST_TMPDIR/new.json" --local
    [ "$status" -eq 0 ]
}

@test "deletion is met by what goes and by what is not there" {
    pod a
    { watched; kubec delete pod a --now --wait=false; } >/dev/null 2>&1 3>&- &
    run_kubec wait --for=delete pod/a pod/b --timeout=10s
    wait
    [ "$status" -eq 0 ]
    [ "$output" = 'pod/a condition met' ]
    run_kubec wait --for=delete pod/a --timeout=10s
    [ "$status" -eq 0 ]
    [ -z "$output$stderr" ]
}

@test "creation is waited for first, and conditions after it" {
    { sleep 0.7; pod late; sleep 0.7; become late Ready=True; } 3>&- &
    run_kubec wait --for=condition=Ready --for=create pod/late --timeout=10s
    wait
    [ "$status" -eq 0 ]
    [ "$output" = $'pod/late condition met\npod/late condition met' ]
}

@test "--for-any: the first that is met is enough, and is named" {
    pod a
    { watched; become a Failed=True; } 3>&- &
    run_kubec wait --for-any=condition=Ready --for-any=condition=Failed pod/a --timeout=10s
    wait
    [ "$status" -eq 0 ]
    [ "$output" = 'pod/a condition=Failed met' ]
    run_kubec wait --for-any=condition=Ready --for-any=condition=Failed pod/a -o name
    [ "$output" = 'pod/a' ]
    run_kubec wait --for-any=condition=Ready --for-any=delete pod/a --timeout=300ms
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: timed out waiting for the condition on pods/a' ]
    { watched; kubec delete pod a --now --wait=false; } >/dev/null 2>&1 3>&- &
    run_kubec wait --for-any=condition=Ready --for-any=delete pod/a --timeout=10s
    wait
    [ "$output" = 'pod/a delete met' ]
    run_kubec wait --for-any=create pod/a
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: --for-any=create cannot be waited for beside other conditions, use --for=create' ]
}

@test "--for and --for-any: all of these, then one of those" {
    pod a Ready=True
    { watched; become a Failed=True; } 3>&- &
    run_kubec wait --for=condition=Ready --for-any=condition=Failed --for-any=condition=Done pod/a --timeout=10s
    wait
    [ "$status" -eq 0 ]
    [ "$output" = $'pod/a condition met\npod/a condition=Failed met' ]
}

@test "a path that cannot be followed fails at once" {
    pod a
    run_kubec wait --for=jsonpath='{.status.conditions[5].type}' pod/a --timeout=10s
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: array index out of bounds: index 5, length 1' ]
}

@test "--local looks at the file alone" {
    printf '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"status":{"phase":"Running"}}' >"$BATS_TEST_TMPDIR/pod.json"
    run_kubec wait --local -f "$BATS_TEST_TMPDIR/pod.json" --for=jsonpath='{.status.phase}'=Running --server=http://127.0.0.1:1
    [ "$status" -eq 0 ]
    [ "$output" = 'pod/a condition met' ]
    run_kubec wait --local -f "$BATS_TEST_TMPDIR/pod.json" --for=condition=Ready --server=http://127.0.0.1:1
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: condition not met for pods/a' ]
}

@test "rights that are missing are told at once" {
    pod a
    control POST faults '{"path":"watch=true","do":"status","code":403,"reason":"Forbidden","message":"no watching","count":-1}' >/dev/null
    run_kubec wait --for=condition=Ready pod/a --timeout=10s
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (Forbidden): no watching' ]
}

@test "Ctrl-C ends it without a word, as a failure" {
    pod a
    setsid "$KUBEC" wait --for=condition=Ready pod/a --timeout=20s 3>&- &
    local pid=$!
    watched
    kill -INT -- "-$pid"
    wait "$pid" || status=$?
    [ "$status" -eq 1 ]
}
