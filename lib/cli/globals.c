#include "cli/command.h"

/* klog's --vmodule: file=N, joined by commas. It is checked as kubectl checks it, and has no effect. */
static int check_vmodule(const char *text, struct error *err)
{
	_cleanup_vec_ struct vec patterns = VEC_OF_STRINGS;

	vec_add_split(&patterns, text, ',');
	for (size_t i = 0; i < patterns.len; i++) {
		const char *pattern = vec_string(&patterns, i), *equals = strchr(pattern, '=');
		const char *level = equals ? equals + 1 : "";

		if (!*pattern)
			continue;
		level += *level == '-' || *level == '+';
		if (equals == pattern || !*level || level[strspn(level, "0123456789")])
			return error_set(err, ERROR_USAGE, "syntax error: expect comma-separated list of filename=N");
		if (level[-1] == '-')
			return error_set(err, ERROR_USAGE, "negative value for vmodule level");
	}
	return 0;
}

static int check_color(const char *text, struct error *err)
{
	if (str_equal(text, "auto") || str_equal(text, "always") || str_equal(text, "never"))
		return 0;
	return error_set(err, ERROR_USAGE, "one of auto, always and never");
}

#define FILE_ARGUMENT {COMPLETE_FILES, NULL}

const struct option global_options[] = {
	{.name = "as",
	 .help = "User to act as (impersonation): a name, or a service account as "
		 "system:serviceaccount:NAMESPACE:NAME."},
	{.name = "as-group", .type = OPTION_ARRAY, .help = "Group to act as; may be repeated."},
	{.name = "as-uid", .help = "UID to act as."},
	{.name = "as-user-extra", .type = OPTION_ARRAY,
	 .help = "Extra attribute key=value of the user to act as; may be repeated, also for one key."},
	{.name = "cache-dir", .fallback = "$HOME/.kube/cache", .rare = &(const struct option_rare){.variable = "KUBECACHEDIR"}, .complete = {COMPLETE_DIRS, NULL},
	 .help = "Folder that keeps what servers say about their resource types."},
	{.name = "certificate-authority", .complete = FILE_ARGUMENT,
	 .help = "File of certificates that the server's certificate must be signed by."},
	{.name = "client-certificate", .complete = FILE_ARGUMENT,
	 .help = "File of the client certificate to present."},
	{.name = "client-key", .complete = FILE_ARGUMENT,
	 .help = "File of the client certificate's private key."},
	{.name = "cluster", .complete = {COMPLETE_CLUSTERS, NULL},
	 .help = "Cluster of the kubeconfig to talk to."},
	{.name = "color", .fallback = "auto", .flags = OPTION_OWN, .rare = &(const struct option_rare){.arg = "WHEN", .check = check_color},
	 .complete = {COMPLETE_WORDS, "auto,always,never"},
	 .help = "When to colour: auto does on a terminal, unless NO_COLOR is set. KUBEC_THEME names a theme "
		 "(safe, dark, light, none) or a file of one; without it ~/.kube/kubec-theme is read."},
	{.name = "context", .complete = {COMPLETE_CONTEXTS, NULL},
	 .help = "Context of the kubeconfig to work in."},
	{.name = "disable-compression", .type = OPTION_BOOL,
	 .help = "Asks the server not to compress its answers."},
	{.name = "insecure-skip-tls-verify", .type = OPTION_BOOL,
	 .help = "Does not check the server's certificate. Whoever sits between can then read and change "
		 "everything."},
	{.name = "kubeconfig", .complete = FILE_ARGUMENT,
	 .help = "Kubeconfig file to read instead of $KUBECONFIG or ~/.kube/config."},
	{.name = "kuberc", .complete = FILE_ARGUMENT,
	 .help = "File of preferences to read instead of ~/.kube/kuberc. KUBERC=off or "
		 "KUBECTL_KUBERC=false switches preferences off."},
	{.name = "log-flush-frequency", .type = OPTION_DURATION, .fallback = "5s",
	 .help = "Accepted for compatibility: messages are never held back."},
	{.name = "match-server-version", .type = OPTION_BOOL,
	 .help = "Refuses to work with a server of another version than the client."},
	{.name = "namespace", .shorthand = 'n', .complete = {COMPLETE_NAMESPACES, NULL},
	 .help = "Namespace to work in."},
	{.name = "password", .help = "Password for basic authentication."},
	{.name = "profile", .fallback = "none", .complete = {COMPLETE_WORDS, "none,cpu,heap,goroutine,threadcreate,block,mutex"},
	 .help = "Accepted for compatibility. One of (none|cpu|heap|goroutine|threadcreate|block|mutex|trace); "
		 "no profile is written."},
	{.name = "profile-output", .fallback = "profile.pprof", .complete = FILE_ARGUMENT,
	 .help = "Accepted for compatibility with --profile."},
	{.name = "request-timeout", .fallback = "0",
	 .help = "How long to wait for the answer to one request: seconds, or a duration such as 1s, 2m or "
		 "3h. Zero waits for ever."},
	{.name = "server", .shorthand = 's', .help = "Address of the API server: https://HOST:PORT."},
	{.name = "tls-server-name",
	 .help = "Name that the server's certificate must carry, when it is not the one the server is "
		 "reached by."},
	{.name = "token", .help = "Bearer token for authentication."},
	{.name = "user", .complete = {COMPLETE_USERS, NULL},
	 .help = "User of the kubeconfig whose credentials are used."},
	{.name = "username", .help = "User name for basic authentication."},
	{.name = "v", .shorthand = 'v', .type = OPTION_INT, .flags = OPTION_INT32,
	 .help = "How much to tell on stderr: 6 requests and their times, 7 headers, 8 and 9 bodies. "
		 "Tokens, keys and the data of Secrets are left out."},
	{.name = "vmodule", .flags = OPTION_UNQUOTED, .rare = &(const struct option_rare){.check = check_vmodule},
	 .help = "Accepted for compatibility: log levels by source file."},
	{.name = "warnings-as-errors", .type = OPTION_BOOL,
	 .help = "Exits with status 1 when the server sent a warning."},
	{0},
};
