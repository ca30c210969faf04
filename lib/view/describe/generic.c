#include <ctype.h>

#include "data/gotext.h"
#include "view/describe/engine.h"

/* Kinds without fields of their own: everything that the object holds, with names made readable. */

static const char *const skipped[] = {
	".metadata.managedFields", ".metadata.name", ".metadata.namespace", ".metadata.labels", ".metadata.annotations",
};

static bool is_skipped(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(skipped); i++) {
		if (!strcmp(skipped[i], path))
			return true;
	}
	return false;
}

enum letter { LETTER_LOWER, LETTER_UPPER, LETTER_OTHER };

static enum letter letter_of(char c)
{
	return isupper((unsigned char)c) ? LETTER_UPPER : islower((unsigned char)c) ? LETTER_LOWER : LETTER_OTHER;
}

/* The length of the first word of a camel-case name: "pod" of "podIPs", "HTTP" of "HTTPRoute". */
static size_t word_length(const char *s)
{
	enum letter kind = letter_of(*s);
	size_t n = 1;

	while (s[n] && letter_of(s[n]) == kind)
		n++;
	if (kind != LETTER_UPPER || letter_of(s[n]) != LETTER_LOWER || !s[n])
		return n;
	/* the last capital begins the next word */
	if (n > 1)
		return n - 1;
	while (s[n] && letter_of(s[n]) == LETTER_LOWER)
		n++;
	return n;
}

/* Two or more capitals (or hyphens) before a capitalised end stay with it: "CIDRs" of "podCIDRs". */
static size_t part_length(const char *s)
{
	size_t n = word_length(s);

	if (n >= 2 && letter_of(*s) != LETTER_LOWER && letter_of(s[1]) != LETTER_LOWER &&
	    letter_of(s[n]) == LETTER_UPPER)
		n += word_length(s + n);
	return n;
}

static void part_put(struct buf *out, const char *part, size_t n)
{
	static const char *const acronyms[] = {"API", "URL", "UID", "GUID"};
	bool lower = true;

	for (size_t i = 0; i < ARRAY_SIZE(acronyms); i++) {
		if (n == strlen(acronyms[i]) && !strncasecmp(part, acronyms[i], n)) {
			buf_puts(out, acronyms[i]);
			return;
		}
	}
	for (size_t i = 0; i < n; i++)
		lower = lower && !isupper((unsigned char)part[i]);
	buf_putc(out, lower ? (char)toupper((unsigned char)*part) : *part);
	buf_add(out, part + 1, n - 1);
}

/* "Creation Timestamp" for creationTimestamp; names with other signs than letters stay. */
static void label_put(struct buf *out, const char *field)
{
	for (const char *p = field; *p; p++) {
		if (!isalpha((unsigned char)*p) && *p != '-') {
			buf_puts(out, field);
			return;
		}
	}
	for (size_t n; *field; field += n) {
		n = part_length(field);
		part_put(out, field, n);
		if (field[n])
			buf_putc(out, ' ');
	}
}

static void content_show(struct describe *d, int level, const cJSON *object, const char *path);

static void list_show(struct describe *d, int level, const cJSON *list, const char *path)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		_cleanup_buf_ struct buf text = BUF_INIT;

		if (json_is_object(item)) {
			content_show(d, level, item, path);
			continue;
		}
		go_value_format(&text, item);
		put(d, level, "%s\n", text.data);
	}
}

static void member_show(struct describe *d, int level, const cJSON *value, const char *path)
{
	_cleanup_buf_ struct buf label = BUF_INIT, text = BUF_INIT;

	label_put(&label, value->string);
	if (json_is_object(value)) {
		put(d, level, "%s:\n", label.data);
		content_show(d, level + 1, value, path);
	} else if (json_is_array(value)) {
		put(d, level, "%s:\n", label.data);
		list_show(d, level + 1, value, path);
	} else {
		go_value_format(&text, value);
		put(d, level, "%s:\t%s\n", label.data, text.data);
	}
}

static void content_show(struct describe *d, int level, const cJSON *object, const char *path)
{
	size_t count;
	_cleanup_free_ const cJSON **members = json_sorted_members(object, &count);

	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *own = xasprintf("%s.%s", path, members[i]->string);

		if (!is_skipped(own))
			member_show(d, level, members[i], own);
	}
}

void generic_show(struct describe *d)
{
	put(d, 0, "Name:\t%s\n", text_at(d->object, "metadata.name"));
	put(d, 0, "Namespace:\t%s\n", text_at(d->object, "metadata.namespace"));
	labels_show(d, "", "Labels", node_at(d->object, "metadata.labels"));
	annotations_show(d, "Annotations", node_at(d->object, "metadata.annotations"));
	content_show(d, 0, d->object, "");
}
