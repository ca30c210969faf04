/* Reading, building and changing JSON trees. */
#include "data/json.h"

/* ---- reading -------------------------------------------------------------- */

cJSON *json_get(const cJSON *object, const char *key)
{
	if (!json_is_object(object))
		return NULL;
	for (cJSON *c = object->child; c; c = c->next) {
		if (c->string && !strcmp(c->string, key))
			return c;
	}
	return NULL;
}

static cJSON *path_get(const cJSON *object, va_list keys)
{
	const char *key = va_arg(keys, const char *);
	const cJSON *node = object;

	for (; key && node; key = va_arg(keys, const char *))
		node = json_get(node, key);
	return (cJSON *)(uintptr_t)node;
}

cJSON *json_path(const cJSON *object, ...)
{
	va_list keys;
	cJSON *node;

	va_start(keys, object);
	node = path_get(object, keys);
	va_end(keys);
	return node;
}

static const char *string_value(const cJSON *node)
{
	return json_is_string(node) ? node->valuestring : NULL;
}

const char *json_string(const cJSON *object, const char *key)
{
	return string_value(json_get(object, key));
}

const char *json_path_string(const cJSON *object, ...)
{
	va_list keys;
	const cJSON *node;

	va_start(keys, object);
	node = path_get(object, keys);
	va_end(keys);
	return string_value(node);
}

int64_t json_int(const cJSON *object, const char *key, int64_t fallback)
{
	json_node_int(json_get(object, key), &fallback);
	return fallback;
}

int64_t json_path_int(const cJSON *object, int64_t fallback, ...)
{
	va_list keys;

	va_start(keys, fallback);
	json_node_int(path_get(object, keys), &fallback);
	va_end(keys);
	return fallback;
}

bool json_bool(const cJSON *object, const char *key, bool fallback)
{
	const cJSON *node = json_get(object, key);

	if (node && cJSON_IsBool(node))
		return cJSON_IsTrue(node);
	return fallback;
}

size_t json_size(const cJSON *node)
{
	size_t n = 0;

	if (!json_is_object(node) && !json_is_array(node))
		return 0;
	for (const cJSON *c = node->child; c; c = c->next)
		n++;
	return n;
}

static int compare_members(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

const cJSON **json_sorted_members(const cJSON *object, size_t *ret_count)
{
	size_t n = json_size(object), i = 0;
	const cJSON **members = xcalloc(n, sizeof(*members));

	for (const cJSON *c = n ? object->child : NULL; c; c = c->next)
		members[i++] = c;
	if (n > 1)
		qsort(members, n, sizeof(*members), compare_members);
	*ret_count = n;
	return members;
}

/* ---- comparing -------------------------------------------------------------- */

static bool objects_equal(const cJSON *a, const cJSON *b)
{
	size_t n, m;
	_cleanup_free_ const cJSON **x = json_sorted_members(a, &n);
	_cleanup_free_ const cJSON **y = json_sorted_members(b, &m);

	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(x[i]->string, y[i]->string) || !json_equal(x[i], y[i]))
			return false;
	}
	return true;
}

static bool arrays_equal(const cJSON *a, const cJSON *b)
{
	const cJSON *x = a->child, *y = b->child;

	for (; x && y; x = x->next, y = y->next) {
		if (!json_equal(x, y))
			return false;
	}
	return !x && !y;
}

bool json_equal(const cJSON *a, const cJSON *b)
{
	if (a == b)
		return true;
	if (!a || !b || (a->type & 0xff) != (b->type & 0xff))
		return false;
	switch (a->type & 0xff) {
	case cJSON_Object:
		return objects_equal(a, b);
	case cJSON_Array:
		return arrays_equal(a, b);
	case cJSON_String:
		return !strcmp(a->valuestring, b->valuestring);
	case cJSON_Number:
		return json_numbers_equal(a, b);
	default:
		return true;
	}
}

/* ---- building --------------------------------------------------------------- */

static cJSON *new_node(int type)
{
	cJSON *node = NEW(cJSON);

	node->type = type;
	return node;
}

cJSON *json_new_object(void)
{
	return new_node(cJSON_Object);
}

cJSON *json_new_array(void)
{
	return new_node(cJSON_Array);
}

cJSON *json_new_null(void)
{
	return new_node(cJSON_NULL);
}

cJSON *json_new_bool(bool value)
{
	cJSON *node = new_node(value ? cJSON_True : cJSON_False);

	node->valueint = value;
	return node;
}

cJSON *json_new_string(const char *value)
{
	cJSON *node = new_node(cJSON_String);

	node->valuestring = xstrdup(value);
	return node;
}

void json_link(cJSON *parent, cJSON *child)
{
	cJSON *first = parent->child;

	child->next = NULL;
	if (!first) {
		parent->child = child->prev = child;
		return;
	}
	child->prev = first->prev;
	first->prev->next = child;
	first->prev = child;
}

cJSON *json_copy(const cJSON *node)
{
	cJSON *copy;

	if (!node)
		return NULL;
	copy = new_node(node->type & 0xff);
	copy->valueint = node->valueint;
	copy->valuedouble = node->valuedouble;
	copy->valuestring = xstrdup(node->valuestring);
	copy->string = xstrdup(node->string);
	for (const cJSON *c = node->child; c; c = c->next)
		json_link(copy, json_copy(c));
	return copy;
}

/* Renames a heap node that is in no object. */
static void set_key(cJSON *node, const char *key)
{
	if (node->string && !(node->type & cJSON_StringIsConst))
		free(node->string);
	node->type &= ~cJSON_StringIsConst;
	node->string = xstrdup(key);
}

void json_set(cJSON *object, const char *key, cJSON *value)
{
	cJSON *old = json_get(object, key);

	if (!value) {
		json_remove(object, key);
		return;
	}
	if (value == old)
		return;
	if (old) {
		/* key may be the old member's own name: replace frees it last */
		_cleanup_free_ char *name = xstrdup(key);

		set_key(value, name);
		cJSON_ReplaceItemViaPointer(object, old, value);
		return;
	}
	set_key(value, key);
	json_link(object, value);
}

void json_set_after(cJSON *object, const char *key, cJSON *value, const char *const *order)
{
	bool is_new = value && !json_get(object, key);
	cJSON *members = object->child, *next;

	if (!is_new || !members) {
		json_set(object, key, value);
		return;
	}
	/* the members anew: up to the last of those in order, then value, then the others */
	cJSON *last = NULL;

	for (cJSON *member = members; member; member = member->next)
		for (const char *const *name = order; *name; name++)
			if (!strcmp(*name, member->string))
				last = member;
	set_key(value, key);
	object->child = NULL;
	if (!last)
		json_link(object, value);
	for (cJSON *member = members; member; member = next) {
		next = member->next;
		json_link(object, member);
		if (member == last)
			json_link(object, value);
	}
}

void json_set_string(cJSON *object, const char *key, const char *value)
{
	json_set(object, key, value ? json_new_string(value) : NULL);
}

void json_set_int(cJSON *object, const char *key, int64_t value)
{
	json_set(object, key, json_new_int(value));
}

void json_set_bool(cJSON *object, const char *key, bool value)
{
	json_set(object, key, json_new_bool(value));
}

void json_remove(cJSON *object, const char *key)
{
	cJSON *old = json_get(object, key);

	if (old)
		cJSON_Delete(cJSON_DetachItemViaPointer(object, old));
}

static cJSON *ensure(cJSON *object, const char *key, int type)
{
	cJSON *node = json_get(object, key);

	if (!node || cJSON_IsNull(node)) {
		node = new_node(type);
		json_set(object, key, node);
	}
	return (node->type & 0xff) == type ? node : NULL;
}

cJSON *json_ensure_object(cJSON *object, const char *key)
{
	return ensure(object, key, cJSON_Object);
}

cJSON *json_ensure_array(cJSON *object, const char *key)
{
	return ensure(object, key, cJSON_Array);
}

void json_append(cJSON *array, cJSON *value)
{
	/* an item with a name would print as a member */
	if (value->string && !(value->type & cJSON_StringIsConst))
		free(value->string);
	value->string = NULL;
	json_link(array, value);
}

void json_append_string(cJSON *array, const char *value)
{
	json_append(array, json_new_string(value));
}

void json_sort_keys(cJSON *node)
{
	size_t n;
	const cJSON **members;

	for (cJSON *c = node->child; c; c = c->next)
		json_sort_keys(c);
	if (!json_is_object(node))
		return;
	members = json_sorted_members(node, &n);
	node->child = NULL;
	for (size_t i = 0; i < n; i++)
		json_link(node, (cJSON *)(uintptr_t)members[i]);
	free(members);
}

/* ---- literals ---------------------------------------------------------------- */

/* A string's escaped text without the quotes around it. */
static void put_escaped(struct buf *out, const char *s)
{
	_cleanup_buf_ struct buf quoted = BUF_INIT;

	json_print_string(&quoted, s, JSON_COMPACT);
	buf_add(out, quoted.data + 1, quoted.len - 2);
}

/* Writes one conversion; gives how much of the format it took, 0 for an unknown one. */
static size_t put_conversion(struct buf *out, const char *format, va_list *args)
{
	if (str_starts(format, "%s"))
		put_escaped(out, va_arg(*args, const char *));
	else if (str_starts(format, "%d"))
		buf_printf(out, "%d", va_arg(*args, int));
	else if (str_starts(format, "%%"))
		buf_putc(out, '%');
	else if (str_starts(format, "%lld")) {
		buf_printf(out, "%lld", va_arg(*args, long long));
		return 4;
	} else
		return 0;
	return 2;
}

cJSON *json_parse_literal(const char *format, ...)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *node = NULL;
	va_list args;

	va_start(args, format);
	while (*format) {
		size_t n = strcspn(format, "%");

		buf_add(&text, format, n);
		format += n;
		if (!*format)
			break;
		n = put_conversion(&text, format, &args);
		if (!n)
			abort();
		format += n;
	}
	va_end(args);
	if (json_parse(text.data, text.len, NULL, &node, &err))
		abort();
	return node;
}

void json_prune_nulls(cJSON *node)
{
	cJSON *next;

	for (cJSON *c = node->child; c; c = next) {
		next = c->next;
		if (json_is_object(node) && cJSON_IsNull(c))
			cJSON_Delete(cJSON_DetachItemViaPointer(node, c));
		else
			json_prune_nulls(c);
	}
}
