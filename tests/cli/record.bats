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

@test "--record with what else changes or makes objects" {
	kubec create deployment web --image=nginx:1 --port=80 >/dev/null
	run_kubec label deployment web a=b --record
	[[ $status -eq 0 && $output == "deployment.apps/web labeled" ]]
	[[ $(cause deployment web) == "kubec label deployment web a=b --record=true" ]]
	# what was labeled before is not touched again
	run_kubec label deploy web a=b --record
	[[ $output == "deployment.apps/web not labeled" && $(cause deployment web) == "kubec label deployment web a=b --record=true" ]]
	run_kubec annotate deployment web note=x --record
	[[ $output == "deployment.apps/web annotated" && $(cause deployment web) == "kubec annotate deployment web note=x --record=true" ]]
	run_kubec annotate deployment web kubernetes.io/change-cause=mine --record
	[[ $status -eq 0 && $(cause deployment web) == mine ]]
	run_kubec scale deployment web --replicas=2 --record
	[[ $output == "deployment.apps/web scaled" && $(cause deployment web) == "kubec scale deployment web --replicas=2 --record=true" ]]
	run_kubec expose deployment web --record
	[[ $output == "service/web exposed" && $(cause service web) == "kubec expose deployment web --record=true" ]]
	run_kubec autoscale deployment web --max=3 --record
	[[ $status -eq 0 && $(cause hpa web) == "kubec autoscale deployment web --max=3 --record=true" ]]
	run_kubec run one --image=nginx --record
	[[ $output == "pod/one created" && $(cause pod one) == "kubec run one --image=nginx --record=true" ]]
}

@test "--record writes nothing in a dry run, and a scaled object is scaled even where it cannot be written to" {
	kubec create deployment web --image=nginx:1 >/dev/null
	for verb in "scale --replicas=3" "label a=b" "annotate a=b"; do
		run_kubec ${verb%% *} deployment web ${verb#* } --record --dry-run=server
		[[ $status -eq 0 ]]
		run_kubec ${verb%% *} deployment web ${verb#* } --record --dry-run=client
		[[ $status -eq 0 ]]
	done
	[[ -z $(cause deployment web) && $(kubec get deployment web -o jsonpath='{.spec.replicas}{.metadata.annotations.a}{.metadata.labels}') == '1{"app":"web"}' ]]
	control POST faults '{"path":"/deployments/web[?]","do":"status","code":403,"reason":"Forbidden","message":"no","count":-1}' >/dev/null
	run_kubec scale deployment web --replicas=2 --record
	control DELETE faults >/dev/null
	[[ $status -eq 0 && $output == "deployment.apps/web scaled" && -z $(cause deployment web) ]]
	[[ $(kubec get deployment web -o jsonpath='{.spec.replicas}') == 2 ]]
}

@test "help and completion do not speak of it" {
	run_kubec patch --help
	[[ $output != *--record* ]]
	run_kubec __complete patch --rec
	[[ $output != *--record* ]]
}
