# create and its generators: what they send, print and refuse.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; cd "$BATS_TEST_TMPDIR" || return; }

@test "create configmap takes literals, files and folders, and keeps bytes that are no text" {
    mkdir conf; echo one >conf/a; printf '\377' >conf/b; ln -s a conf/link; mkdir conf/below
    run_kubec create configmap c --from-file=conf --from-file=k=conf/a --from-literal='z==<' --dry-run=client -o json
    [ "$status" -eq 0 ]
    [ "$output" = '{
    "kind": "ConfigMap",
    "apiVersion": "v1",
    "metadata": {
        "name": "c"
    },
    "data": {
        "a": "one\n",
        "k": "one\n",
        "z": "=\u003c"
    },
    "binaryData": {
        "b": "/w=="
    }
}' ]
    [ "$(request_count)" -eq 0 ]
}

@test "create --append-hash names ConfigMaps and Secrets after their content" {
    run_kubec create configmap a --append-hash --dry-run=client -o name
    [ "$output" = "configmap/a-586ff7h6km" ]
    run_kubec create configmap a --from-literal='a=<&>' --append-hash --dry-run=client -o name
    [ "$output" = "configmap/a-44c66mhfcf" ]
    run_kubec create secret generic a --from-literal=a=b --append-hash --dry-run=client -o name
    [ "$output" = "secret/a-648mt2ck52" ]
}

@test "create configmap --from-env-file reads the environment for a name without a value" {
    printf '\357\273\277A=1\n# remark\n  B=two \r\nFROM_OUTSIDE\n' >e.env
    FROM_OUTSIDE=here run_kubec create configmap c --from-env-file=e.env --dry-run=client -o 'jsonpath={.data}'
    [ "$output" = '{"A":"1","B":"two ","FROM_OUTSIDE":"here"}' ]
    printf 'A=1\n1x=2\n' >bad.env
    run_kubec create configmap c --from-env-file=bad.env
    [ "$status" -eq 1 ]
    [[ $stderr = 'error: "1x" is not a valid key name: '* ]]
    printf 'A=\377\n' >bytes.env
    run_kubec create secret generic c --from-env-file=bytes.env
    [ "$stderr" = 'error: env file bytes.env contains invalid utf8 bytes at line 1: [65 61 255]' ]
    run_kubec create secret generic c --from-env-file=.
    [ "$stderr" = 'error: env secret file cannot be a directory' ]
    run_kubec create secret generic c --from-env-file=e.env --from-literal=a=b
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: from-env-file cannot be combined with from-file or from-literal' ]
}

@test "create configmap refuses sources and keys that cannot be" {
    echo x >f
    while IFS='|' read -r source words; do
        run_kubec create configmap c "$source"
        [ "$status" -eq 1 ]
        [ "$stderr" = "error: $words" ]
    done <<'END'
--from-literal=a|invalid literal source a, expected key=value
--from-literal==a|invalid literal source =a, expected key=value
--from-file==f|key name for file path f missing
--from-file=k=|file path for key name k missing
--from-file=a=b=c|key names or file paths cannot contain '='
--from-file=none|error reading none: no such file or directory
--from-file=k=.|cannot give a key name for a directory path
--from-literal=..a=1|"..a" is not a valid key name for a ConfigMap: must not start with '..'
--from-file=f,f|cannot add key "f", another key by that name already exists in Data for ConfigMap "c"
END
    [ "$(request_count)" -eq 0 ]
}

@test "create secret tls takes a certificate and its key, and no others" {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=x -days 2 2>/dev/null
    openssl genrsa -out other 2048 2>/dev/null
    openssl ecparam -name prime256v1 -genkey -noout -out ec
    run_kubec create secret tls s --cert=cert --key=key --dry-run=client -o 'jsonpath={.type} {.data.tls\.crt}'
    [ "$status" -eq 0 ]
    [ "$output" = "kubernetes.io/tls $(base64 -w0 cert)" ]
    run_kubec create secret tls s --cert=cert --key=other
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: tls: private key does not match public key' ]
    run_kubec create secret tls s --cert=cert --key=ec
    [ "$stderr" = 'error: tls: private key type does not match public key type' ]
    run_kubec create secret tls s --cert=key --key=key
    [ "$stderr" = 'error: tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched' ]
    run_kubec create secret tls s --cert=none --key=key
    [ "$stderr" = 'error: Cannot read file none, open none: no such file or directory' ]
    run_kubec create secret tls s --cert=cert
    [ "$stderr" = 'error: key and cert must be specified' ]
}

@test "create secret docker-registry writes what Docker would" {
    run_kubec create secret docker-registry s --docker-username=u --docker-password='p<&' --docker-email=e --dry-run=client -o 'jsonpath={.data.\.dockerconfigjson}'
    [ "$(base64 -d <<<"$output")" = '{"auths":{"https://index.docker.io/v1/":{"username":"u","password":"p\u003c\u0026","email":"e","auth":"dTpwPCY="}}}' ]
    run_kubec create secret docker-registry s --docker-username=u
    [ "$status" -eq 1 ]
    [ "$stderr" = 'error: either --from-file or the combination of --docker-username, --docker-password and --docker-server is required' ]
}

@test "create role and rolebinding are one request each; --user is the binding's" {
    run_kubec create role r --verb=get,get,list --resource=pods,deploy.apps,pods/log
    [ "$status" -eq 0 ]
    [ "$output" = "role.rbac.authorization.k8s.io/r created" ]
    [ "$(request_count)" -eq 1 ]
    run_kubec create rolebinding b --role=r --user=ann --serviceaccount=a:b --dry-run=client -o 'jsonpath={.subjects[*].name}'
    [ "$output" = "ann b" ]
    run_kubec create rolebinding b --role=r --clusterrole=c
    [ "$stderr" = 'error: exactly one of clusterrole or role must be specified' ]
    run_kubec create clusterrolebinding b --clusterrole=c --serviceaccount=a
    [ "$stderr" = 'error: serviceaccount must be <namespace>:<name>' ]
    run_kubec create role r --verb=use --resource=pods
    [ "$stderr" = "error: can not perform 'use' on 'pods' in group ''" ]
}

@test "create ingress groups paths by host and hosts by secret" {
    run_kubec create ingress i --rule='a.b/x*=s:80,tls=t' --rule='a.b/y=s:http' --rule='c.d/=s:80,tls=t' --dry-run=client -o 'jsonpath={.spec.tls} {.spec.rules[0].http.paths[*].pathType}'
    [ "$output" = '[{"hosts":["a.b","c.d"],"secretName":"t"}] Prefix Exact' ]
    for rule in foo a/b=c 'a/b,c=s:80'; do
        run_kubec create ingress i --rule="$rule"
        [ "$status" -eq 1 ]
        [ "$stderr" = "error: rule $rule is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]" ]
    done
}

@test "create job --from=cronjob runs the template now" {
    kubec create cronjob c --image=i --schedule='* * * * *' -- sleep 1
    run_kubec create job j --from=cronjob/c
    [ "$status" -eq 0 ]
    [ "$output" = "job.batch/j created" ]
    run_kubec get job j -o 'jsonpath={.metadata.annotations.cronjob\.kubernetes\.io/instantiate} {.metadata.ownerReferences[0].kind} {.spec.template.spec.containers[0].command}'
    [ "$output" = 'manual CronJob ["sleep","1"]' ]
    run_kubec create job j --from=cronjob/none
    [ "$status" -eq 1 ]
    [ "$stderr" = 'Error from server (NotFound): cronjobs.batch "none" not found' ]
    run_kubec create job j
    [ "$stderr" = 'error: either --image or --from must be specified' ]
}

@test "create service refuses ports that are none" {
    while read -r port words; do
        run_kubec create service clusterip s --tcp="$port"
        [ "$status" -eq 1 ]
        [ "$stderr" = "error: $words" ]
    done <<'END'
abc strconv.ParseUint: parsing "abc": invalid syntax
65536 strconv.ParseUint: parsing "65536": value out of range
80:0 must be between 1 and 65535, inclusive
80:a--b- must not contain consecutive hyphens,must not begin or end with a hyphen
END
    run_kubec create service externalname s --external-name=A
    [ "$stderr" = 'error: invalid service external name A' ]
}

@test "create token checks its options before it asks" {
    while IFS='|' read -r option words; do
        run_kubec create token t $option
        [ "$status" -eq 1 ]
        [ "$stderr" = "error: $words" ]
    done <<'END'
--duration=-1s|--duration must be greater than or equal to 0
--duration=1ms|--duration cannot be expressed in units less than seconds
--audience=|--audience must not be an empty string
--bound-object-name=x|--bound-object-name can only be set if --bound-object-kind is provided
--bound-object-kind=x|supported --bound-object-kind values are Node, Pod, Secret
--bound-object-kind=Pod|--bound-object-name is required if --bound-object-kind is provided
END
    [ "$(request_count)" -eq 0 ]
}

@test "create secret alone shows its help as an error does" {
    run_kubec create secret
    [ -z "$output" ]
    [[ $stderr = *'kubec create secret (docker-registry | generic | tls) [options]'* ]]
}
