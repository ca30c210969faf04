#include "cmd.h"

void words_text(struct buf *out, const struct vec *words)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < words->len; i++)
		buf_printf(out, "%s%s", i ? " " : "", vec_string(words, i));
	buf_putc(out, ']');
}

void words_joined(struct buf *out, const struct vec *words)
{
	buf_puts(out, words->len > 1 ? "[" : "");
	for (size_t i = 0; i < words->len; i++)
		buf_printf(out, "%s%s", i ? ", " : "", vec_string(words, i));
	buf_puts(out, words->len > 1 ? "]" : "");
}
