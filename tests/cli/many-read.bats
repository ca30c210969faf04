#!/usr/bin/env bats
# How apply and diff read many live objects: by lists where that is less work, and one by one where a list does not do.

load helper

setup_file() { start_server --pod-start 0 --pod-stop 0; }
teardown_file() { stop_server; }

setup() {
    reset_server
    cd "$BATS_TEST_TMPDIR"
}

config_maps() { # COUNT [VALUE [PREFIX]]
    local i
    for ((i = 0; i < $1; i++)); do
        printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s%03d}\ndata: {k: "%s"}\n' "${3:-c}" "$i" "${2:-1}"
    done
}

lines_of() { # COUNT SUFFIX
    local i
    for ((i = 0; i < $1; i++)); do printf 'configmap/c%03d%s\n' "$i" "$2"; done
}

lists() { requests '/configmaps(\?|$)' | grep -c '^GET ' || true; }
gets() { requests /configmaps/ | grep -c '^GET ' || true; }

# A list does what $1 says: what follows is shown as ever, and read by $2 requests for single objects.
unlisted() { # FAULT GETS [OPTION...]
    control POST faults "{\"path\":\"/configmaps\\\\?\",\"method\":\"GET\",\"count\":-1,$1}"
    control DELETE requests
    run_kubec apply -f new.yaml "${@:3}"
    [ "$stderr" = '' ]
    [ "$status" -eq 0 ]
    [ "$output" = "$(lines_of 12 ' unchanged')" ]
    [ "$(gets)" -eq "$2" ]
    control DELETE faults
}

@test "ten objects of a type are read by one request, nine each by its own" {
    config_maps 10 >ten.yaml
    config_maps 9 >nine.yaml
    kubec apply -f ten.yaml
    control DELETE requests
    run_kubec apply -f ten.yaml
    [ "$output" = "$(lines_of 10 ' unchanged')" ]
    # the first of all is asked for by itself, to see whether there is a server
    [ "$(requests)" = $'GET /api/v1/namespaces/default/configmaps/c000\nGET /api/v1/namespaces/default/configmaps?limit=100' ]
    run_kubec diff -f ten.yaml
    [ "$status" -eq 0 ]
    [ "$(lists) $(gets)" = '2 2' ]
    run_kubec apply -f nine.yaml
    [ "$output" = "$(lines_of 9 ' unchanged')" ]
    [ "$(lists) $(gets)" = '2 11' ]
}

@test "namespaces and types are lists of their own" {
    kubec create namespace other
    { config_maps 10; config_maps 10 1 d | sed 's/name: d/namespace: other, name: d/'; config_maps 10 | sed 's/ConfigMap/Secret/; s/^data/stringData/'; } >new.yaml
    run_kubec apply -f new.yaml
    [ "$status" -eq 0 ]
    [ "$(grep -c 'configmap/d00. created' <<<"$output")" -eq 10 ]
    [ "$(grep -c 'secret/c00. created' <<<"$output")" -eq 10 ]
    [ "$(requests | grep -c '^GET ')" -eq 4 ]
    [ "$(requests | grep -c '^POST .*/other/configmaps?')" -eq 10 ]
}

@test "custom resources and what has no namespace" {
    local i
    {
        printf 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\n'
        printf 'spec:\n  group: example.com\n  names: {kind: Widget, plural: widgets, singular: widget}\n  scope: Namespaced\n'
        printf '  versions:\n  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}\n'
        for ((i = 0; i < 12; i++)); do
            printf -- '---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w%d}\nspec: {n: [1, %d]}\n' "$i" "$i"
            printf -- '---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: read%d}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n' "$i"
        done
    } >new.yaml
    run_kubec apply -f new.yaml
    [ "$stderr" = '' ]
    [ "$(grep -c ' created$' <<<"$output")" -eq 25 ]
    control DELETE requests
    run_kubec apply -f new.yaml
    [ "$(grep -c ' unchanged$' <<<"$output")" -eq 25 ]
    [ "$(requests '/widgets\?')" = 'GET /apis/example.com/v1/namespaces/default/widgets?limit=100' ]
    [ "$(requests /clusterroles)" = 'GET /apis/rbac.authorization.k8s.io/v1/clusterroles?limit=100' ]
    sed 's/n: \[1,/n: [2,/' new.yaml >changed.yaml
    run_kubec diff -f changed.yaml
    [ "$status" -eq 1 ]
    [ "$(grep -c '^+  - 2$' <<<"$output")" -eq 12 ]
}

@test "objects from a list are printed as those from a GET" {
    local i
    for ((i = 0; i < 12; i++)); do
        printf -- '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d%d}\nspec:\n  replicas: 0\n  selector: {matchLabels: {app: d%d}}\n  template: {metadata: {labels: {app: d%d}}, spec: {containers: [{name: a, image: nginx}]}}\n' "$i" "$i" "$i"
    done >new.yaml
    config_maps 12 >>new.yaml
    kubec apply -f new.yaml
    local format listed
    for format in yaml json name 'jsonpath={.items[*]}'; do
        run_kubec apply -f new.yaml -o "$format" --show-managed-fields
        listed=$output
        control POST faults '{"do":"status","code":403,"reason":"Forbidden","path":"\\?limit","method":"GET","count":-1}'
        run_kubec apply -f new.yaml -o "$format" --show-managed-fields
        [ "$output" = "$listed" ]
        control DELETE faults
    done
}

@test "a list that is refused, fails, breaks off or takes too long: each is asked for by itself" {
    config_maps 12 >new.yaml
    kubec apply -f new.yaml
    unlisted '"do":"status","code":403,"reason":"Forbidden","message":"not you"' 12
    unlisted '"do":"status","code":405,"reason":"MethodNotAllowed","message":"no lists"' 12
    unlisted '"do":"status","code":500,"reason":"InternalError","message":"oh"' 12
    unlisted '"do":"status","code":404,"html":true' 12
    unlisted '"do":"status","code":200,"body":"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":500}"' 12
    unlisted '"do":"garbage"' 12
    unlisted '"do":"reset"' 12
    # what has come is used
    unlisted '"do":"truncate","bytes":4000' 8
    unlisted '"do":"reset-body","bytes":4000' 8
    unlisted '"do":"stall"' 12 --request-timeout=1s
    unlisted '"do":"stall-body","bytes":4000' 8 --request-timeout=1s
    unlisted '"do":"drip","bytes":900,"ms":1' 1
}

@test "an expired page: what the pages before did not tell is asked for" {
    config_maps 100 1 b >others.yaml
    config_maps 60 >new.yaml
    kubec create -f others.yaml
    kubec apply -f new.yaml
    control DELETE requests
    run_kubec apply -f new.yaml
    [ "$output" = "$(lines_of 60 ' unchanged')" ]
    [ "$(lists) $(gets)" = '2 1' ]
    control POST faults '{"do":"status","code":410,"reason":"Expired","message":"too old","path":"continue=","method":"GET","count":-1}'
    control DELETE requests
    run_kubec apply -f new.yaml
    [ "$stderr" = '' ]
    [ "$output" = "$(lines_of 60 ' unchanged')" ]
    [ "$(lists) $(gets)" = '2 41' ]
}

@test "among very many others, lists are given up" {
    config_maps 260 1 b >others.yaml
    config_maps 10 >new.yaml
    kubec create -f others.yaml
    kubec apply -f new.yaml
    control DELETE requests
    run_kubec apply -f new.yaml
    [ "$output" = "$(lines_of 10 ' unchanged')" ]
    [ "$(lists) $(gets)" = '2 10' ]
}

@test "large objects are not held until their turn comes" {
    config_maps 40 "$(head -c 700000 /dev/zero | tr '\0' x)" >large.yaml
    config_maps 40 >small.yaml
    kubec create -f large.yaml >/dev/null
    control DELETE requests
    run python3 - "$KUBEC" <<'PY'
import resource, subprocess, sys
line = [sys.argv[1], "apply", "-f", "small.yaml", "--concurrency=1", "--dry-run=server", "-o", "name"]
done = subprocess.run(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PY
    echo "$output MB"
    [ "${output% *}" -eq 0 ]
    [ "${output#* }" -lt 20 ]
    [ "$(lists)" -eq 1 ]
    [ "$(gets)" -gt 30 ]
}

@test "what the list did not know yet, or knew still" {
    config_maps 12 >new.yaml
    config_maps 12 2 >changed.yaml
    kubec apply -f new.yaml
    kubec get --raw /api/v1/namespaces/default/configmaps >list.json
    control POST faults '{"do":"status","code":200,"path":"/configmaps\\?","method":"GET","count":-1,"body":"{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[]}"}'
    run_kubec apply -f changed.yaml
    [ "$stderr" = '' ]
    [ "$output" = "$(lines_of 12 ' configured')" ]
    run_kubec diff -f new.yaml
    [ "$status" -eq 1 ]
    [ "$(grep -c '^-  k: "2"$' <<<"$output")" -eq 12 ]
    control DELETE faults
    kubec delete -f new.yaml
    control POST faults "$(python3 -c 'import json; print(json.dumps({"do": "status", "code": 200, "path": "/configmaps\\?", "method": "GET", "count": -1, "body": open("list.json").read()}))')"
    run_kubec diff -f changed.yaml
    [ "$stderr" = '' ]
    [ "$(grep -c '^+  k: "2"$' <<<"$output")" -eq 12 ]
    run_kubec apply -f changed.yaml
    [ "$stderr" = '' ]
    [ "$output" = "$(lines_of 12 ' created')" ]
}

@test "what is refused is refused with the words that it ever was" {
    config_maps 12 >new.yaml
    run_kubec apply -f new.yaml -n nowhere
    local listed=$stderr
    [ "$status" -eq 1 ]
    [ "$(grep -c 'namespaces "nowhere" not found$' <<<"$stderr")" -eq 12 ]
    control POST faults '{"do":"status","code":403,"reason":"Forbidden","path":"\\?limit","method":"GET","count":-1}'
    run_kubec apply -f new.yaml -n nowhere
    [ "$stderr" = "$listed" ]
    run_kubec diff -f new.yaml -n nowhere
    [ "$status" -eq 2 ]
    listed=$stderr
    control DELETE faults
    run_kubec diff -f new.yaml -n nowhere
    [ "$stderr" = "$listed" ]
    run_kubec apply -f new.yaml --token wrong --client-certificate= --client-key=
    [ "$status" -eq 1 ]
    listed=$stderr
    control POST faults '{"do":"reset","path":"\\?limit","method":"GET","count":-1}'
    run_kubec apply -f new.yaml --token wrong --client-certificate= --client-key=
    [ "$stderr" = "$listed" ]
}

@test "a conflict has the object read again" {
    config_maps 12 >new.yaml
    config_maps 12 2 >changed.yaml
    kubec apply -f new.yaml
    control DELETE requests
    control POST faults '{"do":"status","code":409,"reason":"Conflict","message":"changed","path":"/c003","method":"PATCH","count":1}'
    run_kubec apply -f changed.yaml
    [ "$output" = "$(lines_of 12 ' configured')" ]
    [ "$(requests '/c003')" = $'PATCH /api/v1/namespaces/default/configmaps/c003?fieldManager=kubectl-client-side-apply&fieldValidation=Strict\nGET /api/v1/namespaces/default/configmaps/c003\nPATCH /api/v1/namespaces/default/configmaps/c003?fieldManager=kubectl-client-side-apply&fieldValidation=Strict' ]
    control POST faults '{"do":"status","code":409,"reason":"Conflict","message":"changed","path":"/c003","method":"PATCH","count":1}'
    run_kubec diff -f new.yaml
    [ "$status" -eq 1 ]
    [ "$stderr" = '' ]
    [ "$(grep -c '^+  k: "1"$' <<<"$output")" -eq 12 ]
}

@test "an object that comes twice is read again" {
    { config_maps 12 1; config_maps 12 2; } >twice.yaml
    kubec apply -f <(config_maps 12 1)
    control DELETE requests
    run_kubec apply -f twice.yaml
    [ "$output" = "$(lines_of 12 ' unchanged'; lines_of 12 ' configured')" ]
    [ "$(lists) $(gets)" = '1 13' ]
}

@test "a list is not believed for long" {
    config_maps 12 >new.yaml
    config_maps 12 2 >changed.yaml
    kubec apply -f new.yaml
    control DELETE requests
    control POST faults '{"do":"delay","ms":10200,"path":"/c001","method":"PATCH","count":1}'
    run_kubec apply -f changed.yaml --concurrency=1
    [ "$output" = "$(lines_of 12 ' configured')" ]
    [ "$(lists) $(gets)" = '1 11' ]
}
