#!/usr/bin/env bats
# api-resources, api-versions, cluster-info

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; rm -rf "$HOME/.kube"; }

@test "api-resources shows a table" {
    run_kubec api-resources --api-group=apps
    [[ $status -eq 0 && -z $stderr ]]
    [[ $output == "\
NAME                  SHORTNAMES   APIVERSION   NAMESPACED   KIND
controllerrevisions                apps/v1      true         ControllerRevision
daemonsets            ds           apps/v1      true         DaemonSet
deployments           deploy       apps/v1      true         Deployment
replicasets           rs           apps/v1      true         ReplicaSet
statefulsets          sts          apps/v1      true         StatefulSet" ]]
}

@test "api-resources -o wide adds verbs and categories" {
    run_kubec api-resources --api-group=batch -o wide
    [[ $output == "\
NAME       SHORTNAMES   APIVERSION   NAMESPACED   KIND      VERBS                                                        CATEGORIES
cronjobs   cj           batch/v1     true         CronJob   create,delete,deletecollection,get,list,patch,update,watch   all
jobs                    batch/v1     true         Job       create,delete,deletecollection,get,list,patch,update,watch   all" ]]
}

@test "api-resources -o name, json and yaml" {
    run_kubec api-resources --api-group=policy -o name
    [[ $output == poddisruptionbudgets.policy ]]
    run_kubec api-resources --api-group=policy -o yaml
    [[ $output == "\
apiVersion: v1
groupVersion: \"\"
kind: APIResourceList
resources:
- group: policy
  kind: PodDisruptionBudget
  name: poddisruptionbudgets
  namespaced: true
  shortNames:
  - pdb
  singularName: poddisruptionbudget
  verbs:
  - create
  - delete
  - deletecollection
  - get
  - list
  - patch
  - update
  - watch
  version: v1" ]]
    run_kubec api-resources --api-group=authentication.k8s.io --sort-by=kind -o json
    [[ $output == '{
    "kind": "APIResourceList",
    "apiVersion": "v1",
    "groupVersion": "",
    "resources": [
        {
            "name": "selfsubjectreviews",
            "singularName": "selfsubjectreview",
            "namespaced": false,
            "group": "authentication.k8s.io",
            "version": "v1",
            "kind": "SelfSubjectReview",
            "verbs": [
                "create"
            ]
        },
        {
            "name": "tokenreviews",
            "singularName": "tokenreview",
            "namespaced": false,
            "group": "authentication.k8s.io",
            "version": "v1",
            "kind": "TokenReview",
            "verbs": [
                "create"
            ]
        }
    ]
}' ]]
}

@test "api-resources selects" {
    run_kubec api-resources --namespaced=false --api-group= -o name
    [[ $output == $'componentstatuses\nnamespaces\nnodes\npersistentvolumes' ]]
    run_kubec api-resources --namespaced --api-group=rbac.authorization.k8s.io -o name
    [[ $output == $'rolebindings.rbac.authorization.k8s.io\nroles.rbac.authorization.k8s.io' ]]
    run_kubec api-resources --verbs=get,list --api-group= --namespaced=false --no-headers
    [[ $output == "\
componentstatuses   cs    v1    false   ComponentStatus
namespaces          ns    v1    false   Namespace
nodes               no    v1    false   Node
persistentvolumes   pv    v1    false   PersistentVolume" ]]
    run_kubec api-resources --categories=all -o name
    [[ ${#lines[@]} -eq 10 && ${lines[0]} == pods && ${lines[9]} == jobs.batch ]]
    run_kubec api-resources --categories=all --categories=none -o name
    [[ $status -eq 0 && -z $output ]]
    run_kubec api-resources --api-group=nope
    [[ $status -eq 0 && $output == "NAME   SHORTNAMES   APIVERSION   NAMESPACED   KIND" ]]
    run_kubec api-resources --api-group=nope -o json
    [[ $output == *'"resources": null'* ]]
}

@test "api-resources sorts by group, name or kind" {
    run_kubec api-resources -o name
    [[ ${lines[0]} == bindings && ${lines[17]} == mutatingadmissionpolicies.admissionregistration.k8s.io ]]
    run_kubec api-resources --sort-by=name -o name
    [[ ${lines[0]} == apiservices.apiregistration.k8s.io ]]
    [[ $output == *$'\nevents\nevents.events.k8s.io\n'* ]]
    run_kubec api-resources --sort-by=kind --api-group=apps -o name
    [[ ${lines[0]} == controllerrevisions.apps ]]
    run_kubec api-resources --sort-by=size
    [[ $status -eq 1 && $stderr == "error: --sort-by accepts only name or kind" ]]
}

@test "api-resources asks the server, --cached does not" {
    run_kubec api-resources
    run_kubec api-resources
    [[ $(request_count) -eq 4 ]]
    run_kubec api-resources --cached
    [[ $status -eq 0 && $(request_count) -eq 4 ]]
}

@test "api-resources refuses arguments and formats" {
    run_kubec api-resources a b
    [[ $status -eq 1 && $stderr == $'error: unexpected arguments: [a b]\nSee \'kubec api-resources -h\' for help and examples' ]]
    run_kubec api-resources -o foo
    [[ $status -eq 1 ]]
    [[ $stderr == 'error: unable to match a printer suitable for the output format "foo", allowed formats are: json,kyaml,name,wide,yaml' ]]
}

@test "api-versions are sorted and always asked for" {
    run_kubec api-versions
    [[ $status -eq 0 && -z $stderr ]]
    [[ $output == "$(sort <<<"$output")" ]]
    [[ ${lines[0]} == admissionregistration.k8s.io/v1 && ${lines[-1]} == v1 ]]
    [[ $output == *$'\nautoscaling/v1\nautoscaling/v2\nbatch/v1\n'* ]]
    run_kubec api-versions
    [[ $(request_count) -eq 4 ]]
    run_kubec api-versions x
    [[ $status -eq 1 && $stderr == $'error: unexpected arguments: [x]\nSee \'kubec api-versions -h\' for help and examples' ]]
}

@test "api-versions says why there are none" {
    run_kubec api-versions --server=https://127.0.0.1:1
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == 'error: couldn'\''t get available api versions from server: Get "https://127.0.0.1:1/api?timeout=32s": dial tcp 127.0.0.1:1: connect: connection refused' ]]
    run_kubec api-versions --context=bad-token
    [[ $status -eq 1 ]]
    [[ $stderr == "error: couldn't get available api versions from server: the server has asked for the client to provide credentials" ]]
}

@test "cluster-info tells where things are" {
    run_kubec cluster-info
    [[ $status -eq 0 && -z $stderr ]]
    [[ $output == "Kubernetes control plane is running at $SERVER_URL

To further debug and diagnose cluster problems, use 'kubec cluster-info dump'." ]]
    [[ $(requests) == "GET /api/v1/namespaces/kube-system/services?labelSelector=kubernetes.io%2Fcluster-service%3Dtrue" ]]
}

@test "cluster-info shows the services of the cluster" {
    control POST objects '[
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"kube-dns","namespace":"kube-system",
       "labels":{"kubernetes.io/cluster-service":"true","kubernetes.io/name":"CoreDNS"}},"spec":{"clusterIP":"10.96.0.10","ports":[{"name":"dns","port":53,"protocol":"UDP"}]}},
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"lb","namespace":"kube-system","labels":{"kubernetes.io/cluster-service":"true"}},
       "spec":{"clusterIP":"10.96.0.11","type":"LoadBalancer","ports":[{"name":"a","port":80},{"name":"b","port":81}]},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}},
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"secure","namespace":"kube-system","labels":{"kubernetes.io/cluster-service":"true"}},"spec":{"clusterIP":"10.96.0.12","ports":[{"port":443}]}},
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"plain","namespace":"kube-system","labels":{"kubernetes.io/cluster-service":"true"}},"spec":{"clusterIP":"10.96.0.13","ports":[{"port":80}]}}]' >/dev/null
    run_kubec cluster-info
    [[ $status -eq 0 ]]
    [[ $output == "Kubernetes control plane is running at $SERVER_URL
CoreDNS is running at $SERVER_URL/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy
lb is running at http://192.0.2.1:80 http://192.0.2.1:81 
plain is running at $SERVER_URL/api/v1/namespaces/kube-system/services/plain/proxy
secure is running at $SERVER_URL/api/v1/namespaces/kube-system/services/https:secure:/proxy

To further debug and diagnose cluster problems, use 'kubec cluster-info dump'." ]]
    run_kubec cluster-info -n default
    [[ $(requests | tail -n 1) == "GET /api/v1/namespaces/default/services?"* ]]
}

@test "cluster-info that fails still names the way on" {
    run_kubec cluster-info --server=https://127.0.0.1:1
    [[ $status -eq 1 ]]
    [[ $output == $'\nTo further debug and diagnose cluster problems, use \'kubec cluster-info dump\'.' ]]
    [[ $stderr == "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?" ]]
}
