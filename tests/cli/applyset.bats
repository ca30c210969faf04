# apply --prune --applyset: a set of objects that one parent remembers.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }

SECRETS=/api/v1/namespaces/default/secrets
SET=applyset.kubernetes.io

config_map() { # NAME [NAMESPACE]
    printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s%s}\ndata: {k: v}\n' "$1" "${2:+, namespace: $2}"
}

setup() {
    reset_server
    export KUBECTL_APPLYSET=true
    cd "$BATS_TEST_TMPDIR" || return
    config_map keep >keep.yaml
    { config_map keep; config_map old; printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: {name: old}\n'; } >all.yaml
}

apply_set() { run_kubec apply -n default --prune --applyset="$1" -f "${@:2}"; }
parent() { kubec get secret "$1" -n default -o jsonpath="{.metadata.$2}"; }
server_patch() { # PATH JSON: somebody else's change
    curl -sS --fail -o /dev/null --cacert "$SERVER_DIR/pki/ca.crt" -H 'Authorization: Bearer admin-token' -X PATCH \
        -H 'Content-Type: application/merge-patch+json' -d "$2" "$SERVER_URL$1"
}

@test "the parent remembers kinds, places and whose set it is" {
    { cat all.yaml; config_map there other; } >places.yaml
    run_kubec apply --prune --applyset=set -n default -f all.yaml
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$output" = $'configmap/keep created\nconfigmap/old created\nsecret/old created' ]
    [ "$(parent set annotations)" = "{\"$SET/additional-namespaces\":\"\",\"$SET/contains-group-kinds\":\"ConfigMap,Secret\",\"$SET/tooling\":\"kubectl/v1.36.0\"}" ]
    [ "$(parent set labels)" = "{\"$SET/id\":\"applyset-GzV5QNw0hpfp90Rc5ckxJmVoyyU-gDZeLYpJFDTwDHA-v1\"}" ]
    [ "$(kubec get configmap keep -o jsonpath="{.metadata.labels}")" = "$(parent set labels | sed 's#/id#/part-of#')" ]
}

@test "requests: the parent before and after, lists by label" {
    apply_set set all.yaml
    control DELETE requests >/dev/null
    apply_set set keep.yaml
    [ "$output" = $'configmap/keep unchanged\nconfigmap/old pruned\nsecret/old pruned' ]
    [ "$(requests | sed -E 's/(labelSelector=).*/\1ID/')" = "GET $SECRETS/set
PATCH $SECRETS/set?fieldManager=kubectl-applyset&fieldValidation=Strict&force=false
GET /api/v1/namespaces/default/configmaps/keep
GET /api/v1/namespaces/default/configmaps?labelSelector=ID
GET $SECRETS?labelSelector=ID
DELETE /api/v1/namespaces/default/configmaps/old
DELETE $SECRETS/old
PATCH $SECRETS/set?fieldManager=kubectl-applyset&fieldValidation=Strict&force=false" ]
    [[ "$(parent set annotations)" == *'"'$SET'/contains-group-kinds":"ConfigMap"'* ]]
}

@test "namespaces that it was in are looked through, too" {
    kubec create namespace other
    run_kubec apply --prune --applyset=set -n other -f <(config_map there other)
    [ "$status" -eq 0 ]
    server_patch /api/v1/namespaces/other/secrets/set "{\"metadata\":{\"annotations\":{\"$SET/additional-namespaces\":\"default\"}}}"
    id=$(kubec get secret set -n other -o jsonpath='{.metadata.labels.applyset\.kubernetes\.io/id}')
    config_map stray | kubec apply -f -
    server_patch /api/v1/namespaces/default/configmaps/stray "{\"metadata\":{\"labels\":{\"$SET/part-of\":\"$id\"}}}"
    run_kubec apply --prune --applyset=set -n other -f <(config_map there other)
    [ "$status" -eq 0 ]
    [ "$output" = $'configmap/there unchanged\nconfigmap/stray pruned' ]
    [[ ${stderr_lines[0]} =~ ^W[0-9]{4}\ [0-9:.]+\ +[0-9]+\ 'applyset.go:447] WARNING: failed to update ApplySet: Apply failed with 1 conflict: conflict with ' ]]
    [ "${stderr_lines[1]}" = 'ApplySet field manager kubectl-applyset should own these fields. Retrying with conflicts forced.' ]
}

@test "dry runs" {
    apply_set set all.yaml
    before=$(parent set resourceVersion)
    run_kubec apply -n default --prune --applyset=set -f keep.yaml --dry-run=client
    [ "$output" = $'configmap/keep unchanged (dry run)\nconfigmap/old pruned (dry run)\nsecret/old pruned (dry run)' ]
    run_kubec apply -n default --prune --applyset=set -f keep.yaml --dry-run=server
    [ "$output" = $'configmap/keep unchanged (server dry run)\nconfigmap/old pruned (server dry run)\nsecret/old pruned (server dry run)' ]
    run_kubec apply -n default --prune --applyset=configmaps/new -f keep.yaml --dry-run=server
    [ "$status" -eq 0 ]
    [ "$(parent set resourceVersion)" = "$before" ]
    run_kubec get configmap new -n default
    [ "$status" -eq 1 ]
}

@test "server-side, and -o" {
    run_kubec apply -n default --prune --applyset=configmap/set -f all.yaml --server-side
    [ "$output" = $'configmap/keep serverside-applied\nconfigmap/old serverside-applied\nsecret/old serverside-applied' ]
    run_kubec apply -n default --prune --applyset=cm/set -f keep.yaml --server-side -o jsonpath='{.metadata.name} '
    [ "$output" = 'keep old old ' ]
}

@test "a kind that may not be listed, an object that may not be deleted: the parent keeps what it remembers" {
    apply_set set all.yaml
    control POST faults '{"path":"/secrets\\?labelSelector","method":"GET","do":"status","code":403,"reason":"Forbidden","message":"no"}' >/dev/null
    apply_set set keep.yaml
    [ "$status" -eq 1 ]
    [ "$output" = 'configmap/keep unchanged' ]
    [ "$stderr" = 'error: listing /v1, Kind=Secret objects for pruning: no' ]
    control DELETE faults >/dev/null
    control POST faults '{"path":"/secrets/old","method":"DELETE","do":"status","code":403,"reason":"Forbidden","message":"no"}' >/dev/null
    apply_set set keep.yaml
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: pruning Secret default/old: no' ]
    [[ "$(parent set annotations)" == *'"ConfigMap,Secret"'* ]]
}

@test "sets of other tools, and what is no set" {
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: helm, annotations: {%s/tooling: some/helm/v3}}\n' "$SET" | kubec apply -f -
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: bare}\n' | kubec apply -f -
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: id, annotations: {%s/tooling: kubectl}}\n' "$SET" | kubec apply -f -
    apply_set helm keep.yaml
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: ApplySet parent object "secrets./helm" already exists and is managed by tooling "some/helm" instead of "kubectl"' ]
    apply_set bare keep.yaml
    [ "$stderr" = "error: ApplySet parent object \"secrets./bare\" already exists and is missing required annotation \"$SET/tooling\"" ]
    apply_set id keep.yaml
    [ "$stderr" = "error: ApplySet parent object \"secrets./id\" exists and does not have required label $SET/id" ]
    run_kubec get configmap keep
    [ "$status" -eq 1 ]
}

@test "a manifest that has the label" {
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {%s/part-of: x}}\n' "$SET" >labelled.yaml
    apply_set set labelled.yaml
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ "$stderr" = "error: ApplySet label \"$SET/part-of\" already set in input data" ]
}

@test "custom resources whose definition allows it" {
    crd() {
        printf 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: sets.example.com%s}\n' "$1"
        printf 'spec:\n  group: example.com\n  names: {plural: sets, singular: set, kind: Set}\n  scope: Namespaced\n'
        printf '  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]\n'
    }
    crd '' | kubec apply -f -
    wait_for 'kubec get sets.example.com 2>/dev/null'
    apply_set sets.example.com/s keep.yaml
    [ "$stderr" = 'error: resource "example.com/v1, Resource=sets" is not permitted as an ApplySet parent' ]
    crd ", labels: {$SET/is-parent-type: 'true'}" | kubec apply -f -
    apply_set sets.example.com/s keep.yaml
    [ "$stderr" = 'error: custom resource ApplySet parents cannot be created automatically' ]
}

@test "what cannot be asked for" {
    while IFS='|' read -r options message; do
        # shellcheck disable=SC2086
        run_kubec apply -f keep.yaml $options
        [ "$status" -eq 1 ]
        [ -z "$output" ]
        [ "$stderr" = "error: $message" ]
    done <<'ROWS'
--applyset=set -n default|--applyset requires --prune
--applyset=set --prune|namespace is required to use namespace-scoped ApplySet
--applyset=pods/x --prune -n default|resource "/v1, Resource=pods" is not permitted as an ApplySet parent
--applyset=nope/x --prune|invalid parent reference "nope/x": no matches for /, Resource=nope
--applyset=secret.v1/x --prune|invalid parent reference "secret.v1/x": no matches for v1/, Resource=secret
--applyset=secrets/ --prune|invalid parent reference "secrets/": name cannot be blank
--applyset=set -n default --prune --all|--all is incompatible with --applyset
--applyset=set -n default --prune -l a=b|--selector is incompatible with --applyset
--applyset=set -n default --prune --prune-allowlist=core/v1/Secret|--prune-allowlist is incompatible with --applyset
--applyset=set -n default --prune --force|--force cannot be used with --prune
ROWS
    run_kubec apply -f keep.yaml --applyset=pods/x --prune
    [ "$status" -eq 1 ]
    [ "$stderr" = $'namespace is required to use namespace-scoped ApplySet\nresource "/v1, Resource=pods" is not permitted as an ApplySet parent' ]
}

@test "the option is there only where KUBECTL_APPLYSET=true" {
    for value in '' false 1; do
        KUBECTL_APPLYSET=$value run_kubec apply -f keep.yaml --prune --applyset=set
        [ "$status" -eq 1 ]
        [ "${stderr_lines[0]}" = 'error: unknown flag: --applyset' ]
    done
}
