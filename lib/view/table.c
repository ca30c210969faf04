#include "view/table.h"

#include "view/terminal.h"

static void cell_end(struct table *t)
{
	if (t->cell_count == t->cell_cap) {
		t->cell_cap = t->cell_cap ? t->cell_cap * 2 : 64;
		t->cells = xrealloc(t->cells, t->cell_cap * sizeof(*t->cells));
	}
	t->cells[t->cell_count++] = t->open;
	t->open = (struct table_cell){0};
}

static void line_begin(struct table *t)
{
	if (t->line_count == t->line_cap) {
		t->line_cap = t->line_cap ? t->line_cap * 2 : 16;
		t->lines = xrealloc(t->lines, t->line_cap * sizeof(*t->lines));
	}
	t->lines[t->line_count++] = t->cell_count;
}

/* Code points as Go counts them, for text that is valid UTF-8. */
static size_t code_points(const char *s, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

static void cell_add(struct table *t, const char *s, size_t n)
{
	if (!n)
		return;
	buf_add(&t->text, s, n);
	t->open.size += (uint32_t)n;
	t->open.width += (uint32_t)(t->screen ? terminal_width(s, n) : code_points(s, n));
}

static bool is_separator(char c)
{
	return c == '\t' || c == '\n' || c == '\v' || c == '\f';
}

void table_write(struct table *t, const char *text, size_t n)
{
	size_t start = 0;

	if (!t->line_count)
		line_begin(t);
	for (size_t i = 0; i < n; i++) {
		if (!is_separator(text[i]))
			continue;
		cell_add(t, text + start, i - start);
		cell_end(t);
		start = i + 1;
		if (text[i] == '\n' || text[i] == '\f')
			line_begin(t);
	}
	cell_add(t, text + start, n - start);
}

void table_puts(struct table *t, const char *text)
{
	table_write(t, text, strlen(text));
}

void table_row(struct table *t, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			table_write(t, "\t", 1);
		table_puts(t, cells[i]);
	}
	table_write(t, "\n", 1);
}

void table_header(struct table *t, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		_cleanup_buf_ struct buf cell = BUF_INIT;

		colour_add(&cell, t->screen ? COLOUR_HEADER : COLOUR_NONE, cells[i], strlen(cells[i]));
		if (i)
			table_write(t, "\t", 1);
		table_write(t, cell.data, cell.len);
	}
	table_write(t, "\n", 1);
}

void table_rowf(struct table *t, const char *first, ...)
{
	va_list args;
	const char *cell = first;

	va_start(args, first);
	while (cell) {
		table_puts(t, cell);
		cell = va_arg(args, const char *);
		if (cell)
			table_write(t, "\t", 1);
	}
	va_end(args);
	table_write(t, "\n", 1);
}

/* The state of one flush. */
struct layout {
	struct table *t;
	struct buf *out;
	size_t *stack;  /* widths of the columns to the left */
	size_t depth;
	size_t written; /* lines that are out already */
	size_t pos;     /* in t->text */
};

static size_t line_size(const struct table *t, size_t line)
{
	return (line + 1 < t->line_count ? t->lines[line + 1] : t->cell_count) - t->lines[line];
}

static void lines_print(struct layout *l, size_t end)
{
	struct table *t = l->t;

	for (; l->written < end; l->written++) {
		const struct table_cell *cell = t->cells + t->lines[l->written];
		size_t n = line_size(t, l->written);

		for (size_t i = 0; i < n; i++, cell++) {
			buf_add(l->out, t->text.data + l->pos, cell->size);
			l->pos += cell->size;
			if (i < l->depth && l->stack[i] > cell->width)
				buf_pad(l->out, ' ', l->stack[i] - cell->width);
			if (t->raw && i + 1 < n)
				buf_putc(l->out, '\t');
		}
		/* The last line has not been ended: after a newline it is an empty one. */
		if (l->written + 1 < t->line_count)
			buf_putc(l->out, '\n');
	}
}

/* A column never gets narrower than it was in this table before. */
static size_t width_remember(struct table *t, size_t column, size_t width)
{
	if (t->forget_widths)
		return width;
	if (column >= t->width_count) {
		t->widths = xrealloc(t->widths, (column + 1) * sizeof(*t->widths));
		while (t->width_count <= column)
			t->widths[t->width_count++] = 0;
	}
	t->widths[column] = MAX(t->widths[column], width);
	return t->widths[column];
}

/* Lines of a block that all have a tab-ended cell in this column; gives the first line after it. */
static size_t block_measure(const struct table *t, size_t column, size_t line, size_t end, size_t *ret_width)
{
	size_t width = t->min_width;

	for (; line < end && column + 1 < line_size(t, line); line++)
		width = MAX(width, t->cells[t->lines[line] + column].width + t->padding);
	*ret_width = width;
	return line;
}

/* Prints the lines [line, end), whose columns left of l->depth are measured. */
static void lines_format(struct layout *l, size_t line, size_t end)
{
	size_t column = l->depth;

	while (line < end) {
		size_t width, block_end;

		if (column + 1 >= line_size(l->t, line)) {
			line++;
			continue;
		}
		lines_print(l, line);
		block_end = block_measure(l->t, column, line, end, &width);
		l->stack[l->depth++] = width_remember(l->t, column, width);
		lines_format(l, line, block_end);
		l->depth--;
		line = block_end;
	}
	lines_print(l, end);
}

void table_flush(struct table *t, struct buf *out)
{
	struct layout l = {.t = t, .out = out};
	size_t longest = 0;

	if (t->open.size)
		cell_end(t);
	for (size_t i = 0; i < t->line_count; i++)
		longest = MAX(longest, line_size(t, i));
	l.stack = xcalloc(longest + 1, sizeof(*l.stack));
	if (t->raw)
		lines_print(&l, t->line_count);
	else
		lines_format(&l, 0, t->line_count);
	free(l.stack);
	buf_clear(&t->text);
	t->cell_count = 0;
	t->line_count = 0;
	t->open = (struct table_cell){0};
}

void table_reset_widths(struct table *t)
{
	t->width_count = 0;
}

void table_release(struct table *t)
{
	buf_release(&t->text);
	free(t->cells);
	free(t->lines);
	free(t->widths);
	*t = (struct table){.text = {.data = buf_empty},
			    .min_width = t->min_width,
			    .padding = t->padding,
			    .screen = t->screen,
			    .raw = t->raw,
			    .forget_widths = t->forget_widths};
}
