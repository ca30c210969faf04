load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; }

cause() { kubec get "$@" -o jsonpath='{.metadata.annotations.kubernetes\.io/change-cause}'; }

@test "--record keeps the line in an annotation, and says that it is deprecated" {
	kubec create deployment web --image=nginx:1 >/dev/null
	run_kubec set image deployment/web nginx=nginx:2 --record
	[[ $status -eq 0 && $output == "deployment.apps/web image updated" ]]
	[[ $stderr == "Flag --record has been deprecated, --record will be removed in the future" ]]
	[[ $(cause deployment web) == "kubec set image deployment/web nginx=nginx:2 --record=true" ]]
	run_kubec patch -p '{"spec":{"paused":true}}' deploy web --record=true
	[[ $status -eq 0 && $output == "deployment.apps/web patched" ]]
	[[ $(cause deployment web) == 'kubec patch deploy web --patch={"spec":{"paused":true}} --record=true' ]]
	kubec patch deploy web -p '{"spec":{"paused":false}}' --record=false 2>/dev/null >&2
	[[ $(cause deployment web) == 'kubec patch deploy web --patch={"spec":{"paused":true}} --record=true' ]]
}

@test "--record with manifests" {
	local manifest=$BATS_TEST_TMPDIR/m.yaml
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n' >"$manifest"
	run_kubec create -f "$manifest" --record
	[[ $status -eq 0 && $(cause cm one) == "kubec create --filename=$manifest --record=true" ]]
	run_kubec apply --record -f "$manifest"
	[[ $status -eq 0 && $(cause cm one) == "kubec apply --record=true --filename=$manifest" ]]
}

@test "help and completion do not speak of it" {
	run_kubec patch --help
	[[ $output != *--record* ]]
	run_kubec __complete patch --rec
	[[ $output != *--record* ]]
}
