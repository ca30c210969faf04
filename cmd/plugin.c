#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "base/file.h"
#include "cli/complete.h"

/*
 * Plug-ins are programs on PATH named kubectl-WORD-WORD…, kubectl's, or kubec-WORD…. "kubec foo bar" runs
 * kubectl-foo-bar or kubectl-foo with what is left of the line; "-" within a word of the line is "_" in the name.
 */
static const char *const prefixes[] = {"kubectl-", "kubec-"};

/* ---- running --------------------------------------------------------------- */

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* The program of this name on PATH, or NULL; free() it. An empty entry is the folder that one is in. */
static char *find_on_path(const char *name)
{
	_cleanup_vec_ struct vec folders = VEC_OF_STRINGS;
	const char *path = getenv("PATH");

	vec_add_split(&folders, path ? path : "", ':');
	for (size_t i = 0; i < folders.len; i++) {
		_cleanup_free_ char *joined = xasprintf("%s/%s", *vec_string(&folders, i) ? vec_string(&folders, i) : ".", name);
		_cleanup_free_ char *file = path_clean(joined);

		if (is_program(file))
			return TAKE_PTR(file);
	}
	return NULL;
}

/* The name's words joined as a plug-in's file is called. */
static void plugin_name(struct buf *out, const char *prefix, char *const *words, size_t n)
{
	buf_clear(out);
	buf_puts(out, prefix);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_putc(out, '-');
		for (const char *at = words[i]; *at; at++)
			buf_putc(out, *at == '-' ? '_' : *at);
	}
}

static char *find_plugin(char *const *words, size_t n)
{
	_cleanup_buf_ struct buf name = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		char *file;

		plugin_name(&name, prefixes[i], words, n);
		file = find_on_path(name.data);
		if (file)
			return file;
	}
	return NULL;
}

/* Becomes the longest-named plug-in that the words name; comes back when there is none, or it cannot run. */
static int run_longest(char **words, size_t names, size_t least, struct error *err)
{
	for (size_t n = names; n >= least && n > 0; n--) {
		_cleanup_free_ char *file = find_plugin(words, n);

		if (!file)
			continue;
		words[n - 1] = file;
		execv(file, words + n - 1);
		return error_set(err, ERROR_USAGE, "Error: %s", errno_text(errno));
	}
	return 0;
}

int plugin_try(int argc, char *const *argv, size_t least, struct error *err)
{
	_cleanup_free_ char **words = xcalloc((size_t)argc + 1, sizeof(*words));
	size_t names = 0;

	memcpy(words, argv, (size_t)argc * sizeof(*words));
	while (names < (size_t)argc && words[names][0] != '-')
		names++;
	if (!names)
		return error_set(err, ERROR_USAGE, "Error: flags cannot be placed before plugin name: %s", words[0]);
	return run_longest(words, names, least, err);
}

/* ---- names, for help and completion ---------------------------------------- */

static int is_plugin(const struct dirent *entry)
{
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (entry->d_type != DT_DIR && str_starts(entry->d_name, prefixes[i]))
			return 1;
	return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The folders of PATH, each once. */
static void path_folders(struct vec *ret)
{
	_cleanup_vec_ struct vec all = VEC_OF_STRINGS;
	const char *path = getenv("PATH");

	vec_add_split(&all, path ? path : "", ':');
	for (size_t i = 0; i < all.len; i++)
		if (*vec_string(&all, i) && !vec_has_string(ret, vec_string(&all, i)))
			vec_add_string(ret, vec_string(&all, i));
}

/* "kubectl-foo_bar-baz" is run by "foo-bar": its first word, as a person types it. free() it. */
static char *first_word_of(const char *file)
{
	const char *word = strchr(file, '-') + 1;
	char *name = xstrndup(word, strcspn(word, "-"));

	for (char *at = name; *at; at++)
		if (*at == '_')
			*at = '-';
	return name;
}

static void take_name(const struct command *root, const char *folder, const char *file, struct map *ret_files)
{
	_cleanup_free_ char *name = first_word_of(file), *path = path_join(folder, file);

	if (*name && is_program(path) && !command_find(root, name) && !map_has(ret_files, name))
		map_set(ret_files, name, TAKE_PTR(path));
}

void plugin_names(const struct command *root, struct map *ret_files)
{
	_cleanup_vec_ struct vec folders = VEC_OF_STRINGS;

	path_folders(&folders);
	for (size_t i = 0; i < folders.len; i++) {
		struct dirent **entries = NULL;
		int n = scandir(vec_string(&folders, i), &entries, is_plugin, by_name);

		for (int e = 0; e < n; e++) {
			take_name(root, vec_string(&folders, i), entries[e]->d_name, ret_files);
			free(entries[e]);
		}
		free(entries);
	}
}

/* ---- completion of what follows a plug-in's name ---------------------------- */

/* How many of n words are those of a plug-in's file; *ret_next is the word of the file behind them, owned, or NULL. */
static size_t words_of_file(const char *file, char *const *words, size_t n, char **ret_next)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	size_t same = 0;

	vec_add_split(&parts, strchr(file, '-') + 1, '-');
	for (size_t i = 0; i < parts.len; i++)
		for (char *at = parts.items[i]; *at; at++)
			if (*at == '_')
				*at = '-';
	while (same < n && same < parts.len && str_equal(words[same], vec_string(&parts, same)))
		same++;
	*ret_next = same < parts.len ? xstrdup(vec_string(&parts, same)) : NULL;
	return same;
}

/* The words that plug-ins' files have behind the most of the typed ones; gives how many those are. */
static size_t find_depth(char *const *words, size_t n, struct vec *ret_next)
{
	_cleanup_vec_ struct vec folders = VEC_OF_STRINGS;
	size_t depth = 0;

	path_folders(&folders);
	for (size_t i = 0; i < folders.len; i++) {
		struct dirent **entries = NULL;
		int count = scandir(vec_string(&folders, i), &entries, is_plugin, by_name);

		for (int e = 0; e < count; e++) {
			_cleanup_free_ char *next = NULL;
			size_t same = words_of_file(entries[e]->d_name, words, n, &next);

			if (same > depth)
				vec_release(ret_next);
			depth = MAX(depth, same);
			if (same == depth && next && !vec_has_string(ret_next, next))
				vec_add_string(ret_next, next);
			free(entries[e]);
		}
		free(entries);
	}
	return depth;
}

/* What a completing program prints is one candidate a line, and perhaps ":" and a directive at the end. */
static void take_answer(FILE *answer, struct candidates *ret)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0, before = ret->words.len;
	const char *last;
	char *end;
	ssize_t n;

	while (ret->words.len < before + 10000 && (n = getline(&line, &size, answer)) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			vec_add_string(&ret->words, line);
	}
	last = ret->words.len > before ? vec_string(&ret->words, ret->words.len - 1) : "";
	if (*last != ':' || !isdigit((unsigned char)last[1]))
		return;
	ret->directive = (unsigned)strtoul(last + 1, &end, 10);
	if (!*end)
		vec_remove(&ret->words, ret->words.len - 1);
}

static void ask_program(const char *file, char *const *words, struct candidates *ret)
{
	_cleanup_candidates_ struct candidates said = CANDIDATES_INIT;
	FILE *answer;
	int ends[2], status = -1;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDOUT_FILENO);
		execv(file, words);
		_exit(127);
	}
	close(ends[1]);
	answer = fdopen(ends[0], "r");
	take_answer(answer, &said);
	fclose(answer);
	if (http_cancelled && pid > 0)
		kill(pid, SIGKILL); /* a person waits */
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status)
		return;
	for (size_t i = 0; i < said.words.len; i++)
		vec_add_string(&ret->words, vec_string(&said.words, i));
	ret->directive = said.directive;
}

bool plugin_complete(const struct command *root, const struct vec *words, struct candidates *ret)
{
	static const char *const completers[] = {"kubectl_complete-", "kubec_complete-"};
	_cleanup_free_ char **argv = xcalloc(words->len + 1, sizeof(*argv));
	_cleanup_vec_ struct vec next = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf name = BUF_INIT;
	const struct command *command;
	size_t n = words->len ? words->len - 1 : 0, depth;

	command = n ? command_find(root, vec_string(words, 0)) : NULL;
	if (!n || (command && command->group != GROUP_PLUGIN))
		return false;
	memcpy(argv, words->items, words->len * sizeof(*argv));
	depth = find_depth(argv, n, &next);
	if (!depth)
		return false;
	vec_sort(&next, vec_compare_strings);
	for (size_t i = 0; depth == n && i < next.len; i++)
		candidates_add(ret, argv[n], vec_string(&next, i), "Your plug-in");
	for (size_t i = 0; i < ARRAY_SIZE(completers); i++) {
		_cleanup_free_ char *file = NULL;

		plugin_name(&name, completers[i], argv, depth);
		file = find_on_path(name.data);
		if (!file)
			continue;
		argv[depth - 1] = file;
		ask_program(file, argv + depth - 1, ret);
		break;
	}
	return true;
}

/* ---- plugin list ----------------------------------------------------------- */

struct listing {
	struct invocation *inv;
	bool name_only;
	size_t plugins, warnings;
	struct map seen; /* file name to its path */
};

static void warn(struct listing *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void warn(struct listing *l, const char *format, ...)
{
	va_list args;

	l->warnings++;
	fflush(l->inv->out);
	fputs("  - ", l->inv->err);
	va_start(args, format);
	vfprintf(l->inv->err, format, args);
	va_end(args);
	fputc('\n', l->inv->err);
}

/* A plug-in whose words are a command of the program is never run. */
static void check_command(struct listing *l, const char *name)
{
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS, rest = VEC_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct command_path path;

	vec_add_split(&words, strchr(name, '-') + 1, '-');
	if (args_find_command(l->inv->steps->steps[0], (int)words.len, (char *const *)words.items, &path, &rest))
		return;
	command_path_text(&text, &path);
	warn(l, "warning: %s overwrites existing command: \"%s\"", name, text.data);
}

static void check_file(struct listing *l, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		warn(l, "error: unable to identify %s as an executable file: stat %s: %s", path, path, errno_text(errno));
	else if (S_ISDIR(st.st_mode) || !(st.st_mode & 0111))
		warn(l, "warning: %s identified as a kubectl plugin, but it is not executable", path);
}

static void list_plugin(struct listing *l, const char *folder, const char *name)
{
	_cleanup_free_ char *joined = path_join(folder, name), *path = path_clean(joined);
	const char *first = map_get(&l->seen, name);

	if (!l->plugins++)
		fputs("The following compatible plugins are available:\n\n", l->inv->out);
	fprintf(l->inv->out, "%s\n", l->name_only ? name : path);
	check_file(l, path);
	if (first)
		warn(l, "warning: %s is overshadowed by a similarly named plugin: %s", path, first);
	else
		map_set(&l->seen, name, TAKE_PTR(path));
	check_command(l, name);
}

struct folder {
	const char *path;
	struct dirent **entries;
	int len;
};

/* Folders that cannot be read are told of before the list begins. */
static void read_folder(struct listing *l, struct folder *f)
{
	f->len = scandir(f->path, &f->entries, is_plugin, by_name);
	if (f->len < 0)
		fprintf(l->inv->err, "Unable to read directory \"%s\" from your PATH: open %s: %s. Skipping...\n", f->path,
			f->path, errno_text(errno));
}

static void list_folder(struct listing *l, struct folder *f)
{
	for (int i = 0; i < f->len; i++) {
		list_plugin(l, f->path, f->entries[i]->d_name);
		free(f->entries[i]);
	}
	free(f->entries);
}

static int list_result(const struct listing *l, struct error *err)
{
	if (!l->plugins)
		return error_set(err, ERROR_OTHER, "unable to find any kubectl plugins in your PATH");
	if (l->warnings == 1)
		return error_set(err, ERROR_OTHER, "one plugin warning was found");
	if (l->warnings)
		return error_set(err, ERROR_OTHER, "%zu plugin warnings were found", l->warnings);
	return 0;
}

static int plugin_list_run(struct invocation *inv, struct error *err)
{
	struct listing l = {.inv = inv, .name_only = args_bool(inv->args, "name-only"), .seen = MAP_OWNING(free)};
	_cleanup_vec_ struct vec paths = VEC_OF_STRINGS;
	_cleanup_free_ struct folder *folders = NULL;

	path_folders(&paths);
	folders = xcalloc(paths.len, sizeof(*folders));
	for (size_t i = 0; i < paths.len; i++) {
		folders[i].path = vec_string(&paths, i);
		read_folder(&l, &folders[i]);
	}
	for (size_t i = 0; i < paths.len; i++)
		list_folder(&l, &folders[i]);
	map_release(&l.seen);
	return list_result(&l, err);
}

static const struct option plugin_list_options[] = {
	{.name = "name-only", .type = OPTION_BOOL, .help = "Prints the files' names without their folders."},
	{0},
};

static const struct command command_plugin_list = {
	.name = "list",
	.summary = "Lists the plug-ins on PATH",
	.description = "Lists the plug-ins on PATH: executable files whose names begin with kubectl- or kubec-. Says which of them "
		       "are never run, and why.",
	.examples = "  # All plug-ins\n  kubec plugin list\n\n  # Their names alone\n  kubec plugin list --name-only",
	.options = (const struct option *const[]){plugin_list_options, NULL},
	.run = plugin_list_run,
};

const struct command command_plugin = {
	.name = "plugin",
	.group = GROUP_OTHER,
	.summary = "Works with plug-ins",
	.description = "Works with plug-ins: programs of your own that become commands.\n\n"
		       "An executable file kubectl-foo (or kubec-foo) on PATH is run by \"kubec foo\" with the rest of the line; "
		       "kubectl-foo-bar by \"kubec foo bar\". The plug-ins that the krew project collects work as they are.",
	.examples = "  # All plug-ins\n  kubec plugin list",
	.usage = "[flags]",
	.subcommands = (const struct command *const[]){&command_plugin_list, NULL},
	.help_on_err = true,
};
