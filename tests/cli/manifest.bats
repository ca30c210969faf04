#!/usr/bin/env bats
# -f: files, folders, patterns, standard input, URLs, and what is said when they are wrong.

load helper

setup_file() {
    start_server
    # A web server: /NAME answers with the file, /fail/CODE/N with the code the first N times, then the file pod.yaml.
    export WEB_PID WEB
    cat >"$BATS_FILE_TMPDIR/web.js" <<'EOF'
const fs = require('fs'), http = require('http'), left = {}, dir = process.argv[2];
const s = http.createServer((q, r) => {
  const [, what, code, n] = q.url.split('/');
  fs.appendFileSync(dir + '/log', `${q.url} ${q.headers.authorization || '-'}\n`);
  if (what === 'fail' && (left[q.url] = (left[q.url] ?? +n) - 1) >= 0) { r.writeHead(+code); return r.end('no'); }
  if (what === 'moved') { r.writeHead(302, { Location: code ? '/pod.yaml' : 'moved/x' }); return r.end(); }
  if (what === 'round') { r.writeHead(302, { Location: '/round' }); return r.end(); }
  const file = dir + '/' + (what === 'fail' ? 'pod.yaml' : what);
  if (!fs.existsSync(file)) { r.writeHead(404); return r.end(); }
  r.end(fs.readFileSync(file));
});
s.listen(0, '127.0.0.1', () => fs.writeFileSync(dir + '/port', String(s.address().port)));
EOF
    mkdir "$BATS_FILE_TMPDIR/web"
    pod a >"$BATS_FILE_TMPDIR/web/pod.yaml"
    node "$BATS_FILE_TMPDIR/web.js" "$BATS_FILE_TMPDIR/web" </dev/null >/dev/null 2>&1 3>&- 4>&- &
    WEB_PID=$!
    wait_for '[[ -s $BATS_FILE_TMPDIR/web/port ]]'
    WEB=http://127.0.0.1:$(<"$BATS_FILE_TMPDIR/web/port")
}
teardown_file() { kill "$WEB_PID"; stop_server; }
setup() {
    reset_server
    cd "$BATS_TEST_TMPDIR"
    : >"$BATS_FILE_TMPDIR/web/log"
}

# pod NAME: a ConfigMap, the smallest of objects
pod() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n' "$1"; }

# created NAME…: what creating these on the client alone prints
created() { printf 'configmap/%s created (dry run)\n' "$@"; }
dry() { run_kubec create --dry-run=client "$@"; }

@test "a file, twice, in the order given" {
    pod b >b.yaml
    pod a >a.txt
    dry -f b.yaml -f=a.txt --filename b.yaml
    [[ $status -eq 0 && $output == "$(created b a b)" ]]
}

@test "a folder is read by name, its own folders with -R" {
    mkdir -p d/sub
    pod c >d/c.yml
    pod a >d/a.yaml
    echo "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"b\"}}" >d/b.json
    echo garbage >d/readme.md
    pod s >d/sub/s.yaml
    dry -f d
    [[ $status -eq 0 && $output == "$(created a b c)" ]]
    dry -R -f d/
    [[ $output == "$(created a b c s)" ]]
    cd d
    dry -f . -R
    [[ $output == "$(created a b c s)" ]]
    dry -f './*.y*ml'
    [[ $output == "$(created a c)" ]]
}

@test "standard input" {
    run --separate-stderr bash -c "$(declare -f pod); { pod a; echo '---   '; echo; pod b; } | '$KUBEC' create --dry-run=client -f -"
    [[ $status -eq 0 && $output == "$(created a b)" ]]
    dry -f - -f - </dev/null
    [[ $status -eq 1 && $stderr == "error: standard input cannot be used for multiple arguments" ]]
    dry -f - </dev/null
    [[ $status -eq 1 && $stderr == "error: no objects passed to create" ]]
}

@test "Windows' UTF-16 with a byte order mark" {
    { printf '\xff\xfe'; pod a | iconv -t UTF-16LE; } >le.yaml
    { printf '\xfe\xff'; pod b | iconv -t UTF-16BE; } >be.yaml
    { printf '\xef\xbb\xbf'; pod c; } >u8.yaml
    dry -f le.yaml -f be.yaml -f u8.yaml
    [[ $status -eq 0 && $output == "$(created a b c)" ]]
}

@test "paths that are not there end everything before it begins" {
    pod a >a.yaml
    mkdir empty
    dry -f a.yaml -f nope
    [[ $status -eq 1 && -z $output && $stderr == 'error: the path "nope" does not exist' ]]
    dry -f nope -f a.yaml -f nope2
    [[ $status -eq 1 && -z $output && $stderr == $'the path "nope" does not exist\nthe path "nope2" does not exist' ]]
    dry -f empty
    [[ $status -eq 1 && $stderr == "error: error reading [empty]: recognized file extensions are [.json .yaml .yml]" ]]
}

@test "a broken document names the file and the line, and what stands before it is done" {
    { pod a; printf -- '---\na: 1\n b: 2\n---\n'; pod c; } >x.yaml
    dry -f x.yaml
    [[ $status -eq 1 && $output == "$(created a)" ]]
    [[ $stderr == "error: error parsing x.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context" ]]
}

@test "several failures are told without error:" {
    echo 'a: 1' >x.yaml
    echo '{' >y.json
    pod a >z.yaml
    dry -f x.yaml -f y.json -f z.yaml
    [[ $status -eq 1 && $output == "$(created a)" ]]
    [[ $stderr == 'error validating "x.yaml": error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false
error parsing y.json: unexpected EOF' ]]
}

@test "an object of a kind that nobody serves" {
    printf 'apiVersion: v1\nkind: Nope\nmetadata:\n  name: a\n  namespace: q\n' >x.yaml
    run_kubec apply -f x.yaml
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == 'error: resource mapping not found for name: "a" namespace: "q" from "x.yaml": no matches for kind "Nope" in version "v1"
ensure CRDs are installed first' ]]
    run_kubec delete -f x.yaml
    [[ $status -eq 1 ]]
    [[ $stderr == 'error: resource mapping not found for name: "a" namespace: "q" from "x.yaml": no matches for kind "Nope" in version "v1"
ensure CRDs are installed first' ]]
}

@test "a namespace of its own is not that of -n" {
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: q\n' >x.yaml
    run_kubec create -n other -f x.yaml
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == "error: the namespace from the provided object \"q\" does not match the namespace \"other\". You must pass '--namespace=q' to perform this operation." ]]
    [[ -z $(requests POST) ]]
}

@test "a URL, redirected too" {
    dry -f "$WEB/pod.yaml" -f "$WEB/moved"
    [[ $status -eq 0 && $output == "$(created a a)" ]]
    dry -f "$WEB/round"
    [[ $status -eq 1 && $stderr == *"stopped after 10 redirects"* ]]
}

@test "a URL that fails for the server's reasons is tried three times" {
    dry -f "$WEB/fail/503/2"
    [[ $status -eq 0 && $output == "$(created a)" ]]
    dry -f "$WEB/fail/500/9"
    [[ $status -eq 1 ]]
    [[ $stderr == "error: unable to read URL \"$WEB/fail/500/9\", server reported 500 Internal Server Error, status code=500" ]]
    [[ $(grep -c 500 "$BATS_FILE_TMPDIR/web/log") -eq 3 ]]
}

@test "a URL that is not there is tried once" {
    dry -f "$WEB/nope"
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == "error: unable to read URL \"$WEB/nope\", server reported 404 Not Found, status code=404" ]]
    [[ $(wc -l <"$BATS_FILE_TMPDIR/web/log") -eq 1 ]]
}

@test "credentials for the cluster do not go to a URL" {
    dry -f "$WEB/pod.yaml" --token=secret
    [[ $status -eq 0 ]]
    [[ $(<"$BATS_FILE_TMPDIR/web/log") == "/pod.yaml -" ]]
}

@test "failures are told in the order of the documents; those of reading last, as one, where it is done first" {
    printf 'apiVersion: v1\nkind: Nope\nmetadata: {name: x}\n' >1.yaml
    { pod there; printf -- '---\nb: [\n'; } >2.yaml
    { pod gone; printf -- '---\n{"a": 1\n'; } >3.yaml
    run_kubec get -f 1.yaml -f 2.yaml -f 3.yaml
    [[ $status -eq 1 && -z $output ]]
    [[ $(grep -v '^ensure' <<<"$stderr" | cut -d: -f 1-2 | cut -c 1-41) == "\
resource mapping not found for name: \"x\" 
Error from server (NotFound): configmaps 
error parsing 2.yaml: error converting YA
Error from server (NotFound): configmaps 
error parsing 3.yaml: error converting YA" ]]
    kubec create -f 2.yaml >/dev/null 2>&1 || true
    run_kubec create -f 1.yaml -f 2.yaml -f 3.yaml
    [[ $status -eq 1 && $output == "configmap/gone created" ]]
    [[ $stderr == 'Error from server (AlreadyExists): error when creating "2.yaml": configmaps "there" already exists
[resource mapping not found for name: "x" namespace: "" from "1.yaml": no matches for kind "Nope" in version "v1"
ensure CRDs are installed first, error parsing 2.yaml: error converting YAML to JSON: yaml: line 1: did not find expected node content, error parsing 3.yaml: '*']' ]]
}

@test "a list with a field that is not known is refused before any of it is sent; with --validate=warn it is not looked at" {
    cat >list.yaml <<'YAML'
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: good}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: bad}, dota: {}}
YAML
    run_kubec apply -f list.yaml
    [[ $status -eq 1 && $output == '' ]]
    [ "$stderr" = 'error: error validating "list.yaml": error validating data: ValidationError(ConfigMap): unknown field "dota" in io.k8s.api.core.v1.ConfigMap; if you choose to ignore these errors, turn validation off with --validate=false' ]
    [ "$(request_count /configmaps)" -eq 0 ]
    run_kubec create -f list.yaml --validate=warn
    [[ $status -eq 0 && $output == $'configmap/good created\nconfigmap/bad created' ]]
    [[ $stderr == *'cannot perform warn validation if server-side field validation is unsupported, skipping validation'*'Warning: unknown field "dota"' ]]
}

@test "what has no apiVersion is not taken for something else" {
    kubec create configmap keep
    printf 'kind: ConfigMap\nmetadata: {name: keep}\n' >no.yaml
    run_kubec delete -f no.yaml
    [[ $status -eq 1 && $output == '' ]]
    [ "$stderr" = 'Error from server (NotFound): error when deleting "no.yaml": the server could not find the requested resource' ]
    run_kubec delete -f no.yaml --ignore-not-found
    [ "$status" -eq 0 ]
    run_kubec get configmap keep -o name
    [ "$output" = configmap/keep ]
    printf 'apiVersion: v1\nkind: List\nitems: [{kind: ConfigMap, metadata: {name: keep}}]\n' >no.yaml
    run_kubec delete -f no.yaml
    [[ $status -eq 1 && $stderr == "error: unable to get type info from the object \"*unstructured.Unstructured\": Object 'apiVersion' is missing in 'object has no apiVersion field'" ]]
}
