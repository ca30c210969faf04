# apply --diff: what would change is shown, and done when somebody agrees.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
    reset_server
    cd "$BATS_TEST_TMPDIR" || return
    unset KUBECTL_EXTERNAL_DIFF
    export TERM=dumb
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "1"}\n' >settings.yaml
    sed 's/"1"/"5"/' settings.yaml >changed.yaml
    kubec apply -f settings.yaml
}

value() { kubec get configmap settings -o 'jsonpath={.data.a}'; }

# answer TEXT ARG...: the program on a terminal where somebody types that; its exit status is the last line
answer() {
    local text=$1
    shift
    (sleep 1; printf '%s\n' "$text"; sleep 1) | timeout 20 script -qec "$KUBEC $*; echo \$?" /dev/null | tr -d '\r'
}

@test "yes applies" {
    run answer y apply -f changed.yaml --diff
    [[ $output == *$'\n-  a: "1"\n+  a: "5"\n'*'Apply these changes? (y/N): '* ]]
    [[ $output == *$'configmap/settings configured\n0' ]]
    [ "$(value)" = 5 ]
}

@test "anything else does not" {
    run answer n apply -f changed.yaml --diff
    [[ $output == *$'Nothing was applied.\n1' ]]
    [ "$(value)" = 1 ]
    run answer '' apply -f changed.yaml --diff
    [[ ${lines[-1]} == 1 ]]
    [ "$(value)" = 1 ]
}

@test "--yes applies without asking, also where nobody could" {
    run_kubec apply -f changed.yaml --diff --yes
    [ "$status" -eq 0 ]
    [[ $output == *$'\n-  a: "1"\n+  a: "5"\n'*$'\nconfigmap/settings configured' ]]
    [ -z "$stderr" ]
    [ "$(value)" = 5 ]
}

@test "where nobody can be asked it fails before anything is sent" {
    control DELETE requests >/dev/null
    run_kubec apply -f changed.yaml --diff
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: --diff asks before it applies, but standard input is not a terminal: --yes applies without asking' ]
    [ "$(request_count)" -eq 0 ]
    run_kubec apply -f changed.yaml --diff --prune --all --yes
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: --diff cannot be used with --prune, which it does not show: see diff --prune' ]
}

@test "no difference is no question" {
    run_kubec apply -f settings.yaml --diff --yes
    [ "$status" -eq 0 ]
    [ "$output" = 'configmap/settings unchanged' ]
    run answer n apply -f settings.yaml --diff
    [[ $output == *$'configmap/settings unchanged\n0' ]]
}

@test "a dry run shows and does not ask" {
    run_kubec apply -f changed.yaml --diff --dry-run=server
    [ "$status" -eq 0 ]
    [[ $output == *$'\n+  a: "5"\n'*$'\nconfigmap/settings configured (server dry run)' ]]
    [ "$(value)" = 1 ]
}

@test "objects whose namespace comes with them are shown as they were written" {
    printf '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"new"}},
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"new"},"data":{"k":"v"}}]}' >new.json
    run_kubec apply -f new.json --diff --yes
    [ "$status" -eq 0 ]
    [[ $output == *$'\n+  k: v\n'*$'\nnamespace/new created\nconfigmap/c created' ]]
}

@test "what the server would refuse is told, and nothing is applied" {
    printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"Not_A_Name"}}' >bad.json
    run_kubec apply -f changed.yaml -f bad.json --diff --yes
    [ "$status" -eq 1 ]
    [[ $stderr == *'Not_A_Name'* ]]
    [ "$(value)" = 1 ]
}
