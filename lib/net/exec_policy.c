#include "net/exec_policy.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* ---- the policy itself ----------------------------------------------------- */

static int validate_list(const struct vec *commands, struct error *err)
{
	if (!commands)
		return error_set(err, ERROR_CONFIG,
				 "credential plugin policy set to \"Allowlist\", but allowlist is unspecified");
	if (!commands->len)
		return error_set(err, ERROR_CONFIG,
				 "credential plugin policy set to \"Allowlist\", but allowlist is empty; use \"DenyAll\" "
				 "policy instead");
	for (size_t i = 0; i < commands->len; i++) {
		const char *command = vec_string(commands, i);
		_cleanup_free_ char *clean = path_clean(command);

		if (!*command)
			return error_set(err, ERROR_CONFIG,
					 "misconfigured credential plugin allowlist: empty allowlist entry #%zu", i + 1);
		if (!str_equal(command, clean))
			return error_set(err, ERROR_CONFIG, "non-normalized file path: \"%s\" vs \"%s\"", command, clean);
	}
	return 0;
}

int exec_policy_validate(const struct exec_policy *policy, struct error *err)
{
	if (str_equal(policy->type, "Allowlist"))
		return validate_list(policy->commands, err);
	if (*policy->type && !str_equal(policy->type, "AllowAll") && !str_equal(policy->type, "DenyAll"))
		return error_set(err, ERROR_CONFIG, "unknown plugin policy: \"%s\"", policy->type);
	if (policy->commands)
		return error_set(err, ERROR_CONFIG,
				 "misconfigured credential plugin allowlist: plugin policy is \"%s\" but allowlist is non-nil",
				 policy->type);
	return 0;
}

/* ---- one plug-in ----------------------------------------------------------- */

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* The file that a command names: itself when it is a path, else the one on PATH. NULL: none; free() it. */
static char *look_up(const char *command)
{
	_cleanup_vec_ struct vec folders = VEC_OF_STRINGS;
	const char *path = getenv("PATH");

	if (strchr(command, '/'))
		return is_program(command) ? xstrdup(command) : NULL;
	vec_add_split(&folders, path ? path : "", ':');
	for (size_t i = 0; i < folders.len; i++) {
		const char *folder = vec_string(&folders, i);
		_cleanup_free_ char *file = xasprintf("%s/%s", folder, command);

		/* A folder that is relative to where one stands is not trusted, as in Go. */
		if (*folder == '/' && is_program(file))
			return TAKE_PTR(file);
	}
	return NULL;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* True when an entry is the command, its file, or a name of the same that PATH leads to that file. */
static bool is_listed(const struct vec *commands, const char *command, const char *file)
{
	for (size_t i = 0; i < commands->len; i++) {
		const char *entry = vec_string(commands, i);
		_cleanup_free_ char *found = NULL;

		if (str_equal(entry, command) || str_equal(entry, file))
			return true;
		if (file && str_equal(base_name(entry), base_name(file)))
			found = look_up(entry);
		if (found && str_equal(found, file))
			return true;
	}
	return false;
}

int exec_policy_check(const struct exec_policy *policy, const char *command, char **ret_program, struct error *err)
{
	_cleanup_free_ char *file = NULL;

	*ret_program = NULL;
	if (!policy || !*policy->type || str_equal(policy->type, "AllowAll"))
		return 0;
	if (!str_equal(policy->type, "Allowlist"))
		return error_set(err, ERROR_AUTH, "plugin \"%s\" not allowed: policy set to \"%s\"", command, policy->type);
	file = look_up(command);
	if (!file && !is_listed(policy->commands, command, NULL))
		return error_set(err, ERROR_AUTH,
				 "plugin path \"%s\" cannot be resolved for credential plugin allowlist check: exec: \"%s\": %s",
				 command, command,
				 strchr(command, '/') ? "no such executable file" : "executable file not found in $PATH");
	if (!is_listed(policy->commands, command, file))
		return error_set(err, ERROR_AUTH, "plugin path \"%s\" is not permitted by the credential plugin allowlist",
				 file);
	*ret_program = TAKE_PTR(file);
	return 0;
}
