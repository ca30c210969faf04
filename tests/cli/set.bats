# set: what each subcommand sends, says and refuses.
load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }
setup() { reset_server; cd "$BATS_TEST_TMPDIR" || return; }

deployment() { # NAME...
	local name
	for name; do kubec create deployment "$name" --image=nginx >/dev/null; done
	control DELETE requests >/dev/null
}

env_of() { kubec get deployment "$1" -o 'jsonpath={.spec.template.spec.containers[0].env}'; }

@test "set env: a GET and a PATCH; without a difference no PATCH and no word" {
	deployment a
	says 0 'deployment.apps/a env updated' '' set env deployment/a A=1 B=x=y C=
	[ "$(requests)" = $'GET /apis/apps/v1/namespaces/default/deployments/a\nPATCH /apis/apps/v1/namespaces/default/deployments/a?fieldManager=kubectl-set' ]
	[ "$(env_of a)" = '[{"name":"A","value":"1"},{"name":"B","value":"x=y"},{"name":"C"}]' ]
	control DELETE requests >/dev/null
	says 0 '' '' set env deployment/a A=1
	[ "$(request_count PATCH)" -eq 0 ]
}

@test "set env: variables keep their place, go away, and are guarded by --overwrite=false" {
	deployment a
	kubec set env deployment/a A=1 B=2 >/dev/null
	says 0 'deployment.apps/a env updated' '' set env deployment/a B- A=3 C=4
	[ "$(env_of a)" = '[{"name":"A","value":"3"},{"name":"C","value":"4"}]' ]
	says 1 '' "error: deployments/a 'A' already has a value (3), and --overwrite is false" set env deployment/a A=5 --overwrite=false
	says 1 '' 'error: can not both modify and remove the same environment variable in the same command' set env deployment/a A=5 A-
}

@test "set env: ConfigMaps and Secrets as sources, listed and resolved" {
	deployment a
	kubec create configmap conf --from-literal=my.key=v1 --from-literal=PLAIN=v2 >/dev/null
	kubec create secret generic sec --from-literal=user=bob >/dev/null
	says 0 'deployment.apps/a env updated' 'Warning: key my.key transferred to MY_KEY' set env --from=configmap/conf deployment/a
	says 0 'deployment.apps/a env updated' 'Warning: key user transferred to USER' set env --from=secret/sec --prefix=S_ deployment/a
	says 0 $'# Deployment a, container nginx\n# PLAIN from configmap conf, key PLAIN\n# MY_KEY from configmap conf, key my.key\n# S_USER from secret sec, key user' '' \
		set env deployment/a --list
	control DELETE requests >/dev/null
	says 0 $'# Deployment a, container nginx\nPLAIN=v2\nMY_KEY=v1\nS_USER=bob' '' set env deployment/a --list --resolve
	[ "$(requests | sort | uniq -c | awk '$1 != 1')" = '' ]
	kubec delete configmap conf >/dev/null
	says 0 $'# Deployment a, container nginx\n# PLAIN from configmap conf, key PLAIN\n# MY_KEY from configmap conf, key my.key\nS_USER=bob' \
		'error retrieving reference for MY_KEY, PLAIN: configmaps "conf" not found' set env deployment/a --list --resolve
	says 1 '' 'error: unsupported resource specified in --from' set env --from=deployment/a deployment/a
	says 1 '' 'error: when specifying --keys, a configmap or secret must be provided with --from' set env --keys=a deployment/a
}

@test "set env --list --resolve: fields and resources of the object" {
	cat >pod.yaml <<-EOF
		apiVersion: v1
		kind: Pod
		metadata: {name: p, labels: {app: web, b: c}, annotations: {note: hi}}
		spec:
		  containers:
		  - name: c
		    image: i
		    resources: {limits: {cpu: 1500m, memory: 1Gi}}
		    env:
		    - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
		    - {name: LABELS, valueFrom: {fieldRef: {fieldPath: metadata.labels}}}
		    - {name: ONE, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
		    - {name: NOTE, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['note']"}}}
		    - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
		    - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
		    - {name: MILLI, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}
		    - {name: MEM, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
		    - {name: NONE, valueFrom: {resourceFieldRef: {resource: requests.memory}}}
		    - {name: ODD, valueFrom: {resourceFieldRef: {containerName: c, resource: limits.odd}}}
	EOF
	says 0 $'# Pod p, container c\nNAME=p\nLABELS=app="web"\nb="c"\nONE=web\nNOTE=hi\n# IP from field path status.podIP\nCPU=2\nMILLI=1500\nMEM=1024\nNONE=0\n# ODD from resource field c/limits.odd' \
		$'error retrieving reference for IP: unsupported fieldPath: status.podIP\nerror retrieving reference for ODD: Unsupported container resource : limits.odd' \
		set env --local -f pod.yaml --list --resolve
	[ "$(request_count)" -eq 0 ]
}

@test "set env: standard input, --containers, and files" {
	deployment a
	printf 'X=1\n# no\nY=2#c\nnothing\n' >vars
	run --separate-stderr "$KUBEC" set env deployment/a - <vars
	[ "$status" -eq 0 ] && [ "$output" = 'deployment.apps/a env updated' ]
	[ "$(env_of a)" = '[{"name":"X","value":"1"},{"name":"Y","value":"2"}]' ]
	says 0 'deployment.apps/a env updated' '' set env deployment/a -c 'n*' X-
	says 0 '' 'Warning: Deployment/a does not have any containers matching "other"' set env deployment/a -c other X=3
	says 1 '' 'error: standard input cannot be used for multiple arguments' set env -f - A=b -
	says 1 '' 'error: services/kubernetes the object is not a pod or does not have a pod template: *v1.Service' set env service/kubernetes A=b
	says 1 '' 'error: all resources must be specified before environment changes: deployment/a A=b x' set env deployment/a A=b x
	says 1 '' 'error: one or more resources must be specified as <resource> <name> or <resource>/<name>' set env A=b
}

@test "set resources: limits and requests, canonical and by container" {
	deployment a b
	says 0 'deployment.apps/a resource requirements updated' '' set resources deployment/a --limits=memory=512Mi,cpu=0.5 --requests=cpu=100m
	run_kubec get deployment a -o 'jsonpath={.spec.template.spec.containers[0].resources}'
	[ "$output" = '{"limits":{"cpu":"500m","memory":"512Mi"},"requests":{"cpu":"100m"}}' ]
	says 0 '' '' set resources deployment/a --limits=cpu=500m
	says 1 '' $'error: unable to find container named x\nerror: unable to find container named x' set resources deployment/a deployment/b -c x --limits=cpu=1
	says 1 '' 'error: you must specify an update to requests or limits (in the form of --requests/--limits)' set resources deployment/a
	says 1 '' 'error: Invalid argument syntax cpu, expected <resource>=<value>' set resources deployment/a --limits=cpu
}

@test "set serviceaccount: sent and shown also when it is the same" {
	deployment a
	says 0 'deployment.apps/a serviceaccount updated' '' set serviceaccount deployment/a builder
	says 0 'deployment.apps/a serviceaccount updated' '' set sa deployment/a builder
	[ "$(requests | grep -c PATCH)" -eq 2 ]
	run_kubec get deployment a -o 'jsonpath={.spec.template.spec.serviceAccountName}'
	[ "$output" = builder ]
	says 1 '' 'error: serviceaccount is required' set sa
}

@test "set selector: Services alone, equalities alone" {
	deployment a
	kubec create service clusterip s --tcp=80 >/dev/null
	says 0 'service/s selector updated' '' set selector service s x=y,z=1
	run_kubec get service s -o 'jsonpath={.spec.selector}'
	[ "$output" = '{"x":"y","z":"1"}' ]
	says 1 '' 'error: setting a selector is only supported for Services' set selector deployment a x=y
	says 1 '' 'error: match expression [{a In [b c]} {d Exists []}] not supported on this object' set selector service s 'a in (b,c),d'
	says 1 '' 'error: one selector is required' set selector
	says 1 '' 'Error from server (Conflict): Operation cannot be fulfilled on services "s": the object has been modified; please apply your changes to the latest version and try again' \
		set selector service s x=y --resource-version=1
}

@test "set subject: what is not there yet is added" {
	kubec create clusterrolebinding b --clusterrole=view --user=ann >/dev/null
	says 0 'clusterrolebinding.rbac.authorization.k8s.io/b subjects updated' '' \
		set subject clusterrolebinding b --user=bob --user=ann --group=ops --serviceaccount=ns:sa
	run_kubec get clusterrolebinding b -o 'jsonpath={range .subjects[*]}{.kind} {.name} {.namespace};{end}'
	[ "$output" = 'User ann ;User bob ;Group ops ;ServiceAccount sa ns;' ]
	says 0 '' '' set subject clusterrolebinding b --user=bob
	says 1 '' 'error: serviceaccount must be <namespace>:<name>, namespace must be specified' set subject clusterrolebinding b --serviceaccount=:x
	says 1 '' 'error: serviceaccount must be <namespace>:<name>' set subject clusterrolebinding b --serviceaccount=x
	says 1 '' 'error: you must specify at least one value of user, group or serviceaccount' set subject clusterrolebinding b
}

@test "--local and --dry-run=client print what would be, and send nothing" {
	deployment a b
	says 0 'deployment.apps/a env updated (dry run)' '' set env deployment/a A=1 --dry-run=client
	run_kubec set image deployment/a deployment/b nginx=nginx:2 --dry-run=client -o yaml
	[ "$(grep -c '^---$' <<<"$output")" -eq 1 ]
	[ "$(requests | grep -c PATCH)" -eq 0 ]
	printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n' >pod.yaml
	says 0 $'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - image: i\n    name: c\n    resources: {}\n  serviceAccountName: x\nstatus: {}' '' \
		set sa --local -f pod.yaml x -o yaml
	says 1 '' 'error: cannot specify --local and --dry-run=server - did you mean --dry-run=client?' set sa --local -f pod.yaml x --dry-run=server
	says 1 '' $'error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   \'-f rsrc.yaml\'\n   \'--filename=rsrc.json\'' \
		set resources --local deployment/a --limits=cpu=1
}

@test "a failure to find one object leaves all of them as they are" {
	deployment a
	says 1 '' 'Error from server (NotFound): deployments.apps "none" not found' set env deployment/a deployment/none A=1
	[ "$(requests | grep -c PATCH)" -eq 0 ]
}
