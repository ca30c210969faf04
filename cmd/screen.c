#include "screen.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "view/terminal.h"

#define THEME_LIMIT ((size_t)1 << 16)

/* One of the two streams of the process. */
struct screen {
	int fd;
	FILE *plain, *stream; /* stream is NULL until it is needed */
	struct terminal terminal;
	struct buf out;       /* what is sent with the next write */
};

static struct screen screen_out = {.fd = STDOUT_FILENO, .out = {.data = buf_empty}};
static struct screen screen_err = {.fd = STDERR_FILENO, .out = {.data = buf_empty}};
static struct colour_theme theme;

/* ---- writing ------------------------------------------------------------------ */

static ssize_t write_all(int fd, const char *data, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = write(fd, data + done, n - done);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		done += (size_t)r;
	}
	return (ssize_t)done;
}

static ssize_t screen_write(void *cookie, const char *data, size_t n)
{
	struct screen *s = cookie;
	ssize_t r;

	terminal_write(&s->terminal, data, n, &s->out);
	r = write_all(s->fd, s->out.data, s->out.len);
	buf_clear(&s->out);
	return r < 0 ? 0 : (ssize_t)n;
}

static FILE *screen_stream(struct screen *s, int buffering)
{
	if (!s->stream) {
		s->stream = fopencookie(s, "w", (cookie_io_functions_t){.write = screen_write});
		if (!s->stream)
			return s->plain;
		setvbuf(s->stream, NULL, buffering, buffering == _IONBF ? 0 : BUFSIZ);
	}
	return s->stream;
}

void screen_control(struct invocation *inv, const char *sequence, bool now)
{
	fflush(inv->out);
	buf_puts(&screen_out.out, sequence);
	if (now)
		screen_write(&screen_out, "", 0);
}

void screen_message(struct invocation *inv, const char *sequence, const struct buf *text)
{
	buf_puts(&screen_err.out, sequence);
	fwrite(text->data, 1, text->len, inv->err);
	if (!text->len)
		screen_write(&screen_err, "", 0);
}

void screen_paint(struct buf *out, enum colour_role role, const char *text)
{
	const char *code = screen_out.terminal.theme ? screen_out.terminal.theme->codes[role] : "";

	if (*code)
		buf_printf(out, "\033[%sm%s\033[0m", code, text);
	else
		buf_puts(out, text);
}

void screen_size(size_t *ret_lines, size_t *ret_columns)
{
	struct winsize size = {0};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && ioctl(STDERR_FILENO, TIOCGWINSZ, &size))
		size = (struct winsize){0};
	*ret_lines = size.ws_row ? size.ws_row : 24;
	*ret_columns = size.ws_col ? size.ws_col : 80;
}

static volatile sig_atomic_t resized;

static void on_resize(int signal)
{
	(void)signal;
	resized = 1;
}

void screen_watch_size(void)
{
	/* not SA_RESTART: whoever waits is to wake up */
	struct sigaction action = {.sa_handler = on_resize};

	sigaction(SIGWINCH, &action, NULL);
}

bool screen_resized(void)
{
	bool was = resized;

	resized = 0;
	return was;
}

/* ---- themes -------------------------------------------------------------------- */

/* The file of a theme: KUBEC_THEME when it is a path, else the user's own. NULL: a built-in one was named. */
static char *theme_path(const char *chosen)
{
	_cleanup_free_ char *home = NULL;

	if (!str_empty(chosen))
		return strchr(chosen, '/') ? xstrdup(chosen) : NULL;
	home = path_home();
	return path_join(home, ".kube/kubec-theme");
}

static int theme_load(struct error *err)
{
	const char *chosen = getenv("KUBEC_THEME");
	_cleanup_free_ char *path = theme_path(chosen);
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!path && colour_theme_named(chosen, &theme))
		return 0;
	colour_theme_named("safe", &theme);
	if (!path)
		return error_set(err, ERROR_CONFIG, "KUBEC_THEME: there is no theme \"%s\": one of %s, or a file", chosen,
				 colour_theme_names);
	/* Nobody has to have one. */
	if (str_empty(chosen) && access(path, F_OK))
		return 0;
	if (file_read(path, THEME_LIMIT, &text, err))
		return -1;
	return colour_theme_parse(text.data, text.len, path, &theme, err);
}

/* The theme of this run, read once; a broken one is told and does without. */
static const struct colour_theme *theme_of(struct invocation *inv)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	static bool loaded;

	if (loaded)
		return &theme;
	loaded = true;
	if (theme_load(&err))
		fprintf(inv->err, "Warning: %s\n", err.message);
	return &theme;
}

/* ---- choosing ------------------------------------------------------------------ */

static bool wants_colour(const char *when, bool is_terminal)
{
	if (!str_equal(when, "auto"))
		return str_equal(when, "always");
	return is_terminal && str_empty(getenv("NO_COLOR")) && !str_equal(getenv("TERM"), "dumb");
}

/* The stream to use; for a person when it is a terminal or colour is asked for. */
static FILE *stream_choose(struct invocation *inv, struct screen *s, const char *when, bool is_terminal, int buffering)
{
	bool colour = wants_colour(when, is_terminal);

	if (!is_terminal && !colour)
		return s->plain;
	s->terminal.theme = colour ? theme_of(inv) : NULL;
	return screen_stream(s, buffering);
}

static void choose(struct invocation *inv, const char *when)
{
	/* The errors first: a theme that is broken is told there. */
	inv->err = stream_choose(inv, &screen_err, when, inv->err_is_terminal, _IONBF);
	inv->out = stream_choose(inv, &screen_out, when, inv->out_is_terminal, inv->out_is_terminal ? _IOLBF : _IOFBF);
	inv->screen = inv->out != screen_out.plain;
}

void screen_open(struct invocation *inv)
{
	screen_out.plain = inv->out;
	screen_err.plain = inv->err;
	screen_err.terminal.messages = true;
	inv->out_is_terminal = isatty(STDOUT_FILENO);
	inv->err_is_terminal = isatty(STDERR_FILENO);
	choose(inv, "auto");
}

void screen_choose(struct invocation *inv)
{
	fflush(inv->out);
	fflush(inv->err);
	choose(inv, args_string(inv->args, "color"));
	if (inv->command->raw_output) {
		inv->out = screen_out.plain;
		inv->screen = false;
	}
}
