#include "base/base64.h"
#include "data/utf8.h"
#include "get/get.h"
#include "kube/neat.h"

/* kubec's own ways to show an object: a Secret's values as text (--decode), and only what people wrote (-o neat-yaml). */

static bool is_secret_type(const struct resource *r)
{
	return str_equal(r->name, "secrets") && !*r->group;
}

static bool is_secret(const cJSON *object)
{
	return str_equal(json_string(object, "kind"), "Secret") && str_equal(json_string(object, "apiVersion"), "v1");
}

int get_shape_check(struct get *g, struct error *err)
{
	size_t secrets = 0;

	if (!g->decode || !g->targets.len)
		return 0;
	for (size_t i = 0; i < g->targets.len; i++)
		secrets += is_secret_type(get_target(g, i)->resource);
	if (!secrets || (g->human && secrets < g->targets.len))
		return error_set(err, ERROR_USAGE, "--decode option can only be used with secrets");
	return 0;
}

/* Text that a person can read: no control characters but those of lines. */
static bool is_text(const struct buf *value)
{
	for (size_t i = 0; i < value->len; i++) {
		unsigned char c = (unsigned char)value->data[i];

		if ((c < ' ' && !strchr("\t\n\r", c)) || !c || c == 0x7f)
			return false;
	}
	return utf8_valid(value->data, value->len);
}

/* The text of a value of data; 1 where it is none, and stays base64. */
static int value_decode(const cJSON *value, struct buf *ret)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;

	if (json_is_string(value) && !base64_decode(ret, value->valuestring, &ignored) && is_text(ret))
		return 0;
	return 1;
}

static void secret_decode(struct get *g, cJSON *secret)
{
	cJSON *data = json_get(secret, "data"), *value;

	cJSON_ArrayForEach(value, data) {
		_cleanup_buf_ struct buf text = BUF_INIT;

		if (!value_decode(value, &text)) {
			free(value->valuestring);
			value->valuestring = buf_take(&text);
		} else if (json_is_string(value)) {
			fprintf(g->inv->err, "secret/%s: %s is not text (%zu bytes) and stays base64\n",
				json_path_string(secret, "metadata", "name", NULL), value->string, text.len);
		}
	}
}

void get_shape(struct get *g, cJSON *object)
{
	if (g->neat)
		object_neaten(object);
	if (g->decode && !g->human && is_secret(object))
		secret_decode(g, object);
}

static void value_show(struct buf *out, const cJSON *value)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (value_decode(value, &text)) {
		buf_printf(out, "%s (base64):  %s\n", value->string, json_is_string(value) ? value->valuestring : "");
		return;
	}
	if (!strchr(text.data, '\n')) {
		buf_printf(out, "%s:  %s\n", value->string, text.data);
		return;
	}
	buf_printf(out, "%s:\n", value->string);
	for (const char *line = text.data; *line;) {
		size_t n = strcspn(line, "\n");

		buf_printf(out, "  %.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
}

void get_show_secret(struct get *g, const cJSON *secret, struct buf *out)
{
	const char *type = json_string(secret, "type");
	const cJSON **values;
	size_t n = 0;

	buf_puts(out, g->shown++ ? "\n\n" : "");
	if (g->inv->context)
		buf_printf(out, "Context:    %s\n", g->inv->context);
	buf_printf(out, "Name:       %s\nNamespace:  %s\nType:       %s\n\nData\n====\n",
		   json_path_string(secret, "metadata", "name", NULL),
		   json_path_string(secret, "metadata", "namespace", NULL), type ? type : "");
	values = json_sorted_members(json_get(secret, "data"), &n);
	for (size_t i = 0; i < n; i++)
		value_show(out, values[i]);
	free(values);
}
