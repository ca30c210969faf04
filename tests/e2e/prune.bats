#!/usr/bin/env bats
# What a manifest no longer names goes: by label and kind, and by ApplySet. Steps, as in deployment.bats.

load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	config_map prune-keep >less.yaml
	{ config_map prune-keep; echo ---; config_map prune-old; } >all.yaml
}

config_map() {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n  labels: {prune: me}\ndata:\n  k: v\n' "$1"
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return 1
}

@test "apply --prune -l" {
	expect 0 apply -f all.yaml <<-END
		configmap/prune-keep created
		configmap/prune-old created
	END
	expect 0 apply -f less.yaml --prune -l prune=me --prune-allowlist=core/v1/ConfigMap --dry-run=server <<-END
		configmap/prune-keep unchanged (server dry run)
		configmap/prune-old pruned (server dry run)
	END
	expect 0 apply -f less.yaml --prune -l prune=me --prune-allowlist=core/v1/ConfigMap <<-END
		configmap/prune-keep unchanged
		configmap/prune-old pruned
	END
	expect 0 delete -f less.yaml <<-END
		configmap "prune-keep" deleted from $E2E_NAMESPACE namespace
	END
}

@test "apply --prune --applyset" {
	export KUBECTL_APPLYSET=true
	expect 0 apply -n "$E2E_NAMESPACE" -f all.yaml --prune --applyset=prune-set <<-END
		configmap/prune-keep created
		configmap/prune-old created
	END
	expect 0 apply -n "$E2E_NAMESPACE" -f less.yaml --prune --applyset=prune-set <<-END
		configmap/prune-keep unchanged
		configmap/prune-old pruned
	END
	expect 0 delete configmap/prune-keep secret/prune-set <<-END
		configmap "prune-keep" deleted from $E2E_NAMESPACE namespace
		secret "prune-set" deleted from $E2E_NAMESPACE namespace
	END
}
