# kubec kustomize needs no server.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$BATS_TEST_TMPDIR
}

# folder NAME: makes a folder with the kustomization of standard input.
folder() {
	mkdir -p "$1" && cat >"$1/kustomization.yaml"
}

configmap() {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\ndata:\n  a: "1"\n' "$1"
}

@test "a base and an overlay" {
	folder base <<<'resources: [cm.yaml]'
	configmap cfg >base/cm.yaml
	folder overlay <<<'{resources: [../base], namePrefix: dev-, namespace: team, labels: [{pairs: {env: dev}}]}'
	run_kubec kustomize overlay
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$output" = 'apiVersion: v1
data:
  a: "1"
kind: ConfigMap
metadata:
  labels:
    env: dev
  name: dev-cfg
  namespace: team' ]
}

@test "generated names carry a hash, and those who use them know it" {
	folder . <<<'{resources: [pod.yaml], configMapGenerator: [{name: cfg, literals: [a=b]}]}'
	echo '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [{name: v, configMap: {name: cfg}}]}}' >pod.yaml
	run_kubec kustomize
	[ "$status" -eq 0 ]
	[ "$output" = 'apiVersion: v1
data:
  a: b
kind: ConfigMap
metadata:
  name: cfg-4h2mbtbbt6
---
apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  volumes:
  - configMap:
      name: cfg-4h2mbtbbt6
    name: v' ]
}

@test "output into a file and into a folder" {
	folder . <<<'resources: [a.yaml, b.yaml]'
	configmap one >a.yaml
	echo '{apiVersion: apps/v1, kind: Deployment, metadata: {name: Web}}' >b.yaml
	run_kubec kustomize . -o out.yaml
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(grep -c ^kind out.yaml)" -eq 2 ]
	mkdir out
	run_kubec kustomize -o out
	[ "$status" -eq 0 ]
	[ "$(ls out)" = $'apps_v1_deployment_web.yaml\nv1_configmap_one.yaml' ]
	diff out/v1_configmap_one.yaml - <<<'apiVersion: v1
data:
  a: "1"
kind: ConfigMap
metadata:
  name: one'
	run_kubec kustomize . -o missing/out.yaml
	[ "$status" -eq 1 ]
	[ "$stderr" = "error: open missing/out.yaml: no such file or directory" ]
}

@test "files of several namespaces are told apart by their names" {
	folder . <<<'resources: [all.yaml]'
	cat >all.yaml <<-'END'
		{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: X}}
		---
		{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
		---
		{apiVersion: v1, kind: Namespace, metadata: {name: a}}
	END
	mkdir out
	run_kubec kustomize -o out
	[ "$status" -eq 0 ]
	[ "$(ls out)" = $'default_v1_configmap_a.yaml\nv1_namespace_a.yaml\nx_v1_configmap_a.yaml' ]
}

@test "nothing outside of the folder is read, not by a link either" {
	folder k <<<'resources: [link.yaml]'
	configmap cfg >outside.yaml
	ln -s ../outside.yaml k/link.yaml
	run_kubec kustomize k
	[ "$status" -eq 1 ]
	[ "$stderr" = "error: accumulating resources: accumulation err='accumulating resources from 'link.yaml': security; file '$PWD/k/link.yaml' is not in or below '$PWD/k'': must build at directory: '$PWD/k/link.yaml': file is not directory" ]
	run_kubec kustomize k --load-restrictor LoadRestrictionsNone
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "apiVersion: v1" ]
}

@test "a circle of folders is refused" {
	folder a <<<'resources: [../b]'
	folder b <<<'resources: [../a]'
	run_kubec kustomize a
	[ "$status" -eq 1 ]
	[[ $stderr == *"cycle detected: candidate root '$PWD/a' contains visited root '$PWD/a'" ]]
}

@test "what lies on other machines is not fetched" {
	for path in github.com/org/repo https://example.com/x.yaml git@host.example:org/repo 'https://example.com/org/repo?ref=v1'; do
		folder . <<<"resources: ['$path']"
		run_kubec kustomize .
		[ "$status" -eq 1 ]
		[[ $stderr == *"'$path' is not on this machine: remote resources of a kustomization are not fetched" ]]
	done
	run_kubec kustomize https://github.com/org/repo
	[ "$status" -eq 1 ]
	[ "$stderr" = "error: 'https://github.com/org/repo' is not on this machine: remote resources of a kustomization are not fetched" ]
}

@test "charts are refused, with and without --enable-helm" {
	folder . <<<'helmCharts: [{name: x}]'
	run_kubec kustomize
	[ "$status" -eq 1 ]
	[[ $stderr == *"must specify --enable-helm" ]]
	run_kubec kustomize --enable-helm
	[ "$status" -eq 1 ]
	[ "$stderr" = "error: Helm charts of a kustomization are not supported (helmCharts in $PWD/kustomization.yaml)" ]
}

@test "deprecated fields are told on stderr" {
	folder . <<<'{bases: [b], commonLabels: {a: b}}'
	folder b <<<'resources: [cm.yaml]'
	configmap cfg >b/cm.yaml
	run_kubec kustomize
	[ "$status" -eq 0 ]
	[ "$stderr" = "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.
# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your Kustomization automatically." ]
}

@test "-k leaves no doubt where its failures come from" {
	export KUBECONFIG=$BATS_TEST_TMPDIR/none
	folder k <<<'resources: [nope.yaml]'
	run_kubec apply -k k -f k
	[ "$status" -eq 1 ]
	[ "$stderr" = "error: only one of -f or -k can be specified" ]
	run_kubec get -k k -R
	[ "$status" -eq 1 ]
	[ "$stderr" = "error: the -k flag can't be used with -f or -R" ]
	run_kubec get -k k
	[ "$status" -eq 1 ]
	[[ $stderr == "accumulating resources: accumulation err='accumulating resources from 'nope.yaml': evalsymlink failure on '$PWD/k/nope.yaml' : lstat $PWD/k/nope.yaml: no such file or directory':"* ]]
}
