# run: the Pod that it makes, sessions with it, and what it refuses.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; cd "$BATS_TEST_TMPDIR" || return; }

RECORDED='All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.
If you don'\''t see a command prompt, try pressing enter.'

@test "a Pod is one POST" {
	says 0 'pod/web created' '' run web --image=nginx
	[ "$(requests pods | grep -v watch)" = 'POST /api/v1/namespaces/default/pods?fieldManager=kubectl-run' ]
	says 1 '' 'Error from server (AlreadyExists): pods "web" already exists' run web --image=nginx
}

@test "what is asked for is in the Pod" {
	says 0 $'apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    note: a=b\n  labels:\n    app: web\n    tier: front\n  name: web\nspec:\n  containers:\n  - args:\n    - one\n    - --two\n    env:\n    - name: A\n      value: b=c\n    - name: EMPTY\n    image: nginx:1.27\n    imagePullPolicy: Never\n    name: web\n    ports:\n    - containerPort: 80\n    resources: {}\n    securityContext:\n      privileged: true\n    stdin: true\n    stdinOnce: true\n    tty: true\n  dnsPolicy: ClusterFirst\n  restartPolicy: OnFailure\nstatus: {}' '' \
		run web --image=nginx:1.27 --labels=tier=front,app=web --annotations=note=a=b --env=A=b=c --env=EMPTY= --port=80 --privileged \
		--image-pull-policy=Never --restart=OnFailure -it --attach=false --dry-run=client -o yaml -- one --two
	says 0 '["sleep","1"] ' '' run web --image=x --command --dry-run=client -o 'jsonpath={.spec.containers[0].command} {.spec.containers[0].args}' -- sleep 1
	[ "$(request_count)" -eq 0 ]
}

@test "--expose makes a Service, which is told first" {
	says 0 $'service/web created\npod/web created' '' run web --image=nginx --port=80 --expose --labels=a=b
	run_kubec get service web -o 'jsonpath={.spec.selector} {.spec.ports[0].port} {.metadata.labels}'
	[ "$output" = '{"a":"b"} 80 {"a":"b"}' ]
	kubec create service clusterip other --tcp=80 >/dev/null
	says 1 'pod/other created' 'Error from server (AlreadyExists): services "other" already exists' \
		run other --image=nginx --port=80 --expose
}

@test "--overrides in three ways" {
	says 0 'Never zone-a' '' run web --image=nginx --overrides='{"spec":{"restartPolicy":"Never","nodeSelector":{"z":"zone-a"}}}' --dry-run=client \
		-o 'jsonpath={.spec.restartPolicy} {.spec.nodeSelector.z}'
	says 0 'nginx 1' '' run web --image=nginx --override-type=strategic --overrides='{"spec":{"containers":[{"name":"web","env":[{"name":"A","value":"1"}]}]}}' \
		--dry-run=client -o 'jsonpath={.spec.containers[0].image} {.spec.containers[0].env[0].value}'
	says 0 other '' run web --image=nginx --override-type=json --overrides='[{"op":"replace","path":"/metadata/name","value":"other"}]' \
		--dry-run=client -o 'jsonpath={.metadata.name}'
	says 1 '' 'error: invalid override type: odd' run web --image=nginx --override-type=odd --overrides='{}'
	says 1 '' 'error: Invalid JSON Patch' run web --image=nginx --overrides='{'
	says 1 '' 'error: no kind "Foo" is registered for version "v1" in scheme "pkg/scheme/scheme.go:28"' run web --image=nginx --overrides='{"kind":"Foo"}'
}

@test "what is refused, before anything is asked" {
	local hint=$'\nSee \'kubec run -h\' for help and examples'
	says 1 '' 'error: required flag(s) "image" not set' run web
	says 1 '' "error: NAME is required for run$hint" run --image=nginx
	says 1 '' 'error: Invalid image name "A b": invalid reference format' run web --image='A b'
	says 1 '' "error: -i/--stdin is required for containers with -t/--tty=true$hint" run web --image=x -t
	says 1 '' "error: --port must be set when exposing a service$hint" run web --image=x --expose
	says 1 '' "error: invalid restart policy: Often$hint" run web --image=x --restart=Often
	says 1 '' "error: invalid image pull policy: Often$hint" run web --image=x --image-pull-policy=Often
	says 1 '' "error: --rm should only be used for attached containers$hint" run web --image=x --rm
	says 1 '' "error: --dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)$hint" run web --image=x -i --dry-run=client
	says 1 '' "error: --pod-running-timeout must be higher than zero$hint" run web --image=x --pod-running-timeout=0
	says 1 '' 'error: invalid env: 1A=b' run web --image=x --env=1A=b
	says 1 '' 'error: unexpected label spec: a' run web --image=x -l a
	says 1 '' 'error: invalid annotations format: a' run web --image=x --annotations=a
	says 1 '' 'error: strconv.Atoi: parsing "http": invalid syntax' run web --image=x --port=http
	[ "$(request_count)" -eq 0 ]
}

@test "a session: what was printed, then both ways, and --rm at its end" {
	run --separate-stderr bash -c "echo typed | '$KUBEC' run web --image=busybox:run -i --rm"
	echo "$output / $stderr"
	[ "$status" -eq 0 ]
	[ "$stderr" = "$RECORDED" ]
	[[ $output == *$'attached to web\ntyped\npod "web" deleted from default namespace' ]]
	[ "$(requests 'pods/web' | grep -c ^DELETE)" -eq 1 ]
	run --separate-stderr "$KUBEC" run web2 --image=busybox:run --attach --rm -q
	[ "$status" -eq 0 ] && [ -z "$stderr" ]
	[[ $output == *'attached to web2' ]]
}

@test "what --overrides put where a Pod has no place for it is left out; what can be no Pod is told as kubectl tells it" {
	says 0 'pod/odd created' '' run odd --image=nginx --overrides='{"spec":{"nope":1}}'
	control POST faults '{"do":"status","code":400,"reason":"BadRequest","message":"Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container","path":"/pods","method":"POST"}'
	says 1 '' 'error: json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container' \
		run odd2 --image=nginx --overrides='{"spec":{"containers":"x"}}'
}

@test "a terminal is the container's" {
	run timeout 30 python3 "$ROOT/tests/cli/person.py" 'see:attached to term' 'type:abc' 'see:abc' 'type:\x10\x11' -- \
		"$KUBEC" run term --image=busybox:run -itq --rm
	[[ $output == *$'attached to term\nabc'*$'status 0\nmode restored' ]]
}

@test "a container that ended is shown by its logs, and its exit status is the program's" {
	run_kubec run done --image=busybox --restart=Never --attach
	[ "$status" -eq 0 ]
	run_kubec run fails --image=busybox:crash --restart=Never --attach --rm
	echo "$output / $stderr"
	[ "$status" -eq 1 ]
	[[ $output == *'pod "fails" deleted from default namespace' ]]
	[[ $stderr == 'pod default/fails terminated (Error)'* ]]
}

@test "a Pod that does not come to run is waited for as long as is said" {
	says 1 'pod "slow" deleted from default namespace' 'error: timed out waiting for the condition' \
		run slow --image=busybox --attach --rm --pod-running-timeout=300ms --overrides='{"spec":{"nodeSelector":{"no":"where"}}}'
}
