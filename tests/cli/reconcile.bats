# auth reconcile: roles and bindings get at least what a manifest says.
load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }
setup() { reset_server; }

readonly RBAC=apis/rbac.authorization.k8s.io/v1

role() { # NAME VERBS [METADATA]: a Role on standard output
	printf '{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"%s","namespace":"team"%s},' "$1" "${3:+,$3}"
	printf '"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":[%s]}]}\n' "$2"
}

binding() { # ROLE USER
	printf '{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b","namespace":"team"},'
	printf '"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"%s"},' "$1"
	printf '"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"%s"}]}\n' "$2"
}

says() { # STATUS STDOUT STDERR OPTION...: standard input is the manifest
	local status_wanted=$1 out=$2 err=${3#$'\t'} # the helper takes blanks at the beginning away
	shift 3
	cat >"$BATS_TEST_TMPDIR/in.json"
	run_kubec auth reconcile -f - "$@" <"$BATS_TEST_TMPDIR/in.json"
	[ "$status" -eq "$status_wanted" ] && [ "$output" = "$out" ] && [ "$stderr" = "$err" ] || {
		printf 'status %s\nstdout %s\nstderr %s\n' "$status" "$output" "$stderr"
		return 1
	}
}

readonly DONE='role.rbac.authorization.k8s.io/r reconciled'
readonly GET='		{Verbs:[get] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}'
readonly LIST='		{Verbs:[list] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}'

@test "a missing role is created, and its namespace before it" {
	says 0 "$DONE" $'\treconciliation required create\n\tmissing rules added:\n'"$GET" < <(role r '"get"')
	[ "$(requests)" = "GET /$RBAC/namespaces/team/roles/r
GET /api/v1/namespaces/team
POST /api/v1/namespaces
POST /$RBAC/namespaces/team/roles" ]
	says 0 "$DONE" '' < <(role r '"get"')
}

@test "a dry run sends nothing, whatever is missing" {
	says 0 "$DONE (dry run)" $'\treconciliation required create\n\tmissing rules added:\n'"$GET" --dry-run=client < <(role r '"get"')
	[ "$(requests)" = "GET /$RBAC/namespaces/team/roles/r" ]
	says 1 '' 'error: --dry-run=server for command reconcile is not supported yet' --dry-run=server < <(role r '"get"')
}

@test "rules that are missing are added, those beyond go only when asked" {
	says 0 "$DONE" $'\treconciliation required create\n\tmissing rules added:\n'"$GET" < <(role r '"get"')
	says 0 "$DONE" $'\treconciliation required update\n\tmissing rules added:\n'"$LIST" < <(role r '"list"')
	says 0 "$DONE" '' < <(role r '"get","list"')
	says 0 "$DONE" $'\treconciliation required update\n\textra rules removed:\n'"$LIST" --remove-extra-permissions < <(role r '"get"')
	[ "$(kubec get role r -n team -o jsonpath='{.rules}')" = '[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]' ]
}

@test "a binding to another role is removed, as that very object, and made anew" {
	says 0 'rolebinding.rbac.authorization.k8s.io/b reconciled' $'\treconciliation required create\n\tmissing subjects added:\n\t\t{Kind:User APIGroup:rbac.authorization.k8s.io Name:ann Namespace:}' < <(binding one ann)
	local uid
	uid=$(kubec get rolebinding b -n team -o jsonpath='{.metadata.uid}')
	control DELETE requests >/dev/null || true
	says 0 'rolebinding.rbac.authorization.k8s.io/b reconciled' $'\treconciliation required recreate' < <(binding two ann)
	control GET requests | jq -r '.[] | select(.method == "DELETE").body' | jq -e --arg uid "$uid" '.preconditions.uid == $uid'
	[ "$(kubec get rolebinding b -n team -o jsonpath='{.roleRef.name}')" = two ]
}

@test "subjects that are missing are added, those beyond go only when asked" {
	local ann='{Kind:User APIGroup:rbac.authorization.k8s.io Name:ann Namespace:}'
	local bob='{Kind:User APIGroup:rbac.authorization.k8s.io Name:bob Namespace:}' done='rolebinding.rbac.authorization.k8s.io/b reconciled'
	says 0 "$done" $'\treconciliation required create\n\tmissing subjects added:\n\t\t'"$ann" < <(binding one ann)
	says 0 "$done" $'\treconciliation required update\n\tmissing subjects added:\n\t\t'"$bob" < <(binding one bob)
	says 0 "$done" $'\treconciliation required update\n\textra subjects removed:\n\t\t'"$ann" --remove-extra-subjects < <(binding one bob)
	[ "$(kubec get rolebinding b -n team -o jsonpath='{.subjects[*].name}')" = bob ]
}

@test "an object that opted out stays, and that is told" {
	kubec create namespace team
	role r '"get"' '"annotations":{"rbac.authorization.kubernetes.io/autoupdate":"false"}' | kubec create -f -
	says 0 "$DONE" $'\treconciliation required update, but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)\n\tmissing rules added:\n'"$LIST" < <(role r '"list"')
	[ "$(request_count '^PUT')" = 0 ]
}

@test "a change by somebody else meanwhile is taken into account, three times" {
	kubec create namespace team
	role r '"get"' | kubec create -f -
	local conflict='{"do":"status","method":"PUT","path":"/roles/","code":409,"body":"{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"Conflict\",\"code\":409,\"message\":\"changed\"}"'
	control POST faults "$conflict,\"count\":2}" >/dev/null
	says 0 "$DONE" $'\treconciliation required update\n\tmissing rules added:\n'"$LIST" < <(role r '"list"')
	control POST faults "$conflict,\"count\":3}" >/dev/null
	says 1 '' 'Error from server (Conflict): changed' < <(role r '"watch"')
}

@test "roles come before bindings, what is shown keeps the order of the manifest" {
	says 0 $'rolebinding.rbac.authorization.k8s.io/b reconciled\nrole.rbac.authorization.k8s.io/r reconciled' \
		$'\treconciliation required create\n\tmissing subjects added:\n\t\t{Kind:User APIGroup:rbac.authorization.k8s.io Name:ann Namespace:}\n\treconciliation required create\n\tmissing rules added:\n'"$GET" \
		< <(binding r ann; role r '"get"')
	[ "$(requests | grep -E 'POST.*role')" = "POST /$RBAC/namespaces/team/roles
POST /$RBAC/namespaces/team/rolebindings" ]
}

@test "other kinds are passed over, old versions and wrong types refused; the rest is done" {
	says 0 '' '' <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}'
	says 1 "$DONE (dry run)" $'\treconciliation required create\n\tmissing rules added:\n'"$GET
only rbac.authorization.k8s.io/v1 is supported: not *v1beta1.Role
unable to decode \"STDIN\": json: cannot unmarshal string into Go struct field Role.rules of type []v1.PolicyRule" --dry-run=client < <(
		role x '"get"' | sed 's,io/v1",io/v1beta1",'
		echo '{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"x","namespace":"team"},"rules":"x"}'
		role r '"get"'
	)
}

@test "wrong calls" {
	run_kubec auth reconcile
	[ "$status" -eq 1 ] && [ "$stderr" = 'error: must specify one of -f and -k' ]
	says 1 '' 'error: no arguments are allowed' word </dev/null
	says 1 '' 'error: error accessing --dry-run flag for command reconcile: Invalid dry-run value (x). Must be "none", "server", or "client".' --dry-run=x </dev/null
	says 1 '' 'error: resource name may not be empty' <<<'{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"x"}}'
}
