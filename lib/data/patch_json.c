/* JSON patches (RFC 6902) with the errors that kubectl shows for them. */
#include "data/patch.h"

#include "data/patch_words.h"

/* ---- finding a place ---------------------------------------------------------- */

/* Where a JSON pointer (RFC 6901) leads: the object or list that holds it, and the last token. */
struct place {
	cJSON *parent;
	char *key;
};

static void place_release(struct place *place)
{
	free(place->key);
}
#define _cleanup_place_ _cleanup_(place_release)

/* Decodes one token: ~1 is a slash, ~0 a tilde. */
static char *token_decode(const char *token, size_t len)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	for (size_t i = 0; i < len; i++) {
		bool escape = token[i] == '~' && i + 1 < len && (token[i + 1] == '0' || token[i + 1] == '1');

		if (escape)
			buf_putc(&out, token[++i] == '1' ? '/' : '~');
		else
			buf_putc(&out, token[i]);
	}
	return buf_take(&out);
}

/* strconv.Atoi: an optional sign and digits, no more. */
static int index_parse(const char *text, long *ret, struct error *err)
{
	const char *digits = text + (*text == '-' || *text == '+');
	char *end;
	long value;

	if (!*digits || strspn(digits, "0123456789") != strlen(digits))
		return error_set(err, ERROR_PARSE, "strconv.Atoi: parsing \"%s\": invalid syntax", text);
	errno = 0;
	value = strtol(text, &end, 10);
	if (errno)
		return error_set(err, ERROR_PARSE, "strconv.Atoi: parsing \"%s\": value out of range", text);
	*ret = value;
	return 0;
}

/* The position that a token means in a list of count places; negative ones count from the end. */
static int index_find(const char *token, size_t count, size_t *ret, struct error *err)
{
	long index = 0;

	if (index_parse(token, &index, err))
		return -1;
	if (index >= (long)count || index < -(long)count)
		return error_set(err, ERROR_PARSE, "Unable to access invalid index: %ld: invalid index referenced",
				 index);
	*ret = (size_t)(index < 0 ? index + (long)count : index);
	return 0;
}

static cJSON *list_item(const cJSON *list, size_t index)
{
	cJSON *item = list->child;

	while (item && index--)
		item = item->next;
	return item;
}

/* What a token names in an object or list. */
static int place_get(const cJSON *parent, const char *key, cJSON **ret, struct error *err)
{
	size_t index;
	cJSON *node;

	if (json_is_array(parent)) {
		if (index_find(key, json_size(parent), &index, err))
			return -1;
		*ret = list_item(parent, index);
		return 0;
	}
	node = json_get(parent, key);
	if (!node)
		return error_set(err, ERROR_PARSE, "unable to get nonexistent key: %s: missing value", key);
	*ret = node;
	return 0;
}

/* Walks to the parent of what path names; false when it is not there. Text before the first slash does not count. */
static bool place_find(cJSON *document, const char *path, struct place *ret)
{
	const char *token = strchr(path, '/');
	cJSON *parent = document;

	while (token) {
		_cleanup_error_ struct error ignored = ERROR_INIT;
		const char *slash = strchr(++token, '/');
		_cleanup_free_ char *key = token_decode(token, slash ? (size_t)(slash - token) : strlen(token));

		if (!json_is_object(parent) && !json_is_array(parent))
			return false;
		if (!slash) {
			*ret = (struct place){.parent = parent, .key = TAKE_PTR(key)};
			return true;
		}
		if (place_get(parent, key, &parent, &ignored))
			return false;
		token = slash;
	}
	return false;
}

/* Links an item before another one of a list. cJSON 1.7.17 and Debian's 1.7.15 cannot do it past the first place. */
static void insert_before(cJSON *list, cJSON *next, cJSON *item)
{
	item->next = next;
	item->prev = next->prev;
	next->prev = item;
	if (next == list->child)
		list->child = item;
	else
		item->prev->next = item;
}

/* A copy that is no member of anything: an item with a name would print as a member. */
static cJSON *copy_nameless(const cJSON *node)
{
	cJSON *copy = json_copy(node);

	free(copy->string);
	copy->string = NULL;
	return copy;
}

/* Puts value (taken, without a name) at a place: a member is set, a list makes room. */
static int place_add(const struct place *place, cJSON *value, struct error *err)
{
	_cleanup_json_ cJSON *node = value;
	size_t index, count = json_size(place->parent);

	if (json_is_object(place->parent)) {
		json_set(place->parent, place->key, TAKE_PTR(node));
		return 0;
	}
	if (str_equal(place->key, "-")) {
		json_append(place->parent, TAKE_PTR(node));
		return 0;
	}
	if (index_find(place->key, count + 1, &index, err)) {
		if (strstr(err->message, "strconv"))
			error_prefix(err, "value was not a proper array index: '%s': ", place->key);
		return -1;
	}
	if (index == count)
		json_append(place->parent, TAKE_PTR(node));
	else
		insert_before(place->parent, list_item(place->parent, index), TAKE_PTR(node));
	return 0;
}

static int place_remove(const struct place *place, struct error *err)
{
	size_t index;

	if (json_is_array(place->parent)) {
		if (index_find(place->key, json_size(place->parent), &index, err))
			return -1;
		cJSON_Delete(cJSON_DetachItemViaPointer(place->parent, list_item(place->parent, index)));
		return 0;
	}
	if (!json_get(place->parent, place->key))
		return error_set(err, ERROR_PARSE, "unable to remove nonexistent key: %s: missing value", place->key);
	json_remove(place->parent, place->key);
	return 0;
}

/* ---- the operations ------------------------------------------------------------ */

struct operation {
	const char *path, *from;
	const cJSON *value; /* NULL: none was given */
};

static int run_add(cJSON **document, const struct operation *op, struct error *err)
{
	_cleanup_place_ struct place place = {0};

	if (!place_find(*document, op->path, &place))
		return error_set(err, ERROR_PARSE,
				 "add operation does not apply: doc is missing path: \"%s\": missing value", op->path);
	if (place_add(&place, copy_nameless(op->value), err))
		return error_prefix(err, "error in add for path: '%s': ", op->path);
	return 0;
}

static int run_remove(cJSON **document, const struct operation *op, struct error *err)
{
	_cleanup_place_ struct place place = {0};

	if (!place_find(*document, op->path, &place))
		return error_set(err, ERROR_PARSE,
				 "remove operation does not apply: doc is missing path: \"%s\": missing value",
				 op->path);
	if (place_remove(&place, err))
		return error_prefix(err, "error in remove for path: '%s': ", op->path);
	return 0;
}

static void replace_document(cJSON **document, const cJSON *value)
{
	/* the library overlooks a scalar here, without an error */
	if (!json_is_object(value) && !json_is_array(value))
		return;
	cJSON_Delete(*document);
	*document = copy_nameless(value);
}

static int run_replace(cJSON **document, const struct operation *op, struct error *err)
{
	_cleanup_place_ struct place place = {0};
	cJSON *old, *value;

	if (!*op->path) {
		replace_document(document, op->value);
		return 0;
	}
	if (!place_find(*document, op->path, &place))
		return error_set(err, ERROR_PARSE,
				 "replace operation does not apply: doc is missing path: %s: missing value", op->path);
	if (place_get(place.parent, place.key, &old, err))
		return error_set(err, ERROR_PARSE,
				 "replace operation does not apply: doc is missing key: %s: missing value", op->path);
	value = copy_nameless(op->value);
	if (json_is_object(place.parent))
		json_set(place.parent, place.key, value);
	else
		cJSON_ReplaceItemViaPointer(place.parent, old, value);
	return 0;
}

static int run_move(cJSON **document, const struct operation *op, struct error *err)
{
	_cleanup_place_ struct place from = {0}, to = {0};
	_cleanup_json_ cJSON *value = NULL;
	cJSON *node;

	if (!place_find(*document, op->from, &from))
		return error_set(err, ERROR_PARSE,
				 "move operation does not apply: doc is missing from path: %s: missing value",
				 op->from);
	if (place_get(from.parent, from.key, &node, err))
		return error_prefix(err, "error in move for path: '%s': ", from.key);
	value = copy_nameless(node);
	cJSON_Delete(cJSON_DetachItemViaPointer(from.parent, node));
	if (!place_find(*document, op->path, &to))
		return error_set(err, ERROR_PARSE,
				 "move operation does not apply: doc is missing destination path: %s: missing value",
				 op->path);
	if (place_add(&to, TAKE_PTR(value), err))
		return error_prefix(err, "error in move for path: '%s': ", op->path);
	return 0;
}

static int run_copy(cJSON **document, const struct operation *op, struct error *err)
{
	_cleanup_place_ struct place from = {0}, to = {0};
	cJSON *node;

	if (!place_find(*document, op->from, &from))
		return error_set(err, ERROR_PARSE,
				 "copy operation does not apply: doc is missing from path: %s: missing value",
				 op->from);
	if (place_get(from.parent, from.key, &node, err))
		return error_prefix(err, "error in copy for from: '%s': ", op->from);
	if (!place_find(*document, op->path, &to))
		return error_set(err, ERROR_PARSE,
				 "copy operation does not apply: doc is missing destination path: %s: missing value",
				 op->path);
	if (place_add(&to, copy_nameless(node), err))
		return error_prefix(err, "error while adding value during copy: ");
	return 0;
}

static int run_test(cJSON **document, const struct operation *op, struct error *err)
{
	_cleanup_place_ struct place place = {0};
	const cJSON *value = json_is_null(op->value) ? NULL : op->value;
	cJSON *node = *document;
	bool same;

	if (*op->path && !place_find(*document, op->path, &place))
		return error_set(err, ERROR_PARSE, "test operation does not apply: is missing path: %s: missing value",
				 op->path);
	/* a member that is not there passes for null, an index out of range does not */
	if (*op->path && place_get(place.parent, place.key, &node, err)) {
		if (json_is_array(place.parent))
			return error_prefix(err, "error in test for path: '%s': ", op->path);
		error_release(err);
		node = NULL;
	}
	node = json_is_null(node) ? NULL : node;
	same = node && value ? json_equal(node, value) : !node && !value;
	if (!same)
		return error_set(err, ERROR_PARSE, "testing value %s failed: test failed", op->path);
	return 0;
}

/* ---- the patch ------------------------------------------------------------------- */

static const struct verb {
	const char *name;
	bool needs_value, needs_from;
	int (*run)(cJSON **document, const struct operation *op, struct error *err);
} verbs[] = {
	{"add", true, false, run_add},        {"remove", false, false, run_remove},
	{"replace", true, false, run_replace}, {"move", false, true, run_move},
	{"copy", false, true, run_copy},      {"test", false, false, run_test},
};

static const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (str_equal(name, verbs[i].name))
			return &verbs[i];
	}
	return NULL;
}

/* A text member that must be there; what names it in the error of a missing one. */
static int pointer_read(const cJSON *entry, const char *key, const char *missing, const char **ret, struct error *err)
{
	const cJSON *node = json_get(entry, key);

	if (!node || json_is_null(node))
		return error_set(err, ERROR_PARSE, "failed to decode '%s': %s: missing value", key, missing);
	if (!json_is_string(node))
		return error_set(err, ERROR_PARSE,
				 "failed to decode '%s': json: cannot unmarshal %s into Go value of type string", key,
				 patch_words_json_type(node));
	*ret = node->valuestring;
	return 0;
}

static int operation_read(const cJSON *entry, const struct verb **ret_verb, struct operation *ret, struct error *err)
{
	const struct verb *verb = verb_find(json_string(entry, "op"));
	struct operation op = {.value = json_get(entry, "value")};

	if (!verb)
		return error_set(err, ERROR_PARSE, "unsupported operation");
	if (verb->needs_value && !op.value)
		return error_set(err, ERROR_PARSE,
				 "failed to decode 'value': operation, missing value field: missing value");
	if (verb->needs_from && pointer_read(entry, "from", "operation, missing from field", &op.from, err))
		return -1;
	if (pointer_read(entry, "path", "operation missing path field", &op.path, err))
		return -1;
	*ret = op;
	*ret_verb = verb;
	return 0;
}

/* The whole patch is checked before any of it is done. */
static int patch_check(const cJSON *patch, struct error *err)
{
	const cJSON *entry;
	size_t position = 0;

	if (!json_is_array(patch) && !json_is_null(patch))
		return error_set(err, ERROR_PARSE, "json: cannot unmarshal %s into Go value of type jsonpatch.Patch",
				 patch_words_json_type(patch));
	cJSON_ArrayForEach(entry, patch) {
		if (!json_is_object(entry) && !json_is_null(entry))
			return error_set(err, ERROR_PARSE,
					 "json: cannot unmarshal %s into Patch.%zu of type jsonpatch.Operation",
					 patch_words_json_type(entry), position);
		position++;
	}
	cJSON_ArrayForEach(entry, patch) {
		const struct verb *verb;
		struct operation op;

		if (operation_read(entry, &verb, &op, err)) {
			_cleanup_buf_ struct buf text = BUF_INIT;

			json_print(&text, entry, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
			return error_prefix(err, "invalid operation %s: ", text.data);
		}
	}
	return 0;
}

int patch_json_apply(cJSON **target, const cJSON *patch, struct error *err)
{
	_cleanup_json_ cJSON *document = NULL;
	const cJSON *entry;

	if (patch_check(patch, err))
		return -1;
	document = json_copy(*target);
	cJSON_ArrayForEach(entry, patch) {
		const struct verb *verb;
		struct operation op;

		if (operation_read(entry, &verb, &op, err) || verb->run(&document, &op, err))
			return -1;
	}
	cJSON_Delete(*target);
	*target = TAKE_PTR(document);
	return 0;
}
