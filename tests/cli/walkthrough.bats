# expose, scale, set image, rollout and service: what they send, print and refuse.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
    reset_server
    control POST controllers '{"enabled":true,"podStart":0}' >/dev/null
    cd "$BATS_TEST_TMPDIR" || return
}

# A Deployment whose rollout is done; the request log begins after it.
deployment() {
    kubec create deployment web --image=registry.example/web:1 "$@" >/dev/null
    kubec rollout status deployment/web --timeout=10s >/dev/null
    control DELETE requests >/dev/null
}

rolled_out() { kubec rollout status "${1:-deployment/web}" --timeout=20s >/dev/null; }

# ---- expose --------------------------------------------------------------------

@test "expose takes selector and labels from the object" {
    deployment
    run_kubec expose deployment web --type=LoadBalancer --port=8080
    [ "$status" -eq 0 ]
    [ "$output" = 'service/web exposed' ]
    run_kubec get service web -o json
    [[ "$output" == *'"selector": {
            "app": "web"
        },
        "sessionAffinity": "None",
        "type": "LoadBalancer"'* ]]
    [[ "$output" == *'"labels": {
            "app": "web"
        }'* ]]
    run_kubec expose deployment web --port=8080
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (AlreadyExists): services "web" already exists' ]
}

@test "expose --dry-run=client shows the Service in the API's order" {
    deployment
    run_kubec expose deployment web --port=80,443 --target-port=http --name=front --type=NodePort --session-affinity=ClientIP \
        --external-ip=192.0.2.7 --selector=b=2,a=1 -l z=1,y=2 --dry-run=client -o json
    [ "$status" -eq 0 ]
    [ "$output" = '{
    "kind": "Service",
    "apiVersion": "v1",
    "metadata": {
        "name": "front",
        "labels": {
            "y": "2",
            "z": "1"
        }
    },
    "spec": {
        "ports": [
            {
                "name": "port-1",
                "protocol": "TCP",
                "port": 80,
                "targetPort": "http"
            },
            {
                "name": "port-2",
                "protocol": "TCP",
                "port": 443,
                "targetPort": "http"
            }
        ],
        "selector": {
            "a": "1",
            "b": "2"
        },
        "type": "NodePort",
        "externalIPs": [
            "192.0.2.7"
        ],
        "sessionAffinity": "ClientIP"
    },
    "status": {
        "loadBalancer": {}
    }
}' ]
}

@test "expose finds ports and protocols in the object" {
    kubec create -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: dns, labels: {app: dns}}
spec:
  containers:
  - name: dns
    image: registry.example/dns:1
    ports:
    - {containerPort: 53, protocol: UDP}
    - {containerPort: 53, protocol: TCP}
    - {containerPort: 9153}
YAML
    run_kubec expose pod dns --dry-run=client -o yaml
    [ "$status" -eq 0 ]
    [[ "$output" == *'  - name: port-1-udp
    port: 53
    protocol: UDP
    targetPort: 53
  - name: port-1-tcp
    port: 53
    protocol: TCP
    targetPort: 53
  - name: port-2
    port: 9153
    protocol: TCP
    targetPort: 9153'* ]]
}

@test "expose --overrides in three ways" {
    deployment
    run_kubec expose deployment web --port=80 --overrides='{"spec":{"type":"NodePort"}}' --dry-run=client -o yaml
    [[ "$output" == *'type: NodePort'* ]]
    run_kubec expose deployment web --port=80 --override-type=json --overrides='[{"op":"replace","path":"/metadata/name","value":"other"}]' --dry-run=client
    [ "$output" = 'service/other exposed (dry run)' ]
    run_kubec expose deployment web --port=80 --override-type=strategic --overrides='{"spec":{"ports":[{"port":80,"name":"x"}]}}' --dry-run=client -o yaml
    [[ "$output" == *'- name: x'*'targetPort: 80'* ]]
    run_kubec expose deployment web --port=80 --override-type=magic --overrides='{}' --dry-run=client
    [ "$stderr" = 'error: invalid override type: magic' ]
    run_kubec expose deployment web --port=80 --overrides='{' --dry-run=client
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: Invalid JSON Patch' ]
    run_kubec expose deployment web --port=80 --overrides=3 --dry-run=client
    [ "$stderr" = 'error: Invalid JSON Patch' ]
    run_kubec expose deployment web --port=80 --overrides=3 --override-type=strategic --dry-run=client
    [ "$stderr" = 'error: invalid JSON document' ]
    run_kubec expose deployment web --port=80 --overrides='{bad' --override-type=json --dry-run=client
    [ "$stderr" = "error: invalid character 'b' looking for beginning of object key string" ]
    run_kubec expose deployment web --port=80 --overrides='{"metadata":3}' --dry-run=client
    [ "$stderr" = 'error: json: cannot unmarshal number into Go struct field Service.metadata of type v1.ObjectMeta' ]
    run_kubec expose deployment web --port=80 --overrides='{"metadata":null}' --dry-run=client -o jsonpath='{.metadata.namespace}' -n default
    [ "$status" -eq 0 ]
    [ "$output" = default ]
}

@test "a manifest is exposed and scaled as it stands" {
    run_kubec expose -f - --port=82 --name=b --dry-run=client -o jsonpath='{.spec.selector}' \
        <<<'{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {x: "y"}}}'
    [ "$status" -eq 0 ]
    [ "$output" = '{"x":"y"}' ]
    run_kubec scale -f - --replicas=4 --dry-run=client -o jsonpath='{.spec.replicas}' \
        <<<'{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: 1}}'
    [ "$status" -eq 0 ]
    [ "$output" = 4 ]
    run_kubec scale -f - --replicas=4 --dry-run=client <<<'{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: 3}'
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: value cannot be set because .spec is not a map[string]interface{}' ]
}

@test "--all of scale and set image goes with names" {
    deployment
    run_kubec scale deployment --all --replicas=2 web
    [ "$status" -eq 0 ]
    [ "$output" = 'deployment.apps/web scaled' ]
    run_kubec set image deployment/web '*=registry.example/other:1' --all
    [ "$output" = 'deployment.apps/web image updated' ]
}

@test "scale: one that is not there does not hold up the others" {
    deployment
    run_kubec scale deployment/nothing deployment/web --replicas=2
    [ "$status" -eq 1 ]
    [ "$output" = 'deployment.apps/web scaled' ]
    [ "$stderr" = 'Error from server (NotFound): deployments.apps "nothing" not found' ]
}

@test "expose: what cannot be exposed" {
    deployment
    kubec create -f - <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}'
    kubec create -f - <<<'{"apiVersion":"v1","kind":"Pod","metadata":{"name":"bare"},"spec":{"containers":[{"name":"c","image":"i"}]}}'
    run_kubec expose configmap a --port=80
    [ "$stderr" = 'error: cannot expose a ConfigMap' ]
    run_kubec expose deployment web
    [ "$stderr" = "error: couldn't find port via --port flag or introspection" ]
    run_kubec expose pod bare --port=80
    [ "$stderr" = "error: couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed" ]
    run_kubec expose deployment web --port=x
    [ "$stderr" = 'error: strconv.Atoi: parsing "x": invalid syntax' ]
    run_kubec expose deployment web --port=80 --session-affinity=x
    [ "$stderr" = 'error: unknown session affinity: x' ]
    run_kubec expose deployment none --port=80
    [ "$stderr" = 'Error from server (NotFound): deployments.apps "none" not found' ]
}

# ---- scale ---------------------------------------------------------------------

@test "scale is one request" {
    deployment
    run_kubec scale deployment/web --replicas=3
    [ "$status" -eq 0 ]
    [ "$output" = 'deployment.apps/web scaled' ]
    [ "$(requests)" = 'PATCH /apis/apps/v1/namespaces/default/deployments/web/scale?fieldManager=kubectl' ]
    rolled_out
    run_kubec get deployment web -o json
    [[ "$output" == *'"readyReplicas": 3'* ]]
}

@test "scale: preconditions" {
    deployment
    run_kubec scale deployment/web --replicas=3 --current-replicas=2
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: Expected replicas to be 2, was 1' ]
    run_kubec scale deployment/web --replicas=3 --current-replicas=1
    [ "$output" = 'deployment.apps/web scaled' ]
    run_kubec scale deployment/web --replicas=3 --resource-version=1
    [[ "$stderr" =~ ^"error: Expected resource version to be 1, was "[0-9]+$ ]]
    run_kubec scale deployment --all --replicas=1 --resource-version=1
    [ "$status" -eq 1 ]
}

@test "scale: a conflict is tried again" {
    deployment
    control POST faults '{"path":"/scale","method":"PATCH","do":"status","code":409,"reason":"Conflict","count":1}' >/dev/null
    run_kubec scale deployment/web --replicas=2
    [ "$status" -eq 0 ]
    [ "$(requests | grep -c '^PATCH')" -eq 2 ]
}

@test "scale --timeout waits, and gives up" {
    deployment
    run_kubec scale deployment/web --replicas=2 --timeout=10s
    [ "$status" -eq 0 ]
    control POST controllers '{"enabled":false}' >/dev/null
    run_kubec scale deployment/web --replicas=5 --timeout=1s
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: timed out waiting for "web" to be synced' ]
}

@test "scale: dry runs and output" {
    deployment
    run_kubec scale deployment/web --replicas=4 --dry-run=client
    [ "$output" = 'deployment.apps/web scaled (dry run)' ]
    run_kubec scale deployment/web --replicas=4 --dry-run=server -o name
    [ "$output" = 'deployment.apps/web' ]
    run_kubec scale deployment/web --replicas=4 --dry-run=client -o json
    [[ "$output" == *'"replicas": 4,'* ]]
    run_kubec get deployment web -o json
    [[ "$output" == *'"replicas": 1,'* ]]
}

@test "scale: wrong calls" {
    deployment
    run_kubec scale deployment/web
    [ "$stderr" = 'error: required flag(s) "replicas" not set' ]
    run_kubec scale deployment/web --replicas=-1
    [ "$stderr" = 'error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0' ]
    run_kubec scale deployment/web --replicas=1 --current-replicas=-2
    [ "$stderr" = 'error: The --current-replicas must specify an integer of -1 or greater' ]
    run_kubec scale deployment/none --replicas=1
    [ "$stderr" = 'Error from server (NotFound): deployments.apps "none" not found' ]
    run_kubec scale pod/none --replicas=1
    [ "$stderr" = 'Error from server (NotFound): pods "none" not found' ]
    run_kubec scale deployment -l app=none --replicas=1
    [ "$stderr" = 'error: no objects passed to scale' ]
    [ "$(request_count)" -ge 1 ]
}

# ---- set image ------------------------------------------------------------------

@test "set image changes one container, or all" {
    deployment
    run_kubec set image deployment/web web=registry.example/web:2
    [ "$status" -eq 0 ]
    [ "$output" = 'deployment.apps/web image updated' ]
    run_kubec set image deployment web '*=registry.example/web:3' --dry-run=client -o json
    [[ "$output" == *'"image": "registry.example/web:3"'* ]]
    run_kubec set image deployment/web web=registry.example/web:2
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

@test "set image --local changes a manifest and asks no server" {
    printf 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: c, image: a}], initContainers: [{name: i, image: b}]}}}\n' >web.yaml
    run_kubec set image -f web.yaml --local c=new i=newer -o yaml
    [ "$status" -eq 0 ]
    [[ "$output" == *'image: new'*'image: newer'* ]]
    [ "$(request_count)" -eq 0 ]
}

@test "set image: refusals" {
    deployment
    run_kubec set image deployment/web none=a
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: unable to find container named "none"' ]
    run_kubec set image deployment/web
    [ "$stderr" = 'error: at least one image update is required' ]
    run_kubec set image deployment/web a=b '*=c'
    [ "$stderr" = 'error: all containers are already specified by *, but saw more than one container_name=container_image pairs' ]
    run_kubec set image deployment/web a=b c
    [ "$stderr" = 'error: all resources must be specified before image changes: c' ]
    run_kubec set image deployment/web a-
    [ "$stderr" = 'error: invalid image format: a-' ]
    run_kubec set image deployment/web a=b --local
    [ "$status" -eq 1 ]
}

# ---- rollout --------------------------------------------------------------------

@test "rollout status of what is done is one request" {
    deployment
    run_kubec rollout status deployment/web
    [ "$status" -eq 0 ]
    [ "$output" = 'deployment "web" successfully rolled out' ]
    [ "$(requests)" = 'GET /apis/apps/v1/namespaces/default/deployments/web' ]
}

@test "rollout status follows until it is done" {
    deployment --replicas=2
    control POST controllers '{"podStart":300}' >/dev/null
    kubec set image deployment/web web=registry.example/web:2
    run_kubec rollout status deployment/web --timeout=20s
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = 'deployment "web" successfully rolled out' ]
    [[ "${lines[0]}" == 'Waiting for deployment '* ]]
}

@test "rollout status lives through a dropped watch" {
    control POST controllers '{"podStart":1500}' >/dev/null
    kubec create deployment web --image=registry.example/web:1
    "$KUBEC" rollout status deployment/web --timeout=20s >out 2>err &
    following=$!
    wait_for 'curl -sS "$(<"$SERVER_DIR/control")/watches" | grep -q deployments'
    control POST close-watches >/dev/null
    wait "$following"
    [ "$(tail -n 1 out)" = 'deployment "web" successfully rolled out' ]
    [ ! -s err ]
}

@test "rollout status: timeout, no watch, deleted object" {
    control POST controllers '{"podStart":-1}' >/dev/null
    kubec create deployment web --image=registry.example/web:1
    run_kubec rollout status deployment/web --timeout=500ms
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: timed out waiting for the condition' ]
    run_kubec rollout status deployment/web --watch=false
    [ "$status" -eq 0 ]
    [ "$output" = 'Waiting for deployment "web" rollout to finish: 0 of 1 updated replicas are available...' ]
    "$KUBEC" rollout status deployment/web >out 2>err &
    following=$!
    wait_for 'curl -sS "$(<"$SERVER_DIR/control")/watches" | grep -q deployments'
    kubec delete deployment web
    ended=0
    wait "$following" || ended=$?
    [ "$ended" -eq 1 ]
    [ "$(<err)" = 'error: object has been deleted' ]
}

@test "rollout history and undo" {
    deployment
    kubec set image deployment/web web=registry.example/web:2
    rolled_out
    run_kubec rollout history deployment/web
    [ "$output" = 'deployment.apps/web 
REVISION  CHANGE-CAUSE
1         <none>
2         <none>' ]
    run_kubec rollout history deployment/web --revision=1
    [ "$(sed -E 's/hash=[0-9a-z]+/hash=H/' <<<"$output")" = $'deployment.apps/web with revision #1
Pod Template:
  Labels:\tapp=web
\tpod-template-hash=H
  Containers:
   web:
    Image:\tregistry.example/web:1
    Port:\t<none>
    Host Port:\t<none>
    Environment:\t<none>
    Mounts:\t<none>
  Volumes:\t<none>
  Node-Selectors:\t<none>
  Tolerations:\t<none>' ]
    run_kubec rollout undo deployment/web
    [ "$output" = 'deployment.apps/web rolled back' ]
    rolled_out
    run_kubec rollout undo deployment/web --to-revision=3
    [ "$output" = 'deployment.apps/web skipped rollback (current template already matches revision 3)' ]
    run_kubec rollout undo deployment/web --to-revision=9
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: unable to find specified revision 9 in history' ]
    run_kubec rollout history deployment/web --revision=9
    [ "$stderr" = 'error: unable to find the specified revision' ]
    run_kubec get deployment web -o json
    [[ "$output" == *'"image": "registry.example/web:1"'* ]]
}

@test "rollout undo of a first revision" {
    deployment
    run_kubec rollout undo deployment/web
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: no rollout history found for deployment "web"' ]
}

@test "rollout pause, resume, restart" {
    deployment
    run_kubec rollout pause deployment/web
    [ "$output" = 'deployment.apps/web paused' ]
    run_kubec rollout pause deployment/web
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: deployments.apps "web" is already paused' ]
    run_kubec rollout restart deployment/web
    [ "$stderr" = "error: deployments.apps \"web\" can't restart paused deployment (run rollout resume first)" ]
    run_kubec rollout undo deployment/web
    [ "$status" -eq 1 ]
    run_kubec rollout resume deployment/web
    [ "$output" = 'deployment.apps/web resumed' ]
    run_kubec rollout resume deployment/web
    [ "$stderr" = 'error: deployments.apps "web" is not paused' ]
    run_kubec rollout restart deployment/web
    [ "$output" = 'deployment.apps/web restarted' ]
    rolled_out
    run_kubec get deployment web -o json
    [[ "$output" == *'"kubectl.kubernetes.io/restartedAt": "20'* ]]
}

@test "rollouts of StatefulSets and DaemonSets" {
    for kind in StatefulSet DaemonSet; do
        kubec create -f - >/dev/null <<YAML
apiVersion: apps/v1
kind: $kind
metadata: {name: web}
spec:
  selector: {matchLabels: {app: $kind}}
  template:
    metadata: {labels: {app: $kind}}
    spec: {containers: [{name: c, image: "registry.example/c:1"}]}
YAML
        rolled_out "$kind/web"
        kubec set image "$kind/web" c=registry.example/c:2 >/dev/null
        rolled_out "$kind/web"
        run_kubec rollout history "$kind/web"
        [ "${lines[-1]}" = '2         <none>' ]
        run_kubec rollout history "$kind/web" --revision=1
        [[ "$output" == *$'Image:\tregistry.example/c:1'* ]]
        run_kubec rollout undo "$kind/web"
        [ "$output" = "${kind,,}.apps/web rolled back" ]
        rolled_out "$kind/web"
        run_kubec get "$kind" web -o json
        [[ "$output" == *'"image": "registry.example/c:1"'* ]]
        run_kubec rollout restart "$kind/web"
        [ "$output" = "${kind,,}.apps/web restarted" ]
        run_kubec rollout pause "$kind/web"
        [ "$stderr" = "error: ${kind,,}s.apps \"web\" pausing is not supported" ]
    done
}

@test "rollout: wrong calls" {
    for verb in history pause restart resume status undo; do
        run_kubec rollout $verb
        [ "$status" -eq 1 ]
        [ "$stderr" = 'error: required resource not specified' ]
        run_kubec rollout $verb deployment/none
        [ "$stderr" = 'Error from server (NotFound): deployments.apps "none" not found' ]
    done
    run_kubec rollout history deployment/none --revision=-1
    [ "$stderr" = 'error: revision must be a positive integer: -1' ]
    kubec create -f - <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}'
    run_kubec rollout status configmap/a
    [ "$stderr" = 'error: no status viewer has been implemented for ConfigMap' ]
    run_kubec rollout history configmap/a
    [ "$stderr" = 'error: error retrieving history for "ConfigMap", no visitor method exists for { ConfigMap}' ]
}

@test "custom resources have no rollouts, images or services" {
    kubec create -f - >/dev/null <<'YAML'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets, singular: widget}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
YAML
    wait_for 'kubec create -f - <<<"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"w\"}}"'
    while IFS= read -r line; do
        # shellcheck disable=SC2086
        run_kubec $line
        [ "$status" -eq 1 ]
        [ "$stderr" = 'error: no kind "Widget" is registered for version "example.com/v1" in scheme "pkg/scheme/scheme.go:28"' ]
    done <<'LINES'
rollout status widget/w
rollout history widget/w
rollout undo widget/w
rollout restart widget/w
set image widget/w a=b
expose widget w --port=1
LINES
}

# ---- service ---------------------------------------------------------------------

@test "service --url prints where a service can be reached" {
    deployment
    kubec expose deployment web --type=LoadBalancer --port=8080 >/dev/null
    wait_for 'kubec get service web | grep -vq pending'
    address=$(kubec get service web -o json | sed -n 's/.*"ip": "\(.*\)".*/\1/p')
    run_kubec service web --url
    [ "$status" -eq 0 ]
    [ "$output" = "http://$address:8080" ]
    run_kubec service web --url --https
    [ "$output" = "https://$address:8080" ]
}

@test "service of a node port, of a cluster IP, of nothing" {
    deployment
    kubec expose deployment web --type=NodePort --port=80 >/dev/null
    port=$(kubec get service web -o json | sed -n 's/.*"nodePort": \([0-9]*\).*/\1/p')
    run_kubec service web --url
    [ "$status" -eq 0 ]
    [[ "$output" == http://*":$port" ]]
    kubec expose deployment web --name=inside --port=80 >/dev/null
    run_kubec service inside --url
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: service "inside" has type ClusterIP: it has no address outside the cluster (expose it with --type=NodePort or --type=LoadBalancer)' ]
    run_kubec service none
    [ "$stderr" = 'Error from server (NotFound): services "none" not found' ]
    run_kubec service
    [ "$status" -eq 1 ]
}

@test "service opens a browser" {
    deployment
    kubec expose deployment web --type=NodePort --port=80 >/dev/null
    printf '#!/bin/sh\necho "$1" >"%s/opened"\n' "$PWD" >browser
    chmod +x browser
    BROWSER=$PWD/browser run_kubec service web
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" =~ ^"NAMESPACE   NAME   PORT   URL"$ ]]
    wait_for '[ -s opened ]'
    [ "$(<opened)" = "$(kubec service web --url)" ]
}
