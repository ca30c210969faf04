#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "kube/kubeconfig_internal.h"
#include "net/credentials.h"

/*
 * From a merged file and the global options to one server: the rules, their
 * order and their words are client-go's (tools/clientcmd).
 */
#define PEM_LIMIT ((size_t)4 << 20)
#define SERVICE_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount/"

/* What is chosen: names, and content with the options laid over it. */
struct chosen {
	const char *context, *cluster_name, *user_name;
	cJSON *context_content, *cluster, *user;
	bool strict; /* a name given by an option must exist, and says so in its own words */
};

static void chosen_release(struct chosen *c)
{
	cJSON_Delete(c->context_content);
	cJSON_Delete(c->cluster);
	cJSON_Delete(c->user);
}

static const char *text(const cJSON *object, const char *key)
{
	const char *s = json_string(object, key);

	return s ? s : "";
}

/* ---- choosing ----------------------------------------------------------------------- */

static cJSON *content_copy(const struct kubeconfig *k, const char *list, const char *name)
{
	cJSON *copy = json_copy(kubeconfig_content(k->tree, list, name));

	return json_is_object(copy) ? copy : cJSON_CreateObject();
}

static void set_if_given(cJSON *object, const char *key, const char *value)
{
	if (!str_empty(value))
		json_set_string(object, key, value);
}

/* Makes paths of the file absolute: they are relative to where the file stands. */
static void resolve_paths(const struct kubeconfig *k, const char *list, const char *name, cJSON *content,
			  const char *const *keys)
{
	for (; *keys; keys++) {
		const char *path = text(content, *keys);
		_cleanup_free_ char *resolved = *path ? kubeconfig_path(k, list, name, path) : NULL;

		set_if_given(content, *keys, resolved);
	}
}

static int choose_context(const struct kubeconfig *k, struct chosen *c, struct error *err)
{
	const struct kubeconfig_overrides *o = &k->overrides;
	bool found;

	c->context = str_empty(o->context) ? kubeconfig_current_context(k) : o->context;
	found = kubeconfig_entry(k->tree, "contexts", c->context);
	if (c->strict && !found && !str_empty(o->context))
		return error_set(err, ERROR_CONFIG, "context \"%s\" does not exist", c->context);
	c->context_content = content_copy(k, "contexts", c->context);
	c->cluster_name = str_empty(o->cluster) ? text(c->context_content, "cluster") : o->cluster;
	c->user_name = str_empty(o->user) ? text(c->context_content, "user") : o->user;
	return 0;
}

static const char *default_server(void)
{
	const char *master = getenv("KUBERNETES_MASTER");

	return str_empty(master) ? "http://localhost:8080" : master;
}

static void override_cluster(const struct kubeconfig_overrides *o, cJSON *cluster)
{
	/* either way of trusting on the command line takes the place of the file's */
	if (o->insecure_skip_tls_verify || !str_empty(o->certificate_authority)) {
		json_set_bool(cluster, "insecure-skip-tls-verify", o->insecure_skip_tls_verify);
		json_remove(cluster, "certificate-authority-data");
		json_remove(cluster, "certificate-authority");
		set_if_given(cluster, "certificate-authority", o->certificate_authority);
	}
	/* a name in the file belongs to the file's server */
	if (!str_empty(o->tls_server_name) || !str_empty(o->server))
		json_remove(cluster, "tls-server-name");
	set_if_given(cluster, "tls-server-name", o->tls_server_name);
	set_if_given(cluster, "server", o->server);
	set_if_given(cluster, "proxy-url", o->proxy_url);
	if (o->disable_compression_given)
		json_set_bool(cluster, "disable-compression", o->disable_compression);
}

static int choose_cluster(const struct kubeconfig *k, struct chosen *c, struct error *err)
{
	static const char *const paths[] = {"certificate-authority", NULL};

	if (!str_empty(k->overrides.cluster) && !kubeconfig_entry(k->tree, "clusters", c->cluster_name))
		return error_set(err, ERROR_CONFIG,
				 c->strict ? "cluster \"%s\" does not exist" : "no server found for cluster \"%s\"",
				 c->cluster_name);
	c->cluster = content_copy(k, "clusters", c->cluster_name);
	resolve_paths(k, "clusters", c->cluster_name, c->cluster, paths);
	if (!*text(c->cluster, "server"))
		json_set_string(c->cluster, "server", default_server());
	override_cluster(&k->overrides, c->cluster);
	return 0;
}

static void override_impersonation(const struct kubeconfig_overrides *o, cJSON *user)
{
	set_if_given(user, "as", o->as);
	set_if_given(user, "as-uid", o->as_uid);
	for (size_t i = 0; o->as_groups && i < o->as_groups->len; i++) {
		if (!i)
			json_remove(user, "as-groups");
		json_append_string(json_ensure_array(user, "as-groups"), vec_string(o->as_groups, i));
	}
	for (size_t i = 0; o->as_user_extra && i < o->as_user_extra->len; i++) {
		const char *pair = vec_string(o->as_user_extra, i), *equals = strchr(pair, '=');
		_cleanup_free_ char *key = equals ? xstrndup(pair, (size_t)(equals - pair)) : NULL;

		if (key)
			json_append_string(json_ensure_array(json_ensure_object(user, "as-user-extra"), key), equals + 1);
	}
}

static void override_user(const struct kubeconfig_overrides *o, cJSON *user)
{
	if (!str_empty(o->client_certificate))
		json_remove(user, "client-certificate-data");
	if (!str_empty(o->client_key))
		json_remove(user, "client-key-data");
	set_if_given(user, "client-certificate", o->client_certificate);
	set_if_given(user, "client-key", o->client_key);
	set_if_given(user, "token", o->token);
	if (!str_empty(o->token)) /* else the file's newer content would win */
		json_remove(user, "tokenFile");
	set_if_given(user, "username", o->username);
	set_if_given(user, "password", o->password);
	override_impersonation(o, user);
}

static int choose_user(const struct kubeconfig *k, struct chosen *c, struct error *err)
{
	static const char *const paths[] = {"client-certificate", "client-key", "tokenFile", NULL};

	if (c->strict && !str_empty(k->overrides.user) && !kubeconfig_entry(k->tree, "users", c->user_name))
		return error_set(err, ERROR_CONFIG, "auth info \"%s\" does not exist", c->user_name);
	c->user = content_copy(k, "users", c->user_name);
	resolve_paths(k, "users", c->user_name, c->user, paths);
	override_user(&k->overrides, c->user);
	return 0;
}

/* ---- validating -------------------------------------------------------------------- */

static void complain(struct vec *complaints, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void complain(struct vec *complaints, const char *format, ...)
{
	_cleanup_buf_ struct buf b = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&b, format, args);
	va_end(args);
	vec_add_string(complaints, b.data);
}

static void check_readable(struct vec *complaints, const char *what, const char *path, const char *owner)
{
	if (*path && access(path, R_OK))
		complain(complaints, "unable to read %s %s for %s due to open %s: %s", what, path, owner, path,
			 errno_text(errno));
}

/* Length of the scheme before the colon, as Go's net/url reads it; 0 when there is none. */
static size_t scheme_length(const char *url)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t n = strspn(url, letters) ? strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") : 0;

	return url[n] == ':' ? n : 0;
}

static void check_proxy(struct vec *complaints, const char *url, const char *cluster)
{
	static const char *const schemes[] = {"http", "https", "socks5"};
	size_t n = scheme_length(url);

	if (!*url)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++)
		if (n == strlen(schemes[i]) && !strncasecmp(url, schemes[i], n))
			return;
	if (!n && memchr(url, ':', strcspn(url, "/?#"))) { /* 127.0.0.1:3128 is no URL */
		complain(complaints, "invalid 'proxy-url' \"%s\" for cluster \"%s\": could not parse: %s", url, cluster, url);
		return;
	}
	complain(complaints,
		 "invalid 'proxy-url' \"%s\" for cluster \"%s\": unsupported scheme \"%.*s\", must be http, https, or socks5",
		 url, cluster, (int)n, url);
}

static void check_cluster(const struct chosen *c, struct vec *complaints)
{
	const char *ca = text(c->cluster, "certificate-authority");

	check_proxy(complaints, text(c->cluster, "proxy-url"), c->cluster_name);
	if (*ca && *text(c->cluster, "certificate-authority-data"))
		complain(complaints,
			 "certificate-authority-data and certificate-authority are both specified for %s. certificate-authority-data will override.",
			 c->cluster_name);
	check_readable(complaints, "certificate-authority", ca, c->cluster_name);
}

static void check_certificate(const struct chosen *c, struct vec *complaints)
{
	const char *cert = text(c->user, "client-certificate"), *cert_data = text(c->user, "client-certificate-data");
	const char *key = text(c->user, "client-key"), *key_data = text(c->user, "client-key-data");

	if (!*cert && !*cert_data)
		return;
	if (*cert && *cert_data)
		complain(complaints,
			 "client-cert-data and client-cert are both specified for %s. client-cert-data will override.",
			 c->user_name);
	if (*key && *key_data)
		complain(complaints,
			 "client-key-data and client-key are both specified for %s; client-key-data will override",
			 c->user_name);
	if (!*key && !*key_data)
		complain(complaints,
			 "client-key-data or client-key must be specified for %s to use the clientCert authentication method.",
			 c->user_name);
	check_readable(complaints, "client-cert", cert, c->user_name);
	check_readable(complaints, "client-key", key, c->user_name);
}

static void check_interactive_mode(const char *mode, const char *user, struct vec *complaints)
{
	if (!*mode)
		complain(complaints, "interactiveMode must be specified for %s to use exec authentication plugin", user);
	else if (strcmp(mode, "Never") && strcmp(mode, "IfAvailable") && strcmp(mode, "Always"))
		complain(complaints,
			 "invalid interactiveMode for %s: \"%s\"", user, mode);
}

static void check_exec(const struct chosen *c, struct vec *complaints)
{
	const cJSON *exec = json_get(c->user, "exec"), *env;
	const char *version = text(exec, "apiVersion");

	if (!json_is_object(exec))
		return;
	if (json_is_object(json_get(c->user, "auth-provider")))
		complain(complaints, "authProvider cannot be provided in combination with an exec plugin for %s",
			 c->user_name);
	if (!*text(exec, "command"))
		complain(complaints, "command must be specified for %s to use exec authentication plugin", c->user_name);
	if (!*version)
		complain(complaints, "apiVersion must be specified for %s to use exec authentication plugin",
			 c->user_name);
	cJSON_ArrayForEach(env, json_get(exec, "env")) if (!*text(env, "name"))
		complain(complaints, "env variable name must be specified for %s to use exec authentication plugin",
			 c->user_name);
	/* older versions of the interface have a default */
	if (*text(exec, "interactiveMode") || !str_ends(version, "/v1beta1"))
		check_interactive_mode(text(exec, "interactiveMode"), c->user_name, complaints);
}

static void check_user(const struct chosen *c, struct vec *complaints)
{
	bool basic = *text(c->user, "username") || *text(c->user, "password");

	check_certificate(c, complaints);
	check_exec(c, complaints);
	if (*text(c->user, "token") && basic)
		complain(complaints,
			 "more than one authentication method found for %s; found [token basicAuth], only one is allowed",
			 c->user_name);
	if (!*text(c->user, "as") && (*text(c->user, "as-uid") || json_size(json_get(c->user, "as-groups")) ||
				      json_size(json_get(c->user, "as-user-extra"))))
		complain(complaints, "requesting uid, groups or user-extra for %s without impersonating a user",
			 c->user_name);
}

static int complaints_report(const struct vec *complaints, struct error *err)
{
	_cleanup_buf_ struct buf b = BUF_INIT;

	if (!complaints->len)
		return 0;
	if (complaints->len == 1)
		return error_set(err, ERROR_CONFIG, "error: %s", vec_string(complaints, 0));
	buf_puts(&b, "Error in configuration: ");
	for (size_t i = 0; i < complaints->len; i++)
		buf_printf(&b, "\n* %s", vec_string(complaints, i));
	return error_set(err, ERROR_CONFIG, "%s", b.data);
}

static int check_usable(const struct kubeconfig *k, const struct chosen *c, struct error *err)
{
	_cleanup_vec_ struct vec complaints = VEC_OF_STRINGS;

	if (*c->context && !kubeconfig_entry(k->tree, "contexts", c->context))
		return error_set(err, ERROR_CONFIG,
				 "Error in configuration: context was not found for specified context: %s", c->context);
	check_user(c, &complaints);
	check_cluster(c, &complaints);
	return complaints_report(&complaints, err);
}

static int choose(const struct kubeconfig *k, struct chosen *c, struct error *err)
{
	if (choose_context(k, c, err) || choose_user(k, c, err) || choose_cluster(k, c, err))
		return -1;
	return check_usable(k, c, err);
}

/* ---- in a cluster -------------------------------------------------------------------- */

static bool in_cluster(void)
{
	struct stat st;

	return !str_empty(getenv("KUBERNETES_SERVICE_HOST")) && !str_empty(getenv("KUBERNETES_SERVICE_PORT")) &&
	       !stat(SERVICE_ACCOUNT "token", &st) && !S_ISDIR(st.st_mode);
}

/* True when the outcome is no other than that of no configuration at all; that is client-go's test. */
static bool is_unconfigured(const struct chosen *c)
{
	return !strcmp(text(c->cluster, "server"), default_server()) && !*text(c->cluster, "proxy-url") &&
	       !json_bool(c->cluster, "disable-compression", false) && !*text(c->user, "as");
}

static void use_service_account(const struct kubeconfig *k, struct chosen *c)
{
	const char *host = getenv("KUBERNETES_SERVICE_HOST"), *port = getenv("KUBERNETES_SERVICE_PORT");
	_cleanup_free_ char *server = xasprintf(strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s", host, port);

	json_set_string(c->cluster, "server", server);
	if (!access(SERVICE_ACCOUNT "ca.crt", R_OK))
		json_set_string(c->cluster, "certificate-authority", SERVICE_ACCOUNT "ca.crt");
	override_cluster(&k->overrides, c->cluster);
	if (str_empty(k->overrides.token))
		json_set_string(c->user, "tokenFile", SERVICE_ACCOUNT "token");
}

static char *service_account_namespace(void)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf content = BUF_INIT;
	const char *given = getenv("POD_NAMESPACE");

	if (!str_empty(given))
		return xstrdup(given);
	if (file_read(SERVICE_ACCOUNT "namespace", 4096, &content, &ignored))
		return NULL;
	while (content.len && strchr(" \t\r\n", content.data[content.len - 1]))
		buf_truncate(&content, content.len - 1);
	return content.len ? buf_take(&content) : NULL;
}

static char *effective_namespace(const struct kubeconfig *k, const struct chosen *c)
{
	char *found = NULL;

	if (!str_empty(k->overrides.namespace))
		return xstrdup(k->overrides.namespace);
	if (*text(c->context_content, "namespace"))
		return xstrdup(text(c->context_content, "namespace"));
	if (in_cluster())
		found = service_account_namespace();
	return found ? found : xstrdup("default");
}

/* ---- the server ------------------------------------------------------------------------- */

/* Content of a …-data field, else of the file; NULL when neither is given. */
static int read_pem(const cJSON *object, const char *key, char **ret, struct error *err)
{
	_cleanup_free_ char *data_key = xasprintf("%s-data", key);
	_cleanup_buf_ struct buf pem = BUF_INIT;

	if (*text(object, data_key)) {
		if (base64_decode(&pem, text(object, data_key), err))
			return -1;
	} else if (*text(object, key)) {
		if (file_read(text(object, key), PEM_LIMIT, &pem, err))
			return -1;
	} else {
		return 0;
	}
	*ret = buf_take(&pem);
	return 0;
}

static char *take_text(const cJSON *object, const char *key)
{
	return *text(object, key) ? xstrdup(text(object, key)) : NULL;
}

static int fill_tls(const struct chosen *c, struct kubeconfig_server *s, struct error *err)
{
	s->tls_server_name = take_text(c->cluster, "tls-server-name");
	s->insecure = json_bool(c->cluster, "insecure-skip-tls-verify", false);
	if (read_pem(c->cluster, "certificate-authority", &s->ca_pem, err))
		return -1;
	if (s->insecure && s->ca_pem)
		return error_set(err, ERROR_CONFIG,
				 "specifying a root certificates file with the insecure flag is not allowed");
	/* said before a plug-in runs for nothing; what the PEM holds is seen when it is used */
	if (s->ca_pem && !strstr(s->ca_pem, "-----BEGIN CERTIFICATE-----"))
		return error_set(err, ERROR_CONFIG,
				 "unable to load root certificates: unable to parse bytes as PEM block");
	if (!*text(c->user, "client-certificate") && !*text(c->user, "client-certificate-data"))
		return 0;
	s->identity_in_files = !*text(c->user, "client-certificate-data") && !*text(c->user, "client-key-data");
	return read_pem(c->user, "client-certificate", &s->cert_pem, err) ||
			       read_pem(c->user, "client-key", &s->key_pem, err) ?
		       -1 :
		       0;
}

/* What provideClusterInfo tells a plug-in: client.authentication.k8s.io, Cluster. */
static cJSON *exec_cluster(const struct chosen *c, const struct kubeconfig_server *s)
{
	cJSON *cluster = cJSON_CreateObject();
	_cleanup_buf_ struct buf ca = BUF_INIT;
	const cJSON *extension;

	json_set_string(cluster, "server", s->server);
	json_set_string(cluster, "tls-server-name", s->tls_server_name);
	if (s->insecure)
		json_set_bool(cluster, "insecure-skip-tls-verify", true);
	if (s->ca_pem) {
		base64_encode(&ca, s->ca_pem, strlen(s->ca_pem));
		json_set_string(cluster, "certificate-authority-data", ca.data);
	}
	json_set_string(cluster, "proxy-url", s->proxy_url);
	if (s->disable_compression)
		json_set_bool(cluster, "disable-compression", true);
	json_set(cluster, "config", cJSON_CreateNull()); /* always there, as from client-go */
	cJSON_ArrayForEach(extension, json_get(c->cluster, "extensions"))
	{
		if (!strcmp(text(extension, "name"), "client.authentication.k8s.io/exec"))
			json_set(cluster, "config", json_copy(json_get(extension, "extension")));
	}
	return cluster;
}

static int refuse_auth_provider(const struct chosen *c, struct error *err)
{
	const cJSON *provider = json_get(c->user, "auth-provider");
	const char *name = text(provider, "name");
	static const struct {
		const char *name, *plugin, *url;
	} removed[] = {
		{"gcp", "gke-gcloud-auth-plugin",
		 "https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke"},
		{"azure", "kubelogin", "https://github.com/Azure/kubelogin"},
	};

	if (!json_is_object(provider))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(removed); i++)
		if (!strcmp(name, removed[i].name))
			return error_set(err, ERROR_CONFIG,
					 "The %s auth plugin has been removed.\nPlease use the \"%s\" kubectl/client-go credential plugin instead.\nSee %s for further details",
					 name, removed[i].plugin, removed[i].url);
	return error_set(err, ERROR_CONFIG, "no Auth Provider found for name \"%s\"", name);
}

static void fill_impersonation(const cJSON *user, struct credentials_config *cfg, struct vec *groups, struct map *extra)
{
	const cJSON *key, *value;

	cJSON_ArrayForEach(value, json_get(user, "as-groups")) vec_add_string(groups, value->valuestring);
	cJSON_ArrayForEach(key, json_get(user, "as-user-extra"))
	{
		struct vec *values = NEW(struct vec);

		*values = VEC_OF_STRINGS;
		cJSON_ArrayForEach(value, key) vec_add_string(values, value->valuestring);
		map_set(extra, key->string, values);
	}
	cfg->impersonate = json_string(user, "as");
	cfg->impersonate_uid = json_string(user, "as-uid");
	cfg->impersonate_groups = groups;
	cfg->impersonate_extra = extra;
}

static void values_free(void *values)
{
	vec_release(values);
	free(values);
}

static int fill_credentials(const struct kubeconfig *k, const struct chosen *c, bool tls, struct kubeconfig_server *s,
			    struct error *err)
{
	_cleanup_vec_ struct vec groups = VEC_OF_STRINGS;
	_cleanup_map_ struct map extra = MAP_OWNING(values_free);
	_cleanup_json_ cJSON *cluster = exec_cluster(c, s);
	_cleanup_free_ char *exec_dir = kubeconfig_path(k, "users", c->user_name, "");
	struct credentials_config cfg = {.stdin_is_terminal = isatty(STDIN_FILENO)};

	fill_impersonation(c->user, &cfg, &groups, &extra);
	if (tls) { /* nothing secret is sent in the clear */
		if (refuse_auth_provider(c, err))
			return -1;
		cfg.token = json_string(c->user, "token");
		cfg.token_file = json_string(c->user, "tokenFile");
		cfg.username = json_string(c->user, "username");
		cfg.password = json_string(c->user, "password");
		cfg.exec = json_get(c->user, "exec");
		cfg.exec_dir = exec_dir;
		cfg.exec_policy = k->overrides.exec_policy;
		cfg.cluster = cluster;
	}
	return credentials_new(&cfg, &s->credentials, err);
}

/* A URL with a host, or HOST:PORT and no more. */
static int check_server(const char *server, struct error *err)
{
	const char *scheme = strstr(server, "://");
	const char *host = scheme ? scheme + 3 : server;
	size_t len = strcspn(host, "/?#");

	if (scheme != server && len && (scheme || strspn(host + len, "/") == strlen(host + len)))
		return 0;
	return error_set(err, ERROR_CONFIG, "host must be a URL or a host:port pair: \"%s\"", server);
}

static char *server_url(const char *server)
{
	size_t len = strlen(server);

	while (len && server[len - 1] == '/')
		len--;
	return xasprintf("%s%.*s", strstr(server, "://") ? "" : "http://", (int)len, server);
}

static bool is_identified(const cJSON *user)
{
	static const char *const keys[] = {"username", "client-certificate", "client-certificate-data", "token", "tokenFile"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (*text(user, keys[i]))
			return true;
	return json_is_object(json_get(user, "exec")) || json_is_object(json_get(user, "auth-provider"));
}

static int ask_who(const struct kubeconfig_overrides *o, cJSON *user, struct error *err)
{
	_cleanup_free_ char *username = NULL, *password = NULL;

	if (!o->ask || is_identified(user))
		return 0;
	if (o->ask(o->ask_ctx, &username, &password, err))
		return -1;
	json_set_string(user, "username", username);
	json_set_string(user, "password", password);
	return 0;
}

static int fill_server(const struct kubeconfig *k, const struct chosen *c, struct kubeconfig_server *s, struct error *err)
{
	bool tls;

	if (check_server(text(c->cluster, "server"), err))
		return -1;
	s->context = xstrdup(c->context);
	s->server = server_url(text(c->cluster, "server"));
	s->proxy_url = take_text(c->cluster, "proxy-url");
	s->disable_compression = json_bool(c->cluster, "disable-compression", false);
	s->namespace = effective_namespace(k, c);
	s->namespace_given = !str_empty(k->overrides.namespace);
	tls = str_starts(s->server, "https://");
	if (tls && (ask_who(&k->overrides, c->user, err) || fill_tls(c, s, err)))
		return -1;
	return fill_credentials(k, c, tls, s, err);
}

int kubeconfig_resolve(const struct kubeconfig *k, struct kubeconfig_server *ret, struct error *err)
{
	_cleanup_(chosen_release) struct chosen c = {.strict = true};
	_cleanup_(kubeconfig_server_release) struct kubeconfig_server s = {0};

	if (choose(k, &c, err))
		return -1;
	s.configured = !is_unconfigured(&c);
	if (!s.configured && in_cluster()) {
		use_service_account(k, &c);
		s.configured = true;
	}
	if (fill_server(k, &c, &s, err))
		return -1;
	*ret = s;
	s = (struct kubeconfig_server){0};
	return 0;
}

int kubeconfig_namespace(const struct kubeconfig *k, char **ret, bool *ret_given, struct error *err)
{
	_cleanup_(chosen_release) struct chosen c = {0};

	if (choose(k, &c, err))
		return -1;
	*ret = effective_namespace(k, &c);
	*ret_given = !str_empty(k->overrides.namespace);
	return 0;
}

void kubeconfig_server_release(struct kubeconfig_server *s)
{
	free(s->context);
	free(s->server);
	free(s->ca_pem);
	free(s->cert_pem);
	free(s->key_pem);
	free(s->tls_server_name);
	free(s->proxy_url);
	free(s->namespace);
	credentials_free(s->credentials);
	*s = (struct kubeconfig_server){0};
}
