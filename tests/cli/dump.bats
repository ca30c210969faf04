#!/usr/bin/env bats
# cluster-info dump: lists and logs, to standard output and to files.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; rm -rf "$HOME/.kube"; }

make_pod() {
    kubec create -f - >/dev/null <<END
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
 "spec": {"initContainers": [{"name": "prepare", "image": "i"}], "containers": [{"name": "serve", "image": "i"}]}}
END
    wait_for 'kubec get pod web | grep -q Running'
}

@test "a dump shows every list and every log, in order" {
    make_pod
    run_kubec cluster-info dump -o jsonpath='{.kind} {.items[*].metadata.name}{"\n"}' --namespaces default
    [[ $status -eq 0 && -z $stderr ]]
    [[ ${lines[0]} == "NodeList node-1" && ${lines[1]} == "EventList"* ]]
    [[ ${lines[2]} == "ReplicationControllerList "* && ${lines[3]} == "ServiceList kubernetes" ]]
    [[ ${lines[4]} == "DaemonSetList "* && ${lines[5]} == "DeploymentList "* && ${lines[6]} == "ReplicaSetList "* ]]
    [[ ${lines[7]} == "PodList web" ]]
    [[ ${lines[8]} == "==== START logs for container prepare of pod default/web ====" ]]
    [[ $(grep -c '^==== START' <<<"$output") -eq 2 && $(grep -c '^==== END' <<<"$output") -eq 2 ]]
    [[ ${lines[-1]} == "==== END logs for container serve of pod default/web ====" ]]
    [[ $(request_count 'container=serve') -eq 1 ]]
}

@test "the namespaces are kube-system and the current one, those named, or all" {
    run_kubec cluster-info dump
    [[ $status -eq 0 ]]
    [[ $(requests '/pods' | sort) == "GET /api/v1/namespaces/default/pods
GET /api/v1/namespaces/kube-system/pods" ]]
    run_kubec cluster-info dump -A
    [[ $status -eq 0 && $(request_count '/kube-node-lease/pods') -eq 1 && $(request_count '/kube-public/pods') -eq 1 ]]
}

@test "a dump into a folder makes files for their owner alone" {
    local dir=$BATS_TEST_TMPDIR/state
    make_pod
    run_kubec cluster-info dump --output-directory="$dir" -o yaml
    [[ $status -eq 0 && -z $stderr && $output == "Cluster info dumped to $dir" ]]
    [[ $(cd "$dir" && find . -type f | sort) == "\
./default/daemonsets.yaml
./default/deployments.yaml
./default/events.yaml
./default/pods.yaml
./default/replicasets.yaml
./default/replication-controllers.yaml
./default/services.yaml
./default/web/logs.txt
./kube-system/daemonsets.yaml
./kube-system/deployments.yaml
./kube-system/events.yaml
./kube-system/pods.yaml
./kube-system/replicasets.yaml
./kube-system/replication-controllers.yaml
./kube-system/services.yaml
./nodes.yaml" ]]
    [[ $(stat -c %a "$dir" "$dir/default" "$dir/nodes.yaml" | sort -u) == $'600\n700' ]]
    [[ $(head -1 "$dir/nodes.yaml") == "apiVersion: v1" && $(head -1 "$dir/default/pods.yaml") == "---" ]]
    grep -q '^items: null$' "$dir/default/daemonsets.yaml"
    ! grep -rq managedFields "$dir"
    grep -q '^==== START logs for container serve' "$dir/default/web/logs.txt"
}

@test "a log that cannot be had says why in its place" {
    make_pod
    control POST faults '{"path":"/pods/web/log","do":"status","code":500,"message":"the kubelet is away","count":-1}'
    run_kubec cluster-info dump --namespaces default -o jsonpath='{""}'
    [[ $status -eq 0 && -z $stderr ]]
    [[ $output == "\
==== START logs for container prepare of pod default/web ====
Request log error: the kubelet is away
==== END logs for container prepare of pod default/web ====
==== START logs for container serve of pod default/web ====
Request log error: the kubelet is away
==== END logs for container serve of pod default/web ====" ]]
}

@test "a refused list ends the dump; what came before is shown" {
    control POST faults '{"path":"/services","do":"status","code":403,"reason":"Forbidden","message":"no","count":-1}'
    run_kubec cluster-info dump --namespaces default -o jsonpath='{.kind}{"\n"}'
    [[ $status -eq 1 && $stderr == "Error from server (Forbidden): no" ]]
    [[ $output == $'NodeList\nEventList\nReplicationControllerList' ]]
}

@test "wrong calls" {
    run_kubec cluster-info dump -o name
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == "error: list types are not supported by name printing: *v1.NodeList" ]]
    run_kubec cluster-info dump --pod-running-timeout=0
    [[ $status -eq 1 && $stderr == "error: --pod-running-timeout must be higher than zero" ]]
    run_kubec cluster-info dump --namespaces=a/b -o jsonpath='{""}'
    [[ $status -eq 1 && $stderr == *'invalid namespace "a/b"'* ]]
    run_kubec cluster-info dump --output-directory=/proc/none
    [[ $status -eq 1 && $stderr == "error: mkdir /proc/none: no such file or directory" ]]
}
