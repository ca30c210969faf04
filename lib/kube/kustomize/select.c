#include <regex.h>

#include "data/selector.h"
#include "kube/kustomize/internal.h"

/* Which objects a target, a source or a replacement means. */

/* POSIX has Go's expressions but for these. */
static const struct {
	const char *go, *posix;
} spellings[] = {
	{"(?:", "("},	     {"\\d", "[0-9]"},		    {"\\D", "[^0-9]"},
	{"\\w", "[0-9A-Za-z_]"}, {"\\W", "[^0-9A-Za-z_]"}, {"\\s", "[ \t\n\f\r]"},
	{"\\S", "[^ \t\n\f\r]"}, {"*?", "*"},		    {"+?", "+"},
	{"??", "?"},
};

static void translate_pattern(struct buf *out, const char *pattern)
{
	while (*pattern) {
		size_t i = 0;

		for (; i < ARRAY_SIZE(spellings) && !str_starts(pattern, spellings[i].go); i++)
			;
		if (i < ARRAY_SIZE(spellings)) {
			buf_puts(out, spellings[i].posix);
			pattern += strlen(spellings[i].go);
		} else {
			if (*pattern == '\\' && pattern[1])
				buf_putc(out, *pattern++);
			buf_putc(out, *pattern++);
		}
	}
}

int pattern_matches(const char *pattern, struct span text, bool *ret, struct error *err)
{
	_cleanup_buf_ struct buf posix = BUF_INIT;
	_cleanup_free_ char *copy = xstrndup(text.s ? text.s : "", text.n);
	int flags = REG_EXTENDED | REG_NOSUB;
	const char *plain = pattern;
	regex_t compiled;

	if (str_starts(plain, "(?i)")) {
		plain += strlen("(?i)");
		flags |= REG_ICASE;
	}
	buf_puts(&posix, "^(");
	translate_pattern(&posix, plain);
	buf_puts(&posix, ")$");
	if (regcomp(&compiled, posix.data, flags))
		return error_set(err, ERROR_OTHER, "error parsing regexp: `^(?:%s)$`", pattern);
	*ret = !regexec(&compiled, copy, 0, NULL, 0);
	regfree(&compiled);
	return 0;
}

/* An empty pattern matches anything; *ret is only ever made false. */
static int part_matches(const cJSON *selector, const char *key, struct span text, bool *ret, struct error *err)
{
	const char *pattern = json_string(selector, key);
	bool matches = true;

	/* one that is no expression is wrong, whatever the rest says */
	if (!str_empty(pattern) && pattern_matches(pattern, text, &matches, err))
		return -1;
	*ret = *ret && matches;
	return 0;
}

static int gvk_matches(const struct gvk *gvk, const cJSON *selector, bool *ret, struct error *err)
{
	return part_matches(selector, "group", gvk->group, ret, err) ||
			       part_matches(selector, "version", gvk->version, ret, err) ||
			       part_matches(selector, "kind", gvk->kind, ret, err)
		       ? -1
		       : 0;
}

int id_matches(const struct object_id *id, const cJSON *selector, bool *ret, struct error *err)
{
	*ret = true;
	return gvk_matches(&id->gvk, selector, ret, err) || part_matches(selector, "name", id->name, ret, err) ||
			       part_matches(selector, "namespace", id->ns, ret, err)
		       ? -1
		       : 0;
}

/* The texts of a map as selectors read them. */
static cJSON *texts_of(const cJSON *map)
{
	cJSON *texts = json_new_object();
	const cJSON *c;

	if (json_is_object(map))
		cJSON_ArrayForEach(c, map) json_set_string(texts, c->string, scalar_text(c));
	return texts;
}

static int expression_matches(const char *expression, const cJSON *map, bool *ret, struct error *err)
{
	_cleanup_(selector_free_p) struct selector *selector = NULL;
	_cleanup_json_ cJSON *texts = NULL;

	if (str_empty(expression))
		return 0;
	if (selector_parse(expression, &selector, err))
		return -1;
	texts = texts_of(map);
	*ret = *ret && selector_matches(selector, texts);
	return 0;
}

int object_matches_labels(const cJSON *object, const cJSON *selector, bool *ret, struct error *err)
{
	*ret = true;
	if (expression_matches(json_string(selector, "labelSelector"), json_path(object, "metadata", "labels", NULL), ret, err))
		return -1;
	if (!*ret)
		return 0;
	return expression_matches(json_string(selector, "annotationSelector"),
				  json_path(object, "metadata", "annotations", NULL), ret, err);
}

/* A pattern may match what the object was called first, or what it is called now. */
static int either_matches(const cJSON *selector, const char *key, struct span first, struct span now, bool *ret,
			  struct error *err)
{
	bool was = true, is = true;

	if (part_matches(selector, key, first, &was, err) || part_matches(selector, key, now, &is, err))
		return -1;
	*ret = *ret && (was || is);
	return 0;
}

static int item_selected(const struct resource_item *r, const cJSON *selector, bool *ret, struct error *err)
{
	struct object_id now = object_id_of(r->object), first = object_original_id(r->object);

	*ret = true;
	if (either_matches(selector, "namespace", id_namespace(&first), id_namespace(&now), ret, err) ||
	    either_matches(selector, "name", first.name, now.name, ret, err) ||
	    gvk_matches(&now.gvk, selector, ret, err))
		return -1;
	return *ret ? object_matches_labels(r->object, selector, ret, err) : 0;
}

int items_select(const struct vec *items, const cJSON *selector, struct vec *ret, struct error *err)
{
	for (size_t i = 0; i < items->len; i++) {
		bool selected;

		if (item_selected(items->items[i], selector, &selected, err))
			return -1;
		if (selected)
			vec_add(ret, items->items[i]);
	}
	return 0;
}
