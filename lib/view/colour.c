#include "view/colour.h"

#include "data/yaml.h"

void colour_begin(struct buf *out, enum colour_role role)
{
	if (!role)
		return;
	buf_putc(out, COLOUR_MARK);
	buf_putc(out, (char)(COLOUR_MARK_BASE + (int)role));
}

void colour_end(struct buf *out, enum colour_role role)
{
	if (!role)
		return;
	buf_putc(out, COLOUR_MARK);
	buf_putc(out, COLOUR_MARK_BASE);
}

void colour_add(struct buf *out, enum colour_role role, const char *text, size_t n)
{
	colour_begin(out, role);
	buf_add(out, text, n);
	colour_end(out, role);
}

/* ---- themes ---------------------------------------------------------------- */

static const char *const role_names[COLOUR_ROLES] = {
	[COLOUR_HEADER] = "header",
	[COLOUR_GOOD] = "good",
	[COLOUR_PROGRESS] = "progress",
	[COLOUR_BAD] = "bad",
	[COLOUR_READY] = "ready",
	[COLOUR_UNREADY] = "unready",
	[COLOUR_RESTARTS] = "restarts",
	[COLOUR_AGE] = "age",
	[COLOUR_KIND] = "kind",
	[COLOUR_KEY] = "key",
	[COLOUR_STRING] = "string",
	[COLOUR_NUMBER] = "number",
	[COLOUR_LITERAL] = "literal",
	[COLOUR_ERROR] = "error",
	[COLOUR_WARNING] = "warning",
	[COLOUR_HINT] = "hint",
	[COLOUR_CREATED] = "created",
	[COLOUR_CHANGED] = "changed",
	[COLOUR_UNCHANGED] = "unchanged",
	[COLOUR_DELETED] = "deleted",
	[COLOUR_REQUIRED] = "required",
	[COLOUR_ENUM] = "enum",
	[COLOUR_DIFF_HEADER] = "diff-header",
	[COLOUR_HUNK] = "hunk",
	[COLOUR_ADDED] = "added",
	[COLOUR_REMOVED] = "removed",
	[COLOUR_SOURCE_1] = "source-1",
	[COLOUR_SOURCE_1 + 1] = "source-2",
	[COLOUR_SOURCE_1 + 2] = "source-3",
	[COLOUR_SOURCE_1 + 3] = "source-4",
	[COLOUR_SOURCE_1 + 4] = "source-5",
	[COLOUR_SOURCE_1 + 5] = "source-6",
};

const char colour_theme_names[] = "safe,dark,light,none";

#define SOURCES(a, b, c, d, e, f)                                                                            \
	[COLOUR_SOURCE_1] = (a), [COLOUR_SOURCE_1 + 1] = (b), [COLOUR_SOURCE_1 + 2] = (c), [COLOUR_SOURCE_1 + 3] = (d), \
	[COLOUR_SOURCE_1 + 4] = (e), [COLOUR_SOURCE_LAST] = (f)

/*
 * safe keeps apart what red-green blindness mixes up: blue and cyan for what is well, yellow for what
 * is on its way, bold magenta for what is wrong. dark and light are the colours that people expect.
 */
static const struct {
	const char *name;
	const char *codes[COLOUR_ROLES];
} themes[] = {
	{"safe",
	 {[COLOUR_HEADER] = "1", [COLOUR_GOOD] = "36", [COLOUR_PROGRESS] = "33", [COLOUR_BAD] = "1;35",
	  [COLOUR_READY] = "36", [COLOUR_UNREADY] = "33", [COLOUR_RESTARTS] = "33", [COLOUR_AGE] = "2", [COLOUR_KIND] = "2",
	  [COLOUR_KEY] = "36", [COLOUR_STRING] = "", [COLOUR_NUMBER] = "35", [COLOUR_LITERAL] = "33",
	  [COLOUR_ERROR] = "1;35", [COLOUR_WARNING] = "33;1", [COLOUR_HINT] = "2", [COLOUR_CREATED] = "1;36",
	  [COLOUR_CHANGED] = "33", [COLOUR_UNCHANGED] = "2", [COLOUR_DELETED] = "35",
	  [COLOUR_REQUIRED] = "1;33", [COLOUR_ENUM] = "35", [COLOUR_DIFF_HEADER] = "1", [COLOUR_HUNK] = "2",
	  [COLOUR_ADDED] = "36", [COLOUR_REMOVED] = "1;35", SOURCES("36", "33", "35", "94", "97", "96")}},
	{"dark",
	 {[COLOUR_HEADER] = "1", [COLOUR_GOOD] = "32", [COLOUR_PROGRESS] = "33", [COLOUR_BAD] = "91",
	  [COLOUR_READY] = "32", [COLOUR_UNREADY] = "33", [COLOUR_RESTARTS] = "33", [COLOUR_AGE] = "90",
	  [COLOUR_KIND] = "96", [COLOUR_KEY] = "94", [COLOUR_STRING] = "32", [COLOUR_NUMBER] = "95",
	  [COLOUR_LITERAL] = "93", [COLOUR_ERROR] = "1;91", [COLOUR_WARNING] = "1;93", [COLOUR_HINT] = "90",
	  [COLOUR_CREATED] = "32", [COLOUR_CHANGED] = "33", [COLOUR_UNCHANGED] = "90", [COLOUR_DELETED] = "91",
	  [COLOUR_REQUIRED] = "91", [COLOUR_ENUM] = "95", [COLOUR_DIFF_HEADER] = "1", [COLOUR_HUNK] = "96",
	  [COLOUR_ADDED] = "32", [COLOUR_REMOVED] = "91", SOURCES("92", "93", "94", "95", "96", "91")}},
	{"light",
	 {[COLOUR_HEADER] = "1", [COLOUR_GOOD] = "38;5;28", [COLOUR_PROGRESS] = "38;5;130", [COLOUR_BAD] = "1;38;5;160",
	  [COLOUR_READY] = "38;5;28", [COLOUR_UNREADY] = "38;5;130", [COLOUR_RESTARTS] = "38;5;130",
	  [COLOUR_AGE] = "38;5;242", [COLOUR_KIND] = "38;5;24", [COLOUR_KEY] = "38;5;25", [COLOUR_STRING] = "38;5;28",
	  [COLOUR_NUMBER] = "38;5;90", [COLOUR_LITERAL] = "38;5;130", [COLOUR_ERROR] = "1;38;5;160",
	  [COLOUR_WARNING] = "1;38;5;130", [COLOUR_HINT] = "38;5;242", [COLOUR_CREATED] = "38;5;28",
	  [COLOUR_CHANGED] = "38;5;130", [COLOUR_UNCHANGED] = "38;5;242", [COLOUR_DELETED] = "38;5;160",
	  [COLOUR_REQUIRED] = "38;5;160", [COLOUR_ENUM] = "38;5;90", [COLOUR_DIFF_HEADER] = "1", [COLOUR_HUNK] = "38;5;24",
	  [COLOUR_ADDED] = "38;5;28", [COLOUR_REMOVED] = "38;5;160",
	  SOURCES("38;5;28", "38;5;130", "38;5;25", "38;5;90", "38;5;24", "38;5;160")}},
	{"none", {NULL}},
};

bool colour_theme_named(const char *name, struct colour_theme *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(themes); i++) {
		if (!str_equal(themes[i].name, name))
			continue;
		for (size_t role = 0; role < COLOUR_ROLES; role++)
			snprintf(ret->codes[role], COLOUR_CODE_MAX, "%s", themes[i].codes[role] ? themes[i].codes[role] : "");
		return true;
	}
	return false;
}

/* The number of a basic colour, 0 to 7; -1 for other words. */
static int basic_colour(const char *word)
{
	static const char *const names[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(word, names[i]))
			return (int)i;
	return -1;
}

/* One colour word as parameters; background moves them by ten. */
static bool put_colour(struct buf *out, const char *word, int background)
{
	bool bright = str_starts(word, "bright-");
	int n = basic_colour(bright ? word + strlen("bright-") : word);
	size_t digits = strspn(word, "0123456789");
	unsigned rgb;
	int end = 0;

	if (n >= 0) {
		buf_printf(out, "%d", (bright ? 90 : 30) + background + n);
		return true;
	}
	if (digits && digits <= 3 && !word[digits] && strtol(word, NULL, 10) <= 255) {
		buf_printf(out, "%d;5;%ld", 38 + background, strtol(word, NULL, 10));
		return true;
	}
	if (strlen(word) != 7 || sscanf(word, "#%6x%n", &rgb, &end) != 1 || end != 7)
		return false;
	buf_printf(out, "%d;2;%u;%u;%u", 38 + background, rgb >> 16, rgb >> 8 & 255, rgb & 255);
	return true;
}

static bool put_word(struct buf *out, const char *word)
{
	static const struct {
		const char *name, *code;
	} styles[] = {{"bold", "1"}, {"dim", "2"}, {"italic", "3"}, {"underline", "4"}, {"reverse", "7"}, {"none", ""}};

	for (size_t i = 0; i < ARRAY_SIZE(styles); i++) {
		if (!strcmp(word, styles[i].name)) {
			buf_puts(out, styles[i].code);
			return true;
		}
	}
	return str_starts(word, "on-") ? put_colour(out, word + strlen("on-"), 10) : put_colour(out, word, 0);
}

/* "bold bright-red" as "1;91". */
static bool code_of(const char *words, char *code)
{
	_cleanup_vec_ struct vec split = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf all = BUF_INIT;

	vec_add_split(&split, words, ' ');
	for (size_t i = 0; i < split.len; i++) {
		_cleanup_buf_ struct buf one = BUF_INIT;

		if (!*vec_string(&split, i))
			continue;
		if (!put_word(&one, vec_string(&split, i)))
			return false;
		buf_printf(&all, "%s%s", all.len && one.len ? ";" : "", one.data);
	}
	return snprintf(code, COLOUR_CODE_MAX, "%s", all.data) < COLOUR_CODE_MAX;
}

static enum colour_role role_named(const char *name)
{
	for (size_t role = 1; role < COLOUR_ROLES; role++)
		if (!strcmp(role_names[role], name))
			return (enum colour_role)role;
	return COLOUR_NONE;
}

/* The words of a colour: a number is one of the 256. */
static const char *words_of(const cJSON *value)
{
	return value->valuestring && (json_is_string(value) || cJSON_IsNumber(value)) ? value->valuestring : "?";
}

static int theme_set(struct colour_theme *theme, const cJSON *member, const char *path, struct error *err)
{
	enum colour_role role = role_named(member->string);

	if (!strcmp(member->string, "theme"))
		return 0;
	if (!role)
		return error_set(err, ERROR_CONFIG, "%s: there is no role \"%s\" to colour", path, member->string);
	if (!code_of(words_of(member), theme->codes[role]))
		return error_set(err, ERROR_CONFIG, "%s: %s: \"%s\" is no colour", path, member->string, words_of(member));
	return 0;
}

int colour_theme_parse(const char *text, size_t n, const char *path, struct colour_theme *ret, struct error *err)
{
	_cleanup_json_ cJSON *root = NULL;
	struct colour_theme theme;
	const cJSON *member;
	const char *base;

	if (yaml_parse_strict(text, n, path, 1, &root, err))
		return -1;
	if (root && !cJSON_IsObject(root) && !json_is_null(root))
		return error_set(err, ERROR_CONFIG, "%s: a theme is a mapping of roles to colours", path);
	base = json_string(root, "theme");
	if (!colour_theme_named(base ? base : "safe", &theme))
		return error_set(err, ERROR_CONFIG, "%s: there is no theme \"%s\": one of %s", path, base, colour_theme_names);
	cJSON_ArrayForEach(member, root)
		if (theme_set(&theme, member, path, err))
			return -1;
	*ret = theme;
	return 0;
}
