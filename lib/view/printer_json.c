#include "view/colour.h"
#include "view/printer_format.h"

static int style_of(const struct printer *p)
{
	return JSON_ESCAPE_HTML | JSON_GO_NUMBERS | (p->keeps_order ? 0 : JSON_SORT_KEYS);
}

static int json_format_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
			     struct error *err)
{
	(void)r;
	(void)err;
	json_print(out, object, JSON_INDENT4 | style_of(p));
	buf_putc(out, '\n');
	return 0;
}

/* One line a frame. */
static int json_format_event(struct printer *p, struct buf *out, const char *type, const cJSON *object,
			     struct error *err)
{
	(void)err;
	buf_puts(out, "{\"type\":");
	json_print_string(out, type, JSON_COMPACT | style_of(p));
	buf_puts(out, ",\"object\":");
	json_print(out, object, JSON_COMPACT | style_of(p));
	buf_puts(out, "}\n");
	return 0;
}

static void json_list_begin(struct printer *p, struct buf *out)
{
	(void)p;
	buf_puts(out, "{\n    \"apiVersion\": \"v1\",\n    \"items\": [");
}

/* Line ends inside of strings are escaped: each one here ends a line of the layout. */
static int json_list_item(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
			  struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *line;

	(void)r;
	(void)err;
	json_print(&text, object, JSON_INDENT4 | style_of(p));
	if (p->count++)
		buf_putc(out, ',');
	line = text.data;
	while (line) {
		const char *end = strchr(line, '\n');

		buf_puts(out, "\n        ");
		buf_add(out, line, end ? (size_t)(end - line) : strlen(line));
		line = end ? end + 1 : NULL;
	}
	return 0;
}

static void json_list_end(struct printer *p, struct buf *out)
{
	buf_puts(out, p->count ? "\n    ]" : "]");
	buf_puts(out, ",\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n");
}

const struct printer_format format_json = {
	.name = "json",
	.omits_managed_fields = true,
	.print = json_format_print,
	.event = json_format_event,
	.list_begin = json_list_begin,
	.list_item = json_list_item,
	.list_end = json_list_end,
	.paint = colour_json,
};
