#include "editor.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "data/gotext.h"

#define EDIT_LIMIT ((size_t)64 << 20)

/* ---- which editor ------------------------------------------------------------- */

struct editor {
	struct vec words;   /* what is run; the file's name comes last */
	struct buf name;    /* how messages call it */
};

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return str_empty(value) ? NULL : value;
}

/* Splits at single spaces, as kubectl does; who needs more quotes, and gets a shell. */
static void editor_words(struct editor *e, const char *command)
{
	const char *shell = environment("SHELL");

	if (strchr(command, ' ') && strpbrk(command, "\"'\\")) {
		vec_add_string(&e->words, shell ? shell : "/bin/bash");
		vec_add_string(&e->words, "-c");
		vec_add_string(&e->words, command);
		return;
	}
	for (const char *p = command;; p++) {
		size_t n = strcspn(p, " ");

		vec_add(&e->words, xstrndup(p, n));
		p += n;
		if (!*p)
			return;
	}
}

static void editor_find(struct editor *e, const char *path)
{
	const char *command = environment("KUBE_EDITOR");
	bool shell;

	if (!command)
		command = environment("EDITOR");
	if (!command)
		command = "vi";
	editor_words(e, command);
	for (size_t i = 0; i < e->words.len; i++)
		buf_printf(&e->name, "%s%s", i ? " " : "", vec_string(&e->words, i));
	shell = e->words.len == 3 && !strcmp(vec_string(&e->words, 1), "-c") && !strcmp(vec_string(&e->words, 2), command);
	if (shell) {
		_cleanup_buf_ struct buf line = BUF_INIT;

		buf_printf(&line, "%s ", command);
		go_quote(&line, path);
		vec_remove(&e->words, 2);
		vec_add(&e->words, buf_take(&line));
	} else {
		vec_add_string(&e->words, path);
	}
	vec_add(&e->words, NULL);
}

static void editor_release(struct editor *e)
{
	vec_release(&e->words);
	buf_release(&e->name);
}

/* ---- running it ----------------------------------------------------------------- */

/* The terminal's state, to be put back when an editor dies in the middle. */
struct terminal_state {
	int fd;
	struct termios settings;
};

static void terminal_save(struct terminal_state *t)
{
	t->fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (t->fd >= 0 && tcgetattr(t->fd, &t->settings)) {
		close(t->fd);
		t->fd = -1;
	}
}

static void terminal_restore(struct terminal_state *t)
{
	if (t->fd < 0)
		return;
	tcsetattr(t->fd, TCSADRAIN, &t->settings);
	close(t->fd);
}

/* Waits for a child; true when it ended well. */
static bool child_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Starts it with the signals that we ignore meanwhile as they were for us. 0, or an errno. */
static int child_start(char *const *words, pid_t *ret)
{
	extern char **environ;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int failure;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGQUIT);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	failure = posix_spawnp(ret, words[0], NULL, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	return failure;
}

/* Keys that would end us are the editor's while it runs. */
static int child_run(char *const *words, bool *ret_well)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction interrupt, quit;
	struct terminal_state terminal;
	pid_t pid;
	int failure;

	terminal_save(&terminal);
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	failure = child_start(words, &pid);
	*ret_well = !failure && child_wait(pid);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	terminal_restore(&terminal);
	return failure;
}

static int editor_launch(struct invocation *inv, const char *path, struct error *err)
{
	_cleanup_(editor_release) struct editor e = {.words = VEC_OF_STRINGS, .name = BUF_INIT};
	_cleanup_buf_ struct buf name = BUF_INIT;
	bool well;
	int failure;

	editor_find(&e, path);
	go_quote(&name, e.name.data);
	fflush(inv->out);
	fflush(inv->err);
	failure = child_run((char *const *)e.words.items, &well);
	if (failure == ENOENT && !strchr(vec_string(&e.words, 0), '/'))
		return error_set(err, ERROR_OTHER, "unable to launch the editor %s", name.data);
	if (!well)
		return error_set(err, ERROR_OTHER, "there was a problem with the editor %s", name.data);
	return 0;
}

/* ---- the file --------------------------------------------------------------------- */

/* A new file of a name that nobody can guess, for its owner's eyes alone. */
static int edit_file_new(struct invocation *inv, const char *suffix, const struct buf *text, char **ret,
			 struct error *err)
{
	const char *folder = environment("TMPDIR");
	_cleanup_free_ char *path = xasprintf("%s/%s-edit-XXXXXX%s", folder ? folder : "/tmp", inv->program, suffix);
	int fd = mkostemps(path, (int)strlen(suffix), O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	bool written;

	if (!f)
		return error_set(err, ERROR_IO, "open %s: %s", path, errno_text(errno));
	written = fwrite(text->data, 1, text->len, f) == text->len;
	written = !fclose(f) && written;
	if (!written) {
		error_set(err, ERROR_IO, "write %s: %s", path, errno_text(errno));
		unlink(path);
		return -1;
	}
	*ret = TAKE_PTR(path);
	return 0;
}

int editor_edit(struct invocation *inv, const char *suffix, const struct buf *text, char **ret_path,
		struct buf *ret_edited, struct error *err)
{
	_cleanup_error_ struct error unread = ERROR_INIT;
	_cleanup_free_ char *path = NULL;
	int failed;

	*ret_path = NULL;
	if (edit_file_new(inv, suffix, text, &path, err))
		return -1;
	failed = editor_launch(inv, path, err);
	if (file_read(path, EDIT_LIMIT, ret_edited, &unread)) {
		if (!failed)
			error_move(err, &unread);
		return -1;
	}
	if (failed && ret_edited->len == text->len && !memcmp(ret_edited->data, text->data, text->len)) {
		unlink(path);
		return -1;
	}
	*ret_path = TAKE_PTR(path);
	return failed;
}
