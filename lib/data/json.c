/*
 * The JSON reader: RFC 8259 text to a cJSON tree, with Go's words for syntax
 * errors (encoding/json), as scripts and people know them from kubectl.
 */
#include "data/json.h"

#include "data/utf8.h"

#define NODE_CHUNK 512                 /* nodes taken from the arena at a time */
#define TEXT_CHUNK ((size_t)32 * 1024) /* text bytes, likewise */
#define KEY_CACHE 256                  /* a power of two */
#define FEW_KEYS 24                    /* up to here pairs are compared one by one */

struct span {
	const char *s;
	size_t n;
};

struct reader {
	const char *start, *p, *end;
	const char *name;
	struct arena *arena; /* NULL: a heap tree */
	cJSON *nodes;        /* the rest of the arena's current chunk */
	size_t nodes_left;
	char *text;
	size_t text_left;
	const char **keys;  /* arena only: keys seen lately, by hash */
	struct buf scratch; /* a string with escapes, decoded */
	bool ended;         /* the text ended inside the value */
	struct error *err;
};

/* ---- errors ---------------------------------------------------------------- */

/* How many bytes Go's json.SyntaxError counts up to and with the fault. */
static size_t fault_offset(const struct reader *r)
{
	return (size_t)(MIN(r->p + 1, r->end) - r->start);
}

static int fail(struct reader *r, const char *words)
{
	size_t line = 1;
	const char *from = r->start;

	if (!r->name)
		return error_set(r->err, ERROR_PARSE, "%s", words);
	if (r->ended)
		error_set(r->err, ERROR_PARSE, "error parsing %s: unexpected EOF", r->name);
	else
		error_set(r->err, ERROR_PARSE, "error parsing %s: json: offset %zu: %s", r->name, fault_offset(r),
		          words);
	for (const char *nl; (nl = memchr(from, '\n', (size_t)(r->p - from))); line++)
		from = nl + 1;
	error_hint(r->err, "line %zu, column %zu", line, (size_t)(r->p - from) + 1);
	return -1;
}

/* A byte as Go quotes it in these errors: '\'' , '"', '\n', '\x01', 'Ã'. */
static void quote_char(struct buf *out, unsigned char c)
{
	static const char names[] = "\aa\bb\ff\nn\rr\tt\vv\\\\";

	if (c == '\'') {
		buf_puts(out, "'\\''");
		return;
	}
	for (const char *p = names; *p; p += 2) {
		if (c == (unsigned char)*p) {
			buf_printf(out, "'\\%c'", p[1]);
			return;
		}
	}
	if (c < 0x20 || c == 0x7f)
		buf_printf(out, "'\\x%02x'", c);
	else if (c < 0x80)
		buf_printf(out, "'%c'", c);
	else if (c < 0xa1 || c == 0xad)
		buf_printf(out, "'\\u%04x'", c);
	else
		buf_printf(out, "'%c%c'", 0xc0 | c >> 6, 0x80 | (c & 0x3f));
}

/* The byte at the read position does not belong there, or there is none. */
static int fail_char(struct reader *r, const char *context)
{
	_cleanup_buf_ struct buf words = BUF_INIT;

	if (r->p >= r->end) {
		r->ended = true;
		return fail(r, "unexpected end of JSON input");
	}
	buf_puts(&words, "invalid character ");
	quote_char(&words, (unsigned char)*r->p);
	buf_printf(&words, " %s", context);
	return fail(r, words.data);
}

/* ---- memory ---------------------------------------------------------------- */

static cJSON *new_node(struct reader *r, int type)
{
	cJSON *node;

	if (!r->arena) {
		node = NEW(cJSON);
	} else {
		if (!r->nodes_left) {
			/* a small text does not deserve a large chunk */
			r->nodes_left = MIN((size_t)NODE_CHUNK, (size_t)(r->end - r->p) / 4 + 2);
			r->nodes = arena_alloc(r->arena, r->nodes_left * sizeof(*node));
		}
		r->nodes_left--;
		node = r->nodes++;
		memset(node, 0, sizeof(*node));
	}
	node->type = type;
	return node;
}

static void free_node(struct reader *r, cJSON *node)
{
	if (!r->arena)
		cJSON_Delete(node);
}

static char *store(struct reader *r, struct span s)
{
	char *copy;

	if (!r->arena)
		return xstrndup(s.s, s.n);
	if (s.n + 1 > r->text_left) {
		if (s.n + 1 > TEXT_CHUNK / 8)
			return arena_strndup(r->arena, s.s, s.n);
		r->text_left = MIN(TEXT_CHUNK, s.n + 64 + (size_t)(r->end - r->p));
		r->text = arena_alloc(r->arena, r->text_left);
	}
	copy = r->text;
	memcpy(copy, s.s, s.n);
	copy[s.n] = '\0';
	r->text += s.n + 1;
	r->text_left -= s.n + 1;
	return copy;
}

static uint32_t hash_span(struct span s)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.s[i]) * 16777619U;
	return h ^ h >> 15;
}

/* Lists repeat their keys for every item: in an arena each is kept about once. */
static char *store_key(struct reader *r, struct span s, uint32_t hash)
{
	const char **slot;

	if (!r->arena)
		return store(r, s);
	slot = &r->keys[hash & (KEY_CACHE - 1)];
	if (!*slot || strncmp(*slot, s.s, s.n) || (*slot)[s.n])
		*slot = store(r, s);
	return (char *)(uintptr_t)*slot;
}

/* ---- strings --------------------------------------------------------------- */

#define ONES 0x0101010101010101ULL
#define HIGHS 0x8080808080808080ULL
#define HAS_ZERO(w) (((w)-ONES) & ~(w)&HIGHS)

/* Skips bytes that stand for themselves: ASCII but quote, backslash and controls. */
static const char *skip_plain(const char *p, const char *end)
{
	while (end - p >= 8) {
		uint64_t w;

		memcpy(&w, p, 8);
		if ((w & HIGHS) || HAS_ZERO(w ^ ONES * '"') || HAS_ZERO(w ^ ONES * '\\') ||
		    ((w - ONES * 0x20) & ~w & HIGHS))
			break;
		p += 8;
	}
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20 && !(*p & 0x80))
		p++;
	return p;
}

/* Four hexadecimal digits at the read position; moves past them. */
static int read_hex4(struct reader *r, uint32_t *ret)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++, r->p++) {
		int c = r->p < r->end ? *r->p | 0x20 : 0;

		if (r->p < r->end && *r->p >= '0' && *r->p <= '9')
			v = v << 4 | (uint32_t)(*r->p - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint32_t)(c - 'a' + 10);
		else
			return fail_char(r, "in \\u hexadecimal character escape");
	}
	*ret = v;
	return 0;
}

/* A lone half of a surrogate pair becomes U+FFFD, as in Go. */
static int read_unicode_escape(struct reader *r)
{
	uint32_t c, low;

	if (read_hex4(r, &c))
		return -1;
	if (!c)
		return fail(r, "string holds \\u0000, which no Kubernetes object can");
	if (c >= 0xd800 && c < 0xdc00 && r->end - r->p >= 2 && r->p[0] == '\\' && r->p[1] == 'u') {
		const char *again = r->p;

		r->p += 2;
		if (read_hex4(r, &low))
			return -1;
		if (low >= 0xdc00 && low < 0xe000)
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		else
			r->p = again;
	}
	utf8_put(&r->scratch, c);
	return 0;
}

static int read_escape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;

	r->p++;
	if (r->p >= r->end || (*r->p != 'u' && (!*r->p || !strchr(from, *r->p))))
		return fail_char(r, "in string escape code");
	if (*r->p++ == 'u')
		return read_unicode_escape(r);
	at = strchr(from, r->p[-1]);
	buf_putc(&r->scratch, to[at - from]);
	return 0;
}

/* The part of a string from its first escape or non-ASCII byte on. */
static int read_string_rest(struct reader *r, const char *start, struct span *ret)
{
	buf_clear(&r->scratch);
	buf_add(&r->scratch, start, (size_t)(r->p - start));
	for (;;) {
		if (r->p >= r->end || (unsigned char)*r->p < 0x20)
			return fail_char(r, "in string");
		if (*r->p == '"')
			break;
		if (*r->p == '\\') {
			if (read_escape(r))
				return -1;
		} else if (*r->p & 0x80) {
			size_t n = utf8_length(r->p, (size_t)(r->end - r->p));

			buf_add(&r->scratch, n ? r->p : UTF8_REPLACEMENT, n ? n : 3);
			r->p += n ? n : 1;
		} else {
			start = r->p;
			r->p = skip_plain(r->p, r->end);
			buf_add(&r->scratch, start, (size_t)(r->p - start));
		}
	}
	r->p++;
	*ret = (struct span){r->scratch.data, r->scratch.len};
	return 0;
}

/* A string from its opening quote on; *ret is valid until the next one. */
static int read_string(struct reader *r, struct span *ret)
{
	const char *start = ++r->p;

	r->p = skip_plain(start, r->end);
	if (r->p >= r->end || *r->p != '"')
		return read_string_rest(r, start, ret);
	*ret = (struct span){start, (size_t)(r->p - start)};
	r->p++;
	return 0;
}

/* ---- numbers and words ------------------------------------------------------ */

static bool at_digit(const struct reader *r)
{
	return r->p < r->end && *r->p >= '0' && *r->p <= '9';
}

static int skip_digits(struct reader *r, const char *context)
{
	if (!at_digit(r))
		return fail_char(r, context);
	while (at_digit(r))
		r->p++;
	return 0;
}

static int read_number(struct reader *r, cJSON **ret)
{
	const char *start = r->p;
	cJSON *node;

	if (*r->p == '-')
		r->p++;
	if (r->p < r->end && *r->p == '0')
		r->p++;
	else if (skip_digits(r, "in numeric literal"))
		return -1;
	if (r->p < r->end && *r->p == '.') {
		r->p++;
		if (skip_digits(r, "after decimal point in numeric literal"))
			return -1;
	}
	if (r->p < r->end && (*r->p | 0x20) == 'e') {
		r->p++;
		if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
			r->p++;
		if (skip_digits(r, "in exponent of numeric literal"))
			return -1;
	}
	node = new_node(r, cJSON_Number);
	node->valuestring = store(r, (struct span){start, (size_t)(r->p - start)});
	json_number_fill(node);
	*ret = node;
	return 0;
}

static int read_word(struct reader *r, const char *word, int type, cJSON **ret)
{
	for (const char *w = word; *w; w++, r->p++) {
		_cleanup_free_ char *context = NULL;

		if (r->p < r->end && *r->p == *w)
			continue;
		context = xasprintf("in literal %s (expecting '%c')", word, *w);
		return fail_char(r, context);
	}
	*ret = new_node(r, type);
	(*ret)->valueint = type == cJSON_True;
	return 0;
}

/* ---- arrays and objects ------------------------------------------------------ */

static void skip_space(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
		r->p++;
}

/* True, and past it, when the next byte but spaces is c. */
static bool take(struct reader *r, char c)
{
	skip_space(r);
	if (r->p >= r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static void append(cJSON *parent, cJSON *child)
{
	cJSON *first = parent->child;

	if (!first) {
		parent->child = child->prev = child;
		return;
	}
	child->prev = first->prev;
	first->prev->next = child;
	first->prev = child;
}

static int read_value(struct reader *r, int depth, cJSON **ret);

static int read_array(struct reader *r, int depth, cJSON *node)
{
	cJSON *item;

	r->p++;
	if (take(r, ']'))
		return 0;
	do {
		if (read_value(r, depth, &item))
			return -1;
		append(node, item);
	} while (take(r, ','));
	return take(r, ']') ? 0 : fail_char(r, "after array element");
}

struct keyed {
	cJSON *node;
	size_t at;
};

static int compare_keyed(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = strcmp(x->node->string, y->node->string);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Puts what the later of two namesakes holds where the earlier stands. */
static void supersede(struct reader *r, cJSON *object, cJSON *earlier, cJSON *later)
{
	cJSON old = *earlier, *last = object->child->prev;

	/* swap the values, keep the places */
	earlier->type = later->type;
	earlier->child = later->child;
	earlier->valuestring = later->valuestring;
	earlier->valueint = later->valueint;
	earlier->valuedouble = later->valuedouble;
	later->child = old.child;
	later->valuestring = old.valuestring;
	later->type = old.type;
	later->prev->next = later->next; /* later is never the first */
	if (later->next)
		later->next->prev = later->prev;
	else
		last = later->prev;
	object->child->prev = last;
	later->next = later->prev = NULL;
	free_node(r, later);
}

static void drop_duplicates_of_many(struct reader *r, cJSON *object, size_t count)
{
	_cleanup_free_ struct keyed *all = xcalloc(count, sizeof(*all));
	size_t n = 0, first = 0;

	for (cJSON *c = object->child; c; c = c->next, n++)
		all[n] = (struct keyed){c, n};
	qsort(all, n, sizeof(*all), compare_keyed);
	for (size_t i = 1; i < n; i++) {
		if (!strcmp(all[first].node->string, all[i].node->string))
			supersede(r, object, all[first].node, all[i].node);
		else
			first = i;
	}
}

/* Of members with one name the last wins, as in Go. */
static void drop_duplicates(struct reader *r, cJSON *object, size_t count)
{
	if (count > FEW_KEYS) {
		drop_duplicates_of_many(r, object, count);
		return;
	}
	for (cJSON *a = object->child; a; a = a->next) {
		for (cJSON *b = a->next, *next; b; b = next) {
			next = b->next;
			if (!strcmp(a->string, b->string))
				supersede(r, object, a, b);
		}
	}
}

/* One "key": value; tells the hash of its key. */
static int read_member(struct reader *r, int depth, cJSON *object, uint32_t *ret_hash)
{
	struct span key;
	cJSON *value;
	char *name;

	skip_space(r);
	if (r->p >= r->end || *r->p != '"')
		return fail_char(r, "looking for beginning of object key string");
	if (read_string(r, &key))
		return -1;
	*ret_hash = hash_span(key);
	name = store_key(r, key, *ret_hash);
	if (!take(r, ':')) {
		if (!r->arena)
			free(name);
		return fail_char(r, "after object key");
	}
	if (read_value(r, depth, &value)) {
		if (!r->arena)
			free(name);
		return -1;
	}
	value->string = name;
	append(object, value);
	return 0;
}

static int read_object(struct reader *r, int depth, cJSON *node)
{
	uint64_t seen = 0; /* a bit for each hash: two members may be namesakes */
	bool suspicious = false;
	size_t count = 0;
	uint32_t hash = 0;

	r->p++;
	if (take(r, '}'))
		return 0;
	do {
		if (read_member(r, depth, node, &hash))
			return -1;
		suspicious |= seen >> (hash >> 8 & 63) & 1;
		seen |= 1ULL << (hash >> 8 & 63);
		count++;
	} while (take(r, ','));
	if (suspicious)
		drop_duplicates(r, node, count);
	return take(r, '}') ? 0 : fail_char(r, "after object key:value pair");
}

static int read_container(struct reader *r, int depth, cJSON **ret)
{
	bool object = *r->p == '{';
	cJSON *node;

	if (depth >= JSON_MAX_DEPTH)
		return fail(r, "exceeded max depth");
	node = new_node(r, object ? cJSON_Object : cJSON_Array);
	if (object ? read_object(r, depth + 1, node) : read_array(r, depth + 1, node)) {
		free_node(r, node);
		return -1;
	}
	*ret = node;
	return 0;
}

static int read_string_value(struct reader *r, cJSON **ret)
{
	struct span text;

	if (read_string(r, &text))
		return -1;
	*ret = new_node(r, cJSON_String);
	(*ret)->valuestring = store(r, text);
	return 0;
}

static int read_value(struct reader *r, int depth, cJSON **ret)
{
	skip_space(r);
	switch (r->p < r->end ? *r->p : 0) {
	case '{':
	case '[':
		return read_container(r, depth, ret);
	case '"':
		return read_string_value(r, ret);
	case 't':
		return read_word(r, "true", cJSON_True, ret);
	case 'f':
		return read_word(r, "false", cJSON_False, ret);
	case 'n':
		return read_word(r, "null", cJSON_NULL, ret);
	case '-':
	case '0' ... '9':
		return read_number(r, ret);
	default:
		return fail_char(r, "looking for beginning of value");
	}
}

/* ---- the entries -------------------------------------------------------------- */

static int read_whole(struct reader *r, cJSON **ret)
{
	cJSON *node = NULL;
	int status = read_value(r, 0, &node);

	if (!status) {
		skip_space(r);
		if (r->p < r->end) {
			free_node(r, node);
			status = fail_char(r, "after top-level value");
		}
	}
	buf_release(&r->scratch);
	if (!status)
		*ret = node;
	return status;
}

static struct reader reader_new(const char *text, size_t len, const char *name, struct error *err)
{
	return (struct reader){
	        .start = text,
	        .p = text,
	        .end = text + len,
	        .name = name,
	        .scratch = BUF_INIT,
	        .err = err,
	};
}

int json_parse(const char *text, size_t len, const char *name, cJSON **ret, struct error *err)
{
	struct reader r = reader_new(text, len, name, err);

	return read_whole(&r, ret);
}

int json_parse_arena(const char *text, size_t len, const char *name, struct arena *arena, const cJSON **ret,
                     struct error *err)
{
	struct reader r = reader_new(text, len, name, err);
	const char *keys[KEY_CACHE] = {NULL};
	cJSON *node;

	r.arena = arena;
	r.keys = keys;
	if (read_whole(&r, &node))
		return -1;
	*ret = node;
	return 0;
}

int json_parse_prefix(const char *text, size_t len, const char *name, cJSON **ret, size_t *ret_used, struct error *err)
{
	struct reader r = reader_new(text, len, name, err);
	cJSON *node = NULL;
	int status = read_value(&r, 0, &node);

	buf_release(&r.scratch);
	if (!status && json_is_number(node) && r.p == r.end) {
		/* the next byte may be one more digit */
		cJSON_Delete(node);
		node = NULL;
	}
	if (status && !r.ended)
		return -1;
	if (status)
		error_release(err);
	*ret = node;
	*ret_used = node ? (size_t)(r.p - text) : 0;
	return 0;
}

int json_check(const char *text, size_t len, size_t *ret_offset, struct error *err)
{
	_cleanup_arena_ struct arena arena = {0};
	struct reader r = reader_new(text, len, NULL, err);
	const char *keys[KEY_CACHE] = {NULL};
	cJSON *node;

	r.arena = &arena;
	r.keys = keys;
	if (!read_whole(&r, &node))
		return 0;
	*ret_offset = fault_offset(&r);
	return -1;
}
