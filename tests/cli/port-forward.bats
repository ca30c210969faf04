#!/usr/bin/env bats
# port-forward: ports of this machine that lead into a Pod. In the test server a Pod's port is the one of this machine that
# the annotation test/port-N names.

load helper

setup_file() {
    start_server
    export BACKEND_DIR=$BATS_FILE_TMPDIR
    # answers each connection with what it got, in capitals; "drop" ends it from this side; says its port
    python3 -u - >"$BACKEND_DIR/port" 3>&- 4>&- <<'END' &
import socketserver
class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            if data == b"drop\n":
                return
            self.request.sendall(data.upper())
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 500
server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1])
server.serve_forever()
END
    export BACKEND_PID=$!
    wait_for '[[ -s $BACKEND_DIR/port ]]'
    make_pods
}
teardown_file() {
    kill "$BACKEND_PID" || true
    stop_server
}

make_pods() {
    sed "s/BACKEND/$(<"$BACKEND_DIR/port")/" >"$BACKEND_DIR/pods.yaml" <<'END'
apiVersion: v1
kind: Pod
metadata: {name: echo, labels: {app: echo}, annotations: {test/port-80: "BACKEND", test/port-9: "1"}}
spec: {containers: [{name: app, image: x, ports: [{name: http, containerPort: 80}, {name: dns, containerPort: 53, protocol: UDP}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: echo}
spec: {selector: {app: echo}, ports: [{name: web, port: 8080, targetPort: http}, {name: number, port: 81, targetPort: 80}, {name: time, port: 53, protocol: UDP}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: echo}
spec:
  replicas: 1
  selector: {matchLabels: {app: replaced}}
  template:
    metadata: {labels: {app: replaced}, annotations: {test/port-80: "BACKEND"}}
    spec: {containers: [{name: app, image: x}]}
END
    kubec apply -f "$BACKEND_DIR/pods.yaml" >/dev/null
    wait_for '[[ $(kubec get pods --no-headers | grep -c Running) -ge 2 ]]'
}

# forward ARG...: starts it in the background; its output is $OUT and $ERR.
forward() {
    OUT=$BATS_TEST_TMPDIR/out.$RANDOM ERR=$BATS_TEST_TMPDIR/err.$RANDOM # of an earlier one nothing is to be seen
    "$KUBEC" port-forward "$@" >"$OUT" 2>"$ERR" 3>&- 4>&- &
    PID=$!
    wait_for '[[ -s $OUT ]] || ! kill -0 $PID 2>/dev/null'
}
teardown() { [[ -z ${PID:-} ]] || { kill -9 "$PID"; wait "$PID"; } 2>/dev/null || true; }

# port [N]: of the N-th line of output
port() { sed -n "${1:-1}s/.*:\([0-9]*\) -> .*/\1/p" "$OUT"; }

# say PORT TEXT: what comes back
say() { python3 -c '
import socket, sys
s = socket.create_connection((sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1", int(sys.argv[1])), 10)
s.sendall(sys.argv[2].encode())
s.settimeout(10)
data = b""
while len(data) < len(sys.argv[2]):
    more = s.recv(65536)
    if not more:
        break
    data += more
print(data.decode(), end="")' "$@"; }

@test "a free port leads to the Pod's, on both addresses of localhost" {
    forward pod/echo :80
    [[ $(<"$OUT") =~ ^Forwarding\ from\ 127\.0\.0\.1:[0-9]+\ -\>\ 80 ]]
    [[ $(say "$(port)" hello) == HELLO && $(say "$(port)" again) == AGAIN ]]
    [[ $(grep -c "^Handling connection for $(port)$" "$OUT") -eq 2 && ! -s $ERR ]]
    if grep -q '::1' "$OUT"; then [[ $(say "$(port)" six ::1) == SIX ]]; fi
    kill -INT "$PID"
    wait "$PID"
}

@test "ports of Services lead to their targets" {
    forward svc/echo 0:web 0:81 --address 127.0.0.1
    wait_for '(( $(wc -l <"$OUT") == 2 ))'
    [[ $(cat "$OUT") =~ -\>\ 80$'\n'.*-\>\ 80$ ]]
    [[ $(say "$(port 1)" a) == A && $(say "$(port 2)" b) == B ]]
}

@test "names of ports, of Pods and in Deployments" {
    forward echo :http --address=127.0.0.1
    [[ $(say "$(port)" named) == NAMED ]]
    kill -9 "$PID"
    forward deploy/echo :80 --address=127.0.0.1
    [[ $(say "$(port)" deep) == DEEP ]]
}

@test "much data goes through unchanged, also to who reads slowly" {
    forward echo :80 --address=127.0.0.1
    python3 - "$(port)" <<'END'
import hashlib, socket, sys, threading, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
sent, got = hashlib.sha256(), hashlib.sha256()
piece = (b"abcdefghijklmnopqrstuvwxyz012345" * 2048)
def send():
    for i in range(300):
        s.sendall(piece)
        sent.update(piece.upper())
t = threading.Thread(target=send)
t.start()
time.sleep(1)
n = 0
while n < 300 * len(piece):
    data = s.recv(1 << 20)
    assert data, n
    got.update(data)
    n += len(data)
t.join()
assert got.digest() == sent.digest()
END
    peak=$(awk '/VmHWM/ {print $2}' "/proc/$PID/status")
    echo "peak $peak kB"
    ((peak < 24000))
}

@test "an answer gets to who ends its own sending first" {
    forward echo :80 --address=127.0.0.1
    python3 - "$(port)" <<'END'
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
s.sendall(b"half")
s.shutdown(socket.SHUT_WR)
data = b""
while more := s.recv(100):
    data += more
assert data == b"HALF", data
END
}

@test "hundreds of connections at a time, and none is left open" {
    forward echo :80 --address=127.0.0.1
    before=$(ls "/proc/$PID/fd" | wc -l)
    python3 - "$(port)" <<'END'
import socket, sys
for turn in range(3):
    sockets = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30) for i in range(200)]
    for i, s in enumerate(sockets):
        s.sendall(b"n%d" % i)
    for i, s in enumerate(sockets):
        assert s.recv(100) == b"N%d" % i
    for s in sockets:
        s.sendall(b"drop\n")
    for s in sockets:
        assert s.recv(100) == b""
        s.close()
END
    wait_for '(( $(ls "/proc/$PID/fd" | wc -l) <= before + 3 ))' 10
    [[ $(grep -c ^Handling "$OUT") -eq 600 && ! -s $ERR ]]
}

@test "a port that refuses is told, and the others go on" {
    forward echo :80 :9 --address=127.0.0.1
    wait_for '(( $(wc -l <"$OUT") == 2 ))'
    say "$(port 2)" x || true
    wait_for '[[ -s $ERR ]]'
    [[ $(<"$ERR") == "an error occurred forwarding $(port 2) -> 9: error forwarding port 9 to pod"* ]]
    [[ $(say "$(port 1)" still) == STILL ]]
}

@test "a port that is taken" {
    forward echo :80 --address=127.0.0.1
    taken=$(port)
    run_kubec port-forward echo "$taken:80" --address=127.0.0.1
    [[ $status -eq 1 ]]
    [[ ${stderr_lines[0]} == "Unable to listen on port $taken: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 127.0.0.1:$taken: bind: address already in use]" ]]
    [[ ${stderr_lines[1]} == "error: unable to listen on any of the requested ports: [{$taken 80}]" ]]
}

@test "a Pod that is gone ends it" {
    kubec apply -f - >/dev/null <<<'{"apiVersion":"v1","kind":"Pod","metadata":{"name":"brief"},"spec":{"containers":[{"name":"app","image":"x"}]}}'
    wait_for 'kubec get pod brief | grep -q Running'
    forward brief :80 --address=127.0.0.1
    kubec delete pod brief --now >/dev/null
    say "$(port)" x || true
    wait_for '! kill -0 "$PID" 2>/dev/null'
    [[ $(<"$ERR") == 'error: lost connection to pod' ]]
}

@test "--retry goes on with the Pod that took its place" {
    forward deploy/echo :80 --retry --address=127.0.0.1
    [[ $(say "$(port)" one) == ONE ]]
    kubec delete pod -l app=replaced --now >/dev/null
    [[ $(say "$(port)" two) == TWO ]]
    grep -q '^Forwarding to pod/echo-.* now$' "$ERR"
}

@test "words are checked" {
    run_kubec port-forward echo
    [[ $status -eq 1 && ${stderr_lines[0]} == 'error: TYPE/NAME and list of ports are required for port-forward' ]]
    run_kubec port-forward echo :dns
    [[ $status -eq 1 && $stderr == 'error: UDP protocol is not supported for dns' ]]
    run_kubec port-forward echo 80:none
    [[ $status -eq 1 && $stderr == "error: Pod 'echo' does not have a named port 'none'" ]]
    run_kubec port-forward echo 80 --address=nowhere
    [[ $status -eq 1 && $stderr == 'error: nowhere is not a valid IP' ]]
}
