#!/usr/bin/env bats
# Manifests in every form that apply, create and delete read them. Steps, as in deployment.bats.

load helper

setup_file() {
	export MANIFESTS=$BATS_TEST_DIRNAME/manifests
	cd "$BATS_FILE_TMPDIR" || return 1
	mkdir -p tree/deeper
	config_map one >tree/one.yaml
	config_map two | sed 's/^/  /; 1s/^/\n/' >tree/deeper/two.yml
	printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"three"},"data":{"k":"v"}}' >tree/deeper/three.json
	printf 'not a manifest' >tree/README.md
}

config_map() {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\ndata:\n  k: v\n' "$1"
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return 1
}

@test "apply -f=FILE with two documents" {
	expect 0 apply -f="$MANIFESTS/deployment.yaml" <<-END
		deployment.apps/depl created
		service/depl created
	END
	kubec rollout status deployment/depl --timeout=30s
	expect 0 get deployment,service <<-END
		NAME                   READY   UP-TO-DATE   AVAILABLE   AGE
		deployment.apps/depl   2/2     2            2           {age}

		NAME           TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)             AGE
		service/depl   LoadBalancer   {ip}         {any}
	END
}

@test "apply again changes nothing, in every spelling of -f" {
	cp "$MANIFESTS/deployment.yaml" .
	for spelling in "-f deployment.yaml" "-fdeployment.yaml" --filename=deployment.yaml "--filename deployment.yaml"; do
		# shellcheck disable=SC2086 # two words
		expect 0 apply $spelling <<-END
			deployment.apps/depl unchanged
			service/depl unchanged
		END
	done
	stdin=deployment.yaml expect 0 apply -f - <<-END
		deployment.apps/depl unchanged
		service/depl unchanged
	END
}

@test "apply of a change" {
	sed 's/replicas: 2/replicas: 3/' deployment.yaml >changed.yaml
	expect 0 apply -f changed.yaml --dry-run=client <<-END
		deployment.apps/depl configured (dry run)
		service/depl unchanged (dry run)
	END
	expect 0 apply -f changed.yaml --dry-run=server <<-END
		deployment.apps/depl configured (server dry run)
		service/depl unchanged (server dry run)
	END
	expect_value 2 deployment/depl .spec.replicas
	expect 0 apply -f changed.yaml -o name <<-END
		deployment.apps/depl
		service/depl
	END
	expect_value 3 deployment/depl .spec.replicas
}

@test "apply removes what the manifest no longer has, and keeps what others set" {
	kubec scale deployment/depl --replicas=4
	grep -v -e 'replicas:' -e 'memory:' deployment.yaml >less.yaml
	expect 0 apply -f less.yaml <<-END
		deployment.apps/depl configured
		service/depl unchanged
	END
	expect_value '{"cpu":"500m"}' deployment/depl '.spec.template.spec.containers[0].resources.limits'
	# The field itself was in the manifest before, so that its removal resets it to the default.
	expect_value 1 deployment/depl .spec.replicas
}

@test "a document that the server refuses leaves the other applied" {
	err='The Deployment "dep_l" is invalid: 
* metadata.name: Invalid value: "dep_l": {any}
* spec.template.spec.containers[0].name: Required value
* spec.template.spec.containers[0].image: Required value' \
		expect 1 apply --validate=false -f "$MANIFESTS/refused.yaml" <<-END
		service/other created
	END
	err='Error from server (NotFound): error when deleting "{any}": deployments.apps "dep_l" not found' \
		expect 1 delete -f "$MANIFESTS/refused.yaml" <<-END
		service "other" deleted from $E2E_NAMESPACE namespace
	END
}

@test "apply --server-side, and a conflict" {
	config_map ssa >ssa.yaml
	expect 0 apply --server-side -f ssa.yaml <<-END
		configmap/ssa serverside-applied
	END
	sed 's/k: v/k: w/' ssa.yaml >other.yaml
	run kubec apply --server-side --field-manager=other -f other.yaml
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = 'error: Apply failed with 1 conflict: conflict with "kubectl": .data.k' ]
	[ "${lines[1]}" = 'Please review the fields above--they currently have other managers. Here' ]
	expect 0 apply --server-side --field-manager=other --force-conflicts -f other.yaml <<-END
		configmap/ssa serverside-applied
	END
	expect_value w configmap/ssa .data.k
}

@test "apply --server-side takes over from client-side apply" {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: taken}\ndata: {a: "1", b: "2"}\n' >taken.yaml
	expect 0 apply -f taken.yaml <<-END
		configmap/taken created
	END
	sed -i 's/, b: "2"//' taken.yaml
	expect 0 apply --server-side -f taken.yaml <<-END
		configmap/taken serverside-applied
	END
	# The field that only the client-side manager had owned is gone.
	expect_value '{"a":"1"}' configmap/taken .data
	expect 0 delete configmap taken <<-END
		configmap "taken" deleted from $E2E_NAMESPACE namespace
	END
}

@test "apply -f DIR, and with -R" {
	expect 0 apply -f tree <<-END
		configmap/one created
	END
	expect 0 apply -f tree -R <<-END
		configmap/three created
		configmap/two created
		configmap/one unchanged
	END
	expect 0 delete -R -f tree <<-END
		configmap "three" deleted from $E2E_NAMESPACE namespace
		configmap "two" deleted from $E2E_NAMESPACE namespace
		configmap "one" deleted from $E2E_NAMESPACE namespace
	END
}

@test "apply -f URL" {
	local url
	"$BATS_TEST_DIRNAME/serve.js" tree >url 3>&- &
	eventually 5 test -s url
	url=$(<url)
	expect 0 apply -f "$url/one.yaml" <<-END
		configmap/one created
	END
	err="error: unable to read URL \"$url/none.yaml\", server reported 404 Not Found, status code=404" \
		expect 1 apply -f "$url/none.yaml" </dev/null
	expect 0 delete -f "$url/one.yaml" <<-END
		configmap "one" deleted from $E2E_NAMESPACE namespace
	END
	kill $!
}

@test "create -f, and again" {
	config_map four >four.yaml
	expect 0 create -f four.yaml <<-END
		configmap/four created
	END
	err='Error from server (AlreadyExists): error when creating "four.yaml": configmaps "four" already exists' \
		expect 1 create -f four.yaml </dev/null
	err='Warning: resource configmaps/four is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by {self} apply. {self} apply should only be used on resources created declaratively by either {self} create --save-config or {self} apply. The missing annotation will be patched automatically.' \
		expect 0 apply -f four.yaml <<-END
		configmap/four configured
	END
}

@test "manifests that cannot be read" {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: tab\n' >tab.yaml
	config_map five | grep -v kind >no-kind.yaml
	printf 'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\n' >widget.yaml
	err='error: the path "nowhere.yaml" does not exist' expect 1 apply -f nowhere.yaml </dev/null
	err='error: error parsing tab.yaml: error converting YAML to JSON: yaml: line 4: found character that cannot start any token' \
		expect 1 apply -f tab.yaml </dev/null
	err='error: error validating "no-kind.yaml": error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false' \
		expect 1 apply -f no-kind.yaml </dev/null
	err='error: resource mapping not found for name: "w" namespace: "" from "widget.yaml": no matches for kind "Widget" in version "example.com/v1"
ensure CRDs are installed first' \
		expect 1 apply -f widget.yaml </dev/null
	err='error: must specify one of -f and -k' expect 1 apply </dev/null
}

@test "delete -f=FILE" {
	expect 0 delete -f="$MANIFESTS/deployment.yaml" <<-END
		deployment.apps "depl" deleted from $E2E_NAMESPACE namespace
		service "depl" deleted from $E2E_NAMESPACE namespace
	END
	expect 0 delete -f deployment.yaml --ignore-not-found </dev/null
	expect 0 delete configmap four ssa <<-END
		configmap "four" deleted from $E2E_NAMESPACE namespace
		configmap "ssa" deleted from $E2E_NAMESPACE namespace
	END
}
