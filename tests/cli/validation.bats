# Fields of manifests on a server that does not look at them itself: what is wrong is said before anything is sent.
load helper

setup_file() { start_server --version 1.20; }
teardown_file() { stop_server; }

IGNORE='if you choose to ignore these errors, turn validation off with --validate=false'

setup() {
    reset_server
    rm -rf "$HOME/.kube/cache"
    cd "$BATS_TEST_TMPDIR" || return
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\ndata: {a: b}\n' >good.yaml
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\ndat: {a: b}\n' >bad.yaml
    cat >many.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: first}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  foo: 1
  replicas: "x"
  selector: {matchLabels: {a: null}}
  template:
    spec: {containers: [null, {image: 3, ports: {a: b}}, text]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: last}
YAML
}

@test "an unknown field" {
    for verb in create apply; do
        run_kubec "$verb" -f bad.yaml
        [ "$status" -eq 1 ]
        [ -z "$output" ]
        [ "$stderr" = "error: error validating \"bad.yaml\": error validating data: ValidationError(ConfigMap): unknown field \"dat\" in io.k8s.api.core.v1.ConfigMap; $IGNORE" ]
    done
    [ "$(request_count '/configmaps')" -eq 0 ]
}

@test "everything that is wrong, in kubectl's order; what stands before the document is done, what follows is not" {
    run_kubec create -f many.yaml
    [ "$status" -eq 1 ]
    [ "$output" = 'configmap/first created' ]
    [ "$stderr" = "error: error validating \"many.yaml\": error validating data: [\
ValidationError(Deployment.spec): unknown field \"foo\" in io.k8s.api.apps.v1.DeploymentSpec, \
ValidationError(Deployment.spec.replicas): invalid type for io.k8s.api.apps.v1.DeploymentSpec.replicas: got \"string\", expected \"integer\", \
unknown object type \"nil\" in Deployment.spec.selector.matchLabels.a, \
ValidationError(Deployment.spec.template.spec.containers): unknown object type \"nil\" in Deployment.spec.template.spec.containers[0], \
ValidationError(Deployment.spec.template.spec.containers[1].ports): invalid type for io.k8s.api.core.v1.Container.ports: got \"map\", expected \"array\", \
ValidationError(Deployment.spec.template.spec.containers[1]): missing required field \"name\" in io.k8s.api.core.v1.Container, \
ValidationError(Deployment.spec.template.spec.containers[2]): invalid type for io.k8s.api.core.v1.Container: got \"string\", expected \"map\"]; $IGNORE" ]
}

@test "another file is done all the same" {
    run_kubec apply -f bad.yaml -f good.yaml
    [ "$status" -eq 1 ]
    [ "$output" = 'configmap/good created' ]
}

@test "a List: nothing of it is sent" {
    printf 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: v1, kind: Secret, metadata: {name: b}, dota: {}}\n' >list.yaml
    run_kubec apply -f list.yaml
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ "$stderr" = "error: error validating \"list.yaml\": error validating data: ValidationError(Secret): unknown field \"dota\" in io.k8s.api.core.v1.Secret; $IGNORE" ]
}

@test "--validate=false sends it, --validate=warn says that it cannot warn" {
    run_kubec apply -f bad.yaml --validate=false
    [ "$status" -eq 0 ]
    [ "$output" = 'configmap/bad created' ]
    [ -z "$stderr" ]
    run_kubec apply -f bad.yaml -f good.yaml --validate=warn
    [ "$status" -eq 0 ]
    [ "${#stderr_lines[@]}" -eq 2 ]
    [[ ${stderr_lines[0]} =~ ^W[0-9]{4}\ [0-9:.]+\ +[0-9]+\ 'schema.go:145] cannot perform warn validation if server-side field validation is unsupported, skipping validation'$ ]]
}

@test "the server is asked once, and again when something seems wrong" {
    kubec create -f good.yaml --dry-run=client
    [ "$(requests)" = $'GET /version\nGET /openapi/v2' ]
    control DELETE requests >/dev/null
    kubec create -f good.yaml --dry-run=client
    [ "$(request_count)" -eq 0 ]
    run_kubec create -f bad.yaml --dry-run=client
    [ "$status" -eq 1 ]
    [ "$(requests)" = 'GET /openapi/v2' ]
    run control GET requests
    [[ "$output" == *'"code":304'* ]]
}

@test "what is kept and broken is fetched again" {
    kubec create -f good.yaml --dry-run=client
    for f in "$HOME"/.kube/cache/discovery/*/*; do
        [[ $f == *kubec.json ]] || sed -i '2s/.*/{broken/; 1s/^[0-9]*$/x/' "$f"
    done
    run_kubec create -f bad.yaml --dry-run=client
    [ "$status" -eq 1 ]
    [[ "$stderr" == *'unknown field "dat"'* ]]
}

@test "a document that cannot be had" {
    control POST faults '{"path":"^/openapi/v2","do":"status","code":403,"reason":"Forbidden","message":"no","count":-1}' >/dev/null
    run_kubec create -f good.yaml
    [ "$status" -eq 1 ]
    [ "$stderr" = "error: error validating \"good.yaml\": error validating data: failed to download openapi: no; $IGNORE" ]
    control DELETE faults >/dev/null
    control POST faults '{"path":"^/openapi/v2","do":"garbage","body":"{\"definitions\":","count":-1}' >/dev/null
    run_kubec create -f good.yaml
    [ "$status" -eq 1 ]
    [[ "$stderr" == 'error: error validating "good.yaml": error validating data: failed to download openapi: '*"; $IGNORE" ]]
}

@test "a server that is not there: each file says so" {
    run_kubec create -f good.yaml -f bad.yaml --server=http://127.0.0.1:1
    [ "$status" -eq 1 ]
    reason='failed to download openapi: Get "http://127.0.0.1:1/openapi/v2?timeout=32s": dial tcp 127.0.0.1:1: connect: connection refused'
    [ "$stderr" = "error validating \"good.yaml\": error validating data: $reason; $IGNORE
error validating \"bad.yaml\": error validating data: $reason; $IGNORE" ]
}
