#include "view/colour.h"

#include <ctype.h>

/* Descriptions and explanations are read again for their parts as JSON is: text in, the same text with marks out. */

struct text {
	const char *s;
	size_t n;
};

static bool text_is(struct text t, const char *word)
{
	return strlen(word) == t.n && !memcmp(t.s, word, t.n);
}

static bool text_begins(struct text t, const char *word)
{
	return t.n >= strlen(word) && !memcmp(t.s, word, strlen(word));
}

/* Takes the first n bytes off t. */
static struct text cut(struct text *t, size_t n)
{
	struct text head = {t->s, n};

	t->s += n;
	t->n -= n;
	return head;
}

static struct text cut_blanks(struct text *t)
{
	size_t n = 0;

	while (n < t->n && t->s[n] == ' ')
		n++;
	return cut(t, n);
}

/* What stands before two blanks, or before those at the end. */
static struct text cut_cell(struct text *t)
{
	const char *end = memmem(t->s, t->n, "  ", 2);
	size_t n = end ? (size_t)(end - t->s) : t->n;

	while (n && t->s[n - 1] == ' ')
		n--;
	return cut(t, n);
}

static struct text line_of(const char *s, const char *end)
{
	const char *stop = s < end ? memchr(s, '\n', (size_t)(end - s)) : NULL;

	return (struct text){s, (size_t)((stop ? stop : end) - s)};
}

static void put(struct buf *out, enum colour_role role, struct text t)
{
	colour_add(out, t.n ? role : COLOUR_NONE, t.s, t.n);
}

/* ---- descriptions ------------------------------------------------------------------ */

#define COLUMNS 16

struct description {
	struct buf *out;
	bool in_table, below_conditions;
	size_t indent;               /* of the table */
	char headers[COLUMNS][24];   /* in capitals */
	size_t count;
};

/* "----   ------": what stands below the headers of a table. */
static bool is_ruler(struct text line)
{
	size_t dashes = 0;

	for (size_t i = 0; i < line.n; i++) {
		if (line.s[i] != '-' && line.s[i] != ' ')
			return false;
		dashes += line.s[i] == '-';
	}
	return dashes >= 3;
}

/* The state of a condition: of some it is good that they are not so. */
static enum colour_role condition_role(struct text type, const char *status)
{
	static const char *const troubles[] = {"Pressure", "Unavailable", "Failure", "Failed", "FailureTarget", "Denied"};
	bool trouble = false;

	for (size_t i = 0; i < ARRAY_SIZE(troubles); i++) {
		size_t n = strlen(troubles[i]);

		trouble = trouble || (type.n >= n && !memcmp(type.s + type.n - n, troubles[i], n));
	}
	if (trouble && !strcmp(status, "True"))
		return COLOUR_BAD;
	return trouble && !strcmp(status, "False") ? COLOUR_GOOD : colour_of_state(status);
}

static void table_header(struct description *d, struct text line)
{
	put(d->out, COLOUR_NONE, cut_blanks(&line));
	d->in_table = true;
	for (d->count = 0; line.n && d->count < COLUMNS; d->count++) {
		struct text cell = cut_cell(&line);
		char *header = d->headers[d->count];

		snprintf(header, sizeof(d->headers[0]), "%.*s", (int)cell.n, cell.s);
		for (; *header; header++)
			*header = (char)toupper((unsigned char)*header);
		put(d->out, COLOUR_HEADER, cell);
		put(d->out, COLOUR_NONE, cut_blanks(&line));
	}
	put(d->out, COLOUR_NONE, line);
}

static void table_row(struct description *d, struct text line)
{
	struct text first = {0};

	put(d->out, COLOUR_NONE, cut_blanks(&line));
	for (size_t i = 0; i < d->count && line.n; i++) {
		struct text cell = cut_cell(&line);
		_cleanup_free_ char *words = xstrndup(cell.s, cell.n);
		enum colour_role role = colour_of_cell(d->headers[i], words);

		if (!i)
			first = cell;
		if (!strcmp(d->headers[i], "STATUS"))
			role = condition_role(first, words);
		put(d->out, role, cell);
		put(d->out, COLOUR_NONE, cut_blanks(&line));
	}
	put(d->out, COLOUR_NONE, line);
}

/* How long the label at the beginning of a line is, without its colon; 0 when there is none. */
static size_t label_length(struct text line)
{
	for (size_t i = 0; i < line.n; i++) {
		if (line.s[i] == ':')
			return i + 1 == line.n || line.s[i + 1] == ' ' ? i : 0;
		if (!isalnum((unsigned char)line.s[i]) && !strchr(" -_./()", line.s[i]))
			return 0;
	}
	return 0;
}

static enum colour_role truth_role(const char *value)
{
	return !strcmp(value, "True") ? COLOUR_READY : !strcmp(value, "False") ? COLOUR_UNREADY : COLOUR_NONE;
}

static enum colour_role restarts_role(const char *value)
{
	return strtoul(value, NULL, 10) ? COLOUR_RESTARTS : COLOUR_NONE;
}

static enum colour_role value_role(struct text label, struct text value)
{
	static const struct {
		const char *label;
		enum colour_role (*role)(const char *value);
	} roles[] = {
		{"Status", colour_of_state}, {"State", colour_of_state}, {"Last State", colour_of_state},
		{"Reason", colour_of_state}, {"Phase", colour_of_state}, {"Ready", truth_role},
		{"Restart Count", restarts_role},
	};
	_cleanup_free_ char *words = xstrndup(value.s, value.n);

	if (value.n > 2 && *value.s == '<' && value.s[value.n - 1] == '>')
		return COLOUR_HINT;
	/* "Terminating (lasts 5s)" */
	words[strcspn(words, " ")] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (text_is(label, roles[i].label))
			return roles[i].role(words);
	return COLOUR_NONE;
}

/* "ReplicaSet/web-1" */
static void put_reference(struct buf *out, struct text value)
{
	const char *slash = memchr(value.s, '/', value.n);

	if (slash)
		put(out, COLOUR_KIND, cut(&value, (size_t)(slash - value.s) + 1));
	put(out, COLOUR_NONE, value);
}

static void label_line(struct description *d, struct text line)
{
	struct text blanks = cut_blanks(&line), label;
	size_t n = label_length(line);

	put(d->out, COLOUR_NONE, blanks);
	if (!n) {
		put(d->out, COLOUR_NONE, line);
		return;
	}
	label = cut(&line, n);
	put(d->out, COLOUR_KEY, label);
	put(d->out, COLOUR_NONE, cut(&line, 1));
	put(d->out, COLOUR_NONE, cut_blanks(&line));
	if (text_is(label, "Controlled By"))
		put_reference(d->out, line);
	else
		put(d->out, value_role(label, line), line);
	d->below_conditions = text_is(label, "Conditions");
}

static size_t indent_of(struct text line)
{
	return cut_blanks(&line).n;
}

static void description_line(struct description *d, struct text line, struct text next)
{
	struct text words = line;

	cut_blanks(&words);
	if (d->in_table && (!words.n || indent_of(line) < d->indent))
		d->in_table = false;
	/* Pods have their conditions without a ruler */
	if (words.n && (is_ruler(next) || (d->below_conditions && text_begins(words, "Type ")))) {
		d->indent = indent_of(line);
		table_header(d, line);
	} else if (d->in_table && is_ruler(line)) {
		put(d->out, COLOUR_NONE, line);
	} else if (d->in_table) {
		table_row(d, line);
	} else {
		label_line(d, line);
		return;
	}
	d->below_conditions = false;
}

void colour_describe(struct buf *out, const char *text, size_t n)
{
	struct description d = {.out = out};
	const char *end = text + n;

	while (text < end) {
		struct text line = line_of(text, end);

		text += line.n;
		description_line(&d, line, line_of(MIN(text + 1, end), end));
		if (text < end)
			buf_putc(out, *text++);
	}
}

/* ---- explanations ------------------------------------------------------------------- */

/* "<[]Container>" and what may follow. */
static void put_type(struct buf *out, struct text t)
{
	const char *end = memchr(t.s, '>', t.n);
	struct text required;

	put(out, COLOUR_LITERAL, cut(&t, end ? (size_t)(end - t.s) + 1 : t.n));
	put(out, COLOUR_NONE, cut_blanks(&t));
	required = cut_cell(&t);
	put(out, text_is(required, "-required-") ? COLOUR_REQUIRED : COLOUR_NONE, required);
	put(out, COLOUR_NONE, t);
}

/* "KIND:       Pod", "FIELD: name <string>", "FIELDS:" */
static size_t heading_length(struct text line)
{
	size_t n = 0;

	while (n < line.n && (isupper((unsigned char)line.s[n]) || line.s[n] == ' '))
		n++;
	return n && n < line.n && line.s[n] == ':' && isupper((unsigned char)*line.s) ? n + 1 : 0;
}

static void heading_line(struct buf *out, struct text line, size_t n)
{
	struct text heading = cut(&line, n), blanks = cut_blanks(&line);
	const char *type = memmem(line.s, line.n, " <", 2);

	put(out, COLOUR_HEADER, heading);
	put(out, COLOUR_NONE, blanks);
	put(out, text_is(heading, "KIND:") ? COLOUR_KIND : text_begins(heading, "FIELD") ? COLOUR_KEY : COLOUR_NONE,
	    cut(&line, type ? (size_t)(type - line.s) : line.n));
	put(out, COLOUR_NONE, cut_blanks(&line));
	put_type(out, line);
}

static void explanation_line(struct buf *out, struct text line, bool in_enum)
{
	const char *tab = memchr(line.s, '\t', line.n);
	size_t heading = heading_length(line);

	if (heading) {
		heading_line(out, line, heading);
		return;
	}
	put(out, COLOUR_NONE, cut_blanks(&line));
	if (tab && line.s + line.n > tab + 1 && tab[1] == '<') {
		put(out, COLOUR_KEY, cut(&line, (size_t)(tab - line.s)));
		put(out, COLOUR_NONE, cut(&line, 1));
		put_type(out, line);
	} else if (text_begins(line, "enum: ")) {
		put(out, COLOUR_NONE, cut(&line, strlen("enum: ")));
		put(out, COLOUR_ENUM, line);
	} else {
		put(out, in_enum ? COLOUR_ENUM : COLOUR_NONE, line);
	}
}

void colour_explain(struct buf *out, const char *text, size_t n)
{
	const char *end = text + n;
	bool in_enum = false;

	while (text < end) {
		struct text line = line_of(text, end);

		in_enum = in_enum && line.n;
		explanation_line(out, line, in_enum);
		in_enum = in_enum || text_is(line, "ENUM:");
		text += line.n;
		if (text < end)
			buf_putc(out, *text++);
	}
}
