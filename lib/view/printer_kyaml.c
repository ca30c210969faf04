#include "data/yaml.h"
#include "view/colour.h"
#include "view/printer_format.h"

static int kyaml_format_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
			      struct error *err)
{
	(void)r;
	(void)err;
	kyaml_print(out, object, p->keeps_order ? 0 : JSON_SORT_KEYS);
	return 0;
}

/* A frame's own fields keep their order, whatever those of its object do. */
static int kyaml_format_event(struct printer *p, struct buf *out, const char *type, const cJSON *object,
			      struct error *err)
{
	_cleanup_json_ cJSON *frame = json_parse_literal("{\"type\":\"%s\"}", type);
	cJSON *copy = json_copy(object);

	(void)err;
	if (!p->keeps_order)
		json_sort_keys(copy);
	json_set(frame, "object", copy);
	kyaml_print(out, frame, 0);
	return 0;
}

const struct printer_format format_kyaml = {
	.name = "kyaml",
	.omits_managed_fields = true,
	.print = kyaml_format_print,
	.event = kyaml_format_event,
	.paint = colour_json,
};
