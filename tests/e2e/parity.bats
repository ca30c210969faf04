#!/usr/bin/env bats
# The same command through kubec and the reference kubectl, one after the other on the same cluster: the
# same bytes on stdout and stderr, the same status. Only ages may differ, as one runs after the other.
# Help is in words of its own, so it is not compared. Skipped where tests/parity/reference found no reference.

load helper

setup_file() {
	[[ -n ${E2E_REFERENCE:-} ]] || return 0
	kubec apply -f "$BATS_TEST_DIRNAME/manifests/deployment.yaml"
	kubec rollout status deployment/depl --timeout=60s
	kubec create deployment plain --image=nginx:1.19 --replicas=2 --port=80
	kubec rollout status deployment/plain --timeout=60s
	kubec set image deployment/plain nginx=nginx:1.20
	kubec rollout status deployment/plain --timeout=60s
	for file in configmap secret ingress service-nodeport persistentvolumeclaim statefulset daemonset; do
		kubec apply -f "$BATS_TEST_DIRNAME/manifests/kinds/$file.yaml"
	done
	kubec rollout status statefulset/kind-set --timeout=60s
	kubec rollout status daemonset/kind-daemon --timeout=60s
}

teardown_file() {
	[[ -n ${E2E_REFERENCE:-} ]] || return 0
	kubec delete deployments,services,statefulsets,daemonsets,configmaps,secrets,ingresses,persistentvolumeclaims --all
	eventually 60 has_pods 0 ''
}

setup() {
	[[ -n ${E2E_REFERENCE:-} ]] || skip "no reference kubectl"
}

# Ages become AGE with their column's padding, and the program's own name kubectl.
masked() {
	sed -E -e 's/([ (]|^)([0-9]+[smhd]){1,2}( ago\)| *$| +)/\1AGE /g' -e 's/\bkubec\b/kubectl/g' -e 's/ +$//'
}

# ARGUMENTS...
same() {
	local ours=0 theirs=0 dir=$BATS_TEST_TMPDIR
	kubec "$@" <"${stdin:-/dev/null}" >"$dir/our-out" 2>"$dir/our-err" || ours=$?
	"$E2E_REFERENCE" "$@" <"${stdin:-/dev/null}" >"$dir/out" 2>"$dir/err" || theirs=$?
	printf 'the command: kubec %s\n' "$*"
	if ((ours != theirs)); then
		printf 'the exit status is %d, not %d\n' "$ours" "$theirs"
		cat "$dir/our-err"
		return 1
	fi
	diff -u --label reference --label kubec <(masked <"$dir/out") <(masked <"$dir/our-out") &&
		diff -u --label reference --label kubec <(masked <"$dir/err") <(masked <"$dir/our-err")
}

# Each line of standard input is a command; all are tried, and any that differs fails the test.
all_same() {
	local line wrong=0
	set -f # * is a word of commands here
	while IFS= read -r line; do
		[[ -n $line ]] || continue
		# shellcheck disable=SC2086 # a line of words
		same $line >"$BATS_TEST_TMPDIR/difference" 2>&1 || {
			wrong=1
			cat "$BATS_TEST_TMPDIR/difference"
		}
	done
	set +f
	return "$wrong"
}

@test "get" {
	all_same <<-END
		get pods
		get pods -o wide
		get pods -o name
		get pods --no-headers
		get pods --show-labels
		get pods -L app,pod-template-hash
		get pods -l app=plain
		get pods -l app!=plain,app
		get pods --field-selector status.phase=Running
		get pods --show-kind
		get pods --chunk-size=1
		get pods,services
		get deploy,rs,sts,ds -o wide
		get all
		get deployment/plain service/depl
		get deployments.v1.apps plain
		get deployments.apps/plain
		get services -o wide
		get ingress,pvc,cm,secret
		get events --field-selector type=Warning
		get namespaces $E2E_NAMESPACE
		get nodes
		get nodes -o wide
		get sa,roles,rolebindings
		get crd
		get storageclasses,pv
		get configmap kind-configmap --watch --request-timeout=1s
		get configmap nope --watch --request-timeout=1s
		get configmaps --watch-only --request-timeout=1s
		get deployment plain --subresource=scale
		get deployment plain --subresource=status
	END
}

@test "get -o json and yaml" {
	all_same <<-END
		get pods -o yaml
		get pods -o json
		get deployment plain -o yaml
		get deployment plain -o json
		get deployment depl -o yaml --show-managed-fields
		get deployment,service -o yaml
		get configmap kind-configmap -o yaml
		get secret kind-secret -o yaml
		get pods -l none=such -o yaml
		get node -o yaml
		get --raw /version
		get --raw /api/v1/namespaces/$E2E_NAMESPACE/services/depl
	END
}

@test "rollout" {
	all_same <<-END
		rollout status deployment/plain
		rollout status deployment
		rollout status sts/kind-set
		rollout status ds/kind-daemon
		rollout history deployment/plain
		rollout history deployment/plain --revision=1
		rollout history deployment/plain --revision=2
		rollout history deployment/depl --revision=1
		rollout history sts/kind-set
		rollout history sts/kind-set --revision=1
		rollout history ds/kind-daemon
		rollout history ds/kind-daemon --revision=1
		rollout history deployment
		rollout undo deployment/plain --dry-run=client
		rollout undo deployment/plain --dry-run=server
		rollout undo deployment/plain --to-revision=9
		rollout status service/depl
		rollout pause service/depl
		rollout restart service/depl
	END
}

@test "changes, as dry runs" {
	all_same <<-END
		create deployment new --image=nginx --dry-run=client -o yaml
		create deployment new --image=nginx --image=busybox --replicas=3 --dry-run=client -o yaml
		create deployment new --image=nginx --dry-run=client -o json -- sh -c true
		create deployment new --image=nginx --dry-run=server
		create namespace new --dry-run=client -o yaml
		create namespace new --dry-run=server
		create -f $BATS_TEST_DIRNAME/manifests/deployment.yaml --dry-run=client -o yaml
		create -f $BATS_TEST_DIRNAME/manifests/kinds/pod.yaml --dry-run=server -o name
		apply -f $BATS_TEST_DIRNAME/manifests/deployment.yaml --dry-run=client
		apply -f $BATS_TEST_DIRNAME/manifests/deployment.yaml --dry-run=server
		apply -f $BATS_TEST_DIRNAME/manifests/deployment.yaml --dry-run=client -o yaml
		apply --server-side --dry-run=server -f $BATS_TEST_DIRNAME/manifests/deployment.yaml
		apply --server-side --dry-run=server --field-manager=other -f $BATS_TEST_DIRNAME/manifests/deployment.yaml
		apply -f $BATS_TEST_DIRNAME/manifests/kinds -R --dry-run=client
		delete deployment plain --dry-run=client
		delete deployment plain --dry-run=server
		delete -f $BATS_TEST_DIRNAME/manifests/deployment.yaml --dry-run=client
		delete pods --all --dry-run=client
		delete all --all --dry-run=server -o name
		expose deployment plain --port=80 --dry-run=client -o yaml
		expose deployment plain --port=80 --target-port=http --name=other --type=NodePort --dry-run=client -o json
		expose deployment depl --dry-run=client -o yaml
		expose deployment plain --dry-run=server
		scale deployment plain --replicas=4 --dry-run=client
		scale deployment plain --replicas=4 --dry-run=server -o name
		scale deployment plain depl --replicas=4 --dry-run=client
		set image deployment/plain nginx=nginx:2 --dry-run=client -o yaml
		set image deployment/plain *=nginx:2 --dry-run=server
		set image deployments --all *=nginx:2 --dry-run=client
		set image -f $BATS_TEST_DIRNAME/manifests/deployment.yaml depl=nginx:2 --local -o yaml
	END
}

@test "manifests that the server refuses" {
	(($(server_minor) >= 25)) || skip "for servers before 1.25 kubectl checks manifests itself"
	all_same <<-END
		apply -f $BATS_TEST_DIRNAME/manifests/refused.yaml --dry-run=server
		apply -f $BATS_TEST_DIRNAME/manifests/refused.yaml --dry-run=client
		create -f $BATS_TEST_DIRNAME/manifests/refused.yaml --dry-run=server
		apply -f $BATS_TEST_DIRNAME/manifests/unknown-field.yaml
		apply -f $BATS_TEST_DIRNAME/manifests/unknown-field.yaml --validate=warn --dry-run=server
		apply -f $BATS_TEST_DIRNAME/manifests/unknown-field.yaml --validate=ignore --dry-run=server
		create -f $BATS_TEST_DIRNAME/manifests/unknown-field.yaml
	END
}

@test "failures" {
	all_same <<-END
		get pod nope
		get pods/nope services/nope
		get pod,svc nope
		get nope
		get nope.example.com
		get
		get pods -l a=b=c
		get pods -l !!
		get pods --field-selector nope=1
		get pods -o
		get pods --nope
		get pods --as=somebody
		get pods -n nope
		get pods --insecure-skip-tls-verify --certificate-authority=/etc/passwd
		get pods --certificate-authority=/etc/passwd
		get pods --certificate-authority=/nope
		get pods --tls-server-name=nope
		get pods --user=nope
		get -f nope.yaml
		get pods --chunk-size=x
		get pods --request-timeout=x
		get pods --sort-by=.nope
		create deployment
		create deployment new
		create deployment a b --image=x
		create deployment plain --image=nginx
		create deployment A_b --image=nginx
		create namespace
		create namespace $E2E_NAMESPACE
		create
		create -f nope.yaml
		apply
		apply -f nope.yaml
		apply -f
		apply -k x -f y
		delete
		delete pods
		delete pod nope
		delete pod nope --cascade=nope
		delete pods --all -l a=b
		delete -f nope.yaml
		expose
		expose deployment nope --port=80
		expose deployment plain --port=x
		expose configmap kind-configmap --port=80
		expose deployment plain --type=Nope --port=80
		scale
		scale deployment plain
		scale deployment plain --replicas=-1
		scale deployment nope --replicas=1
		scale deployment plain --replicas=1 --current-replicas=9
		scale service depl --replicas=1
		set image
		set image deployment/plain
		set image deployment/plain nginx
		set image deployment/plain nope=nginx
		set image deployment/nope a=b
		set image service/depl a=b
		rollout nope
		rollout status
		rollout status deployment/nope
		rollout history deployment/plain --revision=77
		rollout undo deployment/nope
		qqqqqqqq
		--nope
	END
}

@test "what there is" {
	all_same <<-END
		api-versions
		api-resources
		api-resources -o wide
		api-resources -o name
		api-resources --namespaced=false
		api-resources --api-group=apps --no-headers
		api-resources --verbs=deletecollection --sort-by=name
		cluster-info
		version -o json --client=false --nope
		config current-context
		config get-contexts
		config get-contexts -o name
		config get-clusters
		config get-users
		config view
		config view --minify -o json
	END
}

@test "random objects and edits end the same by apply" {
	REFERENCE=$E2E_REFERENCE run node "$BATS_TEST_DIRNAME/../parity/three-way.mjs" 60 20
	[[ $status -eq 0 ]] || { printf '%s\n' "$output"; false; }
}

@test "an object of every kind in every format" {
	run "$BATS_TEST_DIRNAME/../parity/run" "$BATS_TEST_DIRNAME/../parity/every-kind.cases"
	printf '%s\n' "$output"
	[[ $status -eq 0 && ${lines[-1]} == *' 0 failed' ]]
}
