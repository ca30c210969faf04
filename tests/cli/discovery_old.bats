#!/usr/bin/env bats
# Servers before 1.26 have no aggregated discovery: their older documents are read instead.

load helper

setup_file() { start_server --version 1.20; }
teardown_file() { stop_server; }
setup() { reset_server; rm -rf "$HOME/.kube"; }

@test "a built-in type is still one request" {
    run_kubec get pods
    [[ $status -eq 0 && $stderr == "No resources found in default namespace." ]]
    [[ $(request_count) -eq 1 ]]
}

@test "a type that is served in an older version is found there" {
    run_kubec get cronjobs
    [[ $status -eq 0 && $stderr == "No resources found in default namespace." ]]
    [[ $(requests | head -n 1) == "GET /apis/batch/v1/namespaces/default/cronjobs?"* ]]
    [[ $(requests | tail -n 1) == "GET /apis/batch/v1beta1/namespaces/default/cronjobs?"* ]]
}

@test "a built-in type that this server does not have is an error" {
    run_kubec get deviceclasses
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == 'error: the server doesn'\''t have a resource type "deviceclasses"' ]]
    run_kubec describe deviceclasses/x pods/none
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == 'error: the server doesn'\''t have a resource type "deviceclasses"' ]]
}

@test "each group version is asked for once, and kept" {
    run_kubec get foo
    [[ $status -eq 1 && $stderr == 'error: the server doesn'\''t have a resource type "foo"' ]]
    [[ $(request_count '^/apis?$') -eq 2 ]]
    [[ $(requests | sort | uniq -d) == "" ]]
    control DELETE requests >/dev/null
    run_kubec api-resources --cached -o name
    [[ $status -eq 0 && $(request_count) -eq 0 ]]
    [[ ${lines[0]} == bindings && $output == *$'\ncronjobs.batch\n'* ]]
}

@test "the preferred version of a group is listed" {
    run_kubec api-resources --api-group=batch
    [[ $output == "\
NAME       SHORTNAMES   APIVERSION      NAMESPACED   KIND
cronjobs   cj           batch/v1beta1   true         CronJob
jobs                    batch/v1        true         Job" ]]
    run_kubec api-versions
    [[ $output == *$'\nbatch/v1\nbatch/v1beta1\n'* ]]
}

@test "one group that fails hides no other, and is an error" {
    control POST faults '{"path":"^/apis/batch/v1beta1$","do":"status","code":503,"message":"the server is currently unable to handle the request","reason":"ServiceUnavailable","count":-1}' >/dev/null
    run_kubec api-resources --api-group=batch -o name
    [[ $status -eq 1 && $output == jobs.batch ]]
    [[ $stderr == "error: unable to retrieve the complete list of server APIs: batch/v1beta1: the server is currently unable to handle the request" ]]
    run_kubec get jobs.v1.batch
    [[ $status -eq 0 ]]
    # nothing incomplete is kept
    control DELETE faults >/dev/null
    run_kubec api-resources --api-group=batch -o name --cached
    [[ $status -eq 0 && $output == $'cronjobs.batch\njobs.batch' ]]
}

@test "version tells that this server is too old for the client; with --warnings-as-errors that is a failure" {
    local skew='version difference between client (1.36) and server (1.20) exceeds the supported minor version skew of +/-1'
    run_kubec version
    [[ $status -eq 0 && ${lines[2]} == 'Server Version: v1.20.2' && $stderr == "Warning: $skew" ]]
    run_kubec version -o json --warnings-as-errors
    [[ $status -eq 1 && ${lines[0]} == '{' && $stderr == "error: $skew" ]]
    run_kubec version --client extra --warnings-as-errors
    [[ $status -eq 0 && ${#lines[@]} -eq 2 && -z $stderr ]]
    run_kubec version extra
    [[ $status -eq 1 && -z $output && $stderr == 'error: extra arguments: [extra]' ]]
}
