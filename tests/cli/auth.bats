#!/usr/bin/env bats
# Who kubec is to the server: every way that a kubeconfig and the options know

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }

setup() {
    reset_server
    cd "$BATS_TEST_TMPDIR" || return
    cluster=$(kubec config view --raw --flatten --minify -o jsonpath='{.clusters[0].cluster.certificate-authority-data}')
}

# A kubeconfig for the server with this user (YAML in one line).
config_with() {
    cat >config <<YAML
apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "$SERVER_URL", certificate-authority-data: $cluster}}
users:
- {name: u, user: $1}
contexts:
- {name: x, context: {cluster: c, user: u}}
current-context: x
YAML
    KUBECONFIG=$PWD/config
}

# A credential plug-in that runs one line of shell.
plugin() {
    printf '#!/bin/sh\necho run >>%s\n%s\n' "$PWD/runs" "$1" >plugin
    chmod +x plugin
    config_with '{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Never}}'
}
credential() { echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":'"$1"'}'; }
admin_token() { KUBECONFIG=$SERVER_DIR/kubeconfig kubec config view --raw -o jsonpath='{.users[?(@.name=="token")].user.token}'; }

@test "tokens" {
    run_kubec --context token get namespaces -o name
    [[ $status -eq 0 && $output == *namespace/default* ]]
    run_kubec --context bad-token get pods
    [[ $status -eq 1 && $stderr == "error: You must be logged in to the server (Unauthorized)" ]]
    run_kubec --context bad-token --token "$(admin_token)" get pods
    [[ $status -eq 0 ]]
}

@test "a name and a password" {
    run_kubec --context basic get namespaces -o name
    [[ $status -eq 0 && $output == *namespace/default* ]]
}

@test "a user without rights" {
    run_kubec --context view-token get pods
    [[ $status -eq 0 ]]
    run_kubec --context view-token get secrets
    [[ $status -eq 1 && $stderr == 'Error from server (Forbidden): secrets is forbidden: User "'* ]]
}

@test "token files" {
    admin_token >token
    config_with '{tokenFile: token}'
    run_kubec get pods
    [[ $status -eq 0 ]]
    rm token
    run_kubec get pods
    [[ $status -eq 1 && $stderr == "error: open $PWD/token: no such file or directory" ]]
}

@test "a plug-in's token" {
    plugin "echo '$(credential '{"token":"'"$(admin_token)"'"}')'"
    run_kubec get namespaces -o name
    [[ $status -eq 0 && $output == *namespace/default* && $(wc -l <runs) -eq 1 ]]
}

@test "a plug-in runs again after a refusal" {
    plugin "[ \$(wc -l <$PWD/runs) -gt 1 ] && t=$(admin_token) || t=old
echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"'\$t'\"}}'"
    run_kubec get pods
    [[ $status -eq 0 && $(wc -l <runs) -eq 2 ]]
}

@test "a plug-in does not run when it is not needed" {
    plugin 'exit 1'
    run_kubec --token "$(admin_token)" get pods
    [[ $status -eq 0 && ! -e runs ]]
    run_kubec config view
    [[ $status -eq 0 && ! -e runs ]]
}

@test "a plug-in's certificate" {
    local cert key
    export KUBECONFIG=$SERVER_DIR/kubeconfig
    cert=$(kubec config view --raw --flatten --minify --context test -o jsonpath='{.users[0].user.client-certificate-data}' | base64 -d | sed 's/$/\\n/' | tr -d '\n')
    key=$(kubec config view --raw --flatten --minify --context test -o jsonpath='{.users[0].user.client-key-data}' | base64 -d | sed 's/$/\\n/' | tr -d '\n')
    plugin "cat $PWD/answer"
    credential '{"clientCertificateData":"'"$cert"'","clientKeyData":"'"$key"'"}' >answer
    run_kubec get pods
    [[ $status -eq 0 ]]
}

@test "plug-ins that fail" {
    plugin 'echo "please log in" >&2; exit 4'
    run_kubec get pods
    [[ $status -eq 1 ]]
    [[ $stderr == $'please log in\nUnable to connect to the server: getting credentials: exec: executable '"$PWD"'/plugin failed with exit code 4' ]]
    plugin 'echo nonsense'
    run_kubec get pods
    [[ $stderr == "Unable to connect to the server: getting credentials: decoding stdout: couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }" ]]
    config_with '{exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, interactiveMode: Never, installHint: "Get it from us."}}'
    run_kubec get pods
    [[ $stderr == $'Unable to connect to the server: getting credentials: exec: executable no-such-plugin not found\n\nIt looks like '*$'\n\nGet it from us.' ]]
    config_with '{exec: {apiVersion: client.authentication.k8s.io/v1, command: x}}'
    run_kubec get pods
    [[ $stderr == "error: interactiveMode must be specified for u to use exec authentication plugin" ]]
    config_with '{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x, interactiveMode: Never}}'
    run_kubec get pods
    [[ $stderr == 'error: exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"' ]]
}

@test "impersonation" {
    run_kubec --as bob --as-group g get pods
    [[ $status -eq 1 && $stderr == 'Error from server (Forbidden): pods is forbidden: User "bob" cannot list resource "pods"'* ]]
    run_kubec --as bob --as-group system:masters get pods
    [[ $status -eq 0 ]]
    run_kubec --as-group g get pods
    [[ $status -eq 1 && $stderr == "error: requesting uid, groups or user-extra for "*" without impersonating a user" ]]
}

# Runs the program as it would run in a Pod of this server, in namespace "web".
in_pod() {
    local address=${SERVER_URL#https://}
    mkdir -p account
    admin_token >account/token
    echo -n web >account/namespace
    base64 -d <<<"$cluster" >account/ca.crt
    run --separate-stderr unshare -rm bash -c '
        mount -t tmpfs tmpfs /run &&
        mkdir -p /run/secrets/kubernetes.io/serviceaccount &&
        cp account/* /run/secrets/kubernetes.io/serviceaccount/ &&
        HOME=/nowhere KUBECONFIG= KUBERNETES_SERVICE_HOST=$1 KUBERNETES_SERVICE_PORT=$2 "${@:3}"
    ' bash "${address%:*}" "${address#*:}" "$KUBEC" "$@"
}

@test "in a Pod, its service account serves" {
    unshare -rm mount -t tmpfs tmpfs /run 2>/dev/null || skip "this system lets nobody mount in a namespace of his own"
    [[ $(readlink -f /var/run) == /run ]] || skip "/var/run is not /run here"
    in_pod get namespaces -o name
    [[ $status -eq 0 && $output == *namespace/default* ]]
    in_pod get pods
    [[ $status -eq 0 && $stderr == "No resources found in web namespace." ]]
    in_pod get pods -n default
    [[ $stderr == "No resources found in default namespace." ]]
    in_pod --token wrong get pods
    [[ $status -eq 1 && $stderr == "error: You must be logged in to the server (Unauthorized)" ]]
}

@test "two ways at once, and removed providers" {
    run_kubec --context token --username a get pods
    [[ $status -eq 1 && $stderr == "error: more than one authentication method found for token; found [token basicAuth], only one is allowed" ]]
    config_with '{auth-provider: {name: gcp}}'
    run_kubec get pods
    [[ $status -eq 1 && $stderr == $'error: The gcp auth plugin has been removed.\nPlease use the "gke-gcloud-auth-plugin"'* ]]
}

@test "nobody said who we are: kubectl's prompts" {
    run_kubec --context anonymous get pods </dev/null
    [[ $status -eq 1 && $output == "Please enter Username: " && $stderr == "error: EOF" ]]
    run_kubec --context anonymous get pods <<<"bob"
    [[ $status -eq 1 && $output == "Please enter Username: Please enter Password: " ]]
    [[ $stderr == "error: error reading input for Password" ]]
}

@test "nothing secret in what -v tells" {
    local token level
    token=$(admin_token)
    kubec create -f - <<<'{"apiVersion":"v1","kind":"Secret","metadata":{"name":"hidden"},"stringData":{"k":"topsecret"}}' >/dev/null
    for level in 6 7 8 9 10; do
        run_kubec --token "$token" get secret hidden -o yaml -v=$level
        [[ $status -eq 0 && $stderr != *"$token"* && $stderr != *topsecret* && $stderr != *dG9wc2VjcmV0* ]]
    done
}
