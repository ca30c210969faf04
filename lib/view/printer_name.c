#include <ctype.h>

#include "view/colour.h"
#include "view/printer_format.h"

/* "deployment.apps/" by what the object says of itself. */
static int kind_print(struct buf *out, const cJSON *object, struct error *err)
{
	const char *kind = json_string(object, "kind");
	const char *version = json_string(object, "apiVersion");
	const char *slash = version ? strchr(version, '/') : NULL;

	if (str_empty(kind))
		return error_set(err, ERROR_OTHER,
				 "missing apiVersion or kind; try GetObjectKind().SetGroupVersionKind() if you know the type");
	for (; *kind; kind++)
		buf_putc(out, (char)tolower((unsigned char)*kind));
	if (slash && slash > version) {
		buf_putc(out, '.');
		buf_add(out, version, (size_t)(slash - version));
	}
	buf_putc(out, '/');
	return 0;
}

/* For a screen: the kind, and what was done. The line before starts at start. */
static void operation_print(const struct printer *p, struct buf *out, size_t start)
{
	enum colour_role role = p->screen ? colour_of_operation(p->operation) : COLOUR_NONE;
	_cleanup_buf_ struct buf line = BUF_INIT;
	const char *slash;

	if (p->screen) {
		buf_puts(&line, out->data + start);
		buf_truncate(out, start);
		slash = strchr(line.data, '/');
		start = slash ? (size_t)(slash - line.data) + 1 : 0;
		colour_add(out, COLOUR_KIND, line.data, start);
		buf_puts(out, line.data + start);
	}
	if (!*p->operation)
		return;
	buf_putc(out, ' ');
	colour_add(out, role, p->operation, strlen(p->operation));
}

static int one_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
		     struct error *err)
{
	const char *name = json_path_string(object, "metadata", "name", NULL);
	size_t start = out->len;

	if (str_empty(name))
		name = "<unknown>";
	if (r)
		resource_object_name(out, r, name);
	else if (kind_print(out, object, err))
		return -1;
	else
		buf_puts(out, name);
	operation_print(p, out, start);
	buf_putc(out, '\n');
	return 0;
}

static int name_format_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
			     struct error *err)
{
	const cJSON *items = json_get(object, "items");
	const char *kind = json_string(object, "kind");
	const cJSON *item;

	if (!json_is_array(items) || !kind || !str_ends(kind, "List"))
		return one_print(p, out, r, object, err);
	cJSON_ArrayForEach(item, items) {
		if (one_print(p, out, r, item, err))
			return -1;
	}
	return 0;
}

const struct printer_format format_name = {
	.name = "name",
	.print = name_format_print,
	.list_item = name_format_print,
};
