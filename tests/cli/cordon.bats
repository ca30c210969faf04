# cordon and uncordon: what they send, say and refuse.
load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }
setup() {
	reset_server
	cd "$BATS_TEST_TMPDIR" || return
	local name
	for name in n1 n2; do
		kubec create -f - <<<"{apiVersion: v1, kind: Node, metadata: {name: $name, labels: {mine: 'yes'}}}" >/dev/null
	done
	control DELETE requests >/dev/null
}

marks() { kubec get nodes n1 n2 -o 'jsonpath={range .items[*]}{.spec.unschedulable};{end}'; }

@test "a node is marked by one GET and one PATCH, and left alone when it is marked already" {
	says 0 'node/n1 cordoned' '' cordon n1
	[ "$(requests)" = $'GET /api/v1/nodes/n1\nPATCH /api/v1/nodes/n1' ]
	[ "$(marks)" = 'true;;' ]
	control DELETE requests >/dev/null
	says 0 'node/n1 already cordoned' '' cordon n1
	[ "$(requests)" = 'GET /api/v1/nodes/n1' ]
	says 0 'node/n1 uncordoned' '' uncordon node/n1
	says 0 'node/n1 already uncordoned' '' uncordon n1
	[ "$(marks)" = ';;' ]
}

@test "several nodes by name or label, told in the order of the line; one that is missing comes before all changes" {
	says 0 $'node/n2 cordoned\nnode/n1 cordoned' '' cordon n2 n1
	says 0 $'node/n1 uncordoned\nnode/n2 uncordoned' '' uncordon -l mine=yes
	says 0 '' '' cordon -l mine=no
	says 1 '' 'Error from server (NotFound): nodes "none" not found' cordon n1 none n2
	[ "$(marks)" = ';;' ]
}

@test "--dry-run changes nothing" {
	says 0 'node/n1 cordoned (dry run)' '' cordon n1 --dry-run=client
	says 0 'node/n1 cordoned (server dry run)' '' cordon n1 --dry-run=server
	[ "$(requests | grep PATCH)" = 'PATCH /api/v1/nodes/n1?dryRun=All' ]
	[ "$(marks)" = ';;' ]
}

@test "a node that the server refuses to change does not hide the others, and is no failure" {
	control POST faults '{"path":"/api/v1/nodes/n1","method":"PATCH","do":"status","code":403}' >/dev/null
	run_kubec cordon n1 n2
	[ "$status" -eq 0 ]
	[ "$output" = 'node/n2 cordoned' ]
	[[ $stderr == 'error: unable to cordon node "n1": '* ]]
	[ "$(marks)" = ';true;' ]
}

@test "lines that make no sense are refused before anything is asked" {
	says 1 '' $'error: USAGE: cordon NODE [flags]\nSee \'kubec cordon -h\' for help and examples' cordon
	says 1 '' $'error: USAGE: uncordon NODE [flags]\nSee \'kubec uncordon -h\' for help and examples' uncordon
	says 1 '' $'error: cannot specify both a node name and a --selector option\nSee \'kubec cordon -h\' for help and examples' cordon n1 -l a=b
	says 1 '' 'error: Invalid dry-run value (bad). Must be "none", "server", or "client".' cordon n1 --dry-run=bad
	says 1 '' 'error: resource name may not be empty' cordon ''
	[ "$(request_count)" -eq 0 ]
	says 1 '' 'error: expected resource of type node, got "/v1, Resource=namespaces"' cordon ns/default
}
