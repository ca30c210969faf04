#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "data/yaml.h"
#include "kube/kubeconfig.h"
#include "kube/kubeconfig_schema.h"
#include "net/credentials.h"

#define PEM "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

struct fixture {
	char dir[32];
	struct kubeconfig *config;
	struct kubeconfig_server server;
	struct error err;
};

static const char first[] = "apiVersion: v1\nkind: Config\n"
			    "clusters:\n- {name: one, cluster: {server: 'https://one:6443/', certificate-authority: ca.crt, unknown: kept}}\n"
			    "contexts:\n- {name: a, context: {cluster: one, user: ada, namespace: web}}\n"
			    "users:\n- {name: ada, user: {token: t1}}\n"
			    "extra: {kept: true}\n";
static const char second[] = "clusters:\n- {name: one, cluster: {server: 'https://shadowed'}}\n"
			     "- {name: two, cluster: {server: 'http://two'}}\n"
			     "contexts:\n- {name: b, context: {cluster: two, user: bob}}\n"
			     "- {name: lost, context: {cluster: nowhere, user: nobody}}\n"
			     "users:\n- {name: bob, user: {username: bob, password: pw}}\n"
			     "current-context: a\n";

static char *in_dir(struct fixture *f, const char *name)
{
	return path_join(f->dir, name);
}

static void write_file(struct fixture *f, const char *name, const char *text)
{
	_cleanup_free_ char *path = in_dir(f, name);

	assert_int_equal(0, file_write_atomic(path, text, strlen(text), 0600, &f->err));
}

static int setup(void **state)
{
	struct fixture *f = NEW(struct fixture);
	_cleanup_free_ char *list = NULL;

	snprintf(f->dir, sizeof(f->dir), "/tmp/kubec-test.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	write_file(f, "first", first);
	write_file(f, "second", second);
	write_file(f, "ca.crt", PEM);
	list = xasprintf("%s/missing:%s/first::%s/second", f->dir, f->dir, f->dir);
	setenv("KUBECONFIG", list, 1);
	setenv("HOME", f->dir, 1);
	unsetenv("KUBERNETES_MASTER");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	static const char *const files[] = {"first", "second", "ca.crt", "other", "missing", ".kube/config", ".kube"};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = in_dir(f, files[i]);

		remove(path);
	}
	assert_int_equal(0, rmdir(f->dir)); /* no locks and no temporary files stay */
	kubeconfig_free(f->config);
	kubeconfig_server_release(&f->server);
	error_release(&f->err);
	free(f);
	return 0;
}

static int load(struct fixture *f, const struct kubeconfig_overrides *o)
{
	kubeconfig_free(f->config);
	f->config = NULL;
	kubeconfig_server_release(&f->server);
	error_release(&f->err);
	return kubeconfig_load(o, &f->config, &f->err);
}

static int resolve(struct fixture *f, const struct kubeconfig_overrides *o)
{
	if (load(f, o))
		return -1;
	return kubeconfig_resolve(f->config, &f->server, &f->err);
}

static void assert_refused(struct fixture *f, const struct kubeconfig_overrides *o, const char *message)
{
	assert_int_equal(-1, resolve(f, o));
	assert_int_equal(ERROR_CONFIG, f->err.class);
	assert_string_equal(message, f->err.message);
}

static void assert_authorization(struct fixture *f, const char *expected)
{
	_cleanup_vec_ struct vec headers = VEC_OF_STRINGS;

	assert_int_equal(0, credentials_authorize(f->server.credentials, false, &headers, &f->err));
	if (expected)
		assert_string_equal(expected, vec_string(&headers, 0));
	else
		assert_int_equal(0, headers.len);
}

/* ---- loading ------------------------------------------------------------------ */

static void test_merge(void **state)
{
	struct fixture *f = *state;
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	assert_int_equal(0, load(f, &(struct kubeconfig_overrides){.kubeconfig = ""}));
	assert_string_equal("a", kubeconfig_current_context(f->config));
	kubeconfig_names(f->config, "contexts", &names);
	assert_int_equal(3, names.len);
	assert_string_equal("a", vec_string(&names, 0));
	assert_string_equal("lost", vec_string(&names, 2));
	assert_int_equal(2, json_size(json_get(kubeconfig_tree(f->config), "clusters")));
}

static void test_missing_file(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(-1, load(f, &(struct kubeconfig_overrides){.kubeconfig = "/nowhere/config"}));
	assert_string_equal("stat /nowhere/config: no such file or directory", f->err.message);
	setenv("KUBECONFIG", "/nowhere/config", 1);
	assert_int_equal(0, load(f, &(struct kubeconfig_overrides){.kubeconfig = NULL}));
	assert_string_equal("", kubeconfig_current_context(f->config));
}

static void test_broken_files(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"a: b: c\n", "yaml: mapping values are not allowed in this context"},
		{"apiVersion: v2\nkind: Config\n",
		 "no kind \"Config\" is registered for version \"v2\" in scheme \"k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50\""},
		{"kind: Pod\n",
		 "no kind \"Pod\" is registered for version \"v1\" in scheme \"k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50\""},
		{"clusters: {a: b}\n", "json: cannot unmarshal object into Go struct field Config.clusters of type []v1.NamedCluster"},
		{"users:\n- {name: u, user: {password: 12}}\n",
		 "json: cannot unmarshal number into Go struct field AuthInfo.users.user.password of type string"},
		{"users:\n- {name: u, user: {client-key-data: '!'}}\n", "illegal base64 data at input byte 0"},
		{"clusters:\n- {name: u, cluster: {server: 1}}\nusers:\n- {name: yes}\n",
		 "json: cannot unmarshal number into Go struct field Cluster.clusters.cluster.server of type string"},
	};
	_cleanup_free_ char *path = in_dir(f, "other");

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *message = xasprintf("error loading config file \"%s\": %s", path, cases[i].message);

		write_file(f, "other", cases[i].text);
		assert_int_equal(-1, load(f, &(struct kubeconfig_overrides){.kubeconfig = path}));
		assert_int_equal(ERROR_CONFIG, f->err.class);
		assert_string_equal(message, f->err.message);
	}
}

/* ---- resolving -------------------------------------------------------------------- */

static void test_resolve(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(0, resolve(f, &(struct kubeconfig_overrides){.context = NULL}));
	assert_string_equal("a", f->server.context);
	assert_string_equal("https://one:6443", f->server.server);
	assert_string_equal(PEM, f->server.ca_pem); /* relative to the file that names it */
	assert_string_equal("web", f->server.namespace);
	assert_false(f->server.namespace_given);
	assert_true(f->server.configured);
	assert_authorization(f, "Authorization: Bearer t1");
}

static void test_overrides(void **state)
{
	struct fixture *f = *state;
	struct kubeconfig_overrides o = {.context = "b", .cluster = "one", .namespace = "ns", .token = "flag", .user = "ada"};

	assert_int_equal(0, resolve(f, &o));
	assert_string_equal("https://one:6443", f->server.server);
	assert_string_equal("ns", f->server.namespace);
	assert_true(f->server.namespace_given);
	assert_authorization(f, "Authorization: Bearer flag");
	o = (struct kubeconfig_overrides){.server = "https://flag/", .insecure_skip_tls_verify = true, .insecure_given = true};
	assert_int_equal(0, resolve(f, &o));
	assert_string_equal("https://flag", f->server.server);
	assert_true(f->server.insecure);
	assert_null(f->server.ca_pem); /* the file's way of trusting is replaced */
}

/* Nothing secret goes over a connection that anybody can read. */
static void test_plain_http_has_no_credentials(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(0, resolve(f, &(struct kubeconfig_overrides){.context = "b"}));
	assert_string_equal("http://two", f->server.server);
	assert_authorization(f, NULL);
	assert_int_equal(0, resolve(f, &(struct kubeconfig_overrides){.context = "b", .server = "https://two"}));
	assert_authorization(f, "Authorization: Basic Ym9iOnB3");
}

static void test_unconfigured(void **state)
{
	struct fixture *f = *state;

	setenv("KUBECONFIG", "/nowhere", 1);
	assert_int_equal(0, resolve(f, &(struct kubeconfig_overrides){.context = NULL}));
	assert_string_equal("http://localhost:8080", f->server.server);
	assert_string_equal("default", f->server.namespace);
	assert_false(f->server.configured);
	assert_int_equal(0, resolve(f, &(struct kubeconfig_overrides){.server = "10.0.0.1:80"}));
	assert_string_equal("http://10.0.0.1:80", f->server.server);
}

static void test_refusals(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *other = in_dir(f, "other");
	struct kubeconfig_overrides o = {.kubeconfig = other};

	assert_refused(f, &(struct kubeconfig_overrides){.context = "x"}, "context \"x\" does not exist");
	assert_refused(f, &(struct kubeconfig_overrides){.cluster = "x"}, "cluster \"x\" does not exist");
	assert_refused(f, &(struct kubeconfig_overrides){.user = "x"}, "auth info \"x\" does not exist");
	assert_refused(f, &(struct kubeconfig_overrides){.username = "x"},
		       "error: more than one authentication method found for ada; found [token basicAuth], only one is allowed");
	assert_refused(f, &(struct kubeconfig_overrides){.client_certificate = "/nope"},
		       "Error in configuration: \n"
		       "* client-key-data or client-key must be specified for ada to use the clientCert authentication method.\n"
		       "* unable to read client-cert /nope for ada due to open /nope: no such file or directory");
	assert_refused(f, &(struct kubeconfig_overrides){.proxy_url = "ftp://x"},
		       "error: invalid 'proxy-url' \"ftp://x\" for cluster \"one\": unsupported scheme \"ftp\", must be http, https, or socks5");
	assert_refused(f, &(struct kubeconfig_overrides){.proxy_url = "127.0.0.1:3128"},
		       "error: invalid 'proxy-url' \"127.0.0.1:3128\" for cluster \"one\": could not parse: 127.0.0.1:3128");
	assert_refused(f, &(struct kubeconfig_overrides){.proxy_url = "proxy:3128"},
		       "error: invalid 'proxy-url' \"proxy:3128\" for cluster \"one\": unsupported scheme \"proxy\", must be http, https, or socks5");
	assert_refused(f, &(struct kubeconfig_overrides){.as_uid = "1"},
		       "error: requesting uid, groups or user-extra for ada without impersonating a user");
	write_file(f, "other", "current-context: gone\n");
	assert_refused(f, &o, "Error in configuration: context was not found for specified context: gone");
	write_file(f, "other", "clusters: [{name: c, cluster: {server: 'https://x', insecure-skip-tls-verify: true, certificate-authority: ca.crt}}]\n");
	o.cluster = "c";
	assert_refused(f, &o, "specifying a root certificates file with the insecure flag is not allowed");
	write_file(f, "ca.crt", "no certificate");
	o = (struct kubeconfig_overrides){.context = "a"};
	assert_refused(f, &o, "unable to load root certificates: unable to parse bytes as PEM block");
}

static void test_namespace(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *namespace = NULL;
	bool given;

	assert_int_equal(0, load(f, &(struct kubeconfig_overrides){.context = NULL}));
	assert_int_equal(0, kubeconfig_namespace(f->config, &namespace, &given, &f->err));
	assert_string_equal("web", namespace);
	assert_false(given);
	assert_int_equal(0, load(f, &(struct kubeconfig_overrides){.context = "x"}));
	assert_int_equal(-1, kubeconfig_namespace(f->config, &namespace, &given, &f->err));
	assert_string_equal("Error in configuration: context was not found for specified context: x", f->err.message);
}

/* ---- changing ------------------------------------------------------------------------ */

static cJSON *read_tree(struct fixture *f, const char *name)
{
	_cleanup_free_ char *path = in_dir(f, name);
	_cleanup_buf_ struct buf content = BUF_INIT;
	cJSON *tree = NULL;

	assert_int_equal(0, file_read(path, 1 << 20, &content, &f->err));
	assert_int_equal(0, yaml_parse(content.data, content.len, NULL, 1, &tree, &f->err));
	return tree;
}

static void assert_tree(struct fixture *f, const char *name, const char *expected)
{
	_cleanup_json_ cJSON *tree = read_tree(f, name);
	_cleanup_buf_ struct buf text = BUF_INIT;

	json_print(&text, tree, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(expected, text.data);
}

static int edit_all(cJSON *tree, void *ctx, struct error *err)
{
	(void)ctx, (void)err;
	json_set_string(json_get(json_get(tree, "clusters")->child, "cluster"), "server", "https://new");
	json_set_string(tree, "current-context", "b");
	cJSON_DeleteItemFromArray(json_get(tree, "users"), 1); /* bob */
	json_append(json_get(tree, "users"), json_parse_literal("{\"name\":\"eve\",\"user\":{\"token\":\"t\"}}"));
	return 0;
}

static void test_edit_goes_to_the_right_file(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(0, kubeconfig_edit(&(struct kubeconfig_overrides){.context = NULL}, edit_all, NULL, &f->err));
	assert_tree(f, "first",
		    "{\"apiVersion\":\"v1\",\"clusters\":[{\"cluster\":{\"certificate-authority\":\"ca.crt\",\"server\":\"https://new\","
		    "\"unknown\":\"kept\"},\"name\":\"one\"}],\"contexts\":[{\"context\":{\"cluster\":\"one\",\"namespace\":\"web\","
		    "\"user\":\"ada\"},\"name\":\"a\"}],\"current-context\":\"\",\"extra\":{\"kept\":true},\"kind\":\"Config\","
		    "\"users\":[{\"name\":\"ada\",\"user\":{\"token\":\"t1\"}},{\"name\":\"eve\",\"user\":{\"token\":\"t\"}}]}");
	assert_tree(f, "second",
		    "{\"apiVersion\":\"v1\",\"clusters\":[{\"cluster\":{\"server\":\"https://shadowed\"},\"name\":\"one\"},"
		    "{\"cluster\":{\"server\":\"http://two\"},\"name\":\"two\"}],\"contexts\":[{\"context\":{\"cluster\":\"two\","
		    "\"user\":\"bob\"},\"name\":\"b\"},{\"context\":{\"cluster\":\"nowhere\",\"user\":\"nobody\"},\"name\":\"lost\"}],"
		    "\"current-context\":\"b\",\"kind\":\"Config\",\"users\":null}");
}

static int edit_new(cJSON *tree, void *ctx, struct error *err)
{
	(void)ctx, (void)err;
	json_set_string(tree, "current-context", "new");
	return 0;
}

static void test_edit_makes_the_file(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *path = in_dir(f, ".kube/config");
	struct stat st;

	unsetenv("KUBECONFIG");
	assert_int_equal(0, kubeconfig_edit(&(struct kubeconfig_overrides){.context = NULL}, edit_new, NULL, &f->err));
	assert_int_equal(0, stat(path, &st));
	assert_int_equal(0600, st.st_mode & 07777);
	assert_tree(f, ".kube/config",
		    "{\"apiVersion\":\"v1\",\"clusters\":null,\"contexts\":null,\"current-context\":\"new\",\"kind\":\"Config\",\"users\":null}");
}

static void test_edit_keeps_mode_and_waits_for_the_lock(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *path = in_dir(f, "first"), *lock = in_dir(f, "first.lock"), *message = NULL;
	struct kubeconfig_overrides o = {.kubeconfig = path};
	struct stat st;

	message = xasprintf("open %s: file exists", lock);
	write_file(f, "first.lock", "");
	assert_int_equal(-1, kubeconfig_edit(&o, edit_new, NULL, &f->err));
	assert_string_equal(message, f->err.message);
	assert_int_equal(0, unlink(lock)); /* another's lock is not taken away */
	assert_int_equal(0, chmod(path, 0640));
	assert_int_equal(0, kubeconfig_edit(&o, edit_new, NULL, &f->err));
	assert_int_equal(0, stat(path, &st));
	assert_int_equal(0640, st.st_mode & 07777);
}

static int edit_fails(cJSON *tree, void *ctx, struct error *err)
{
	(void)ctx;
	json_set_string(tree, "current-context", "lost");
	return error_set(err, ERROR_CONFIG, "no");
}

static void test_failed_edit_changes_nothing(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *path = in_dir(f, "second");
	_cleanup_buf_ struct buf content = BUF_INIT;

	assert_int_equal(-1, kubeconfig_edit(&(struct kubeconfig_overrides){.kubeconfig = path}, edit_fails, NULL, &f->err));
	assert_int_equal(0, file_read(path, 1 << 20, &content, &f->err));
	assert_string_equal(second, content.data);
}

static void test_normalize(void **state)
{
	struct fixture *f = *state;
	_cleanup_json_ cJSON *shown = NULL;
	_cleanup_buf_ struct buf text = BUF_INIT;

	assert_int_equal(0, load(f, &(struct kubeconfig_overrides){.context = NULL}));
	shown = kubeconfig_normalize(kubeconfig_tree(f->config));
	json_print(&text, json_get(shown, "clusters"), JSON_COMPACT);
	assert_string_equal("[{\"name\":\"one\",\"cluster\":{\"server\":\"https://one:6443/\",\"certificate-authority\":\"ca.crt\"}},"
			    "{\"name\":\"two\",\"cluster\":{\"server\":\"http://two\"}}]",
			    text.data);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_merge),
		TEST(test_missing_file),
		TEST(test_broken_files),
		TEST(test_resolve),
		TEST(test_overrides),
		TEST(test_plain_http_has_no_credentials),
		TEST(test_unconfigured),
		TEST(test_refusals),
		TEST(test_namespace),
		TEST(test_edit_goes_to_the_right_file),
		TEST(test_edit_makes_the_file),
		TEST(test_edit_keeps_mode_and_waits_for_the_lock),
		TEST(test_failed_edit_changes_nothing),
		TEST(test_normalize),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
