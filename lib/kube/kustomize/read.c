#include <ctype.h>

#include "data/yaml.h"
#include "kube/kustomize/internal.h"

/* Texts to objects. */

/* The members of a map of texts as Go's %v prints them. */
static void put_go_map(struct buf *out, const cJSON *map)
{
	size_t n = 0;
	_cleanup_free_ const cJSON **members = json_is_object(map) ? json_sorted_members(map, &n) : NULL;

	buf_puts(out, "map[");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s:%s", i ? " " : "", members[i]->string, scalar_text(members[i]));
	buf_putc(out, ']');
}

static int fail_metadata(const cJSON *object, const char *missing, struct error *err)
{
	const cJSON *metadata = json_get(object, "metadata");
	_cleanup_buf_ struct buf text = BUF_INIT;

	buf_printf(&text, "{{%s %s} {{%s %s} ", scalar_text(json_get(object, "apiVersion")), object_kind(object),
		   object_name(object), object_namespace(object));
	put_go_map(&text, json_get(metadata, "labels"));
	buf_putc(&text, ' ');
	put_go_map(&text, json_get(metadata, "annotations"));
	return error_set(err, ERROR_OTHER, "missing %s in object %s}}", missing, text.data);
}

static int check_metadata(const cJSON *object, struct error *err)
{
	static const char *const members[] = {"name", "namespace", "labels", "annotations"};
	const char *kind = json_is_object(object) ? object_kind(object) : "";
	bool any = json_is_object(object) && ( *kind || !node_is_empty(json_get(object, "apiVersion")));

	for (size_t i = 0; json_is_object(object) && i < ARRAY_SIZE(members); i++)
		any |= !node_is_empty(json_path(object, "metadata", members[i], NULL));
	if (!any)
		return error_set(err, ERROR_OTHER, "missing Resource metadata");
	if (!*kind)
		return fail_metadata(object, "kind", err);
	if (!str_ends(kind, "List") && !*object_name(object))
		return fail_metadata(object, "metadata.name", err);
	return 0;
}

/* ---- documents -------------------------------------------------------------------------------- */

/* The next line that begins with "---" and is not the first; its end. */
static const char *find_separator(const char *p, const char *end, const char **ret_next)
{
	for (; (p = memchr(p, '\n', (size_t)(end - p))); p++) {
		const char *line_end = memchr(p + 1, '\n', (size_t)(end - p - 1));

		if (end - p < 5 || memcmp(p + 1, "---", 3) || !line_end)
			continue;
		*ret_next = line_end + 1;
		return p;
	}
	return NULL;
}

static int check_separator(const char *line, const char *next, struct error *err)
{
	const char *rest = line + 4;

	while (rest < next && isspace((unsigned char)*rest))
		rest++;
	if (rest == next || *rest == '#')
		return 0;
	return error_set(err, ERROR_OTHER, "invalid document separator: %.*s", (int)(next - line - 2), line + 1);
}

/* A key that is there twice is told in the end, when the object is printed: it may be patched away till then. */
static int add_document(const char *text, size_t len, struct vec *items, struct error *err)
{
	_cleanup_error_ struct error twice = ERROR_INIT;
	struct resource_item *item;
	cJSON *object = NULL;
	size_t blank = 0;

	/* lines of what is there twice are those of the object as it would be printed */
	while (len > blank && text[blank] == '\n')
		blank++;
	if (yaml_parse_core(text + blank, len - blank, true, &object, &twice) && yaml_parse_core(text, len, false, &object, err))
		return error_prefix(err, "MalformedYAMLError: ");
	if (node_is_empty(object)) {
		cJSON_Delete(object);
		return 0;
	}
	item = item_new(object);
	item->fault = TAKE_PTR(twice.message);
	vec_add(items, item);
	return 0;
}

/* "List" alone in its text is its items. */
static void unwrap_list(struct vec *queue)
{
	struct resource_item *list = queue->items[0];
	cJSON *items = json_get(list->object, "items"), *item;

	if ((strcmp(object_kind(list->object), "List") && strcmp(object_kind(list->object), "ResourceList")) || !items)
		return;
	queue->len = 0;
	while ((item = items->child)) {
		cJSON_DetachItemViaPointer(items, item);
		vec_add(queue, item_new(item));
	}
	item_free(list);
}

static char *without_carriage_returns(const char *text, size_t len, size_t *ret_len)
{
	char *copy = xmalloc(len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] != '\r' || i + 1 == len || text[i + 1] != '\n')
			copy[n++] = text[i];
	copy[n] = '\0';
	*ret_len = n;
	return copy;
}

static int parse_documents(const char *text, size_t len, struct vec *queue, struct error *err)
{
	_cleanup_free_ char *unix_text = without_carriage_returns(text, len, &len);
	const char *p = unix_text, *end = p + len, *next, *separator;
	bool single = true;

	while ((separator = find_separator(p, end, &next))) {
		if (check_separator(separator, next, err) || add_document(p, (size_t)(separator + 1 - p), queue, err))
			return -1;
		single = false;
		p = next;
	}
	if (add_document(p, (size_t)(end - p), queue, err))
		return -1;
	if (single && queue->len == 1)
		unwrap_list(queue);
	items_drop_empty(queue);
	return 0;
}

/* ---- objects ------------------------------------------------------------------------------------- */

/* Kinds of lists give their items to the end of the queue. */
static int unfold_list(struct resource_item *taken, struct vec *queue, struct error *err)
{
	_cleanup_(item_free_p) struct resource_item *list = taken;
	cJSON *items = json_get(list->object, "items"), *item;

	if (json_is_null(items))
		return 0;
	if (!json_is_array(items))
		return error_set(err, ERROR_OTHER, "expected array in %s/items, but found %s", object_kind(list->object),
				 json_is_object(items)	 ? "map[string]interface {}"
				 : json_is_string(items) ? "string"
							 : "int");
	while ((item = items->child)) {
		cJSON_DetachItemViaPointer(items, item);
		if (node_is_empty(item)) {
			cJSON_Delete(item);
			continue;
		}
		vec_add(queue, item_new(item));
		if (check_metadata(item, err))
			return -1;
	}
	return 0;
}

int items_parse(const char *text, size_t len, struct vec *ret, struct error *err)
{
	_cleanup_vec_ struct vec queue = VEC_OWNING(item_free), items = VEC_OWNING(item_free);

	if (parse_documents(text, len, &queue, err))
		return -1;
	for (size_t i = 0; i < queue.len; i++)
		if (check_metadata(((struct resource_item *)queue.items[i])->object, err))
			return -1;
	for (size_t i = 0; i < queue.len; i++) {
		struct resource_item *item = queue.items[i];

		queue.items[i] = NULL;
		if (!str_ends(object_kind(item->object), "List") || !json_get(item->object, "items"))
			vec_add(&items, item);
		else if (unfold_list(item, &queue, err))
			return -1;
	}
	for (size_t i = 0; i < items.len; i++)
		vec_add(ret, items.items[i]);
	items.len = 0;
	return 0;
}

int items_read(const struct loader *l, const char *path, struct vec *ret, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (loader_read(l, path, &text, err))
		return -1;
	if (!items_parse(text.data, text.len, ret, err))
		return 0;
	if (strstr(err->message, "MalformedYAMLError")) {
		_cleanup_free_ char *message = xstrdup(err->message);

		error_set(err, ERROR_OTHER, "%s in File: %s", message, path);
	}
	return -1;
}
