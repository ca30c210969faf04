#include "base/file.h"
#include "data/jsonpath.h"
#include "data/gotext.h"
#include "view/printer_format.h"

#define TEMPLATE_LIMIT ((size_t)1 << 20)

/* What a template was, for messages, and what was made of it. */
struct state {
	char *template;
	struct jsonpath *path;
	bool as_json;
};

static int template_parse(struct printer *p, const char *template, bool as_json, struct error *err)
{
	struct state *s = NEW(struct state);

	p->state = s;
	s->template = xstrdup(template);
	s->as_json = as_json;
	if (jsonpath_parse(template, &s->path, err))
		return error_prefix(err, "error parsing jsonpath %s, ", template);
	return 0;
}

static int open_template(struct printer *p, struct error *err)
{
	return printer_require_template(p, err) ? -1 : template_parse(p, p->argument, false, err);
}

static int open_as_json(struct printer *p, struct error *err)
{
	return printer_require_template(p, err) ? -1 : template_parse(p, p->argument, true, err);
}

static int open_file(struct printer *p, struct error *err)
{
	_cleanup_buf_ struct buf content = BUF_INIT;

	if (printer_require_template(p, err))
		return -1;
	if (file_read(p->argument, TEMPLATE_LIMIT, &content, err))
		return error_prefix(err, "error reading --template %s, ", p->argument);
	return template_parse(p, content.data, false, err);
}

static void state_close(struct printer *p)
{
	struct state *s = p->state;

	if (!s)
		return;
	free(s->template);
	jsonpath_free(s->path);
	free(s);
}

/* Values of one block as texts with spaces between them. */
static void values_print(struct buf *out, const struct vec *nodes)
{
	for (size_t i = 0; i < nodes->len; i++) {
		const cJSON *node = nodes->items[i];

		if (i)
			buf_putc(out, ' ');
		if (cJSON_IsObject(node) || cJSON_IsArray(node))
			json_print(out, node, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML | JSON_GO_NUMBERS);
		else if (cJSON_IsNull(node))
			buf_puts(out, "null");
		else
			go_value_format(out, node);
	}
}

/* Values of one block as an array: "[", each in lines of its own, "]". */
static void values_print_json(struct buf *out, const struct vec *nodes)
{
	_cleanup_json_ cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < nodes->len; i++)
		json_append(array, json_copy(nodes->items[i]));
	json_print(out, array, JSON_INDENT4 | JSON_SORT_KEYS | JSON_ESCAPE_HTML | JSON_GO_NUMBERS);
	buf_putc(out, '\n');
}

struct run {
	const struct state *state;
	struct buf *out;
};

static int block_print(void *ctx, const struct vec *nodes, struct error *err)
{
	const struct run *run = ctx;

	(void)err;
	if (run->state->as_json)
		values_print_json(run->out, nodes);
	else
		values_print(run->out, nodes);
	return 0;
}

/* Says what was asked of what, in kubectl's words. */
static int explain(const struct state *s, const cJSON *object, struct error *err)
{
	_cleanup_buf_ struct buf dump = BUF_INIT, quoted = BUF_INIT;
	_cleanup_free_ char *why = xstrdup(err->message);

	go_syntax_format(&dump, object);
	json_print_string(&quoted, s->template, JSON_COMPACT);
	return error_set(err, ERROR_OTHER,
			 "error executing jsonpath %s: Error executing template: %s. Printing more information for "
			 "debugging the template:\n\ttemplate was:\n\t\t%s\n\tobject given to jsonpath engine was:\n\t\t%s\n\n\n",
			 quoted.data, why, s->template, dump.data);
}

static int jsonpath_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
			  struct error *err)
{
	const struct state *s = p->state;
	struct run run = {.state = s, .out = out};
	size_t start = out->len;

	(void)r;
	if (!jsonpath_run(s->path, object, p->allow_missing_keys, block_print, &run, err))
		return 0;
	buf_truncate(out, start);
	return explain(s, object, err);
}

const struct printer_format format_jsonpath = {
	.name = "jsonpath",
	.takes_argument = true,
	.wraps_events = true,
	.open = open_template,
	.print = jsonpath_print,
	.close = state_close,
};

const struct printer_format format_jsonpath_as_json = {
	.name = "jsonpath-as-json",
	.takes_argument = true,
	.wraps_events = true,
	.open = open_as_json,
	.print = jsonpath_print,
	.close = state_close,
};

const struct printer_format format_jsonpath_file = {
	.name = "jsonpath-file",
	.takes_argument = true,
	.wraps_events = true,
	.open = open_file,
	.print = jsonpath_print,
	.close = state_close,
};
