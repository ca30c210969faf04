#include "kube/list_reader.h"

#define BETWEEN " \t\r\n,:"

enum step { STEP_FAILED = -1, STEP_WAIT, STEP_ON };

static enum step no_list(struct error *err)
{
	error_set(err, ERROR_PARSE, "the answer is not a list");
	return STEP_FAILED;
}

/* A value that is not an item: a key, or what stands at one. Takes it. */
static enum step take_member(struct list_reader *r, cJSON *value, struct error *err)
{
	const char *token;

	if (!r->key) {
		r->key = json_is_string(value) ? xstrdup(value->valuestring) : NULL;
		cJSON_Delete(value);
		return r->key ? STEP_ON : no_list(err);
	}
	token = json_string(value, "continue");
	if (!strcmp(r->key, "metadata") && !str_empty(token)) {
		free(r->continued);
		r->continued = xstrdup(token);
	}
	r->has_items |= !strcmp(r->key, "items") && cJSON_IsNull(value);
	free(TAKE_PTR(r->key));
	cJSON_Delete(value);
	return STEP_ON;
}

/* The value at the start of text, when it is all there. */
static enum step take_value(struct list_reader *r, const char *text, size_t len, size_t *ret_used, struct error *err)
{
	cJSON *value;
	int failed;

	if (json_parse_prefix(text, len, NULL, &value, ret_used, err))
		return STEP_FAILED;
	if (!value) {
		r->enough = 2 * len; /* so that a long one is not read again for every piece of it */
		return STEP_WAIT;
	}
	if (r->state != LIST_ITEMS)
		return take_member(r, value, err);
	failed = r->item(r->ctx, value, text, *ret_used, err);
	cJSON_Delete(value);
	return failed ? STEP_FAILED : STEP_ON;
}

/* A brace or bracket of the list itself. */
static bool take_sign(struct list_reader *r, char c)
{
	if (r->state == LIST_BEGIN && c == '{') {
		r->state = LIST_MEMBERS;
	} else if (r->state == LIST_MEMBERS && c == '}' && !r->key) {
		r->state = LIST_END;
	} else if (r->state == LIST_MEMBERS && c == '[' && r->key && !strcmp(r->key, "items")) {
		r->state = LIST_ITEMS;
		r->has_items = true;
	} else if (r->state == LIST_ITEMS && c == ']') {
		r->state = LIST_MEMBERS;
		free(TAKE_PTR(r->key));
	} else {
		return false;
	}
	return true;
}

static enum step take_next(struct list_reader *r, size_t *at, struct error *err)
{
	const char *text;
	enum step step;
	size_t used;

	*at += strspn(r->pending.data + *at, BETWEEN);
	text = r->pending.data + *at;
	if (*at == r->pending.len)
		return STEP_WAIT;
	if (take_sign(r, *text)) {
		++*at;
		return STEP_ON;
	}
	if (r->state == LIST_BEGIN || r->state == LIST_END)
		return no_list(err);
	step = take_value(r, text, r->pending.len - *at, &used, err);
	*at += step == STEP_ON ? used : 0;
	return step;
}

static int take_all(struct list_reader *r, struct error *err)
{
	enum step step;
	size_t at = 0;

	r->enough = 0;
	while ((step = take_next(r, &at, err)) == STEP_ON)
		;
	memmove(r->pending.data, r->pending.data + at, r->pending.len - at);
	buf_truncate(&r->pending, r->pending.len - at);
	return step == STEP_FAILED ? -1 : 0;
}

int list_reader_feed(struct list_reader *r, const char *data, size_t len, struct error *err)
{
	buf_add(&r->pending, data, len);
	return r->pending.len < r->enough ? 0 : take_all(r, err);
}

int list_reader_end(struct list_reader *r, char **ret_continue, struct error *err)
{
	if (take_all(r, err))
		return -1;
	if (r->state != LIST_END || !r->has_items)
		return no_list(err);
	*ret_continue = TAKE_PTR(r->continued);
	return 0;
}

void list_reader_release(struct list_reader *r)
{
	buf_release(&r->pending);
	free(TAKE_PTR(r->key));
	free(TAKE_PTR(r->continued));
}
