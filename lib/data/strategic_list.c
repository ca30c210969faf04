/* Strategic merge: the order and the identity of list items. */
#include "data/strategic.h"

#include "data/patch_words.h"

/* ---- values ---------------------------------------------------------------------- */

int value_type(const cJSON *node)
{
	int type = node ? node->type & 0xff : cJSON_NULL;

	return type == cJSON_False ? cJSON_True : type;
}

bool value_same(const cJSON *a, const cJSON *b)
{
	if (value_type(a) == cJSON_NULL || value_type(b) == cJSON_NULL)
		return value_type(a) == value_type(b);
	return json_equal(a, b);
}

int error_bad_type(struct error *err, const char *expected, const cJSON *actual)
{
	return error_set(err, ERROR_PARSE, "expected a %s, but received a %s", expected,
			 patch_words_go_type(actual));
}

int error_no_merge_key(struct error *err, const cJSON *item, const char *merge_key)
{
	_cleanup_free_ char *text = patch_words_text(item);

	return error_set(err, ERROR_PARSE, "map: %s does not contain declared merge key: %s", text, merge_key);
}

int error_bad_directive(struct error *err, const cJSON *directive, const cJSON *item)
{
	_cleanup_free_ char *text = patch_words_text(item);
	_cleanup_free_ char *value = patch_words_text(directive);

	if (json_is_null(directive))
		return error_set(err, ERROR_PARSE, "unknown patch type: %%!s(<nil>) in map: %s", text);
	if (!json_is_string(directive))
		return error_set(err, ERROR_PARSE, "unknown patch type: %%!s(%s=%s) in map: %s",
				 patch_words_go_type(directive), value, text);
	return error_set(err, ERROR_PARSE, "unknown patch type: %s in map: %s", value, text);
}

/* ---- items ------------------------------------------------------------------------- */

/* A vec holds plain pointers; what it points to is not changed through it here. */
static void vec_add_node(struct vec *items, const cJSON *node)
{
	vec_add(items, (void *)(uintptr_t)node);
}

void list_items(const cJSON *list, struct vec *items)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list) {
		vec_add_node(items, item);
	}
}

static int error_mixed_types(struct error *err, const cJSON *a, const cJSON *b)
{
	_cleanup_free_ char *x = a ? patch_words_text(a) : xstrdup("[]");
	_cleanup_free_ char *y = b ? patch_words_text(b) : xstrdup("[]");

	return error_set(err, ERROR_PARSE, "list element types are not identical: [%s %s]", x, y);
}

int list_type(const cJSON *a, const cJSON *b, int *ret, struct error *err)
{
	_cleanup_vec_ struct vec items = VEC_INIT;

	list_items(a, &items);
	list_items(b, &items);
	if (!items.len)
		return error_set(err, ERROR_PARSE, "no elements in any of the given slices");
	if (json_is_array(list_at(&items, 0)))
		return error_set(err, ERROR_PARSE, "lists of lists are not supported");
	for (size_t i = 0; i < items.len; i++) {
		int type = value_type(list_at(&items, i));

		if (type == cJSON_NULL || type != value_type(list_at(&items, 0)))
			return error_mixed_types(err, a, b);
	}
	*ret = value_type(list_at(&items, 0));
	return 0;
}

const cJSON *list_identity(const cJSON *item, const struct list_identity *by)
{
	return by->objects ? json_get(item, by->key) : item;
}

ptrdiff_t list_find(const struct vec *items, const cJSON *identity, const struct list_identity *by)
{
	for (size_t i = 0; i < items->len; i++) {
		if (value_same(list_identity(list_at(items, i), by), identity))
			return (ptrdiff_t)i;
	}
	return -1;
}

void list_identities(const struct vec *items, const struct list_identity *by, struct vec *identities)
{
	for (size_t i = 0; i < items->len; i++)
		vec_add_node(identities, list_identity(list_at(items, i), by));
}

int list_check_keys(const struct vec *items, const char *merge_key, struct error *err)
{
	for (size_t i = 0; i < items->len; i++) {
		const cJSON *item = list_at(items, i);

		if (!json_is_object(item))
			return error_bad_type(err, GO_MAP, item);
		if (!json_get(item, merge_key))
			return error_no_merge_key(err, item, merge_key);
	}
	return 0;
}

/* ---- order --------------------------------------------------------------------------- */

struct texted {
	void *item;
	char *text;
};

void list_sort(struct vec *items, const struct list_identity *by)
{
	_cleanup_free_ struct texted *rows = xcalloc(items->len + 1, sizeof(*rows));

	/*
	 * An insertion sort that moves an item before its equals: Go's sort does
	 * so with the comparison in use there, and pairs of a repeated key
	 * (a port for TCP and UDP) depend on it.
	 */
	for (size_t i = 0; i < items->len; i++) {
		struct texted row = {items->items[i], patch_words_text(list_identity(list_at(items, i), by))};
		size_t j = i;

		for (; j > 0 && strcmp(row.text, rows[j - 1].text) <= 0; j--)
			rows[j] = rows[j - 1];
		rows[j] = row;
	}
	for (size_t i = 0; i < items->len; i++) {
		items->items[i] = rows[i].item;
		free(rows[i].text);
	}
}

void list_unique(struct vec *items)
{
	for (size_t i = 0; i < items->len; i++) {
		for (size_t j = i + 1; j < items->len; j++) {
			if (!value_same(list_at(items, i), list_at(items, j)))
				continue;
			items->items[j--] = items->items[items->len - 1];
			items->len--;
		}
	}
}

static ptrdiff_t identity_rank(const struct vec *order, const cJSON *identity)
{
	for (size_t i = 0; i < order->len; i++) {
		if (value_same(list_at(order, i), identity))
			return (ptrdiff_t)i;
	}
	return -1;
}

static bool is_deletion(const cJSON *item)
{
	return str_equal(json_string(item, DIRECTIVE_PATCH), "delete");
}

struct ranked {
	void *item;
	ptrdiff_t rank; /* -1: not in the order */
};

/* An item that the order does not know goes before whatever it meets, as it does in Go. */
static bool goes_before(ptrdiff_t a, ptrdiff_t b)
{
	return a < 0 || b < 0 || a < b;
}

void list_order(struct vec *items, const struct vec *order, const struct list_identity *by)
{
	_cleanup_free_ struct ranked *rows = xcalloc(items->len + 1, sizeof(*rows));
	_cleanup_vec_ struct vec deletions = VEC_INIT;
	size_t n = 0;

	for (size_t i = 0; i < items->len; i++) {
		cJSON *item = list_at(items, i);
		struct ranked row = {item, identity_rank(order, list_identity(item, by))};
		size_t j = n;

		if (by->objects && is_deletion(item)) {
			vec_add(&deletions, item);
			continue;
		}
		for (; j > 0 && goes_before(row.rank, rows[j - 1].rank); j--)
			rows[j] = rows[j - 1];
		rows[j] = row;
		n++;
	}
	for (size_t i = 0; i < n; i++)
		items->items[i] = rows[i].item;
	for (size_t i = 0; i < deletions.len; i++)
		items->items[n + i] = deletions.items[i];
}

/* Takes from the server's items as long as they come before the next wanted one. */
static void interleave(const struct vec *others, const struct vec *wanted, const struct vec *server,
		       const struct list_identity *by, struct vec *result)
{
	size_t i = 0, j = 0;

	while (i < others->len || j < wanted->len) {
		ptrdiff_t a = -1, b = -1;

		if (i < others->len && j < wanted->len) {
			a = identity_rank(server, list_identity(list_at(others, i), by));
			b = identity_rank(server, list_identity(list_at(wanted, j), by));
		}
		if (j >= wanted->len || (i < others->len && a >= 0 && b >= 0 && a < b))
			vec_add(result, others->items[i++]);
		else
			vec_add(result, wanted->items[j++]);
	}
}

void list_arrange(struct vec *items, const struct vec *wanted, const struct vec *server,
		  const struct list_identity *by)
{
	_cleanup_vec_ struct vec named = VEC_INIT, others = VEC_INIT;

	for (size_t i = 0; i < items->len; i++) {
		bool is_named = identity_rank(wanted, list_identity(list_at(items, i), by)) >= 0;

		vec_add(is_named ? &named : &others, items->items[i]);
	}
	list_order(&named, wanted, by);
	list_order(&others, server, by);
	items->len = 0;
	interleave(&others, &named, server, by, items);
}
