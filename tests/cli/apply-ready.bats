# apply --wait=ready: until what was applied works, or cannot.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
    reset_server
    control POST controllers '{"enabled":true,"podStart":50}' >/dev/null
    cd "$BATS_TEST_TMPDIR" || return
    cat >web.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: registry.example/web:1}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
YAML
    cat >pod.yaml <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: one}
spec: {containers: [{name: app, image: registry.example/web:1}]}
YAML
}

never_start() { control POST controllers '{"podStart":-1}' >/dev/null; }

# status PATH JSON: a controller's or kubelet's word
status() {
    curl -sS --fail -o /dev/null --cacert "$SERVER_DIR/pki/ca.crt" -H 'Authorization: Bearer admin-token' -X PATCH \
        -H 'Content-Type: application/merge-patch+json' -d "{\"status\":$2}" "$SERVER_URL$1/status"
}

container_waits() { # REASON MESSAGE RESTARTS
    printf '{"containerStatuses":[{"name":"app","image":"i","imageID":"","ready":false,"restartCount":%s,"state":{"waiting":{"reason":"%s","message":"%s"}}}]}' "$3" "$1" "$2"
}

@test "until a rollout is done; what has nothing to become is not waited for" {
    run_kubec apply -f web.yaml --wait=ready --timeout=30s
    [ "$status" -eq 0 ]
    [ "$output" = $'deployment.apps/web created\nconfigmap/settings created' ]
    [ "${stderr##*$'\n'}" = 'deployment.apps/web: ready' ]
    [[ $stderr != *settings* ]]
    kubec rollout status deployment/web --watch=false
    run_kubec apply -f web.yaml --wait=all --timeout=30s
    [ "$status" -eq 0 ]
    [ "$output" = $'deployment.apps/web unchanged\nconfigmap/settings unchanged' ]
    [ -z "$stderr" ]
}

@test "kubectl's --wait waits for nothing that is applied" {
    never_start
    for option in --wait --wait=true --wait=false --wait=T; do
        run_kubec apply -f web.yaml "$option"
        [ "$status" -eq 0 ]
        [ -z "$stderr" ]
    done
    run_kubec apply -f web.yaml --wait=maybe
    [ "$status" -eq 1 ]
    [ "$stderr" = $'error: invalid argument "maybe" for "--wait" flag: strconv.ParseBool: parsing "maybe": invalid syntax\nSee \'kubec apply --help\' for usage.' ]
}

@test "no longer than --timeout, and it says what is missing" {
    never_start
    run_kubec apply -f web.yaml --wait=ready --timeout=1s
    [ "$status" -eq 1 ]
    [[ ${stderr##*$'\n'} == 'error: deployment.apps/web was not ready in time: Waiting for deployment "web" rollout to finish: 0 of 2 updated replicas are available...' ]]
}

@test "an image that cannot be had fails early, and names the Pod" {
    never_start
    { wait_for "kubec get pods -o name | grep -q web"
      status "/api/v1/namespaces/default/$(kubec get pods -o name | head -1 | sed s,pod,pods,)" "$(container_waits ImagePullBackOff 'no such image' 0)"; } 3>&- &
    run_kubec apply -f web.yaml --wait=ready --timeout=30s
    wait
    [ "$status" -eq 1 ]
    [[ $stderr == *$'\nerror: deployment.apps/web does not become ready: Waiting for '*$'\npod "web-'*'", container "app": ImagePullBackOff: no such image' ]]
}

@test "a container that crashes again and again fails early, with the last lines of its log" {
    never_start
    { wait_for "kubec get pod one -o name"; status /api/v1/namespaces/default/pods/one "$(container_waits CrashLoopBackOff 'back-off 20s' 2)"; } >/dev/null 2>&1 3>&- &
    control POST faults '{"path":"/pods/one/log","do":"status","code":200,"body":"first\nsecond\n","count":-1}' >/dev/null
    run_kubec apply -f pod.yaml --wait=ready --timeout=30s
    wait
    [ "$status" -eq 1 ]
    [[ $stderr == *$'error: pod/one does not become ready: '*$'\npod "one", container "app": CrashLoopBackOff: back-off 20s'* ]]
    [ "$(requests '/pods/one/log' | sort -u)" = 'GET /api/v1/namespaces/default/pods/one/log?container=app&previous=true&tailLines=10' ]
}

@test "one crash is not the end" {
    never_start
    { wait_for "kubec get pod one -o name"; status /api/v1/namespaces/default/pods/one "$(container_waits CrashLoopBackOff 'back-off 10s' 1)"
      sleep 2.5; status /api/v1/namespaces/default/pods/one '{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}'; } >/dev/null 2>&1 3>&- &
    run_kubec apply -f pod.yaml --wait=ready --timeout=30s
    wait
    [ "$status" -eq 0 ]
    [ "${stderr##*$'\n'}" = 'pod/one: ready' ]
}

@test "a Job that fails, fails" {
    control POST controllers '{"enabled":false}' >/dev/null
    printf '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}' >job.json
    { wait_for "kubec get job j -o name"; status /apis/batch/v1/namespaces/default/jobs/j '{"conditions":[{"type":"Failed","status":"True","reason":"BackoffLimitExceeded","message":"too often"}]}'; } >/dev/null 2>&1 3>&- &
    run_kubec apply -f job.json --wait=ready --timeout=30s
    wait
    [ "$status" -eq 1 ]
    [ "${stderr##*$'\n'}" = 'error: job.batch/j failed: BackoffLimitExceeded: too often' ]
}

@test "--server-side waits too, a dry run does not" {
    run_kubec apply -f web.yaml --server-side --wait=ready --timeout=30s
    [ "$status" -eq 0 ]
    [ "${stderr##*$'\n'}" = 'deployment.apps/web: ready' ]
    never_start
    sed -i 's/web:1/web:2/' web.yaml
    run_kubec apply -f web.yaml --dry-run=server --wait=ready --timeout=1s
    [ "$status" -eq 0 ]
}

@test "what is deleted meanwhile has failed" {
    never_start
    { wait_for "kubec get pod one -o name"; sleep 0.3; kubec delete pod one --now --wait=false; } >/dev/null 2>&1 3>&- &
    run_kubec apply -f pod.yaml --wait=ready --timeout=30s
    wait
    [ "$status" -eq 1 ]
    [ "${stderr##*$'\n'}" = 'error: pod/one was deleted while it was waited for' ]
}

@test "rollout status --explain names the Pod that holds it up, once" {
    never_start
    kubec apply -f web.yaml >/dev/null
    wait_for "kubec get pods -o name | grep -q web"
    status "/api/v1/namespaces/default/$(kubec get pods -o name | head -1 | sed s,pod,pods,)" "$(container_waits ImagePullBackOff 'no such image' 0)"
    run_kubec rollout status deployment/web --explain --timeout=5s
    [ "$status" -eq 1 ]
    [[ $stderr =~ ^pod\ \"web-[-a-z0-9]+\",\ container\ \"app\":\ ImagePullBackOff:\ no\ such\ image$'\n'error:\ timed\ out\ waiting\ for\ the\ condition$ ]]
    run_kubec rollout status deployment/web --explain --watch=false
    [ "$status" -eq 0 ]
    [[ $stderr == *'ImagePullBackOff: no such image' ]]
    run_kubec rollout status deployment/web --timeout=1s
    [ "$stderr" = 'error: timed out waiting for the condition' ]
}
