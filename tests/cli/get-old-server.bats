#!/usr/bin/env bats
# get against a server of 1.20, which serves other versions of some types.

load helper

setup_file() { start_server --no-controllers --version 1.20; }
teardown_file() { stop_server; }

setup() {
    reset_server
    rm -rf "$HOME/.kube"
}

@test "an old server serves an older version of a built-in type" {
    run_kubec get cronjobs
    [[ $status -eq 0 && -z $output && $stderr == 'No resources found in default namespace.' ]]
    [[ $(requests cronjobs) == *'/apis/batch/v1beta1/namespaces/default/cronjobs?limit=500&includeObject=None' ]]
    run_kubec get cronjob nightly
    [[ $status -eq 1 && $stderr == 'Error from server (NotFound): cronjobs.batch "nightly" not found' ]]
    run_kubec get validatingadmissionpolicies
    [[ $status -eq 1 && $stderr == "error: the server doesn't have a resource type \"validatingadmissionpolicies\"" ]]
    run_kubec get -f - <<<'{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly"}}'
    [[ $status -eq 1 && $stderr == *'no matches for kind "CronJob" in version "batch/v1"'* ]]
}
