#include "tty.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"

/* What may end the program while the terminal is raw. */
static const int fatal_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGALRM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

static struct termios before;
static volatile sig_atomic_t is_raw, size_changed;
static struct sigaction handlers_before[ARRAY_SIZE(fatal_signals)];
static sigset_t wait_mask;
static bool watches_size;

static void put_back(void)
{
	if (!is_raw)
		return;
	is_raw = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

static bool is_request(int number)
{
	return number == SIGHUP || number == SIGINT || number == SIGQUIT || number == SIGTERM;
}

/*
 * Ends once the terminal is in order: with status 1 when somebody asked for it, as kubectl does, else by the signal itself.
 * SIGTTOU would stop us where the terminal is somebody else's now.
 */
static void on_fatal(int number)
{
	signal(SIGTTOU, SIG_IGN);
	put_back();
	if (is_request(number))
		_exit(1);
	signal(number, SIG_DFL);
	raise(number);
}

int tty_raw(struct error *err)
{
	struct sigaction action = {.sa_handler = on_fatal};
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &before))
		return error_set(err, ERROR_IO, "%s", errno_text(errno));
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaction(fatal_signals[i], &action, &handlers_before[i]);
	raw = before;
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	is_raw = 1;
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)) {
		int code = errno;

		tty_restore();
		return error_set(err, ERROR_IO, "%s", errno_text(code));
	}
	return 0;
}

void tty_restore(void)
{
	if (!is_raw)
		return;
	put_back();
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaction(fatal_signals[i], &handlers_before[i], NULL);
}

/* ---- size ------------------------------------------------------------------------------------------ */

static void on_size(int number)
{
	(void)number;
	size_changed = 1;
}

void tty_watch_size(void)
{
	struct sigaction action = {.sa_handler = on_size};
	sigset_t size;

	sigemptyset(&size);
	sigaddset(&size, SIGWINCH);
	sigprocmask(SIG_BLOCK, &size, &wait_mask);
	sigdelset(&wait_mask, SIGWINCH);
	sigaction(SIGWINCH, &action, NULL);
	watches_size = true;
}

const sigset_t *tty_wait_mask(void)
{
	return watches_size ? &wait_mask : NULL;
}

bool tty_resized(void)
{
	bool changed = size_changed;

	size_changed = 0;
	return changed;
}

bool tty_size(unsigned *ret_columns, unsigned *ret_rows)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return false;
	*ret_columns = size.ws_col;
	*ret_rows = size.ws_row;
	return true;
}

/* ---- keys --------------------------------------------------------------------------------------------- */

/* "x", "ctrl-x": the byte, or -1. */
static int key_byte(const char *name)
{
	static const char others[] = "@[\\]^_";
	const char *at;

	if (strlen(name) == 1)
		return (unsigned char)*name;
	if (!strcmp(name, "DEL"))
		return 127;
	if (!str_starts(name, "ctrl-") || strlen(name) != strlen("ctrl-x"))
		return -1;
	name += strlen("ctrl-");
	if (*name >= 'a' && *name <= 'z')
		return *name - 'a' + 1;
	at = strchr(others, *name);
	if (!at)
		return -1;
	return *at == '@' ? 0 : (int)(at - others) + 26;
}

int tty_keys(const char *text, struct buf *out, struct error *err)
{
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	vec_add_split(&names, text, ',');
	for (size_t i = 0; i < names.len; i++) {
		int byte = key_byte(vec_string(&names, i));

		if (byte < 0)
			return error_set(err, ERROR_OTHER, "could not bind detach keys: Unknown character: '%s'", vec_string(&names, i));
		buf_putc(out, (char)byte);
	}
	return 0;
}
