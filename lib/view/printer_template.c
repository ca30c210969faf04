#include "base/file.h"
#include "data/gotemplate.h"
#include "data/gotext.h"
#include "view/printer_format.h"

#define TEMPLATE_LIMIT ((size_t)1 << 20)

/* The template as it was given, for messages, and as it was read. */
struct state {
	char *text;
	struct gotemplate *template;
};

static int template_open(struct printer *p, const char *text, struct error *err)
{
	struct state *s = NEW(struct state);

	p->state = s;
	s->text = xstrdup(text);
	if (gotemplate_parse(text, &s->template, err))
		return error_prefix(err, "error parsing template %s, ", text);
	return 0;
}

static int open_text(struct printer *p, struct error *err)
{
	return printer_require_template(p, err) ? -1 : template_open(p, p->argument, err);
}

static int open_file(struct printer *p, struct error *err)
{
	_cleanup_buf_ struct buf content = BUF_INIT;

	if (printer_require_template(p, err))
		return -1;
	if (file_read(p->argument, TEMPLATE_LIMIT, &content, err))
		return error_prefix(err, "error reading --template %s, ", p->argument);
	return template_open(p, content.data, err);
}

static void state_close(struct printer *p)
{
	struct state *s = p->state;

	if (!s)
		return;
	free(s->text);
	gotemplate_free(s->template);
	free(s);
}

/* What failed goes to both outputs, with all there is to find out why on the first. */
static int explain(const struct printer *p, struct buf *out, const cJSON *object, struct error *err)
{
	const struct state *s = p->state;
	_cleanup_buf_ struct buf quoted = BUF_INIT;

	buf_printf(out, "Error executing template: %s. Printing more information for debugging the template:\n",
	           err->message);
	buf_printf(out, "\ttemplate was:\n\t\t%s\n\traw data was:\n\t\t", s->text);
	json_print(out, object,
	           JSON_COMPACT | JSON_ESCAPE_HTML | JSON_GO_NUMBERS | (p->keeps_order ? 0 : JSON_SORT_KEYS));
	buf_puts(out, "\n\tobject given to template engine was:\n\t\t");
	go_value_format(out, object);
	buf_puts(out, "\n\n");
	go_quote(&quoted, s->text);
	return error_prefix(err, "error executing template %s: ", quoted.data);
}

static int template_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
                          struct error *err)
{
	const struct state *s = p->state;

	(void)r;
	if (gotemplate_run(s->template, object, p->allow_missing_keys, out, err))
		return explain(p, out, object, err);
	return 0;
}

#define TEMPLATE_FORMAT(label, opens)                                                                                  \
	{                                                                                                              \
		.name = (label), .takes_argument = true, .wraps_events = true, .open = (opens), .print = template_print, \
		.close = state_close                                                                                   \
	}

const struct printer_format format_go_template = TEMPLATE_FORMAT("go-template", open_text);
const struct printer_format format_go_template_file = TEMPLATE_FORMAT("go-template-file", open_file);
const struct printer_format format_template = TEMPLATE_FORMAT("template", open_text);
const struct printer_format format_templatefile = TEMPLATE_FORMAT("templatefile", open_file);
