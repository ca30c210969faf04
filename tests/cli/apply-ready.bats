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

# ---- on a terminal ------------------------------------------------------------------

# on_terminal STEP... -- ARG...: apply --wait=ready on a terminal; $status, what it wrote in $output, with ESC as \e
on_terminal() {
    local steps=()
    while [ "$1" != -- ]; do steps+=("$1"); shift; done
    run env NO_COLOR=1 TERM="${TERM_IS:-xterm}" timeout 60 python3 "$ROOT/tests/cli/person.py" "${steps[@]}" "$@"
    output=$(sed -e 's/\r$//' -e 's/\r/\\r/g' -e 's/\x1b/\\e/g' <<<"$output")
}

# the last table that was drawn, and what came after it
last_table() { sed -n 'H; /\\e\[[0-9]*A/h; ${x; p}' <<<"$output" | sed -E -e 's/^.*\\e\[J//' -e 's/ *$//' -e 's/ [0-9]+s ( |$)/ AGE\1/' -e 's/ [0-9]+s$/ AGE/' -e '/^$/d'; }

@test "on a terminal a table changes in place" {
    never_start
    cat pod.yaml <(echo ---) web.yaml >all.yaml
    { wait_for "kubec get pod one -o name"; sleep 0.5; control POST controllers '{"podStart":50}'; kubec delete pods -l app=web --now --wait=false
      status /api/v1/namespaces/default/pods/one '{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}'; } >/dev/null 2>&1 3>&- &
    on_terminal -- "$KUBEC" apply -f all.yaml --wait=ready --timeout=30s
    wait
    [[ $output == *$'3 created\n\\r\\e[JNAME '* && $output == *$'\npod/one               Progressing   '[01]$'s    Pending\n'*'\r\e[4A\e[JNAME '* ]]
    [[ $output != *settings\ \ * ]]
    [ "$(last_table)" = $'NAME                  STATUS   AGE   REASON\npod/one               Ready    AGE\ndeployment.apps/web   Ready    AGE\nstatus 0\nmode restored' ]
}

@test "the table is on standard error, wherever standard output goes" {
    on_terminal -- sh -c "$KUBEC apply -f web.yaml --wait=ready --timeout=30s >out"
    [ "$(<out)" = $'deployment.apps/web created\nconfigmap/settings created' ]
    [ "$(last_table)" = $'NAME                  STATUS   AGE   REASON\ndeployment.apps/web   Ready    AGE\nstatus 0\nmode restored' ]
    # nothing is left to wait for
    on_terminal -- sh -c "$KUBEC apply -f web.yaml --wait=ready --timeout=30s >out"
    [ "$output" = $'2 unchanged\n\nstatus 0\nmode restored' ]
}

@test "what failed says so in its row, and below the table in full" {
    never_start
    { wait_for "kubec get pod one -o name"; status /api/v1/namespaces/default/pods/one "$(container_waits ImagePullBackOff 'no such image' 0)"; } >/dev/null 2>&1 3>&- &
    on_terminal -- "$KUBEC" apply -f pod.yaml --wait=ready --timeout=30s
    wait
    [ "$(last_table)" = $'NAME      STATUS   AGE   REASON\npod/one   Failed   AGE   pod "one", container "app": ImagePullBackOff: no such image\nerror: pod/one does not become ready: Pending\npod "one", container "app": ImagePullBackOff: no such image\nstatus 1\nmode restored' ]
}

@test "Ctrl-C leaves the table and the terminal as they are" {
    never_start
    on_terminal see:Pending type:'\x03' -- "$KUBEC" apply -f pod.yaml --wait=ready
    [ "$(last_table)" = $'NAME      STATUS        AGE   REASON\npod/one   Progressing   AGE   Pending\nsignal 2\nmode restored' ]
}

@test "a small terminal shows what is not ready, the end shows all; another size takes effect at once" {
    never_start
    for i in 1 2 3 4; do sed "s/one/p$i/" pod.yaml; echo ---; done >pods.yaml
    { wait_for "kubec get pod p4 -o name"; sleep 2; for i in 1 2 3; do status /api/v1/namespaces/default/pods/p$i '{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}'; done; } >/dev/null 2>&1 3>&- &
    on_terminal see:p4 size:4x80 'see:... 3 more' $'see:REASON\r\npod/p4 ' size:24x80 see:pod/p1 -- "$KUBEC" apply -f pods.yaml --wait=ready --timeout=8s
    wait
    [[ $output != *"did not see"* ]]
    [[ $(last_table) == $'NAME     STATUS   AGE   REASON\npod/p1   Ready    AGE\npod/p2   Ready    AGE\npod/p3   Ready    AGE\npod/p4   Failed   AGE   was not ready in time: Pending\nerror: '* ]]
}

@test "objects of several namespaces have a column for them" {
    kubec create namespace other >/dev/null
    { cat pod.yaml; echo ---; sed 's/name: one/name: one, namespace: other/' pod.yaml; } >two.yaml
    on_terminal -- "$KUBEC" apply -f two.yaml --wait=ready --timeout=30s
    [ "$(last_table)" = $'NAMESPACE   NAME      STATUS   AGE   REASON\ndefault     pod/one   Ready    AGE\nother       pod/one   Ready    AGE\nstatus 0\nmode restored' ]
}

@test "a terminal that cannot go back gets lines" {
    TERM_IS=dumb on_terminal -- "$KUBEC" apply -f pod.yaml --wait=ready --timeout=30s
    [[ $output != *'\e'* && $output == *$'\npod/one: ready\n\nstatus 0'* ]]
}
