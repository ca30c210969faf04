#!/usr/bin/env bats
# The walkthrough of a Deployment, from create to delete. The tests are steps: each starts where the one
# before it ended.

load helper

@test "create deployment" {
	expect 0 create deployment web --image=nginx:1.19 <<-END
		deployment.apps/web created
	END
}

@test "create deployment again" {
	err='error: failed to create deployment: deployments.apps "web" already exists' \
		expect 1 create deployment web --image=nginx:1.19 </dev/null
}

@test "rollout status waits for the pods" {
	kubec rollout status deployment/web --timeout=30s
	expect 0 rollout status deployment/web <<-END
		deployment "web" successfully rolled out
	END
}

@test "get pods" {
	expect 0 get pods -l app=web <<-END
		NAME                 READY   STATUS    RESTARTS   AGE
		web-{id}-{id}        1/1     Running   0          {age}
	END
}

@test "get deployments, also wide, and by name" {
	expect 0 get deployments <<-END
		NAME   READY   UP-TO-DATE   AVAILABLE   AGE
		web    1/1     1            1           {age}
	END
	expect 0 get deploy web -o wide <<-END
		NAME   READY   UP-TO-DATE   AVAILABLE   AGE       CONTAINERS   IMAGES       SELECTOR
		web    1/1     1            1           {age}     nginx        nginx:1.19   app=web
	END
	expect 0 get deployment/web -o name <<-END
		deployment.apps/web
	END
}

@test "tree, and the deployment as it was written" {
	expect 0 tree deployment/web <<-END
		NAME                               READY   STATUS    AGE
		deployment.apps/web                1/1               {age}
		└─replicaset.apps/web-{id}         1/1               {age}
		  └─pod/web-{id}-{id}              1/1     Running   {age}
	END
	expect 0 get deployment web -o neat-yaml <<-END
		apiVersion: apps/v1
		kind: Deployment
		metadata:
		  labels:
		    app: web
		  name: web
		  namespace: $E2E_NAMESPACE
		spec:
		  replicas: 1
		  selector:
		    matchLabels:
		      app: web
		  template:
		    metadata:
		      labels:
		        app: web
		    spec:
		      containers:
		      - image: nginx:1.19
		        name: nginx
	END
}

@test "expose deployment as a LoadBalancer" {
	expect 0 expose deployment web --type=LoadBalancer --port=8080 <<-END
		service/web exposed
	END
}

@test "get services" {
	expect 0 get services <<-END
		NAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)             AGE
		web    LoadBalancer   {ip}         {any}
	END
	expect_value 8080 service/web '.spec.ports[0].targetPort'
	expect_value '{"app":"web"}' service/web '.spec.selector'
}

@test "expose again" {
	err='Error from server (AlreadyExists): services "web" already exists' \
		expect 1 expose deployment web --type=LoadBalancer --port=8080 </dev/null
}

@test "service --url" {
	local address port
	is_kubec || skip "only kubec has this verb"
	address=$(node_address)
	port=$(value_of service/web '.spec.ports[0].nodePort')
	expect 0 service web --url <<-END
		http://$address:$port
	END
}

@test "service opens a browser" {
	local port
	is_kubec || skip "only kubec has this verb"
	port=$(value_of service/web '.spec.ports[0].nodePort')
	printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>"%s/opened"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/browser"
	chmod +x "$BATS_TEST_TMPDIR/browser"
	BROWSER=$BATS_TEST_TMPDIR/browser expect 0 service web <<-END
		NAMESPACE   NAME   PORT   URL
		$E2E_NAMESPACE   web    8080   http://$(node_address):$port
	END
	eventually 5 grep -qx "http://$(node_address):$port" "$BATS_TEST_TMPDIR/opened"
}

@test "scale up, and back" {
	expect 0 scale deployment/web --replicas=3 <<-END
		deployment.apps/web scaled
	END
	kubec rollout status deployment/web --timeout=30s
	expect 0 get deployment web --no-headers <<-END
		web   3/3   3   3   {age}
	END
	expect 0 scale deployment/web --replicas=1 <<-END
		deployment.apps/web scaled
	END
	eventually 30 has_pods 1
}

@test "scale with a precondition that does not hold" {
	err='error: Expected replicas to be 5, was 1' \
		expect 1 scale deployment/web --current-replicas=5 --replicas=2 </dev/null
}

@test "set image makes a second revision" {
	expect 0 set image deployment/web nginx=nginx:1.20 <<-END
		deployment.apps/web image updated
	END
	kubec rollout status deployment/web --timeout=30s
	expect_value nginx:1.20 deployment/web '.spec.template.spec.containers[0].image'
}

@test "set image of a container that is not there" {
	err='error: unable to find container named "sidecar"' \
		expect 1 set image deployment/web sidecar=nginx:1.20 </dev/null
}

@test "rollout history, and of one revision" {
	expect 0 rollout history deployment/web <<-END
		deployment.apps/web 
		REVISION  CHANGE-CAUSE
		1         <none>
		2         <none>

	END
	expect 0 rollout history deployment/web --revision=2 <<-END
		deployment.apps/web with revision #2
		Pod Template:
		  Labels:	app=web
		{tab}pod-template-hash={id}
		  Containers:
		   nginx:
		    Image:	nginx:1.20
		    Port:	<none>
		    Host Port:	<none>
		    Environment:	<none>
		    Mounts:	<none>
		  Volumes:	<none>
		  Node-Selectors:	<none>
		  Tolerations:	<none>

	END
	err='error: unable to find the specified revision' \
		expect 1 rollout history deployment/web --revision=7 </dev/null
}

@test "rollout undo goes back one revision" {
	expect 0 rollout undo deployment/web <<-END
		deployment.apps/web rolled back
	END
	kubec rollout status deployment/web --timeout=30s
	expect_value nginx:1.19 deployment/web '.spec.template.spec.containers[0].image'
	expect 0 rollout history deployment/web <<-END
		deployment.apps/web 
		REVISION  CHANGE-CAUSE
		2         <none>
		3         <none>

	END
}

@test "rollout undo --to-revision" {
	expect 0 rollout undo deployment/web --to-revision=2 <<-END
		deployment.apps/web rolled back
	END
	kubec rollout status deployment/web --timeout=30s
	expect_value nginx:1.20 deployment/web '.spec.template.spec.containers[0].image'
	err='error: unable to find specified revision 1 in history' \
		expect 1 rollout undo deployment/web --to-revision=1 </dev/null
	expect 0 rollout undo deployment/web --to-revision=4 <<-END
		deployment.apps/web skipped rollback (current template already matches revision 4)
	END
}

@test "rollout pause and resume" {
	expect 0 rollout pause deployment/web <<-END
		deployment.apps/web paused
	END
	err='error: deployments.apps "web" is already paused' \
		expect 1 rollout pause deployment/web </dev/null
	err="error: you cannot rollback a paused deployment; resume it first with '{self} rollout resume' and try again" \
		expect 1 rollout undo deployment/web </dev/null
	err='error: deployments.apps "web" can'"'"'t restart paused deployment (run rollout resume first)' \
		expect 1 rollout restart deployment/web </dev/null
	expect 0 rollout resume deployment/web <<-END
		deployment.apps/web resumed
	END
	err='error: deployments.apps "web" is not paused' \
		expect 1 rollout resume deployment/web </dev/null
}

@test "rollout restart" {
	expect 0 rollout restart deployment/web <<-END
		deployment.apps/web restarted
	END
	kubec rollout status deployment/web --timeout=30s
	expect 0 rollout status deployment web --watch=false <<-END
		deployment "web" successfully rolled out
	END
}

@test "rollout status gives up after its time" {
	expect 0 set image deployment/web nginx=nginx:missing <<-END
		deployment.apps/web image updated
	END
	err='error: timed out waiting for the condition' expect 1 rollout status deployment/web --timeout=3s <<-END
		Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...
	END
	expect 0 rollout undo deployment/web <<-END
		deployment.apps/web rolled back
	END
}

@test "logs reach the node" {
	local address pod
	address=$(node_address)
	[[ $address != 127.* ]] || skip "the API server does not ask a node on a loopback address"
	kubec rollout status deployment/web --timeout=30s
	eventually 30 has_pods 1
	pod=$(kubec get pods -l app=web -o name)
	[[ $(value_of nodes '.items[0].status.nodeInfo.osImage') == 'kubelet stand-in' ]] ||
		skip "what a real container says is not known here"
	expect 0 get --raw "/api/v1/namespaces/$E2E_NAMESPACE/pods/${pod#pod/}/log?tailLines=2" <<-END
		nginx is at work
		nginx is still at work
	END
}

@test "delete, as a dry run" {
	expect 0 delete deployment web --dry-run=server <<-END
		deployment.apps "web" deleted from $E2E_NAMESPACE namespace (server dry run)
	END
	expect 0 delete deployment web --dry-run=client <<-END
		deployment.apps "web" deleted from $E2E_NAMESPACE namespace (dry run)
	END
	expect 0 get deployment web -o name <<-END
		deployment.apps/web
	END
}

@test "delete service, then deployment" {
	expect 0 delete service web <<-END
		service "web" deleted from $E2E_NAMESPACE namespace
	END
	expect 0 delete deployment web <<-END
		deployment.apps "web" deleted from $E2E_NAMESPACE namespace
	END
	eventually 30 has_pods 0
	err="No resources found in $E2E_NAMESPACE namespace." expect 0 get pods </dev/null
	err='Error from server (NotFound): deployments.apps "web" not found' \
		expect 1 delete deployment web </dev/null
}
