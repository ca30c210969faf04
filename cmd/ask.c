#include <ctype.h>
#include <termios.h>
#include <unistd.h>

#include "cmd.h"

#define ANSWER_LIMIT 4096

/* Nothing more comes: the end of the input, or Ctrl-C. */
static int ended(struct error *err)
{
	if (http_cancelled)
		return error_set(err, ERROR_CANCELLED, "interrupted");
	return error_set(err, ERROR_OTHER, "EOF");
}

/* One word, as Go's fmt.Fscan reads it. */
static int read_word(FILE *in, char **ret, struct error *err)
{
	_cleanup_buf_ struct buf word = {.data = buf_empty, .limit = ANSWER_LIMIT};
	int c = getc(in);

	while (c != EOF && isspace(c))
		c = getc(in);
	for (; c != EOF && !isspace(c); c = getc(in))
		buf_putc(&word, (char)c);
	ungetc(c, in);
	if (!word.len)
		return ended(err);
	*ret = buf_take(&word);
	return 0;
}

/* One line that does not show while it is typed. */
static int read_hidden(FILE *in, char **ret, struct error *err)
{
	_cleanup_buf_ struct buf line = {.data = buf_empty, .limit = ANSWER_LIMIT};
	struct termios before, silent;
	int fd = fileno(in), c;

	if (!isatty(fd) || tcgetattr(fd, &before))
		return error_set(err, ERROR_OTHER, "error reading input for Password");
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSAFLUSH, &silent);
	while ((c = getc(in)) != EOF && c != '\n')
		buf_putc(&line, (char)c);
	tcsetattr(fd, TCSAFLUSH, &before);
	if (c == EOF)
		return ended(err);
	*ret = buf_take(&line);
	return 0;
}

int ask_credentials(struct invocation *inv, char **ret_username, char **ret_password, struct error *err)
{
	_cleanup_free_ char *username = NULL;

	fputs("Please enter Username: ", inv->out);
	fflush(inv->out);
	if (read_word(inv->in, &username, err))
		return -1;
	for (int c = getc(inv->in); c != '\n' && c != EOF; c = getc(inv->in))
		; /* the rest of the line is no password */
	fputs("Please enter Password: ", inv->out);
	fflush(inv->out);
	if (read_hidden(inv->in, ret_password, err))
		return -1;
	*ret_username = TAKE_PTR(username);
	return 0;
}
