#include "net/credentials.h"

#include <ctype.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/timeutil.h"
#include "net/exec_plugin.h"
#include "net/tls.h"

#define TOKEN_LIMIT ((size_t)1 << 20)
#define TOKEN_FILE_PERIOD MINUTE

struct credentials {
	char *token, *token_file;
	char *file_token;   /* what the file said, or NULL */
	int64_t file_read;  /* time_monotonic() */
	char *basic;        /* base64 of user:password, or NULL */
	struct vec impersonation; /* header lines */
	bool has_exec;
	struct exec_plugin plugin;
	cJSON *exec, *cluster;
	char *exec_dir;
	struct exec_credential given;
	bool has_given;
};

/* ---- impersonation --------------------------------------------------------------- */

/* Header names take few bytes; the rest is written %XX, and so is % itself. */
static void header_key_escape(struct buf *out, const char *key)
{
	for (const char *p = key; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c < 128 && (isalnum(c) || strchr("!#$&'*+-.^_`|~", c)))
			buf_putc(out, (char)c);
		else
			buf_printf(out, "%%%02X", c);
	}
}

static void add_line(struct vec *lines, const char *name, const char *value)
{
	vec_add(lines, xasprintf("%s: %s", name, value));
}

static void add_extra(struct vec *lines, const char *key, const struct vec *values)
{
	_cleanup_buf_ struct buf name = BUF_INIT;

	buf_puts(&name, "Impersonate-Extra-");
	header_key_escape(&name, key);
	for (size_t i = 0; i < values->len; i++)
		add_line(lines, name.data, vec_string(values, i));
}

static void impersonation_build(const struct credentials_config *cfg, struct vec *lines)
{
	if (str_empty(cfg->impersonate))
		return;
	add_line(lines, "Impersonate-User", cfg->impersonate);
	if (!str_empty(cfg->impersonate_uid))
		add_line(lines, "Impersonate-Uid", cfg->impersonate_uid);
	for (size_t i = 0; cfg->impersonate_groups && i < cfg->impersonate_groups->len; i++)
		add_line(lines, "Impersonate-Group", vec_string(cfg->impersonate_groups, i));
	for (size_t i = 0; cfg->impersonate_extra && i < cfg->impersonate_extra->len; i++)
		add_extra(lines, cfg->impersonate_extra->entries[i].key, cfg->impersonate_extra->entries[i].value);
}

/* ---- token files ----------------------------------------------------------------- */

static int token_file_read(struct credentials *c, struct error *err)
{
	_cleanup_buf_ struct buf content = BUF_INIT;
	const char *start;

	if (file_read(c->token_file, TOKEN_LIMIT, &content, err)) {
		err->class = ERROR_CONFIG;
		return -1;
	}
	while (content.len && isspace((unsigned char)content.data[content.len - 1]))
		buf_truncate(&content, content.len - 1);
	start = content.data + strspn(content.data, " \t\r\n");
	if (!*start)
		return error_set(err, ERROR_CONFIG, "read empty token from file \"%s\"", c->token_file);
	free(c->file_token);
	c->file_token = xstrdup(start);
	c->file_read = time_monotonic();
	return 0;
}

/* The file's newest content; the token beside it, or its older content, serves when it cannot be read. */
static const char *current_token(struct credentials *c)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;

	if (c->token_file && (!c->file_token || time_monotonic() - c->file_read > TOKEN_FILE_PERIOD))
		token_file_read(c, &ignored);
	return c->file_token ? c->file_token : c->token;
}

/* True when the file says something else than before. */
static bool token_file_changed(struct credentials *c)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_free_ char *before = xstrdup(c->file_token);

	return c->token_file && !token_file_read(c, &ignored) && !str_equal(before, c->file_token);
}

/* ---- plug-ins ---------------------------------------------------------------------- */

/* A token or password of the kubeconfig or the command line makes the plug-in unnecessary. */
static bool uses_plugin(const struct credentials *c)
{
	return c->has_exec && !c->token && !c->token_file && !c->basic;
}

/* A certificate that cannot be used is the plug-in's failure, and is said to be. */
static int check_certificate(const struct exec_credential *given, struct error *err)
{
	_cleanup_(tls_free_p) struct tls *tls = NULL;
	const struct dynload *lib;

	if (!given->cert || dynload_get(&lib, err))
		return given->cert ? -1 : 0;
	if (!tls_new(lib, &(struct tls_config){.cert_pem = given->cert, .key_pem = given->key}, &tls, err))
		return 0;
	err->class = ERROR_AUTH;
	return error_prefix(err, "getting credentials: failed parsing client key/certificate: ");
}

static int plugin_refresh(struct credentials *c, struct error *err)
{
	struct exec_credential fresh;

	if (exec_plugin_run(&c->plugin, &fresh, err))
		return -1;
	if (check_certificate(&fresh, err)) {
		exec_credential_release(&fresh);
		return -1;
	}
	exec_credential_release(&c->given);
	c->given = fresh;
	c->has_given = true;
	return 0;
}

static int plugin_ensure(struct credentials *c, struct error *err)
{
	if (c->has_given && (!c->given.expires || time_now() < c->given.expires))
		return 0;
	return plugin_refresh(c, err);
}

/* ---- the contract -------------------------------------------------------------------- */

static char *basic_encode(const char *username, const char *password)
{
	_cleanup_free_ char *pair = xasprintf("%s:%s", username ? username : "", password ? password : "");
	_cleanup_buf_ struct buf out = BUF_INIT;

	base64_encode(&out, pair, strlen(pair));
	return buf_take(&out);
}

static char *copy_text(const char *s)
{
	return str_empty(s) ? NULL : xstrdup(s);
}

static int plugin_prepare(struct credentials *c, const struct credentials_config *cfg, struct error *err)
{
	if (!json_is_object(cfg->exec))
		return 0;
	c->has_exec = true;
	c->exec = json_copy(cfg->exec);
	c->cluster = json_copy(cfg->cluster);
	c->exec_dir = xstrdup(cfg->exec_dir);
	c->plugin = (struct exec_plugin){
		.config = c->exec,
		.cluster = c->cluster,
		.dir = c->exec_dir,
		.stdin_is_terminal = cfg->stdin_is_terminal,
		.policy = cfg->exec_policy,
	};
	return uses_plugin(c) ? exec_plugin_check(&c->plugin, err) : 0;
}

int credentials_new(const struct credentials_config *cfg, struct credentials **ret, struct error *err)
{
	_cleanup_(credentials_free_p) struct credentials *c = NEW(struct credentials);

	c->token = copy_text(cfg->token);
	c->token_file = copy_text(cfg->token_file);
	if (!str_empty(cfg->username) || !str_empty(cfg->password))
		c->basic = basic_encode(cfg->username, cfg->password);
	c->impersonation = VEC_OF_STRINGS;
	impersonation_build(cfg, &c->impersonation);
	if (c->token_file && !c->token && token_file_read(c, err))
		return -1;
	if (plugin_prepare(c, cfg, err))
		return -1;
	*ret = TAKE_PTR(c);
	return 0;
}

void credentials_free(struct credentials *c)
{
	if (!c)
		return;
	free(c->token);
	free(c->token_file);
	free(c->file_token);
	free(c->basic);
	vec_release(&c->impersonation);
	cJSON_Delete(c->exec);
	cJSON_Delete(c->cluster);
	free(c->exec_dir);
	exec_credential_release(&c->given);
	free(c);
}

static int refresh_any(struct credentials *c, struct error *err)
{
	if (uses_plugin(c))
		return plugin_refresh(c, err);
	return token_file_changed(c) ? 0 : -1;
}

int credentials_authorize(void *ctx, bool refresh, struct vec *headers, struct error *err)
{
	struct credentials *c = ctx;
	const char *token;

	if (refresh && refresh_any(c, err))
		return -1;
	if (uses_plugin(c) && plugin_ensure(c, err))
		return -1;
	for (size_t i = 0; i < c->impersonation.len; i++)
		vec_add_string(headers, vec_string(&c->impersonation, i));
	token = uses_plugin(c) ? c->given.token : current_token(c);
	if (c->basic)
		vec_add(headers, xasprintf("Authorization: Basic %s", c->basic));
	else if (token)
		vec_add(headers, xasprintf("Authorization: Bearer %s", token));
	return 0;
}

int credentials_certificate(struct credentials *c, const char **ret_cert, const char **ret_key, struct error *err)
{
	if (uses_plugin(c) && plugin_ensure(c, err))
		return -1;
	*ret_cert = uses_plugin(c) ? c->given.cert : NULL;
	*ret_key = uses_plugin(c) ? c->given.key : NULL;
	return 0;
}
