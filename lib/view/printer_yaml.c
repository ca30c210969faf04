#include "data/yaml.h"
#include "view/colour.h"
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

static int yaml_format_event(struct printer *p, struct buf *out, const char *type, const cJSON *object,
			     struct error *err)
{
	(void)err;
	separator_print(p, out);
	yaml_print_member(out, "object", object);
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
	(void)r;
	(void)err;
	if (!p->count++)
		buf_putc(out, '\n');
	yaml_print_item(out, object);
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
	.paint = colour_yaml,
};
