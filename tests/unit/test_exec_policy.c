#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/exec_policy.h"

static char folder[] = "/tmp/kubec-exec-policy-XXXXXX";

static char *in_folder(const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

static void make_program(const char *name)
{
	_cleanup_free_ char *path = in_folder(name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs("#!/bin/sh\n", f);
	fclose(f);
	assert_int_equal(chmod(path, 0755), 0);
}

static int make_folder(void **state)
{
	_cleanup_free_ char *one = NULL, *two = NULL, *path = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	one = in_folder("one");
	two = in_folder("two");
	mkdir(one, 0755);
	mkdir(two, 0755);
	make_program("one/tok");
	make_program("two/tok");
	path = xasprintf("relative:%s:%s", one, two);
	setenv("PATH", path, 1);
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const names[] = {"one/tok", "two/tok", "one", "two", ""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *path = in_folder(names[i]);

		remove(path);
	}
	return 0;
}

/* commands: NULL for none, else joined by "|"; "-" is an empty list. */
static int validate(const char *type, const char *commands, struct error *err)
{
	_cleanup_vec_ struct vec list = VEC_OF_STRINGS;
	struct exec_policy policy = {type, commands ? &list : NULL};

	if (commands && strcmp(commands, "-"))
		vec_add_split(&list, commands, '|');
	return exec_policy_validate(&policy, err);
}

static void test_validate(void **state)
{
	static const struct {
		const char *type, *commands, *message; /* NULL: valid */
	} rows[] = {
		{"", NULL, NULL},
		{"AllowAll", NULL, NULL},
		{"DenyAll", NULL, NULL},
		{"Allowlist", "tok|/usr/bin/tok|a/b|../x|..|/", NULL},
		{"Other", NULL, "unknown plugin policy: \"Other\""},
		{"", "tok", "misconfigured credential plugin allowlist: plugin policy is \"\" but allowlist is non-nil"},
		{"DenyAll", "-", "misconfigured credential plugin allowlist: plugin policy is \"DenyAll\" but allowlist is non-nil"},
		{"Allowlist", NULL, "credential plugin policy set to \"Allowlist\", but allowlist is unspecified"},
		{"Allowlist", "-",
		 "credential plugin policy set to \"Allowlist\", but allowlist is empty; use \"DenyAll\" policy instead"},
		{"Allowlist", "tok||x", "misconfigured credential plugin allowlist: empty allowlist entry #2"},
		{"Allowlist", "./tok", "non-normalized file path: \"./tok\" vs \"tok\""},
		{"Allowlist", "/a//b", "non-normalized file path: \"/a//b\" vs \"/a/b\""},
		{"Allowlist", "/a/../b", "non-normalized file path: \"/a/../b\" vs \"/b\""},
		{"Allowlist", "/../b", "non-normalized file path: \"/../b\" vs \"/b\""},
		{"Allowlist", "a/..", "non-normalized file path: \"a/..\" vs \".\""},
		{"Allowlist", "/a/", "non-normalized file path: \"/a/\" vs \"/a\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		int r = validate(rows[i].type, rows[i].commands, &err);

		assert_int_equal(r, rows[i].message ? -1 : 0);
		if (!rows[i].message)
			continue;
		assert_int_equal(err.class, ERROR_CONFIG);
		assert_string_equal(err.message, rows[i].message);
	}
}

/* entry and command may begin with "@", the test's folder; program: what is run, NULL for refused. */
static void assert_check(const char *entry, const char *command, const char *program, const char *message)
{
	_cleanup_free_ char *listed = *entry == '@' ? in_folder(entry + 2) : xstrdup(entry);
	_cleanup_free_ char *asked = *command == '@' ? in_folder(command + 2) : xstrdup(command);
	_cleanup_free_ char *expected = program ? in_folder(program + 2) : NULL, *got = NULL;
	_cleanup_vec_ struct vec list = VEC_OF_STRINGS;
	_cleanup_error_ struct error err = ERROR_INIT;
	struct exec_policy policy = {"Allowlist", &list};

	vec_add_string(&list, listed);
	assert_int_equal(exec_policy_check(&policy, asked, &got, &err), message ? -1 : 0);
	if (message) {
		assert_int_equal(err.class, ERROR_AUTH);
		assert_non_null(strstr(err.message, message));
	} else if (expected) {
		assert_string_equal(got, expected);
	} else {
		assert_null(got);
	}
}

static void test_allowlist(void **state)
{
	(void)state;
	assert_check("tok", "tok", "@/one/tok", NULL);
	assert_check("@/one/tok", "tok", "@/one/tok", NULL);
	assert_check("tok", "@/one/tok", "@/one/tok", NULL);
	assert_check("@/two/tok", "@/two/tok", "@/two/tok", NULL);
	assert_check("@/two/tok", "tok", NULL, "/one/tok\" is not permitted by the credential plugin allowlist");
	assert_check("tok", "@/two/tok", NULL, "/two/tok\" is not permitted by the credential plugin allowlist");
	assert_check("other", "tok", NULL, "/one/tok\" is not permitted by the credential plugin allowlist");
	assert_check("tok", "gone", NULL,
		     "plugin path \"gone\" cannot be resolved for credential plugin allowlist check: exec: \"gone\": executable "
		     "file not found in $PATH");
	assert_check("gone", "gone", NULL, NULL); /* allowed; that it is missing comes out when it is run */
}

static void test_other_policies(void **state)
{
	struct exec_policy deny = {"DenyAll", NULL}, allow = {"AllowAll", NULL}, unset = {"", NULL};
	_cleanup_error_ struct error err = ERROR_INIT;
	char *program = folder;

	(void)state;
	assert_int_equal(exec_policy_check(NULL, "tok", &program, &err), 0);
	assert_null(program);
	assert_int_equal(exec_policy_check(&allow, "tok", &program, &err), 0);
	assert_int_equal(exec_policy_check(&unset, "tok", &program, &err), 0);
	assert_int_equal(exec_policy_check(&deny, "tok", &program, &err), -1);
	assert_int_equal(err.class, ERROR_AUTH);
	assert_string_equal(err.message, "plugin \"tok\" not allowed: policy set to \"DenyAll\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_validate),
		cmocka_unit_test(test_allowlist),
		cmocka_unit_test(test_other_policies),
	};

	return cmocka_run_group_tests_name("exec_policy", tests, make_folder, remove_folder);
}
