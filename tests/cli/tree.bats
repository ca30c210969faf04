#!/usr/bin/env bats
# tree: what an object owns.

load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }
setup() { reset_server; }

# object APIVERSION KIND NAME UID OWNER-UID… [FIELDS]: one of default
object() {
    local owners= api=$1 kind=$2 name=$3 uid=$4 more=
    shift 4
    for owner; do
        case $owner in
        ,*) more=$owner ;;
        *) owners+="${owners:+,}{\"apiVersion\":\"v1\",\"kind\":\"X\",\"name\":\"x\",\"uid\":\"$owner\"}" ;;
        esac
    done
    control POST objects "[{\"apiVersion\":\"$api\",\"kind\":\"$kind\",\"metadata\":{\"name\":\"$name\",\"namespace\":\"default\",
        \"uid\":\"$uid\",\"ownerReferences\":[$owners]}$more}]" >/dev/null
}

shown() { sed -E 's/ *[0-9]+[smhd]([0-9]+[sm])?$//; s/ *$//' <<<"$output"; }

web() {
    local template='"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}'
    object apps/v1 Deployment web u1 ',"spec":{"replicas":2,'"$template"'},"status":{"replicas":2,"readyReplicas":1}'
    object apps/v1 ReplicaSet web-b u3 u1 ',"spec":{"replicas":2,'"$template"'},"status":{"replicas":2,"readyReplicas":1}'
    object apps/v1 ReplicaSet web-a u2 u1 ',"spec":{"replicas":0,'"$template"'},"status":{"replicas":0}'
    object v1 Pod web-b-2 u5 u3 ',"spec":{"containers":[{"name":"c","image":"i"}]},"status":{"phase":"Pending"}'
    object v1 Pod web-b-1 u4 u3 ',"spec":{"containers":[{"name":"c","image":"i"}]},"status":{"phase":"Running","containerStatuses":[{"name":"c","ready":true,"state":{"running":{}}}]}'
    object v1 ConfigMap c u6 u1
    object v1 ConfigMap other u7
}

@test "tree shows what an object owns with its status, sorted, one request a type" {
    web
    kubec api-resources >/dev/null
    control DELETE requests >/dev/null
    run_kubec tree deployment/web
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$(shown)" = 'NAME                      READY   STATUS    AGE
deployment.apps/web       1/2
├─configmap/c
├─replicaset.apps/web-a   0/0
└─replicaset.apps/web-b   1/2
  ├─pod/web-b-1           1/1     Running
  └─pod/web-b-2           0/1     Pending' ]
    [ "$(requests | sort | uniq -d)" = '' ]
    [ "$(request_count '/namespaces/default/pods')" -eq 1 ]
    [ "$(request_count '^/api/v1/nodes')" -eq 0 ]
    run_kubec tree rs web-b
    [ "$(shown | sed 1d)" = 'replicaset.apps/web-b   1/2
├─pod/web-b-1           1/1     Running
└─pod/web-b-2           0/1     Pending' ]
}

@test "tree: rings of owners and several owners are harmless" {
    object v1 ConfigMap a u1 u2
    object v1 ConfigMap b u2 u1 u1
    object v1 ConfigMap c u3 u1 u2
    object v1 ConfigMap d u4 u4
    run_kubec tree cm/a
    [ "$status" -eq 0 ]
    [ "$(shown | sed 1d)" = 'configmap/a
├─configmap/b
│ ├─configmap/a (see above)
│ └─configmap/c
└─configmap/c' ]
    run_kubec tree cm/d
    [ "$(shown | sed 1d)" = 'configmap/d
└─configmap/d (see above)' ]
}

@test "tree: several roots, what is not there, what goes away" {
    web
    control POST objects '[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"going","namespace":"default","finalizers":["example.com/x"]}}]' >/dev/null
    kubec delete cm going --wait=false >/dev/null
    run_kubec tree cm/other cm/going cm/nothing
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (NotFound): configmaps "nothing" not found' ]
    [ "$(shown | sed 1d)" = 'configmap/other
configmap/going           Terminating' ]
    run_kubec tree cm/nothing
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ "$stderr" = 'Error from server (NotFound): configmaps "nothing" not found' ]
    run_kubec tree deployments
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: resource(s) were provided, but no name was specified' ]
    run_kubec tree
    [ "$status" -eq 1 ]
    [[ $stderr == 'error: You must provide one or more resources'* ]]
}

@test "tree names in one line what may not be listed; other failures fail" {
    web
    run_kubec tree deployment/web --context viewer
    [ "$status" -eq 0 ]
    [ "$stderr" = 'not allowed to list: secrets' ]
    [ "$(wc -l <<<"$output")" -eq 7 ]
    control POST faults '{"path":"/leases","do":"status","code":400,"reason":"BadRequest","message":"broken"}' >/dev/null
    run_kubec tree deployment/web
    [ "$status" -eq 1 ]
    [[ $stderr == *broken* ]]
    [ "$(wc -l <<<"$output")" -eq 7 ]
}

@test "tree of what has no namespace looks in all of them" {
    control POST objects '[
      {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","uid":"n1"}},
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","namespace":"kube-system","uid":"b","ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"n1"}]}},
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"kube-system","uid":"a","ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"n1"}]}},
      {"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","provisioner":"x","metadata":{"name":"v","uid":"v","ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"n1"}]}}]' >/dev/null
    run_kubec tree node/n1
    [ "$status" -eq 0 ]
    [ "$(shown | awk '{print $1, $2, $3}' | sed 1d | sed 's/ *$//')" = 'node/n1 Unknown
kube-system ├─configmap/a
kube-system ├─configmap/b
└─storageclass.storage.k8s.io/v' ]
}

@test "tree follows long lists page by page" {
    web
    local i objects=
    for ((i = 0; i < 700; i++)); do
        objects+="${objects:+,}{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"m$i\",\"namespace\":\"default\",\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"X\",\"name\":\"x\",\"uid\":\"u7\"}]}}"
    done
    control POST objects "[$objects]" >/dev/null
    run_kubec tree cm/other
    [ "$status" -eq 0 ]
    [ "$(wc -l <<<"$output")" -eq 702 ]
}
