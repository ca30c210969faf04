# autoscale: the HorizontalPodAutoscaler that it makes, and what it refuses.
load helper

setup_file() { start_server --no-controllers; }
teardown_file() { stop_server; }
setup() { reset_server; cd "$BATS_TEST_TMPDIR" || return; kubec create deployment web --image=nginx >/dev/null; control DELETE requests >/dev/null; }

@test "an autoscaler is one GET and one POST" {
	says 0 'horizontalpodautoscaler.autoscaling/web autoscaled' '' autoscale deployment web --min=2 --max=5 --cpu=70% --memory=200
	[ "$(requests)" = $'GET /apis/apps/v1/namespaces/default/deployments/web\nPOST /apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers?fieldManager=kubectl-autoscale' ]
	run_kubec get hpa web -o 'jsonpath={.spec}'
	[ "$output" = '{"maxReplicas":5,"metrics":[{"resource":{"name":"cpu","target":{"averageUtilization":70,"type":"Utilization"}},"type":"Resource"},{"resource":{"name":"memory","target":{"averageValue":"200Mi","type":"AverageValue"}},"type":"Resource"}],"minReplicas":2,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}' ]
}

@test "--dry-run=client prints what would be created" {
	says 0 $'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: other\nspec:\n  maxReplicas: 3\n  metrics:\n  - resource:\n      name: cpu\n      target:\n        averageValue: 500m\n        type: AverageValue\n    type: Resource\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: web\nstatus:\n  currentMetrics: null\n  desiredReplicas: 0' '' \
		autoscale deployment web --max=3 --cpu=500 --name=other --dry-run=client -o yaml
	says 0 'horizontalpodautoscaler.autoscaling/web created (dry run)' '' autoscale deployment web --max=3 --dry-run=client
	[ "$(request_count POST)" -eq 0 ]
}

@test "--cpu-percent works and says that it is old" {
	says 0 'horizontalpodautoscaler.autoscaling/web autoscaled' \
		"Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU)." \
		autoscale deployment web --max=5 --cpu-percent=50
	run_kubec get hpa web -o 'jsonpath={.spec.metrics[0].resource.target.averageUtilization}'
	[ "$output" = 50 ]
	run_kubec autoscale deployment web --max=5 --cpu-percent=50 --cpu=1
	[ "$status" -eq 1 ]
	[ "${stderr##*$'\n'}" = 'error: --cpu-percent and --cpu are mutually exclusive' ]
}

@test "without autoscaling/v2 it is one of v1, with the percentage that was asked for" {
	control POST faults '{"path":"/apis/autoscaling/v2/","do":"status","code":404,"times":1}'
	says 0 'horizontalpodautoscaler.autoscaling/web autoscaled' '' autoscale deployment web --max=5 --cpu=60%
	[ "$(requests | tail -n 1)" = 'POST /apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers?fieldManager=kubectl-autoscale' ]
	run_kubec get --raw /apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers/web
	[[ $output == *'"targetCPUUtilizationPercentage":60'* ]]
}

@test "what v1 cannot say fails" {
	kubec autoscale deployment web --max=5 >/dev/null
	local failed='error: failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: '
	says 1 '' "${failed}empty input" autoscale deployment web --max=5
	says 1 '' "${failed}%!w(<nil>)" autoscale deployment web --max=5 --cpu=500m
	says 1 '' 'Error from server (AlreadyExists): horizontalpodautoscalers.autoscaling "web" already exists' \
		autoscale deployment web --max=5 --cpu=50%
}

@test "what is refused" {
	says 1 '' 'error: required flag(s) "max" not set' autoscale deployment web
	says 1 '' 'error: --max=MAXPODS is required and must be at least 1, max: 0' autoscale deployment web --max=0
	says 1 '' 'error: --max=MAXPODS must be larger or equal to --min=MINPODS, max: 1, min: 2' autoscale deployment web --max=1 --min=2
	says 1 '' 'error: invalid percentage value: x' autoscale deployment web --max=5 --cpu=x%
	says 1 '' 'error: invalid resource memory value: x' autoscale deployment web --max=5 --memory=x
	says 1 '' 'Error from server (NotFound): deployments.apps "none" not found' autoscale deployment none --max=5
	says 1 '' 'error: cannot autoscale a Service: could not find scale subresource for /v1, Resource=services in discovery information' \
		autoscale service kubernetes --max=5
}
