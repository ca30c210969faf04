/*
 * From YAML nodes to JSON, as sigs.k8s.io/yaml over go-yaml v2 does it:
 * scalars resolved by YAML 1.1, aliases followed within bounds, merge keys
 * applied in the order in which they stand, keys turned to text.
 */
#include <strings.h>

#include "base/base64.h"
#include "data/gonumber.h"
#include "data/gotext.h"
#include "data/utf8.h"
#include "data/yaml.h"
#include "data/yaml_node.h"
#include "data/yaml_resolve.h"

#define TAG_PREFIX "tag:yaml.org,2002:"

struct decoder {
	bool strict, core;
	size_t count, alias_count; /* nodes visited, and of these below an alias */
	size_t alias_depth;
	struct vec followed; /* alias nodes that are being expanded */
	struct vec faults;   /* lines of "unmarshal errors" */
	struct error *err;
};

/* The value of a scalar with its tag applied; text is what a string says. */
struct resolved {
	struct yaml_scalar scalar;
	const char *text;
	bool date;     /* a time that is a day alone */
	char *decoded; /* what text points to when it is not the node's own */
};

static int fail(struct decoder *d, const char *words)
{
	return error_set(d->err, ERROR_PARSE, "yaml: %s", words);
}

/* ---- scalars ------------------------------------------------------------------ */

static bool is_tag(const char *tag, const char *name)
{
	return tag && str_starts(tag, TAG_PREFIX) && !strcmp(tag + strlen(TAG_PREFIX), name);
}

/* Tags that go-yaml resolves; any other leaves the text as it is. */
static bool is_resolvable(const char *tag)
{
	static const char *const names[] = {"str", "bool", "int", "float", "null", "timestamp"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (is_tag(tag, names[i]))
			return true;
	}
	return !tag;
}

/* The bytes as JSON shows them: what is not UTF-8 becomes U+FFFD. */
static int resolve_binary(struct decoder *d, const char *text, struct resolved *ret)
{
	_cleanup_buf_ struct buf bytes = BUF_INIT, clean = BUF_INIT;
	_cleanup_error_ struct error ignored = ERROR_INIT;

	if (base64_decode(&bytes, text, &ignored))
		return fail(d, "!!binary value contains invalid base64 data");
	if (memchr(bytes.data, '\0', bytes.len))
		return fail(d, "!!binary value holds a zero byte, which no Kubernetes object can");
	utf8_clean(&clean, bytes.data, bytes.len);
	ret->decoded = buf_take(&clean);
	ret->text = ret->decoded;
	return 0;
}

static int fail_tag(struct decoder *d, enum yaml_type type, const struct yaml_node *n)
{
	return error_set(d->err, ERROR_PARSE, "yaml: cannot decode %s `%s` as a !!%s", yaml_type_tag(type), n->value,
	                 n->tag + strlen(TAG_PREFIX));
}

static int resolve_scalar(struct decoder *d, const struct yaml_node *n, struct resolved *ret)
{
	struct yaml_scalar s = {.type = YAML_STR};

	*ret = (struct resolved){.text = n->value, .scalar = s};
	if ((!n->tag && !n->implicit) || is_tag(n->tag, "str"))
		return 0;
	if (is_tag(n->tag, "binary"))
		return resolve_binary(d, n->value, ret);
	if (!is_resolvable(n->tag))
		return 0;
	s = yaml_resolve(n->value);
	/* in YAML 1.2 only these are booleans */
	if (d->core && s.type == YAML_BOOL && strcasecmp(n->value, "true") && strcasecmp(n->value, "false"))
		s.type = YAML_STR;
	/* only an untagged scalar is tried as a time, or one that says it is one */
	if (s.type == YAML_TIMESTAMP && n->tag && !is_tag(n->tag, "timestamp"))
		s.type = YAML_STR;
	if (s.type == YAML_INT && is_tag(n->tag, "float")) {
		s.f = (double)s.i;
		s.type = YAML_FLOAT;
	}
	if (n->tag && strcmp(yaml_type_tag(s.type) + 2, n->tag + strlen(TAG_PREFIX)))
		return fail_tag(d, s.type, n);
	if (s.type == YAML_TIMESTAMP) {
		s.type = YAML_STR;
		ret->date = strlen(n->value) == strlen("2006-01-02");
	}
	ret->scalar = s;
	return 0;
}

/* The value as JSON prints it, or as a key. */
static void put_scalar(struct buf *out, const struct resolved *r, bool key)
{
	const struct yaml_scalar *s = &r->scalar;
	/* keys go through 32 bits in sigs.k8s.io/yaml */
	double f = s->type != YAML_FLOAT ? 0 : key ? (double)(float)s->f : s->f;

	switch (s->type) {
	case YAML_BOOL:
		buf_puts(out, s->boolean ? "true" : "false");
		break;
	case YAML_INT:
		buf_printf(out, "%" PRId64, s->i);
		break;
	case YAML_UINT:
		buf_printf(out, "%" PRIu64, s->u);
		break;
	case YAML_FLOAT:
		if (__builtin_isnan(f))
			buf_puts(out, ".nan");
		else if (__builtin_isinf(f))
			buf_puts(out, f < 0 ? "-.inf" : ".inf");
		else if (key)
			go_format_float(out, f, 32);
		else
			go_format_json_float(out, f);
		break;
	default:
		buf_puts(out, r->text);
	}
}

static int decode_scalar(struct decoder *d, const struct yaml_node *n, cJSON **ret)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct resolved r;

	if (resolve_scalar(d, n, &r))
		return -1;
	switch (r.scalar.type) {
	case YAML_NULL:
		*ret = json_new_null();
		if (d->core)
			(*ret)->valuestring = xstrdup(n->value);
		break;
	case YAML_BOOL:
		*ret = json_new_bool(r.scalar.boolean);
		break;
	case YAML_INT:
	case YAML_UINT:
	case YAML_FLOAT:
		put_scalar(&text, &r, false);
		/* ".inf" and ".nan" are refused when all else is right */
		*ret = json_new_number(text.data);
		break;
	default:
		*ret = json_new_string(r.text);
		if (d->core)
			(*ret)->valueint = !n->implicit ? YAML_MARK_QUOTED : r.date ? YAML_MARK_DAY : 0;
	}
	free(r.decoded);
	return 0;
}

/* ---- words for keys that cannot be ------------------------------------------------ */

/* A value as Go's %#v shows it (keys are in order already: fmt sorts them). */
static void put_go_value(struct buf *out, const cJSON *node)
{
	bool object = cJSON_IsObject(node);
	size_t n;
	_cleanup_free_ const cJSON **members = NULL;

	if (!object && !cJSON_IsArray(node)) {
		if (cJSON_IsString(node))
			go_quote(out, node->valuestring);
		else if (cJSON_IsNull(node))
			buf_puts(out, "interface {}(nil)");
		else
			json_print(out, node, JSON_COMPACT);
		return;
	}
	buf_puts(out, object ? "map[interface {}]interface {}{" : "[]interface {}{");
	if (object) {
		members = json_sorted_members(node, &n);
		for (size_t i = 0; i < n; i++) {
			buf_puts(out, i ? ", " : "");
			go_quote(out, members[i]->string);
			buf_putc(out, ':');
			put_go_value(out, members[i]);
		}
	}
	for (const cJSON *c = object ? NULL : node->child; c; c = c->next) {
		buf_puts(out, c == node->child ? "" : ", ");
		put_go_value(out, c);
	}
	buf_putc(out, '}');
}

/* ---- mappings ---------------------------------------------------------------------- */

static int decode(struct decoder *d, const struct yaml_node *n, cJSON **ret);
static int decode_mapping_into(struct decoder *d, const struct yaml_node *n, cJSON *object, struct map *keys);

/* What stands behind aliases, however many. */
static const struct yaml_node *behind_alias(const struct yaml_node *n)
{
	while (n->kind == YAML_NODE_ALIAS)
		n = n->alias;
	return n;
}

static bool is_merge(const struct yaml_node *key)
{
	return key->kind == YAML_NODE_SCALAR && !strcmp(key->value, "<<") &&
	       (key->implicit || is_tag(key->tag, "merge"));
}

/* go-yaml's share of nodes that may come from aliases: all but a hundredth, a tenth of very large documents. */
static bool too_many_aliases(const struct decoder *d)
{
	const double low = 400000, high = 4000000;
	double count = (double)d->count, allowed = 0.99;

	if (count >= high)
		allowed = 0.10;
	else if (count > low)
		allowed = 0.99 - 0.89 * ((count - low) / (high - low));
	return d->alias_count > 100 && d->count > 1000 && (double)d->alias_count / count > allowed;
}

static int enter(struct decoder *d)
{
	d->count++;
	d->alias_count += d->alias_depth > 0;
	return too_many_aliases(d) ? fail(d, "document contains excessive aliasing") : 0;
}

/* Marks an alias as being expanded; fails when it is already. */
static int follow_alias(struct decoder *d, const struct yaml_node *n)
{
	for (size_t i = 0; i < d->followed.len; i++) {
		if (d->followed.items[i] == n)
			return error_set(d->err, ERROR_PARSE, "yaml: anchor '%s' value contains itself", n->value);
	}
	vec_add(&d->followed, (void *)(uintptr_t)n);
	d->alias_depth++;
	return 0;
}

static void leave_alias(struct decoder *d)
{
	vec_remove(&d->followed, d->followed.len - 1);
	d->alias_depth--;
}

/* One mapping merged into another. */
static int merge_mapping(struct decoder *d, const struct yaml_node *n, cJSON *object, struct map *keys)
{
	int status;

	if (n->kind != YAML_NODE_MAPPING && (n->kind != YAML_NODE_ALIAS || n->alias->kind != YAML_NODE_MAPPING))
		return fail(d, "map merge requires map or sequence of maps as the value");
	if (enter(d))
		return -1;
	if (n->kind == YAML_NODE_MAPPING)
		return decode_mapping_into(d, n, object, keys);
	if (follow_alias(d, n))
		return -1;
	status = enter(d) || decode_mapping_into(d, n->alias, object, keys) ? -1 : 0;
	leave_alias(d);
	return status;
}

static int merge(struct decoder *d, const struct yaml_node *value, cJSON *object, struct map *keys)
{
	_cleanup_vec_ struct vec items = VEC_INIT;

	if (value->kind != YAML_NODE_SEQUENCE)
		return merge_mapping(d, value, object, keys);
	for (struct yaml_node *c = value->child; c; c = c->next)
		vec_add(&items, c);
	/* from the last: earlier ones take precedence */
	for (size_t i = items.len; i-- > 0;) {
		if (merge_mapping(d, items.items[i], object, keys))
			return -1;
	}
	return 0;
}

struct key {
	struct buf text;
	enum yaml_type type;
	uint64_t u;
};

static int fail_key(struct decoder *d, const cJSON *key)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	put_go_value(&text, key);
	return error_set(d->err, ERROR_PARSE, "yaml: invalid map key: %s", text.data);
}

static int decode_key(struct decoder *d, const struct yaml_node *n, struct key *ret)
{
	const struct yaml_node *real = behind_alias(n);
	_cleanup_json_ cJSON *tree = NULL;
	struct resolved r;

	if (real->kind != YAML_NODE_SCALAR)
		return decode(d, n, &tree) ? -1 : fail_key(d, tree);
	if (enter(d) || (n != real && enter(d)) || resolve_scalar(d, real, &r))
		return -1;
	if (d->core) {
		buf_puts(&ret->text, real->value);
		free(r.decoded);
		return 0;
	}
	put_scalar(&ret->text, &r, true);
	ret->type = r.scalar.type;
	ret->u = r.scalar.u;
	free(r.decoded);
	return 0;
}

/* Keys that JSON has no text for; they fail once the whole document is decoded. */
static void fault_unsupported(struct decoder *d, const struct key *key, const cJSON *value)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (d->err->message)
		return;
	if (cJSON_IsNull(value))
		buf_puts(&text, "<nil>");
	else
		put_go_value(&text, value);
	if (key->type == YAML_NULL)
		error_set(d->err, ERROR_PARSE, "unsupported map key of type: %%!s(<nil>), key: <nil>, value: %s",
		          text.data);
	else
		error_set(d->err, ERROR_PARSE, "unsupported map key of type: uint64, key: 0x%" PRIx64 ", value: %s",
		          key->u, text.data);
}

static void fault_duplicate(struct decoder *d, const struct key *key, const struct yaml_node *value)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	buf_printf(&text, "line %zu: key ", value->line + 1);
	if (key->type == YAML_STR || key->type == YAML_TIMESTAMP)
		go_quote(&text, key->text.data);
	else
		buf_puts(&text, key->text.data);
	buf_puts(&text, " already set in map");
	vec_add(&d->faults, buf_take(&text));
}

/* Replaces what a member holds, in its place. */
static void replace_value(cJSON *object, cJSON *old, cJSON *value)
{
	value->string = TAKE_PTR(old->string);
	cJSON_ReplaceItemViaPointer(object, old, value);
}

/* Sets a member; keys finds members by name. */
static void put_member(cJSON *object, struct map *keys, const char *name, cJSON *value)
{
	cJSON *old = map_get(keys, name);

	if (old) {
		replace_value(object, old, value);
	} else {
		value->string = xstrdup(name);
		json_link(object, value);
	}
	map_set(keys, name, value);
}

static int decode_member(struct decoder *d, const struct yaml_node *key_node, cJSON *object, struct map *keys)
{
	const struct yaml_node *value_node = key_node->next;
	struct key key = {.text = BUF_INIT};
	cJSON *value = NULL;
	int status = decode_key(d, key_node, &key) || decode(d, value_node, &value) ? -1 : 0;

	if (!status && (key.type == YAML_NULL || key.type == YAML_UINT)) {
		fault_unsupported(d, &key, value);
		cJSON_Delete(value);
	} else if (!status && d->strict && !d->core && map_has(keys, key.text.data)) {
		fault_duplicate(d, &key, value_node);
		cJSON_Delete(value);
	} else if (!status) {
		put_member(object, keys, key.text.data, value);
	}
	buf_release(&key.text);
	return status;
}

/* go-yaml v3's words for keys that a mapping has twice. */
static void fault_duplicates(struct decoder *d, const struct yaml_node *mapping)
{
	_cleanup_map_ struct map lines = MAP_INIT;

	for (struct yaml_node *key = mapping->child; key; key = key->next->next) {
		const struct yaml_node *first;
		struct buf text = BUF_INIT;

		if (key->kind != YAML_NODE_SCALAR)
			continue;
		first = map_get(&lines, key->value);
		if (!first) {
			map_set(&lines, key->value, key);
			continue;
		}
		buf_printf(&text, "line %zu: mapping key ", key->line + 1);
		go_quote(&text, key->value);
		buf_printf(&text, " already defined at line %zu", first->line + 1);
		vec_add(&d->faults, buf_take(&text));
	}
}

/* In YAML 1.1 what is merged stands where the merge key stands; go-yaml v3 lets a mapping's own keys win. */
static int decode_mapping_into(struct decoder *d, const struct yaml_node *n, cJSON *object, struct map *keys)
{
	if (d->core && d->strict)
		fault_duplicates(d, n);
	for (const struct yaml_node *key = n->child; d->core && key; key = key->next->next) {
		if (is_merge(key) && merge(d, key->next, object, keys))
			return -1;
	}
	for (const struct yaml_node *key = n->child; key; key = key->next->next) {
		if (is_merge(key) ? !d->core && merge(d, key->next, object, keys) : decode_member(d, key, object, keys))
			return -1;
	}
	return 0;
}

static int decode_mapping(struct decoder *d, const struct yaml_node *n, cJSON **ret)
{
	_cleanup_json_ cJSON *object = json_new_object();
	_cleanup_map_ struct map keys = MAP_INIT;

	if (decode_mapping_into(d, n, object, &keys))
		return -1;
	*ret = TAKE_PTR(object);
	return 0;
}

static int decode_sequence(struct decoder *d, const struct yaml_node *n, cJSON **ret)
{
	_cleanup_json_ cJSON *array = json_new_array();
	cJSON *item;

	for (const struct yaml_node *c = n->child; c; c = c->next) {
		if (decode(d, c, &item))
			return -1;
		json_append(array, item);
	}
	*ret = TAKE_PTR(array);
	return 0;
}

static int decode_alias(struct decoder *d, const struct yaml_node *n, cJSON **ret)
{
	int status;

	if (follow_alias(d, n))
		return -1;
	/* aliases within what they stand for may nest deeper than any text */
	status = d->followed.len > JSON_MAX_DEPTH ? fail(d, "document contains excessive aliasing")
	                                          : decode(d, n->alias, ret);
	leave_alias(d);
	return status;
}

static int decode(struct decoder *d, const struct yaml_node *n, cJSON **ret)
{
	if (enter(d))
		return -1;
	switch (n->kind) {
	case YAML_NODE_SCALAR:
		return decode_scalar(d, n, ret);
	case YAML_NODE_MAPPING:
		return decode_mapping(d, n, ret);
	case YAML_NODE_SEQUENCE:
		return decode_sequence(d, n, ret);
	default:
		return decode_alias(d, n, ret);
	}
}

/* ---- the whole ----------------------------------------------------------------------- */

/* encoding/json has no text for infinity and NaN. */
static int check_numbers(const cJSON *node, struct error *err)
{
	if (cJSON_IsNumber(node) && strchr(node->valuestring, 'n'))
		return error_set(err, ERROR_PARSE, "json: unsupported value: %s",
		                 !strcmp(node->valuestring, ".nan") ? "NaN"
		                 : *node->valuestring == '-'        ? "-Inf"
		                                                    : "+Inf");
	for (const cJSON *c = node->child; c; c = c->next) {
		if (check_numbers(c, err))
			return -1;
	}
	return 0;
}

static int fail_faults(struct decoder *d)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	buf_puts(&text, "yaml: unmarshal errors:");
	for (size_t i = 0; i < d->faults.len; i++)
		buf_printf(&text, "\n  %s", vec_string(&d->faults, i));
	return error_set(d->err, ERROR_PARSE, "%s", text.data);
}

int yaml_nodes_to_json(const struct yaml_node *root, unsigned flags, cJSON **ret, struct error *err)
{
	_cleanup_error_ struct error fault = ERROR_INIT;
	struct decoder d = {.strict = flags & YAML_STRICT, .core = flags & YAML_CORE, .followed = VEC_INIT, .faults = VEC_OF_STRINGS, .err = &fault};
	_cleanup_json_ cJSON *tree = NULL;
	int status = decode(&d, root, &tree);

	if (!status && d.faults.len)
		status = fail_faults(&d);
	if (!status && (fault.message || check_numbers(tree, &fault)))
		status = -1;
	vec_release(&d.followed);
	vec_release(&d.faults);
	if (status) {
		error_move(err, &fault);
		return -1;
	}
	*ret = TAKE_PTR(tree);
	return 0;
}
