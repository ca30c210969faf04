#!/usr/bin/env bats
# Certificates: whom kubec trusts, how it shows who it is, and what it says when a handshake fails

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; }

TLS="Unable to connect to the server: tls: failed to verify certificate: x509:"

# Another port of the server, with another certificate: its URL.
port_with() { echo "https://127.0.0.1:$(control POST listen "$1" | sed 's/[^0-9]//g')"; }

@test "the server's certificate is verified by the kubeconfig's authority" {
    run_kubec get --raw /readyz
    [[ $status -eq 0 && $output == ok ]]
    run_kubec --context insecure get --raw /readyz
    [[ $status -eq 0 && $output == ok ]]
}

@test "an authority that did not sign" {
    run_kubec --context untrusted get --raw /readyz
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == "$TLS certificate signed by unknown authority"* ]]
}

@test "the system's trust is not enough" {
    run_kubec --kubeconfig /dev/null --server "$SERVER_URL" --token x get --raw /readyz
    [[ $status -eq 1 && $stderr == "$TLS certificate signed by unknown authority" ]]
}

@test "a certificate for other names" {
    run_kubec --server "$(port_with '{"cert":"server-wrongname"}')" get --raw /readyz
    [[ $status -eq 1 ]]
    [[ $stderr == "$TLS cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs" ]]
    run_kubec --tls-server-name localhost --server "$(port_with '{"cert":"server-wrongname"}')" get --raw /readyz
    [[ $status -eq 1 && $stderr == "$TLS certificate is valid for "*", not localhost" ]]
}

@test "a certificate that has expired" {
    run_kubec --server "$(port_with '{"cert":"server-expired"}')" get --raw /readyz
    [[ $status -eq 1 ]]
    [[ $stderr =~ ^"$TLS certificate has expired or is not yet valid: current time "[0-9T:-]+(Z|[+-][0-9:]+)" is after "[0-9T:-]+Z$ ]]
}

@test "a certificate of another authority" {
    run_kubec --server "$(port_with '{"cert":"server-otherca"}')" get --raw /readyz
    [[ $status -eq 1 && $stderr == "$TLS certificate signed by unknown authority"* ]]
}

@test "--tls-server-name is what the certificate must carry" {
    run_kubec --tls-server-name localhost get --raw /readyz
    [[ $status -eq 0 && $output == ok ]]
    run_kubec --tls-server-name elsewhere.example get --raw /readyz
    [[ $status -eq 1 && $stderr == "$TLS certificate is valid for "*", not elsewhere.example" ]]
}

@test "TLS below 1.2 is refused" {
    run_kubec --server "$(port_with '{"tls":"1.1"}')" get --raw /readyz
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == "Unable to connect to the server: remote error: tls: protocol version not supported" ]]
}

@test "HTTP/2 is spoken, and HTTP/1.1 where it must be" {
    kubec get --raw /readyz >/dev/null
    [[ $(control GET requests) == *'"version":"2.0"'* ]]
    reset_server
    run_kubec --server "$(port_with '{"h2":false}')" get --raw /readyz
    [[ $status -eq 0 && $output == ok && $(control GET requests) == *'"version":"1.1"'* ]]
}

@test "client certificates from data and from files" {
    run_kubec --context test get --raw /version
    [[ $status -eq 0 ]]
    run_kubec --context admin-files get --raw /version
    [[ $status -eq 0 ]]
}

@test "client certificates that a server must refuse" {
    run_kubec --context expired get pods
    [[ $status -eq 1 && $stderr == "error: You must be logged in to the server (Unauthorized)" ]]
    run_kubec --context foreign get pods
    [[ $status -eq 1 && $stderr == "error: You must be logged in to the server (Unauthorized)" ]]
}

@test "what is wrong with our own certificate" {
    cd "$BATS_TEST_TMPDIR"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.crt -subj /CN=a 2>/dev/null
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout b.key -out b.crt -subj /CN=b 2>/dev/null
    echo text >text
    run_kubec --client-certificate a.crt --client-key b.key get --raw /readyz
    [[ $status -eq 1 && $stderr == "Unable to connect to the server: tls: private key does not match public key" ]]
    run_kubec --client-certificate text --client-key b.key get --raw /readyz
    [[ $stderr == "Unable to connect to the server: tls: failed to find any PEM data in certificate input" ]]
    run_kubec --client-certificate a.key --client-key a.crt get --raw /readyz
    [[ $stderr == "Unable to connect to the server: tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched" ]]
    run_kubec --client-certificate a.crt --client-key a.crt get --raw /readyz
    [[ $stderr == "Unable to connect to the server: tls: found a certificate rather than a key in the PEM for the private key" ]]
    run_kubec --client-certificate a.crt --client-key text get --raw /readyz
    [[ $stderr == "Unable to connect to the server: tls: failed to find any PEM data in key input" ]]
}

@test "what is wrong with a certificate inside the kubeconfig" {
    kubec config view --raw --flatten --minify --context test >"$BATS_TEST_TMPDIR/config"
    export KUBECONFIG=$BATS_TEST_TMPDIR/config
    kubec config set "users.$(kubec config get-users | tail -1).client-certificate-data" nonsense --set-raw-bytes
    run_kubec get --raw /readyz
    [[ $status -eq 1 && $stderr == "error: tls: failed to find any PEM data in certificate input" ]]
}

@test "what is wrong with the authority" {
    cd "$BATS_TEST_TMPDIR"
    echo text >text
    run_kubec --certificate-authority text get --raw /readyz
    [[ $status -eq 1 && $stderr == "error: unable to load root certificates: unable to parse bytes as PEM block" ]]
    run_kubec --certificate-authority nope get --raw /readyz
    [[ $stderr == "error: unable to read certificate-authority nope for "*" due to open nope: no such file or directory" ]]
}

@test "an HTTP server where HTTPS was meant" {
    local url
    url=$(<"$SERVER_DIR/control")
    run_kubec --server "https${url#http}" get --raw /readyz
    [[ $status -eq 1 && $stderr == "Unable to connect to the server: http: server gave HTTP response to HTTPS client" ]]
}
