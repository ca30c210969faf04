# apply --prune: what earlier applies made and this one does not name goes.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }

DEPRECATED='Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.'

config_map() { # NAME [NAMESPACE]
    printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, labels: {app: web}%s}\ndata: {k: v}\n' "$1" "${2:+, namespace: $2}"
}

setup() {
    reset_server
    cd "$BATS_TEST_TMPDIR" || return
    config_map keep >keep.yaml
    {
        config_map keep
        config_map old
        printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: {name: old, labels: {app: web}}\n'
        printf -- '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: old, labels: {app: other}}\n'
        printf 'spec: {selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, spec: {containers: [{name: c, image: i}]}}}\n'
    } >all.yaml
    kubec apply -f all.yaml
    control DELETE requests >/dev/null
}

left() { kubec get configmaps,secrets,deployments -o name | grep -v kube-root; }

@test "what matches the selector goes, in kubectl's order of kinds" {
    kubec create configmap by-hand
    run_kubec apply -f keep.yaml --prune -l app=web
    [ "$status" -eq 0 ]
    [ "$output" = $'configmap/keep unchanged\nconfigmap/old pruned\nsecret/old pruned' ]
    [[ $stderr =~ ^W[0-9]{4}\ [0-9:.]+\ +[0-9]+\ "prune.go:71] $DEPRECATED" ]]
    [ "$(left)" = $'configmap/by-hand\nconfigmap/keep\ndeployment.apps/old' ]
}

@test "--all takes everything that apply made, and nothing else" {
    kubec create configmap by-hand
    run_kubec apply -f keep.yaml --prune --all
    [ "$output" = $'configmap/keep unchanged\nconfigmap/old pruned\nsecret/old pruned\ndeployment.apps/old pruned' ]
    [ "$(left)" = $'configmap/by-hand\nconfigmap/keep' ]
    run_kubec apply -f keep.yaml --prune --all
    [ "$output" = 'configmap/keep unchanged' ]
}

@test "--prune-allowlist alone says which kinds, and nothing is deprecated then" {
    run_kubec apply -f keep.yaml --prune --all --prune-allowlist=core/v1/Secret --prune-allowlist=apps/v1/Deployment
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$output" = $'configmap/keep unchanged\nsecret/old pruned\ndeployment.apps/old pruned' ]
}

@test "lists carry metadata alone, deletions the options" {
    kubec apply -f keep.yaml --prune -l app=web --prune-allowlist=core/v1/ConfigMap --cascade=orphan --grace-period=3
    [ "$(requests)" = 'GET /api/v1/namespaces/default/configmaps/keep
GET /api/v1/namespaces/default/configmaps?labelSelector=app%3Dweb
DELETE /api/v1/namespaces/default/configmaps/old' ]
    run control GET requests
    [[ "$output" == *'as=PartialObjectMetadataList'* ]]
    [[ "$output" == *'\"gracePeriodSeconds\":3'*'\"propagationPolicy\":\"Orphan\"'* ]]
}

@test "a dry run deletes nothing" {
    run_kubec apply -f keep.yaml --prune -l app=web --dry-run=client
    [ "$output" = $'configmap/keep unchanged (dry run)\nconfigmap/old pruned (dry run)\nsecret/old pruned (dry run)' ]
    run_kubec apply -f keep.yaml --prune -l app=web --dry-run=server
    [ "$output" = $'configmap/keep unchanged (server dry run)\nconfigmap/old pruned (server dry run)\nsecret/old pruned (server dry run)' ]
    [ "$(left)" = $'configmap/keep\nconfigmap/old\nsecret/old\ndeployment.apps/old' ]
}

@test "every namespace that was applied to is looked at, and that of -n" {
    for n in one two three; do
        kubec create namespace "$n"
        config_map old "$n" | kubec apply -f -
    done
    { config_map a one; config_map a two; } >two.yaml
    run_kubec apply -f two.yaml --prune -l app=web --prune-allowlist=core/v1/ConfigMap
    [ "$output" = $'configmap/a created\nconfigmap/a created\nconfigmap/old pruned\nconfigmap/old pruned' ]
    config_map a three | kubec apply -f -
    printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: one}\n' >namespace.yaml
    run_kubec apply -f namespace.yaml -n three --prune --all --prune-allowlist=core/v1/ConfigMap
    [ "$output" = $'namespace/one configured\nconfigmap/a pruned\nconfigmap/old pruned' ]
}

@test "-o shows what goes, whole" {
    run_kubec apply -f keep.yaml --prune -l app=web --prune-allowlist=core/v1/ConfigMap -o jsonpath='{.metadata.name}={.data.k} '
    [ "$output" = 'keep=v old=v ' ]
    kubec apply -f all.yaml
    run_kubec apply -f keep.yaml --prune -l app=web -o name
    [ "$output" = $'configmap/keep\nconfigmap/old\nsecret/old' ]
}

@test "nothing is pruned when something could not be applied" {
    { cat keep.yaml; printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: Wrong}\n'; } >wrong.yaml
    run_kubec apply -f wrong.yaml --prune --all
    [ "$status" -eq 1 ]
    [ "$output" = 'configmap/keep unchanged' ]
    [ "$(left)" = $'configmap/keep\nconfigmap/old\nsecret/old\ndeployment.apps/old' ]
}

@test "a kind that may not be listed ends it, after the kinds before it" {
    control POST faults '{"path":"/secrets$","method":"GET","do":"status","code":403,"reason":"Forbidden","message":"secrets is forbidden: no"}' >/dev/null
    run_kubec apply -f keep.yaml --prune --all
    [ "$status" -eq 1 ]
    [ "$output" = $'configmap/keep unchanged\nconfigmap/old pruned' ]
    [ "${stderr_lines[-1]}" = 'error: error pruning namespaced object /v1, Kind=Secret: secrets is forbidden: no' ]
    control DELETE faults >/dev/null
    control POST faults '{"path":"/secrets/old","method":"DELETE","do":"status","code":403,"reason":"Forbidden","message":"secrets \"old\" is forbidden: no"}' >/dev/null
    run_kubec apply -f keep.yaml --prune --all --prune-allowlist=core/v1/Secret
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: error pruning namespaced object /v1, Kind=Secret: secrets "old" is forbidden: no' ]
}

@test "what cannot be asked for" {
    while IFS='|' read -r options message; do
        # shellcheck disable=SC2086
        run_kubec apply -f keep.yaml $options
        [ "$status" -eq 1 ]
        [ -z "$output" ]
        [ "$stderr" = "error: $message" ]
    done <<'ROWS'
--prune|all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector
--prune --all -l a=b|cannot set --all and --selector at the same time
--prune --all --force|--force cannot be used with --prune
--prune --all --server-side|--prune is in alpha and doesn't currently work on objects created by server-side apply
--prune --all --prune-allowlist=ConfigMap|invalid GroupVersionKind format: ConfigMap, please follow <group/version/kind>
--prune --all --prune-allowlist=core/v1/ConfigMap,core/v1/Secret|invalid GroupVersionKind format: core/v1/ConfigMap,core/v1/Secret, please follow <group/version/kind>
--prune --all --prune-allowlist=core/v1/Nothing|no matches for kind "Nothing" in version "v1"
--prune --prune-allowlist=apps/v9/Deployment|no matches for kind "Deployment" in version "apps/v9"
ROWS
}
