# top node and top pod: what the metrics API says, as kubectl's tables.
load helper

setup_file() { start_server --no-controllers --metrics; }
teardown_file() { stop_server; }
setup() {
	reset_server
	control POST objects '[
		{"apiVersion":"v1","kind":"Node","metadata":{"name":"big","labels":{"zone":"a"},"annotations":{"test/metrics":"{\"cpu\":\"1500m\",\"memory\":\"3Gi\",\"swap\":\"1Gi\"}"}},
		 "status":{"capacity":{"cpu":"8","memory":"16Gi"},"allocatable":{"cpu":"6","memory":"12Gi"},"nodeInfo":{"swap":{"capacity":4294967296}}}},
		{"apiVersion":"v1","kind":"Node","metadata":{"name":"small","annotations":{"test/metrics":"{\"cpu\":\"1999m\",\"memory\":\"1000Mi\"}"}},
		 "status":{"capacity":{"cpu":"2","memory":"2Gi"},"allocatable":{"cpu":"2","memory":"2Gi"}}},
		{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"app":"w"},"annotations":{"test/metrics":"{\"x\":{\"cpu\":\"5500u\",\"memory\":\"10Mi\"},\"b\":{\"cpu\":\"123456789n\",\"memory\":\"1048575\"}}"}},"spec":{"nodeName":"big","containers":[{"name":"x","image":"i"},{"name":"b","image":"i"}]}},
		{"apiVersion":"v1","kind":"Pod","metadata":{"name":"c","namespace":"kube-system","annotations":{"test/metrics":"{\"x\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}}"}},"spec":{"containers":[{"name":"x","image":"i"}]}},
		{"apiVersion":"v1","kind":"Pod","metadata":{"name":"new","labels":{"app":"new"}},"spec":{"containers":[{"name":"x","image":"i"}]}}]' >/dev/null
	control DELETE requests >/dev/null
}

tabled() { says 0 "$1" '' "${@:2}"; } # STDOUT WORD...

@test "nodes, with the part of what Pods may use, in two requests" {
	tabled 'NAME     CPU(cores)   CPU(%)      MEMORY(bytes)   MEMORY(%)   
big      1500m        25%         3072Mi          25%         
small    1999m        99%         1000Mi          48%         
node-1   <unknown>    <unknown>   <unknown>       <unknown>   ' top node
	[ "$(requests)" = $'GET /apis/metrics.k8s.io/v1beta1/nodes\nGET /api/v1/nodes' ]
	tabled 'small   1999m   99%   1000Mi   48%   ' top no small --no-headers
	tabled 'NAME   CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)   SWAP(bytes)   SWAP(%)   
big    1500m        18%      3072Mi          18%         1024Mi        25%       ' top nodes -l zone=a --show-capacity --show-swap
	tabled 'small    1999m       99%         1000Mi      48%         
big      1500m       25%         3072Mi      25%         
node-1   <unknown>   <unknown>   <unknown>   <unknown>   ' top node --sort-by=cpu --no-headers
	says 1 '' 'error: metrics not available yet' top node -l zone=none
	says 1 '' 'Error from server (NotFound): nodemetrics.metrics.k8s.io "none" not found' top node none
}

@test "Pods, their containers and their sum" {
	tabled 'NAME   CPU(cores)   MEMORY(bytes)   
a      129m         10Mi            ' top pod
	tabled 'POD   NAME   CPU(cores)   MEMORY(bytes)   
a     b      124m         0Mi             
a     x      6m           10Mi            ' top pod a --containers
	tabled 'NAMESPACE     NAME   CPU(cores)   MEMORY(bytes)   
kube-system   c      1000m        1024Mi          
default       a      129m         10Mi            
                     ________     ________        
                     1129m        1034Mi          ' top po -A --sum --sort-by=memory
	tabled 'NAME   CPU(cores)   MEMORY(bytes)   SWAP(bytes)   
a      129m         10Mi            0Mi           ' top pod --show-swap -l app=w --field-selector=spec.nodeName=big
}

@test "no metrics: of nobody, not yet, or of none at all" {
	says 0 '' 'No resources found in kube-public namespace.' top pod -n kube-public
	says 0 '' 'No resources found' top pod -A -l app=none
	says 1 '' 'error: metrics not available yet' top pod -l app=new
	control POST clock '{"seconds": -300}' >/dev/null
	kubec create -f - <<<'{apiVersion: v1, kind: Pod, metadata: {name: old, labels: {app: old}}, spec: {containers: [{name: c, image: i}]}}' >/dev/null
	control POST clock '{"seconds": 300}' >/dev/null
	run_kubec top pod -l app=old
	[ "$status" -eq 1 ] && [[ $stderr =~ ^'error: Metrics not available for pod default/old, age: 5m'[0-9.]+s$ ]]
	says 1 '' 'Error from server (NotFound): podmetrics.metrics.k8s.io "default/new" not found' top pod new
}

@test "a server without the metrics API is told from one that does not answer for it" {
	control POST faults '{"path":"/metrics.k8s.io/","do":"status","code":503,"reason":"ServiceUnavailable","message":"the server is currently unable to handle the request","count":-1}' >/dev/null
	says 1 '' 'Error from server (ServiceUnavailable): the server is currently unable to handle the request' top node
	(
		start_server --no-controllers
		says 1 '' 'error: Metrics API not available' top node
		says 1 '' 'error: Metrics API not available' top pod x
		stop_server
	)
}

@test "lines that make no sense are refused before anything is asked" {
	says 1 '' $'error: node [NAME | -l label]\nSee \'kubec top node -h\' for help and examples' top node a b
	says 1 '' 'error: --sort-by accepts only cpu or memory' top pod --sort-by=name
	says 1 '' 'error: only one of NAME or --selector can be provided' top node a -l b
	says 1 '' 'error: only one of NAME or selector can be provided' top pod a --field-selector=b=c
	says 1 '' "error: invalid selector: 'b=c,d'; can't understand 'd'" top pod --field-selector=b=c,d
	says 1 '' "error: unable to parse requirement: found '', expected: ',' or ')'" top pod -l 'a in (b'
	[ "$(request_count)" -eq 0 ]
}

@test "a terminal gets bars beside the percentages, a pipe does not" {
	run env NO_COLOR=1 TERM=xterm timeout 30 python3 "$ROOT/tests/cli/person.py" -- "$KUBEC" top node --no-headers
	[[ $output == *$'\nsmall    1999m       99%  ##########   1000Mi      48%  #####.....   \n'* ]]
	[[ $output == *'25%  ###.......'* ]]
}
