#!/usr/bin/env bats
# attach: joining a process that runs already.

load helper

setup_file() {
    start_server
    kubec apply -f "$ROOT/tests/parity/data/streams.yaml" >/dev/null
    wait_for '[[ $(kubec get pods --no-headers | grep -c Running) -ge 4 ]]'
}
teardown_file() { stop_server; }

on_terminal() { run timeout 30 python3 "$ROOT/tests/cli/person.py" "$@"; }

RECORDED='All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.
If you don'\''t see a command prompt, try pressing enter.'

@test "output of the process, and input with -i" {
    run_kubec attach one
    [[ $status -eq 0 && $output == 'attached to one' && $stderr == "$RECORDED" ]]
    run bash -c "echo typed | '$KUBEC' attach one -iq"
    [[ $status -eq 0 && $output == $'attached to one\ntyped' ]]
}

@test "a container without a terminal gives none" {
    run_kubec attach one -t
    [[ $status -eq 0 && $stderr == $'error: Unable to use a TTY - container app did not allocate one\n'"$RECORDED" ]]
}

@test "detach keys leave, whether typed at once or apart" {
    on_terminal 'see:attached to two' 'type:abc' 'see:abc' 'type:\x10' 'type:x' 'see:x' 'type:\x10\x11' -- "$KUBEC" attach -itq two
    echo "$output"
    [[ $output == $'attached to two\nabc\x10x\nstatus 0\nmode restored' ]]
    on_terminal 'see:attached to two' 'type:\x10' 'type:\x11' -- "$KUBEC" attach -it two -c app
    [[ $output == *"Session ended, resume using 'kubec attach two -c app -n default -i -t' command"$'\n\nstatus 0\nmode restored' ]]
    on_terminal 'see:attached to two' 'type:\x01' 'type:x' -- "$KUBEC" attach -itq two --detach-keys=ctrl-a,x
    [[ $output == $'attached to two\n\nstatus 0\nmode restored' ]]
    NO_COLOR=1 on_terminal -- "$KUBEC" attach -itq two --detach-keys=ctrl-a,foo
    [[ $output == $'error: could not bind detach keys: Unknown character: \'foo\'\n\nstatus 1\nmode restored' ]]
}

@test "the terminal's size is changed and changed back, so that a screen is drawn anew" {
    control POST objects '[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"sized","namespace":"default","annotations":{"test/attach":"sizes"}},"spec":{"nodeName":"n","containers":[{"name":"app","image":"x","stdin":true,"tty":true}]},"status":{"phase":"Running"}}]' >/dev/null
    on_terminal 'see:"Height":24}' 'size:40x90' 'see:"Height":40}' 'type:\x10\x11' -- "$KUBEC" attach -itq sized
    echo "$output"
    [[ $output == *$'size {"Width":81,"Height":25}\nsize {"Width":80,"Height":24}\nsize {"Width":90,"Height":40}\n'* ]]
}

@test "words are checked" {
    run_kubec attach
    [[ $status -eq 1 && $stderr == 'error: at least 1 argument is required for attach' ]]
    run_kubec attach a b c
    [[ $status -eq 1 && $stderr == 'error: expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw 3: [a b c]' ]]
    run_kubec attach two -c nope
    [[ $status -eq 1 && $stderr == 'error: cannot attach to the container: container nope is not valid for pod two out of: app, side, prepare (init)' ]]
}

@test "Ctrl-C at a terminal that goes along is a failure without a word" {
    on_terminal 'see:attached to one' 'type:\x03' -- "$KUBEC" attach -iq one
    [[ $output == *'status 1'*'mode restored'* && $output != *error* ]]
}
