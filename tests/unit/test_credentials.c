#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "net/credentials.h"

#define V1 "client.authentication.k8s.io/v1"
#define STATUS(text) "{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\",\"status\":" text "}"

struct fixture {
	char dir[32];
	struct credentials *credentials;
	struct error err;
	struct vec headers;
	cJSON *exec;
};

static int setup(void **state)
{
	struct fixture *f = NEW(struct fixture);

	snprintf(f->dir, sizeof(f->dir), "/tmp/kubec-test.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->headers = VEC_OF_STRINGS;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	static const char *const files[] = {"plugin", "token", "count"};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = path_join(f->dir, files[i]);

		unlink(path);
	}
	rmdir(f->dir);
	credentials_free(f->credentials);
	cJSON_Delete(f->exec);
	vec_release(&f->headers);
	error_release(&f->err);
	free(f);
	return 0;
}

static int authorize(struct fixture *f, bool refresh)
{
	vec_release(&f->headers);
	f->headers = VEC_OF_STRINGS;
	error_release(&f->err);
	return credentials_authorize(f->credentials, refresh, &f->headers, &f->err);
}

static void open_with(struct fixture *f, const struct credentials_config *cfg)
{
	credentials_free(f->credentials);
	f->credentials = NULL;
	assert_int_equal(0, credentials_new(cfg, &f->credentials, &f->err));
}

static void write_file(struct fixture *f, const char *name, const char *text, unsigned mode)
{
	_cleanup_free_ char *path = path_join(f->dir, name);

	assert_int_equal(0, file_write_atomic(path, text, strlen(text), mode, &f->err));
	assert_int_equal(0, chmod(path, mode));
}

/* ---- what stands in a kubeconfig ---------------------------------------------- */

static void test_none(void **state)
{
	struct fixture *f = *state;

	open_with(f, &(struct credentials_config){.token = ""});
	assert_int_equal(0, authorize(f, false));
	assert_int_equal(0, f->headers.len);
	assert_int_equal(-1, authorize(f, true)); /* nothing that could be renewed */
}

static void test_token(void **state)
{
	struct fixture *f = *state;

	open_with(f, &(struct credentials_config){.token = "abc"});
	assert_int_equal(0, authorize(f, false));
	assert_int_equal(1, f->headers.len);
	assert_string_equal("Authorization: Bearer abc", vec_string(&f->headers, 0));
}

static void test_basic(void **state)
{
	struct fixture *f = *state;

	open_with(f, &(struct credentials_config){.username = "ada", .password = "p:w"});
	assert_int_equal(0, authorize(f, false));
	assert_string_equal("Authorization: Basic YWRhOnA6dw==", vec_string(&f->headers, 0));
}

static void test_impersonation(void **state)
{
	struct fixture *f = *state;
	_cleanup_vec_ struct vec groups = VEC_OF_STRINGS, values = VEC_OF_STRINGS;
	_cleanup_map_ struct map extra = MAP_INIT;
	static const char *const expected[] = {
		"Impersonate-User: bob",          "Impersonate-Uid: 7", "Impersonate-Group: g", "Impersonate-Group: h",
		"Impersonate-Extra-a%2Fb%25: c", "Impersonate-Extra-a%2Fb%25: d", "Authorization: Bearer t",
	};

	vec_add_split(&groups, "g,h", ',');
	vec_add_split(&values, "c,d", ',');
	map_set(&extra, "a/b%", &values);
	open_with(f, &(struct credentials_config){.token = "t", .impersonate = "bob", .impersonate_uid = "7",
						  .impersonate_groups = &groups, .impersonate_extra = &extra});
	assert_int_equal(0, authorize(f, false));
	assert_int_equal(ARRAY_SIZE(expected), f->headers.len);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		assert_string_equal(expected[i], vec_string(&f->headers, i));
}

static void test_token_file(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *path = path_join(f->dir, "token");

	write_file(f, "token", " first\n", 0600);
	open_with(f, &(struct credentials_config){.token_file = path});
	assert_int_equal(0, authorize(f, false));
	assert_string_equal("Authorization: Bearer first", vec_string(&f->headers, 0));
	write_file(f, "token", "second\n", 0600);
	assert_int_equal(0, authorize(f, false)); /* within a minute the file is not looked at */
	assert_string_equal("Authorization: Bearer first", vec_string(&f->headers, 0));
	assert_int_equal(0, authorize(f, true)); /* but after a refusal */
	assert_string_equal("Authorization: Bearer second", vec_string(&f->headers, 0));
	assert_int_equal(-1, authorize(f, true)); /* the same again helps nobody */
}

static void test_token_file_missing(void **state)
{
	struct fixture *f = *state;
	struct credentials_config cfg = {.token_file = "/nonexistent/token"};

	assert_int_equal(-1, credentials_new(&cfg, &f->credentials, &f->err));
	assert_int_equal(ERROR_CONFIG, f->err.class);
	assert_string_equal("open /nonexistent/token: no such file or directory", f->err.message);
	cfg.token = "beside"; /* serves while the file cannot be read */
	open_with(f, &cfg);
	assert_int_equal(0, authorize(f, false));
	assert_string_equal("Authorization: Bearer beside", vec_string(&f->headers, 0));
}

static void test_token_file_empty(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *path = path_join(f->dir, "token");
	_cleanup_free_ char *message = xasprintf("read empty token from file \"%s\"", path);

	write_file(f, "token", "\n", 0600);
	assert_int_equal(-1, credentials_new(&(struct credentials_config){.token_file = path}, &f->credentials, &f->err));
	assert_string_equal(message, f->err.message);
}

/* ---- plug-ins ----------------------------------------------------------------------- */

/* A plug-in that counts its calls and runs a line of shell. */
static void write_plugin(struct fixture *f, const char *line)
{
	_cleanup_free_ char *text = xasprintf("#!/bin/sh\nprintf x >>%s/count\n%s\n", f->dir, line);

	write_file(f, "plugin", text, 0700);
}

static size_t calls(struct fixture *f)
{
	_cleanup_free_ char *path = path_join(f->dir, "count");
	_cleanup_buf_ struct buf content = BUF_INIT;

	return file_read(path, 4096, &content, &f->err) ? 0 : content.len;
}

static void open_plugin(struct fixture *f, const char *mode)
{
	cJSON_Delete(f->exec);
	f->exec = json_parse_literal("{\"apiVersion\":\"" V1 "\",\"command\":\"./plugin\",\"args\":[\"one\",\"two words\"],"
				     "\"env\":[{\"name\":\"GIVEN\",\"value\":\"v\"}],\"interactiveMode\":\"%s\",\"provideClusterInfo\":true}",
				     mode);
	open_with(f, &(struct credentials_config){.exec = f->exec, .exec_dir = f->dir});
}

static void assert_plugin_fails(struct fixture *f, const char *line, const char *message)
{
	write_plugin(f, line);
	open_plugin(f, "Never");
	assert_int_equal(-1, authorize(f, false));
	assert_int_equal(ERROR_AUTH, f->err.class);
	assert_string_equal(message, f->err.message);
}

static void test_plugin_token(void **state)
{
	struct fixture *f = *state;
	const char *cert, *key;

	write_plugin(f, "echo '" STATUS("{\"token\":\"abc\"}") "'");
	open_plugin(f, "Never");
	assert_int_equal(0, calls(f)); /* not before it is needed */
	assert_int_equal(0, authorize(f, false));
	assert_string_equal("Authorization: Bearer abc", vec_string(&f->headers, 0));
	assert_int_equal(0, authorize(f, false));
	assert_int_equal(0, credentials_certificate(f->credentials, &cert, &key, &f->err));
	assert_null(cert);
	assert_null(key);
	assert_int_equal(1, calls(f));
	assert_int_equal(0, authorize(f, true));
	assert_int_equal(2, calls(f));
}

static void test_plugin_expiry(void **state)
{
	struct fixture *f = *state;

	write_plugin(f, "echo '" STATUS("{\"token\":\"abc\",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\"}") "'");
	open_plugin(f, "Never");
	assert_int_equal(0, authorize(f, false));
	assert_int_equal(0, authorize(f, false));
	assert_int_equal(2, calls(f));
	write_plugin(f, "echo '" STATUS("{\"token\":\"abc\",\"expirationTimestamp\":\"2999-01-01T00:00:00Z\"}") "'");
	open_plugin(f, "Never");
	assert_int_equal(0, authorize(f, false));
	assert_int_equal(0, authorize(f, false));
	assert_int_equal(3, calls(f));
}

/* What a plug-in is told comes back as its token. */
static void test_plugin_environment(void **state)
{
	struct fixture *f = *state;
	cJSON *cluster = json_parse_literal("{\"server\":\"https://x\"}");

	write_plugin(f, "token=$(printf %s \"$KUBERNETES_EXEC_INFO/$GIVEN/$1/$2\" | tr -d '\\n' | tr '\"' \"'\")\n"
			"echo '{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"'\"$token\"'\"}}'");
	open_plugin(f, "Never");
	open_with(f, &(struct credentials_config){.exec = f->exec, .exec_dir = f->dir, .cluster = cluster});
	cJSON_Delete(cluster);
	assert_int_equal(0, authorize(f, false));
	assert_string_equal("Authorization: Bearer {'kind':'ExecCredential','apiVersion':'" V1
			    "','spec':{'cluster':{'server':'https://x'},'interactive':false}}/v/one/two words",
			    vec_string(&f->headers, 0));
}

static void test_plugin_is_not_needed(void **state)
{
	struct fixture *f = *state;

	write_plugin(f, "exit 1");
	open_plugin(f, "Never");
	open_with(f, &(struct credentials_config){.exec = f->exec, .exec_dir = f->dir, .token = "given"});
	assert_int_equal(0, authorize(f, false));
	assert_string_equal("Authorization: Bearer given", vec_string(&f->headers, 0));
	assert_int_equal(0, calls(f));
}

static void test_plugin_failures(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *failed = xasprintf("getting credentials: exec: executable %s/plugin failed with exit code 3", f->dir);

	assert_plugin_fails(f, "exit 3", failed);
	assert_plugin_fails(f, "echo '" STATUS("{}") "'", "getting credentials: exec plugin didn't return a token or cert/key pair");
	assert_plugin_fails(f, "echo '{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\"}'",
			    "getting credentials: exec plugin didn't return a status field");
	assert_plugin_fails(f, "echo '" STATUS("{\"clientCertificateData\":\"x\"}") "'",
			    "getting credentials: exec plugin returned only certificate or key, not both");
	assert_plugin_fails(f, "echo '" STATUS("{\"clientCertificateData\":\"x\",\"clientKeyData\":\"y\"}") "'",
			    "getting credentials: failed parsing client key/certificate: tls: failed to find any PEM data in certificate input");
	assert_plugin_fails(f, "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\"}'",
			    "getting credentials: exec plugin is configured to use API version " V1
			    ", plugin returned version client.authentication.k8s.io/v1beta1");
	assert_plugin_fails(f, "echo '[]'",
			    "getting credentials: decoding stdout: couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }");
	assert_plugin_fails(f, "echo '" STATUS("{\"token\":\"t\",\"expirationTimestamp\":\"soon\"}") "'",
			    "getting credentials: decoding stdout: parsing time \"soon\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"soon\" as \"2006\"");
}

static void test_plugin_missing(void **state)
{
	struct fixture *f = *state;

	f->exec = json_parse_literal("{\"apiVersion\":\"" V1 "\",\"command\":\"no-such-plugin\",\"installHint\":\"Install it.\"}");
	open_with(f, &(struct credentials_config){.exec = f->exec});
	assert_int_equal(-1, authorize(f, false));
	assert_string_equal("getting credentials: exec: executable no-such-plugin not found\n\n"
			    "It looks like you are trying to use a client-go credential plugin that is not installed.\n\n"
			    "To learn more about this feature, consult the documentation available at:\n"
			    "      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins\n\n"
			    "Install it.",
			    f->err.message);
}

static void test_plugin_version(void **state)
{
	struct fixture *f = *state;

	f->exec = json_parse_literal("{\"apiVersion\":\"client.authentication.k8s.io/v7\",\"command\":\"x\"}");
	assert_int_equal(-1, credentials_new(&(struct credentials_config){.exec = f->exec}, &f->credentials, &f->err));
	assert_int_equal(ERROR_CONFIG, f->err.class);
	assert_string_equal("exec plugin: invalid apiVersion \"client.authentication.k8s.io/v7\"", f->err.message);
}

static void test_plugin_wants_a_terminal(void **state)
{
	struct fixture *f = *state;

	write_plugin(f, "exit 0");
	open_plugin(f, "Always");
	assert_int_equal(-1, authorize(f, false));
	assert_string_equal("getting credentials: exec plugin cannot support interactive mode: standard input is not a terminal",
			    f->err.message);
	assert_int_equal(0, calls(f));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_none),
		TEST(test_token),
		TEST(test_basic),
		TEST(test_impersonation),
		TEST(test_token_file),
		TEST(test_token_file_missing),
		TEST(test_token_file_empty),
		TEST(test_plugin_token),
		TEST(test_plugin_expiry),
		TEST(test_plugin_environment),
		TEST(test_plugin_is_not_needed),
		TEST(test_plugin_failures),
		TEST(test_plugin_missing),
		TEST(test_plugin_version),
		TEST(test_plugin_wants_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
