#!/usr/bin/env bats
# get --watch: what is there, then every change, across what servers do to watches.

load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }

setup() {
    reset_server
    WATCH_PID=
}
teardown() { [[ -z $WATCH_PID ]] || kill "$WATCH_PID" 2>/dev/null || true; }

config_map() {
    control POST objects "[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"$1\",\"namespace\":\"default\"},\"data\":{\"a\":\"1\"}}]" >/dev/null
}

# watching ARG...: get in the background; its output is in out and err.
watching() {
    "$KUBEC" get "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- 4>&- &
    WATCH_PID=$!
    wait_for '[[ $(requests watch=true | wc -l) -ge 1 ]]'
}

# shows COUNT: waits for so many lines
shows() { wait_for "[[ \$(wc -l <'$BATS_TEST_TMPDIR/out') -ge $1 ]]"; }

out() { masked <"$BATS_TEST_TMPDIR/out"; }

# interrupt: Ctrl-C; the exit status is $code.
interrupt() {
    code=0
    kill -INT "$WATCH_PID"
    wait "$WATCH_PID" || code=$?
    WATCH_PID=
}

@test "a list, then changes, aligned with it" {
    config_map one
    watching cm --watch
    shows 2
    config_map a-longer-name
    shows 3
    kubec delete cm one >/dev/null
    shows 4
    [[ $(out) == $'NAME   DATA   AGE\none    1      AGE\na-longer-name   1      AGE\none             1      AGE' ]]
    interrupt
    [[ $code -eq 1 && ! -s $BATS_TEST_TMPDIR/err ]]
    [[ $(requests) == *'watch=true'*'includeObject=None'* ]]
}

@test "changes only" {
    config_map one
    watching cm --watch-only
    config_map two
    shows 2
    [[ $(out) == $'NAME   DATA   AGE\ntwo    1      AGE' ]]
}

@test "one object is not printed twice" {
    config_map one
    watching cm one --watch
    shows 2
    kubec delete cm one >/dev/null
    shows 3
    [[ $(out) == $'NAME   DATA   AGE\none    1      AGE\none    1      AGE' ]]
}

@test "kinds of events" {
    config_map one
    watching cm --watch --output-watch-events
    shows 2
    kubec delete cm one >/dev/null
    shows 3
    [[ $(out) == $'EVENT      NAME   DATA   AGE\nADDED      one    1      AGE\nDELETED    one    1      AGE' ]]
}

@test "events as JSON, one a line" {
    config_map one
    watching cm --watch --output-watch-events -o json
    shows 1
    kubec delete cm one >/dev/null
    shows 2
    [[ $(jq -r '.type + " " + .object.kind + " " + .object.metadata.name' "$BATS_TEST_TMPDIR/out") == $'ADDED ConfigMap one\nDELETED ConfigMap one' ]]
}

@test "events in templates are objects of type and object" {
    local format
    config_map one
    for format in 'jsonpath={.type} {.object.metadata.name} {.object.kind}{"\n"}' 'go-template={{.type}} {{.object.metadata.name}} {{.object.kind}}{{"\n"}}'; do
        config_map one
        control DELETE requests >/dev/null
        watching cm --watch --output-watch-events -o "$format"
        shows 1
        kubec delete cm one >/dev/null
        shows 2
        [[ $(out) == $'ADDED one ConfigMap\nDELETED one ConfigMap' ]]
        interrupt
    done
    control DELETE requests >/dev/null
    watching cm --watch --output-watch-events -o custom-columns=T:.type,N:.object.metadata.name,K:.kind
    config_map two
    shows 2
    [[ $(out) == $'T       N     K\nADDED   two   <none>' ]]
    interrupt
    control DELETE requests >/dev/null
    watching cm --watch --output-watch-events -o name
    config_map three
    shows 2
    [[ $(out) == $'configmap/two\nconfigmap/three' ]]
}

@test "a list is aligned as one, what follows with it, tabs of templates too" {
    config_map one
    config_map a-longer-name
    watching cm --watch -o custom-columns=N:.metadata.name,K:.kind
    shows 3
    config_map two
    shows 4
    [[ $(out) == $'N               K\na-longer-name   ConfigMap\none             ConfigMap\ntwo             ConfigMap' ]]
    interrupt
    control DELETE requests >/dev/null
    watching cm --watch -o 'jsonpath={.metadata.name}{"\t"}{.kind}{"\n"}'
    shows 3
    [[ $(out) == $'a-longer-name   ConfigMap\none             ConfigMap\ntwo             ConfigMap' ]]
}

@test "a list that the server has forgotten comes once more" {
    config_map one
    watching cm --watch -o name
    shows 1
    control POST expire-watches >/dev/null
    shows 2
    config_map two
    shows 3
    [[ $(out) == $'configmap/one\nconfigmap/one\nconfigmap/two' ]]
}

@test "a bookmark moves the place to go on from, and is not shown" {
    config_map one
    watching cm --watch -o name
    shows 1
    config_map two
    shows 2
    control POST bookmarks >/dev/null
    control POST close-watches >/dev/null
    wait_for '[[ $(requests watch=true | wc -l) -ge 2 ]]'
    config_map three
    shows 3
    [[ $(out) == $'configmap/one\nconfigmap/two\nconfigmap/three' ]]
}

@test "a watch that the server ends goes on" {
    config_map one
    watching cm --watch
    shows 2
    control POST close-watches >/dev/null
    wait_for '[[ $(requests watch=true | wc -l) -ge 2 ]]'
    config_map two
    shows 3
    [[ $(out) == $'NAME   DATA   AGE\none    1      AGE\ntwo    1      AGE' ]]
}

@test "what cannot be watched" {
    config_map one
    run_kubec get cm,secrets --watch
    [[ $status -eq 1 && -z $output && $stderr == 'error: you may only specify a single resource type' ]]
    run_kubec get cm missing --watch
    [[ $status -eq 1 && -z $output && $stderr == 'Error from server (NotFound): configmaps "missing" not found' ]]
    run_kubec get cm missing --watch --ignore-not-found
    [[ $status -eq 0 && -z $output && -z $stderr ]]
    config_map two
    run_kubec get cm one two --watch
    [[ $status -eq 1 && ${#lines[@]} -eq 3 && $stderr == 'error: you may only watch a single resource or type of resource at a time' ]]
}
