load helper

setup_file() { start_server; }
teardown_file() { stop_server; }
setup() {
	reset_server
	export TMPDIR=$BATS_TEST_TMPDIR/tmp KUBE_EDITOR=$ROOT/tests/parity/data/edit/editor ED=true SHOW=
	mkdir -p "$TMPDIR"
	unset EDITOR
	kubec create configmap cm --from-literal=a=1 >/dev/null
}

data() { kubec get cm "${1:-cm}" -o jsonpath='{.data}'; }
# method_count METHOD: how many requests of it since the last reset.
method_count() { requests | grep -c "^$1 " || true; }
# left: the files that an editor left behind.
left() { ls "$TMPDIR"; }

@test "what is edited is sent as a patch, and nothing is left behind" {
	ED='sed -i "s/a: \"1\"/a: \"2\"/" $f' run_kubec edit cm cm --output-patch
	[[ $status -eq 0 && -z $stderr && $output == $'Patch: {"data":{"a":"2"}}\nconfigmap/cm edited' ]]
	[[ $(data) == '{"a":"2"}' && -z $(left) ]]
	requests | grep -q '^PATCH /api/v1/namespaces/default/configmaps/cm?fieldManager=kubectl-edit&fieldValidation=Strict$'
}

@test "the file is for its owner alone, and begins with what to do" {
	ED='stat -c %a $f; head -4 $f' run_kubec edit cm cm
	[[ $status -eq 0 && $stderr == "Edit cancelled, no changes made." ]]
	[[ $output == "600
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#" ]]
	[[ -z $(left) && $(method_count PATCH) -eq 0 ]]
}

@test "numbers keep their text" {
	kubec create -f - >/dev/null <<<'{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}],"activeDeadlineSeconds":9007199254740993}}'
	ED='sed -i "s/^  name: p$/  name: p\n  labels: {x: z}/" $f' run_kubec edit pod p --output-patch --validate=false
	[[ $status -eq 0 && $output == $'Patch: {"metadata":{"labels":{"x":"z"}}}\npod/p edited' ]]
	run_kubec get pod p -o jsonpath='{.spec.activeDeadlineSeconds}'
	[[ $output == 9007199254740993 ]]
}

@test "several objects are one list; what is not changed is skipped" {
	kubec create configmap two --from-literal=b=1 >/dev/null
	ED='sed -i "s/b: \"1\"/b: \"2\"/" $f' run_kubec edit cm/cm cm/two
	[[ $status -eq 0 && $output == $'configmap/cm skipped\nconfigmap/two edited' && -z $(left) ]]
	ED='sed -i "s/b: \"2\"/b: \"3\"/" $f' run_kubec edit cm cm missing
	[[ $status -eq 1 && -z $output && $stderr == 'Error from server (NotFound): configmaps "missing" not found' ]]
}

@test "what cannot be read comes back with the reason; the second time unchanged ends it" {
	SHOW=1 ED='sed -i "s/a: \"1\"/a: [/" $f' run_kubec edit cm cm
	[[ $status -eq 1 ]]
	[[ $output == *$'# configmaps "cm" was not valid:\n# * <nil>: Invalid value: "The edited file failed validation": yaml: line 4: did not find expected \',\' or \']\'\n#\napiVersion: v1\n'* ]]
	local file=$(left)
	[[ $file == kubec-edit-*.yaml && $(<"$TMPDIR/$file") == *'a: ['* ]]
	[[ $stderr == "error: configmaps \"cm\" is invalid
A copy of your changes has been stored to \"$TMPDIR/$file\"
error: Edit cancelled, no valid changes were saved." ]]
	[[ $(data) == '{"a":"1"}' ]]
}

@test "what the server refuses as invalid comes back, and can be mended" {
	ED='if grep -q "was not valid" $f; then cp $f '"$BATS_TEST_TMPDIR/second"'; sed -i "/nope/d; s/a: .*/a: \"7\"/" $f; else sed -i "s/^data:/nope: 1\ndata:/" $f; fi' \
		run_kubec edit cm cm
	[[ $status -eq 0 && $output == "configmap/cm edited" && $stderr == 'error: configmaps "cm" is invalid' ]]
	grep -q '^# \* patch: Invalid value: "map\[nope:1\]": strict decoding error: unknown field "nope"$' "$BATS_TEST_TMPDIR/second"
	[[ $(data) == '{"a":"7"}' && -z $(left) ]]
}

@test "a conflict leaves the file for replace" {
	ED='sed -i "s/a: \"1\"/a: \"2\"/; s/resourceVersion: .*/resourceVersion: \"1\"/" $f' run_kubec edit cm cm
	local file=$TMPDIR/$(left)
	[[ $status -eq 1 && -z $output ]]
	[[ $stderr == "error: configmaps \"cm\" could not be patched: Operation cannot be fulfilled on configmaps \"cm\": the object has been modified; please apply your changes to the latest version and try again
You can run \`kubec replace -f $file\` to try this update again." ]]
	sed -i /resourceVersion/d "$file"
	run_kubec replace -f "$file"
	[[ $status -eq 0 && $(data) == '{"a":"2"}' ]]
}

@test "an object that went away meanwhile" {
	ED="$KUBEC delete cm cm >/dev/null; sed -i 's/a: \"1\"/a: \"2\"/' \$f" run_kubec edit cm cm
	[[ $status -eq 1 && -z $output ]]
	[[ $stderr == "error: configmaps \"cm\" could not be found on the server
The edits you made on deleted resources have been saved to \"$TMPDIR/$(left)\"" ]]
}

@test "what makes another object of it" {
	local why='error: At least one of apiVersion, kind and name was changed'
	ED='sed -i "s/name: cm/name: other/" $f' run_kubec edit cm cm
	[[ $status -eq 1 && $stderr == "A copy of your changes has been stored to \"$TMPDIR/$(left)\""$'\n'"$why" ]]
	rm "$TMPDIR"/*
	ED='sed -i "s/kind: .*/kind: Secret/" $f' run_kubec edit cm cm
	[[ $status -eq 1 && $stderr == *"$why" ]]
	rm "$TMPDIR"/*
	ED='sed -i "s/namespace: .*/namespace: other/" $f' run_kubec edit cm cm
	[[ $status -eq 1 && $stderr == *$'\nerror: the namespace from the provided object "other" does not match the namespace "default". You must pass \'--namespace=other\' to perform this operation.' ]]
}

@test "an emptied file" {
	ED='> $f' run_kubec edit cm cm --validate=false
	[[ $status -eq 0 && $stderr == "Edit cancelled, saved file was empty." && -z $(left) ]]
	ED='> $f' run_kubec edit cm cm
	[[ $status -eq 1 && $stderr == *'error: Edit cancelled, no valid changes were saved.' ]]
}

@test "as JSON, and what is printed afterwards" {
	SHOW=1 ED='sed -i "s/\"a\": \"1\"/\"a\": \"2\"/" $f' run_kubec edit cm cm -o json
	[[ $status -eq 0 && ${lines[1]} == '{' && ${lines[-1]} == '}' ]]
	[[ $(data) == '{"a":"2"}' ]]
	run_kubec edit cm cm -o name
	[[ $status -eq 1 && $stderr == 'error: unable to match a printer suitable for the output format "name", allowed formats are: json,kyaml,yaml' ]]
}

@test "--windows-line-endings, --save-config, --subresource" {
	ED='grep -c "$(printf "\r")" $f; sed -i "s/\"1\"/\"2\"/" $f' run_kubec edit cm cm --windows-line-endings
	[[ $status -eq 0 && $output == $'14\nconfigmap/cm edited' && $(data) == '{"a":"2"}' ]]
	ED='sed -i "s/\"2\"/\"3\"/" $f' run_kubec edit cm cm --save-config
	run_kubec apply view-last-applied cm cm -o json
	[[ $output == *'"a": "3"'* ]]
	kubec create deployment web --image=nginx >/dev/null
	ED='sed -i "s/replicas: 1/replicas: 3/" $f' run_kubec edit deploy web --subresource=scale
	[[ $status -eq 0 && $output == "scale.autoscaling/web edited" ]]
	[[ $(kubec get deploy web -o jsonpath='{.spec.replicas}') == 3 ]]
}

@test "which editor: KUBE_EDITOR, EDITOR; with arguments, with quotes by the shell" {
	unset KUBE_EDITOR
	EDITOR='sed -i /^..a:/s/1/2/' run_kubec edit cm cm
	[[ $status -eq 0 && $output == "configmap/cm edited" ]]
	SHELL=/bin/sh EDITOR="sed -i 's/  a: /  c: /'" run_kubec edit cm cm
	[[ $status -eq 0 && $output == "configmap/cm edited" ]]
	KUBE_EDITOR=true EDITOR=false run_kubec edit cm cm
	[[ $status -eq 0 && $stderr == "Edit cancelled, no changes made." ]]
	EDITOR='no-such-editor -w' run_kubec edit cm cm
	[[ $status -eq 1 && $stderr == 'error: unable to launch the editor "no-such-editor -w"' ]]
	EDITOR=/no/such/editor run_kubec edit cm cm
	[[ $status -eq 1 && $stderr == 'error: there was a problem with the editor "/no/such/editor"' ]]
	EDITOR=false run_kubec edit cm cm
	[[ $status -eq 1 && $stderr == 'error: there was a problem with the editor "false"' && -z $(left) ]]
}

@test "a real terminal: the editor has it, keys that interrupt are the editor's, and it is as before afterwards" {
	cat >"$BATS_TEST_TMPDIR/editor" <<-'END'
		#!/bin/sh
		trap 'sed -i "s/a: \"1\"/a: \"key\"/" "$1"; exit 0' INT
		[ -t 0 ] && [ -t 1 ] && echo "has terminal"
		stty raw -echo isig
		echo ready
		sleep 10 & wait $!
	END
	chmod +x "$BATS_TEST_TMPDIR/editor"
	cat >"$BATS_TEST_TMPDIR/run" <<-END
		trap : INT
		before=\$(stty -g)
		KUBE_EDITOR=$BATS_TEST_TMPDIR/editor $KUBEC edit cm cm
		echo "status \$?"
		[ "\$before" = "\$(stty -g)" ] && echo "as before"
	END
	(
		wait_for "grep -q ready $BATS_TEST_TMPDIR/typed"
		printf '\003'
		sleep 2
	) | timeout 20 script -qefc "exec sh $BATS_TEST_TMPDIR/run" "$BATS_TEST_TMPDIR/typed" >/dev/null
	grep -q 'has terminal' "$BATS_TEST_TMPDIR/typed"
	grep -q 'edited' "$BATS_TEST_TMPDIR/typed"
	grep -q 'status 0' "$BATS_TEST_TMPDIR/typed"
	grep -q 'as before' "$BATS_TEST_TMPDIR/typed"
	[[ $(data) == '{"a":"key"}' ]]
}

@test "killed while the editor is open: the object is as it was, the file whole" {
	ED='echo $$ >'"$BATS_TEST_TMPDIR/editor.pid"'; sed -i "s/a: \"1\"/a: \"2\"/" $f; sleep 5' "$KUBEC" edit cm cm 3>&- &
	local pid=$!
	wait_for "[ -s $BATS_TEST_TMPDIR/editor.pid ]"
	kill -KILL $pid
	wait $pid || true
	[[ $(data) == '{"a":"1"}' ]]
	grep -q '^  uid: ' "$TMPDIR/$(left)"
}

@test "create --edit: what was edited is created, one object at a time" {
	local manifest=$BATS_TEST_TMPDIR/m.yaml
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n---\n' one two >"$manifest"
	ED='sed -i "s/name: /name: x-/" $f' run_kubec create --edit -f "$manifest" --save-config
	[[ $status -eq 0 && $output == $'configmap/x-one created\nconfigmap/x-two created' && -z $(left) ]]
	kubec apply view-last-applied cm x-one | grep -q 'name: x-one'
	run_kubec create --edit -f "$manifest"
	[[ $status -eq 0 && -z $output && $stderr == $'Edit cancelled, no changes made.\nEdit cancelled, no changes made.' ]]
	ED='sed -i "s/name: .*/name: cm/" $f' run_kubec create --edit -f - <<<'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"z"}}'
	[[ $status -eq 1 && $stderr == "A copy of your changes has been stored to \"$TMPDIR/$(left)\""$'\nError from server (AlreadyExists): configmaps "cm" already exists' ]]
	ED='sed -i "s/name: /name: y-/" $f' run_kubec create --edit --dry-run=client -f "$manifest"
	[[ $status -eq 0 && $(kubec get cm -o name | grep -c y-) -eq 0 ]]
}

@test "apply edit-last-applied changes the annotation alone" {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: "1"}\n' | kubec apply -f - >/dev/null
	SHOW=1 ED='sed -i "s/a: \"1\"/a: \"9\"/" $f' run_kubec apply edit-last-applied cm one
	[[ $status -eq 0 && ${lines[1]} == "# Please edit the 'last-applied-configuration' annotations below." ]]
	[[ ${lines[-1]} == "configmap/one edited" && $(data one) == '{"a":"1"}' ]]
	run_kubec apply view-last-applied cm one -o json
	[[ $output == *'"a": "9"'* ]]
	run_kubec apply edit-last-applied cm cm
	[[ $status -eq 1 && $stderr == 'error: no last-applied-configuration annotation found on resources, to create the annotation, use command `kubec apply set-last-applied --create-annotation`' ]]
}

@test "what is wrong with the line" {
	run_kubec edit
	[[ $status -eq 1 && $stderr == $'error: You must provide one or more resources by argument or filename.\n'* ]]
	run_kubec edit nope
	[[ $status -eq 1 && $stderr == "error: the server doesn't have a resource type \"nope\"" ]]
	run_kubec edit cm cm --validate=maybe
	[[ $status -eq 1 && $stderr == 'error: invalid - validate option "maybe"; must be one of: strict (or true), warn, ignore (or false)' ]]
	run_kubec edit secret
	[[ $status -eq 1 && $stderr == 'error: edit cancelled, no objects found' ]]
}
