#!/usr/bin/env bats
# exec: a command in a container, with its streams, its terminal and its exit status.

load helper

setup_file() {
    start_server
    kubec apply -f "$ROOT/tests/parity/data/streams.yaml" >/dev/null
    wait_for '[[ $(kubec get pods --no-headers | grep -c Running) -ge 4 ]]'
}
teardown_file() { stop_server; }

on_terminal() { run timeout 30 python3 "$ROOT/tests/cli/person.py" "$@"; }

@test "output, errors and exit status are the command's" {
    run_kubec exec one -- sh -c 'echo out; echo err >&2; exit 3'
    [[ $status -eq 3 && $output == out ]]
    [[ $stderr == $'err\ncommand terminated with exit code 3' ]]
    run_kubec exec one -- true
    [[ $status -eq 0 && -z $output && -z $stderr ]]
}

@test "input is passed on with -i, to its end, and not without" {
    run bash -c "printf 'a\nb' | '$KUBEC' exec -i one -- cat"
    [[ $status -eq 0 && $output == $'a\nb' ]]
    run bash -c "echo a | '$KUBEC' exec one -- cat"
    [[ $status -eq 0 && -z $output ]]
}

@test "much data goes both ways unchanged" {
    head -c 8000000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
    "$KUBEC" exec -i one -- cat <"$BATS_TEST_TMPDIR/data" | cmp - "$BATS_TEST_TMPDIR/data"
}

@test "a slow reader does not make memory grow" {
    local peak
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    "$KUBEC" exec one -- head -c 60000000 /dev/zero >"$BATS_TEST_TMPDIR/fifo" &
    local pid=$!
    exec 7<"$BATS_TEST_TMPDIR/fifo"
    sleep 1
    peak=$(awk '/VmHWM/ {print $2}' "/proc/$pid/status")
    [[ $(wc -c <&7) -eq 60000000 ]]
    wait "$pid"
    echo "peak $peak kB"
    ((peak < 20000))
}

@test "the first container is told, the annotated one is not" {
    run_kubec exec two -- echo x
    [[ $output == x && $stderr == 'Defaulted container "app" out of: app, side, prepare (init)' ]]
    run_kubec exec two -q -- echo x
    [[ $output == x && -z $stderr ]]
    run_kubec exec marked -- sh -c 'echo $CONTAINER'
    [[ $output == side && -z $stderr ]]
    run_kubec exec mismarked -- true
    [[ $status -eq 1 && $stderr == 'error: container gone is not valid for pod mismarked out of: app, side' ]]
}

@test "what cannot be run says why" {
    run_kubec exec one -- no-such-program
    [[ $status -eq 1 ]]
    [[ $stderr == 'error: Internal error occurred: exec failed: exec: "no-such-program": executable file not found in $PATH' ]]
    run_kubec exec none -- true
    [[ $status -eq 1 && $stderr == 'Error from server (NotFound): pods "none" not found' ]]
    run_kubec exec cm/data -- true
    [[ $status -eq 1 && $stderr == 'error: cannot attach to *v1.ConfigMap: selector for *v1.ConfigMap not implemented' ]]
    run_kubec exec svc/nobody --pod-running-timeout=300ms -- true
    [[ $status -eq 1 && $stderr == 'error: timed out waiting for the condition' ]]
    run_kubec exec one
    [[ $status -eq 1 && $stderr == 'error: you must specify at least one command for the container' ]]
    run_kubec exec one true
    [[ $status -eq 1 && ${stderr_lines[0]} == 'error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead' ]]
}

@test "a server that refuses the upgrade is quoted" {
    control POST faults '{"path":"/exec","do":"status","code":403}' >/dev/null
    run_kubec exec one -- true
    control DELETE faults >/dev/null
    [[ $status -eq 1 && $stderr == 'Error from server: fault 403' ]]
}

@test "a terminal is the command's: size, keys, exit status, and in order afterwards" {
    on_terminal 'see:$ ' 'type:stty size\r' 'see:24 80' 'size:30x100' 'see:$ ' 'type:sleep 0.3; stty size\r' 'see:30 100' 'see:$ ' \
        'type:sleep 60\r' 'type:\x03' 'see:$ ' 'type:exit 7\r' -- "$KUBEC" exec -it one -- env PS1='$ ' sh
    echo "$output"
    [[ $output == *$'\n24 80\n'* && $output == *$'\n30 100\n'* && $output != *'did not see'* ]]
    [[ $output == *$'command terminated with exit code 7\n'*$'\nstatus 7\nmode restored' ]]
}

@test "a terminal is in order after a signal" {
    for signal in TERM INT HUP; do
        on_terminal 'see:$ ' "signal:$signal" -- "$KUBEC" exec -it one -- env PS1='$ ' sh
        echo "$output"
        [[ $output == *$'\nstatus 1\nmode restored' ]]
    done
}

@test "without a terminal -t says so" {
    run_kubec exec -it one -- echo x
    [[ $status -eq 0 && $output == x ]]
    [[ $stderr == 'Unable to use a TTY - input is not a terminal or the right kind of file' ]]
    run_kubec exec -itq one -- echo x
    [[ $output == x && -z $stderr ]]
}

@test "wslay that is missing is named" {
    # a library of that name that is none
    mkdir -p "$BATS_TEST_TMPDIR/lib"
    echo none >"$BATS_TEST_TMPDIR/lib/libwslay.so.1"
    echo none >"$BATS_TEST_TMPDIR/lib/libwslay.so"
    LD_LIBRARY_PATH=$BATS_TEST_TMPDIR/lib run_kubec exec one -- true
    echo "$stderr"
    [[ $status -eq 1 && $stderr == 'error: wslay is needed for streams (exec, attach, port-forward, cp), but could not be loaded: '* ]]
}

@test "Ctrl-C: by the signal, as a failure where the terminal goes along, and the container's where it is a terminal too" {
    on_terminal 'see:begun' 'type:\x03' -- "$KUBEC" exec one -- sh -c 'echo begun; sleep 20'
    [[ $output == *'signal 2'*'mode restored'* ]]
    on_terminal 'see:begun' 'type:\x03' -- "$KUBEC" exec -i one -- sh -c 'echo begun; sleep 20'
    [[ $output == *'status 1'*'mode restored'* && $output != *error* ]]  || { echo "$output"; return 1; }
    on_terminal 'see:begun' 'type:\x03' -- "$KUBEC" exec -it one -- sh -c 'trap "echo caught; exit 7" INT; echo begun; sleep 20 & wait'
    [[ $output == *caught*'status 7'*'mode restored'* ]]
}
