#!/usr/bin/env bats
# Completion without a server: the protocol, and the scripts in real shells.

setup() {
	KUBEC=${KUBEC:-$BATS_TEST_DIRNAME/../../build/kubec}
	PATH=$(dirname "$KUBEC"):$PATH
	export HOME=$BATS_TEST_TMPDIR KUBECONFIG=$BATS_TEST_TMPDIR/config
	bats_require_minimum_version 1.5.0
	cat >"$KUBECONFIG" <<'END'
apiVersion: v1
kind: Config
current-context: alpha
contexts:
- {name: alpha, context: {cluster: one, user: me}}
- {name: "team:beta", context: {cluster: two, user: you}}
clusters:
- {name: one, cluster: {server: "http://127.0.0.1:1"}}
- {name: two, cluster: {server: "http://127.0.0.1:1"}}
users:
- {name: me, user: {}}
- {name: you, user: {}}
END
}

# completes "expected stdout" WORDS…
completes() {
	local expected=$1
	shift
	run --separate-stderr kubec __completeNoDesc "$@"
	[ "$status" -eq 0 ]
	[ "$output" = "$expected" ] || {
		printf 'expected: %s\ngot:      %s\n' "$expected" "$output"
		return 1
	}
}

@test "protocol: candidates with descriptions, the directive, and its name on stderr" {
	run --separate-stderr kubec __complete vers
	[ "$status" -eq 0 ]
	[ "$output" = $'version\tShows the versions of client and server\n:4' ]
	[ "$stderr" = 'Completion ended with directive: ShellCompDirectiveNoFileComp' ]
}

@test "subcommands, words and values" {
	completes $'version\n:4' vers
	completes $'list\n:4' plugin ''
	completes $'list\n:4' help plugin ''
	completes $'bash\nzsh\nfish\npowershell\n:4' completion ''
	completes ':4' completion bash ''
	completes $'json\nyaml\n:4' version -o ''
	completes $'json\n:4' version -o j
	completes $'json\n:4' version --output j
	completes $'json\n:4' version --output=j
	completes $'true\nfalse\n:4' version --client=
	completes ':4' version --token ''
}

@test "options: not those that the line has already" {
	completes $'--client\n--client-certificate\n--client-key\n:4' version --client
	completes $'--client-certificate\n--client-key\n:4' version --client --client
	completes $'--output\n:4' version --outp
	completes $'-o\n:4' version -o
	completes ':4' version -- --outp
}

@test "files, files of an ending, folders" {
	completes ':0' --kubeconfig ''
	completes ':16' --cache-dir ''
}

@test "contexts, clusters and users come from the kubeconfig" {
	completes $'alpha\nteam:beta\n:4' --context ''
	completes $'team:beta\n:4' --context=t
	completes $'one\ntwo\n:4' --cluster ''
	completes $'me\nyou\n:4' --user ''
}

@test "plug-ins on PATH complete like commands" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	local file
	for file in kubectl-foo_bar-baz kubec-own kubectl-version kubectl-dead; do
		printf '#!/bin/sh\n' >"$BATS_TEST_TMPDIR/bin/$file"
		chmod +x "$BATS_TEST_TMPDIR/bin/$file"
	done
	chmod -x "$BATS_TEST_TMPDIR/bin/kubectl-dead"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	completes $'foo-bar\n:4' foo
	completes $'own\n:4' ow
	completes ':4' -n x ow
	completes $'version\n:4' vers
	completes ':4' dea
}

@test "what follows a plug-in's name is asked of its completing program, kubectl_complete-NAME" {
	local bin=$BATS_TEST_TMPDIR/bin file
	mkdir "$bin"
	for file in kubectl-foo kubectl-foo-bar_baz kubectl-foo-bar kubectl-other-sub; do
		printf '#!/bin/sh\n' >"$bin/$file"
	done
	printf '#!/bin/sh\nprintf "%%s|" "$@"\nprintf "\\none\\tfirst\\n\\ntwo\\n:6\\n"\n' >"$bin/kubectl_complete-foo"
	printf '#!/bin/sh\necho "$#:$*"\n' >"$bin/kubec_complete-foo-bar_baz"
	printf '#!/bin/sh\necho lost\nexit 1\n' >"$bin/kubectl_complete-other"
	chmod +x "$bin"/*
	PATH=$bin:$PATH
	completes $'--x|y|z|\none\ntwo\n:6' foo --x y z
	completes $'bar\nbar-baz\nba|\none\ntwo\n:6' foo ba
	completes $'2:a \n:0' foo bar-baz a ''
	completes $'sub\n:0' other ''
	completes ':0' other sub ''
	run --separate-stderr kubec __complete foo x
	[[ $output == $'x|\none\tfirst\ntwo\n:6' && $stderr == 'Completion ended with directive: ShellCompDirectiveNoSpace, ShellCompDirectiveNoFileComp' ]]
}

@test "a completing program that hangs costs at most a second" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\n' >"$BATS_TEST_TMPDIR/bin/kubectl-slow"
	printf '#!/bin/sh\nexec sleep 20\n' >"$BATS_TEST_TMPDIR/bin/kubectl_complete-slow"
	chmod +x "$BATS_TEST_TMPDIR"/bin/*
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	local start=$EPOCHREALTIME
	completes ':0' slow ''
	[ $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) -lt 3000 ]
}

@test "a line that is no command completes nothing" {
	completes ':0' nothing ''
}

@test "a server that does not answer costs at most a second" {
	local start=$EPOCHREALTIME
	run --separate-stderr kubec __complete --server http://192.0.2.1 -n ''
	[ "$status" -eq 0 ]
	[ "$output" = ':4' ]
	[ $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) -lt 1500 ]
}

# ---- bash ----------------------------------------------------------------------

# in_bash LINE: COMPREPLY for a line as bash breaks it up, joined by "|".
in_bash() {
	bash --norc -c '
		source <(kubec completion bash)
		compopt() { printf "<%s>" "$2"; }
		line=$1
		read -r -a parts < <(sed "s/\([=:]\)/ \1 /g" <<<"$line")
		[[ $line == *" " ]] && parts+=("")
		COMP_LINE=$line COMP_POINT=${#line} COMP_WORDS=("${parts[@]}") COMP_CWORD=$((${#parts[@]} - 1))
		COMPREPLY=()
		__start_kubec
		IFS="|"
		printf "%s" "${COMPREPLY[*]}"' bash "$1" 2>&1
}

@test "bash: commands, options and values" {
	[ "$(in_bash 'kubec vers')" = version ]
	[ "$(in_bash 'kubec version -o ')" = 'json|yaml' ]
	[ "$(in_bash 'kubec version --output=')" = 'json|yaml' ]
	[ "$(in_bash 'kubec version --output=j')" = json ]
	[ "$(in_bash 'kubec completion ')" = 'bash|zsh|fish|powershell' ]
}

@test "bash: names with a colon lose what bash keeps" {
	[ "$(in_bash 'kubec --context team:')" = beta ]
	[ "$(in_bash 'kubec --context=team:b')" = beta ]
}

@test "bash: files and folders" {
	mkdir "$BATS_TEST_TMPDIR/files"
	cd "$BATS_TEST_TMPDIR/files"
	mkdir folder
	touch file.txt
	[ "$(in_bash 'kubec --kubeconfig fi')" = '<filenames>file.txt' ]
	[ "$(in_bash 'kubec --cache-dir f')" = '<filenames>folder' ]
}

# ---- zsh -----------------------------------------------------------------------

# in_zsh KEYS: the line that a real interactive zsh makes of KEYS and a tab.
in_zsh() {
	command -v zsh >/dev/null || skip 'zsh is not installed'
	rm -f "$HOME/line"
	TERM=dumb timeout 20 zsh -f -c '
		zmodload zsh/zpty
		zpty shell zsh -f -i
		zpty -w shell "PS1=; unset zle_bracketed_paste; autoload -Uz compinit; compinit -u -d \$HOME/.zcompdump"
		zpty -w shell "source <(kubec completion zsh); print loaded-\$((40+2))"
		zpty -r -m shell text "*loaded-42*"
		zpty -w shell "show() { print -r -- \$BUFFER >\$HOME/line.new; mv \$HOME/line.new \$HOME/line }; zle -N show; bindkey \"^X\" show; print bound-\$((40+2))"
		zpty -r -m shell text "*bound-42*"
		zpty -w -n shell "$1"$'"'\\t\\x18'"'
		for ((i = 0; i < 500; i++)); do
			[[ -e $HOME/line ]] && break
			sleep 0.01
		done' zsh "$1"
	sed 's/$/|/' "$HOME/line"
}

@test "zsh: commands, options and values" {
	[ "$(in_zsh 'kubec vers')" = 'kubec version |' ]
	[ "$(in_zsh 'kubec version --outp')" = 'kubec version --output |' ]
	[ "$(in_zsh 'kubec version --output=j')" = 'kubec version --output=json |' ]
	[ "$(in_zsh 'kubec --context team')" = 'kubec --context team:beta |' ]
}

# ---- fish ----------------------------------------------------------------------

in_fish() {
	command -v fish >/dev/null || skip 'fish is not installed'
	fish --no-config -c 'kubec completion fish | source; complete -C $argv[1]' "$1"
}

@test "fish: commands, options, values, files and folders" {
	[ "$(in_fish 'kubec vers')" = $'version\tShows the versions of client and server' ]
	[ "$(in_fish 'kubec version -o ')" = $'json\nyaml' ]
	[ "$(in_fish 'kubec version --output=j')" = '--output=json' ]
	[ "$(in_fish 'kubec --context team')" = 'team:beta' ]
	mkdir -p "$BATS_TEST_TMPDIR/files/folder"
	touch "$BATS_TEST_TMPDIR/files/file.txt"
	[ "$(in_fish "kubec --kubeconfig $BATS_TEST_TMPDIR/files/fi")" = "$BATS_TEST_TMPDIR/files/file.txt" ]
	[[ $(in_fish "kubec --cache-dir $BATS_TEST_TMPDIR/files/") == "$BATS_TEST_TMPDIR/files/folder/"* ]]
}

# ---- PowerShell ----------------------------------------------------------------

# in_pwsh LINE: the texts that PowerShell would put in place of the last word.
in_pwsh() {
	pwsh -NoProfile -Command '
		kubec completion powershell | Out-String | Invoke-Expression
		(TabExpansion2 -inputScript $args[0] -cursorColumn $args[0].Length).CompletionMatches.CompletionText -join "|"' -args "$1"
}

@test "PowerShell: commands, options and values" {
	command -v pwsh >/dev/null || skip 'pwsh is not installed'
	[ "$(in_pwsh 'kubec vers')" = 'version ' ]
	[ "$(in_pwsh 'kubec version -o ')" = 'json |yaml ' ]
	[ "$(in_pwsh 'kubec version --output=j')" = '--output=json ' ]
	[ "$(in_pwsh 'kubec --context team')" = 'team:beta ' ]
}

@test "PowerShell: the script registers the name it is asked by, and asks by it" {
	run --separate-stderr kubec completion powershell
	[[ $status -eq 0 && -z $stderr ]]
	[[ $output == *$'\nRegister-ArgumentCompleter -Native -CommandName kubec -ScriptBlock {\n'* ]]
	[[ $output == *"else { 'kubec' }"* && $output == *'(& $Program __complete @Rest 2>$null)'* ]]
	[ "$(tr -cd '{' <<<"$output" | wc -c)" -eq "$(tr -cd '}' <<<"$output" | wc -c)" ]
	[ "$(tr -cd '(' <<<"$output" | wc -c)" -eq "$(tr -cd ')' <<<"$output" | wc -c)" ]
	ln -s "$(command -v kubec)" "$BATS_TEST_TMPDIR/kubectl"
	run --separate-stderr "$BATS_TEST_TMPDIR/kubectl" completion powershell
	[[ $output == *'-CommandName kubectl -ScriptBlock'* && $output == *"else { 'kubectl' }"* && $output != *kubec\ * ]]
}

@test "a shell that is not there, none, and two" {
	local see="See 'kubec completion -h' for help and examples"
	run --separate-stderr kubec completion
	[[ $status -eq 1 && $stderr == $'error: Shell not specified.\n'"$see" ]]
	run --separate-stderr kubec completion bash zsh
	[[ $status -eq 1 && $stderr == $'error: Too many arguments. Expected only the shell type.\n'"$see" ]]
	run --separate-stderr kubec completion tcsh
	[[ $status -eq 1 && $stderr == $'error: Unsupported shell type "tcsh".\n'"$see" && -z $output ]]
}
