# create: generators and manifests, as kubectl sends and prints them.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; cd "$BATS_TEST_TMPDIR" || return; }

@test "create deployment is one request and says what it made" {
    run_kubec create deployment web --image=nginx:1.27 --replicas=2
    [ "$status" -eq 0 ]
    [ "$output" = "deployment.apps/web created" ]
    [ -z "$stderr" ]
    [ "$(requests)" = "POST /apis/apps/v1/namespaces/default/deployments?fieldManager=kubectl-create&fieldValidation=Strict" ]
}

@test "create deployment that is there already" {
    kubec create deployment web --image=nginx
    run_kubec create deployment web --image=nginx
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ "$stderr" = 'error: failed to create deployment: deployments.apps "web" already exists' ]
}

@test "create deployment --dry-run=client asks no server and prints fields in the API's order" {
    run_kubec create deployment web --image=registry.example/a/nginx:1.27 --port=80 --dry-run=client -o json -n team -- sleep 1
    [ "$status" -eq 0 ]
    [ "$output" = '{
    "kind": "Deployment",
    "apiVersion": "apps/v1",
    "metadata": {
        "name": "web",
        "namespace": "team",
        "labels": {
            "app": "web"
        }
    },
    "spec": {
        "replicas": 1,
        "selector": {
            "matchLabels": {
                "app": "web"
            }
        },
        "template": {
            "metadata": {
                "labels": {
                    "app": "web"
                }
            },
            "spec": {
                "containers": [
                    {
                        "name": "nginx",
                        "image": "registry.example/a/nginx:1.27",
                        "command": [
                            "sleep",
                            "1"
                        ],
                        "ports": [
                            {
                                "containerPort": 80
                            }
                        ],
                        "resources": {}
                    }
                ]
            }
        },
        "strategy": {}
    },
    "status": {}
}' ]
    [ "$(request_count)" -eq 0 ]
}

@test "a container's name is the image's, made fit for DNS" {
    run_kubec create deployment web --image=my_app.x@sha256:0,b/c:1 --dry-run=client -o yaml
    [ "$status" -eq 0 ]
    [[ "$output" =~ "name: my-app-x-"[bcdfghjklmnpqrstvwxz2456789]{5} ]]
    [[ "$output" == *"image: b/c:1"*"name: c"* ]]
}

@test "create deployment: wrong calls" {
    run_kubec create deployment web
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: required flag(s) "image" not set' ]
    run_kubec create deployment --image=a
    [ "$status" -eq 1 ]
    [ "$stderr" = $'error: exactly one NAME is required, got 0\nSee \'kubec create deployment -h\' for help and examples' ]
    run_kubec create deployment a b --image=a
    [ "$stderr" = $'error: exactly one NAME is required, got 2\nSee \'kubec create deployment -h\' for help and examples' ]
    run_kubec create deployment a --image=a,b -- sleep 1
    [ "$stderr" = 'error: cannot specify multiple --image options and command' ]
    run_kubec create deployment a --image=a --validate=perhaps
    [ "$stderr" = 'error: invalid - validate option "perhaps"; must be one of: strict (or true), warn, ignore (or false)' ]
    run_kubec create deployment a --image=a --dry-run=maybe
    [ "$stderr" = 'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".' ]
    [ "$(request_count)" -eq 0 ]
}

@test "create deployment: the server's refusal" {
    run_kubec create deployment Web_1 --image=a
    [ "$status" -eq 1 ]
    [[ "$stderr" == 'error: failed to create deployment: Deployment.apps "Web_1" is invalid: '* ]]
}

@test "create namespace, and the same again" {
    run_kubec create namespace team
    [ "$output" = "namespace/team created" ]
    run_kubec create ns team
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (AlreadyExists): namespaces "team" already exists' ]
    run_kubec create namespace other --dry-run=server -o name
    [ "$output" = "namespace/other" ]
    run_kubec get namespace other
    [ "$status" -eq 1 ]
}

@test "create deployment --save-config remembers what was sent" {
    kubec create deployment web --image=nginx --save-config
    run_kubec get deployment web -o json
    [[ "$output" == *'"kubectl.kubernetes.io/last-applied-configuration": "{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\",\"metadata\":{\"name\":\"web\",\"labels\":{\"app\":\"web\"}},\"spec\":{\"replicas\":1,\"selector\":{\"matchLabels\":{\"app\":\"web\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"name\":\"nginx\",\"image\":\"nginx\",\"resources\":{}}]}},\"strategy\":{}},\"status\":{}}\n"'* ]]
}

@test "create -f: several documents, one of them refused" {
    printf '%s\n' 'apiVersion: v1' 'kind: ConfigMap' 'metadata: {name: one}' --- \
        'apiVersion: v1' 'kind: ConfigMap' 'metadata: {name: Two_}' --- \
        'apiVersion: v1' 'kind: ConfigMap' 'metadata: {name: three}' >objects.yaml
    run_kubec create -f objects.yaml
    [ "$status" -eq 1 ]
    [ "$output" = $'configmap/one created\nconfigmap/three created' ]
    [[ "$stderr" == 'The ConfigMap "Two_" is invalid: metadata.name: Invalid value: "Two_": '* ]]
    run_kubec create -f objects.yaml
    [ "$status" -eq 1 ]
    [ "${stderr_lines[0]}" = 'Error from server (AlreadyExists): error when creating "objects.yaml": configmaps "one" already exists' ]
    [[ "${stderr_lines[1]}" == 'Error from server (Invalid): error when creating "objects.yaml": ConfigMap "Two_" is invalid: '* ]]
    [ "${stderr_lines[2]}" = 'Error from server (AlreadyExists): error when creating "objects.yaml": configmaps "three" already exists' ]
}

@test "create -f -: standard input, and generated names" {
    run_kubec create -f - <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"made-"}}'
    [ "$status" -eq 0 ]
    [[ "$output" =~ ^configmap/made-[a-z0-9]{5}" created"$ ]]
}

@test "create --raw posts the file as it is" {
    echo '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"raw"}}' >raw.json
    run_kubec create --raw /api/v1/namespaces/default/configmaps -f raw.json
    [ "$status" -eq 0 ]
    [[ "$output" == '{"kind":"ConfigMap"'* ]]
    run_kubec create --raw /api/v1/namespaces/default/configmaps -f raw.json -f raw.json
    [ "$stderr" = 'error: --raw can only use a single local file or stdin' ]
    run_kubec create --raw nonsense -f raw.json
    [ "$status" -eq 1 ]
}

@test "create: wrong calls" {
    run_kubec create -f
    [ "$status" -eq 1 ]
    [ "${stderr_lines[0]}" = "error: flag needs an argument: 'f' in -f" ]
    run_kubec create -f missing.yaml
    [ "$stderr" = 'error: the path "missing.yaml" does not exist' ]
    run_kubec create -f . 
    [ "$status" -eq 1 ]
    : >empty.yaml
    run_kubec create -f empty.yaml
    [ "$stderr" = 'error: no objects passed to create' ]
    run_kubec create -f empty.yaml -k .
    [ "$status" -eq 1 ]
}

@test "an unknown field is refused, warned of or dropped, as --validate says" {
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nfoo: bar\n' >extra.yaml
    run_kubec create -f extra.yaml
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (BadRequest): error when creating "extra.yaml": ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"' ]
    run_kubec create -f extra.yaml --validate=warn
    [ "$status" -eq 0 ]
    [ "$stderr" = 'Warning: unknown field "foo"' ]
    kubec delete configmap a
    run_kubec create -f extra.yaml --validate=false
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
}
