#!/usr/bin/env bats
# How types of resources are found, and how few requests that takes.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
    reset_server
    rm -rf "$HOME/.kube"
    CACHE=$HOME/.kube/cache/discovery/$(sed -e 's,https://,,' -e 's,:,_,' <<<"$SERVER_URL")/kubec.json
}

# crd VERSION...: the type widgets.example.com in these versions
crd() {
    local v versions=()
    for v in "$@"; do
        versions+=("{\"name\":\"$v\",\"served\":true,\"storage\":$([[ $v == "$1" ]] && echo true || echo false),
            \"schema\":{\"openAPIV3Schema\":{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}}}")
    done
    cat <<EOF
{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.example.com"},
 "spec":{"group":"example.com","scope":"Namespaced",
  "names":{"plural":"widgets","singular":"widget","kind":"Widget","shortNames":["wd"],"categories":["all","toys"]},
  "versions":[$(IFS=,; echo "${versions[*]}")]}}
EOF
}

# serve_widgets VERSION...: makes the type and waits until it is served; the log is empty afterwards.
serve_widgets() {
    crd "$@" | kubec create -f - >/dev/null
    wait_for "kubec get --raw /apis/example.com/$1 2>/dev/null | grep -q widgets"
    control DELETE requests >/dev/null
}

@test "a built-in type on a cold cache is exactly one request" {
    run_kubec get pods
    [[ $status -eq 0 && -z $output && $stderr == "No resources found in default namespace." ]]
    [[ $(requests) == "GET /api/v1/namespaces/default/pods?"* ]]
    [[ $(request_count) -eq 1 ]]
    [[ ! -e $CACHE ]]
}

@test "two built-in types are two requests, by any name" {
    run_kubec get po,deployments.v1.apps
    [[ $status -eq 0 ]]
    [[ $(request_count) -eq 2 ]]
}

@test "an unknown type is asked for at /api and /apis, and then it is an error" {
    run_kubec get foo
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == 'error: the server doesn'\''t have a resource type "foo"' ]]
    [[ $(requests | sort) == $'GET /api\nGET /apis' ]]
    run_kubec get foos.v1.example.org/x
    [[ $status -eq 1 && $stderr == 'error: the server doesn'\''t have a resource type "foos"' ]]
}

@test "a custom type is two requests and the list, then the list alone" {
    serve_widgets v1
    run_kubec get widgets
    [[ $status -eq 0 ]]
    [[ $(request_count) -eq 3 ]]
    [[ $(request_count '^/apis?$') -eq 2 ]]
    control DELETE requests >/dev/null
    for name in widgets widget Widget wd widgets.example.com wd.v1.example.com widgets.example widgets.v1.example.com; do
        run_kubec get "$name"
        [[ $status -eq 0 && $stderr == "No resources found in default namespace." ]]
    done
    [[ $(request_count) -eq 8 ]]
    [[ $(request_count '^/apis?$') -eq 0 ]]
}

@test "what was learned is kept for the owner and the group alone" {
    (umask 000; kubec get foo) || true
    [[ $(stat -c %a "$CACHE") == 660 ]]
    [[ $(stat -c %a "${CACHE%/*}") == 750 ]]
}

@test "--cache-dir moves the cache" {
    run_kubec get foo --cache-dir "$BATS_TEST_TMPDIR/c"
    [[ -s $BATS_TEST_TMPDIR/c/discovery/${CACHE#*/discovery/} ]]
    [[ ! -e $CACHE ]]
}

@test "a folder that cannot be written costs nothing but time" {
    run_kubec get foo --cache-dir /proc/nope
    [[ $status -eq 1 && $stderr == 'error: the server doesn'\''t have a resource type "foo"' ]]
}

@test "an unknown name asks again with the ETags, and an unchanged answer is not sent" {
    run_kubec get foo
    run_kubec get foo
    [[ $(request_count '^/apis?$') -eq 4 ]]
    [[ $(control GET requests | grep -o '"code":304' | wc -l) -eq 2 ]]
}

@test "a type that came after the cache is found" {
    run_kubec get widgets
    [[ $status -eq 1 ]]
    serve_widgets v1
    run_kubec get widgets
    [[ $status -eq 0 ]]
}

@test "a broken cache is read past" {
    run_kubec get foo
    for text in '' '{' '{}' '{"api":{},"apis":{}}' '{"api":{"document":{"items":[]}},"apis":7}' '[]'; do
        echo "$text" >"$CACHE"
        run_kubec api-resources --cached --api-group=apps -o name
        [[ $status -eq 0 ]]
        [[ ${lines[1]} == daemonsets.apps ]]
    done
}

@test "an old cache is asked about again" {
    run_kubec get foo
    touch -d '7 hours ago' "$CACHE"
    control DELETE requests >/dev/null
    run_kubec api-resources --cached -o name
    [[ $(request_count) -eq 2 ]]
    # and counts as new afterwards
    run_kubec api-resources --cached -o name
    [[ $(request_count) -eq 2 ]]
}

@test "a version that went away is looked up anew" {
    serve_widgets v1
    run_kubec get widgets
    [[ $status -eq 0 ]]
    kubec delete crd widgets.example.com >/dev/null
    serve_widgets v2
    run_kubec get widgets
    [[ $status -eq 0 && $stderr == "No resources found in default namespace." ]]
    [[ $(requests | tail -n 1) == "GET /apis/example.com/v2/"* ]]
}

@test "a category stands for its types" {
    serve_widgets v1
    run_kubec get toys
    [[ $status -eq 0 ]]
    [[ $(requests | tail -n 1) == "GET /apis/example.com/v1/namespaces/default/widgets?"* ]]
    run_kubec get all -o name
    [[ $status -eq 0 && $output == service/kubernetes ]]
    [[ $(request_count /widgets) -eq 2 ]]
}

@test "a short name that several types have is the first one's, with a word about the others" {
    local group
    for group in alpha.com beta.com; do
        crd v1 | sed "s/example.com/$group/g" | kubec create -f - >/dev/null
    done
    wait_for 'kubec get --raw /apis/beta.com/v1 2>/dev/null | grep -q widgets'
    run_kubec get wd
    [[ $status -eq 0 ]]
    [[ $stderr == "Warning: short name \"wd\" could also match lower priority resource widgets.beta.com
No resources found in default namespace." ]]
    [[ $(requests | tail -n 1) == "GET /apis/alpha.com/v1/"* ]]
    run_kubec get wd.beta.com
    [[ $status -eq 0 && $stderr == "No resources found in default namespace." ]]
    [[ $(requests | tail -n 1) == "GET /apis/beta.com/v1/"* ]]
}

@test "discovery that fails says why, and nothing is kept" {
    control POST faults '{"path":"^/apis$","do":"status","code":500,"message":"no","count":-1}' >/dev/null
    run_kubec get foo --request-timeout=3s
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == 'Error from server (InternalError): an error on the server ("unknown") has prevented the request from succeeding' ]]
    [[ ! -e $CACHE ]]
}

@test "without /api the other groups are still there" {
    control POST faults '{"path":"^/api$","do":"status","code":404,"count":-1}' >/dev/null
    run_kubec api-versions
    [[ $status -eq 0 && ${lines[0]} == admissionregistration.k8s.io/v1 ]]
    [[ $output != *$'\nv1'* ]]
}

@test "garbage instead of discovery is an error" {
    control POST faults '{"path":"^/apis$","do":"garbage","count":-1}' >/dev/null
    run_kubec get foo --request-timeout=3s
    [[ $status -eq 1 && -z $output && -n $stderr ]]
}
