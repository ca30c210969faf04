#include "create/sources.h"

#include <dirent.h>
#include <sys/stat.h>

#include "base/file.h"
#include "data/utf8.h"
#include "net/digest.h"

#define KEY_MAX 253
#define ENV_LINE_MAX 65536 /* where the reference stops reading */

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static void add_fault(struct buf *why, size_t start, const char *separator, const char *words)
{
	buf_printf(why, "%s%s", why->len > start ? separator : "", words);
}

/* Names that mean another place when they become files. */
static void check_dots(const char *key, size_t start, const char *separator, struct buf *why)
{
	if (!strcmp(key, "."))
		add_fault(why, start, separator, "must not be '.'");
	else if (!strcmp(key, ".."))
		add_fault(why, start, separator, "must not be '..'");
	else if (str_starts(key, ".."))
		add_fault(why, start, separator, "must not start with '..'");
}

bool data_key_valid(const char *key, const char *separator, struct buf *why)
{
	size_t start = why->len, len = strlen(key);

	if (len > KEY_MAX)
		add_fault(why, start, separator, "must be no more than 253 characters");
	if (!len || strspn(key, "-._" LOWER UPPER DIGITS) != len)
		add_fault(why, start, separator,
			  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
			  "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
	check_dots(key, start, separator, why);
	return why->len == start;
}

int sources_check(struct invocation *inv, struct error *err)
{
	if (args_list(inv->args, "from-env-file")->len &&
	    (args_list(inv->args, "from-file")->len || args_list(inv->args, "from-literal")->len))
		return error_set(err, ERROR_OTHER, "from-env-file cannot be combined with from-file or from-literal");
	return 0;
}

int sources_add_literals(const struct sources *s, const struct vec *literals, struct error *err)
{
	for (size_t i = 0; i < literals->len; i++) {
		const char *text = vec_string(literals, i), *equals = strchr(text, '=');
		_cleanup_free_ char *key = NULL;

		if (!equals || equals == text)
			return error_set(err, ERROR_OTHER, "invalid literal source %s, expected key=value", text);
		key = xstrndup(text, (size_t)(equals - text));
		if (s->add(s->ctx, key, equals + 1, strlen(equals + 1), err))
			return -1;
	}
	return 0;
}

/* ---- files ----------------------------------------------------------------- */

static int add_file(const struct sources *s, const char *key, const char *path, struct error *err)
{
	_cleanup_buf_ struct buf content = BUF_INIT;

	if (file_read(path, SOURCE_LIMIT, &content, err))
		return -1;
	return s->add(s->ctx, key, content.data, content.len, err);
}

static int folder_names(const char *path, struct vec *ret, struct error *err)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;

	if (!folder)
		return error_set(err, ERROR_OTHER, "error listing files in %s: open %s: %s", path, path, errno_text(errno));
	while ((entry = readdir(folder)))
		vec_add_string(ret, entry->d_name);
	closedir(folder);
	vec_sort(ret, vec_compare_strings);
	return 0;
}

/* Plain files only: no folders below, no links. */
static int add_folder(const struct sources *s, const char *path, struct error *err)
{
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	if (folder_names(path, &names, err))
		return -1;
	for (size_t i = 0; i < names.len; i++) {
		_cleanup_free_ char *joined = xasprintf("%s/%s", path, vec_string(&names, i)), *file = path_clean(joined);
		struct stat st;

		if (!lstat(file, &st) && S_ISREG(st.st_mode) && add_file(s, vec_string(&names, i), file, err))
			return -1;
	}
	return 0;
}

/* The last part of a path, as Go's path.Base. */
static char *path_base(const char *path)
{
	size_t end = strlen(path), start;

	if (!end)
		return xstrdup(".");
	while (end && path[end - 1] == '/')
		end--;
	for (start = end; start && path[start - 1] != '/';)
		start--;
	return end ? xstrndup(path + start, end - start) : xstrdup("/");
}

/* Takes KEY=FILE apart; without a key it is the file's name. */
static int source_parse(const char *text, char **ret_key, char **ret_path, struct error *err)
{
	const char *equals = strchr(text, '=');

	if (!equals) {
		*ret_key = path_base(text);
		*ret_path = xstrdup(text);
		return 0;
	}
	if (strchr(equals + 1, '='))
		return error_set(err, ERROR_OTHER, "key names or file paths cannot contain '='");
	if (equals == text)
		return error_set(err, ERROR_OTHER, "key name for file path %s missing", equals + 1);
	if (!equals[1])
		return error_set(err, ERROR_OTHER, "file path for key name %.*s missing", (int)(equals - text), text);
	*ret_key = xstrndup(text, (size_t)(equals - text));
	*ret_path = xstrdup(equals + 1);
	return 0;
}

int sources_add_files(const struct sources *s, const struct vec *files, struct error *err)
{
	for (size_t i = 0; i < files->len; i++) {
		_cleanup_free_ char *key = NULL, *path = NULL;
		struct stat st;

		if (source_parse(vec_string(files, i), &key, &path, err))
			return -1;
		if (stat(path, &st))
			return error_set(err, ERROR_OTHER, "error reading %s: %s", path, errno_text(errno));
		if (S_ISDIR(st.st_mode) && strchr(vec_string(files, i), '='))
			return error_set(err, ERROR_OTHER, "cannot give a key name for a directory path");
		if (S_ISDIR(st.st_mode) ? add_folder(s, path, err) : add_file(s, key, path, err))
			return -1;
	}
	return 0;
}

/* ---- env files --------------------------------------------------------------- */

int env_name_check(const char *name, struct error *err)
{
	_cleanup_buf_ struct buf why = BUF_INIT;

	if (!*name || strchr(DIGITS, *name) || strspn(name, "-._" LOWER UPPER DIGITS) != strlen(name))
		add_fault(&why, 0, ";",
			  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and "
			  "must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for "
			  "validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')");
	check_dots(name, 0, ";", &why);
	if (why.len) {
		_cleanup_buf_ struct buf quoted = BUF_INIT;

		json_print_string(&quoted, name, 0);
		return error_set(err, ERROR_OTHER, "%s is not a valid key name: %s", quoted.data, why.data);
	}
	return 0;
}

static int env_line_bytes(const char *file, size_t number, const char *line, size_t len, struct error *err)
{
	_cleanup_buf_ struct buf bytes = BUF_INIT;

	for (size_t i = 0; i < len; i++)
		buf_printf(&bytes, "%s%d", i ? " " : "", (unsigned char)line[i]);
	return error_set(err, ERROR_OTHER, "env file %s contains invalid utf8 bytes at line %zu: [%s]", file, number,
			 bytes.data);
}

/* One line: KEY=VALUE, KEY (its value is the environment's), a comment or nothing. */
static int add_env_line(const struct sources *s, const char *file, size_t number, const char *line, size_t len,
			struct error *err)
{
	_cleanup_free_ char *text = NULL;
	char *key, *equals;
	const char *value;

	if (!utf8_valid(line, len))
		return env_line_bytes(file, number, line, len, err);
	text = xstrndup(line, len);
	key = text + (number == 1 && str_starts(text, "\xef\xbb\xbf") ? 3 : 0);
	key += strspn(key, " \t\v\f\r");
	if (!*key || *key == '#')
		return 0;
	equals = strchr(key, '=');
	if (equals)
		*equals = '\0';
	if (env_name_check(key, err))
		return -1;
	value = equals ? equals + 1 : getenv(key);
	return s->add(s->ctx, key, value ? value : "", value ? strlen(value) : 0, err);
}

static int add_env_file(const struct sources *s, const char *path, struct error *err)
{
	_cleanup_buf_ struct buf content = BUF_INIT;
	const char *at, *end;

	if (file_read(path, SOURCE_LIMIT, &content, err))
		return -1;
	end = content.data + content.len;
	at = content.data;
	for (size_t number = 1; at < end; number++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline ? newline : end;
		size_t len = (size_t)(stop - at);

		if (len >= ENV_LINE_MAX)
			return 0;
		if (len && at[len - 1] == '\r')
			len--;
		if (add_env_line(s, path, number, at, len, err))
			return -1;
		at = newline ? newline + 1 : end;
	}
	return 0;
}

int sources_add_env_files(const struct sources *s, const struct vec *files, struct error *err)
{
	for (size_t i = 0; i < files->len; i++) {
		const char *path = vec_string(files, i);
		struct stat st;

		if (stat(path, &st))
			return error_set(err, ERROR_OTHER, "error reading %s: %s", path, errno_text(errno));
		if (S_ISDIR(st.st_mode))
			return error_set(err, ERROR_OTHER, "env %s file cannot be a directory", s->env_kind);
		if (add_env_file(s, path, err))
			return -1;
	}
	return 0;
}

int append_hash(cJSON *object, const cJSON *identity, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_free_ char *name = NULL;
	char hash[NAME_HASH_SIZE];

	json_print(&text, identity, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	if (name_hash(text.data, text.len, hash, err))
		return -1;
	name = xasprintf("%s-%s", json_path_string(object, "metadata", "name", NULL), hash);
	json_set_string(json_get(object, "metadata"), "name", name);
	return 0;
}
