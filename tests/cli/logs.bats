#!/usr/bin/env bats
# logs: of one container and of many, followed through broken connections and rollouts.

load helper

setup_file() {
    start_server --log-interval 100
    kubec apply -f "$ROOT/tests/parity/data/streams.yaml" -f "$ROOT/tests/parity/data/logs.yaml" >/dev/null
    wait_for '[[ $(kubec get pods --no-headers | grep -c Running) -ge 6 ]]'
}
teardown_file() { stop_server; }
teardown() { control DELETE faults >/dev/null; }

# Numbers of the lines of a log, one after the other without a gap or a repetition.
in_order() { awk '{ n = $3 + 0; if (NR > 1 && n != last + 1) { print "after " last " came " n; bad = 1 } last = n } END { exit bad }'; }

@test "the log of a container" {
    run_kubec logs one
    [[ $status -eq 0 && ${lines[0]} == 'one: line 1 of app' && ${lines[4]} == 'one: line 5 of app' ]]
    run_kubec logs one --tail=2 --prefix
    [[ $(tail -1 <<<"$output") == '[pod/one/app] one: line '* && ${#lines[@]} -eq 2 ]]
    run_kubec logs lines
    [[ $output == $'first line\nsecond\n\nfourth with é and \ttab' ]]
    run_kubec logs one --limit-bytes=10
    [[ $output == 'one: line ' ]]
    run_kubec logs one --timestamps --tail=1
    [[ $output =~ ^[0-9-]{10}T[0-9:]{8}\.[0-9]{9}Z\ one: ]]
}

@test "containers, by name, by annotation, all of them" {
    run_kubec logs two --tail=1
    [[ $output == 'two: line 5 of app' && $stderr == 'Defaulted container "app" out of: app, side, prepare (init)' ]]
    run_kubec logs two side --tail=1
    [[ $output == 'two: line 5 of side' && -z $stderr ]]
    run_kubec logs marked --tail=1
    [[ $output == 'marked: line 5 of side' && -z $stderr ]]
    run_kubec logs mismarked --tail=1
    [[ ${stderr_lines[0]} == 'Default container name "gone" not found in pod mismarked' ]]
    run_kubec logs two --all-containers --prefix --tail=1
    [[ $output == $'[pod/two/prepare] two: line 5 of prepare\n[pod/two/app] two: line 5 of app\n[pod/two/side] two: line 5 of side' ]]
}

@test "what cannot be had" {
    run_kubec logs none
    [[ $status -eq 1 && $stderr == 'error: error from server (NotFound): pods "none" not found in namespace "default"' ]]
    run_kubec logs one -p
    [[ $status -eq 1 && $stderr == 'Error from server (BadRequest): previous terminated container "app" in pod "one" not found' ]]
    run_kubec logs stuck --ignore-errors
    [[ $status -eq 0 && $output == 'error: container "app" in pod "stuck" is waiting to start: trying and failing to pull image' ]]
    run_kubec logs
    [[ $status -eq 1 && ${stderr_lines[0]} == "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'." ]]
    run_kubec logs -l app=none
    [[ $status -eq 0 && -z $output && $stderr == 'No resources found in default namespace.' ]]
    run_kubec logs -f -l 'app in (one,two,marked)' --max-log-requests=2
    [[ $status -eq 1 && $stderr == *'you are attempting to follow 3 log streams, but maximum allowed concurrency is 2, use --max-log-requests to increase the limit' ]]
}

@test "following shows lines when they are written" {
    "$KUBEC" logs one -f >"$BATS_TEST_TMPDIR/log" &
    wait_for '(( $(wc -l <"$BATS_TEST_TMPDIR/log") > 8 ))'
    kill $!
    in_order <"$BATS_TEST_TMPDIR/log"
    # times were asked for, to be able to go on, and are not shown
    [[ $(head -1 "$BATS_TEST_TMPDIR/log") == 'one: line 1 of app' ]]
    requests | grep -q 'pods/one/log?container=app&follow=true&timestamps=true'
}

@test "a followed log that breaks off goes on without a line twice or missing" {
    control POST faults '{"path":"/log","do":"close-watch","ms":350,"rude":true,"count":4}' >/dev/null
    timeout -s KILL 20 "$KUBEC" logs one -f --tail=2 >"$BATS_TEST_TMPDIR/log" 2>"$BATS_TEST_TMPDIR/err" &
    wait_for '(( $(wc -l <"$BATS_TEST_TMPDIR/log") > 25 ))' 10
    kill -9 $! || true
    in_order <"$BATS_TEST_TMPDIR/log"
    [[ ! -s $BATS_TEST_TMPDIR/err ]]
    (($(request_count '/pods/one/log.*sinceTime=') >= 4))
}

@test "with --timestamps it goes on as well, and shows them" {
    control POST faults '{"path":"/log","do":"close-watch","ms":350,"rude":true,"count":2}' >/dev/null
    timeout -s KILL 20 "$KUBEC" logs one -f --timestamps --tail=3 >"$BATS_TEST_TMPDIR/log" &
    wait_for '(( $(wc -l <"$BATS_TEST_TMPDIR/log") > 15 ))' 10
    kill -9 $! || true
    cut -d ' ' -f 2- "$BATS_TEST_TMPDIR/log" | in_order
    [[ $(head -1 "$BATS_TEST_TMPDIR/log") =~ ^[0-9]{4}- ]]
}

@test "several Pods are followed at a time, line by line" {
    "$KUBEC" logs -f -l 'app in (one,marked)' --prefix >"$BATS_TEST_TMPDIR/log" &
    wait_for '(( $(grep -c "^\[pod/one/app\] one: line" "$BATS_TEST_TMPDIR/log") > 8 && $(grep -c "^\[pod/marked/side\] marked: line" "$BATS_TEST_TMPDIR/log") > 8 ))'
    kill $!
    ! grep -v '^\[pod/[a-z]*/[a-z]*\] [a-z]*: line [0-9]* of [a-z]*$' "$BATS_TEST_TMPDIR/log"
}

@test "the first log that cannot be had ends following, as in kubectl" {
    run_kubec logs -f -l 'app in (one,stuck)' --pod-running-timeout=500ms
    [[ $status -eq 1 && $stderr == *$'container "app" in pod "stuck" is waiting to start: trying and failing to pull image\nerror: context deadline exceeded' ]]
}

@test "--new-pods follows through a rollout" {
    "$KUBEC" logs deploy/web -f --new-pods --tail=1 >"$BATS_TEST_TMPDIR/log" &
    wait_for 'grep -q "^\[pod/web-" "$BATS_TEST_TMPDIR/log"'
    kubec rollout restart deployment web
    wait_for '(( $(sed "s/\].*//" "$BATS_TEST_TMPDIR/log" | sort -u | wc -l) >= 2 ))' 10
    kill $!
}

@test "prefixes have a colour for each Pod on a terminal, and none in a pipe" {
    run timeout 20 script -qec "TERM=xterm $KUBEC logs -l 'app in (one,marked)' --prefix --tail=1" /dev/null </dev/null
    first=$(sed -n '1s/\[pod.*//p' <<<"$output") second=$(sed -n '2s/\[pod.*//p' <<<"$output")
    [[ $first == $'\e['*m && $second == $'\e['*m && $first != "$second" ]]
    run_kubec logs -l 'app in (one,marked)' --prefix --tail=1
    [[ $output != *$'\e'* ]]
}

@test "Ctrl-C ends what is followed without a word, as a failure" {
    local line
    for line in 'one' '-l app=web --prefix'; do
        # shellcheck disable=SC2086
        run timeout 30 python3 "$ROOT/tests/cli/person.py" 'see:line 3 of' 'type:\x03' -- "$KUBEC" logs -f $line
        [[ $output == *'status 1'* && $output != *error* ]] || { echo "$output"; return 1; }
    done
}
