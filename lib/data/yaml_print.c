/*
 * YAML out, byte for byte as sigs.k8s.io/yaml.Marshal over go-yaml v2: its
 * emitter's rules for styles, indentation and folding, its order of keys. The
 * emitter is libyaml's design with changes, which is why libyaml's own would
 * print other bytes.
 */
#include "data/gonumber.h"
#include "data/utf8.h"
#include "data/yaml.h"
#include "data/yaml_resolve.h"

#define INDENT 2
#define WIDTH 80           /* text with spaces folds past this column */
#define SIMPLE_KEY_MAX 128 /* longer keys are written "? key" */

struct emitter {
	struct buf *out;
	int indent;      /* -1 before the root */
	int column;      /* in characters */
	bool exact;      /* see yaml_print_exact() */
	bool whitespace; /* the last character was space or like space */
	bool indention;  /* nothing but indentation and "-", "?", ":" so far in the line */
};

enum style { STYLE_PLAIN, STYLE_SINGLE, STYLE_DOUBLE, STYLE_LITERAL };

/* What a scalar's text allows. */
struct traits {
	bool multiline, plain_allowed, single_allowed, block_allowed;
};

/* ---- characters ----------------------------------------------------------------- */

static const unsigned char *bytes(const char *s)
{
	return (const unsigned char *)s;
}

static size_t width(const char *s)
{
	unsigned char c = *bytes(s);

	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* CR, LF, NEL, LS, PS; gives its length. */
static size_t break_length(const char *s)
{
	if (*s == '\r' || *s == '\n')
		return 1;
	if (!memcmp(s, "\xc2\x85", *s == '\xc2' ? 2 : 1))
		return *s == '\xc2' ? 2 : 0;
	if (*s == '\xe2' && s[1] == '\x80' && (s[2] == '\xa8' || s[2] == '\xa9'))
		return 3;
	return 0;
}

static bool is_printable(const char *s)
{
	const unsigned char *b = bytes(s);

	if (*b < 0x80)
		return *b == '\n' || (*b >= 0x20 && *b <= 0x7e);
	if (*b == 0xc2)
		return b[1] >= 0xa0;
	if (*b == 0xef)
		return !(b[1] == 0xbb && b[2] == 0xbf) && !(b[1] == 0xbf && b[2] >= 0xbe);
	return *b < 0xed || (*b == 0xed && b[1] < 0xa0) || *b == 0xee;
}

/* Blank, break or the end. */
static bool is_blankz(const char *s)
{
	return !*s || *s == ' ' || *s == '\t' || break_length(s);
}

/* ---- writing --------------------------------------------------------------------- */

static void put(struct emitter *e, char c)
{
	buf_putc(e->out, c);
	e->column++;
}

static void put_break(struct emitter *e)
{
	buf_putc(e->out, '\n');
	e->column = 0;
}

/* Copies a character; gives its length. */
static size_t put_char(struct emitter *e, const char *s)
{
	size_t n = width(s);

	buf_add(e->out, s, n);
	e->column++;
	return n;
}

/* Copies a line break; gives its length. */
static size_t copy_break(struct emitter *e, const char *s)
{
	size_t n = break_length(s);

	buf_add(e->out, s, n);
	e->column = 0;
	return n;
}

static void put_indent(struct emitter *e)
{
	int indent = MAX(e->indent, 0);

	if (!e->indention || e->column > indent || (e->column == indent && !e->whitespace))
		put_break(e);
	if (e->column < indent) {
		buf_pad(e->out, ' ', (size_t)(indent - e->column));
		e->column = indent;
	}
	e->whitespace = e->indention = true;
}

static void put_indicator(struct emitter *e, const char *text, bool need_space, bool whitespace, bool indention)
{
	if (need_space && !e->whitespace)
		put(e, ' ');
	buf_puts(e->out, text);
	e->column += (int)strlen(text);
	e->whitespace = whitespace;
	e->indention = e->indention && indention;
}

/* ---- scalars ----------------------------------------------------------------------- */

/* Whether the character at s, i bytes into its text, reads as YAML's own. */
static bool is_indicator(const char *s, size_t i, bool after_space)
{
	bool before_space = is_blankz(s + width(s)) && !break_length(s + width(s));

	/* at the end or before a blank; a break does not count */
	switch (*s) {
	case ':':
		return before_space;
	case '#':
		return !i || after_space;
	case '?':
	case '-':
		return !i && before_space;
	default:
		return !i && strchr(",[]{}&*!|>'\"%@`", *s);
	}
}

static struct traits analyze(const char *text)
{
	bool indicators = !strncmp(text, "---", 3) || !strncmp(text, "...", 3);
	bool breaks = false, special = false, space_break = false, break_space = false;
	bool after_space = true, previous_space = false, previous_break = false;
	bool edge_space = *text == ' ', edge_break = break_length(text) > 0, trailing_space = false;

	for (const char *s = text; *s; s += width(s)) {
		bool space = *s == ' ', brk = break_length(s) > 0, last = !s[width(s)];

		indicators |= is_indicator(s, (size_t)(s - text), after_space);
		special |= !is_printable(s);
		breaks |= brk;
		trailing_space |= space && last;
		edge_break |= brk && last;
		break_space |= space && previous_break;
		space_break |= brk && previous_space;
		previous_space = space;
		previous_break = brk;
		after_space = is_blankz(s);
	}
	special |= space_break;
	return (struct traits){
	        .multiline = breaks,
	        .plain_allowed = !indicators && !breaks && !special && !break_space && !edge_space && !edge_break &&
	                         !trailing_space,
	        .single_allowed = !special && !break_space,
	        .block_allowed = *text && !special && !trailing_space,
	};
}

static enum style choose_style(const char *text, const struct traits *t, bool simple_key)
{
	enum style style = STYLE_PLAIN;

	if (strchr(text, '\n'))
		style = STYLE_LITERAL;
	else if (yaml_resolve(text).type != YAML_STR || yaml_is_base60(text))
		style = STYLE_DOUBLE;
	if (simple_key && t->multiline)
		style = STYLE_DOUBLE;
	if (style == STYLE_PLAIN && !t->plain_allowed)
		style = STYLE_SINGLE;
	if (style == STYLE_SINGLE && !t->single_allowed)
		style = STYLE_DOUBLE;
	if (style == STYLE_LITERAL && (!t->block_allowed || simple_key))
		style = STYLE_DOUBLE;
	return style;
}

/* Text without quotes or in single ones: spaces may fold, breaks double. */
static void put_flowing(struct emitter *e, const char *text, bool fold, bool single)
{
	bool spaces = false, breaks = false;

	for (const char *s = text; *s;) {
		if (*s == ' ') {
			bool inside = !single || (s > text && s[1]);

			if (fold && !spaces && e->column > WIDTH && inside && s[1] != ' ') {
				put_indent(e);
				s++;
			} else {
				s += put_char(e, s);
			}
			spaces = true;
		} else if (break_length(s)) {
			if (!breaks && *s == '\n')
				put_break(e);
			s += copy_break(e, s);
			e->indention = breaks = true;
		} else {
			if (breaks)
				put_indent(e);
			if (single && *s == '\'')
				put(e, '\'');
			s += put_char(e, s);
			e->indention = spaces = breaks = false;
		}
	}
}

static void put_plain(struct emitter *e, const char *text, bool fold)
{
	size_t n = strlen(text);

	if (!e->whitespace)
		put(e, ' ');
	if (e->column + n <= WIDTH || !fold || !strchr(text, ' ')) {
		/* nothing in it can fold */
		buf_add(e->out, text, n);
		for (; *text; text += width(text))
			e->column++;
	} else {
		put_flowing(e, text, fold, false);
	}
	e->whitespace = e->indention = false;
}

static void put_single(struct emitter *e, const char *text, bool fold)
{
	put_indicator(e, "'", true, false, false);
	put_flowing(e, text, fold, true);
	put_indicator(e, "'", false, false, false);
}

/* The escape of a character; gives its length. */
static size_t put_escape(struct emitter *e, const char *s)
{
	static const struct {
		uint32_t c;
		char name;
	} names[] = {
	        {0x07, 'a'}, {0x08, 'b'}, {0x09, 't'},  {0x0a, 'n'}, {0x0b, 'v'}, {0x0c, 'f'},   {0x0d, 'r'},
	        {0x1b, 'e'}, {'"', '"'},  {'\\', '\\'}, {0x85, 'N'}, {0xa0, '_'}, {0x2028, 'L'}, {0x2029, 'P'},
	};
	char text[16];
	size_t size;
	uint32_t c = utf8_decode(s, strlen(s), &size);

	snprintf(text, sizeof(text), c <= 0xff ? "\\x%02X" : c <= 0xffff ? "\\u%04X" : "\\U%08X", c);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i].c == c)
			snprintf(text, sizeof(text), "\\%c", names[i].name);
	}
	buf_puts(e->out, text);
	e->column += (int)strlen(text);
	return size;
}

static void put_double(struct emitter *e, const char *text, bool fold)
{
	/* go-yaml looks for the mark at the text's beginning wherever it stands */
	bool mark = !strncmp(text, "\xef\xbb\xbf", 3), spaces = false;

	put_indicator(e, "\"", true, false, false);
	for (const char *s = text; *s;) {
		if (!is_printable(s) || mark || break_length(s) || *s == '"' || *s == '\\') {
			s += put_escape(e, s);
			spaces = false;
		} else if (*s == ' ') {
			if (fold && !spaces && e->column > WIDTH && s > text && s[1]) {
				put_indent(e);
				if (s[1] == ' ')
					put(e, '\\');
				s++;
			} else {
				s += put_char(e, s);
			}
			spaces = true;
		} else {
			s += put_char(e, s);
			spaces = false;
		}
	}
	put_indicator(e, "\"", false, false, false);
}

/* "-" when the text ends without a line break, "+" when with more than one. */
static const char *chomp_hint(const char *text)
{
	size_t n = strlen(text), last = n;

	while (last && (text[--last] & 0xc0) == 0x80)
		;
	if (!break_length(text + last))
		return "-";
	if (!last)
		return "+";
	while (last && (text[--last] & 0xc0) == 0x80)
		;
	return break_length(text + last) ? "+" : "";
}

static void put_literal(struct emitter *e, const char *text)
{
	bool breaks = true;

	put_indicator(e, "|", true, false, false);
	if (*text == ' ' || break_length(text))
		put_indicator(e, "2", false, false, false);
	put_indicator(e, chomp_hint(text), false, false, false);
	put_break(e);
	e->indention = e->whitespace = true;
	while (*text) {
		if (break_length(text)) {
			text += copy_break(e, text);
			e->indention = breaks = true;
			continue;
		}
		if (breaks)
			put_indent(e);
		text += put_char(e, text);
		e->indention = breaks = false;
	}
}

static void put_scalar(struct emitter *e, const char *text, enum style style, bool simple_key)
{
	int saved = e->indent;

	e->indent = saved < 0 ? INDENT : saved + INDENT;
	switch (style) {
	case STYLE_PLAIN:
		put_plain(e, text, !simple_key);
		break;
	case STYLE_SINGLE:
		put_single(e, text, !simple_key);
		break;
	case STYLE_DOUBLE:
		put_double(e, text, !simple_key);
		break;
	case STYLE_LITERAL:
		put_literal(e, text);
		break;
	}
	e->indent = saved;
}

static void put_string(struct emitter *e, const char *text, bool simple_key)
{
	struct traits t = analyze(text);

	put_scalar(e, text, choose_style(text, &t, simple_key), simple_key);
}

/*
 * A number as kubectl's way leaves it: through an int64 or float64 to JSON,
 * and the JSON through go-yaml's reading ("1e+06" is what it makes of 1000000.5).
 */
static void put_number(struct emitter *e, const cJSON *node)
{
	_cleanup_buf_ struct buf json = BUF_INIT, text = BUF_INIT;
	struct yaml_scalar s;

	if ((e->exact && yaml_resolve(json_number_text(node)).type == YAML_UINT) ||
	    !go_format_json_number(&json, json_number_text(node)))
		buf_puts(&json, json_number_text(node));
	s = yaml_resolve(json.data);
	if (s.type == YAML_INT)
		buf_printf(&text, "%" PRId64, s.i);
	else if (s.type == YAML_FLOAT)
		go_format_float(&text, s.f, 64);
	else
		buf_puts(&text, json.data);
	put_scalar(e, text.data, STYLE_PLAIN, false);
}

/* ---- order of keys -------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number at s; zeros that follow other digits count as part of it. */
static const char *read_number(const char *s, int64_t from, int64_t *ret)
{
	uint64_t v = (uint64_t)from;

	for (; is_digit(*s); s++)
		v = v * 10 + (uint64_t)(*s - '0');
	*ret = (int64_t)v;
	return s;
}

/* Two keys that differ at a and b, which share what lies between start and a. */
static int compare_rest(const char *start, const char *a, const char *b)
{
	size_t size;
	uint32_t ca = utf8_decode(a, strlen(a), &size), cb = utf8_decode(b, strlen(b), &size);
	bool la = utf8_is_letter(ca), lb = utf8_is_letter(cb);
	int64_t from = 0, na, nb;
	const char *enda, *endb;

	if (la != lb)
		return lb ? -1 : 1;
	if (la)
		return ca < cb ? -1 : 1;
	if (*a == '0' || *b == '0') {
		for (const char *p = a; p > start && is_digit(p[-1]) && !from; p--)
			from = p[-1] != '0';
	}
	enda = read_number(a, from, &na);
	endb = read_number(b, from, &nb);
	if (na != nb)
		return na < nb ? -1 : 1;
	if (enda - a != endb - b)
		return enda - a < endb - b ? -1 : 1;
	return ca < cb ? -1 : 1;
}

/* go-yaml's keyList.Less: letters after the rest, digits as numbers ("a9" before "a10"). */
static int compare_keys(const void *x, const void *y)
{
	const char *start = (*(const cJSON *const *)x)->string, *a = start;
	const char *b = (*(const cJSON *const *)y)->string;

	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (!*a || !*b)
		return (*a != 0) - (*b != 0);
	/* back to where the character begins */
	for (; a > start && (*a & 0xc0) == 0x80; a--)
		b--;
	return compare_rest(start, a, b);
}

/* ---- trees ------------------------------------------------------------------------------ */

static void put_node(struct emitter *e, const cJSON *node, bool in_mapping);

static void put_member(struct emitter *e, const cJSON *member)
{
	struct traits t = analyze(member->string);

	put_indent(e);
	if (!t.multiline && strlen(member->string) <= SIMPLE_KEY_MAX) {
		put_scalar(e, member->string, choose_style(member->string, &t, true), true);
		put_indicator(e, ":", false, false, false);
	} else {
		put_indicator(e, "?", true, false, true);
		put_string(e, member->string, false);
		put_indent(e);
		put_indicator(e, ":", true, false, true);
	}
	put_node(e, member, true);
}

static void put_mapping(struct emitter *e, const cJSON *node)
{
	size_t n;
	_cleanup_free_ const cJSON **members = json_sorted_members(node, &n);
	int saved = e->indent;

	qsort(members, n, sizeof(*members), compare_keys);
	e->indent = saved < 0 ? 0 : saved + INDENT;
	for (size_t i = 0; i < n; i++)
		put_member(e, members[i]);
	e->indent = saved;
}

static void put_sequence(struct emitter *e, const cJSON *node, bool in_mapping)
{
	int saved = e->indent;

	/* below its key a list is not indented */
	if (saved < 0)
		e->indent = 0;
	else if (!in_mapping || e->indention)
		e->indent = saved + INDENT;
	for (const cJSON *c = node->child; c; c = c->next) {
		put_indent(e);
		put_indicator(e, "-", true, false, true);
		put_node(e, c, false);
	}
	e->indent = saved;
}

static void put_node(struct emitter *e, const cJSON *node, bool in_mapping)
{
	switch (node->type & 0xff) {
	case cJSON_Object:
		if (node->child)
			put_mapping(e, node);
		else
			put_indicator(e, "{}", true, false, false);
		break;
	case cJSON_Array:
		if (node->child)
			put_sequence(e, node, in_mapping);
		else
			put_indicator(e, "[]", true, false, false);
		break;
	case cJSON_String:
		put_string(e, node->valuestring, false);
		break;
	case cJSON_Number:
		put_number(e, node);
		break;
	case cJSON_True:
		put_scalar(e, "true", STYLE_PLAIN, false);
		break;
	case cJSON_False:
		put_scalar(e, "false", STYLE_PLAIN, false);
		break;
	default:
		put_scalar(e, "null", STYLE_PLAIN, false);
	}
}

static void finish(struct emitter *e)
{
	/* a literal ends its own line */
	if (e->column)
		put_break(e);
}

static void print_document(struct buf *out, const cJSON *node, bool exact)
{
	struct emitter e = {.out = out, .indent = -1, .exact = exact, .whitespace = true, .indention = true};

	if (!node) {
		buf_puts(out, "null\n");
		return;
	}
	put_node(&e, node, false);
	finish(&e);
}

void yaml_print(struct buf *out, const cJSON *node)
{
	print_document(out, node, false);
}

void yaml_print_exact(struct buf *out, const cJSON *node)
{
	print_document(out, node, true);
}

void yaml_print_item(struct buf *out, const cJSON *node)
{
	struct emitter e = {.out = out, .whitespace = true, .indention = true};

	put_indicator(&e, "-", true, false, true);
	put_node(&e, node, false);
	finish(&e);
}

void yaml_print_member(struct buf *out, const char *key, const cJSON *node)
{
	struct emitter e = {.out = out, .whitespace = true, .indention = true};

	put_string(&e, key, true);
	put_indicator(&e, ":", false, false, false);
	put_node(&e, node, true);
	finish(&e);
}
