# drain: what it sends, says, waits for and refuses.
load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }
setup() {
	reset_server
	cd "$BATS_TEST_TMPDIR" || return
	kubec create -f - <<<'{apiVersion: v1, kind: Node, metadata: {name: n1}}' >/dev/null
	control DELETE requests >/dev/null
}

pod() { # NAME [METADATA [SPEC]]
	kubec create -f - <<<"{apiVersion: v1, kind: Pod, metadata: {name: $1${2:+, $2}}, spec: {nodeName: n1${3:+, $3}, terminationGracePeriodSeconds: 0, containers: [{name: c, image: i}]}}" >/dev/null
	control DELETE requests >/dev/null
}

@test "a Pod without a controller goes only with --force, by an eviction that is waited for" {
	local why='cannot delete Pods that declare no controller (use --force to override): default/a'
	pod a
	says 1 'node/n1 cordoned' "error: unable to drain node \"n1\" due to error: $why, continuing command...
There are pending nodes to be drained:
 n1
$why" drain n1
	says 0 $'node/n1 already cordoned\nevicting pod default/a\npod/a evicted\nnode/n1 drained' \
		'Warning: deleting Pods that declare no controller: default/a' drain n1 --force
	[ "$(request_count '/pods/a/eviction')" -eq 1 ]
	[ -z "$(kubec get pods -o name)" ]
}

@test "--dry-run and --disable-eviction" {
	local warning='Warning: deleting Pods that declare no controller: default/a'
	pod a
	says 0 $'node/n1 cordoned (dry run)\nevicting pod default/a (dry run)\nnode/n1 drained (dry run)' "$warning" drain n1 --force --dry-run=client
	says 0 $'node/n1 cordoned (server dry run)\nevicting pod default/a (server dry run)\nnode/n1 drained (server dry run)' "$warning" \
		drain n1 --force --dry-run=server
	[ "$(kubec get pods -o name)" = pod/a ]
	control DELETE requests >/dev/null
	says 0 $'node/n1 cordoned\npod/a deleted\nnode/n1 drained' "$warning" drain n1 --force --disable-eviction
	[ "$(request_count eviction)" -eq 0 ]
}

@test "mirror Pods stay, emptyDir has to be given up, --pod-selector chooses" {
	pod m 'annotations: {kubernetes.io/config.mirror: x}'
	pod e 'labels: {app: e}' 'volumes: [{name: v, emptyDir: {}}]'
	run_kubec drain n1 --force
	[ "$status" -eq 1 ]
	[[ $stderr == *'cannot delete Pods with local storage (use --delete-emptydir-data to override): default/e' ]]
	says 0 $'node/n1 already cordoned\nnode/n1 drained' '' drain n1 --pod-selector=app=none
	run_kubec drain n1 --force --delete-emptydir-data
	[ "$status" -eq 0 ]
	[ "$(kubec get pods -o name)" = pod/m ]
}

@test "an eviction that a budget refuses is tried again until --timeout" {
	pod a
	control POST faults '{"path":"/eviction","do":"status","code":429}' >/dev/null
	run_kubec drain n1 --force --timeout=2s
	[ "$status" -eq 1 ]
	[ "$output" = $'node/n1 cordoned\nevicting pod default/a\nevicting pod default/a' ]
	[[ $stderr == *'error when evicting pods/"a" -n "default" (will retry after 5s): '* ]]
	[[ $stderr == *$'\nThere are pending pods in node "n1" when an error occurred: error when evicting pods/"a" -n "default": global timeout reached: 2s\npod/a\n'* ]]
	[[ $stderr == *$'\nThere are pending nodes to be drained:\n n1\nerror when evicting pods/"a" -n "default": global timeout reached: 2s' ]]
}

@test "a budget is used up by evictions at the same time, a finished Pod needs none, two budgets are refused" {
	control POST controllers '{"enabled": true, "podStart": 0, "podStop": 0}' >/dev/null
	budget() { kubec create -f - <<<"{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: $1}, spec: {minAvailable: $2, selector: {matchLabels: {app: w}}}}" >/dev/null; }
	for name in a b c; do pod $name 'labels: {app: w}'; done
	budget one 2
	wait_for '[ "$(kubec get pdb one -o jsonpath={.status.disruptionsAllowed})" = 1 ]'
	run_kubec drain n1 --force --timeout=1s
	[ "$status" -eq 1 ]
	[ "$(grep -c '^pod/. evicted$' <<<"$output")" -eq 1 ]
	[ "$(grep -c "(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget." <<<"$stderr")" -eq 2 ]
	[ "$(kubec get pods -o name | wc -l)" -eq 2 ]
	pod done 'labels: {app: w}' 'restartPolicy: Never'
	wait_for '[ "$(kubec get pod done -o jsonpath={.status.phase})" = Succeeded ]'
	kubec label pod --all --overwrite app=v >/dev/null
	kubec label pod done app=w --overwrite >/dev/null
	says 0 $'node/n1 already cordoned\nevicting pod default/done\npod/done evicted\nnode/n1 drained' '' drain n1 --pod-selector=app=w
	kubec label pod --all --overwrite app=w >/dev/null
	budget other 0
	run_kubec drain n1 --force
	[ "$status" -eq 1 ]
	[[ $stderr == *'": This pod has more than one PodDisruptionBudget, which the eviction subresource does not support., error when evicting '* ]]
	[ "$(kubec get pods -o name | wc -l)" -eq 2 ]
}

@test "a terminal is told how far it is, on a line that is gone in the end" {
	pod a
	control POST faults '{"path":"/eviction","do":"status","code":429,"message":"not now"}' >/dev/null
	run env NO_COLOR=1 TERM=xterm timeout 30 python3 "$ROOT/tests/cli/person.py" -- "$KUBEC" drain n1 --force --timeout=1s
	[[ $output == *$'not now\n\r\e[Kn1: 0 of 1 Pods gone, 1 refused for now, 0s\r\e[K'* ]]
	[[ $output == *$'gone, 5s\r\e[Kevicting pod default/a\n'* && $output == *$'\nstatus 1\n'* ]]
	run env NO_COLOR=1 TERM=dumb timeout 30 python3 "$ROOT/tests/cli/person.py" -- "$KUBEC" drain n1 --force --disable-eviction
	[[ $output != *$'\e'* && $output == *$'pod/a deleted\nnode/n1 drained\n'* ]]
}

@test "lines that make no sense are refused before anything is asked" {
	says 1 '' $'error: USAGE: drain NODE [flags]\nSee \'kubec drain -h\' for help and examples' drain
	says 1 '' 'error: --pod-selector=<pod_selector> must be a valid label selector' drain n1 --pod-selector='a in ('
	[ "$(request_count)" -eq 0 ]
}
