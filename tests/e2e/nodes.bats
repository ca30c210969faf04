#!/usr/bin/env bats
# A node of nobody's machine is emptied under a disruption budget, and certificate requests are judged. Steps, as in
# deployment.bats.

load helper

setup_file() { export NODE=$E2E_NAMESPACE-node CSR=$E2E_NAMESPACE-csr; }

teardown_file() { kubec delete node "$NODE" --ignore-not-found && kubec delete csr "$CSR-1" "$CSR-2" --ignore-not-found; }

pod() { # NAME
	kubec create -f - <<-END >/dev/null
		{apiVersion: v1, kind: Pod, metadata: {name: $1, labels: {app: drained}}, spec: {nodeName: $NODE, tolerations: [{operator: Exists}],
		 terminationGracePeriodSeconds: 0, containers: [{name: c, image: i}]}}
	END
	kubec patch pod "$1" --subresource=status -p '{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}' >/dev/null
}

budget_allows() { # COUNT
	[[ $(kubec get pdb budget -o jsonpath='{.status.disruptionsAllowed}') == "$1" ]]
}

@test "drain takes nothing that would be lost" {
	kubec create -f - <<<"{apiVersion: v1, kind: Node, metadata: {name: $NODE}}"
	pod one
	pod two
	err="error: unable to drain node \"$NODE\" due to error: cannot delete Pods that declare no controller (use --force to override): $E2E_NAMESPACE/one, $E2E_NAMESPACE/two, continuing command...
There are pending nodes to be drained:
 $NODE
cannot delete Pods that declare no controller (use --force to override): $E2E_NAMESPACE/one, $E2E_NAMESPACE/two" \
		expect 1 drain "$NODE" <<-END
			node/$NODE cordoned
		END
}

@test "drain gives up on what a budget holds" {
	version=policy/v1
	[ "$(server_minor)" -ge 21 ] || version=policy/v1beta1
	kubec create -f - <<<"{apiVersion: $version, kind: PodDisruptionBudget, metadata: {name: budget}, spec: {minAvailable: 2, selector: {matchLabels: {app: drained}}}}"
	kubec label pod one only=one
	eventually 20 budget_allows 0
	err="Warning: deleting Pods that declare no controller: $E2E_NAMESPACE/one
error when evicting pods/\"one\" -n \"$E2E_NAMESPACE\" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
There are pending pods in node \"$NODE\" when an error occurred: error when evicting pods/\"one\" -n \"$E2E_NAMESPACE\": global timeout reached: 1s
pod/one
error: unable to drain node \"$NODE\" due to error: error when evicting pods/\"one\" -n \"$E2E_NAMESPACE\": global timeout reached: 1s, continuing command...
There are pending nodes to be drained:
 $NODE
error when evicting pods/\"one\" -n \"$E2E_NAMESPACE\": global timeout reached: 1s" \
		expect 1 drain "$NODE" --force --timeout=1s --pod-selector=only=one <<-END
			node/$NODE already cordoned
			evicting pod $E2E_NAMESPACE/one
			evicting pod $E2E_NAMESPACE/one
		END
}

@test "drain empties the node once the budget has room" {
	kubec delete pdb budget
	err="Warning: deleting Pods that declare no controller: $E2E_NAMESPACE/one, $E2E_NAMESPACE/two" \
		expect 0 drain "$NODE" --force --dry-run=client <<-END
			node/$NODE already cordoned (dry run)
			evicting pod $E2E_NAMESPACE/one (dry run)
			evicting pod $E2E_NAMESPACE/two (dry run)
			node/$NODE drained (dry run)
		END
	kubec drain "$NODE" --force
	[[ -z $(kubec get pods -o name --field-selector="spec.nodeName=$NODE") ]]
	expect 0 uncordon "$NODE" <<-END
		node/$NODE uncordoned
	END
}

@test "certificate approve and deny" {
	for n in 1 2; do
		sed "s/NAME/$CSR-$n/" "$BATS_TEST_DIRNAME/manifests/csr.yaml" | kubec create -f - >/dev/null
	done
	expect 0 certificate approve "$CSR-1" <<-END
		certificatesigningrequest.certificates.k8s.io/$CSR-1 approved
	END
	expect_value KubectlApprove "csr/$CSR-1" '.status.conditions[0].reason'
	err="error: certificate signing request \"$CSR-1\" is already Approved" expect 1 certificate deny "$CSR-1" </dev/null
	expect 0 certificate deny "$CSR-2" -o name <<-END
		certificatesigningrequest.certificates.k8s.io/$CSR-2
	END
	expect_value Denied "csr/$CSR-2" '.status.conditions[0].type'
}

@test "top without a metrics API" {
	! kubec api-versions | grep -q '^metrics.k8s.io/' || skip "there is one"
	err='error: Metrics API not available' expect 1 top node </dev/null
	err='error: Metrics API not available' expect 1 top pod </dev/null
}
