#!/usr/bin/env bats
# kubec config: looking at and changing kubeconfig files; no server is asked

load helper

setup() {
    export HOME=$BATS_TEST_TMPDIR
    cd "$BATS_TEST_TMPDIR" || return
    export KUBECONFIG=$PWD/config
    cat >config <<'YAML'
apiVersion: v1
kind: Config
clusters:
- name: home
  cluster: {server: "https://127.0.0.1:1", certificate-authority-data: bm90Y2E=, unknown: kept}
- name: a.b
  cluster: {server: "http://127.0.0.1:1", insecure-skip-tls-verify: true}
users:
- name: ada
  user: {token: secret, client-certificate-data: AAAA, client-key-data: BBBB}
- name: bob
  user: {username: bob, password: hidden}
contexts:
- {name: work, context: {cluster: a.b, user: bob, namespace: web}}
- {name: dev, context: {cluster: home, user: ada}}
- {name: lost, context: {cluster: nowhere, user: nobody}}
current-context: dev
YAML
}

@test "view masks what is secret and leaves out what it does not know" {
    run_kubec config view
    [[ $status -eq 0 && -z $stderr ]]
    [[ $output == "\
apiVersion: v1
clusters:
- cluster:
    insecure-skip-tls-verify: true
    server: http://127.0.0.1:1
  name: a.b
- cluster:
    certificate-authority-data: DATA+OMITTED
    server: https://127.0.0.1:1
  name: home
contexts:
- context:
    cluster: home
    user: ada
  name: dev
- context:
    cluster: nowhere
    user: nobody
  name: lost
- context:
    cluster: a.b
    namespace: web
    user: bob
  name: work
current-context: dev
kind: Config
users:
- name: ada
  user:
    client-certificate-data: DATA+OMITTED
    client-key-data: DATA+OMITTED
    token: REDACTED
- name: bob
  user:
    password: REDACTED
    username: bob" ]]
}

@test "view --minify --raw -o json" {
    run_kubec config view --minify --raw -o json
    [[ $status -eq 0 ]]
    [[ $output == '{
    "kind": "Config",
    "apiVersion": "v1",
    "clusters": [
        {
            "name": "home",
            "cluster": {
                "server": "https://127.0.0.1:1",
                "certificate-authority-data": "bm90Y2E="
            }
        }
    ],
    "users": [
        {
            "name": "ada",
            "user": {
                "client-certificate-data": "AAAA",
                "client-key-data": "BBBB",
                "token": "secret"
            }
        }
    ],
    "contexts": [
        {
            "name": "dev",
            "context": {
                "cluster": "home",
                "user": "ada"
            }
        }
    ],
    "current-context": "dev"
}' ]]
}

@test "view --flatten puts files in" {
    echo CA >ca.crt
    kubec config set-cluster home --certificate-authority=ca.crt
    run_kubec config view --minify --flatten -o jsonpath='{.clusters[0].cluster}'
    [[ $output == '{"certificate-authority-data":"Q0EK","server":"https://127.0.0.1:1"}' ]]
    rm ca.crt
    run_kubec config view --flatten
    [[ $status -eq 1 && $stderr == "error: open $PWD/ca.crt: no such file or directory" ]]
}

@test "view of nothing" {
    KUBECONFIG=/nowhere run_kubec config view
    [[ $status -eq 0 && $output == $'apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers: null' ]]
}

@test "view says what it cannot do" {
    run_kubec config view extra
    [[ $status -eq 1 && $stderr == $'error: unexpected arguments: [extra]\nSee \'kubec config view -h\' for help and examples' ]]
    run_kubec config view --merge=false
    [[ $status -eq 1 && $stderr == "error: if merge==false a precise file must be specified" ]]
    run_kubec config view --minify --context lost
    [[ $status -eq 1 && $stderr == "error: cannot locate cluster nowhere" ]]
    run_kubec config view --minify --context zz
    [[ $status -eq 1 && $stderr == "error: cannot locate context zz" ]]
}

@test "get-contexts" {
    run --keep-empty-lines --separate-stderr "$KUBEC" config get-contexts
    [[ $status -eq 0 ]]
    [[ $output == $'CURRENT   NAME   CLUSTER   AUTHINFO   NAMESPACE\n*         dev    home      ada        \n          lost   nowhere   nobody     \n          work   a.b       bob        web\n' ]]
    run_kubec config get-contexts -o name
    [[ $output == $'dev\nlost\nwork' ]]
    run_kubec config get-contexts --no-headers work
    [[ $output == "      work   a.b   bob   web" ]]
    run_kubec config get-contexts zz -o name
    [[ $status -eq 1 && -z $output && $stderr == "error: context zz not found" ]]
    run_kubec config get-contexts -o json
    [[ $status -eq 1 ]]
    [[ $stderr == "error: --output json is not available in kubectl config get-contexts; resetting to default output format" ]]
}

@test "get-clusters, get-users, current-context" {
    run_kubec config get-clusters
    [[ $output == $'NAME\na.b\nhome' ]]
    run_kubec config get-users
    [[ $output == $'NAME\nada\nbob' ]]
    run_kubec config current-context
    [[ $output == dev ]]
    kubec config unset current-context
    run_kubec config current-context
    [[ $status -eq 1 && $stderr == "error: current-context is not set" ]]
}

@test "use-context" {
    run_kubec config use-context work
    [[ $status -eq 0 && $output == 'Switched to context "work".' ]]
    [[ $(kubec config current-context) == work ]]
    run_kubec config use zz
    [[ $status -eq 1 && $stderr == 'error: no context exists with the name: "zz"' ]]
    run_kubec config use-context
    [[ $status -eq 1 && $stderr == "error: Unexpected args: []" && $output == *"kubec config use-context CONTEXT_NAME"* ]]
}

@test "rename-context takes the current context along" {
    run_kubec config rename-context dev prod
    [[ $status -eq 0 && $output == 'Context "dev" renamed to "prod".' ]]
    [[ $(kubec config current-context) == prod ]]
    run_kubec config rename-context dev x
    [[ $status -eq 1 && $stderr == "error: cannot rename the context \"dev\", it's not in $KUBECONFIG" ]]
    run_kubec config rename-context prod work
    [[ $status -eq 1 && $stderr == "error: cannot rename the context \"prod\", the context \"work\" already exists in $KUBECONFIG" ]]
}

@test "set-context" {
    run_kubec config set-context --current --namespace=x
    [[ $status -eq 0 && $output == 'Context "dev" modified.' ]]
    run_kubec config set-context new --cluster=c -n ns
    [[ $output == 'Context "new" created.' ]]
    run_kubec config view -o jsonpath='{.contexts[?(@.name=="new")].context}'
    [[ $output == '{"cluster":"c","namespace":"ns","user":""}' ]]
    run_kubec config set-context
    [[ $status -eq 1 && $stderr == "error: you must specify a non-empty context name or --current" ]]
    run_kubec config set-context dev --current
    [[ $status -eq 1 && $stderr == "error: you cannot specify both a context name and --current" ]]
}

cluster() { kubec config view --raw -o jsonpath="{.clusters[?(@.name==\"$1\")].cluster}"; }

@test "set-cluster" {
    echo CA >ca.crt
    run_kubec config set-cluster home --certificate-authority=ca.crt --embed-certs --server=https://x --proxy-url=http://p --tls-server-name=n
    [[ $status -eq 0 && $output == 'Cluster "home" set.' ]]
    [[ $(cluster home) == '{"certificate-authority-data":"Q0EK","proxy-url":"http://p","server":"https://x","tls-server-name":"n"}' ]]
    kubec config set-cluster home --insecure-skip-tls-verify --proxy-url= --tls-server-name=
    [[ $(cluster home) == '{"insecure-skip-tls-verify":true,"server":"https://x"}' ]]
    kubec config set-cluster home --certificate-authority=ca.crt
    [[ $(cluster home) == '{"certificate-authority":"ca.crt","server":"https://x"}' ]]
    grep -q 'unknown: kept' config
    run_kubec config set-cluster home --embed-certs
    [[ $status -eq 1 && $stderr == "error: you must specify a --certificate-authority to embed" ]]
    run_kubec config set-cluster home --embed-certs --certificate-authority=nope
    [[ $stderr == "error: could not stat certificate-authority file nope: stat nope: no such file or directory" ]]
    run_kubec config set-cluster home --insecure-skip-tls-verify --certificate-authority=ca.crt
    [[ $stderr == "error: you cannot specify a certificate authority and insecure mode at the same time" ]]
}

user() { kubec config view --raw -o jsonpath="{.users[?(@.name==\"$1\")].user}"; }

@test "set-credentials: certificates, tokens, passwords" {
    echo CERT >c.crt
    echo KEY >c.key
    kubec config set-credentials ada --client-certificate=c.crt --client-key=c.key --embed-certs
    [[ $(user ada) == '{"client-certificate-data":"Q0VSVAo=","client-key-data":"S0VZCg==","token":"secret"}' ]]
    kubec config set-credentials ada --username=u --password=p
    [[ $(user ada) == '{"client-certificate-data":"Q0VSVAo=","client-key-data":"S0VZCg==","password":"p","username":"u"}' ]]
    run_kubec config set-credentials new --token=t
    [[ $output == 'User "new" set.' && $(user new) == '{"token":"t"}' ]]
    run_kubec config set-credentials new --token=t --username=u
    [[ $status -eq 1 ]]
    [[ $stderr == "error: you cannot specify more than one authentication method at the same time: --token, --username/--password" ]]
    run_kubec config set-credentials new --embed-certs
    [[ $stderr == "error: you must specify a --client-certificate or --client-key to embed" ]]
}

@test "set-credentials: plug-ins and providers" {
    kubec config set-credentials x --exec-command=c --exec-arg=a --exec-arg=b,c --exec-env=A=1 --exec-env=B=2 \
        --exec-api-version=client.authentication.k8s.io/v1 --exec-interactive-mode=Never --exec-provide-cluster-info
    [[ $(user x) == '{"exec":{"apiVersion":"client.authentication.k8s.io/v1","args":["a","b,c"],"command":"c","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"interactiveMode":"Never","provideClusterInfo":true}}' ]]
    kubec config set-credentials x --exec-env=A- --exec-env=B=3 --exec-command=d
    [[ $(user x) == '{"exec":{"apiVersion":"client.authentication.k8s.io/v1","args":null,"command":"d","env":[{"name":"B","value":"3"}],"interactiveMode":"Never","provideClusterInfo":true}}' ]]
    kubec config set-credentials y --auth-provider=oidc --auth-provider-arg=a=1 --auth-provider-arg=b=2
    kubec config set-credentials y --auth-provider-arg=a-
    [[ $(user y) == '{"auth-provider":{"config":{"b":"2"},"name":"oidc"}}' ]]
    run_kubec config set-credentials x --exec-interactive-mode=Maybe
    [[ $status -eq 1 && $stderr == "error: invalid interactive mode type, can be only IfAvailable, Never, Always" ]]
    run_kubec config set-credentials x --exec-env=A
    [[ $status -eq 1 && $stderr == "error: invalid exec-env format: A" ]]
    run_kubec config set-credentials
    [[ $status -eq 1 && $stderr == "error: unexpected args: []" ]]
}

@test "delete-cluster, delete-context, delete-user" {
    run_kubec config delete-cluster a.b
    [[ $status -eq 0 && $output == "deleted cluster a.b from $KUBECONFIG" ]]
    run_kubec config delete-context dev
    [[ $output == "deleted context dev from $KUBECONFIG" ]]
    [[ $stderr == 'warning: this removed your active context, use "kubec config use-context" to select a different one' ]]
    run_kubec config delete-user bob
    [[ $output == "deleted user bob from $KUBECONFIG" ]]
    [[ $(kubec config get-clusters) == $'NAME\nhome' && $(kubec config get-users) == $'NAME\nada' ]]
    for kind in cluster context user; do
        run_kubec config delete-$kind zz
        [[ $status -eq 1 && $stderr == "error: cannot delete $kind zz, not in $KUBECONFIG" ]]
    done
    run_kubec config delete-user
    [[ $status -eq 1 && $stderr == $'error: user to delete is required\nSee \'kubec config delete-user -h\' for help and examples' ]]
}

@test "set" {
    run_kubec config set clusters.a.b.server https://y
    [[ $status -eq 0 && $output == 'Property "clusters.a.b.server" set.' ]]
    kubec config set clusters.a.b.insecure-skip-tls-verify false
    [[ $(cluster a.b) == '{"server":"https://y"}' ]]
    kubec config set users.ada.client-key-data hi --set-raw-bytes
    kubec config set users.ada.act-as-groups x,y
    kubec config set users.ada.act-as-groups z+
    kubec config set users.ada.act-as-groups x-
    [[ $(user ada) == '{"as-groups":["y","z"],"client-certificate-data":"AAAA","client-key-data":"aGk=","token":"secret"}' ]]
    run_kubec config set clusters.home.certificate-authority-data '!'
    [[ $status -eq 1 && $stderr == "error: error decoding input value: illegal base64 data at input byte 0" ]]
    run_kubec config set clusters.home.insecure-skip-tls-verify maybe
    [[ $stderr == 'error: strconv.ParseBool: parsing "maybe": invalid syntax' ]]
    run_kubec config set bogus x
    [[ $stderr == "error: unable to parse bogus after [] at api.Config" ]]
    run_kubec config set users.ada.exec.command x
    [[ $stderr == "error: unable to parse one or more field values of users.ada.exec.command" ]]
    run_kubec config set "" x
    [[ $stderr == "error: you must specify a property" ]]
    run_kubec config set one
    [[ $stderr == "error: Unexpected args: [one]" ]]
}

@test "unset" {
    run_kubec config unset contexts.work.namespace
    [[ $status -eq 0 && $output == 'Property "contexts.work.namespace" unset.' ]]
    kubec config unset clusters.a.b
    kubec config unset users
    [[ $(kubec config get-clusters) == $'NAME\nhome' && $(kubec config get-users) == NAME ]]
    run_kubec config unset clusters.zz.server
    [[ $status -eq 1 && $stderr == 'error: current map key `zz` is invalid' ]]
}

@test "an entry changes in the file that it came from" {
    printf 'contexts:\n- {name: other, context: {cluster: x, user: eve}}\n' >second
    KUBECONFIG=$PWD/config:$PWD/second kubec config rename-context other renamed
    KUBECONFIG=$PWD/config:$PWD/second kubec config set-context new --cluster=z
    [[ $(kubec config get-contexts -o name) == $'dev\nlost\nnew\nwork' ]]
    [[ $(KUBECONFIG=second kubec config get-contexts -o name) == renamed ]]
}

@test "modes, links and locks" {
    kubec --kubeconfig new config set-context a
    [[ $(stat -c %a new) == 600 ]]
    chmod 640 config
    ln -s config link
    kubec --kubeconfig link config use-context work
    [[ -L link && $(stat -c %a config) == 640 && $(kubec config current-context) == work ]]
    touch config.lock
    run_kubec config use-context dev
    [[ $status -eq 1 && $stderr == "error: open $KUBECONFIG.lock: file exists" ]]
    rm config.lock
    [[ $(ls -- *.lock .*.tmp* 2>/dev/null) == "" ]]
}

@test "many at once lose nothing" {
    local i
    for i in 1 2 3 4 5 6; do kubec config set-context "c$i" --cluster=x >/dev/null & done
    wait
    [[ $(kubec config get-contexts -o name | grep -c '^c[1-6]$') -eq 6 ]]
}

@test "a broken file is named, and stays as it is" {
    echo 'a: b: c' >config
    run_kubec config view
    [[ $status -eq 1 && $stderr == "error: error loading config file \"$KUBECONFIG\": yaml: mapping values are not allowed in this context" ]]
    run_kubec config set-context x
    [[ $status -eq 1 && $(<config) == 'a: b: c' && ! -e config.lock ]]
}

@test "files are written in kubectl's form, with what it does not know" {
    cat >"$BATS_TEST_TMPDIR/form" <<'X'
contexts:
- {name: z, context: {cluster: c}}
users:
- {name: u, user: {exec: {command: helper, apiVersion: client.authentication.k8s.io/v1}, later: {kept: [1]}}}
X
    run --separate-stderr kubec config set-context a --user=u --kubeconfig "$BATS_TEST_TMPDIR/form"
    [[ $status -eq 0 && $output == 'Context "a" created.' && -z $stderr ]]
    diff - "$BATS_TEST_TMPDIR/form" <<'X'
apiVersion: v1
clusters: null
contexts:
- context:
    cluster: ""
    user: u
  name: a
- context:
    cluster: c
    user: ""
  name: z
current-context: ""
kind: Config
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      args: null
      command: helper
      env: null
      provideClusterInfo: false
    later:
      kept:
      - 1
X
}
