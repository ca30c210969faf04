#!/usr/bin/env bats
# ctx and ns: where one works, for good or in one terminal.

load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }

setup() {
    reset_server
    export BASE=$BATS_TEST_TMPDIR/config XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
    cp "$KUBECONFIG" "$BASE"
    export KUBECONFIG=$BASE TMPDIR=$BATS_TEST_TMPDIR
}

@test "ctx lists contexts and marks the current one" {
    run_kubec ctx
    [[ $status -eq 0 && -z $stderr ]]
    [[ $output == *$'  basic\n'* && $(grep -c '^\* ' <<<"$output") -eq 1 && $output == *$'* test\n'* ]]
    [[ $(sed 's/^..//' <<<"$output") == "$(kubec config get-contexts -o name)" ]]
    run_kubec ctx --current
    [[ $output == test ]]
    [[ -z $(requests) ]]
}

@test "ctx goes there and back" {
    run_kubec ctx -
    [[ $status -eq 1 && $stderr == 'error: there is no context before this one' ]]
    run_kubec ctx viewer
    [[ $status -eq 0 && $output == 'Switched to context "viewer".' && $(kubec config current-context) == viewer ]]
    run_kubec ctx -
    [[ $output == 'Switched to context "test".' && $(kubec config current-context) == test ]]
    run_kubec ctx -
    [[ $output == 'Switched to context "viewer".' ]]
    run_kubec ctx nope
    [[ $status -eq 1 && -z $output && $stderr == 'error: no context exists with the name: "nope"' ]]
    [[ $(kubec ctx -c) == viewer ]]
    [[ $(stat -c %a "$XDG_STATE_HOME"/kubec/previous*) == 600 ]]
}

@test "ns lists namespaces and marks the one of the context" {
    run_kubec ns
    [[ $status -eq 0 && $output == $'* default\n  kube-node-lease\n  kube-public\n  kube-system' ]]
    [[ $(requests) == 'GET /api/v1/namespaces?limit=500' ]]
}

@test "ns goes there and back, and only where there is one" {
    run_kubec ns kube-public
    [[ $status -eq 0 && $output == 'Switched to namespace "kube-public".' ]]
    [[ $(kubec config view --minify -o 'jsonpath={..namespace}') == kube-public && $(kubec ns -c) == kube-public ]]
    run_kubec ns nope
    [[ $status -eq 1 && $stderr == 'Error from server (NotFound): namespaces "nope" not found' && $(kubec ns -c) == kube-public ]]
    run_kubec ns nope --force
    [[ $status -eq 0 && $(kubec ns -c) == nope ]]
    run_kubec ns -
    [[ $status -eq 0 && $(kubec ns -c) == kube-public ]]
    # each context has its own
    kubec ctx viewer
    run_kubec ns -
    [[ $status -eq 1 && $stderr == 'error: there is no namespace before this one' ]]
    [[ $(kubec ns -c) == default ]]
}

@test "who may not look at namespaces may work in one" {
    control POST faults '{"path":"/api/v1/namespaces/kube-public$","do":"status","code":403,"reason":"Forbidden"}' >/dev/null
    run_kubec ns kube-public
    [[ $status -eq 0 && $(kubec ns -c) == kube-public ]]
    control POST faults '{"path":"/api/v1/namespaces/default$","do":"status","code":500,"count":-1}' >/dev/null
    run_kubec ns default
    [[ $status -eq 1 && $(kubec ns -c) == kube-public ]]
}

@test "--shell changes one terminal alone" {
    run_kubec ctx viewer --shell
    [[ $status -eq 0 && $stderr == 'Switched to context "viewer".' ]]
    [[ $output =~ ^"export KUBECONFIG='$TMPDIR/kubec-session"[0-9]+"/config:$BASE'"$ ]]
    local before=$KUBECONFIG
    eval "$output"
    [[ $(stat -c %a "${KUBECONFIG%%:*}") == 600 && $(kubec config current-context) == viewer ]]
    eval "$(kubec ns kube-public --shell 2>/dev/null)"
    [[ $(kubec ns -c) == kube-public ]]
    # a move within it stays within it, also without --shell
    kubec ns kube-system
    kubec ctx test
    [[ $(kubec ns -c) == default ]]
    kubec ctx -
    [[ $(kubec ctx -c) == viewer && $(kubec ns -c) == kube-system ]]
    cmp "$BASE" "$SERVER_DIR/kubeconfig"
    KUBECONFIG=$before run_kubec ctx -c
    [[ $output == test ]]
}

@test "--shell of what is not there makes no file" {
    run_kubec ctx nope --shell
    [[ $status -eq 1 && -z $output ]]
    run_kubec ns nope --shell
    [[ $status -eq 1 && -z $output && -z $(find "$TMPDIR" -name 'kubec-session*') ]]
    run_kubec ns --shell
    [[ $status -eq 1 && $stderr == $'error: one name is needed, or none for a list\nSee \'kubec ns -h\' for help and examples' ]]
    run_kubec ctx a b
    [[ $status -eq 1 && $stderr == $'error: one name is needed, or none for a list\nSee \'kubec ctx -h\' for help and examples' ]]
}

@test "--kubeconfig names the file that changes; --context whose namespace" {
    cp "$BASE" "$BATS_TEST_TMPDIR/other"
    kubec ctx viewer --kubeconfig="$BATS_TEST_TMPDIR/other"
    [[ $(kubec ctx -c) == test && $(kubec ctx -c --kubeconfig="$BATS_TEST_TMPDIR/other") == viewer ]]
    kubec ns kube-public --context=viewer
    [[ $(kubec ctx -c) == test && $(kubec ns -c) == default && $(kubec ns -c --context=viewer) == kube-public ]]
    run_kubec ns x --context=nope
    [[ $status -eq 1 && $stderr == 'Error in configuration: context was not found for specified context: nope' ]]
}

@test "without a kubeconfig there is no place" {
    KUBECONFIG=/dev/null run_kubec ns
    [[ $status -eq 1 && $stderr == 'error: current-context is not set' ]]
    KUBECONFIG=/dev/null run_kubec ctx
    [[ $status -eq 0 && -z $output ]]
}

@test "a plug-in of the same name goes before, as scripts of kubectl's users expect" {
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\necho "plug-in: $*"\n' >"$BATS_TEST_TMPDIR/bin/kubectl-ns"
    chmod +x "$BATS_TEST_TMPDIR/bin/kubectl-ns"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH run_kubec ns web -c
    [[ $output == 'plug-in: web -c' ]]
}

@test "names complete" {
    run_kubec __complete ctx view
    [[ $output == $'view-token\nviewer\n:4' ]]
    run_kubec __complete ns kube-p
    [[ $output == $'kube-public\n:4' ]]
}
