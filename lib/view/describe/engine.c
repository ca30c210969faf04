#include "view/describe/engine.h"

#include <time.h>

#include "base/quantity.h"
#include "base/timeutil.h"
#include "data/gotext.h"
#include "data/selector.h"

/* ---- writing --------------------------------------------------------------------- */

/* Terminals obey escape and carriage return: they are written out. */
static void put_escaped(struct describe *d, const char *text)
{
	for (size_t n; *text; text += n + 1) {
		n = strcspn(text, "\x1b\r");
		buf_add(&d->raw, text, n);
		if (!text[n])
			break;
		buf_puts(&d->raw, text[n] == '\r' ? "\\r" : "^[");
	}
}

static void put_formatted(struct describe *d, int level, const char *format, va_list args)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	buf_vprintf(&text, format, args);
	buf_pad(&d->raw, ' ', 2 * (size_t)level);
	put_escaped(d, text.data);
}

void put(struct describe *d, int level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_formatted(d, d->indent + level, format, args);
	va_end(args);
}

void put_rest(struct describe *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_formatted(d, d->indent, format, args);
	va_end(args);
}

void describe_align(struct describe *d)
{
	_cleanup_table_ struct table table = TABLE_INIT_WITH(0, 2);

	table_write(&table, d->raw.data, d->raw.len);
	table_flush(&table, d->out);
	buf_clear(&d->raw);
}

/* ---- reading --------------------------------------------------------------------- */

const cJSON *node_at(const cJSON *node, const char *path)
{
	while (node && path && *path) {
		size_t n = strcspn(path, ".");
		_cleanup_free_ char *key = xstrndup(path, n);

		node = json_get(node, key);
		path += n + (path[n] == '.');
	}
	return json_is_null(node) ? NULL : node;
}

const char *text_at(const cJSON *node, const char *path)
{
	node = node_at(node, path);
	return json_is_string(node) ? node->valuestring : "";
}

int64_t int_at(const cJSON *node, const char *path)
{
	int64_t value = 0;

	node = node_at(node, path);
	return json_is_number(node) && json_node_int(node, &value) ? value : 0;
}

bool bool_at(const cJSON *node, const char *path)
{
	return cJSON_IsTrue(node_at(node, path));
}

bool node_empty(const cJSON *node)
{
	if (!node || json_is_null(node))
		return true;
	if (json_is_string(node))
		return !*node->valuestring;
	return (json_is_object(node) || json_is_array(node)) && !node->child;
}

const cJSON *node_object(const cJSON *node)
{
	return json_is_object(node) ? node : NULL;
}

void sorted_keys(const cJSON *object, struct vec *ret)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, node_object(object)) vec_add(ret, member->string);
	vec_sort(ret, vec_compare_strings);
}

struct keyed {
	const cJSON *item;
	const char *key;
	size_t place;
};

static int compare_keyed(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : (x->place > y->place) - (x->place < y->place);
}

void sorted_items(const cJSON *list, const char *key, struct vec *ret)
{
	size_t n = json_size(list), i = 0;
	_cleanup_free_ struct keyed *items = xcalloc(n + 1, sizeof(*items));
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		items[i] = (struct keyed){item, text_at(item, key), i};
		i++;
	}
	qsort(items, n, sizeof(*items), compare_keyed);
	for (i = 0; i < n; i++)
		vec_add(ret, (void *)items[i].item);
}

/* ---- values ------------------------------------------------------------------------ */

void time_put(struct buf *out, const char *stamp)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	char text[64];
	struct tm tm;
	int64_t t;

	if (str_empty(stamp) || timestamp_parse(stamp, &t, &ignored)) {
		buf_puts(out, "Mon, 01 Jan 0001 00:00:00 +0000");
		return;
	}
	time_t seconds = (time_t)(t / SECOND - (t % SECOND < 0));

	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S %z", &tm);
	buf_puts(out, text);
}

void age_put(struct buf *out, const char *stamp)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	int64_t t;

	if (str_empty(stamp) || timestamp_parse(stamp, &t, &ignored))
		buf_puts(out, "<unknown>");
	else
		duration_format_human(out, duration_between(t, time_now()));
}

void selector_put(struct buf *out, const cJSON *selector)
{
	_cleanup_error_ struct error wrong = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (selector && selector_from_object(selector, &text, &wrong))
		buf_puts(out, "<error>");
	else
		buf_puts(out, text.len ? text.data : "<none>");
}

void pairs_put(struct buf *out, const cJSON *map)
{
	_cleanup_vec_ struct vec keys = VEC_INIT;

	sorted_keys(map, &keys);
	if (!keys.len)
		buf_puts(out, "<none>");
	for (size_t i = 0; i < keys.len; i++)
		buf_printf(out, "%s%s=%s", i ? "," : "", vec_string(&keys, i),
			   json_string(map, vec_string(&keys, i)) ?: "");
}

void join_put(struct buf *out, const cJSON *list, const char *separator)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		buf_puts(out, item == list->child ? "" : separator);
		go_value_format(out, item);
	}
}

void quantity_put(struct buf *out, const cJSON *node)
{
	_cleanup_error_ struct error wrong = ERROR_INIT;
	const char *text = json_is_string(node)   ? node->valuestring
			   : json_is_number(node) ? json_number_text(node)
						  : "0";

	if (quantity_canonicalize(text, out, &wrong))
		buf_puts(out, text);
}

/* ---- templates -------------------------------------------------------------------------- */

static void filter_time(struct buf *out, const cJSON *node)
{
	time_put(out, json_is_string(node) ? node->valuestring : NULL);
}

static void filter_age(struct buf *out, const cJSON *node)
{
	age_put(out, json_is_string(node) ? node->valuestring : NULL);
}

static void filter_comma(struct buf *out, const cJSON *node)
{
	join_put(out, node, ",");
}

static void filter_comma_space(struct buf *out, const cJSON *node)
{
	join_put(out, node, ", ");
}

static void filter_list(struct buf *out, const cJSON *node)
{
	buf_putc(out, '[');
	join_put(out, node, " ");
	buf_putc(out, ']');
}

/* A limit of nothing is none. */
static void filter_limit(struct buf *out, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	quantity_put(&text, node);
	buf_puts(out, strcmp(text.data, "0") ? text.data : "<unset>");
}

static const struct {
	const char *name;
	void (*put)(struct buf *out, const cJSON *node);
} filters[] = {
	{"limit", filter_limit},    {"time", filter_time},      {"age", filter_age},
	{"quantity", quantity_put}, {"comma", filter_comma},    {"comma_space", filter_comma_space},
	{"list", filter_list},      {"selector", selector_put},
};

static void filter_put(struct buf *out, const char *name, const cJSON *node)
{
	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		if (!strcmp(filters[i].name, name))
			filters[i].put(out, node);
	}
}

/* What stands between the braces. */
static void expand_one(struct buf *out, char *reference, const cJSON *node)
{
	char *word = strchr(reference, '|'), *filter;

	if (word)
		*word++ = '\0';
	filter = strchr(reference, '@');
	if (filter)
		*filter++ = '\0';
	node = node_at(node, reference);
	if (word && node_empty(node))
		buf_puts(out, word);
	else if (filter)
		filter_put(out, filter, node);
	else if (node)
		go_value_format(out, node);
}

void expand(struct buf *out, const char *template, const cJSON *node)
{
	for (const char *end; *template; template = end + 1) {
		size_t n = strcspn(template, "{");

		buf_add(out, template, n);
		template += n;
		end = strchr(template, '}');
		if (!end)
			break;
		_cleanup_free_ char *reference = xstrndup(template + 1, (size_t)(end - template - 1));

		expand_one(out, reference, node);
	}
}

/* ---- fields ------------------------------------------------------------------------------- */

void fields_show(struct describe *d, const struct field *fields, const cJSON *node)
{
	for (; fields->show; fields++)
		fields->show(d, fields, node);
}

void show_text(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *value = node_at(node, f->path);

	if (f->word && node_empty(value))
		buf_puts(&text, f->word);
	else if (value)
		go_value_format(&text, value);
	put(d, f->level, "%s:\t%s\n", f->label, text.data);
}

void show_if(struct describe *d, const struct field *f, const cJSON *node)
{
	if (!node_empty(node_at(node, f->path)))
		show_text(d, f, node);
}

void show_line(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	expand(&text, f->word, node);
	put(d, f->level, "%s:\t%s\n", f->label, text.data);
}

void show_when(struct describe *d, const struct field *f, const cJSON *node)
{
	if (!node_empty(node_at(node, f->path)))
		show_line(d, f, node);
}

void show_spaced(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	expand(&text, f->word, node);
	put(d, f->level, "%s: %s\n", f->label, text.data);
}

void show_seconds(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *value = node_at(node, f->path);

	if (value)
		put(d, f->level, "%s:\t%" PRId64 "s\n", f->label, int_at(value, NULL));
	else
		put(d, f->level, "%s:\t%s\n", f->label, f->word);
}

void show_title(struct describe *d, const struct field *f, const cJSON *node)
{
	if (!f->path || node_at(node, f->path))
		put(d, f->level, "%s%s\n", f->label, f->word ?: ":");
}

void show_time(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	time_put(&text, text_at(node, f->path));
	put(d, f->level, "%s:\t%s\n", f->label, text.data);
}

void show_pairs(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	pairs_put(&text, node_at(node, f->path));
	put(d, f->level, "%s:\t%s\n", f->label, text.data);
}

void show_selector(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	selector_put(&text, node_at(node, f->path));
	put(d, f->level, "%s:\t%s\n", f->label, text.data);
}

void show_selector_text(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_error_ struct error wrong = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *selector = node_at(node, f->path);

	if (selector && selector_from_object(selector, &text, &wrong))
		put(d, f->level, "%s:\tFailed to get selector: %s\n", f->label, wrong.message);
	else
		put(d, f->level, "%s:\t%s\n", f->label, text.data);
}

void show_finalizers(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	filter_list(&text, node_at(node, f->path));
	put(d, f->level, "%s:\t%s\n", f->label, text.data);
}

void show_truth(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *value = node_at(node, f->path);

	put(d, f->level, "%s:\t%s\n", f->label, !value ? "<unset>" : cJSON_IsTrue(value) ? "True" : "False");
}

void show_controller(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *owner;

	cJSON_ArrayForEach(owner, node_at(node, "metadata.ownerReferences"))
	{
		if (!bool_at(owner, "controller"))
			continue;
		put(d, f->level, "%s:\t%s/%s\n", f->label, text_at(owner, "kind"), text_at(owner, "name"));
		return;
	}
}

void show_phase(struct describe *d, const struct field *f, const cJSON *node)
{
	const char *deleted = text_at(node, "metadata.deletionTimestamp");
	_cleanup_buf_ struct buf age = BUF_INIT;

	if (!*deleted) {
		show_text(d, f, node);
		return;
	}
	age_put(&age, deleted);
	put(d, f->level, "%s:\tTerminating (lasts %s)\n", f->label, age.data);
}

void show_table(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *list = node_at(node, f->path), *item;
	const char *line = f->word;

	if (node_empty(list))
		return;
	put(d, f->level, "%s:\n", f->label);
	for (size_t n; line[n = strcspn(line, "\n")]; line += n + 1)
		put(d, f->level + 1, "%.*s\n", (int)n, line);
	cJSON_ArrayForEach(item, list)
	{
		_cleanup_buf_ struct buf row = BUF_INIT;

		expand(&row, line, item);
		put(d, f->level + 1, "%s\n", row.data);
	}
}

void show_quantities(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *map = node_at(node, f->path);
	_cleanup_vec_ struct vec keys = VEC_INIT;

	if (node_empty(map))
		return;
	sorted_keys(map, &keys);
	put(d, f->level, "%s:\n", f->label);
	for (size_t i = 0; i < keys.len; i++) {
		_cleanup_buf_ struct buf text = BUF_INIT;

		quantity_put(&text, json_get(map, vec_string(&keys, i)));
		put(d, f->level + 1, "%s:\t%s\n", vec_string(&keys, i), text.data);
	}
}

/* ---- labels and annotations -------------------------------------------------------------------- */

void multiline_end(struct describe *d)
{
	put_rest(d, "<none>\n");
}

void labels_show(struct describe *d, const char *indent, const char *title, const cJSON *labels)
{
	_cleanup_vec_ struct vec keys = VEC_INIT;

	sorted_keys(labels, &keys);
	put(d, 0, "%s%s:\t", indent, title);
	if (!keys.len)
		multiline_end(d);
	for (size_t i = 0; i < keys.len; i++) {
		if (i) {
			put(d, 0, "%s", indent);
			put(d, 0, "\t");
		}
		put(d, 0, "%s=%s\n", vec_string(&keys, i), json_string(labels, vec_string(&keys, i)) ?: "");
	}
}

void show_labels(struct describe *d, const struct field *f, const cJSON *node)
{
	labels_show(d, "", f->label, node_at(node, f->path));
}

#define ANNOTATION_WIDTH ((size_t)140)

/* The lines of a value that does not fit beside its key, each cut where kubectl cuts it. */
static void annotation_lines(struct describe *d, const char *value, size_t n)
{
	for (const char *end = value + n; value <= end;) {
		const char *newline = memchr(value, '\n', (size_t)(end - value)), *stop = newline ? newline : end;
		size_t width = (size_t)(stop - value);
		bool cut = width > ANNOTATION_WIDTH - 2;

		put(d, 0, "\t  %.*s%s\n", (int)(cut ? ANNOTATION_WIDTH - 2 : width), value, cut ? "..." : "");
		value = stop + 1;
	}
}

static void annotation_show(struct describe *d, const char *key, const char *value)
{
	size_t n = strlen(value);

	if (n && value[n - 1] == '\n')
		n--;
	if (n + strlen(key) + 2 <= ANNOTATION_WIDTH && !memchr(value, '\n', n)) {
		put(d, 0, "%s: %.*s\n", key, (int)n, value);
		return;
	}
	put(d, 0, "%s:\n", key);
	annotation_lines(d, value, n);
}

void annotations_show(struct describe *d, const char *title, const cJSON *annotations)
{
	_cleanup_vec_ struct vec keys = VEC_INIT;
	size_t shown = 0;

	sorted_keys(annotations, &keys);
	put(d, 0, "%s:\t", title);
	for (size_t i = 0; i < keys.len; i++) {
		const char *key = vec_string(&keys, i);

		if (!strcmp(key, "kubectl.kubernetes.io/last-applied-configuration"))
			continue;
		if (shown++)
			put(d, 0, "\t");
		annotation_show(d, key, json_string(annotations, key) ?: "");
	}
	if (!shown)
		multiline_end(d);
}

void show_annotations(struct describe *d, const struct field *f, const cJSON *node)
{
	annotations_show(d, f->label, node_at(node, f->path));
}
