#!/usr/bin/env bats
# get where the server is not what the program expects: types that come and go.

load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }

setup() {
    reset_server
    rm -rf "$HOME/.kube"
}

crd() {
    cat <<END
{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.example.com"},
 "spec":{"group":"example.com","scope":"Namespaced",
  "names":{"plural":"widgets","singular":"widget","kind":"Widget","shortNames":["wd"],"categories":["all"]},
  "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}},
   "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"}]}]}}
END
}

make_widget() {
    kubec create -f - <<<"$(crd)" >/dev/null
    wait_for 'kubec get widgets 2>/dev/null; [[ $? -eq 0 ]]'
    kubec create -f - <<<'{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"one"},"spec":{"size":3}}' >/dev/null
}

@test "a custom resource by all its names, with its own columns" {
    make_widget
    local name
    for name in widgets widget wd Widget widgets.example.com widgets.v1.example.com; do
        run_kubec get "$name"
        [[ $status -eq 0 && $output == $'NAME   SIZE\none    3' ]]
    done
}

@test "a type that is not built in costs two requests more, once" {
    make_widget
    rm -rf "$HOME/.kube"
    control DELETE requests >/dev/null
    run_kubec get wd
    [[ $(request_count) -eq 3 ]]
    control DELETE requests >/dev/null
    run_kubec get wd
    [[ $(requests 'apis/example.com') == 'GET /apis/example.com/v1/namespaces/default/widgets?limit=500&includeObject=None' ]]
}

@test "a category that lost a type shows the others" {
    make_widget
    run_kubec get all
    [[ $status -eq 0 && $output == *widget.example.com/one* ]]
    kubec delete crd widgets.example.com >/dev/null
    run_kubec get all
    [[ $status -eq 0 && $output != *widget* && $stderr != *widget* ]]
    run_kubec get wd
    [[ $status -eq 1 && $stderr == *"the server doesn't have a resource type"* ]]
}

@test "a type that no server has" {
    run_kubec get nothing
    [[ $status -eq 1 && -z $output && $stderr == "error: the server doesn't have a resource type \"nothing\"" ]]
    run_kubec get pods,nothing
    [[ $status -eq 1 && -z $output && $stderr == "error: the server doesn't have a resource type \"nothing\"" ]]
}

@test "a small list is one request and less than 12 MB" {
    command -v /usr/bin/time >/dev/null || skip "/usr/bin/time is not here"
    run_kubec get namespaces
    [[ $(requests) == 'GET /api/v1/namespaces?limit=500&includeObject=None' ]]
    run /usr/bin/time -f %M -o "$BATS_TEST_TMPDIR/memory" "$KUBEC" get namespaces
    echo "$(<"$BATS_TEST_TMPDIR/memory") kB" >&2
    [[ $status -eq 0 && $(<"$BATS_TEST_TMPDIR/memory") -lt 12000 ]]
}
