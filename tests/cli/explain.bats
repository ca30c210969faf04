#!/usr/bin/env bats
# explain: from either version of OpenAPI, and what it asks for.

load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; rm -rf "$HOME/.kube"; }

@test "explain shows a field" {
    run_kubec explain deployments.spec.replicas
    [[ $status -eq 0 && -z $stderr ]]
    [[ $output == "\
GROUP:      apps
KIND:       Deployment
VERSION:    v1

FIELD: replicas <integer>


DESCRIPTION:
    <empty>" ]]
}

@test "explain asks for the index and the one document, which is kept" {
    run_kubec explain deployments
    [[ $status -eq 0 ]]
    [[ $(requests) =~ ^"GET /openapi/v3"$'\n'"GET /openapi/v3/apis/apps/v1?hash="[0-9A-F]+$ ]]
    run_kubec explain statefulsets.spec
    [[ $status -eq 0 && $(request_count '/openapi/v3/apis') -eq 1 && $(request_count) -eq 3 ]]
}

@test "a kept document that is broken or of another hash is fetched again" {
    local file
    kubec explain deployments >"$BATS_TEST_TMPDIR/first"
    file=$(echo "$HOME"/.kube/cache/discovery/*/openapi-v3_apis_apps_v1.json)
    truncate -s 1000 "$file"
    kubec explain deployments | cmp - "$BATS_TEST_TMPDIR/first"
    sed -i '1s/.*/ABCD/' "$file"
    kubec explain deployments | cmp - "$BATS_TEST_TMPDIR/first"
    [[ $(request_count '/openapi/v3/apis') -eq 3 ]]
}

@test "without an argument, with two, and with what is no path" {
    run_kubec explain
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == 'error: You must specify the type of resource to explain. Use "kubec api-resources" for a complete list of supported resources.' ]]
    run_kubec explain a b
    [[ $status -eq 1 && $stderr == 'error: We accept only this format: explain RESOURCE' ]]
    run_kubec explain 'pods[0]'
    [[ $status -eq 1 && $stderr == 'error: invalid jsonpath syntax, first node must be field node' ]]
    run_kubec explain .
    [[ $status -eq 1 && $stderr == 'error: a resource must be present, got: /, Resource=' ]]
    [[ $(request_count) -eq 0 ]]
}

@test "a field and a type that are not there" {
    run_kubec explain pods.spec.none
    [[ $status -eq 1 && $stderr == 'error: field "none" does not exist' ]]
    [[ $output == "KIND:       Pod
VERSION:    v1" ]]
    run_kubec explain none
    [[ $status -eq 1 && -z $output && $stderr == "the server doesn't have a resource type \"none\"" ]]
}

@test "--api-version and --output" {
    run_kubec explain hpa --api-version=autoscaling/v1
    [[ $status -eq 0 && ${lines[2]} == "VERSION:    v1" ]]
    run_kubec explain pods --api-version=v2
    [[ $status -eq 1 && $stderr == 'error: couldn'\''t find resource for "/v2, Resource=pods"' ]]
    run_kubec explain pods --api-version=a/b/c
    [[ $status -eq 1 && $stderr == 'error: unexpected GroupVersion string: a/b/c' ]]
    run_kubec explain pods -o json
    [[ $status -eq 1 && $stderr == 'error: unrecognized format: json' ]]
    run_kubec explain configmap.data -o plaintext-openapiv2
    [[ $status -eq 0 && $output == "\
KIND:     ConfigMap
VERSION:  v1

FIELD:    data <map[string]string>

DESCRIPTION:
     <empty>" ]]
}

@test "a server that refuses version 3 is asked for version 2" {
    control POST faults '{"path":"^/openapi/v3","do":"status","code":403,"reason":"Forbidden","count":-1}'
    run_kubec explain configmap.data
    [[ $status -eq 0 && ${lines[0]} == "KIND:     ConfigMap" ]]
    control POST faults '{"path":"^/openapi/v2","do":"status","code":403,"reason":"Forbidden","message":"no","count":-1}'
    run_kubec explain configmap.data
    [[ $status -eq 1 && -z $output && $stderr == "Error from server (Forbidden): no" ]]
    run_kubec explain pods -o json
    [[ $status -eq 1 && $stderr == "error: failed to fetch list of groupVersions: fault 403" ]]
}

@test "an index and documents that are none" {
    control POST faults '{"path":"^/openapi/v3/api","do":"garbage","body":"{\"paths\":","count":1}'
    run_kubec explain pods
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == "error: failed to parse openapi schema for api/v1: unexpected end of JSON input" ]]
    control POST faults '{"path":"^/openapi/v3/api","do":"garbage","body":"{\"paths\":[],\"components\":7}","count":1}'
    run_kubec explain pods
    [[ $status -eq 1 && $stderr == 'error: GVR (/v1, Resource=pods) not found in OpenAPI schema' ]]
}

@test "a server that is not there" {
    run_kubec explain pods --server=http://127.0.0.1:1
    [[ $status -eq 1 && -z $output ]]
    [[ $stderr == "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?" ]]
}
