#include "kube/condition.h"

#include <strings.h>

#include "data/gotext.h"
#include "data/jsonpath.h"

struct condition {
	enum condition_kind kind;
	char *text;
	char *name;           /* of a status condition */
	char *value;          /* NULL: any value of the path */
	struct jsonpath *path;
};

void condition_free(struct condition *c)
{
	if (!c)
		return;
	free(c->text);
	free(c->name);
	free(c->value);
	jsonpath_free(c->path);
	free(c);
}
DEFINE_CLEANUP(struct condition *, condition_free);

enum condition_kind condition_kind(const struct condition *c)
{
	return c->kind;
}

const char *condition_text(const struct condition *c)
{
	return c->text;
}

/* ---- reading ------------------------------------------------------------------- */

/* The parts between single "="; a double one stands for itself. */
static void split_path(const char *text, struct vec *ret)
{
	_cleanup_buf_ struct buf part = BUF_INIT;

	for (; *text; text++) {
		if (str_starts(text, "==")) {
			buf_puts(&part, "==");
			text++;
		} else if (*text == '=') {
			vec_add_string(ret, part.data);
			buf_clear(&part);
		} else {
			buf_putc(&part, *text);
		}
	}
	vec_add_string(ret, part.data);
}

static char *unquoted(const char *text)
{
	size_t n;

	text += strspn(text, "'\"");
	n = strlen(text);
	while (n && strchr("'\"", text[n - 1]))
		n--;
	return xstrndup(text, n);
}

static int parse_path(struct condition *c, const char *text, struct error *err)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	_cleanup_free_ char *path = NULL;

	split_path(text, &parts);
	if (parts.len > 2)
		return error_set(err, ERROR_OTHER,
				 "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
				 "--for=jsonpath='{.status.readyReplicas}'");
	if (*vec_string(&parts, 0) && jsonpath_relaxed(vec_string(&parts, 0), &path, err))
		return error_set(err, ERROR_OTHER, "%s", err->message);
	if (parts.len == 2)
		c->value = unquoted(vec_string(&parts, 1));
	if (c->value && !*c->value)
		return error_set(err, ERROR_OTHER,
				 "jsonpath wait has to have a value after equal sign, like "
				 "--for=jsonpath='{.status.readyReplicas}'=3");
	if (!path)
		return error_set(err, ERROR_OTHER, "jsonpath expression cannot be empty");
	return jsonpath_parse(path, &c->path, err);
}

static void parse_status(struct condition *c, const char *text)
{
	const char *equals = strchr(text, '=');

	c->name = equals ? xstrndup(text, (size_t)(equals - text)) : xstrdup(text);
	c->value = xstrdup(equals ? equals + 1 : "true");
}

int condition_parse(const char *text, struct condition **ret, struct error *err)
{
	_cleanup_(condition_free_p) struct condition *c = NEW(struct condition);
	_cleanup_buf_ struct buf quoted = BUF_INIT;

	c->text = xstrdup(text);
	if (!strcasecmp(text, "delete")) {
		c->kind = CONDITION_DELETE;
	} else if (!strcasecmp(text, "create")) {
		c->kind = CONDITION_CREATE;
	} else if (str_starts(text, "condition=")) {
		c->kind = CONDITION_STATUS;
		parse_status(c, text + strlen("condition="));
	} else if (str_starts(text, "jsonpath=")) {
		c->kind = CONDITION_JSONPATH;
		if (parse_path(c, text + strlen("jsonpath="), err))
			return -1;
	} else {
		go_quote(&quoted, text);
		return error_set(err, ERROR_OTHER, "unrecognized condition: %s", quoted.data);
	}
	*ret = TAKE_PTR(c);
	return 0;
}

/* ---- looking -------------------------------------------------------------------- */

/* A condition may be of an older generation than the object is. */
static bool is_outdated(const cJSON *object, const cJSON *status)
{
	int64_t generation = 0, observed = 0;
	bool known = json_node_int(json_get(status, "observedGeneration"), &observed) ||
		     json_node_int(json_path(object, "status", "observedGeneration", NULL), &observed);

	return known && json_node_int(json_path(object, "metadata", "generation", NULL), &generation) &&
	       observed < generation;
}

/* A list that is none is told as Go tells it of what it decoded. */
static int check_list(const cJSON *list, struct error *err)
{
	_cleanup_buf_ struct buf value = BUF_INIT;
	const char *type = json_is_object(list)	  ? "map[string]interface {}"
			   : json_is_string(list) ? "string"
			   : json_is_number(list) ? "int64"
			   : cJSON_IsBool(list)	  ? "bool"
						  : "<nil>";

	if (!list || json_is_array(list))
		return 0;
	go_value_format(&value, list);
	return error_set(err, ERROR_OTHER,
			 ".status.conditions accessor error: %s is of the type %s, expected []interface{}", value.data, type);
}

static int check_status(const struct condition *c, const cJSON *object, bool *ret_met, struct error *err)
{
	const cJSON *list = json_path(object, "status", "conditions", NULL), *status;

	*ret_met = false;
	if (check_list(list, err))
		return -1;
	cJSON_ArrayForEach(status, list)
	{
		const char *name = json_string(status, "type"), *value = json_string(status, "status");

		if (!name || !value || strcasecmp(name, c->name))
			continue;
		*ret_met = !is_outdated(object, status) && !strcasecmp(value, c->value);
		return 0;
	}
	return 0;
}

struct found {
	const cJSON *node;
	size_t blocks, first_count;
};

static int take_result(void *ctx, const struct vec *nodes, struct error *err)
{
	struct found *f = ctx;

	(void)err;
	if (!f->blocks++) {
		f->first_count = nodes->len;
		f->node = nodes->len ? nodes->items[0] : NULL;
	}
	return 0;
}

/* Without the white space around it. */
static bool same_text(const char *a, const char *b)
{
	static const char space[] = " \t\n\v\f\r";
	size_t n, m;

	a += strspn(a, space);
	b += strspn(b, space);
	for (n = strlen(a); n && strchr(space, a[n - 1]); n--)
		;
	for (m = strlen(b); m && strchr(space, b[m - 1]); m--)
		;
	return n == m && !memcmp(a, b, n);
}

static int check_path(const struct condition *c, const cJSON *object, bool *ret_met, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct found f = {0};

	*ret_met = false;
	if (jsonpath_run(c->path, object, true, take_result, &f, err))
		return -1;
	if (!f.first_count)
		return 0;
	if (f.blocks > 1)
		return error_set(err, ERROR_OTHER, "given jsonpath expression matches more than one list");
	if (f.first_count > 1)
		return error_set(err, ERROR_OTHER, "given jsonpath expression matches more than one value");
	if (c->value && (json_is_object(f.node) || json_is_array(f.node)))
		return error_set(err, ERROR_OTHER, "jsonpath leads to a nested object or list which is not supported");
	if (c->value)
		go_value_format(&text, f.node);
	*ret_met = !c->value || same_text(text.data, c->value);
	return 0;
}

int condition_check(const struct condition *c, const cJSON *object, bool *ret_met, struct error *err)
{
	switch (c->kind) {
	case CONDITION_STATUS:
		return check_status(c, object, ret_met, err);
	case CONDITION_JSONPATH:
		return check_path(c, object, ret_met, err);
	default:
		*ret_met = c->kind == CONDITION_CREATE;
		return 0;
	}
}
