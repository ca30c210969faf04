/* fmt.Sprintf of Go (https://pkg.go.dev/fmt) for the values of templates. */
#include "data/gonumber.h"
#include "data/gotemplate_internal.h"
#include "data/gotext.h"
#include "data/utf8.h"

#define SIZE_LIMIT 1000000 /* of widths and precisions, as in Go */

/* A verb with what stands before it. */
struct spec {
	bool minus, zero, plus, sharp, space;
	bool has_width, has_precision;
	int64_t width, precision;
	char verb[5]; /* one character in UTF-8 */
};

static void put_value(struct buf *out, const struct spec *s, const struct value *v);

static void put_padded(struct buf *out, const struct spec *s, const char *text)
{
	size_t n = 0;
	size_t fill;

	for (const char *p = text; *p; p++)
		n += (*p & 0xc0) != 0x80;
	fill = s->has_width && s->width > (int64_t)n ? (size_t)s->width - n : 0;
	if (!s->minus)
		buf_pad(out, s->zero ? '0' : ' ', fill);
	buf_puts(out, text);
	if (s->minus)
		buf_pad(out, ' ', fill);
}

static void put_bad_verb(struct buf *out, const struct spec *s, const struct value *v)
{
	struct spec plain = *s;

	plain.verb[0] = 'v';
	plain.verb[1] = '\0';
	buf_printf(out, "%%!%s(", s->verb);
	if (v->type == VALUE_NONE) {
		buf_puts(out, "<nil>");
	} else {
		buf_printf(out, "%s=", value_type_name(v));
		put_value(out, &plain, v);
	}
	buf_putc(out, ')');
}

/* ---- integers -------------------------------------------------------------------------- */

static void digits_of(uint64_t u, unsigned base, bool upper, struct buf *ret)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[65] = "";
	size_t at = sizeof(text) - 1;

	do
		text[--at] = digits[u % base];
	while (u /= base);
	buf_puts(ret, text + at);
}

static void put_integer(struct buf *out, const struct spec *s, int64_t i, unsigned base)
{
	_cleanup_buf_ struct buf digits = BUF_INIT, text = BUF_INIT;
	const char *sign = i < 0 ? "-" : s->plus ? "+" : s->space ? " " : "";
	struct spec blanks = *s;
	int64_t least = s->has_precision ? s->precision : 0;

	blanks.zero = false;
	if (!s->has_precision && s->zero && !s->minus && s->has_width)
		least = s->width - (*sign ? 1 : 0);
	if (!(s->has_precision && !s->precision && !i))
		digits_of(i < 0 ? -(uint64_t)i : (uint64_t)i, base, *s->verb == 'X', &digits);
	buf_puts(&text, sign);
	if (s->sharp && base == 16)
		buf_puts(&text, *s->verb == 'X' ? "0X" : "0x");
	else if (s->sharp && base == 2)
		buf_puts(&text, "0b");
	else if (*s->verb == 'O')
		buf_puts(&text, "0o");
	else if (s->sharp && base == 8 && least <= (int64_t)digits.len && digits.data[0] != '0')
		buf_putc(&text, '0');
	buf_pad(&text, '0', least > (int64_t)digits.len ? (size_t)least - digits.len : 0);
	buf_puts(&text, digits.data);
	put_padded(out, &blanks, text.data);
}

/* What is not ASCII as \u00e9 or \U0001f600. */
static void escape_unicode(struct buf *out, const char *text)
{
	size_t n = strlen(text), size;

	for (; n; text += size, n -= size) {
		uint32_t c = utf8_decode(text, n, &size);

		if (c < 0x80)
			buf_putc(out, *text);
		else
			buf_printf(out, c > 0xffff ? "\\U%08" PRIx32 : "\\u%04" PRIx32, c);
	}
}

static void put_quoted(struct buf *out, const struct spec *s, const char *quoted)
{
	_cleanup_buf_ struct buf ascii = BUF_INIT;

	if (s->plus)
		escape_unicode(&ascii, quoted);
	put_padded(out, s, s->plus ? ascii.data : quoted);
}

static void put_rune(struct buf *out, const struct spec *s, int64_t i)
{
	_cleanup_buf_ struct buf text = BUF_INIT, quoted = BUF_INIT;
	uint32_t c = i < 0 || i > 0x10ffff ? 0xfffd : (uint32_t)i;

	if (*s->verb == 'U') {
		buf_printf(&text, "U+%0*" PRIX64, s->has_precision && s->precision > 4 ? (int)s->precision : 4,
		           (uint64_t)i);
		if (s->sharp && i >= 0 && i <= 0x10ffff && utf8_is_printable(c)) {
			buf_puts(&text, " '");
			utf8_put(&text, c);
			buf_putc(&text, '\'');
		}
	} else {
		utf8_put(&text, c);
	}
	if (*s->verb != 'q') {
		put_padded(out, s, text.data);
		return;
	}
	go_quote(&quoted, text.data);
	/* the quotes are others, and so is which of them needs a backslash */
	buf_clear(&text);
	if (c == '\'')
		buf_puts(&text, "'\\''");
	else if (c == '"')
		buf_puts(&text, "'\"'");
	else if (!c)
		buf_puts(&text, "'\\x00'");
	else
		buf_printf(&text, "'%.*s'", (int)strlen(quoted.data) - 2, quoted.data + 1);
	put_quoted(out, s, text.data);
}

static bool put_int(struct buf *out, const struct spec *s, int64_t i)
{
	switch (*s->verb) {
	case 'd':
	case 'v':
		put_integer(out, s, i, 10);
		return true;
	case 'b':
		put_integer(out, s, i, 2);
		return true;
	case 'o':
	case 'O':
		put_integer(out, s, i, 8);
		return true;
	case 'x':
	case 'X':
		put_integer(out, s, i, 16);
		return true;
	case 'c':
	case 'q':
	case 'U':
		put_rune(out, s, i);
		return true;
	default:
		return false;
	}
}

/* ---- floats -------------------------------------------------------------------------------- */

/* C writes 0x1.8p+0 where Go has two digits in the exponent. */
static void hex_float(struct buf *text, const struct spec *s, double f)
{
	_cleanup_buf_ struct buf c = BUF_INIT;
	size_t n;

	if (s->has_precision)
		buf_printf(&c, *s->verb == 'X' ? "%.*A" : "%.*a", (int)s->precision, f);
	else
		buf_printf(&c, *s->verb == 'X' ? "%A" : "%a", f);
	n = strcspn(c.data, "pP");
	buf_add(text, c.data, MIN(n + 2, c.len));
	if (c.len == n + 3)
		buf_putc(text, '0');
	buf_puts(text, c.data + MIN(n + 2, c.len));
}

/* strconv.FormatFloat(f, 'b', …): "7074231776675438p-51". */
static void binary_float(struct buf *text, double f)
{
	const int bits = 52, bias = 1023;
	int exponent;
	uint64_t u;

	memcpy(&u, &f, sizeof(u));
	exponent = (int)(u >> bits & 0x7ff);
	buf_printf(text, "%s%" PRIu64 "p%+d", u >> 63 ? "-" : "",
		   (u & (((uint64_t)1 << bits) - 1)) | (uint64_t)(exponent != 0) << bits, MAX(exponent, 1) - bias - bits);
}

/* %#g keeps the zeros at the end. */
static void sharp_float(struct buf *text, const struct spec *s, double f)
{
	int precision = s->has_precision ? MAX((int)s->precision, 1) : 6;

	buf_printf(text, *s->verb == 'G' ? "%#.*G" : "%#.*g", precision, f);
}

static bool float_text(struct buf *text, const struct spec *s, double f)
{
	int precision = s->has_precision ? (int)s->precision : 6;

	switch (*s->verb) {
	case 'e':
		buf_printf(text, s->sharp ? "%#.*e" : "%.*e", precision, f);
		return true;
	case 'E':
		buf_printf(text, s->sharp ? "%#.*E" : "%.*E", precision, f);
		return true;
	case 'f':
	case 'F':
		buf_printf(text, s->sharp ? "%#.*f" : "%.*f", precision, f);
		return true;
	case 'x':
	case 'X':
		hex_float(text, s, f);
		return true;
	case 'b':
		binary_float(text, f);
		return true;
	case 'v':
	case 'g':
	case 'G':
		if (s->sharp && *s->verb != 'v')
			sharp_float(text, s, f);
		else if (s->has_precision)
			buf_printf(text, *s->verb == 'G' ? "%.*G" : "%.*g", MAX(precision, 1), f);
		else
			go_float_format(text, f);
		for (char *c = text->data; *s->verb == 'G' && *c; c++)
			*c = *c == 'e' ? 'E' : *c;
		return true;
	default:
		return false;
	}
}

static bool put_float(struct buf *out, const struct spec *s, double f)
{
	_cleanup_buf_ struct buf text = BUF_INIT, whole = BUF_INIT;
	struct spec blanks = *s;
	size_t fill;
	char sign;

	if (!float_text(&text, s, f))
		return false;
	sign = text.data[0] == '-' ? '-' : s->plus ? '+' : s->space ? ' ' : '\0';
	if (sign)
		buf_putc(&whole, sign);
	fill = whole.len + text.len - (sign == '-');
	if (s->zero && !s->minus && s->has_width && s->width > (int64_t)fill)
		buf_pad(&whole, '0', (size_t)s->width - fill);
	buf_puts(&whole, text.data + (sign == '-'));
	blanks.zero = false;
	put_padded(out, &blanks, whole.data);
	return true;
}

/* ---- texts --------------------------------------------------------------------------------- */

static void put_hex(struct buf *out, const struct spec *s, const char *value)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	bool upper = *s->verb == 'X';
	size_t n = strlen(value);

	if (s->has_precision && s->precision < (int64_t)n)
		n = (size_t)s->precision;
	for (size_t i = 0; i < n; i++) {
		if (i && s->space)
			buf_putc(&text, ' ');
		if (s->sharp && (!i || s->space))
			buf_puts(&text, upper ? "0X" : "0x");
		buf_printf(&text, upper ? "%02X" : "%02x", (unsigned char)value[i]);
	}
	put_padded(out, s, text.data);
}

/* What may stand between backquotes. */
static bool can_backquote(const char *s)
{
	for (; *s; s++) {
		if (*s == '`' || *s == 0x7f || ((unsigned char)*s < ' ' && *s != '\t'))
			return false;
	}
	return true;
}

static bool put_string(struct buf *out, const struct spec *s, const char *value)
{
	_cleanup_buf_ struct buf quoted = BUF_INIT;
	_cleanup_free_ char *cut = NULL;
	size_t n = strlen(value), size;

	if (*s->verb == 'x' || *s->verb == 'X') {
		put_hex(out, s, value);
		return true;
	}
	/* a precision counts characters */
	for (size_t i = 0, seen = 0; s->has_precision && i < n; i += size, seen++) {
		utf8_decode(value + i, n - i, &size);
		if ((int64_t)seen == s->precision)
			n = i;
	}
	cut = xstrndup(value, n);
	if (*s->verb == 's' || (*s->verb == 'v' && !s->sharp)) {
		put_padded(out, s, cut);
		return true;
	}
	if (*s->verb != 'q' && *s->verb != 'v')
		return false;
	if (*s->verb == 'q' && s->sharp && can_backquote(cut))
		buf_printf(&quoted, "`%s`", cut);
	else
		go_quote(&quoted, cut);
	put_quoted(out, s, quoted.data);
	return true;
}

/* ---- maps, lists, values ------------------------------------------------------------------- */

/* null within another value is <nil> whatever the verb. */
static void put_item(struct buf *out, const struct spec *s, const cJSON *item)
{
	struct value v = value_of(item);

	if (v.type == VALUE_NONE)
		buf_puts(out, "<nil>");
	else
		put_value(out, s, &v);
}

static void put_map(struct buf *out, const struct spec *s, const struct value *v)
{
	size_t count;
	_cleanup_free_ const cJSON **members = json_sorted_members(v->node, &count);

	buf_puts(out, "map[");
	for (size_t i = 0; i < count; i++) {
		struct value key = {.type = VALUE_STRING, .s = members[i]->string};

		if (i)
			buf_putc(out, ' ');
		put_value(out, s, &key);
		buf_putc(out, ':');
		put_item(out, s, members[i]);
	}
	buf_putc(out, ']');
}

static void put_list(struct buf *out, const struct spec *s, const struct value *v)
{
	const cJSON *item = v->node->child;

	buf_putc(out, '[');
	for (size_t i = 0; item && i < v->from + v->count; item = item->next, i++) {
		if (i < v->from)
			continue;
		if (i > v->from)
			buf_putc(out, ' ');
		put_item(out, s, item);
	}
	buf_putc(out, ']');
}

static void put_value(struct buf *out, const struct spec *s, const struct value *v)
{
	bool is_tree = v->type == VALUE_MAP || v->type == VALUE_LIST;
	bool known = false;

	if (*s->verb == 'T')
		put_padded(out, s, v->type == VALUE_NONE ? "<nil>" : value_type_name(v)), known = true;
	else if (is_tree && *s->verb == 'v' && s->sharp)
		go_syntax_format(out, v->node), known = true;
	else if (is_tree && *s->verb != 'p')
		v->type == VALUE_MAP ? put_map(out, s, v) : put_list(out, s, v), known = true;
	else if (v->type == VALUE_INT)
		known = put_int(out, s, v->i);
	else if (v->type == VALUE_FLOAT)
		known = put_float(out, s, v->f);
	else if (v->type == VALUE_STRING)
		known = put_string(out, s, v->s);
	else if (v->type == VALUE_BOOL && (*s->verb == 't' || *s->verb == 'v'))
		put_padded(out, s, v->boolean ? "true" : "false"), known = true;
	else if (v->type == VALUE_NONE && *s->verb == 'v')
		put_padded(out, s, "<nil>"), known = true;
	if (!known)
		put_bad_verb(out, s, v);
}

/* ---- formats ------------------------------------------------------------------------------- */

struct format {
	struct buf *out;
	const char *at;
	const struct value *args;
	size_t count, next;
	bool reordered;   /* [n] was used: arguments that are left are no fault */
	bool after_index; /* [n] was just read */
	bool bad_index;
};

static bool read_size(const char **at, int64_t *ret)
{
	const char *start = *at;

	*ret = 0;
	for (; **at >= '0' && **at <= '9'; ++*at) {
		*ret = *ret * 10 + **at - '0';
		if (*ret > SIZE_LIMIT) {
			*ret = 0;
			return false;
		}
	}
	return *at > start;
}

/* "[n]": which argument comes next, counted from 1. */
static void read_index(struct format *f)
{
	const char *p = f->at + 1, *end;
	int64_t n;

	f->after_index = false;
	if (*f->at != '[')
		return;
	f->reordered = true;
	end = strchr(p, ']');
	f->after_index = end && read_size(&p, &n) && p == end;
	f->at = end ? end + 1 : f->at + 1;
	if (f->after_index && n >= 1 && (size_t)n <= f->count)
		f->next = (size_t)n - 1;
	else
		f->bad_index = true;
}

/* "*": an argument is the number. */
static bool size_from_argument(struct format *f, int64_t *ret)
{
	const struct value *v = f->next < f->count ? &f->args[f->next++] : NULL;

	f->at++;
	f->after_index = false;
	*ret = 0;
	if (!v || v->type != VALUE_INT || v->i > SIZE_LIMIT || v->i < -SIZE_LIMIT)
		return false;
	*ret = v->i;
	return true;
}

static void read_width(struct format *f, struct spec *s)
{
	if (*f->at != '*') {
		s->has_width = read_size(&f->at, &s->width);
		f->bad_index = f->bad_index || (f->after_index && s->has_width);
		return;
	}
	s->has_width = size_from_argument(f, &s->width);
	if (!s->has_width)
		buf_puts(f->out, "%!(BADWIDTH)");
	if (s->width < 0) {
		s->width = -s->width;
		s->minus = true;
	}
}

static void read_precision(struct format *f, struct spec *s)
{
	if (*f->at != '.')
		return;
	f->at++;
	f->bad_index = f->bad_index || f->after_index;
	read_index(f);
	if (*f->at != '*') {
		read_size(&f->at, &s->precision);
		s->has_precision = true;
		return;
	}
	s->has_precision = size_from_argument(f, &s->precision) && s->precision >= 0;
	if (!s->has_precision)
		buf_puts(f->out, "%!(BADPREC)");
}

static void read_flags(struct format *f, struct spec *s)
{
	for (; *f->at && strchr("-0+# ", *f->at); f->at++) {
		s->minus |= *f->at == '-';
		s->zero |= *f->at == '0';
		s->plus |= *f->at == '+';
		s->sharp |= *f->at == '#';
		s->space |= *f->at == ' ';
	}
}

/* After "%"; false at the end of the format. */
static bool put_verb(struct format *f)
{
	struct spec s = {0};
	size_t size;

	f->bad_index = false;
	read_flags(f, &s);
	read_index(f);
	read_width(f, &s);
	read_precision(f, &s);
	if (!f->after_index)
		read_index(f);
	if (!*f->at) {
		buf_puts(f->out, "%!(NOVERB)");
		return false;
	}
	utf8_decode(f->at, strnlen(f->at, 4), &size);
	memcpy(s.verb, f->at, size);
	f->at += size;
	if (*s.verb == 'v')
		s.plus = false; /* it asks for the names of fields */
	if (*s.verb == '%')
		buf_putc(f->out, '%');
	else if (f->bad_index)
		buf_printf(f->out, "%%!%s(BADINDEX)", s.verb);
	else if (f->next >= f->count)
		buf_printf(f->out, "%%!%s(MISSING)", s.verb);
	else
		put_value(f->out, &s, &f->args[f->next++]);
	return true;
}

static void put_extra(const struct format *f)
{
	static const struct spec plain = {.verb = "v"};

	buf_puts(f->out, "%!(EXTRA ");
	for (size_t i = f->next; i < f->count; i++) {
		buf_puts(f->out, i > f->next ? ", " : "");
		if (f->args[i].type != VALUE_NONE)
			buf_printf(f->out, "%s=", value_type_name(&f->args[i]));
		put_value(f->out, &plain, &f->args[i]);
	}
	buf_putc(f->out, ')');
}

void go_sprintf(struct buf *out, const char *format, const struct value *args, size_t count)
{
	struct format f = {.out = out, .at = format, .args = args, .count = count};

	while (*f.at) {
		size_t n = strcspn(f.at, "%");

		buf_add(out, f.at, n);
		f.at += n;
		if (!*f.at)
			break;
		f.at++;
		if (!put_verb(&f))
			break;
	}
	if (!f.reordered && f.next < count)
		put_extra(&f);
}
