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
