#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/kubec-file.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	_cleanup_free_ char *command = xasprintf("rm -rf '%s'", folder);

	(void)state;
	return system(command);
}

static char *in_folder(const char *name)
{
	return path_join(folder, name);
}

static void assert_content(const char *path, const char *content)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf found = BUF_INIT;

	assert_int_equal(file_read(path, 1 << 20, &found, &err), 0);
	assert_string_equal(found.data, content);
}

/* Fails unless the folder holds exactly so many names. */
static void assert_names(const char *path, const char *expected)
{
	_cleanup_free_ char *command = xasprintf("ls -A '%s' | tr '\\n' ' '", path);
	char found[256] = "";
	FILE *f = popen(command, "r");

	assert_non_null(f);
	if (!fgets(found, sizeof(found), f))
		found[0] = '\0';
	pclose(f);
	assert_string_equal(found, expected);
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void test_read_failures(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf content = BUF_INIT;
	_cleanup_free_ char *path = in_folder("ten"), *expected = NULL;

	(void)state;
	assert_int_equal(file_read("/nowhere/at all", 10, &content, &err), -1);
	assert_int_equal(err.class, ERROR_IO);
	assert_string_equal(err.message, "open /nowhere/at all: no such file or directory");

	assert_int_equal(file_read("/tmp", 10, &content, &err), -1);
	assert_string_equal(err.message, "read /tmp: is a directory");

	assert_int_equal(file_write_atomic(path, "0123456789", 10, 0600, &err), 0);
	assert_int_equal(file_read(path, 10, &content, &err), 0);
	assert_int_equal(content.len, 10);
	assert_int_equal(file_read(path, 9, &content, &err), -1);
	expected = xasprintf("read %s: larger than 9 bytes", path);
	assert_string_equal(err.message, expected);
	/* what was read before stays */
	assert_string_equal(content.data, "0123456789");
}

static void test_write(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_free_ char *path = in_folder("a/b/config"), *dir = in_folder("a/b");

	(void)state;
	assert_int_equal(file_write_atomic(path, "one", 3, 0600, &err), 0);
	assert_content(path, "one");
	assert_int_equal(mode_of(path), 0600);
	assert_int_equal(mode_of(dir), 0755);
	/* its own mode stays, whatever is asked */
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(file_write_atomic(path, "two", 3, 0600, &err), 0);
	assert_content(path, "two");
	assert_int_equal(mode_of(path), 0640);
	assert_names(dir, "config ");
}

static void test_write_through_link(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_free_ char *target = in_folder("real/target"), *link = in_folder("link"), *again = in_folder("again");
	struct stat st;

	(void)state;
	assert_int_equal(symlink("real/target", link), 0);
	assert_int_equal(symlink("link", again), 0);
	/* the target need not be there yet */
	assert_int_equal(file_write_atomic(again, "x", 1, 0600, &err), 0);
	assert_content(target, "x");
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(lstat(again, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void test_write_failures(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_free_ char *file = in_folder("plain"), *below = in_folder("plain/x"), *expected = NULL;

	(void)state;
	assert_int_equal(file_write_atomic(file, "", 0, 0600, &err), 0);
	assert_content(file, "");
	assert_int_equal(file_write_atomic(below, "x", 1, 0600, &err), -1);
	expected = xasprintf("mkdir %s: not a directory", file);
	assert_string_equal(err.message, expected);
	assert_int_equal(err.class, ERROR_IO);
	assert_int_equal(file_write_atomic("/dev/null", "x", 1, 0600, &err), 0);
	assert_int_equal(file_write_atomic("/proc/nothing/x", "x", 1, 0600, &err), -1);
	assert_string_equal(err.message, "mkdir /proc/nothing: no such file or directory");
}

static void test_paths(void **state)
{
	static const char *const joined[][3] = {
	        {"/a", "b", "/a/b"},       {"/a", "/b", "/b"}, {"/a/", "../b", "/b"}, {"", "b", "b"},
	        {"a", "./b//c/", "a/b/c"}, {"/", "..", "/"},   {"a", "../..", ".."},  {".", "x", "x"},
	};
	static const char *const dirs[][2] = {
	        {"/a/b", "/a"}, {"/a", "/"}, {"a", "."}, {"a/b/", "a/b"}, {"a//b", "a"}, {"", "."},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(joined); i++) {
		_cleanup_free_ char *path = path_join(joined[i][0], joined[i][1]);

		assert_string_equal(path, joined[i][2]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		_cleanup_free_ char *path = path_dir(dirs[i][0]);

		assert_string_equal(path, dirs[i][1]);
	}
}

static void test_home(void **state)
{
	_cleanup_free_ char *home = NULL, *other = NULL;
	_cleanup_free_ char *saved = xstrdup(getenv("HOME"));

	(void)state;
	setenv("HOME", "/some/home", 1);
	home = path_home();
	assert_string_equal(home, "/some/home");
	unsetenv("HOME");
	other = path_home();
	assert_int_equal(other[0], '/');
	assert_string_not_equal(other, "/some/home");
	if (saved)
		setenv("HOME", saved, 1);
}

static void test_errno_text(void **state)
{
	(void)state;
	assert_string_equal(errno_text(ENOENT), "no such file or directory");
	assert_string_equal(errno_text(EACCES), "permission denied");
	assert_string_equal(errno_text(ECONNREFUSED), "connection refused");
	assert_string_equal(errno_text(99999), "errno 99999");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_read_failures),
	        cmocka_unit_test(test_write),
	        cmocka_unit_test(test_write_through_link),
	        cmocka_unit_test(test_write_failures),
	        cmocka_unit_test(test_paths),
	        cmocka_unit_test(test_home),
	        cmocka_unit_test(test_errno_text),
	};

	umask(022);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
