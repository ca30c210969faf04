#!/usr/bin/env bats
# events: what is shown, about what, in which order.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; rm -rf "$HOME/.kube"; WATCH_PID=; }
teardown() { [[ -z $WATCH_PID ]] || kill "$WATCH_PID" 2>/dev/null || true; }

# event NAME TYPE SECONDS [KIND/OBJECT [MESSAGE]]: one that was seen so many seconds ago.
event() {
    local at kind=${4:-Pod/web}
    at=$(date -u -d "-$3 seconds" +%Y-%m-%dT%H:%M:%SZ)
    kubec create -f - >/dev/null <<END
{"apiVersion": "v1", "kind": "Event", "metadata": {"name": "$1"}, "type": "$2", "reason": "${1^}", "count": 1,
 "involvedObject": {"apiVersion": "v1", "kind": "${kind%/*}", "name": "${kind#*/}", "namespace": "default"},
 "firstTimestamp": "$at", "lastTimestamp": "$at", "message": "${5:-about $1}"}
END
}

@test "events come in the order of their times" {
    event second Warning 7200
    event first Normal 10800
    event third Normal 3600 Deployment/web '  trimmed\u001b\r  '
    run_kubec events
    [[ $status -eq 0 && -z $stderr ]]
    [[ $output == "\
LAST SEEN   TYPE      REASON   OBJECT           MESSAGE
3h          Normal    First    Pod/web          about first
120m        Warning   Second   Pod/web          about second
60m         Normal    Third    Deployment/web   trimmed^[" ]]
    run_kubec events --no-headers -A
    [[ ${lines[0]} == "default   3h     Normal    First    Pod/web          about first" ]]
    [[ $(requests | tail -1) == "GET /api/v1/events?limit=500" ]]
}

@test "events of one object and of some types" {
    event second Warning 7200
    event first Normal 10800
    event third Normal 3600 Node/n
    run_kubec events --for POD/web --no-headers
    [[ $status -eq 0 && ${#lines[@]} -eq 2 && ${lines[1]} == *"about second" ]]
    [[ $(requests | tail -1) == *"fieldSelector=involvedObject.kind%3DPod%2CinvolvedObject.apiVersion%3Dv1%2CinvolvedObject.name%3Dweb"* ]]
    run_kubec events --types=WARNING --no-headers
    [[ $status -eq 0 && ${#lines[@]} -eq 1 && ${lines[0]} == *"about second" ]]
    run_kubec events --types=Warning,Normal --no-headers
    [[ ${#lines[@]} -eq 3 ]]
}

@test "no events" {
    run_kubec events
    [[ $status -eq 0 && -z $output && $stderr == "No events found in default namespace." ]]
    run_kubec events -A -o json
    [[ $status -eq 0 && -z $output && $stderr == "No events found." ]]
}

@test "events in other formats" {
    event one Normal 5
    run_kubec events -o jsonpath='{.kind} {.items[0].kind} {.items[0].apiVersion}{"\n"}'
    [[ $status -eq 0 && $output == "EventList Event v1" ]]
    run_kubec events -o json
    [[ $status -eq 0 && $output != *managedFields* ]]
    [[ ${lines[3]} == '    "metadata": {},' && ${lines[6]} == '            "kind": "Event",' ]]
    run_kubec events -o json --show-managed-fields
    [[ $status -eq 0 && $output == *managedFields* ]]
    run_kubec events -o wide
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == 'error: unable to match a printer suitable for the output format "wide", allowed formats are: '* ]]
}

@test "--for and --types that cannot be" {
    run_kubec events --for web
    [[ $status -eq 1 && $stderr == "error: --for must be in resource/name form" ]]
    run_kubec events --for a/b/c
    [[ $status -eq 1 && $stderr == "error: arguments in resource/name form may not have more than one slash" ]]
    run_kubec events --for none/b
    [[ $status -eq 1 && $stderr == "the server doesn't have a resource type \"none\"" ]]
    run_kubec events --types=Bad
    [[ $status -eq 1 && $stderr == "error: valid --types are Normal or Warning" ]]
}

@test "events are fetched in pages" {
    event a Normal 1
    event b Normal 2
    event c Normal 3
    run_kubec events --chunk-size=2 --no-headers
    [[ $status -eq 0 && ${#lines[@]} -eq 3 && $(request_count '/events\?.*limit=2') -eq 2 ]]
}

@test "-w shows events as they come, of the types asked for, and ends with status 1 at Ctrl-C" {
    event first Normal 10800
    local end=0
    "$KUBEC" events -w --types=Normal >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- 4>&- &
    WATCH_PID=$!
    wait_for 'grep -q "about first" "$BATS_TEST_TMPDIR/out"'
    event hidden Warning 7200
    event second Normal 7200 Pod/web 'about a second'
    wait_for 'grep -q "about a second" "$BATS_TEST_TMPDIR/out"'
    kill -INT "$WATCH_PID"
    wait "$WATCH_PID" || end=$?
    WATCH_PID=
    [[ $end -eq 1 && ! -s $BATS_TEST_TMPDIR/err ]]
    [[ $(<"$BATS_TEST_TMPDIR/out") == "\
LAST SEEN   TYPE     REASON   OBJECT    MESSAGE
3h          Normal   First    Pod/web   about first
120m        Normal   Second   Pod/web   about a second" ]]
}

@test "a refused list is an error" {
    control POST faults '{"path":"/events","do":"status","code":403,"reason":"Forbidden","message":"no events for you","count":-1}'
    run_kubec events
    [[ $status -eq 1 && -z $output && $stderr == "Error from server (Forbidden): no events for you" ]]
    run_kubec events -w
    [[ $status -eq 1 && -z $output && $stderr == "Error from server (Forbidden): no events for you" ]]
}
