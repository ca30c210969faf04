#include "data/yaml.h"
#include "view/printer_format.h"

static void separator_print(struct printer *p, struct buf *out)
{
	if (p->count++)
		buf_puts(out, "---\n");
}

static int yaml_format_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
			     struct error *err)
{
	(void)r;
	(void)err;
	separator_print(p, out);
	yaml_print(out, object);
	return 0;
}

/* Appends text with each line but the empty ones moved to the right by a prefix. */
static void lines_indent(struct buf *out, const char *text, const char *first, const char *rest)
{
	const char *prefix = first;

	while (*text) {
		const char *end = strchrnul(text, '\n');

		if (end > text)
			buf_puts(out, prefix);
		buf_add(out, text, (size_t)(end - text));
		buf_putc(out, '\n');
		prefix = rest;
		text = *end ? end + 1 : end;
	}
}

static int yaml_format_event(struct printer *p, struct buf *out, const char *type, const cJSON *object,
			     struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)err;
	separator_print(p, out);
	yaml_print(&text, object);
	buf_puts(out, "object:\n");
	lines_indent(out, text.data, "  ", "  ");
	buf_printf(out, "type: %s\n", type);
	return 0;
}

static void yaml_list_begin(struct printer *p, struct buf *out)
{
	(void)p;
	buf_puts(out, "apiVersion: v1\nitems:");
}

static int yaml_list_item(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
			  struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)r;
	(void)err;
	if (!p->count++)
		buf_putc(out, '\n');
	yaml_print(&text, object);
	lines_indent(out, text.data, "- ", "  ");
	return 0;
}

static void yaml_list_end(struct printer *p, struct buf *out)
{
	if (!p->count)
		buf_puts(out, " []\n");
	buf_puts(out, "kind: List\nmetadata:\n  resourceVersion: \"\"\n");
}

const struct printer_format format_yaml = {
	.name = "yaml",
	.omits_managed_fields = true,
	.print = yaml_format_print,
	.event = yaml_format_event,
	.list_begin = yaml_list_begin,
	.list_item = yaml_list_item,
	.list_end = yaml_list_end,
};
