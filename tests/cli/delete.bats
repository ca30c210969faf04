# delete: by name, file, label; what it waits for and what it says.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; cd "$BATS_TEST_TMPDIR" || return; }

config_map() { # NAME [FINALIZER]
    kubec create -f - <<<"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"$1\",\"labels\":{\"app\":\"x\"}${2:+,\"finalizers\":[\"$2\"]}}}" >/dev/null
    control DELETE requests >/dev/null
}

@test "an object that is gone at once is one request" {
    config_map a
    run_kubec delete configmap a
    [ "$status" -eq 0 ]
    [ "$output" = 'configmap "a" deleted from default namespace' ]
    [ "$(requests)" = "DELETE /api/v1/namespaces/default/configmaps/a" ]
}

@test "an object that is not there" {
    run_kubec delete configmap a
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (NotFound): configmaps "a" not found' ]
    run_kubec delete configmap a --ignore-not-found
    [ "$status" -eq 0 ]
    [ -z "$output$stderr" ]
}

@test "Ctrl-C while waiting: status 1, no word" {
    local code=0 pid
    config_map held example.com/hold
    "$KUBEC" delete configmap held >out 2>err 3>&- 4>&- &
    pid=$!
    wait_for '[[ $(requests watch=true | wc -l) -ge 1 ]]'
    kill -INT "$pid"
    wait "$pid" || code=$?
    [[ $code -eq 1 && $(<out) == 'configmap "held" deleted from default namespace' && ! -s err ]]
}

@test "finalizers are waited for" {
    config_map a example.com/hold
    "$KUBEC" delete configmap a >out &
    waiting=$!
    wait_for 'grep -q deleted out'
    sleep 0.3
    kill -0 "$waiting"
    curl -sS --fail -o /dev/null --cacert "$SERVER_DIR/pki/ca.crt" -H 'Authorization: Bearer admin-token' -X PATCH \
        -H 'Content-Type: application/merge-patch+json' -d '{"metadata":{"finalizers":null}}' \
        "$SERVER_URL/api/v1/namespaces/default/configmaps/a"
    wait "$waiting"
}

@test "--timeout ends the wait" {
    config_map a example.com/hold
    run_kubec delete configmap a --timeout=300ms
    [ "$status" -eq 1 ]
    [ "$output" = 'configmap "a" deleted from default namespace' ]
    [ "$stderr" = 'error: timed out waiting for the condition on configmaps/a' ]
}

@test "--wait=false does not wait" {
    config_map a example.com/hold
    run_kubec delete configmap a --wait=false
    [ "$status" -eq 0 ]
    [ "$(request_count)" -eq 1 ]
}

@test "pods get their grace period, or none" {
    kubec create deployment web --image=nginx
    wait_for 'kubec get pods | grep -q Running'
    pod=$(kubec get pods -o name)
    kubec scale deployment web --replicas=0
    run_kubec delete "$pod" --grace-period=0 --force --ignore-not-found
    [ "$status" -eq 0 ]
    [ "$stderr" = 'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.' ]
    run_kubec delete pods --all --now --grace-period=3
    [ "$stderr" = 'error: --now and --grace-period cannot be specified together' ]
    run_kubec delete pods --all --force --grace-period=3
    [ "$stderr" = 'error: --force and --grace-period greater than 0 cannot be specified together' ]
}

@test "--dry-run deletes nothing" {
    config_map a
    run_kubec delete configmap a --dry-run=client
    [ "$output" = 'configmap "a" deleted from default namespace (dry run)' ]
    run_kubec delete configmap a --dry-run=server
    [ "$output" = 'configmap "a" deleted from default namespace (server dry run)' ]
    run_kubec get configmap a -o name
    [ "$output" = configmap/a ]
}

@test "by label, and --all" {
    config_map a
    config_map b
    run_kubec delete configmap -l app=x -o name
    [ "$output" = $'configmap/a\nconfigmap/b' ]
    run_kubec delete configmap -l app=x
    [ "$status" -eq 0 ]
    [ "$output" = 'No resources found' ]
    run_kubec delete configmap --all -l app=x
    [ "$stderr" = "error: setting 'all' parameter but found a non empty selector." ] # bats drops the space at the end
    run_kubec delete configmap
    [ "$stderr" = 'error: resource(s) were provided, but no name was specified' ]
}

@test "-i asks, and heeds the answer" {
    config_map a
    run_kubec delete configmap a -i <<<n
    [ "$status" -eq 0 ]
    [ "$output" = $'You are about to delete the following 1 resource(s):\nconfigmap/a\nDo you want to continue? (y/N): deletion is cancelled' ]
    run_kubec delete configmap a -i <<<y
    [ "$output" = $'You are about to delete the following 1 resource(s):\nconfigmap/a\nDo you want to continue? (y/N): configmap "a" deleted from default namespace' ]
}

@test "--cascade decides over dependents" {
    kubec create deployment web --image=nginx
    wait_for 'kubec get replicasets -o name | grep -q web'
    run_kubec delete deployment web --cascade=orphan
    [ "$status" -eq 0 ]
    run_kubec get replicasets -o name
    [[ "$output" == replicaset.apps/web-* ]]
    run_kubec delete deployment web --cascade=false
    [ "${stderr_lines[0]}" = 'warning: --cascade=false is deprecated (boolean value) and can be replaced with --cascade=orphan.' ]
    run_kubec delete deployment web --cascade=perhaps
    [ "$stderr" = 'error: invalid cascade value (perhaps). Must be "background", "foreground", or "orphan"' ]
}

@test "one that fails does not hide the others" {
    config_map a
    config_map c
    run_kubec delete configmap a b c
    [ "$status" -eq 1 ]
    [ "$output" = $'configmap "a" deleted from default namespace\nconfigmap "c" deleted from default namespace' ]
    [ "$stderr" = 'Error from server (NotFound): configmaps "b" not found' ]
}

@test "cluster-scoped objects despite -n are warned of" {
    kubec create namespace team
    run_kubec delete namespace team -n default
    [ "$status" -eq 0 ]
    [ "$output" = 'namespace "team" deleted' ]
    [ "$stderr" = 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace' ]
}

@test "--raw" {
    config_map a
    run_kubec delete --raw /api/v1/namespaces/default/configmaps/a
    [ "$status" -eq 0 ]
    [[ "$output" == '{"kind":"Status"'* ]]
}

@test "who may not delete" {
    config_map a
    run_kubec --context viewer delete configmap a
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (Forbidden): configmaps "a" is forbidden: User "viewer" cannot delete resource "configmaps" in API group "" in the namespace "default"' ]
}

@test "an empty name is refused, and never means all of them" {
    config_map a
    run_kubec delete configmap ""
    [ "$status" -eq 1 ]
    [ "$output" = '' ]
    [ "$stderr" = 'error: resource name may not be empty' ]
    run_kubec delete configmap "" --dry-run=server
    [ "$status" -eq 1 ]
    run_kubec delete -f - <<<'{apiVersion: v1, kind: ConfigMap, metadata: {generateName: a-}}'
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: error when deleting "STDIN": resource name may not be empty' ]
    run_kubec delete configmap ..
    [ "$stderr" = "error: invalid resource name \"..\": [may not be '..']" ]
    run_kubec get configmap a -o name
    [ "$output" = configmap/a ]
}

@test "-i asks without looking whether it is there" {
    run_kubec delete configmap nothing -i <<<n
    [ "$status" -eq 0 ]
    [ "$output" = $'You are about to delete the following 1 resource(s):\nconfigmap/nothing\nDo you want to continue? (y/N): deletion is cancelled' ]
}

@test "--interactive: Ctrl-C is no answer" {
    config_map a
    run timeout 30 python3 "$ROOT/tests/cli/person.py" 'see:(y/N): ' 'type:\x03' -- "$KUBEC" delete -i cm a
    [[ $output == *'signal 2'* && $output != *cancelled* ]]
    [[ $(request_count DELETE) -eq 0 ]]
}

@test "--ignore-not-found hides what is not there and nothing else" {
    printf 'kind: [\n' >"$BATS_TEST_TMPDIR/broken.yaml"
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: gone}\n' >"$BATS_TEST_TMPDIR/gone.yaml"
    cd "$BATS_TEST_TMPDIR"
    run_kubec delete -f gone.yaml --ignore-not-found
    [[ $status -eq 0 && $output == '' && $stderr == '' ]]
    run_kubec delete -f broken.yaml -f gone.yaml --ignore-not-found
    [[ $status -eq 1 && $output == '' && $stderr == 'error parsing broken.yaml: '* && $stderr != *$'\n'* ]]
    run_kubec delete -f broken.yaml --ignore-not-found
    [[ $status -eq 1 && $stderr == 'error: error parsing broken.yaml: '* ]]
}
