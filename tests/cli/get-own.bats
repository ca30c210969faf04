#!/usr/bin/env bats
# get: what kubec adds to it.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; }

secrets() {
    control POST objects '[
      {"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","namespace":"default"},"type":"Opaque",
       "data":{"user":"YWRtaW4=","key.pem":"LS0tQkVHSU4KQUJDCi0tLUVORAo=","bin":"AAEC","empty":"","yes":"dHJ1ZQ=="}},
      {"apiVersion":"v1","kind":"Secret","metadata":{"name":"web","namespace":"default"},"type":"example.com/x","data":{"a":"w7w="}}]' >/dev/null
}

@test "get --decode shows Secrets to a person, with their values" {
    secrets
    run_kubec get secrets --decode
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$output" = "Name:       db
Namespace:  default
Type:       Opaque

Data
====
bin (base64):  AAEC
empty:  
key.pem:
  ---BEGIN
  ABC
  ---END
user:  admin
yes:  true


Name:       web
Namespace:  default
Type:       example.com/x

Data
====
a:  ü" ]
}

@test "get --decode -o yaml, json, jsonpath and templates have text, and stderr says what stays base64" {
    secrets
    run_kubec get secret db --decode -o yaml
    [ "$status" -eq 0 ]
    [ "$stderr" = 'secret/db: bin is not text (3 bytes) and stays base64' ]
    [ "$(sed -n 1,10p <<<"$output")" = 'apiVersion: v1
data:
  bin: AAEC
  empty: ""
  key.pem: |
    ---BEGIN
    ABC
    ---END
  user: admin
  "yes": "true"' ]
    run_kubec get secret db --decode -o 'jsonpath={.data.user} {.data.bin}'
    [ "$output" = 'admin AAEC' ]
    run_kubec get secrets --decode -o 'go-template={{range .items}}{{.metadata.name}} {{.data.a}};{{end}}'
    [ "$output" = 'db <no value>;web ü;' ]
    run_kubec get secret web --decode -o json
    [ "$(jq -r .data.a <<<"$output")" = ü ]
    [ -z "$stderr" ]
    run_kubec get secret db -o 'jsonpath={.data.user}'
    [ "$output" = 'YWRtaW4=' ]
}

@test "get --decode is for Secrets; beside them other kinds stay as they are" {
    secrets
    run_kubec get configmaps --decode -o yaml
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: --decode option can only be used with secrets' ]
    run_kubec get secrets,configmaps --decode
    [ "$status" -eq 1 ]
    kubec create configmap c --from-literal=k=dHJ1ZQ==
    run_kubec get cm/c secret/web --decode -o 'jsonpath={.items[*].data}'
    [ "$output" = '{"k":"dHJ1ZQ=="} {"a":"ü"}' ]
    run_kubec get secrets --decode -w
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: --decode option needs a format of --output with --watch or --watch-only' ]
    run_kubec get secrets --decode -n kube-public
    [ "$status" -eq 0 ]
    [ "$stderr" = 'No resources found in kube-public namespace.' ]
    run_kubec get secret nothing --decode
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (NotFound): secrets "nothing" not found' ]
}

@test "get --decode works in a watch with a format" {
    secrets
    run timeout 2 "$KUBEC" get secret web --decode -w -o 'jsonpath={.data.a}{"\n"}'
    [ "${lines[0]}" = ü ]
}

@test "get -o neat-yaml leaves what was written" {
    cat >"$BATS_TEST_TMPDIR/web.yaml" <<'END'
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: web
  namespace: default
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: nginx:1.27
        name: nginx
        readinessProbe:
          httpGet:
            path: /ready
            port: 80
      dnsPolicy: ClusterFirst
END
    kubec apply -f "$BATS_TEST_TMPDIR/web.yaml" >/dev/null
    run_kubec get deployment web -o neat-yaml
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    # dnsPolicy has its default, but the last-applied annotation knows that it was written
    [ "$output" = "$(<"$BATS_TEST_TMPDIR/web.yaml")" ]
    kubec create service clusterip web --tcp=80 >/dev/null
    run_kubec get deployment,service web -o Neat-YAML
    [ "${output#*---}" = "
apiVersion: v1
kind: Service
metadata:
  labels:
    app: web
  name: web
  namespace: default
spec:
  ports:
  - name: \"80\"
    port: 80
  selector:
    app: web" ]
    # what is printed can be given to the server again
    kubec get deployment,service -o neat-yaml >"$BATS_TEST_TMPDIR/all.yaml"
    kubec delete deployment,service --all >/dev/null
    run_kubec create -f "$BATS_TEST_TMPDIR/all.yaml"
    [ "$status" -eq 0 ]
}

@test "neat-yaml is no format that kubectl's messages name" {
    run_kubec get pods -o neat
    [ "$status" -eq 1 ]
    [[ $stderr != *neat-yaml* ]]
    run_kubec get pods -o neat-yaml
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

spread_objects() {
    control POST objects '[
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","namespace":"default","labels":{"t":"1"}},"data":{"k":"v"}},
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"kube-public","labels":{"t":"1"}},"data":{}},
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"kube-system","labels":{"t":"1"}},"data":{}},
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"kube-public","labels":{"t":"1"}},"spec":{"clusterIP":"None","type":"ClusterIP"}}]' >/dev/null
}

@test "get -n a,b lists several namespaces in the given order, with a NAMESPACE column" {
    spread_objects
    control DELETE requests >/dev/null
    run_kubec get configmaps -l t=1 -n kube-public,default,kube-public
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$(masked <<<"$output" | sed 's/ *$//')" = 'NAMESPACE     NAME   DATA   AGE
kube-public   a      0      AGE
default       b      1      AGE' ]
    [ "$(requests | sort)" = 'GET /api/v1/namespaces/default/configmaps?labelSelector=t%3D1&limit=500
GET /api/v1/namespaces/kube-public/configmaps?labelSelector=t%3D1&limit=500' ]
    run_kubec get cm,svc -l t=1 -n default,kube-public -o name
    [ "$output" = 'configmap/b
configmap/a
service/s' ]
    run_kubec get cm,svc -l t=1 -n default,kube-public --no-headers
    [ "$(awk 'NF{print $1, $2}' <<<"$output")" = 'default configmap/b
kube-public configmap/a
kube-public service/s' ]
    run_kubec get configmaps -l t=1 -n kube-public,default -o json
    [ "$(jq -r '.kind, .items[].metadata.name' <<<"$output" | xargs)" = 'List a b' ]
}

@test "get -n a,b sorts the lists as one" {
    spread_objects
    run_kubec get configmaps -l t=1 -n kube-system,kube-public,default --sort-by=.metadata.name
    [ "$(awk 'NR>1{print $2}' <<<"$output" | xargs)" = 'a b c' ]
}

@test "get NAME -n a,b looks in each namespace" {
    spread_objects
    run_kubec get configmap a -n default,kube-public
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (NotFound): configmaps "a" not found' ]
    [ "$(awk 'NR>1{print $1, $2}' <<<"$output")" = 'kube-public a' ]
    run_kubec get configmap a -n default,kube-public --ignore-not-found -o jsonpath='{.items[*].metadata.namespace}'
    [ "$status" -eq 0 ]
    [ "$output" = kube-public ]
}

@test "get -n a,b: nothing found, all namespaces, watches and files" {
    run_kubec get pods -n x,y
    [ "$status" -eq 0 ]
    [ "$stderr" = 'No resources found in x,y namespaces.' ]
    run_kubec get pods -n x,y -A
    [ "$stderr" = 'No resources found' ]
    run_kubec get pods -n x,y -w
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: --watch follows one namespace, or with --all-namespaces each of them' ]
    run_kubec get -n x,y -f - <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}'
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: several namespaces cannot be used with --filename or --kustomize' ]
    run_kubec get namespaces -n default,kube-public -o name
    [ "$(grep -c namespace/default <<<"$output")" -eq 1 ]
}

@test "get all --really lists every type of a namespace, one request each" {
    spread_objects
    control POST objects '[
      {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"default"},"type":"Opaque","data":{}},
      {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r","namespace":"default"},"rules":[]}]' >/dev/null
    kubec get all >/dev/null 2>&1
    control DELETE requests >/dev/null
    run_kubec get all --really -n default -o name
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    for object in configmap/b secret/s role.rbac.authorization.k8s.io/r; do
        [ "$(grep -c "^$object$" <<<"$output")" -eq 1 ]
    done
    [ "$(requests | sort | uniq -d)" = '' ]
    [ "$(request_count '^/api/v1/nodes')" -eq 0 ]
    run_kubec get all --really -n default
    [ "$status" -eq 0 ]
    [[ $output == *'configmap/b '* && $output == *'secret/s '* && $output == *$'\n\nNAME '* ]]
    run_kubec get all --really -n default,kube-public -o name
    [ "$(grep -c -e '^configmap/[ab]$' <<<"$output")" -eq 2 ]
}

@test "get all --really says in one line what may not be listed, and what else fails" {
    spread_objects
    run_kubec get all --really --context viewer -o name
    [ "$status" -eq 1 ]
    [ "$stderr" = 'not allowed to list: secrets' ]
    [ "$(grep -c '^configmap/b$' <<<"$output")" -eq 1 ]
    control POST faults '{"path":"/leases","do":"status","code":400,"reason":"BadRequest","message":"broken"}' >/dev/null
    run_kubec get all --really -o name
    [ "$status" -eq 1 ]
    [[ $stderr == *broken* ]]
    [ "$(grep -c '^configmap/b$' <<<"$output")" -eq 1 ]
    run_kubec get pods --really
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: --really option can only be used with all' ]
    run_kubec get all --really -n nothing-here
    [ "$status" -eq 0 ]
    [ "$stderr" = 'No resources found in nothing-here namespace.' ]
}
