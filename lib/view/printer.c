#include "view/printer.h"

#include <strings.h>

#include "view/printer_format.h"

static const struct printer_format *const formats[] = {
	&format_custom_columns,
	&format_custom_columns_file,
	&format_go_template,
	&format_go_template_file,
	&format_json,
	&format_jsonpath,
	&format_jsonpath_as_json,
	&format_jsonpath_file,
	&format_kyaml,
	&format_name,
	&format_template,
	&format_templatefile,
	&format_yaml,
};

void printer_formats(struct buf *out, bool for_lists, const char *more)
{
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (for_lists || !formats[i]->for_lists)
			vec_add_string(&names, formats[i]->name);
	}
	if (more)
		vec_add_split(&names, more, ',');
	vec_sort(&names, vec_compare_strings);
	for (size_t i = 0; i < names.len; i++)
		buf_printf(out, "%s%s", i ? "," : "", vec_string(&names, i));
}

/* "name", or "NAME=argument" for a format that takes one. */
static const struct printer_format *format_find(const char *output, bool for_lists)
{
	size_t n = strcspn(output, "=");

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		const struct printer_format *f = formats[i];

		if (strlen(f->name) != n || (f->for_lists && !for_lists))
			continue;
		if (f->takes_argument ? !strncmp(f->name, output, n) : !strcasecmp(f->name, output))
			return f;
	}
	return NULL;
}

static int format_unknown(const char *output, const char *allowed, struct error *err)
{
	_cleanup_buf_ struct buf all = BUF_INIT;

	if (!allowed) {
		printer_formats(&all, false, NULL);
		allowed = all.data;
	}
	return error_set(err, ERROR_USAGE,
			 "unable to match a printer suitable for the output format \"%s\", allowed formats are: %s",
			 output, allowed);
}

static char *operation_text(const struct printer_options *o)
{
	const char *operation = o->operation ? o->operation : "";

	if (!*operation || !str_empty(o->output))
		return xstrdup("");
	if (str_equal(o->dry_run, "client"))
		return xasprintf("%s (dry run)", operation);
	if (str_equal(o->dry_run, "server"))
		return xasprintf("%s (server dry run)", operation);
	return xstrdup(operation);
}

int printer_new(const struct printer_options *o, const char *allowed, struct printer **ret, struct error *err)
{
	const char *output = str_empty(o->output) ? "name" : o->output;
	const struct printer_format *format = format_find(output, o->for_lists);
	_cleanup_(printer_free_p) struct printer *p = NULL;
	const char *argument;

	if (!format || (format->takes_argument && o->no_templates))
		return format_unknown(output, allowed, err);
	p = NEW(struct printer);
	p->format = format;
	p->show_managed_fields = o->show_managed_fields;
	p->allow_missing_keys = o->allow_missing_template_keys;
	p->no_headers = o->no_headers;
	p->keeps_order = o->keeps_order;
	p->screen = o->screen;
	p->table = o->table;
	p->operation = operation_text(o);
	argument = strchr(output, '=');
	p->argument = xstrdup(argument ? argument + 1 : o->template);
	if (format->open && format->open(p, err))
		return -1;
	*ret = TAKE_PTR(p);
	return 0;
}

void printer_free(struct printer *p)
{
	if (!p)
		return;
	if (p->format->close)
		p->format->close(p);
	free(p->argument);
	free(p->operation);
	json_pack_free(p->pack);
	free(p);
}

int printer_require_template(const struct printer *p, struct error *err)
{
	if (str_empty(p->argument))
		return error_set(err, ERROR_USAGE, "template format specified but no template given");
	return 0;
}

/*
 * An object without its metadata.managedFields, sharing everything else with
 * the one it was made from: only the nodes on the way are copied.
 */
struct pruned {
	cJSON object;
	cJSON *members;
	cJSON *metadata;
};

static void pruned_release(struct pruned *p)
{
	free(p->members);
	free(p->metadata);
}

/* Copies the nodes of a list of siblings but one, and links the copies. */
static cJSON *siblings_copy(const cJSON *first, const cJSON *skip)
{
	size_t n = 0;
	size_t i = 0;
	cJSON *copies;

	for (const cJSON *c = first; c; c = c->next)
		n++;
	copies = xcalloc(n + 1, sizeof(*copies));
	for (const cJSON *c = first; c; c = c->next) {
		if (c == skip)
			continue;
		copies[i] = *c;
		copies[i].prev = i ? &copies[i - 1] : NULL;
		copies[i].next = NULL;
		if (i)
			copies[i - 1].next = &copies[i];
		i++;
	}
	if (i)
		copies[0].prev = &copies[i - 1];
	return copies;
}

static const cJSON *prune(struct pruned *p, const cJSON *object)
{
	const cJSON *metadata = json_get(object, "metadata");
	const cJSON *managed = json_get(metadata, "managedFields");

	if (!managed)
		return object;
	p->metadata = siblings_copy(metadata->child, managed);
	p->members = siblings_copy(object->child, NULL);
	for (cJSON *c = p->members; c; c = c->next) {
		if (str_equal(c->string, "metadata"))
			c->child = json_size(metadata) > 1 ? p->metadata : NULL;
	}
	p->object = *object;
	p->object.child = p->members;
	return &p->object;
}

/* What out got from start on is marked for a screen, and goes to a table where there is one. Gives r back. */
static int painted(const struct printer *p, struct buf *out, size_t start, int r)
{
	bool paints = p->screen && p->format->paint;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (out->len == start || !(paints || p->table))
		return r;
	buf_add(&text, out->data + start, out->len - start);
	buf_truncate(out, start);
	if (paints)
		p->format->paint(out, text.data, text.len);
	if (p->table) {
		table_write(p->table, paints ? out->data + start : text.data, paints ? out->len - start : text.len);
		buf_truncate(out, start);
	}
	return r;
}

int printer_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object, struct error *err)
{
	_cleanup_(pruned_release) struct pruned pruned = {0};
	size_t start = out->len;

	if (p->format->omits_managed_fields && !p->show_managed_fields)
		object = prune(&pruned, object);
	return painted(p, out, start, p->format->print(p, out, r, object, err));
}

int printer_event(struct printer *p, struct buf *out, const struct resource *r, const char *type,
		  const cJSON *object, struct error *err)
{
	_cleanup_json_ cJSON *frame = NULL;
	size_t start = out->len;

	if (p->format->wraps_events) {
		frame = json_parse_literal("{\"type\":\"%s\"}", type);
		json_set(frame, "object", json_copy(object));
		return painted(p, out, start, p->format->print(p, out, NULL, frame, err));
	}
	if (!p->format->event)
		return painted(p, out, start, p->format->print(p, out, r, object, err));
	return painted(p, out, start, p->format->event(p, out, type, object, err));
}

int printer_list_begin(struct printer *p, struct buf *out, struct error *err)
{
	size_t start = out->len;

	(void)err;
	p->count = 0;
	if (p->format->list_begin)
		p->format->list_begin(p, out);
	else if (!p->format->list_item)
		p->pack = json_pack_new();
	return painted(p, out, start, 0);
}

int printer_list_item(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object, struct error *err)
{
	_cleanup_(pruned_release) struct pruned pruned = {0};
	size_t start = out->len;

	if (p->format->omits_managed_fields && !p->show_managed_fields)
		object = prune(&pruned, object);
	if (p->format->list_item)
		return painted(p, out, start, p->format->list_item(p, out, r, object, err));
	json_link(&p->collected, json_pack_add(p->pack, object));
	return 0;
}

int printer_list_end(struct printer *p, struct buf *out, struct error *err)
{
	_cleanup_json_ cJSON *list = NULL;
	size_t start = out->len;
	cJSON *items;
	int r;

	if (p->format->list_end)
		p->format->list_end(p, out);
	if (!p->pack)
		return painted(p, out, start, 0);
	list = json_parse_literal(
		"{\"apiVersion\":\"v1\",\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"\"},\"items\":[]}");
	items = json_get(list, "items");
	items->child = p->collected.child;
	r = painted(p, out, start, p->format->print(p, out, NULL, list, err));
	items->child = NULL; /* the pack's own */
	return r;
}
