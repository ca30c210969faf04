# diff: what apply would change, told by dry runs; nothing of it may stay, on the server or in a folder.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
    reset_server
    cd "$BATS_TEST_TMPDIR" || return
    mkdir tmp
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    unset KUBECTL_EXTERNAL_DIFF NO_COLOR
    export TERM=xterm
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "1", b: "2"}\n' >settings.yaml
    sed 's/"1"/"5"/' settings.yaml >changed.yaml
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: access}\nstringData: {key: topsecret}\n' >secret.yaml
}

no_folders() { [ -z "$(ls -A "$TMPDIR")" ]; }

# without_diff ARG...: runs the program with nothing on PATH
without_diff() {
    mkdir -p bin
    run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" "$KUBEC" "$@"
}

# names and times of files, made constant
files_masked() { sed -E -e 's/(LIVE|MERGED)-[0-9]+/\1-N/g' -e "s,$TMPDIR,TMP,g" -e 's/\t[-0-9]+ [0-9:.]+ [-+][0-9]{4}$/\tWHEN/' | masked; }

# What diff says of settings.yaml becoming changed.yaml.
changed_text() {
    printf '%s\n' 'diff -u -N TMP/LIVE-N/v1.ConfigMap.default.settings TMP/MERGED-N/v1.ConfigMap.default.settings' \
        $'--- TMP/LIVE-N/v1.ConfigMap.default.settings\tWHEN' $'+++ TMP/MERGED-N/v1.ConfigMap.default.settings\tWHEN' \
        '@@ -1,6 +1,6 @@' ' apiVersion: v1' ' data:' '-  a: "1"' '+  a: "5"' '   b: "2"' ' kind: ConfigMap' ' metadata:'
}

on_terminal() { timeout 20 script -qec "$1" /dev/null </dev/null | sed -e 's/\r$//' -e 's/\x1b/\\e/g'; }

@test "no difference is silence and 0, and no program is run for it" {
    kubec apply -f settings.yaml
    without_diff diff -f settings.yaml
    [ "$status" -eq 0 ]
    [ -z "$output$stderr" ]
    no_folders
}

@test "a difference is 1; the server keeps nothing of it" {
    kubec apply -f settings.yaml
    run_kubec diff -f changed.yaml
    [ "$status" -eq 1 ]
    [ -z "$stderr" ]
    [ "$(files_masked <<<"$output")" = "$(changed_text)" ]
    [ "$(kubec get configmap settings -o 'jsonpath={.data.a}')" = 1 ]
    no_folders
}

@test "where no diff is installed, kubec compares by itself and says the same" {
    kubec apply -f settings.yaml
    without_diff diff -f changed.yaml
    [ "$status" -eq 1 ]
    [ -z "$stderr" ]
    [ "$(files_masked <<<"$output")" = "$(changed_text)" ]
    no_folders
}

@test "a new object is compared with nothing, a new Secret with kubectl's null" {
    run_kubec diff -f settings.yaml
    [ "$status" -eq 1 ]
    [[ ${lines[3]} == '@@ -0,0 +1,10 @@' ]]
    without_diff diff -f secret.yaml
    [ "$status" -eq 1 ]
    [[ ${lines[3]} == '@@ -1 +1,10 @@' && ${lines[4]} == -null ]]
}

@test "a terminal gets colour, from kubec itself" {
    kubec apply -f settings.yaml
    run on_terminal "$KUBEC diff -f changed.yaml; echo \$?"
    [[ ${lines[0]} == '\e['*'mdiff -u -N '*'/v1.ConfigMap.default.settings\e[0m' ]]
    [[ $output == *$'m-  a: "1"\\e[0m\n'*$'m+  a: "5"\\e[0m\n'* ]]
    [ "${lines[-1]}" = 1 ]
    no_folders
    run on_terminal "KUBECTL_EXTERNAL_DIFF='diff -N -u' $KUBEC diff -f changed.yaml"
    [[ $output != *'\e['* && $output == *$'\n-  a: "1"\n'* ]]
}

@test "values of Secrets are masked, and seen with --show-secrets alone" {
    kubec apply -f secret.yaml
    sed 's/topsecret/othersecret/' secret.yaml >other.yaml
    run_kubec diff -f other.yaml
    [ "$status" -eq 1 ]
    [[ $output == *$'\n-  key: \'*** (before)\'\n+  key: \'*** (after)\'\n'* ]]
    [[ $output != *"$(printf topsecret | base64)"* && $output != *"$(printf othersecret | base64)"* ]]
    run_kubec diff -f other.yaml --show-secrets
    [[ $output == *$'\n-  key: '"$(printf topsecret | base64)"$'\n+  key: '"$(printf othersecret | base64)"$'\n'* ]]
}

@test "what --prune would delete is gone on the new side, Secrets of it masked" {
    kubec apply -f settings.yaml -f secret.yaml
    run_kubec diff -f settings.yaml --prune --prune-allowlist=core/v1/Secret
    [ "$status" -eq 1 ]
    [[ $output == *$'\t1970-01-01 00:00:00.000000000 +0000\n@@ -1,'*' +0,0 @@'* ]]
    [[ $output == *$'\n-  key: \'***\'\n'* && $output != *"$(printf topsecret | base64)"* ]]
}

@test "the program's folders are the user's alone" {
    printf '#!/bin/sh\nstat -c "%%a" "$@" "$1"/*\nexit 1\n' >look
    chmod +x look
    KUBECTL_EXTERNAL_DIFF=$PWD/look run_kubec diff -f settings.yaml
    [ "$status" -eq 1 ]
    [ "$output" = $'700\n700\n600' ]
    no_folders
}

@test "the program's failure is more than 1" {
    printf '#!/bin/sh\nexit 3\n' >three
    chmod +x three
    KUBECTL_EXTERNAL_DIFF=$PWD/three run_kubec diff -f settings.yaml
    [ "$status" -eq 2 ]
    [ "$stderr" = "error: failed to run \"$PWD/three\": exit status 3" ]
    KUBECTL_EXTERNAL_DIFF=nothing-like-it run_kubec diff -f settings.yaml
    [ "$status" -eq 2 ]
    [ "$stderr" = 'error: failed to run "nothing-like-it": executable file not found in $PATH' ]
    no_folders
}

@test "Ctrl-C belongs to the program while it runs; its folders go" {
    printf '#!/bin/sh\necho started >"%s/started"\nsleep 20\n' "$PWD" >slow
    chmod +x slow
    KUBECTL_EXTERNAL_DIFF=$PWD/slow setsid "$KUBEC" diff -f settings.yaml 3>&- &
    local pid=$!
    wait_for "[ -e started ]"
    kill -INT -- "-$pid"
    wait "$pid" || status=$?
    [ "$status" -eq 1 ]
    no_folders
}

@test "an object that changes meanwhile is asked for again" {
    kubec apply -f settings.yaml
    control DELETE requests >/dev/null
    control POST faults '{"method":"PATCH","do":"status","code":409,"reason":"Conflict","count":2}' >/dev/null
    run_kubec diff -f changed.yaml
    [ "$status" -eq 1 ]
    [ -z "$stderr" ]
    [ "$(requests '/settings$' | grep -c '^GET')" -eq 3 ]
    control POST faults '{"method":"PATCH","do":"status","code":409,"reason":"Conflict","count":3}' >/dev/null
    run_kubec diff -f changed.yaml
    [ "$status" -eq 1 ]
    [[ $stderr == W*'diff.go:723] Object (/v1, Kind=ConfigMap: settings) keeps changing, diffing without lock' ]]
}

@test "the first failure is all that is told" {
    kubec apply -f settings.yaml
    control POST faults '{"path":"/configmaps/settings","method":"GET","do":"status","code":500,"message":"broken","count":-1}' >/dev/null
    run_kubec diff -f secret.yaml -f changed.yaml -f nonexistent.yaml
    [ "$status" -eq 2 ]
    [ "$stderr" = 'error: the path "nonexistent.yaml" does not exist' ]
    run_kubec diff -f secret.yaml -f changed.yaml -f changed.yaml
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [[ $(wc -l <<<"$stderr") -eq 1 && $stderr == *'Error from server'*broken* ]]
    no_folders
}

@test "many objects are asked about at a time, and shown by name" {
    for i in 3 1 2; do printf -- '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c%s}}\n' $i; done >many.yaml
    control POST faults '{"method":"GET","path":"/configmaps/c","do":"delay","ms":400,"count":3}' >/dev/null
    local start=${EPOCHREALTIME/./}
    run_kubec diff -f many.yaml
    [ "$status" -eq 1 ]
    ((${EPOCHREALTIME/./} - start < 1100000))
    [ "$(grep -o '^diff.*c[123]$' <<<"$output" | grep -o 'c[123]$' | tr -d '\n')" = c1c2c3 ]
}

@test "failures of every kind are 2" {
    for line in 'diff' 'diff word' 'diff --nothing' 'diff -f settings.yaml --force-conflicts' \
        'diff -f settings.yaml --server=http://127.0.0.1:1' 'diff -f settings.yaml --concurrency=many'; do
        # shellcheck disable=SC2086
        run_kubec $line
        [ "$status" -eq 2 ] || { echo "$line: $status"; return 1; }
        [ -n "$stderr" ]
    done
    run_kubec diff --nothing
    [ "$stderr" = $'error: unknown flag: --nothing\nSee \'kubec diff -h\' for help and examples' ]
}
