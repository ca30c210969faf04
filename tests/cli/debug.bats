#!/usr/bin/env bats
# debug: ephemeral containers, copies of Pods, Pods on nodes; profiles, --custom, and joining what was made.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
    reset_server
    kubec apply -f "$ROOT/tests/parity/data/debug.yaml" >/dev/null
    wait_for '[[ $(kubec get pods --no-headers | grep -c Running) -eq 2 ]]'
}

# says STATUS STDOUT STDERR ARGS...
says() {
    local status_wanted=$1 output_wanted=$2 error_wanted=$3
    shift 3
    run_kubec "$@"
    echo "$output"
    echo "$stderr"
    [[ $status -eq $status_wanted && $output == "$output_wanted" && $stderr == "$error_wanted" ]]
}

USER_WARNING='Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".'
RECORDED='All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.
If you don'\''t see a command prompt, try pressing enter.'

# The body of the last PATCH or POST.
sent() { control GET requests | python3 -c '
import json, sys
print([r["body"] for r in json.load(sys.stdin) if r["method"] == sys.argv[1]][-1])' "$1"; }

@test "an ephemeral container is one patch, which adds it to those that are there" {
    says 0 '' '' debug root --image=busybox -c first
    [[ $(requests | tail -2) == 'GET /api/v1/namespaces/default/pods/root
PATCH /api/v1/namespaces/default/pods/root/ephemeralcontainers?fieldManager=kubectl&fieldValidation=Ignore' ]]
    [[ $(sent PATCH) == '{"spec":{"ephemeralContainers":[{"image":"busybox","name":"first","resources":{},"securityContext":{"capabilities":{"add":["SYS_PTRACE"]}},"terminationMessagePolicy":"File"}]}}' ]]
    says 0 'Targeting container "app". If you don'\''t see processes from this container it may be because the container runtime doesn'\''t support this feature.' '' \
        debug pod/root --image=busybox:2 -c second --target=app --env=A=b,C= --env=A=d --image-pull-policy=Never --profile=baseline -it --attach=false -- sh -c x
    [[ $(sent PATCH) == '{"spec":{"$setElementOrder/ephemeralContainers":[{"name":"first"},{"name":"second"}],"ephemeralContainers":[{"command":["sh","-c","x"],"env":[{"name":"A","value":"d"},{"name":"C"}],"image":"busybox:2","imagePullPolicy":"Never","name":"second","resources":{},"stdin":true,"targetContainerName":"app","terminationMessagePolicy":"File","tty":true}]}}' ]]
}

@test "names that are chosen are told, unless quiet, and are new" {
    run_kubec debug root --image=busybox
    [[ $status -eq 0 && $stderr == '' && $output =~ ^Defaulting\ debug\ container\ name\ to\ (debugger-[bcdfghjklmnpqrstvwxz2456789]{5})\.$ ]]
    [[ $(kubec get pod root -o jsonpath='{.spec.ephemeralContainers[0].name}') == "${BASH_REMATCH[1]}" ]]
    says 0 '' '' debug root -q --image=busybox
    [[ $(kubec get pod root -o jsonpath='{.spec.ephemeralContainers[*].name}') =~ ^debugger-.....\ debugger-.....$ ]]
    run_kubec debug node/node-1 --image=busybox
    [[ $status -eq 0 && $output =~ ^Creating\ debugging\ pod\ (node-debugger-node-1-[a-z0-9]{5})\ with\ container\ debugger\ on\ node\ node-1\.$ ]]
    [[ $(kubec get pod "${BASH_REMATCH[1]}" -o jsonpath='{.spec.nodeName} {.spec.hostPID} {.spec.volumes[*].hostPath.path} {.metadata.labels}') == \
        'node-1 true / {"app.kubernetes.io/managed-by":"kubectl-debug"}' ]]
}

@test "each profile changes what it says" {
    local profile wanted
    while read -r profile wanted; do
        says 0 '' "$([[ $profile == legacy ]] && echo '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".')" \
            debug root --image=busybox --profile="$profile" -c "$profile"
        [[ $(kubec get pod root -o jsonpath="{.spec.ephemeralContainers[?(@.name=='$profile')].securityContext}") == "$wanted" ]]
    done <<'END'
legacy
general {"capabilities":{"add":["SYS_PTRACE"]}}
baseline
restricted {"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}
netadmin {"capabilities":{"add":["NET_ADMIN","NET_RAW"]}}
sysadmin {"privileged":true}
END
    says 1 '' 'error: unknown profile: other' debug root --image=busybox --profile=other
    says 1 '' "error: unknown profile 'general'" get pods --profile=general
}

@test "a copy leaves behind what nothing keeps, and --replace the Pod itself" {
    says 0 '' "$USER_WARNING" debug web --image=busybox -c d --copy-to=copy
    [[ $(kubec get pod copy -o jsonpath='{.metadata.labels}{.metadata.annotations}{.spec.containers[*].livenessProbe} {.spec.containers[*].name} {.spec.initContainers[*].name} {.spec.shareProcessNamespace}') == ' app side d prep true' ]]
    says 0 '' '' debug root --copy-to=moved --set-image='*=a:1' --replace --keep-labels
    [[ $(kubec get pods -o name) == $'pod/copy\npod/moved\npod/web' ]]
    [[ $(control GET requests | python3 -c 'import json,sys; print([r["body"] for r in json.load(sys.stdin) if r["method"] == "DELETE"])') == *'"gracePeriodSeconds":0'* ]]
}

@test "--custom changes the container that the profile made" {
    cat >"$BATS_TEST_TMPDIR/custom.yaml" <<'END'
securityContext: {runAsUser: 0, capabilities: {add: [], drop: [KILL]}}
stdin: false
image: ""
unknown: {a: b}
env: [{name: A, value: custom}]
END
    says 0 '' '' debug web --image=busybox -c d -i --attach=false --env=A=b,B=c --custom="$BATS_TEST_TMPDIR/custom.yaml"
    [[ $(sent PATCH) == '{"spec":{"ephemeralContainers":[{"env":[{"name":"A","value":"custom"},{"name":"B","value":"c"}],"image":"busybox","name":"d","resources":{},"securityContext":{"capabilities":{"add":["SYS_PTRACE"],"drop":["KILL"]},"runAsUser":0},"stdin":true,"terminationMessagePolicy":"File","unknown":{"a":"b"}}]}}' ]]
    echo 'lifecycle: {}' >"$BATS_TEST_TMPDIR/custom.yaml"
    says 1 '' 'error: name, command, image, lifecycle and volume devices are not modifiable via custom profile' \
        debug web --image=busybox --custom="$BATS_TEST_TMPDIR/custom.yaml"
    says 1 '' 'error: must pass a container spec json file for custom profile: open /nope: no such file or directory' \
        debug web --image=busybox --custom=/nope
}

@test "objects of a manifest stand for themselves, and the first failure ends it" {
    control DELETE requests >/dev/null
    says 0 '' "$USER_WARNING" debug -f "$ROOT/tests/parity/data/debug.yaml" --image=busybox -c d
    [[ $(requests) != *GET* ]]
    [[ $(kubec get pods -o jsonpath='{.items[*].spec.ephemeralContainers[*].name}') == 'd d' ]]
    says 1 '' 'Error from server (NotFound): pods "nope" not found' debug root nope web --image=busybox -c e
    [[ $(kubec get pods -o jsonpath='{.items[*].spec.ephemeralContainers[*].name}') == 'd e d' ]]
}

@test "a manifest of another shape is refused" {
    local spec wanted file=$BATS_TEST_TMPDIR/odd.json
    while IFS='|' read -r spec wanted; do
        printf '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"odd"},"spec":%s}' "$spec" >"$file"
        says 1 '' "error: unable to decode \"$file\": json: cannot unmarshal $wanted" debug -f "$file" --image=busybox
    done <<'END'
"x"|Pod.spec
{"containers":"x"}|containers
{"initContainers":[1]}|initContainers
{"ephemeralContainers":{}}|ephemeralContainers
{"containers":[{"securityContext":1}]}|containers
{"containers":[{"securityContext":{"capabilities":[]}}]}|containers
{"containers":[{"securityContext":{"capabilities":{"add":{}}}}]}|containers
END
    [[ $(request_count PATCH) -eq 0 ]]
}

@test "what is no Pod and no node cannot be debugged" {
    says 1 '' 'error: "/v1, Kind=Namespace" not supported by debug' debug ns/default --image=busybox
    kubec create deployment web --image=x >/dev/null
    says 1 '' 'error: "apps/v1, Kind=Deployment" not supported by debug' debug deploy/web --image=busybox
}

@test "words are checked" {
    says 1 '' 'error: NAME or filename is required for debug' debug --image=x
    says 1 '' 'error: you must specify --image when not using --copy-to.' debug web
    says 1 '' 'error: you must specify --image, --set-image or command arguments.' debug web --copy-to=x
    says 1 '' 'error: you must specify an existing container or a new image when specifying args.' debug web --copy-to=x -- sh
    says 1 '' 'error: you must specify image when creating new container' debug web --copy-to=x -c nope -- sh
    says 1 '' 'error: --replace may only be used with --copy-to.' debug web --image=x --replace
    says 1 '' 'error: --same-node may only be used with --copy-to.' debug web --image=x --same-node
    says 1 '' 'error: --set-image may only be used with --copy-to.' debug web --image=x --set-image=a=b
    says 1 '' 'error: --target is incompatible with --copy-to. Use --share-processes instead.' debug web --image=x --copy-to=x --target=app
    says 1 '' 'error: invalid image name "a b": invalid reference format' debug web --image='a b'
    says 1 '' 'error: invalid image name "a b" for container "app": invalid reference format' debug web --copy-to=x --set-image=app='a b'
    says 1 '' 'error: invalid image pull policy: Maybe' debug web --image=x --image-pull-policy=Maybe
    says 1 '' 'error: -i/--stdin is required for containers with -t/--tty=true' debug web --image=x -t
    says 1 '' 'error: you must specify --container or create a new container using --image in order to attach.' debug web --attach
    [[ $(request_count '/ephemeralcontainers') -eq 0 ]]
}

@test "-i joins the container; standard input goes there" {
    run bash -c "echo typed | '$KUBEC' debug root -i --image=busybox -c d 2>'$BATS_TEST_TMPDIR/err'"
    [[ $status -eq 0 && $output == $'attached to root\ntyped' && $(<"$BATS_TEST_TMPDIR/err") == "$RECORDED" ]]
    [[ $(requests '/attach') == *'container=d&'* ]]
    run bash -c "echo typed | '$KUBEC' debug root -iq --image=busybox -c e --copy-to=copy"
    [[ $status -eq 0 && $output == $'attached to copy\ntyped' ]]
}

@test "a terminal, and how to come back to it" {
    run timeout 30 python3 "$ROOT/tests/cli/person.py" 'see:attached to root' 'type:abc' 'see:abc' 'type:\x10\x11' -- \
        "$KUBEC" debug root -it --image=busybox -c d
    echo "$output"
    [[ $output == *"Session ended, the ephemeral container will not be restarted but may be reattached using 'kubec attach root -c d -n default -i -t' if it is still running"$'\n\nstatus 0\nmode restored' ]]
}

@test "what has ended is shown by its log, and what cannot be joined, too" {
    frozen '{"terminated":{"exitCode":0}}'
    run_kubec debug frozen --image=busybox -c d --attach
    [[ $status -eq 0 && $stderr == '' ]]
    [[ $(request_count '/attach') -eq 0 && $(request_count '/log.container=d$') -eq 1 ]]
    control POST faults '{"path":"/attach","do":"status","code":403,"count":9}'
    run_kubec debug root --image=busybox -c e --attach -q
    [[ $status -eq 0 && $stderr == "warning: couldn't attach to pod/root, falling back to streaming logs: "* ]]
    [[ $(request_count '/log.container=e$') -eq 1 ]]
}

# frozen STATE: a Pod that no controller touches and that has a state for the container d already.
frozen() {
    control POST objects '[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"frozen","namespace":"default","annotations":{"test/frozen":"1"}},"spec":{"nodeName":"n","containers":[{"name":"app","image":"x"}]},"status":{"phase":"Running","ephemeralContainerStatuses":[{"name":"d","image":"x","state":'"$1"'}]}}]' >/dev/null
}

@test "why a container does not start yet is told, unless quiet" {
    frozen '{"waiting":{"reason":"ErrImagePull","message":"no such image"}}'
    run --separate-stderr timeout 2 "$KUBEC" debug frozen --image=busybox -c d --attach
    [[ $status -eq 124 && $output == '' && $stderr == 'Warning: container d: no such image' ]]
    reset_server
    frozen '{"waiting":{"reason":"ErrImagePull","message":"no such image"}}'
    run --separate-stderr timeout 1 "$KUBEC" debug frozen --image=busybox -c d --attach -q
    [[ $status -eq 124 && $stderr == '' ]]
}
