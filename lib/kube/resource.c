#include "kube/resource.h"

#include "data/gotext.h"

#include <ctype.h>

/* True when the comma-separated list holds the n bytes of word. */
static bool list_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; n && p && *p;) {
		const char *end = strchrnul(p, ',');

		if ((size_t)(end - p) == n && !memcmp(p, word, n))
			return true;
		p = *end ? end + 1 : end;
	}
	return false;
}

void resource_api_version(struct buf *out, const struct resource *r)
{
	if (*r->group)
		buf_printf(out, "%s/", r->group);
	buf_puts(out, r->version);
}

void resource_group_name(struct buf *out, const struct resource *r)
{
	buf_puts(out, r->name);
	if (*r->group)
		buf_printf(out, ".%s", r->group);
}

void resource_object_name(struct buf *out, const struct resource *r, const char *name)
{
	for (const char *p = r->kind; *p; p++)
		buf_putc(out, (char)tolower((unsigned char)*p));
	if (*r->group)
		buf_printf(out, ".%s", r->group);
	buf_printf(out, "/%s", name);
}

bool resource_has_verb(const struct resource *r, const char *verb)
{
	return list_has(r->verbs, verb);
}

bool resource_has_category(const struct resource *r, const char *category)
{
	return list_has(r->categories, category);
}

bool resource_has_short_name(const struct resource *r, const char *short_name)
{
	return list_has(r->short_names, short_name);
}

bool resource_same(const struct resource *a, const struct resource *b)
{
	return a == b || (!strcmp(a->group, b->group) && !strcmp(a->version, b->version) && !strcmp(a->name, b->name));
}

/* Why a word cannot stand in a path, as Go prints a list of reasons; empty: it can. */
static void segment_faults(struct buf *out, const char *segment)
{
	if (!strcmp(segment, ".") || !strcmp(segment, "..")) {
		buf_printf(out, "may not be '%s'", segment);
		return;
	}
	if (strchr(segment, '/'))
		buf_puts(out, "may not contain '/'");
	if (strchr(segment, '%'))
		buf_printf(out, "%smay not contain '%%'", out->len ? " " : "");
}

static int check_segment(const char *what, const char *segment, struct error *err)
{
	_cleanup_buf_ struct buf faults = BUF_INIT, quoted = BUF_INIT;

	segment_faults(&faults, segment);
	if (!faults.len)
		return 0;
	go_quote(&quoted, segment);
	return error_set(err, ERROR_OTHER, "invalid %s %s: [%s]", what, quoted.data, faults.data);
}

int resource_check_path(const char *ns, const char *name, struct error *err)
{
	if (ns && check_segment("namespace", ns, err))
		return -1;
	if (!name)
		return 0;
	if (!*name)
		return error_set(err, ERROR_OTHER, "resource name may not be empty");
	return check_segment("resource name", name, err);
}

static void add_segment(struct buf *out, const char *segment)
{
	buf_putc(out, '/');
	buf_url_escape(out, segment);
}

void resource_path(struct buf *out, const struct resource *r, const char *ns, const char *name, const char *subresource)
{
	if (*r->group)
		buf_printf(out, "/apis/%s/%s", r->group, r->version);
	else
		buf_printf(out, "/api/%s", r->version);
	if (r->namespaced && !str_empty(ns)) {
		buf_puts(out, "/namespaces");
		add_segment(out, ns);
	}
	add_segment(out, r->name);
	if (!str_empty(name))
		add_segment(out, name);
	if (!str_empty(subresource))
		add_segment(out, subresource);
}
