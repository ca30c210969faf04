#include <ctype.h>

#include "data/utf8.h"
#include "data/yaml.h"
#include "kube/manifest.h"

/*
 * Text to objects as kubectl's reader does it (k8s.io/apimachinery
 * pkg/util/yaml, k8s.io/cli-runtime pkg/resource): a text that begins with "{"
 * is a stream of JSON values, and YAML documents when that fails early; anything
 * else is YAML documents between lines of "---".
 */
struct parse {
	const char *text; /* all of it, UTF-8 */
	size_t len;
	size_t at;    /* how much was read */
	size_t line;  /* the line at */
	size_t count; /* documents read */
	const char *source;
	const struct manifest_options *options;
	struct vec *objects, *errors;
};

static void advance(struct parse *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p->line += p->text[p->at + i] == '\n';
	p->at += n;
}

/* ---- what a document must be --------------------------------------------------------- */

/* Go's name for the type of a JSON value. */
static const char *type_name(const cJSON *node)
{
	return cJSON_IsBool(node)     ? "bool"
	       : cJSON_IsNumber(node) ? "number"
	       : cJSON_IsString(node) ? "string"
	       : cJSON_IsArray(node)  ? "array"
				      : "object";
}

/* Adds what is wrong with the member: "NAME not set", "NAME isn't string type". */
static void check_member(struct vec *wrong, const cJSON *object, const char *name)
{
	const cJSON *node = json_get(object, name);

	if (!node || json_is_null(node))
		vec_add(wrong, xasprintf("%s not set", name));
	else if (!json_is_string(node))
		vec_add(wrong, xasprintf("%s isn't string type", name));
}

/* True for one that Go cannot take apart: a/b/c. */
static bool api_version_broken(const cJSON *object)
{
	const char *text = json_string(object, "apiVersion"), *slash = text ? strchr(text, '/') : NULL;

	return slash && strchr(slash + 1, '/');
}

static void check_api_version(struct vec *wrong, const cJSON *object)
{
	const char *text = json_string(object, "apiVersion");

	check_member(wrong, object, "apiVersion");
	if (api_version_broken(object))
		vec_add(wrong, xasprintf("unexpected GroupVersion string: %s", text));
}

static void check_object(struct vec *wrong, const cJSON *object)
{
	if (!json_is_object(object)) {
		vec_add_string(wrong, "invalid object to validate");
		return;
	}
	check_api_version(wrong, object);
	check_member(wrong, object, "kind");
}

/* Each text once, as Go tells of several errors. */
static int add_wrong(struct parse *p, const struct vec *wrong)
{
	_cleanup_vec_ struct vec texts = VEC_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	for (size_t i = 0; i < wrong->len; i++) {
		if (vec_has_string(&texts, vec_string(wrong, i)))
			continue;
		buf_printf(&text, "%s%s", texts.len ? ", " : "", vec_string(wrong, i));
		vec_add(&texts, wrong->items[i]);
	}
	return errors_add(p->errors, ERROR_PARSE,
			  "error validating \"%s\": error validating data: %s%s%s; if you choose to ignore these errors, "
			  "turn validation off with --validate=false",
			  p->source, texts.len > 1 ? "[" : "", text.data, texts.len > 1 ? "]" : "");
}

/* What kubectl checks itself, before a server validates the fields or where it does not. */
static int validate_document(struct parse *p, const cJSON *document)
{
	_cleanup_vec_ struct vec wrong = VEC_OF_STRINGS;
	_cleanup_error_ struct error failure = ERROR_INIT;
	const cJSON *item;

	check_object(&wrong, document);
	if (!wrong.len && str_equal(json_string(document, "kind"), "List") &&
	    str_equal(json_string(document, "apiVersion"), "v1"))
		cJSON_ArrayForEach(item, json_get(document, "items")) check_object(&wrong, item);
	if (!wrong.len && p->options->validation && validation_check(p->options->validation, document, &wrong, &failure))
		vec_add_string(&wrong, failure.message);
	return wrong.len ? add_wrong(p, &wrong) : 0;
}

/* Members of ObjectMeta whose type kubectl insists on, and Go's names for the types. */
struct member_type {
	const char *name, *type;
	int json;            /* cJSON_String … */
	const char *element; /* type of the elements, which must be strings; NULL: any */
};
static const struct member_type metadata_types[] = {
	{"annotations", "map[string]string", cJSON_Object, "string"},
	{"deletionGracePeriodSeconds", "int64", cJSON_Number, NULL},
	{"finalizers", "[]string", cJSON_Array, "string"},
	{"generateName", "string", cJSON_String, NULL},
	{"generation", "int64", cJSON_Number, NULL},
	{"labels", "map[string]string", cJSON_Object, "string"},
	{"managedFields", "[]v1.ManagedFieldsEntry", cJSON_Array, NULL},
	{"name", "string", cJSON_String, NULL},
	{"namespace", "string", cJSON_String, NULL},
	{"ownerReferences", "[]v1.OwnerReference", cJSON_Array, NULL},
	{"resourceVersion", "string", cJSON_String, NULL},
	{"selfLink", "string", cJSON_String, NULL},
	{"uid", "types.UID", cJSON_String, NULL},
};

static int member_error(struct parse *p, const cJSON *node, const char *name, const char *type)
{
	return errors_add(p->errors, ERROR_PARSE,
			  "unable to decode \"%s\": json: cannot unmarshal %s into Go struct field "
			  "ObjectMeta.metadata.%s of type %s",
			  p->source, type_name(node), name, type);
}

static int check_metadata_member(struct parse *p, const cJSON *node, const struct member_type *t)
{
	const cJSON *element;

	if (json_is_null(node))
		return 0;
	if ((node->type & 0xff) != t->json)
		return member_error(p, node, t->name, t->type);
	if (t->element)
		cJSON_ArrayForEach(element, node) if (!json_is_string(element) &&
						      !json_is_null(element)) return member_error(p, element, t->name,
												  t->element);
	return 0;
}

static int check_metadata(struct parse *p, const cJSON *object)
{
	const cJSON *metadata = json_get(object, "metadata"), *node;

	if (metadata && !json_is_object(metadata) && !json_is_null(metadata))
		return errors_add(p->errors, ERROR_PARSE,
				  "unable to decode \"%s\": json: cannot unmarshal %s into Go struct field "
				  "metadataOnlyObject.metadata of type v1.ObjectMeta",
				  p->source, type_name(metadata));
	cJSON_ArrayForEach(node, metadata) {
		for (size_t i = 0; i < ARRAY_SIZE(metadata_types); i++) {
			if (!strcmp(node->string, metadata_types[i].name) &&
			    check_metadata_member(p, node, &metadata_types[i]))
				return -1;
		}
	}
	return 0;
}

/* ---- documents to objects ---------------------------------------------------------------- */

/* Takes object. */
static void add_object(struct parse *p, cJSON *object, size_t line, bool from_list)
{
	struct manifest_object *o = NEW(struct manifest_object);

	o->object = object;
	o->source = xstrdup(p->source);
	o->line = line;
	o->from_list = from_list;
	o->errors_before = p->errors->len;
	vec_add(p->objects, o);
}

/* Items of a typed list may leave out what the list says ("PodList": "Pod"). */
static void infer_kind(const cJSON *list, cJSON *item)
{
	const char *kind = json_string(list, "kind");
	_cleanup_free_ char *item_kind = NULL;

	if (!kind || !str_empty(json_string(item, "kind")) || !str_empty(json_string(item, "apiVersion")))
		return;
	item_kind = xstrndup(kind, strlen(kind) - (str_ends(kind, "List") ? 4 : 0));
	json_set_string(item, "kind", item_kind);
	json_set_string(item, "apiVersion", json_string(list, "apiVersion"));
}

/* Adds the items of a list, those of lists inside it after them. Takes list. */
static void unfold(struct parse *p, cJSON *list, size_t line)
{
	_cleanup_vec_ struct vec lists = VEC_OWNING(cJSON_Delete);

	vec_add(&lists, list);
	for (size_t i = 0; i < lists.len; i++) {
		cJSON *items = json_get(lists.items[i], "items"), *item;

		while ((item = items->child)) {
			if (!json_is_object(item) && !json_is_null(item)) {
				errors_add(p->errors, ERROR_PARSE,
					   "unable to decode \"%s\": json: cannot unmarshal %s into Go value of type "
					   "map[string]interface {}", p->source, type_name(item));
				return;
			}
			cJSON_DetachItemViaPointer(items, item);
			infer_kind(lists.items[i], item);
			if (json_is_array(json_get(item, "items")))
				vec_add(&lists, item);
			else
				add_object(p, item, line, true);
		}
	}
}

/*
 * Takes what one document holds. raw is how a message shows it. Non-zero
 * ends the reading of this source, as a refused document does in kubectl.
 */
static int add_document(struct parse *p, cJSON *document, const char *raw, size_t line)
{
	_cleanup_json_ cJSON *held = document;
	const cJSON *items, *version = json_get(document, "apiVersion");

	if (p->options->validate && validate_document(p, document))
		return -1;
	if (!json_is_object(document)) {
		errors_add(p->errors, ERROR_PARSE, "unable to decode \"%s\": json: cannot unmarshal %s into Go value of type "
			  "unstructured.detector",
			  p->source, type_name(document));
		return 0;
	}
	if (version && !json_is_string(version) && !json_is_null(version)) {
		errors_add(p->errors, ERROR_PARSE,
			  "unable to decode \"%s\": json: cannot unmarshal %s into Go struct field metadataOnlyObject.TypeMeta.apiVersion "
			  "of type string", p->source, type_name(version));
		return 0;
	}
	if (str_empty(json_string(document, "kind")) || api_version_broken(document)) {
		errors_add(p->errors, ERROR_PARSE, "unable to decode \"%s\": Object 'Kind' is missing in '%s'", p->source, raw);
		return 0;
	}
	if (check_metadata(p, document))
		return 0;
	items = json_get(document, "items");
	if (items && !json_is_null(items) && !json_is_array(items))
		errors_add(p->errors, ERROR_PARSE, "unable to decode \"%s\": json: cannot unmarshal %s into Go struct field decodeList.items of "
			  "type []jsontext.Value",
			  p->source, type_name(items));
	else if (json_is_array(items))
		unfold(p, TAKE_PTR(held), line);
	else
		add_object(p, TAKE_PTR(held), line, false);
	return 0;
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static void skip_space(struct parse *p)
{
	size_t n = 0;

	while (p->at + n < p->len && isspace((unsigned char)p->text[p->at + n]))
		n++;
	advance(p, n);
}

/* How much of a text Go's decoder has read when it sees that this is no JSON. */
static size_t error_offset(const char *text, size_t len)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	size_t offset = 0;

	json_check(text, len, &offset, &ignored);
	return offset;
}

/* Reads the next JSON value. 1: read; 0: at the end; -1: err says why not. */
static int next_json(struct parse *p, cJSON **ret, size_t *ret_used, struct error *err)
{
	skip_space(p);
	if (p->at == p->len)
		return 0;
	if (json_parse_prefix(p->text + p->at, p->len - p->at, NULL, ret, ret_used, err)) {
		if (p->count <= 1)
			error_prefix(err, "json: offset %zu: ", p->at + error_offset(p->text + p->at, p->len - p->at));
		return -1;
	}
	if (!*ret_used)
		return error_set(err, ERROR_PARSE, "unexpected EOF");
	return 1;
}

/* Reads values until one fails; 0 when this was the whole text or reading must stop. */
static int parse_json(struct parse *p, struct error *err)
{
	for (;;) {
		_cleanup_free_ char *raw = NULL;
		cJSON *node = NULL;
		size_t used, line;
		int found;

		found = next_json(p, &node, &used, err);
		if (found <= 0)
			return found;
		raw = xstrndup(p->text + p->at, used);
		line = p->line;
		advance(p, used);
		p->count++;
		if (json_is_null(node))
			cJSON_Delete(node);
		else if (add_document(p, node, raw, line))
			return 0;
	}
}

/* ---- YAML ------------------------------------------------------------------------------------ */

static size_t line_length(const struct parse *p)
{
	const char *start = p->text + p->at, *end = memchr(start, '\n', p->len - p->at);

	return end ? (size_t)(end - start) + 1 : p->len - p->at;
}

/* A separator may carry blanks and a comment, nothing else. */
static int check_separator(const char *line, size_t n, struct error *err)
{
	line += 3, n -= 3;
	while (n && isspace((unsigned char)*line))
		line++, n--;
	while (n && isspace((unsigned char)line[n - 1]))
		n--;
	if (n && *line != '#')
		return error_set(err, ERROR_PARSE, "invalid Yaml document separator: %.*s", (int)n, line);
	return 0;
}

/*
 * The span of the next document. A separator that comes first belongs to it, so
 * that lines are counted as kubectl counts them. 1: found; 0: at the end; -1: err.
 */
static int next_yaml(struct parse *p, size_t *ret_start, size_t *ret_len, size_t *ret_line, struct error *err)
{
	*ret_start = p->at;
	*ret_line = p->line;
	while (p->at < p->len) {
		size_t n = line_length(p);
		const char *line = p->text + p->at;

		if (n >= 3 && !memcmp(line, "---", 3)) {
			if (check_separator(line, n, err))
				return -1;
			if (p->at > *ret_start) {
				*ret_len = p->at - *ret_start;
				advance(p, n);
				return 1;
			}
		}
		advance(p, n);
	}
	*ret_len = p->at - *ret_start;
	return *ret_len > 0;
}

static void add_yaml(struct parse *p, cJSON *node, size_t line, bool *stop)
{
	_cleanup_buf_ struct buf raw = BUF_INIT;

	if (!node || json_is_null(node)) {
		cJSON_Delete(node);
		return;
	}
	/* the first member of a wrong type is told, in the order of the JSON that Go makes */
	if (json_get(node, "metadata"))
		json_sort_keys(json_get(node, "metadata"));
	json_print(&raw, node, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	*stop = add_document(p, node, raw.data, line);
}

/* first: what JSON said, which is shown when the first document is no YAML either; or NULL. */
static int parse_yaml(struct parse *p, struct error *first, struct error *err)
{
	size_t start, len, line;
	bool stop = false;
	int found;

	while (!stop && (found = next_yaml(p, &start, &len, &line, err)) != 0) {
		cJSON *node = NULL;

		/* kubectl counts lines from the document's beginning */
		if (found < 0 || yaml_parse(p->text + start, len, NULL, 1, &node, err)) {
			if (first && first->class)
				error_move(err, first);
			return -1;
		}
		if (first)
			error_release(first);
		p->count++;
		add_yaml(p, node, line, &stop);
	}
	return 0;
}

/* ---- encodings -------------------------------------------------------------------------------- */

/* Makes UTF-8 of anything else, as kubectl does: marks, UTF-16, invalid bytes. It goes to converted. */
static void decode(const char **text, size_t *len, struct buf *converted)
{
	if (utf8_valid(*text, *len) && !(*len >= 3 && !memcmp(*text, "\xef\xbb\xbf", 3)))
		return;
	utf8_from_file(converted, *text, *len);
	*text = converted->data;
	*len = converted->len;
}

static bool begins_like_json(const char *text, size_t len)
{
	while (len && isspace((unsigned char)*text))
		text++, len--;
	return len && *text == '{';
}

/* After a failed JSON value: blanks up to the line's end do not belong to the YAML that follows. */
static void skip_line_end(struct parse *p)
{
	size_t n = 0;

	while (p->at + n < p->len && isspace((unsigned char)p->text[p->at + n]))
		if (p->text[p->at + n++] == '\n')
			break;
	advance(p, n);
}

void manifest_parse(const char *text, size_t len, const char *source, const struct manifest_options *o,
		    struct vec *ret_objects, struct vec *ret_errors)
{
	_cleanup_buf_ struct buf converted = BUF_INIT;
	_cleanup_error_ struct error json_error = ERROR_INIT, err = ERROR_INIT;
	int failure;

	decode(&text, &len, &converted);
	struct parse p = {.text = text,
			  .len = len,
			  .line = 1,
			  .source = source,
			  .options = o,
			  .objects = ret_objects,
			  .errors = ret_errors};
	if (begins_like_json(text, len)) {
		failure = parse_json(&p, &json_error);
		if (failure && p.count <= 1) {
			skip_line_end(&p);
			failure = parse_yaml(&p, &json_error, &err);
		} else if (failure) {
			error_move(&err, &json_error);
		}
	} else {
		failure = parse_yaml(&p, NULL, &err);
	}
	if (failure)
		errors_add(p.errors, ERROR_PARSE, "error parsing %s: %s", source, err.message);
}
