# label and annotate: what they send, what they say, what they refuse.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() { reset_server; cd "$BATS_TEST_TMPDIR" || return; }

config_maps() { # NAME...
	local name
	for name; do
		kubec create -f - <<<"{apiVersion: v1, kind: ConfigMap, metadata: {name: $name, labels: {app: x}, annotations: {note: 'y'}}}" >/dev/null
	done
	control DELETE requests >/dev/null
}


@test "a label is one GET and one PATCH; without a change there is no PATCH" {
	config_maps a
	says 0 'configmap/a labeled' '' label configmap a tier=front
	[ "$(requests)" = $'GET /api/v1/namespaces/default/configmaps/a\nPATCH /api/v1/namespaces/default/configmaps/a?fieldManager=kubectl-label' ]
	control DELETE requests >/dev/null
	says 0 'configmap/a not labeled' '' label configmap a tier=front
	[ "$(requests)" = 'GET /api/v1/namespaces/default/configmaps/a' ]
	run_kubec get configmap a -o 'jsonpath={.metadata.labels}'
	[ "$output" = '{"app":"x","tier":"front"}' ]
}

@test "labels are added, replaced and taken away" {
	config_maps a
	says 1 '' "error: 'app' already has a value (x), and --overwrite is false" label cm a app=z
	says 0 'configmap/a labeled' '' label cm a app=z --overwrite
	says 0 'configmap/a modified' '' label cm a app- tier=front
	says 0 'configmap/a unlabeled' '' label cm a tier-
	says 0 $'label "tier" not found.\nconfigmap/a not labeled' '' label cm a tier-
	run_kubec get cm a -o 'jsonpath={.metadata.labels}'
	[ -z "$output" ]
}

@test "several faults of one object are a line each, and nothing is sent" {
	config_maps a b
	kubec label cm a b z=1 >/dev/null
	control DELETE requests >/dev/null
	says 1 '' $'\'app\' already has a value (x), and --overwrite is false\n\'z\' already has a value (1), and --overwrite is false' \
		label cm a app=2 z=2
	[ "$(requests)" = 'GET /api/v1/namespaces/default/configmaps/a' ]
	says 1 '' $'[\'app\' already has a value (x), and --overwrite is false, \'z\' already has a value (1), and --overwrite is false]\n[\'app\' already has a value (x), and --overwrite is false, \'z\' already has a value (1), and --overwrite is false]' \
		label cm a b app=2 z=2
}

@test "one failing object does not hide the others, and each is told in its place" {
	config_maps a b c
	kubec label cm a z=1 >/dev/null
	says 1 $'configmap/b labeled\nconfigmap/c labeled' \
		$'\'z\' already has a value (1), and --overwrite is false\nError from server (NotFound): configmaps "missing" not found' \
		label cm a missing b c z=2
}

@test "--resource-version is sent, and is for one object" {
	config_maps a b
	says 1 '' 'Error from server (Conflict): Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again' \
		label cm a z=1 --resource-version=1
	says 1 '' 'error: --resource-version may only be used with a single resource' label cm a b z=1 --resource-version=1
	says 1 '' 'error: --resource-version may only be used with a single resource' annotate cm --all z=1 --resource-version=1
}

@test "an annotation is always sent, and shown as the server has it" {
	config_maps a
	says 0 'configmap/a annotated' '' annotate cm a note=y
	[ "$(requests '' | tail -n 1)" = 'PATCH /api/v1/namespaces/default/configmaps/a?fieldManager=kubectl-annotate' ]
	says 1 '' "error: --overwrite is false but found the following declared annotation(s): 'note' already has a value (y)" \
		annotate cm a note=z
	says 0 z '' annotate cm a note=z --overwrite -o 'jsonpath={.metadata.annotations.note}'
	says 0 'configmap/a annotated' '' annotate cm a note-
	run_kubec get cm a -o 'jsonpath={.metadata.annotations}'
	[ -z "$output" ]
}

@test "kubernetes.io/change-cause may always be replaced" {
	config_maps a
	says 0 'configmap/a annotated' '' annotate cm a kubernetes.io/change-cause=one
	says 0 'configmap/a annotated' '' annotate cm a kubernetes.io/change-cause=two
}

@test "--dry-run sends nothing, or asks the server to keep nothing" {
	config_maps a
	says 0 'configmap/a labeled (dry run)' '' label cm a z=1 --dry-run=client
	[ "$(request_count)" -eq 1 ]
	says 0 'configmap/a labeled (server dry run)' '' label cm a z=1 --dry-run=server
	[ "$(requests | tail -n 1)" = 'PATCH /api/v1/namespaces/default/configmaps/a?dryRun=All&fieldManager=kubectl-label' ]
	run_kubec get cm a -o 'jsonpath={.metadata.labels}'
	[ "$output" = '{"app":"x"}' ]
}

@test "--list shows what objects have and changes nothing" {
	config_maps a b
	kubec label cm a n=1 >/dev/null
	control DELETE requests >/dev/null
	says 0 $'app=x\nn=1' '' label cm a --list
	says 0 $'Listing labels for ConfigMap./a:\n app=x\n n=1\nListing labels for ConfigMap./b:\n app=x' '' label cm a b --list
	says 0 'note=y' '' annotate cm a --list
	[ -z "$(requests | grep -v ^GET)" ]
	says 1 '' 'error: --list and --output may not be specified together' label cm a --list -o yaml
}

@test "--local asks no server, also about kinds that it does not know" {
	cat >w.yaml <<-EOF
		apiVersion: example.com/v1
		kind: Widget
		metadata:
		  name: w
	EOF
	says 0 $'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  labels:\n    a: b\n  name: w' '' label --local -f w.yaml a=b -o yaml
	says 0 'widget.example.com/w annotated' '' annotate --local -f w.yaml a=b
	[ "$(request_count)" -eq 0 ]
	says 1 '' 'error: can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set' label --local cm a a=b
	says 1 '' 'error: one or more files must be specified as -f rsrc.yaml or --filename=rsrc.json' annotate --local a=b
	says 1 '' 'error: cannot specify --local and --dry-run=server - did you mean --dry-run=client?' \
		label --local -f w.yaml a=b --dry-run=server
}

@test "objects are chosen by labels, fields, --all and files" {
	config_maps a b
	kubec label cm b app=other --overwrite >/dev/null
	says 0 'configmap/a labeled' '' label cm -l app=x l=1
	says 0 'configmap/b labeled' '' label cm --field-selector metadata.name=b f=1
	kubec create secret generic s --from-literal=a=b >/dev/null
	says 0 'secret/s labeled' '' label secrets --all all=1
	printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}' >a.json
	says 0 'configmap/a labeled' '' label -f a.json file=1
	says 1 '' 'error: cannot set --all and --selector at the same time' label cm --all -l a=b x=y
	says 1 '' 'error: cannot set --all and --field-selector at the same time' label cm --all --field-selector a=b x=y
}

@test "words that make no sense are refused before anything is asked" {
	says 1 '' 'error: at least one label update is required' label cm a
	says 1 '' 'error: at least one annotation update is required' annotate cm a
	says 1 '' 'error: one or more resources must be specified as <resource> <name> or <resource>/<name>' label a=b
	says 1 '' 'error: all resources must be specified before label changes: b' label cm a x=y b
	says 1 '' 'error: can not both modify and remove a label in the same command' label cm a x=y x-
	says 1 '' 'error: can not both modify and remove the following annotation(s) in the same command: x' annotate cm a x=y x-
	says 1 '' 'error: invalid label spec: x=y=z' label cm a x=y=z
	says 1 '' "error: invalid label value: \"x=y z\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')" \
		label cm a 'x=y z'
	[ "$(request_count)" -eq 0 ]
}

@test "a format that does not exist is found out before the change" {
	config_maps a
	says 1 '' 'error: unable to match a printer suitable for the output format "bad", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml' \
		label cm a z=1 -o bad
	[ -z "$(requests | grep PATCH)" ]
}

@test "many objects are labelled by one list and a PATCH each" {
	config_maps a b c d
	says 0 $'configmap/a labeled\nconfigmap/b labeled\nconfigmap/c labeled\nconfigmap/d labeled' '' label cm -l app=x z=1 --concurrency=2
	[ "$(request_count)" -eq 5 ]
}
