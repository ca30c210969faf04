# For the tests of the program against the test API server: load it at the top of a .bats file.
#
#   setup_file()    { start_server; }            # once a file; options go to main.js
#   teardown_file() { stop_server; }
#   setup()         { reset_server; }            # a fresh cluster, no faults, an empty request log
#
#   run_kubec get pods                           # $status, $output (stdout), $stderr, $lines
#   wait_for 'kubec get pods | grep -q Running'  # up to five seconds
#   requests  |  request_count [REGEX]           # METHOD PATH, one a line
#   control POST faults '{"path":"/pods","do":"status","code":503,"retryAfter":1}'

bats_require_minimum_version 1.5.0

# Texts of tests are UTF-8, whatever the caller's locale is.
export LC_ALL=C.UTF-8

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
KUBEC=${KUBEC:-$ROOT/build/kubec}

# start_server [option...]: starts a server; its folder is $SERVER_DIR, its kubeconfig $KUBECONFIG.
start_server() {
    export SERVER_DIR SERVER_PID SERVER_URL KUBECONFIG HOME
    SERVER_DIR=$(mktemp -d "${BATS_FILE_TMPDIR:-${TMPDIR:-/tmp}}/server.XXXXXX")
    HOME=$SERVER_DIR/home
    mkdir -p "$HOME" "${BATS_RUN_TMPDIR:-$SERVER_DIR}/pki"
    ln -s "${BATS_RUN_TMPDIR:-$SERVER_DIR/own}/pki" "$SERVER_DIR/pki" 2>/dev/null || true
    mkdir -p "$(readlink -f "$SERVER_DIR/pki")"
    # bats waits for whoever holds its descriptors: the server gets none of them.
    node "$ROOT/tests/apiserver/main.js" --keep-stdin --dir "$SERVER_DIR" "$@" \
        </dev/null >"$SERVER_DIR/out" 2>"$SERVER_DIR/err" 3>&- 4>&- &
    SERVER_PID=$!
    local i
    for ((i = 0; i < 600; i++)); do
        grep -q '^ready ' "$SERVER_DIR/out" && break
        kill -0 "$SERVER_PID" 2>/dev/null || { cat "$SERVER_DIR/err" >&2; return 1; }
        sleep 0.05
    done
    read -r _ SERVER_URL KUBECONFIG <"$SERVER_DIR/out"
    [[ -n $SERVER_URL ]] || { echo "the server did not start" >&2; cat "$SERVER_DIR/err" >&2; return 1; }
}

# stop_server: ends it, and fails when it complained.
stop_server() {
    [[ -n ${SERVER_PID:-} ]] || return 0
    kill "$SERVER_PID" 2>/dev/null || true
    wait "$SERVER_PID" 2>/dev/null || true
    if [[ -s $SERVER_DIR/err ]]; then cat "$SERVER_DIR/err" >&2; return 1; fi
}

# control METHOD PATH [JSON]: what the server's control port answers.
control() {
    curl -sS -X "$1" ${3:+--data "$3"} "$(<"$SERVER_DIR/control")/$2"
}

reset_server() { control POST reset >/dev/null; }

# requests [REGEX]: the requests since the last reset, one a line; request_count: how many.
requests() { curl -sS -G "$(<"$SERVER_DIR/control")/requests" -d format=lines --data-urlencode "path=${1:-}"; }
request_count() { requests "${1:-}" | wc -l; }

kubec() { "$KUBEC" "$@"; }

# run_kubec ARG...: runs the program; stdout is $output, stderr is $stderr, the exit status $status.
run_kubec() { run --separate-stderr "$KUBEC" "$@"; }

# says STATUS STDOUT STDERR ARG...: runs the program and compares all that it says.
says() {
    local status_wanted=$1 out=$2 err=$3
    shift 3
    run_kubec "$@"
    [ "$status" -eq "$status_wanted" ] && [ "$output" = "$out" ] && [ "$stderr" = "$err" ] || {
        printf 'status %s\nstdout %s\nstderr %s\n' "$status" "$output" "$stderr"
        return 1
    }
}

# wait_for COMMAND [SECONDS]: until the shell command succeeds.
wait_for() {
    local end=$((SECONDS + ${2:-5}))
    until eval "$1"; do
        if ((SECONDS >= end)); then echo "timed out: $1" >&2; return 1; fi
        sleep 0.05
    done
}

# masked: stdin with ages, uids, hashes and times made constant, for comparing whole outputs.
masked() {
    sed -E -e 's/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/UID/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g' -e 's/(resourceVersion"?: "?)[0-9]+/\1RV/g' \
        -e 's/ [0-9]+[smhd]([0-9]+[smh])?( |$)/ AGE\2/g'
}
