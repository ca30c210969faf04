# auth: who one is and what one may do.
load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }
setup() { reset_server; }

answer() { # CODE BODY: the next review is answered so
	control POST faults "{\"do\":\"status\",\"method\":\"POST\",\"path\":\"/apis/auth\",\"code\":$1,\"body\":$2}" >/dev/null
}

@test "whoami: a row for each attribute, one request" {
	says 0 $'ATTRIBUTE   VALUE\nUsername    joe\nUID         u1\nGroups      [g1 g2 system:authenticated]\nExtra: a    [1]\nExtra: b    [2 3]' '' \
		auth whoami --as=joe --as-uid=u1 --as-group=g1 --as-group=g2 --as-user-extra=b=2 --as-user-extra=b=3 --as-user-extra=a=1
	[ "$(requests)" = 'POST /apis/authentication.k8s.io/v1/selfsubjectreviews' ]
}

@test "whoami: attributes that a user does not have have no row" {
	answer 201 '"{\"kind\":\"SelfSubjectReview\",\"status\":{\"userInfo\":{\"username\":\"x\",\"groups\":[]}}}"'
	says 0 $'ATTRIBUTE   VALUE\nUsername    x' '' auth whoami
}

@test "whoami: -o and --template" {
	says 0 token-admin '' --context token auth whoami -o 'jsonpath={.status.userInfo.username}'
	says 0 'selfsubjectreview.authentication.k8s.io/<unknown>' '' auth whoami -o name
	says 0 uid1 '' --context token auth whoami -o go-template --template '{{.status.userInfo.uid}}'
	says 0 $'ATTRIBUTE   VALUE\nUsername    token-admin\nUID         uid1\nGroups      [system:masters system:authenticated]' '' \
		--context token auth whoami --template '{{.status.userInfo.uid}}'
}

@test "whoami: older versions of the review are tried in turn" {
	local old='"{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404,\"message\":\"the server could not find the requested resource\"}"'
	answer 404 "$old"
	answer 404 "$old"
	answer 201 '"{\"kind\":\"SelfSubjectReview\",\"status\":{\"userInfo\":{\"username\":\"x\"}}}"'
	says 0 $'ATTRIBUTE   VALUE\nUsername    x' '' auth whoami
	[ "$(requests)" = $'POST /apis/authentication.k8s.io/v1/selfsubjectreviews\nPOST /apis/authentication.k8s.io/v1beta1/selfsubjectreviews\nPOST /apis/authentication.k8s.io/v1alpha1/selfsubjectreviews' ]
	answer 404 "$old"
	answer 404 "$old"
	answer 404 "$old"
	says 1 '' 'error: the selfsubjectreviews API is not enabled in the cluster' auth whoami
	answer 403 '"{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"Forbidden\",\"code\":403,\"message\":\"no\"}"'
	says 1 '' 'error: the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it' auth whoami
}

@test "can-i: yes and no, with the exit status; what is sent" {
	says 0 yes '' auth can-i get pods -n web --subresource=log
	[ "$(requests)" = 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews' ]
	[ "$(control GET requests | jq -r '.[0].body' | jq -cS .spec)" = '{"resourceAttributes":{"namespace":"web","resource":"pods","subresource":"log","verb":"get"}}' ]
	says 1 no '' --context viewer auth can-i delete deploy/x
	[ "$(control GET requests | jq -r '.[1].body' | jq -cS .spec)" = '{"resourceAttributes":{"group":"apps","name":"x","namespace":"default","resource":"deployments","verb":"delete"}}' ]
	says 0 yes '' auth can-i get pods -A
	[ "$(control GET requests | jq -r '.[2].body' | jq -cS .spec)" = '{"resourceAttributes":{"resource":"pods","verb":"get"}}' ]
}

@test "can-i: paths of the server" {
	says 0 yes '' --context viewer auth can-i get /version
	[ "$(control GET requests | jq -r '.[0].body' | jq -cS .spec)" = '{"nonResourceAttributes":{"path":"/version","verb":"get"}}' ]
	says 1 no '' --context viewer auth can-i get /logs/
	says 0 yes $'Warning: verb \'list\' is not a known verb' auth can-i list /logs/
	says 1 '' 'error: --subresource can not be used with NonResourceURL' auth can-i get /logs --subresource=x
}

@test "can-i: the server's reason stands behind a no, not behind a yes" {
	answer 201 '"{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":false,\"reason\":\"late\",\"evaluationError\":\"role \\\"x\\\" not found\"}}"'
	says 1 'no - late - role "x" not found' '' auth can-i get pods
	answer 201 '"{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":true,\"reason\":\"owner\",\"evaluationError\":\"e\"}}"'
	says 0 yes '' auth can-i get pods
}

@test "can-i --quiet: the exit status alone" {
	says 0 '' '' auth can-i get pods -q
	says 1 '' '' --context viewer auth can-i delete pods --quiet
}

@test "can-i: warnings" {
	says 0 yes $'Warning: resource \'nodes\' is not namespace scoped' auth can-i get nodes
	says 0 yes $'Warning: resource \'clusterroles\' is not namespace scoped in group \'rbac.authorization.k8s.io\'\n\nWarning: verb \'frob\' is not a known verb' \
		auth can-i frob clusterroles
	says 0 yes '' auth can-i frob nodes -A
	says 0 yes $'Warning: the server doesn\'t have a resource type \'foo\' in group \'bar.example\'' auth can-i get Foo.bar.example/x
	says 0 yes '' auth can-i impersonate users
}

@test "can-i: wrong calls" {
	says 1 '' $'error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee \'kubec auth can-i -h\' for help and examples.' auth can-i get
	says 1 '' 'error: --no-headers cannot be set without --list specified' auth can-i get pods --no-headers
	says 1 '' 'error: list option must be specified with no arguments' auth can-i --list pods
	for option in -q -A --subresource=x; do
		says 1 '' "error: list option can't be specified with neither quiet, all-namespaces nor subresource options" auth can-i --list $option
	done
	[ "$(request_count)" -eq 0 ]
}

@test "can-i --list: rules in columns, verbs of one type together" {
	answer 201 '"{\"kind\":\"SelfSubjectRulesReview\",\"status\":{\"resourceRules\":[{\"verbs\":[\"get\"],\"apiGroups\":[\"apps\"],\"resources\":[\"deployments/scale\"]},{\"verbs\":[\"list\",\"get\"],\"apiGroups\":[\"apps\"],\"resources\":[\"deployments/scale\"]},{\"verbs\":[\"get\"],\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"resourceNames\":[\"a\",\"b\"]}],\"nonResourceRules\":[{\"verbs\":[\"get\"],\"nonResourceURLs\":[\"/x\"]}],\"incomplete\":true,\"evaluationError\":\"no webhook\"}}"'
	says 0 "$(cat <<-'END'
		Resources                Non-Resource URLs   Resource Names   Verbs
		deployments.apps/scale   []                  []               [get list]
		                         [/x]                []               [get]
		pods                     []                  [a]              [get]
		pods                     []                  [b]              [get]
	END
	)" 'Warning: the list may be incomplete: no webhook' auth can-i --list -n web
	[ "$(control GET requests | jq -r '.[0].body' | jq -cS .spec)" = '{"namespace":"web"}' ]
	run_kubec auth can-i --list --no-headers
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = '*.*                                             []                 []    [*]' ] || { echo "$output"; return 1; }
}

@test "a server that fails is told as such" {
	answer 500 '"{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"InternalError\",\"code\":500,\"message\":\"broken\"}"'
	says 1 '' 'Error from server (InternalError): broken' auth can-i get pods
	says 1 '' 'error: You must be logged in to the server (Unauthorized)' --context bad-token auth whoami
}
