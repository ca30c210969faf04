#include "net/exec_plugin.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/timeutil.h"
#include "data/yaml.h"

#define GROUP "client.authentication.k8s.io/"
#define OUTPUT_LIMIT ((size_t)1 << 20)

static const char *text(const cJSON *object, const char *key)
{
	const char *s = json_string(object, key);

	return s ? s : "";
}

int exec_plugin_check(const struct exec_plugin *p, struct error *err)
{
	const char *version = text(p->config, "apiVersion");

	if (!strcmp(version, GROUP "v1") || !strcmp(version, GROUP "v1beta1"))
		return 0;
	return error_set(err, ERROR_CONFIG, "exec plugin: invalid apiVersion \"%s\"", version);
}

static int failed(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int failed(struct error *err, const char *format, ...)
{
	_cleanup_buf_ struct buf b = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&b, format, args);
	va_end(args);
	return error_set(err, ERROR_AUTH, "getting credentials: %s", b.data);
}

/* ---- starting it ----------------------------------------------------------------- */

/* Whether the plug-in may talk to the person at the terminal. */
static int is_interactive(const struct exec_plugin *p, bool *ret, struct error *err)
{
	const char *mode = text(p->config, "interactiveMode");

	if (!strcmp(mode, "Always") && !p->stdin_is_terminal)
		return failed(err, "exec plugin cannot support interactive mode: standard input is not a terminal");
	*ret = strcmp(mode, "Never") && p->stdin_is_terminal;
	return 0;
}

static char *exec_info(const struct exec_plugin *p, bool interactive)
{
	_cleanup_json_ cJSON *info = cJSON_CreateObject();
	_cleanup_buf_ struct buf b = BUF_INIT;
	cJSON *spec;

	json_set_string(info, "kind", "ExecCredential");
	json_set_string(info, "apiVersion", text(p->config, "apiVersion"));
	spec = json_ensure_object(info, "spec");
	if (json_bool(p->config, "provideClusterInfo", false) && p->cluster)
		json_set(spec, "cluster", json_copy(p->cluster));
	json_set_bool(spec, "interactive", interactive);
	buf_puts(&b, "KUBERNETES_EXEC_INFO=");
	json_print(&b, info, JSON_COMPACT | JSON_ESCAPE_HTML);
	buf_putc(&b, '\n');
	return buf_take(&b);
}

static void env_set(struct vec *env, const char *pair)
{
	size_t name = (size_t)(strchr(pair, '=') - pair) + 1;

	for (size_t i = 0; i < env->len; i++)
		if (!strncmp(env->items[i], pair, name)) {
			free(env->items[i]);
			env->items[i] = xstrdup(pair);
			return;
		}
	vec_add_string(env, pair);
}

static void env_build(const struct exec_plugin *p, bool interactive, struct vec *ret)
{
	_cleanup_free_ char *info = exec_info(p, interactive);
	const cJSON *row;

	for (char **e = environ; *e; e++)
		vec_add_string(ret, *e);
	cJSON_ArrayForEach(row, json_get(p->config, "env"))
	{
		_cleanup_free_ char *pair = xasprintf("%s=%s", text(row, "name"), text(row, "value"));

		env_set(ret, pair);
	}
	env_set(ret, info);
	vec_add(ret, NULL);
}

/* A command with a slash is taken from the kubeconfig's folder, a bare word from PATH. */
static char *command_path(const struct exec_plugin *p)
{
	const char *command = text(p->config, "command");

	if (*command == '/' || !strchr(command, '/') || str_empty(p->dir))
		return xstrdup(command);
	return path_join(p->dir, command);
}

static void args_build(const struct exec_plugin *p, const char *command, struct vec *ret)
{
	const cJSON *arg;

	vec_add_string(ret, command);
	cJSON_ArrayForEach(arg, json_get(p->config, "args")) vec_add_string(ret, json_is_string(arg) ? arg->valuestring : "");
	vec_add(ret, NULL);
}

static int not_found(const struct exec_plugin *p, const char *command, int code, struct error *err)
{
	const char *hint = text(p->config, "installHint");

	if (strchr(command, '/'))
		return failed(err, "exec: fork/exec %s: %s", command, errno_text(code));
	if (!*hint)
		return failed(err, "exec: executable %s not found\n\n"
				   "It looks like you are trying to use a client-go credential plugin that is not installed.\n\n"
				   "To learn more about this feature, consult the documentation available at:\n"
				   "      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins",
			      command);
	return failed(err, "exec: executable %s not found\n\n"
			   "It looks like you are trying to use a client-go credential plugin that is not installed.\n\n"
			   "To learn more about this feature, consult the documentation available at:\n"
			   "      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins\n\n"
			   "%s",
		      command, hint);
}

static int spawn(const struct exec_plugin *p, bool interactive, int output, pid_t *ret, struct error *err)
{
	_cleanup_vec_ struct vec env = VEC_OF_STRINGS, args = VEC_OF_STRINGS;
	_cleanup_free_ char *command = command_path(p), *program = NULL;
	posix_spawn_file_actions_t actions;
	int code;

	if (exec_policy_check(p->policy, command, &program, err))
		return error_prefix(err, "getting credentials: ");
	env_build(p, interactive, &env);
	args_build(p, command, &args);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (!interactive)
		posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	code = posix_spawnp(ret, program ? program : command, &actions, NULL, (char **)args.items, (char **)env.items);
	posix_spawn_file_actions_destroy(&actions);
	return code ? not_found(p, command, code, err) : 0;
}

/* ---- reading what it says ------------------------------------------------------------ */

static int wait_for(const struct exec_plugin *p, pid_t pid, struct error *err)
{
	_cleanup_free_ char *command = command_path(p);
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return failed(err, "exec: %s", errno_text(errno));
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	return failed(err, "exec: executable %s failed with exit code %d", command,
		      WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static void read_all(int fd, struct buf *out)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			buf_add(out, chunk, (size_t)n);
}

static int run(const struct exec_plugin *p, bool interactive, struct buf *output, struct error *err)
{
	int pipe_fds[2];
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC))
		return failed(err, "exec: %s", errno_text(errno));
	if (spawn(p, interactive, pipe_fds[1], &pid, err)) {
		close(pipe_fds[0]);
		close(pipe_fds[1]);
		return -1;
	}
	close(pipe_fds[1]);
	read_all(pipe_fds[0], output);
	close(pipe_fds[0]);
	return wait_for(p, pid, err);
}

static int check_version(const struct exec_plugin *p, const cJSON *answer, struct error *err)
{
	const char *version = text(answer, "apiVersion"), *kind = text(answer, "kind");
	const char *wanted = text(p->config, "apiVersion");

	kind = *kind ? kind : "ExecCredential";
	version = *version ? version : GROUP "__internal";
	if (strcmp(kind, "ExecCredential") || (strcmp(version, GROUP "v1") && strcmp(version, GROUP "v1beta1") &&
					   strcmp(version, GROUP "__internal")))
		return failed(err,
			      "decoding stdout: no kind \"%s\" is registered for version \"%s\" in scheme \"pkg/client/auth/exec/exec.go:64\"",
			      kind, version);
	if (strcmp(version, wanted))
		return failed(err,
			      "exec plugin is configured to use API version %s, plugin returned version %s", wanted, version);
	return 0;
}

/* Some plug-ins mean "never" by a year that nanoseconds cannot count to. */
static int parse_expiry(const char *text, int64_t *ret, struct error *err)
{
	if (strtol(text, NULL, 10) > 2200 || !timestamp_parse(text, ret, err))
		return 0;
	err->class = ERROR_AUTH;
	return error_prefix(err, "getting credentials: decoding stdout: ");
}

static int take_status(const cJSON *status, struct exec_credential *ret, struct error *err)
{
	const char *token = text(status, "token"), *expires = text(status, "expirationTimestamp");
	const char *cert = text(status, "clientCertificateData"), *key = text(status, "clientKeyData");
	int64_t at = 0;

	if (!json_is_object(status))
		return failed(err, "exec plugin didn't return a status field");
	if (!*token && !*cert && !*key)
		return failed(err, "exec plugin didn't return a token or cert/key pair");
	if (!*cert != !*key)
		return failed(err, "exec plugin returned only certificate or key, not both");
	if (*expires && parse_expiry(expires, &at, err))
		return -1;
	*ret = (struct exec_credential){
		.token = *token ? xstrdup(token) : NULL,
		.cert = *cert ? xstrdup(cert) : NULL,
		.key = *key ? xstrdup(key) : NULL,
		.expires = at,
	};
	return 0;
}

static int read_answer(const struct exec_plugin *p, const struct buf *output, struct exec_credential *ret,
		       struct error *err)
{
	_cleanup_error_ struct error bad = ERROR_INIT;
	_cleanup_json_ cJSON *answer = NULL;

	if (output->overflowed)
		return failed(err, "the credential plug-in's answer is larger than %zu bytes", OUTPUT_LIMIT);
	if (yaml_parse(output->data, output->len, NULL, 1, &answer, &bad))
		return failed(err, "decoding stdout: %s", bad.message);
	if (!answer)
		answer = cJSON_CreateObject();
	if (!json_is_object(answer))
		return failed(err,
			      "decoding stdout: couldn't get version/kind; json parse error: json: cannot unmarshal %s into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }",
			      json_is_array(answer) ? "array" : json_is_string(answer) ? "string" : "number");
	if (check_version(p, answer, err))
		return -1;
	return take_status(json_get(answer, "status"), ret, err);
}

int exec_plugin_run(const struct exec_plugin *p, struct exec_credential *ret, struct error *err)
{
	_cleanup_buf_ struct buf output = {.data = buf_empty, .limit = OUTPUT_LIMIT};
	bool interactive = false;

	if (is_interactive(p, &interactive, err) || run(p, interactive, &output, err))
		return -1;
	return read_answer(p, &output, ret, err);
}

void exec_credential_release(struct exec_credential *c)
{
	free(c->token);
	free(c->cert);
	free(c->key);
	*c = (struct exec_credential){0};
}
