#!/usr/bin/env bats
# get, apply and delete of every kind of the walkthrough, and of a custom resource. What a server of
# another age shows in other columns is {any} here; its bytes are compared in parity.bats.

# shellcheck disable=SC2030,SC2031 # every test has a file of its own

load helper

# FILE: one of manifests/kinds, for this run and this server.
render() {
	local cronjob=batch/v1
	(($(server_minor) >= 21)) || cronjob=batch/v1beta1
	sed -e "s/NAMESPACE/$E2E_NAMESPACE/g" -e "s|CRONJOB_VERSION|$cronjob|" \
		"$BATS_TEST_DIRNAME/manifests/kinds/$1" >"$BATS_TEST_TMPDIR/$1"
	printf '%s\n' "$BATS_TEST_TMPDIR/$1"
}

# FILE OBJECT: applies it twice, gets its name, leaves it; its rendered file is $file then.
make_one() {
	file=$(render "$1")
	expect 0 apply -f "$file" <<-END
		$2 created
	END
	expect 0 apply -f "$file" <<-END
		$2 unchanged
	END
	expect 0 get -f "$file" -o name <<-END
		$2
	END
}

# RESOURCE NAME [cluster]: deletes what make_one made, and finds it gone.
remove_one() {
	local where=" from $E2E_NAMESPACE namespace"
	[[ ${3:-} != cluster ]] || where=
	expect 0 delete -f "$file" <<-END
		$1 "$2" deleted$where
	END
	expect 0 get -f "$file" --ignore-not-found </dev/null
}

undo_warning() {
	printf '%s' "Warning: resource $1 was previously managed with '{self} apply'. Rolling back will not update the" \
		" kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future" \
		" '{self} apply' operations. Consider using '{self} apply' with your previous configuration file instead."
}

# TEXT ARGUMENTS...: whether the output has the text.
shows() {
	local text=$1
	shift
	[[ $(kubec "$@") == *"$text"* ]]
}

@test "Pod" {
	make_one pod.yaml pod/kind-pod
	eventually 30 shows Running get pod kind-pod
	expect 0 get pods -l app=kind-pod <<-END
		NAME       READY   STATUS    RESTARTS   AGE
		kind-pod   1/1     Running   0          {age}
	END
	expect 0 get po/kind-pod --show-labels --no-headers <<-END
		kind-pod   1/1   Running   0     {age}   app=kind-pod
	END
	expect 0 get pods -L app --field-selector metadata.name=kind-pod <<-END
		NAME       READY   STATUS    RESTARTS   AGE       APP
		kind-pod   1/1     Running   0          {age}   kind-pod
	END
	remove_one pod kind-pod
}

@test "Pod: another image in its place, and what may not change" {
	make_one pod.yaml pod/kind-pod
	sed -i 's/nginx:1.19/nginx:1.20/' "$file"
	expect 0 apply -f "$file" <<-END
		pod/kind-pod configured
	END
	sed -i 's/name: main/name: other/' "$file"
	run kubec apply -f "$file"
	[ "$status" -eq 1 ]
	[[ $output == *'The Pod "kind-pod" is invalid: '* ]]
	expect 0 delete pod kind-pod --now <<-END
		pod "kind-pod" deleted from $E2E_NAMESPACE namespace
	END
}

@test "Pod: delete --force does not wait" {
	make_one pod.yaml pod/kind-pod
	err='Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.' \
		expect 0 delete pod kind-pod --force --grace-period=0 <<-END
		pod "kind-pod" force deleted from $E2E_NAMESPACE namespace
	END
}

@test "Service of type ClusterIP" {
	make_one service-clusterip.yaml service/kind-clusterip
	expect 0 get svc kind-clusterip <<-END
		NAME             TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
		kind-clusterip   ClusterIP   {ip}   <none>        80/TCP    {age}
	END
	expect 0 get svc kind-clusterip -o wide --no-headers <<-END
		kind-clusterip   ClusterIP   {ip}   <none>   80/TCP   {age}   app=kind-pod
	END
	remove_one service kind-clusterip
}

@test "Service of type NodePort" {
	make_one service-nodeport.yaml service/kind-nodeport
	expect 0 get service/kind-nodeport <<-END
		NAME            TYPE       CLUSTER-IP   EXTERNAL-IP   PORT(S)   {any}
		kind-nodeport   NodePort   {ip}   <none>        80:{n}/TCP,443:{n}/TCP   {age}
	END
	remove_one service kind-nodeport
}

@test "Service of type LoadBalancer" {
	make_one service-loadbalancer.yaml service/kind-loadbalancer
	expect 0 get services kind-loadbalancer --no-headers <<-END
		kind-loadbalancer   LoadBalancer   {ip}   {any}
	END
	remove_one service kind-loadbalancer
}

@test "Ingress" {
	make_one ingress.yaml ingress.networking.k8s.io/kind-ingress
	expect 0 get ingress kind-ingress <<-END
		NAME           CLASS    HOSTS             ADDRESS   PORTS   AGE
		kind-ingress   {any}
	END
	remove_one ingress.networking.k8s.io kind-ingress
}

@test "ConfigMap" {
	make_one configmap.yaml configmap/kind-configmap
	expect 0 get cm kind-configmap <<-END
		NAME             DATA   AGE
		kind-configmap   2      {age}
	END
	expect_value '{"plain":"yes","several":"one\ntwo\n"}' configmap/kind-configmap .data
	[[ $(kubec get cm kind-configmap -o yaml) == *$'data:\n  plain: "yes"\n  several: |\n    one\n    two\nkind: ConfigMap'* ]]
	remove_one configmap kind-configmap
}

@test "Secret" {
	make_one secret.yaml secret/kind-secret
	expect 0 get secret kind-secret <<-END
		NAME          TYPE     DATA   AGE
		kind-secret   Opaque   1      {age}
	END
	expect_value YWRtaW4= secret/kind-secret .data.user
	# What the server turned into data differs from the manifest every time.
	printf '\nstringData: {user: root}\n' >>"$file"
	for _ in 1 2; do
		expect 0 apply -f "$file" <<-END
			secret/kind-secret configured
		END
	done
	expect_value cm9vdA== secret/kind-secret .data.user
	remove_one secret kind-secret
}

@test "PersistentVolumeClaim" {
	make_one persistentvolumeclaim.yaml persistentvolumeclaim/kind-claim
	expect 0 get pvc kind-claim <<-END
		NAME         STATUS    VOLUME   {any}
		kind-claim   {any}
	END
	# Its finalizer holds it until nothing uses it.
	remove_one persistentvolumeclaim kind-claim
}

@test "StatefulSet, and its rollouts" {
	make_one statefulset.yaml statefulset.apps/kind-set
	kubec rollout status statefulset/kind-set --timeout=30s
	expect 0 get sts kind-set <<-END
		NAME       READY   AGE
		kind-set   2/2     {age}
	END
	expect 0 get pods -l app=kind-set -o name <<-END
		pod/kind-set-0
		pod/kind-set-1
	END
	expect 0 set image sts/kind-set main=nginx:1.20 <<-END
		statefulset.apps/kind-set image updated
	END
	kubec rollout status sts/kind-set --timeout=30s
	expect 0 rollout history sts/kind-set <<-END
		statefulset.apps/kind-set 
		REVISION  CHANGE-CAUSE
		1         <none>
		2         <none>

	END
	err="$(undo_warning statefulsets/kind-set)" expect 0 rollout undo sts/kind-set --to-revision=1 <<-END
		statefulset.apps/kind-set rolled back
	END
	kubec rollout status sts/kind-set --timeout=30s
	expect_value nginx:1.19 sts/kind-set '.spec.template.spec.containers[0].image'
	expect 0 rollout restart sts/kind-set <<-END
		statefulset.apps/kind-set restarted
	END
	expect 0 scale sts kind-set --replicas=1 <<-END
		statefulset.apps/kind-set scaled
	END
	err='error: statefulsets.apps "kind-set" pausing is not supported' \
		expect 1 rollout pause sts/kind-set </dev/null
	remove_one statefulset.apps kind-set
}

@test "DaemonSet, and its rollouts" {
	make_one daemonset.yaml daemonset.apps/kind-daemon
	kubec rollout status ds/kind-daemon --timeout=30s
	expect 0 get ds kind-daemon <<-END
		NAME          DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE
		kind-daemon   {n}         {n}         {n}       {n}            {n}           <none>          {age}
	END
	expect 0 set image ds/kind-daemon '*=nginx:1.20' <<-END
		daemonset.apps/kind-daemon image updated
	END
	kubec rollout status ds/kind-daemon --timeout=30s
	expect 0 rollout history ds/kind-daemon <<-END
		daemonset.apps/kind-daemon 
		REVISION  CHANGE-CAUSE
		1         <none>
		2         <none>

	END
	err="$(undo_warning daemonsets/kind-daemon)" expect 0 rollout undo ds/kind-daemon <<-END
		daemonset.apps/kind-daemon rolled back
	END
	expect_value nginx:1.19 ds/kind-daemon '.spec.template.spec.containers[0].image'
	expect 0 rollout restart ds/kind-daemon <<-END
		daemonset.apps/kind-daemon restarted
	END
	err='Error from server (NotFound): the server could not find the requested resource' \
		expect 1 scale ds/kind-daemon --replicas=2 </dev/null
	remove_one daemonset.apps kind-daemon
}

@test "Job" {
	make_one job.yaml job.batch/kind-job
	eventually 30 shows 1/1 get job kind-job
	expect 0 get pods -l job-name=kind-job --no-headers <<-END
		kind-job-{id}   0/1   Completed   0     {age}
	END
	remove_one job.batch kind-job
	eventually 30 has_pods 0 job-name=kind-job
}

@test "CronJob" {
	make_one cronjob.yaml cronjob.batch/kind-cron
	expect 0 get cj kind-cron <<-END
		NAME        SCHEDULE    {any}
		kind-cron   0 3 * * *   {any}
	END
	remove_one cronjob.batch kind-cron
}

@test "Namespace" {
	make_one namespace.yaml "namespace/$E2E_NAMESPACE-kind"
	expect 0 get ns "$E2E_NAMESPACE-kind" <<-END
		NAME   STATUS   AGE
		$E2E_NAMESPACE-kind   Active   {age}
	END
	remove_one namespace "$E2E_NAMESPACE-kind" cluster
}

@test "Node" {
	make_one node.yaml "node/$E2E_NAMESPACE-node"
	expect 0 get nodes "$E2E_NAMESPACE-node" --no-headers <<-END
		$E2E_NAMESPACE-node   {any}
	END
	remove_one node "$E2E_NAMESPACE-node" cluster
}

@test "ReplicaSet" {
	make_one replicaset.yaml replicaset.apps/kind-replicas
	eventually 30 shows '1         1         1' get rs kind-replicas
	expect 0 get rs kind-replicas <<-END
		NAME            DESIRED   CURRENT   READY   AGE
		kind-replicas   1         1         1       {age}
	END
	expect 0 scale rs/kind-replicas --replicas=2 --current-replicas=1 <<-END
		replicaset.apps/kind-replicas scaled
	END
	remove_one replicaset.apps kind-replicas
}

@test "delete --cascade=orphan leaves the pods" {
	make_one replicaset.yaml replicaset.apps/kind-replicas
	eventually 30 has_pods 1 app=kind-replicas
	expect 0 delete rs kind-replicas --cascade=orphan <<-END
		replicaset.apps "kind-replicas" deleted from $E2E_NAMESPACE namespace
	END
	has_pods 1 app=kind-replicas
	kubec delete pods -l app=kind-replicas
}

@test "ServiceAccount, Role, ClusterRole and their bindings" {
	file=$(render rbac.yaml)
	expect 0 apply -f "$file" <<-END
		serviceaccount/kind-account created
		role.rbac.authorization.k8s.io/kind-role created
		rolebinding.rbac.authorization.k8s.io/kind-binding created
		clusterrole.rbac.authorization.k8s.io/$E2E_NAMESPACE-role created
		clusterrolebinding.rbac.authorization.k8s.io/$E2E_NAMESPACE-binding created
	END
	err='error: arguments in resource/name form must have a single resource and name' \
		expect 1 get rolebindings,sa/kind-account </dev/null
	expect 0 get rolebinding kind-binding <<-END
		NAME           ROLE             AGE
		kind-binding   Role/kind-role   {age}
	END
	expect 0 get clusterrolebinding "$E2E_NAMESPACE-binding" -o name <<-END
		clusterrolebinding.rbac.authorization.k8s.io/$E2E_NAMESPACE-binding
	END
	expect 0 get sa kind-account --no-headers <<-END
		kind-account   {any}
	END
	expect 0 get role/kind-role sa/kind-account --no-headers -o name <<-END
		role.rbac.authorization.k8s.io/kind-role
		serviceaccount/kind-account
	END
	expect 0 delete -f "$file" <<-END
		serviceaccount "kind-account" deleted from $E2E_NAMESPACE namespace
		role.rbac.authorization.k8s.io "kind-role" deleted from $E2E_NAMESPACE namespace
		rolebinding.rbac.authorization.k8s.io "kind-binding" deleted from $E2E_NAMESPACE namespace
		clusterrole.rbac.authorization.k8s.io "$E2E_NAMESPACE-role" deleted
		clusterrolebinding.rbac.authorization.k8s.io "$E2E_NAMESPACE-binding" deleted
	END
}

@test "a custom resource" {
	local group=$E2E_NAMESPACE.example.com definition
	definition=$(render custom-resource-definition.yaml)
	expect 0 apply -f "$definition" <<-END
		customresourcedefinition.apiextensions.k8s.io/widgets.$group created
	END
	eventually 30 kubec get "widgets.$group"
	make_one widget.yaml "widget.$group/kind-widget"
	expect 0 get "wdg.$group" <<-END
		NAME          SIZE
		kind-widget   9007199254740993
	END
	expect 0 get "widgets.v1.$group" -o wide <<-END
		NAME          SIZE               PARTS
		kind-widget   9007199254740993   {any}
	END
	# Lists of custom resources are replaced whole.
	sed -i 's/\[a, b\]/[c]/' "$file"
	expect 0 apply -f "$file" <<-END
		widget.$group/kind-widget configured
	END
	expect_value '["c"]' "widget.$group/kind-widget" .spec.parts
	remove_one "widget.$group" kind-widget
	expect 0 delete crd "widgets.$group" <<-END
		customresourcedefinition.apiextensions.k8s.io "widgets.$group" deleted
	END
	err="error: the server doesn't have a resource type \"widgets\"" \
		eventually 30 expect 1 get "widgets.$group" </dev/null
}
