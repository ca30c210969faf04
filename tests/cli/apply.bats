# apply: client side, server side, and what happens when others change things meanwhile.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
    reset_server
    cd "$BATS_TEST_TMPDIR" || return
    cat >deployment.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web   
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example/web:1
        env:
        - {name: A, value: "1"}
        - {name: B, value: "2"}

---   

apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  selector: {app: web}
  ports:
  - port: 8080

YAML
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "1", b: "2"}\n' >settings.yaml
}

server_patch() { # PATH JSON: somebody else's change
    curl -sS --fail -o /dev/null --cacert "$SERVER_DIR/pki/ca.crt" -H 'Authorization: Bearer admin-token' -X PATCH \
        -H 'Content-Type: application/merge-patch+json' -d "$2" "$SERVER_URL$1"
}

@test "created, unchanged, configured" {
    run_kubec apply -f=deployment.yaml
    [ "$status" -eq 0 ]
    [ "$output" = $'deployment.apps/web created\nservice/web created' ]
    [ -z "$stderr" ]
    run_kubec apply --filename=deployment.yaml
    [ "$output" = $'deployment.apps/web unchanged\nservice/web unchanged' ]
    sed 's/replicas: 2/replicas: 3/' deployment.yaml >changed.yaml
    run_kubec apply -f changed.yaml
    [ "$output" = $'deployment.apps/web configured\nservice/web unchanged' ]
    run_kubec apply -f - <changed.yaml
    [ "$output" = $'deployment.apps/web unchanged\nservice/web unchanged' ]
}

@test "the requests: GET and POST for a new object, GET alone for an unchanged one" {
    kubec apply -f settings.yaml --dry-run=client # what the server is, is known then
    control DELETE requests >/dev/null
    run_kubec apply -f settings.yaml
    [ "$(requests)" = 'GET /api/v1/namespaces/default/configmaps/settings
POST /api/v1/namespaces/default/configmaps?fieldManager=kubectl-client-side-apply&fieldValidation=Strict' ]
    control DELETE requests >/dev/null
    kubec apply -f settings.yaml
    [ "$(requests)" = 'GET /api/v1/namespaces/default/configmaps/settings' ]
    control DELETE requests >/dev/null
    sed 's/"1"/"7"/' settings.yaml | kubec apply -f -
    [ "$(requests)" = 'GET /api/v1/namespaces/default/configmaps/settings
PATCH /api/v1/namespaces/default/configmaps/settings?fieldManager=kubectl-client-side-apply&fieldValidation=Strict' ]
}

@test "what the manifest drops goes, what others added stays" {
    kubec apply -f deployment.yaml
    server_patch /apis/apps/v1/namespaces/default/deployments/web '{"metadata":{"labels":{"theirs":"yes"}}}'
    grep -v 'name: A' deployment.yaml | kubec apply -f -
    run_kubec get deployment web -o yaml
    [[ "$output" == *"theirs: \"yes\""* ]]
    [[ "$output" == *"- name: B"* ]]
    [[ "$output" != *"- name: A"* ]]
}

@test "the annotation is kubectl's to the byte" {
    kubec apply -f settings.yaml
    run_kubec get configmap settings -o json
    [[ "$output" == *'"kubectl.kubernetes.io/last-applied-configuration": "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"1\",\"b\":\"2\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"settings\",\"namespace\":\"default\"}}\n"'* ]]
}

@test "an object that apply did not make is warned of, and taken over" {
    kubec create -f settings.yaml
    run_kubec apply -f settings.yaml
    [ "$status" -eq 0 ]
    [ "$output" = 'configmap/settings configured' ]
    [ "$stderr" = "Warning: resource configmaps/settings is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubec apply. kubec apply should only be used on resources created declaratively by either kubec create --save-config or kubec apply. The missing annotation will be patched automatically." ]
}

@test "a refused document does not hide the others" {
    sed -e '0,/name: web/s//name: web_1/' -e 's/image: .*/image:/' deployment.yaml >refused.yaml
    run_kubec apply -f refused.yaml
    [ "$status" -eq 1 ]
    [ "$output" = 'service/web created' ]
    [ "${stderr_lines[0]}" = 'The Deployment "web_1" is invalid: ' ]
    [[ "${stderr_lines[1]}" == '* metadata.name: Invalid value: "web_1": a lowercase RFC 1123 subdomain must consist of'* ]]
    [ "${stderr_lines[2]}" = '* spec.template.spec.containers[0].image: Required value' ]
}

@test "a refused patch says which patch, to what, from where" {
    kubec apply -f deployment.yaml
    sed 's/app: web}/app: other}/' deployment.yaml >refused.yaml
    run_kubec apply -f refused.yaml
    [ "$status" -eq 1 ]
    [[ "$stderr" == 'The Deployment "web" is invalid: spec.selector: Invalid value: '*'field is immutable' ]]
}

@test "a conflict is tried again" {
    kubec apply -f settings.yaml
    control POST faults '{"path":"/configmaps/settings","method":"PATCH","do":"status","code":409,"reason":"Conflict","count":1}' >/dev/null
    sed 's/"1"/"7"/' settings.yaml >changed.yaml
    run_kubec apply -f changed.yaml
    [ "$status" -eq 0 ]
    [ "$output" = 'configmap/settings configured' ]
    [ "$(request_count PATCH)" -ge 0 ]
    [ "$(requests | grep -c '^PATCH')" -eq 2 ]
}

@test "--force replaces what cannot be patched" {
    kubec apply -f deployment.yaml
    sed 's/app: web}/app: other}/' deployment.yaml >changed.yaml
    run_kubec apply -f changed.yaml --force
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = 'deployment.apps/web configured' ]
    run_kubec get deployment web -o yaml
    [[ "$output" == *"app: other"* ]]
}

@test "server side: applied, in conflict, forced" {
    run_kubec apply --server-side -f settings.yaml
    [ "$output" = 'configmap/settings serverside-applied' ]
    [ "$(requests)" = 'PATCH /api/v1/namespaces/default/configmaps/settings?fieldManager=kubectl&fieldValidation=Strict&force=false' ]
    sed 's/"1"/"7"/' settings.yaml >changed.yaml
    run_kubec apply --server-side --field-manager=other -f changed.yaml
    [ "$status" -eq 1 ]
    [ "${stderr_lines[0]}" = 'error: Apply failed with 1 conflict: conflict with "kubectl": .data.a' ]
    [ "${stderr_lines[1]}" = 'Please review the fields above--they currently have other managers. Here' ]
    run_kubec apply --server-side --field-manager=other --force-conflicts -f changed.yaml
    [ "$status" -eq 0 ]
    run_kubec get configmap settings -o yaml
    [[ "$output" == *'a: "7"'* ]]
}

@test "options that do not go together" {
    while IFS='|' read -r options message; do
        # shellcheck disable=SC2086
        run_kubec apply -f settings.yaml $options
        [ "$status" -eq 1 ]
        [ "$stderr" = "error: $message" ]
    done <<'ROWS'
--force-conflicts|--force-conflicts only works with --server-side
--server-side --dry-run=client|--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)
--server-side --force|--force cannot be used with --server-side
--dry-run=server --force|--dry-run=server cannot be used with --force
--all -l a=b|cannot set --all and --selector at the same time
--subresource=status|--subresource can only be specified for --server-side
--cascade=x|invalid cascade value (x). Must be "background", "foreground", or "orphan"
ROWS
    [ "$(request_count)" -eq 0 ]
}

@test "wrong calls and wrong files" {
    run_kubec apply
    [ "$stderr" = 'error: must specify one of -f and -k' ]
    run_kubec apply settings.yaml
    [ "$stderr" = $'error: Unexpected args: [settings.yaml]\nSee \'kubec apply -h\' for help and examples' ]
    run_kubec apply -f missing.yaml
    [ "$stderr" = 'error: the path "missing.yaml" does not exist' ]
    printf 'a: b\n c: d\n' >broken.yaml
    run_kubec apply -f broken.yaml
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: error parsing broken.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context' ]
    printf 'apiVersion: example.com/v1\nkind: Unknown\nmetadata: {name: a}\n' >unknown.yaml
    run_kubec apply -f unknown.yaml
    [ "$stderr" = $'error: resource mapping not found for name: "a" namespace: "" from "unknown.yaml": no matches for kind "Unknown" in version "example.com/v1"\nensure CRDs are installed first' ]
    printf 'kind: ConfigMap\nmetadata: {name: a}\n' >partial.yaml
    run_kubec apply -f partial.yaml
    [ "$stderr" = 'error: error validating "partial.yaml": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false' ]
}

@test "folders, with and without -R" {
    mkdir -p all/deep
    cp settings.yaml all/
    sed 's/settings/deep/' settings.yaml >all/deep/deep.yaml
    run_kubec apply -f all
    [ "$output" = 'configmap/settings created' ]
    run_kubec apply -f all -R
    [ "$output" = $'configmap/deep created\nconfigmap/settings unchanged' ]
}

@test "a manifest from a URL" {
    node -e 'require("http").createServer((q, s) => s.end(require("fs").readFileSync("settings.yaml"))).listen(0, "127.0.0.1", function () { console.log(this.address().port) })' >port 3>&- &
    server=$!
    wait_for '[ -s port ]'
    run_kubec apply -f "http://127.0.0.1:$(<port)/settings.yaml"
    kill "$server"
    [ "$status" -eq 0 ]
    [ "$output" = 'configmap/settings created' ]
}

@test "--dry-run changes nothing and shows what would be" {
    run_kubec apply -f settings.yaml --dry-run=client
    [ "$output" = 'configmap/settings created (dry run)' ]
    run_kubec apply -f settings.yaml --dry-run=server
    [ "$output" = 'configmap/settings created (server dry run)' ]
    kubec apply -f settings.yaml
    sed 's/"1"/"7"/' settings.yaml >changed.yaml
    run_kubec apply -f changed.yaml --dry-run=client -o yaml
    [[ "$output" == *'a: "7"'* ]]
    run_kubec get configmap settings -o yaml
    [[ "$output" == *'a: "1"'* ]]
}

@test "several objects with -o are one List" {
    run_kubec apply -f deployment.yaml -o name
    [ "$output" = $'deployment.apps/web\nservice/web' ]
    run_kubec apply -f deployment.yaml -o yaml
    [ "${lines[0]}" = 'apiVersion: v1' ]
    [ "${lines[1]}" = 'items:' ]
    [[ "$output" == *$'\nkind: List\nmetadata: {}' ]]
}

@test "custom resources are merged by JSON merge patch" {
    cat >crd.yaml <<'YAML'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets, singular: widget}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
YAML
    kubec apply -f crd.yaml
    printf 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 1, list: [1, 2]}\n' >widget.yaml
    wait_for 'kubec apply -f widget.yaml'
    sed 's/size: 1/size: 9007199254740993/' widget.yaml >changed.yaml
    run_kubec apply -f changed.yaml
    [ "$output" = 'widget.example.com/w configured' ]
    run_kubec get widget w -o json
    [[ "$output" == *'"size": 9007199254740993'* ]]
}

@test "--overwrite=false tells what is in conflict, and who tried" {
    local map='{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: %s}}'
    # shellcheck disable=SC2059
    printf "$map" one | kubec apply -f -
    # shellcheck disable=SC2059
    printf "$map" two | kubec apply --server-side --force-conflicts --field-manager=other -f -
    # shellcheck disable=SC2059
    run_kubec apply --overwrite=false -f - <<<"$(printf "$map" three)"
    [ "$status" -eq 1 ]
    [ "$output" = '' ]
    [[ $stderr == 'warning: error calculating patch from openapi '* ]]
    [[ $stderr == *$'\nerror: error when applying patch:\n\nto:\nResource: "/v1, Resource=configmaps", GroupVersionKind: "/v1, Kind=ConfigMap"\nName: "a", Namespace: "default"\nfor: "STDIN": error when patching "STDIN": creating patch with:\noriginal:\n{"apiVersion":"v1","data":{"k":"one"}'* ]]
    [[ $stderr == *$'\nfor: patch:\ndata:\n  k: three\n'* ]]
}

@test "a last-applied annotation that is no object is refused" {
    local text
    for text in nojson '[1]'; do
        kubec delete configmap a --ignore-not-found
        kubec create -f - <<<'{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'
        run_kubec apply -f - --server-side --force-conflicts <<<"{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {kubectl.kubernetes.io/last-applied-configuration: '$text'}}}"
        [ "$status" -eq 0 ]
        run_kubec apply -f - <<<'{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {b: c}}'
        [ "$status" -eq 1 ]
        [[ $stderr == *$'\nfor: invalid JSON document' ]]
    done
}

@test "a server that cannot be reached" {
    run_kubec -s http://127.0.0.1:1 apply -f deployment.yaml
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: error validating "deployment.yaml": error validating data: failed to download openapi: Get "http://127.0.0.1:1/openapi/v2?timeout=32s": dial tcp 127.0.0.1:1: connect: connection refused; if you choose to ignore these errors, turn validation off with --validate=false' ]
    run_kubec -s http://127.0.0.1:1 apply -f deployment.yaml --validate=false
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: unable to recognize "deployment.yaml": Get "http://127.0.0.1:1/api?timeout=32s": dial tcp 127.0.0.1:1: connect: connection refused' ]
    run_kubec -s http://127.0.0.1:1 create deployment a --image=b
    [ "$stderr" = 'error: failed to create deployment: Post "http://127.0.0.1:1/apis/apps/v1/namespaces/default/deployments?fieldManager=kubectl-create&fieldValidation=Strict": dial tcp 127.0.0.1:1: connect: connection refused' ]
    run_kubec -s http://127.0.0.1:1 rollout restart deployment/a deployment/b
    [ "$stderr" = 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?' ]
}

@test "what is wrong with manifests is one error beside those of objects" {
    mkdir d
    printf 'a: [\n' >d/1.yaml
    printf 'a: [\n' >d/2.yaml
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name}\n' >d/3.yaml
    run_kubec apply -f d
    [ "$status" -eq 1 ]
    [[ "${stderr_lines[0]}" == '[error parsing d/1.yaml: '*', error parsing d/2.yaml: '*']' ]]
    rm d/3.yaml
    run_kubec apply -f d
    [[ "${stderr_lines[0]}" == 'error parsing d/1.yaml: '* ]]
    [[ "${stderr_lines[1]}" == 'error parsing d/2.yaml: '* ]]
}

@test "--force: what the server refuses to take instead is told whole, and the old object is back" {
    kubec apply -f deployment.yaml
    sed '0,/app: web}/s//app: other}/' deployment.yaml >changed.yaml
    run_kubec apply -f changed.yaml --force
    [ "$status" -eq 1 ]
    [ "$output" = 'service/web unchanged' ]
    [ "$stderr" = 'The Deployment "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`' ]
    run_kubec get deployment web -o jsonpath='{.spec.selector.matchLabels.app}'
    [ "$output" = web ]
    control POST faults '{"path":"/deployments/web","method":"PATCH","do":"status","code":422,"reason":"Invalid","message":"no"}' >/dev/null
    control POST faults '{"path":"/deployments\\?","method":"POST","do":"status","code":400,"reason":"BadRequest","message":"nor this"}' >/dev/null
    run_kubec apply -f changed.yaml --force
    [ "$status" -eq 1 ]
    [ "${stderr_lines[0]}" = 'Error from server (BadRequest): error when applying patch:' ]
    [[ "${stderr_lines[1]}" == '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":'*'"template":'*'}}}}' ]]
    [[ "${stderr_lines[-1]}" == 'for: "changed.yaml": nor this' ]]
    run_kubec get deployment web -o name
    [ "$output" = deployment.apps/web ]
}

@test "--overwrite=false: a field that both sides changed is refused; --openapi-patch=false says so once" {
    kubec apply -f settings.yaml
    server_patch /api/v1/namespaces/default/configmaps/settings '{"data":{"a":"theirs"}}'
    sed 's/"1"/"ours"/' settings.yaml >changed.yaml
    run_kubec apply -f changed.yaml --overwrite=false
    [ "$status" -eq 1 ]
    [[ "${stderr_lines[0]}" == 'warning: error calculating patch from openapi v3 spec: patch:' ]]
    run_kubec apply -f changed.yaml --overwrite=false --openapi-patch=false
    [ "$status" -eq 1 ]
    [[ "$stderr" != *warning:* ]]
    [ "${stderr_lines[0]}" = 'error: error when applying patch:' ]
    [[ "$stderr" == *$'conflicts with changes made from original to current:\ndata:\n  a: theirs'* ]]
}
