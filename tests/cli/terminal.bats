#!/usr/bin/env bats
# What a person's terminal gets: colour, widths and harmless text there, kubectl's bytes everywhere else.

load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }

setup() {
    reset_server
    unset NO_COLOR KUBEC_THEME
    export TERM=xterm
    rm -f "$HOME/.kube/kubec-theme"
}

# on_terminal COMMAND: the shell command with a pseudo-terminal for its streams; what it wrote, with ESC as \e and no \r.
on_terminal() {
    timeout 20 script -qec "$1" /dev/null </dev/null | sed -e 's/\r$//' -e 's/\x1b/\\e/g'
}

config_map() { # NAME [LABEL-VALUE]
    control POST objects "[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"$1\",\"namespace\":\"default\"},\"data\":{\"a\":\"1\"}}]" >/dev/null
}

@test "a table on a terminal is coloured" {
    run on_terminal "$KUBEC get ns default --show-kind"
    [[ ${lines[0]} == '\e[1mNAME\e[0m                \e[1mSTATUS\e[0m   \e[1mAGE\e[0m' ]]
    [[ ${lines[1]} =~ ^'\e[2mnamespace/\e[0mdefault   \e[36mActive\e[0m   \e[2m'[0-9]+'s\e[0m'$ ]]
}

@test "a pipe gets the same bytes whatever the terminal is" {
    run_kubec get ns default
    [[ $output != *$'\e'* && ${lines[0]} == 'NAME      STATUS   AGE' ]]
    run on_terminal "$KUBEC get ns default | cat"
    [[ ${lines[0]} == 'NAME      STATUS   AGE' ]]
    run on_terminal "$KUBEC get cm nope 2>&1 | cat"
    [[ $output == 'Error from server (NotFound): configmaps "nope" not found' ]]
}

@test "--color decides against everything else" {
    run_kubec get ns default --color=always --no-headers
    [[ $output == *$'\e[36mActive\e[0m'* ]]
    NO_COLOR=1 run_kubec get ns default --color=always --no-headers
    [[ $output == *$'\e[36mActive\e[0m'* ]]
    run on_terminal "$KUBEC get ns default --color=never"
    [[ $output != *'\e'* && ${lines[0]} == 'NAME      STATUS   AGE' ]]
    run_kubec get ns --color=blue
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == $'error: invalid argument "blue" for "--color" flag: one of auto, always and never\nSee \'kubec get --help\' for usage.' ]]
}

@test "NO_COLOR and a dumb terminal have no colour" {
    run on_terminal "NO_COLOR=1 $KUBEC get ns default"
    [[ $output != *'\e'* ]]
    run on_terminal "TERM=dumb $KUBEC get ns default"
    [[ $output != *'\e'* ]]
    run on_terminal "NO_COLOR= $KUBEC get ns default"
    [[ $output == *'\e[36mActive'* ]]
}

@test "JSON, YAML and names" {
    run on_terminal "$KUBEC get ns default -o json"
    [[ ${lines[1]} == '    \e[36m"apiVersion"\e[0m: "v1",' ]]
    run on_terminal "$KUBEC get ns -o yaml"
    [[ ${lines[1]} == '\e[36mitems\e[0m:' && ${lines[2]} == '- \e[36mapiVersion\e[0m: v1' ]]
    run on_terminal "KUBEC_THEME=dark $KUBEC get ns default -o kyaml"
    [[ ${lines[2]} == '  \e[94mapiVersion\e[0m: \e[32m"v1"\e[0m,' ]]
    run on_terminal "$KUBEC get ns default -o name"
    [[ $output == '\e[2mnamespace/\e[0mdefault' ]]
}

@test "painted text without its colours is what a pipe gets" {
    local format
    for format in json yaml kyaml name wide; do
        run_kubec get ns,cm -A -o "$format"
        local plain=$output
        run_kubec get ns,cm -A -o "$format" --color=always
        [[ $(sed 's/\x1b\[[0-9;]*m//g' <<<"$output" | masked) == "$(masked <<<"$plain")" ]]
    done
}

@test "errors, warnings and what verbs did" {
    run on_terminal "$KUBEC get cm nope"
    [[ $output == '\e[1;35mError from server (NotFound):\e[0m configmaps "nope" not found' ]]
    run on_terminal "$KUBEC get cm --nope"
    [[ ${lines[0]} == '\e[1;35merror:\e[0m unknown flag: --nope' ]]
    run on_terminal "$KUBEC create ns x"
    [[ $output == '\e[2mnamespace/\e[0mx \e[1;36mcreated\e[0m' ]]
    config_map a
    run on_terminal "$KUBEC delete cm a"
    [[ $output == 'configmap "a" \e[35mdeleted\e[0m from default namespace' ]]
}

@test "descriptions and explanations" {
    run on_terminal "$KUBEC describe ns default"
    [[ ${lines[0]} == '\e[36mName\e[0m:         default' ]]
    [[ $output == *$'\n''\e[36mStatus\e[0m:       \e[36mActive\e[0m'* ]]
    [[ $output == *'No resource quota.'* ]]
    run on_terminal "KUBEC_THEME=dark $KUBEC explain deployments.spec.selector"
    [[ ${lines[1]} == '\e[1mKIND:\e[0m       \e[96mDeployment\e[0m' ]]
    [[ ${lines[3]} == '\e[1mFIELD:\e[0m \e[94mselector\e[0m \e[93m<LabelSelector>\e[0m' ]]
    run on_terminal "$KUBEC explain pods.spec.containers --recursive"
    [[ $output == *'  \e[36mname\e[0m'$'\t''\e[33m<string>\e[0m \e[1;33m-required-\e[0m'* ]]
    run_kubec explain pods.spec.containers
    [[ $output != *$'\e'* ]]
}

@test "painted descriptions without their colours are what a pipe gets" {
    local command
    control POST objects "$(node "$BATS_TEST_DIRNAME/../bench/pods.mjs" 1)" >/dev/null
    for command in 'describe pods' 'describe ns,nodes' 'explain pods.spec' 'explain deploy --recursive' 'explain svc.spec.type'; do
        run_kubec $command
        local plain=$output
        run_kubec $command --color=always
        [[ $output == *$'\e'* && $(sed 's/\x1b\[[0-9;]*m//g' <<<"$output" | masked) == "$(masked <<<"$plain")" ]]
    done
}

@test "a theme by name, by file, and a broken one" {
    run on_terminal "KUBEC_THEME=dark $KUBEC get ns default --no-headers"
    [[ $output == *'\e[32mActive\e[0m'* ]]
    mkdir -p "$HOME/.kube"
    printf 'good: underline\n' >"$HOME/.kube/kubec-theme"
    run on_terminal "$KUBEC get ns default --no-headers"
    [[ $output == *'\e[4mActive\e[0m'* ]]
    printf 'theme: light\ngood: "bold #010203"\n' >"$HOME/other"
    run on_terminal "KUBEC_THEME=$HOME/other $KUBEC get ns default --no-headers"
    [[ $output == *'\e[1;38;2;1;2;3mActive\e[0m'* ]]
    printf 'good: reddish\n' >"$HOME/.kube/kubec-theme"
    run on_terminal "$KUBEC get ns default --no-headers"
    [[ ${lines[0]} == *"Warning:"*"/.kube/kubec-theme: good: \"reddish\" is no colour" ]]
    [[ ${lines[1]} == *'\e[36mActive\e[0m'* ]]
    run on_terminal "KUBEC_THEME=purple $KUBEC get ns default --no-headers"
    [[ ${lines[0]} == *'KUBEC_THEME: there is no theme "purple": one of safe,dark,light,none, or a file' ]]
    # who has no terminal never reads it
    KUBEC_THEME=purple run_kubec get ns default --no-headers
    [[ $status -eq 0 && -z $stderr ]]
}

@test "wide characters align on a terminal, and count as kubectl counts them to a pipe" {
    control POST objects '[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default","annotations":{"l":"日本"}},"data":{}},
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","namespace":"default","annotations":{"l":"abcd"}},"data":{}}]' >/dev/null
    local columns='custom-columns=L:.metadata.annotations.l,NAME:.metadata.name'
    run on_terminal "NO_COLOR=1 $KUBEC get cm a b -o $columns --no-headers"
    [[ $output == $'日本   a\nabcd   b' ]]
    run_kubec get cm a b -o "$columns" --no-headers
    [[ $output == $'日本     a\nabcd   b' ]]
}

@test "control characters from the server are signs on a terminal, and bytes in a pipe" {
    control POST objects '[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default","annotations":{"x":"1\u001b[2J\u0007\u009b31m\u202e"}},"data":{}}]' >/dev/null
    run on_terminal "$KUBEC get cm a -o jsonpath='{.metadata.annotations.x}'"
    [[ $output == '1^[[2J^G\u009b31m\u202e' ]]
    run_kubec get cm a -o jsonpath='{.metadata.annotations.x}'
    [[ $output == $'1\e[2J\a\u009b31m\u202e' ]]
    run on_terminal "NO_COLOR=1 $KUBEC get cm a -o custom-columns=X:.metadata.annotations.x,NAME:.metadata.name"
    [[ ${lines[0]} == 'X                         NAME' ]]
    [[ ${lines[1]} == '1^[[2J^G\u009b31m\u202e   a' ]]
}

@test "a terminal narrower than a table cuts nothing" {
    config_map a-name-that-is-longer-than-the-terminal-is-wide
    run on_terminal "stty cols 20; NO_COLOR=1 $KUBEC get cm a-name-that-is-longer-than-the-terminal-is-wide"
    [[ $output == *'a-name-that-is-longer-than-the-terminal-is-wide   1 '* ]]
}

@test "get --watch --live changes rows in place and leaves the last state" {
    config_map one
    (
        wait_for '[[ $(requests watch=true | wc -l) -ge 1 ]]'
        config_map two
        wait_for "grep -q two '$BATS_TEST_TMPDIR/typed'"
        kubec delete cm one >/dev/null
        wait_for "grep -q '2A' '$BATS_TEST_TMPDIR/typed' && grep -q '3A' '$BATS_TEST_TMPDIR/typed'"
        kill -INT "$(<"$BATS_TEST_TMPDIR/pid")"
    ) 3>&- 4>&- &
    local status=0
    NO_COLOR=1 timeout 20 script -qefc "echo \$\$ >'$BATS_TEST_TMPDIR/pid'; exec $KUBEC get cm --watch --live" \
        "$BATS_TEST_TMPDIR/typed" </dev/null >/dev/null || status=$?
    wait
    [[ $status -eq 1 ]]
    run sed -e 's/\r$//' -e 's/\x1b/\\e/g' -e '/^Script /d' "$BATS_TEST_TMPDIR/typed"
    [[ $(masked <<<"$output") == $'\r\\e[JNAME   DATA   AGE\none    1      AGE\n\r\\e[2A\\e[JNAME   DATA   AGE\none    1      AGE\ntwo    1      AGE\n\r\\e[3A\\e[JNAME   DATA   AGE\ntwo    1      AGE' ]]
}

# live ARG...: get --watch --live on a terminal, in the background; its terminal is $tty, what it wrote in $BATS_TEST_TMPDIR/typed
live() {
    NO_COLOR=1 timeout 30 script -qefc "tty >'$BATS_TEST_TMPDIR/tty'; echo \$\$ >'$BATS_TEST_TMPDIR/pid'; exec $KUBEC get $* --watch --live" \
        "$BATS_TEST_TMPDIR/typed" </dev/null >/dev/null 3>&- 4>&- &
    wait_for '[[ $(requests watch=true | wc -l) -ge 1 ]]'
    tty=$(<"$BATS_TEST_TMPDIR/tty")
}

# live_end: Ctrl-C, and the last table that was drawn
live_end() {
    kill -INT "$(<"$BATS_TEST_TMPDIR/pid")"
    wait
    sed -e 's/\r$//' -e '/^Script /d' "$BATS_TEST_TMPDIR/typed" | tr '\r' '\n' | sed -n 'H; /^\x1b\[[0-9]*A/h; ${x; p}' | sed 's/\x1b\[[0-9]*[AJ]//g; /^$/d' | masked
}

@test "--live: what went away unseen goes when the server has forgotten the changes" {
    config_map one; config_map two; config_map three
    live cm
    control POST faults '{"do":"status","code":503,"path":"watch=true","count":-1}' >/dev/null
    control POST close-watches >/dev/null
    kubec delete cm two >/dev/null
    config_map four
    control POST compact >/dev/null
    control DELETE faults >/dev/null
    wait_for "grep -q four '$BATS_TEST_TMPDIR/typed'"
    run live_end
    [[ $output == $'NAME    DATA   AGE\none     1      AGE\nthree   1      AGE\nfour    1      AGE' ]]
}

@test "--live with events: what went away unseen is marked" {
    config_map one; config_map two
    live cm --output-watch-events
    control POST faults '{"do":"status","code":503,"path":"watch=true","count":-1}' >/dev/null
    control POST close-watches >/dev/null
    kubec delete cm two >/dev/null
    control POST compact >/dev/null
    control DELETE faults >/dev/null
    wait_for "grep -q DELETED '$BATS_TEST_TMPDIR/typed'"
    run live_end
    [[ $output == $'EVENT      NAME   DATA   AGE\nADDED      one    1      AGE\nDELETED    two    1      AGE' ]]
}

@test "--live: another size of the terminal takes effect at once" {
    config_map one; config_map two; config_map three
    live cm
    stty -F "$tty" rows 3 cols 60
    wait_for "grep -q '3 more' '$BATS_TEST_TMPDIR/typed'"
    stty -F "$tty" rows 30 cols 60
    wait_for "[[ \$(grep -c three '$BATS_TEST_TMPDIR/typed') -ge 2 ]]"
    [[ $(requests watch=true | wc -l) -eq 1 ]]
    run live_end
    [[ $output == $'NAME    DATA   AGE\none     1      AGE\nthree   1      AGE\ntwo     1      AGE' ]]
}

@test "--live adds lines as ever where there is no terminal, and needs a watch" {
    config_map one
    "$KUBEC" get cm --watch --live >"$BATS_TEST_TMPDIR/out" 3>&- 4>&- &
    local pid=$! code=0
    wait_for '[[ $(requests watch=true | wc -l) -ge 1 ]]'
    config_map two
    wait_for "grep -q two '$BATS_TEST_TMPDIR/out'"
    kill -INT $pid
    wait $pid || code=$?
    [[ $code -eq 1 && $(masked <"$BATS_TEST_TMPDIR/out") == $'NAME   DATA   AGE\none    1      AGE\ntwo    1      AGE' ]]
    run_kubec get cm --live
    [[ $status -eq 1 && $stderr == 'error: --live option can only be used with --watch or --watch-only' ]]
}

@test "errors of a server cannot send control sequences either" {
    control POST faults '{"path":"/configmaps","do":"status","code":403,"reason":"Forbidden","message":"no \u001b]0;title\u0007 \u009b2J"}' >/dev/null
    run on_terminal "$KUBEC get cm"
    [[ $output == '\e[1;35mError from server (Forbidden):\e[0m no ^[]0;title^G \u009b2J' ]]
    control DELETE faults >/dev/null
    control POST faults '{"path":"/configmaps","do":"status","code":403,"reason":"Forbidden","message":"no \u001b]0;title\u0007","times":1}' >/dev/null
    run_kubec get cm
    [[ $status -eq 1 && $stderr == $'Error from server (Forbidden): no \e]0;title\a' ]]
}
