#!/usr/bin/env bats
# Completion of names that the cluster knows.

load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }

setup() {
	reset_server
	rm -rf "$HOME/.kube"
	control POST objects '[
	  {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"default"},"spec":{"containers":[{"name":"main","image":"x"},{"name":"side","image":"x"}],"initContainers":[{"name":"init","image":"x"}]}},
	  {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-2","namespace":"default"},"spec":{"containers":[{"name":"main","image":"x"}]}},
	  {"apiVersion":"v1","kind":"Pod","metadata":{"name":"other","namespace":"kube-public"},"spec":{"containers":[{"name":"main","image":"x"}]}},
	  {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"main","image":"x"}]}}}}]' >/dev/null
}

# completes "expected stdout" WORDS…
completes() {
	local expected=$1
	shift
	run_kubec __complete "$@"
	[ "$status" -eq 0 ]
	[ "$output" = "$expected" ] || {
		printf 'expected: %s\ngot:      %s\n' "$expected" "$output"
		return 1
	}
}

@test "names behind a type, without those that are there already" {
	completes $'web-1\nweb-2\n:4' get pods ''
	completes $'web-2\n:4' get pods web-1 ''
	completes $'web-1\n:4' delete pod web-1
	completes $'other\n:4' get po -n kube-public ''
	completes $'other\n:4' --namespace=kube-public get po o
	completes ':4' get po zzz
}

@test "TYPE/NAME" {
	completes $'deployment/web\n:4' rollout status deployment/
	completes $'pod/web-1\npod/web-2\n:4' get pod/
	completes $'pods/\npodtemplates/\npoddisruptionbudgets.policy/\n:6' get deploy/web po
	completes $'deployment\n:4' rollout status dep
	completes ':4' get pod/web-1 pod/web-1
	completes $'pod/web-2\n:4' get pod/web-1 pod/
}

@test "types, after a comma too" {
	completes $'deployments.apps\n:4' get dep
	completes $'pods,services\n:4' get pods,services
}

@test "names are asked for without the objects, once" {
	completes $'web\n:4' expose deployment ''
	[ "$(requests)" = 'GET /apis/apps/v1/namespaces/default/deployments?limit=500' ]
	[[ $(curl -sS "$(<"$SERVER_DIR/control")/requests") == *as=PartialObjectMetadataList* ]]
}

@test "namespaces and contexts" {
	completes $'kube-node-lease\nkube-public\nkube-system\n:4' get pods -n kube-
	completes $'kube-public\n:4' get pods --namespace=kube-p
	completes $'view-token\nviewer\n:4' --context view
}

@test "a server that refuses, or breaks, completes nothing and says nothing" {
	completes ':4' get pods --token wrong --context anonymous ''
	control POST faults '{"path":"pods","do":"garbage","count":-1}' >/dev/null
	completes ':4' get pods ''
	[ "$stderr" = 'Completion ended with directive: ShellCompDirectiveNoFileComp' ]
}

@test "a server that stalls costs a second; what is known without it is offered" {
	control POST faults '{"path":"","do":"stall","count":-1}' >/dev/null
	local start=$EPOCHREALTIME
	completes $'deployments.apps\n:4' get deployments
	completes ':4' get pods ''
	[ $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) -lt 3000 ]
}

@test "containers complete for set image" {
	completes $'main=\n:6' set image deployment/web ''
	completes $'side=\n:6' set image pod web-1 s
	completes $'web\n:4' set image deployment w
	completes ':4' set image deployment/none ''
}
