#!/usr/bin/env bats
# The way to the server: what fails on it, what is tried again, what -v tells

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; }

fault() { control POST faults "$1" >/dev/null; }

@test "a refused connection" {
    run_kubec --server https://127.0.0.1:1 get --raw /readyz
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?" ]]
}

@test "no configuration at all" {
    HOME=$BATS_TEST_TMPDIR KUBECONFIG='' run_kubec get --raw /readyz
    [[ $status -eq 1 && $stderr == "The connection to the server localhost:8080 was refused - did you specify the right host or port?" ]]
}

@test "an unknown host" {
    run_kubec --server https://no-such-host.invalid:6443 get --raw /readyz
    [[ $status -eq 1 ]]
    [[ $stderr =~ ^"Unable to connect to the server: dial tcp: lookup no-such-host.invalid on "[^\ ]+": no such host"$ ]]
}

@test "a connection that is reset is tried again for what changes nothing" {
    fault '{"do":"reset","path":"/readyz","count":1}'
    run_kubec get --raw /readyz
    [[ $status -eq 0 && $output == ok ]]
}

@test "429 and 503 with Retry-After are waited for" {
    fault '{"do":"status","code":429,"retryAfter":1,"path":"/readyz","count":1}'
    local start=$SECONDS
    run_kubec get --raw /readyz
    [[ $status -eq 0 && $output == ok && $((SECONDS - start)) -ge 1 ]]
    fault '{"do":"status","code":503,"retryAfter":0,"path":"/readyz","count":3}'
    run_kubec get --raw /readyz
    [[ $status -eq 0 && $output == ok ]]
}

@test "500 is an answer" {
    fault '{"do":"status","code":500,"reason":"InternalError","message":"no","path":"/pods","count":-1}'
    run_kubec get pods
    [[ $status -eq 1 && -z $output && $stderr == "Error from server (InternalError): no" ]]
    [[ $(request_count /pods) -eq 1 ]]
}

@test "--request-timeout" {
    fault '{"do":"stall","path":"/readyz","count":-1}'
    local start=$SECONDS
    run_kubec --request-timeout 1s get --raw /readyz
    [[ $status -eq 1 && $((SECONDS - start)) -le 3 ]]
    [[ $stderr == "Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)" ]]
}

@test "an answer that breaks off" {
    fault '{"do":"truncate","path":"/pods","bytes":20,"count":-1}'
    run_kubec get pods
    [[ $status -eq 1 && -z $output && $stderr == "unexpected end of JSON input" ]]
    control DELETE faults >/dev/null
    fault '{"do":"stall-body","path":"/pods","bytes":20,"count":-1}'
    run_kubec get pods --request-timeout 1s
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == "unexpected error when reading response body. Please retry. Original error: context deadline exceeded" ]]
}

@test "an answer that is no JSON" {
    fault '{"do":"garbage","path":"/pods","count":-1}'
    run_kubec get pods
    [[ $status -eq 1 && -z $output && $stderr == "unexpected end of JSON input" ]]
}

@test "a proxy that is not there, and one that nobody may use" {
    local url
    url=$(<"$SERVER_DIR/control")
    kubec config view --raw --flatten --minify >"$BATS_TEST_TMPDIR/config"
    export KUBECONFIG=$BATS_TEST_TMPDIR/config
    kubec config set-cluster "$(kubec config get-clusters | tail -1)" --proxy-url=http://127.0.0.1:1 >/dev/null
    run_kubec get --raw /readyz
    [[ $status -eq 1 && $stderr == "The connection to the server ${SERVER_URL#https://} was refused - did you specify the right host or port?" ]]
    kubec config set-cluster "$(kubec config get-clusters | tail -1)" --proxy-url=ftp://x >/dev/null
    run_kubec get --raw /readyz
    [[ $status -eq 1 && $stderr == *"unsupported scheme \"ftp\", must be http, https, or socks5" ]]
}

@test "one request for get pods on a cold cache" {
    rm -rf "$HOME/.kube"
    run_kubec get pods
    [[ $status -eq 0 && $(request_count) -eq 1 ]]
}

@test "-v=6 to 9" {
    run_kubec get pods -v=6
    [[ $stderr =~ ^I[0-9]{4}\ [0-9:.]+\ +[0-9]+\ round_trippers.go:632\]\ \"Response\"\ verb=\"GET\"\ url=\"$SERVER_URL/api/v1/namespaces/default/pods.*\"\ status=\"200\ OK\"\ milliseconds=[0-9]+ ]]
    run_kubec get pods -v=7
    [[ $stderr == *'"Request" verb="GET" url="'*$'headers=<\n\tAccept: '*$'\n\tUser-Agent: kubec/'*$'\n >\n'* ]]
    run_kubec get pods -v=8
    [[ $stderr == *'"Response" status="200 OK" headers=<'*'Content-Type: application/json'*'"Response Body" body='* ]]
    run_kubec get pods -v=9
    [[ $stderr == *$'"Request" curlCommand=<\n\tcurl -v -XGET  -H "Accept: '*"'$SERVER_URL/api/v1/namespaces/default/pods"* ]]
    run_kubec get pods -v=5
    [[ $stderr != *round_trippers* ]]
}

@test "Ctrl-C ends a request that hangs" {
    fault '{"do":"stall","path":"/readyz","count":-1}'
    "$KUBEC" get --raw /readyz &
    local pid=$! status=0 start=$SECONDS
    sleep 0.3
    kill -TERM "$pid"
    wait "$pid" || status=$?
    [[ $status -gt 128 && $SECONDS -lt $((start + 3)) ]]
}

@test "libcurl is loaded only for a server, and its absence is said" {
    LD_DEBUG=files run_kubec version --client
    [[ $status -eq 0 && $stderr != *libcurl* ]]
    echo broken >"$BATS_TEST_TMPDIR/libcurl.so.4"
    cp "$BATS_TEST_TMPDIR/libcurl.so.4" "$BATS_TEST_TMPDIR/libcurl.so"
    LD_LIBRARY_PATH=$BATS_TEST_TMPDIR run_kubec get pods
    [[ $status -eq 1 && $stderr == "error: libcurl is needed to talk to a server, but could not be loaded: $BATS_TEST_TMPDIR/libcurl.so.4: file too short" ]]
}

@test "libyaml is loaded only for YAML, and its absence is said" {
    KUBECONFIG='' LD_DEBUG=files run_kubec version --client
    [[ $status -eq 0 && $stderr != *libyaml* ]]
    echo broken >"$BATS_TEST_TMPDIR/libyaml-0.so.2"
    cp "$BATS_TEST_TMPDIR/libyaml-0.so.2" "$BATS_TEST_TMPDIR/libyaml.so"
    LD_LIBRARY_PATH=$BATS_TEST_TMPDIR run_kubec config view
    [[ $status -eq 1 && $stderr == *"libyaml is needed to read YAML, but could not be loaded: $BATS_TEST_TMPDIR/libyaml-0.so.2: file too short"* ]]
}

@test "a request that must not be done twice is not sent again over a dead connection" {
    fault '{"do":"reset","path":"/deployments","method":"POST","count":-1}'
    run_kubec create deployment web --image=x
    [[ $status -eq 1 && -n $stderr ]]
    [[ $(requests /deployments | grep -c ^POST) -le 1 ]]
}

@test "addresses that are none" {
    run_kubec --server https:// get --raw /x
    [[ $status -eq 1 && $stderr == 'error: host must be a URL or a host:port pair: "https://"' ]]
    run_kubec --server 127.0.0.1:1/prefix get --raw /x
    [[ $stderr == 'error: host must be a URL or a host:port pair: "127.0.0.1:1/prefix"' ]]
    run_kubec --server https://127.0.0.1:99999 get --raw /x
    [[ $stderr == "Unable to connect to the server: dial tcp: address 99999: invalid port" ]]
    run_kubec --server ftp://127.0.0.1 get --raw /x
    [[ $stderr == 'Unable to connect to the server: unsupported protocol scheme "ftp"' ]]
}
