#!/usr/bin/env bats
# Many objects at a time on a real server: order, types and namespaces that come with their objects, waiting for ends.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown_file() {
	kubec delete namespace "$E2E_NAMESPACE-late" --ignore-not-found --wait=false >/dev/null
	kubec delete crd "widgets.$E2E_NAMESPACE.example.com" --ignore-not-found --wait=false >/dev/null
}

config_maps() { # VALUE
	local i
	for ((i = 0; i < 300; i++)); do
		printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: many-%d, labels: {app: many}}\ndata: {k: "%s"}\n' "$i" "$1"
	done
}

told() { # PREFIX SUFFIX
	local i
	for ((i = 0; i < 300; i++)); do printf '%smany-%d%s\n' "$1" "$i" "$2"; done
}

@test "three hundred ConfigMaps are made, left alone, changed and deleted" {
	config_maps 1 >new.yaml
	config_maps 2 >changed.yaml
	expect 0 apply -f new.yaml < <(told configmap/ ' created')
	expect 0 apply -f new.yaml < <(told configmap/ ' unchanged')
	expect 0 apply -f changed.yaml < <(told configmap/ ' configured')
	expect 0 apply --server-side --force-conflicts -f new.yaml < <(told configmap/ ' serverside-applied')
	expect 0 delete configmap -l app=many --dry-run=server -o name < <(kubec get configmap -l app=many -o name)
	expect 0 delete -f new.yaml < <(told 'configmap "' "\" deleted from $E2E_NAMESPACE namespace")
	err="No resources found in $E2E_NAMESPACE namespace." expect 0 get configmap -l app=many </dev/null
}

@test "a type, a namespace and their objects in one manifest" {
	cat >all.yaml <<-END
		apiVersion: $E2E_NAMESPACE.example.com/v1
		kind: Widget
		metadata: {name: w, namespace: $E2E_NAMESPACE-late}
		---
		apiVersion: v1
		kind: Namespace
		metadata: {name: $E2E_NAMESPACE-late}
		---
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata: {name: widgets.$E2E_NAMESPACE.example.com}
		spec:
		  group: $E2E_NAMESPACE.example.com
		  names: {kind: Widget, plural: widgets, singular: widget}
		  scope: Namespaced
		  versions:
		  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
	END
	expect 0 apply -f all.yaml <<-END
		widget.$E2E_NAMESPACE.example.com/w created
		namespace/$E2E_NAMESPACE-late created
		customresourcedefinition.apiextensions.k8s.io/widgets.$E2E_NAMESPACE.example.com created
	END
}

@test "Pods are waited for until the last is gone" {
	local i
	for ((i = 0; i < 20; i++)); do
		printf -- '---\napiVersion: v1\nkind: Pod\nmetadata: {name: many-%d, labels: {app: many}}\nspec: {terminationGracePeriodSeconds: 1, containers: [{name: a, image: nginx}]}\n' "$i"
	done >pods.yaml
	kubec create -f pods.yaml >/dev/null
	kubec delete pods -l app=many --timeout=60s >/dev/null
	err="No resources found in $E2E_NAMESPACE namespace." expect 0 get pods -l app=many </dev/null
}
