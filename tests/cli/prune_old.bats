# apply --prune on a server that lacks some of the kinds that kubectl looks through.
load helper

setup_file() { start_server --version 1.20; }
teardown_file() { stop_server; }

setup() {
    reset_server
    cd "$BATS_TEST_TMPDIR" || return
    for n in keep old; do printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n' $n; done >all.yaml
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: keep}\n' >keep.yaml
    kubec apply -f all.yaml --validate=false
}

@test "the default kinds are not all there: nothing goes" {
    run_kubec apply -f keep.yaml --prune --all --validate=false
    [ "$status" -eq 1 ]
    [ "$output" = 'configmap/keep unchanged' ]
    [ "${stderr_lines[-1]}" = 'error: error retrieving RESTMappings to prune: invalid resource batch/v1, Kind=CronJob, Namespaced=true: no matches for kind "CronJob" in version "batch/v1"' ]
    run_kubec get configmap old -o name
    [ "$output" = configmap/old ]
}

@test "a kind of the list that is not there shows before anything is applied" {
    run_kubec apply -f keep.yaml --prune --all --prune-allowlist=batch/v1/CronJob --validate=false
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ "$stderr" = 'error: no matches for kind "CronJob" in version "batch/v1"' ]
    run_kubec apply -f keep.yaml --prune --all --prune-allowlist=batch/v1beta1/CronJob --prune-allowlist=core/v1/ConfigMap --validate=false
    [ "$output" = $'configmap/keep unchanged\nconfigmap/old pruned' ]
}
