# taint: what it sends, says and refuses.
load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }
setup() {
	reset_server
	cd "$BATS_TEST_TMPDIR" || return
	local name
	for name in n1 n2; do
		kubec create -f - <<<"{apiVersion: v1, kind: Node, metadata: {name: $name, labels: {mine: 'yes'}}, spec: {taints: []}}" >/dev/null
		kubec taint nodes "$name" node.kubernetes.io/not-ready- &>/dev/null || true
	done
	control DELETE requests >/dev/null
}

taints() { kubec get node "$1" -o 'jsonpath={.spec.taints}'; }

@test "a taint is one GET and one strategic PATCH; new ones stand first" {
	says 0 'node/n1 tainted' '' taint nodes n1 a=b:NoSchedule
	[ "$(requests)" = $'GET /api/v1/nodes/n1\nPATCH /api/v1/nodes/n1?fieldManager=kubectl-taint&fieldValidation=Strict' ]
	says 0 'node/n1 tainted' '' taint node n1 c:NoExecute
	[ "$(taints n1)" = '[{"effect":"NoExecute","key":"c"},{"effect":"NoSchedule","key":"a","value":"b"}]' ]
}

@test "taints are replaced with --overwrite alone" {
	kubec taint nodes n1 a=b:NoSchedule >/dev/null
	says 1 '' 'error: node n1 already has a taint(s) with same effect(s) and --overwrite is false' taint nodes n1 a=c:NoSchedule
	says 0 'node/n1 modified' '' taint nodes n1 a=c:NoSchedule --overwrite
	[ "$(taints n1)" = '[{"effect":"NoSchedule","key":"a","value":"c"}]' ]
}

@test "taints are taken away by key and effect, or by key" {
	kubec taint nodes n1 a=b:NoSchedule a=c:NoExecute d:NoSchedule >/dev/null
	says 0 'node/n1 untainted' '' taint nodes n1 a:NoSchedule-
	says 0 'node/n1 modified' '' taint nodes n1 e:NoSchedule d-
	says 0 'node/n1 untainted' '' taint nodes n1 a- e-
	[ -z "$(taints n1)" ]
	says 1 '' 'error: taint "a" not found' taint nodes n1 a-
	says 1 '' $'taint "a" not found\ntaint "b:NoExecute" not found' taint nodes n1 a- b:NoExecute-
}

@test "several nodes: by name, label and --all; one failure does not hide the others" {
	says 1 $'node/n1 tainted\nnode/n2 tainted' 'Error from server (NotFound): nodes "none" not found' taint nodes n1 none n2 a:NoSchedule
	says 0 $'node/n1 tainted\nnode/n2 tainted' '' taint node -l mine=yes b:NoSchedule
	says 1 '' $'node n1 already has b taint(s) with same effect(s) and --overwrite is false\nnode n2 already has b taint(s) with same effect(s) and --overwrite is false' \
		taint node -l mine=yes b:NoSchedule
	run_kubec taint node --all c:PreferNoSchedule
	[ "$status" -eq 0 ]
	[[ $output == *'node/n1 tainted'*'node/n2 tainted'* ]]
}

@test "--dry-run sends nothing, or asks the server to keep nothing, and says neither" {
	says 0 'node/n1 tainted' '' taint nodes n1 a:NoSchedule --dry-run=client
	says 0 'node/n1 tainted' '' taint nodes n1 a:NoSchedule --dry-run=server
	[ "$(requests | grep PATCH)" = 'PATCH /api/v1/nodes/n1?dryRun=All&fieldManager=kubectl-taint&fieldValidation=Strict' ]
	[ -z "$(taints n1)" ]
}

@test "words that make no sense are refused before anything is asked" {
	local hint=$'\nSee \'kubec taint -h\' for help and examples'
	says 1 '' 'error: one or more resources must be specified as <resource> <name>' taint a=b:NoSchedule
	says 1 '' 'error: at least one taint update is required' taint nodes n1
	says 1 '' 'error: all resources must be specified before taint changes: x' taint nodes n1 a:NoSchedule x
	says 1 '' "error: invalid taint spec: a=b:NoSchedule:x$hint" taint nodes n1 a=b:NoSchedule:x
	says 1 '' "error: invalid taint effect: Never, unsupported taint effect$hint" taint nodes n1 a=b:Never
	says 1 '' "error: duplicated taints with the same key and effect: {a c NoSchedule <nil>}$hint" taint nodes n1 a=b:NoSchedule a=c:NoSchedule
	says 1 '' 'error: can not both modify and remove the following taint(s) in the same command: a=' taint nodes n1 a=b:NoSchedule a-
	says 1 '' "error: at least one resource name must be specified since 'all' parameter is not set" taint nodes a=b:NoSchedule
	says 1 '' "error: setting 'all' parameter with a non empty selector is prohibited" taint nodes --all -l a=b a=b:NoSchedule
	says 1 '' 'error: invalid resource type pods, only node types are supported' taint pods n1 a=b:NoSchedule
	[ "$(request_count)" -eq 0 ]
	says 1 '' "the server doesn't have a resource type \"nothing\"" taint nothing n1 a=b:NoSchedule
}
