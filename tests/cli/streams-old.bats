#!/usr/bin/env bats
# exec and attach with a server older than 1.30: v4.channel.k8s.io, which cannot tell the end of standard input.

load helper

setup_file() {
    start_server --version 1.20
    kubec apply --validate=false -f "$ROOT/tests/parity/data/streams.yaml" >/dev/null
    wait_for '[[ $(kubec get pods --no-headers | grep -c Running) -ge 4 ]]'
}
teardown_file() { stop_server; }

@test "output and exit status" {
    run_kubec exec one -- sh -c 'echo out; echo err >&2; exit 3'
    [[ $status -eq 3 && $output == out && $stderr == $'err\ncommand terminated with exit code 3' ]]
}

@test "input, without a word when nobody waits for its end" {
    run --separate-stderr bash -c "echo a | '$KUBEC' exec -i one -- head -1"
    [[ $status -eq 0 && $output == a && -z $stderr ]]
}

@test "who waits for the end of input is told of" {
    run --separate-stderr bash -c "echo a | timeout 4 '$KUBEC' exec -i one -- cat"
    [[ $status -eq 124 && $output == a ]]
    [[ $stderr == 'Warning: the end of standard input cannot be told to this server (v5.channel.k8s.io is missing, Kubernetes 1.30 brought it): what waits for it there goes on waiting' ]]
}

@test "detach keys leave" {
    run timeout 30 python3 "$ROOT/tests/cli/person.py" 'see:attached to two' 'type:a' 'see:a' 'type:\x10\x11' -- "$KUBEC" attach -itq two
    [[ $output == $'attached to two\na\nstatus 0\nmode restored' ]]
}

@test "cp into a container, whose tar does not see the end of input" {
    mkdir -p "$BATS_TEST_TMPDIR/tree/sub" "$BATS_TEST_TMPDIR/there"
    head -c 1000000 /dev/urandom >"$BATS_TEST_TMPDIR/tree/sub/a"
    run --separate-stderr timeout 20 "$KUBEC" cp "$BATS_TEST_TMPDIR/tree" one:"$BATS_TEST_TMPDIR/there" --no-preserve
    [[ $status -eq 0 && -z $output && -z $stderr ]]
    diff -r "$BATS_TEST_TMPDIR/tree" "$BATS_TEST_TMPDIR/there/tree"
}
