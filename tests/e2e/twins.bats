#!/usr/bin/env bats
# The same changes through kubec in one namespace and through the reference kubectl in another: each step prints
# the same, and what the server holds after it is the same to the last field, owners of fields and annotations
# included. Only names that the server draws, addresses and times differ. Skipped without a reference.

load helper

setup() {
	[[ -n ${E2E_REFERENCE:-} ]] || skip "no reference kubectl"
	cd "$BATS_TEST_TMPDIR" || return 1
	OURS=$E2E_NAMESPACE-a$BATS_TEST_NUMBER THEIRS=$E2E_NAMESPACE-b$BATS_TEST_NUMBER
	kubec create namespace "$OURS"
	kubec create namespace "$THEIRS"
}

teardown() {
	[[ -z ${E2E_REFERENCE:-} ]] || kubec delete namespace "$OURS" "$THEIRS" --wait=false
}

# What of a text is not the same in two namespaces or at two times.
unlike_masked() {
	sed -E -e "s/$E2E_NAMESPACE-[ab][0-9]+/NAMESPACE/g" -e 's/\b(kubec|kubectl)\b/SELF/g' \
		-e 's/(SELF|kubec|kubectl)-edit-[0-9A-Za-z]+/EDITED/g' -e 's/([ (]|^)([0-9]+[smhd]){1,2}( ago\)| *$| +)/\1AGE /g' \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/TIME/g' -e 's/"?(resourceVersion|uid)"?: .*/\1: DRAWN/' -e 's/(template-hash=)[0-9a-f]+/\1HASH/' -e 's/-[0-9a-f]{8,10}\b/-HASH/g' \
		-e 's/(-HASH)-[a-z0-9]{5}\b/\1-ID/g'
}

# The objects of a namespace as text, without what the server draws.
state_of() {
	kubec get deployments,services,statefulsets,daemonsets,configmaps,jobs,rolebindings,horizontalpodautoscalers -n "$1" -o json --show-managed-fields |
		node "$BATS_TEST_DIRNAME/state.js"
}

# ARGUMENTS...: one step, by both.
both() {
	local ours=0 theirs=0 dir=$BATS_TEST_TMPDIR
	printf 'the command: kubec %s\n' "$*"
	timeout 30 "$KUBEC" -n "$OURS" "$@" <"${stdin:-/dev/null}" >"$dir/our-out" 2>"$dir/our-err" || ours=$?
	timeout 30 "$E2E_REFERENCE" -n "$THEIRS" "$@" <"${stdin:-/dev/null}" >"$dir/out" 2>"$dir/err" || theirs=$?
	diff -u --label reference --label kubec <(unlike_masked <"$dir/out") <(unlike_masked <"$dir/our-out") || differs=yes
	diff -u --label reference --label kubec <(unlike_masked <"$dir/err") <(unlike_masked <"$dir/our-err") || differs=yes
	if ((ours != theirs)); then
		printf 'the exit status is %d, not %d\n' "$ours" "$theirs"
		differs=yes
	fi
}

# The same once both have come to rest.
settled() {
	local namespace object
	for namespace in "$OURS" "$THEIRS"; do
		for object in "$@"; do
			kubec -n "$namespace" rollout status "$object" --timeout=30s >/dev/null
		done
	done
}

same_state() {
	# What both() found is told first, all of it.
	[[ -z ${differs:-} ]] || return 1
	# Controllers write what they do a moment later.
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		diff -u --label reference --label kubec <(state_of "$THEIRS") <(state_of "$OURS") \
			>"$BATS_TEST_TMPDIR/state" && return
		sleep 0.3
	done
	cat "$BATS_TEST_TMPDIR/state"
	return 1
}

@test "the walkthrough of a Deployment" {
	both create deployment web --image=nginx:1.19
	settled deployment/web
	same_state
	both expose deployment web --type=LoadBalancer --port=8080
	same_state
	both scale deployment/web --replicas=3
	both scale deployment/web --replicas=1
	both set image deployment/web nginx=nginx:1.20
	settled deployment/web
	same_state
	both rollout undo deployment/web
	settled deployment/web
	same_state
	both rollout undo deployment/web --to-revision=2
	settled deployment/web
	both rollout history deployment/web
	both rollout pause deployment/web
	same_state
	both rollout resume deployment/web
	same_state
	both rollout restart deployment/web
	settled deployment/web
	same_state
	both rollout history deployment/web --revision=5
	both delete service web
	both delete deployment web
	same_state
}

@test "create deployment with everything" {
	both create deployment full --image=a:1 --image=registry.example.com:5000/b/c@sha256:0123456789012345678901234567890123456789012345678901234567890123 --replicas=0 --port=80
	both create deployment command --image=a:1 --replicas=0 -- sh -c 'echo "a  b"'
	both expose deployment full --port=80 --target-port=8080 --name=x --protocol=UDP --selector=a=b,c=d --labels=e=f
	both expose deployment full --name=y --external-ip=192.0.2.7 --session-affinity=ClientIP --cluster-ip=None
	both expose service x --port=81 --name=z --type=NodePort
	both create deployment saved --image=a:1 --replicas=0 --save-config
	same_state
	both delete deployments,services --all
}

@test "labels, annotations and one property at a time" {
	both create deployment web --image=a:1 --replicas=0
	both create configmap conf --from-literal=my.key=1 --from-literal=OTHER=2
	both create service clusterip web --tcp=80
	both create rolebinding web --clusterrole=view --user=ann
	both label deployment web tier=front app=other --overwrite
	both label configmaps --all kind=conf tier=back
	both label configmap conf tier- kind=settings
	both label deployment/web service/web tier=middle
	both label service web tier=middle --resource-version=1
	both annotate deployment web note='a b' kubernetes.io/change-cause=one
	both annotate deployment web note- kubernetes.io/change-cause=two
	same_state
	both set env deployment/web A=1 B=2
	both set env deployment/web A- B=3 C=
	both set env --from=configmap/conf --keys=my.key --prefix=X_ deployment/web
	both set env deployment/web --list --resolve
	both set resources deployment web --limits=cpu=1500m,memory=1Gi --requests=cpu=0.1
	both set serviceaccount deployment web builder
	both set selector service web a=b,c=d
	both set subject rolebinding web --user=bob --group=ops --serviceaccount=x:y
	both set image deployment/web a=b:2 --dry-run=server
	same_state
	both scale deployment web --replicas=0 --current-replicas=0
	both autoscale deployment web --max=3 --cpu-percent=60
	both autoscale deployment web --max=3 --cpu-percent=60
	same_state
}

@test "a Pod, its Service and a session" {
	both run web --image=a:1 --port=80 --expose --labels=a=b --env=A=1 -- one two
	both run web --image=a:1
	both run saved --image=a:1 --save-config --annotations=x=y --restart=Never -o name
	both run over --image=a:1 --overrides='{"spec":{"restartPolicy":"OnFailure"}}'
	both get pods web saved over -o 'jsonpath={range .items[*]}{.metadata.labels} {.metadata.annotations} {.spec.containers[0].args} {.spec.containers[0].env} {.spec.restartPolicy}{end}'
	both run shown --image=a:1 --quiet
	same_state
}

@test "apply, in steps" {
	both apply -f "$BATS_TEST_DIRNAME/manifests/deployment.yaml"
	settled deployment/depl
	same_state
	sed -e 's/replicas: 2/replicas: 1/' -e '/memory:/d' -e 's/containerPort: 8080/containerPort: 8081/' \
		"$BATS_TEST_DIRNAME/manifests/deployment.yaml" >changed.yaml
	both apply -f changed.yaml
	same_state
	both apply -f changed.yaml
	sed -e '/livenessProbe:/,/failureThreshold:/d' -e 's/  - protocol: TCP/  - name: http\n    protocol: TCP/' changed.yaml >less.yaml
	both apply -f less.yaml
	same_state
	both scale deployment/depl --replicas=3
	both apply -f less.yaml
	same_state
	both set image deployment/depl depl=other:1
	both apply -f less.yaml
	settled deployment/depl
	same_state
	both apply --server-side -f less.yaml
	same_state
	both apply --server-side -f changed.yaml
	same_state
	both apply --server-side --field-manager=another -f "$BATS_TEST_DIRNAME/manifests/deployment.yaml"
	both apply --server-side --field-manager=another --force-conflicts -f "$BATS_TEST_DIRNAME/manifests/deployment.yaml"
	same_state
	both apply -f less.yaml
	same_state
	both delete -f less.yaml
	same_state
}

@test "StatefulSets and DaemonSets, in steps" {
	both apply -f "$BATS_TEST_DIRNAME/manifests/kinds/statefulset.yaml" -f "$BATS_TEST_DIRNAME/manifests/kinds/daemonset.yaml"
	settled sts/kind-set ds/kind-daemon
	same_state
	both set image sts/kind-set main=nginx:2
	both set image ds/kind-daemon main=nginx:2
	settled sts/kind-set ds/kind-daemon
	both rollout history sts/kind-set
	both rollout history sts/kind-set --revision=2
	both rollout history ds/kind-daemon --revision=1
	same_state
	both rollout undo sts/kind-set
	both rollout undo ds/kind-daemon
	settled sts/kind-set ds/kind-daemon
	same_state
	both rollout restart sts/kind-set ds/kind-daemon
	same_state
	both scale sts/kind-set --replicas=1 --current-replicas=2
	settled sts/kind-set
	same_state
	both delete sts,ds --all
}

@test "lists, JSON, generated names and what is not quite right" {
	printf '%s' '{"apiVersion": "v1", "kind": "List", "items": [
		{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "l1"}, "data": {"html": "<a href=\"x\">&amp;</a>", "u": "é\u2028"}},
		{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "l2", "labels": null}, "binaryData": {"b": "AAEC"}}]}' >list.json
	both apply -f list.json
	same_state
	both apply -f list.json
	cat >odd.yaml <<-'END'
		# a comment
		---
		---
		apiVersion: v1
		kind: ConfigMap
		metadata: {name: odd, annotations: {when: "2020-01-01", n: "1e3"}}
		data:
		  yes: "no"
		  folded: >-
		    a
		    b

		    c
		  kept: |+
		    text

		  "1.0": '0x10'
		  tab: "a\tb"
		  long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccc dddddddddd
		...
		---
		kind: ConfigMap
		apiVersion: v1
		metadata:
		  name: anchors
		data: &d
		  a: b
		---
		apiVersion: v1
		kind: ConfigMap
		metadata: {name: merged}
		data:
		  <<: {x: "z"}
		  a: "1"
	END
	both apply -f odd.yaml
	same_state
	both get configmap odd -o yaml
	both get configmap odd merged anchors l1 l2 -o name
	sed -i 's/yes: "no"/no: "yes"/' odd.yaml
	both apply -f odd.yaml
	same_state
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: drawn-}\n' >drawn.yaml
	both apply -f drawn.yaml
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: elsewhere, namespace: somewhere}\n' >elsewhere.yaml
	both apply -f elsewhere.yaml
	both create -f elsewhere.yaml
	both delete -f elsewhere.yaml
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: 1}\n' >number.yaml
	both apply -f number.yaml
	both create -f number.yaml --validate=false
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n name: b\n' >indent.yaml
	both apply -f indent.yaml
	printf '' >empty.yaml
	both apply -f empty.yaml
	both create -f empty.yaml
	both delete -f empty.yaml
	printf '{"apiVersion": "v1", "kind": "ConfigMap",}' >bad.json
	both apply -f bad.json
	printf 'just text\n' >text.yaml
	both apply -f text.yaml
	both delete configmap odd l1 l2 merged anchors
	same_state
}

@test "delete, in every way" {
	local name
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.com/held]}\n' >held.yaml
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held}\n' >free.yaml
	for name in one two three four five six; do
		printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, labels: {n: %s, all: "1"}}\n' "$name" "$name" >"$name.yaml"
		both create -f "$name.yaml"
	done
	both delete configmap one nope two
	both delete configmap/three configmap/nope
	both delete configmap three --ignore-not-found
	both delete configmap -l n=four
	both delete configmap -l n=four
	both delete configmap -l n=four --ignore-not-found
	both delete configmap,secret -l n=five -o name
	both delete configmap --field-selector metadata.name=six --dry-run=server
	both delete configmap --field-selector metadata.name=six
	both delete -f one.yaml -f two.yaml
	both delete -f one.yaml -f two.yaml --ignore-not-found
	both create -f one.yaml
	both delete -f one.yaml configmap two
	both delete -f one.yaml -l n=two
	both delete -f one.yaml --all
	both apply -f held.yaml
	both delete configmap held --timeout=1s
	both delete configmap held --wait=false
	both delete configmap held --dry-run=client
	both apply -f free.yaml
	both delete configmap held --ignore-not-found
	both create deployment d --image=a --replicas=2
	settled deployment/d
	both delete deployment d --cascade=orphan
	both get rs -l app=d --no-headers -o name
	both delete rs -l app=d --cascade=foreground -o name
	both delete pods --all --now -o name
	both delete pods --all --grace-period=0
	both delete pods --all --grace-period=0 --force
	both delete pods x --grace-period=5 --force
	both delete pods x --grace-period=0 --now
	both delete pods x --cascade=nope
	both delete pods x --cascade=true --ignore-not-found
	both delete pods x -o yaml
	both delete pod x y --ignore-not-found --now
	both delete all --all
	both delete cm --all --all-namespaces --dry-run=client -l n=none
	both delete --raw "/api/v1/namespaces/NOPE/configmaps/nope"
	both delete --raw /nope
	both delete namespaces nope
	both delete cm one two -l a=b
	both delete cm/one pods
	both delete cm/one po/
	both delete nope nope
	both delete cm ''
	stdin=/dev/null both delete cm one -i
	both delete -f ''
	same_state
}

@test "patch of every type" {
	both create configmap one --from-literal=a=1
	both create deployment web --image=nginx:1 --replicas=0
	both patch cm one -p '{"data":{"b":"2"}}'
	both patch cm one -p '{"data":{"b":"2"}}'
	both patch cm one --type=merge -p '{"data":{"b":null,"c":"3"}}' --field-manager=me
	both patch cm one --type=json -p $'- op: add\n  path: /data/d\n  value: "4"'
	both patch cm one --type=json -p '[{"op":"remove","path":"/data/none"}]'
	both patch cm one --type=json -p '[{"op":"test","path":"/data/a","value":"9"}]'
	both patch cm one missing one -p '{"data":{"e":"5"}}'
	both patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:2"}]}}}}'
	both patch deployment web -p '{"spec":{"replicas":"many"}}'
	both patch deployment web -p '{"spec":{"selector":{"matchLabels":{"x":"y"}}}}'
	both patch deployment web --subresource=scale --type=merge -p '{"metadata":{"labels":{"x":"y"}}}'
	both patch deployment web --subresource=nope --type=merge -p '{}'
	both patch cm one -p '{"data":{"b":"2"}}' --dry-run=server
	same_state
}

@test "replace, in place and by force" {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: "1"}\n' >one.yaml
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\ndata: {b: "2"}\n' >two.yaml
	both replace -f one.yaml
	both create -f one.yaml
	both replace -f one.yaml -f two.yaml
	both replace -f one.yaml --save-config
	both replace --force -f one.yaml -f two.yaml
	both replace -f two.yaml --field-manager=me -o name
	sed 's/{name: two}/{name: two, resourceVersion: "1"}/' two.yaml >old.yaml
	both replace -f old.yaml
	sed 's/data:/dada:/' two.yaml >wrong.yaml
	both replace -f wrong.yaml
	both replace -f one.yaml --dry-run=server
	same_state
}

@test "edit, create --edit and what apply remembers" {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: "1"}\n' >one.yaml
	export KUBE_EDITOR=$BATS_TEST_DIRNAME/../parity/data/edit/editor SHOW='' ED='sed -i "s/a: \"1\"/a: \"2\"/" $f'
	both create --edit -f one.yaml --save-config
	both apply view-last-applied cm one -o json
	ED='sed -i "s/a: \"2\"/a: \"3\"/" $f' both edit cm one --output-patch
	ED='sed -i "s/\"3\"/\"4\"/" $f' both edit cm/one -o json --field-manager=me
	ED='sed -i "s/^data:/nope: 1\ndata:/" $f' SHOW=1 both edit cm one
	ED='sed -i "s/name: one/name: two/" $f' both edit cm one
	ED='sed -i "s/resourceVersion: .*/resourceVersion: \"1\"/" $f' both edit cm one
	both apply set-last-applied -f one.yaml
	both apply edit-last-applied cm one
	both apply view-last-applied cm one
	both apply -f one.yaml
	same_state
}
