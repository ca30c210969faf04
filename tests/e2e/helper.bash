# What the walkthroughs share. Each test says what a command prints, whole:
#
#	expect 0 scale deployment/web --replicas=3 <<-END
#		deployment.apps/web scaled
#	END
#
# Standard input of expect is the expected stdout (</dev/null: none). Standard error must be empty, or
# equal to the variable err; the command reads the file named by the variable stdin. In what is expected
#
#	{age} {id} {ip} {n} {any}	stand for what differs from run to run ({any}: up to the end of the line)
#	{self}				is the program's name as it writes it itself
#	{tab}				is a tab, for a line that begins with one
#	three spaces or more		stand for three spaces or more: columns are as wide as their widest cell
#
# and all else stands for itself, to the last byte.

: "${KUBEC:?the program under test; tests/e2e/run sets it}" "${E2E_NAMESPACE:?}"

kubec() {
	"$KUBEC" "$@"
}

# The regular expression of an expected text.
pattern_of() {
	local text
	text=$(sed -E -e 's/[][().*+?^$|\\{}]/\\&/g' -e 's/ {3,}/ {3,}/g' <<<"$1")
	text=${text//'\{age\}'/'([0-9]+[smhdy])+'}
	text=${text//'\{id\}'/'[a-z0-9]+'}
	text=${text//'\{ip\}'/'[0-9.]+'}
	text=${text//'\{n\}'/'[0-9]+'}
	text=${text//'\{self\}'/'(kubec|kubectl)'}
	text=${text//'\{tab\}'/$'\t'}
	printf '%s' "${text//'\{any\}'/$'[^\n]*'}"
}

# WHAT EXPECTED ACTUAL: both texts end in a mark, so that newlines at their end count.
check_text() {
	local pattern
	pattern=$(pattern_of "$2")
	[[ ! $3 =~ ^$pattern$ ]] || return 0
	printf '%s is not as expected:\n' "$1"
	diff -u --label expected --label actual <(printf '%s\n' "$2") <(printf '%s\n' "$3") || true
	return 1
}

# STATUS ARGUMENTS...
expect() {
	local want=$1 want_out want_err='' out status=0 wrong=0
	shift
	want_out=$(cat && printf '<end>')
	[[ -z ${err:-} ]] || want_err=$err$'\n'
	out=$(kubec "$@" <"${stdin:-/dev/null}" 2>"$BATS_TEST_TMPDIR/stderr" || status=$?; printf '<end>'; exit "$status") ||
		status=$?
	check_text stdout "$want_out" "$out" || wrong=1
	check_text stderr "$want_err<end>" "$(cat "$BATS_TEST_TMPDIR/stderr" && printf '<end>')" || wrong=1
	if ((status != want)); then
		printf 'the exit status is %d, not %d\n' "$status" "$want"
		wrong=1
	fi
	((wrong == 0)) || printf 'the command: kubec %s\n' "$*"
	return "$wrong"
}

# SECONDS COMMAND...: until the command succeeds.
eventually() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >"$BATS_TEST_TMPDIR/last" 2>&1; do
		if ((SECONDS >= deadline)); then
			cat "$BATS_TEST_TMPDIR/last"
			printf 'not in time: %s\n' "$*"
			return 1
		fi
		sleep 0.2
	done
}

# The server's minor version: 20, 36.
server_minor() {
	kubec get --raw /version | sed -n 's/.*"minor": *"\([0-9]*\).*/\1/p'
}

# COUNT [LABEL]: whether so many pods are there, none of them on its way out.
has_pods() {
	local pods
	pods=$(kubec get pods -l "${2:-app=web}" -o name)
	(($(grep -c . <<<"$pods") == $1))
}

is_kubec() {
	[[ $(basename "$KUBEC") == kubec ]]
}

# OBJECT EXPRESSION: what stands there, as in: value_of deployment/web '.spec.replicas'
value_of() {
	# shellcheck disable=SC2016 # those are for node
	kubec get "$1" -o json | node -e '
		const object = JSON.parse(require("fs").readFileSync(0, "utf8"));
		const value = new Function("object", `return object${process.argv[1]}`)(object);
		console.log(typeof value === "object" ? JSON.stringify(value) : String(value));' "$2"
}

# VALUE OBJECT EXPRESSION
expect_value() {
	local value
	value=$(value_of "$2" "$3") || return 1
	[[ $value == "$1" ]] && return
	printf '%s%s is %s, not %s\n' "$2" "$3" "$value" "$1"
	return 1
}

node_address() {
	value_of nodes '.items[0].status.addresses.find((one) => one.type === "InternalIP").address'
}
