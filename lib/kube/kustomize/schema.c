#include "kube/kustomize/schema.h"

/* ---- the built-in schema ------------------------------------------------------------------------------ */

static const struct strategic_schema *builtin_schema(const struct gvk *gvk)
{
	_cleanup_free_ char *group = xstrndup(gvk->group.n ? gvk->group.s : "", gvk->group.n),
			    *version = xstrndup(gvk->version.s, gvk->version.n);
	bool cluster;

	return kind_is_known(gvk, &cluster) ? strategic_schema_find(group, version, gvk->kind.s) : NULL;
}

/* Lists that Kubernetes merges since 1.21, whose schema kustomize has, are replaced. */
static bool merges_list(const char *field, const struct strategic_rule *rule)
{
	static const char *const newer[] = {"resourceClaims", "schedulingGates", "resourceClaimStatuses", "hostIPs"};

	for (size_t i = 0; i < ARRAY_SIZE(newer); i++)
		if (!strcmp(field, newer[i]))
			return false;
	return rule->strategy & STRATEGIC_MERGE;
}

static struct place builtin_below(const struct place *at, const char *field)
{
	struct strategic_rule rule = strategic_rule_find(at->schema, field);
	struct place below = {.schema = rule.schema, .merges = merges_list(field, &rule), .keys = {rule.merge_key, ""}};

	if (*rule.merge_key)
		below.keys[1] = second_merge_key(field, rule.merge_key);
	return below;
}

/* ---- an OpenAPI document --------------------------------------------------------------------------------- */

#define REF_DEPTH 64

/* What a node of a schema refers to. */
static const cJSON *follow(const cJSON *definitions, const cJSON *node)
{
	const char *prefix = "#/definitions/", *ref;

	for (int i = 0; i < REF_DEPTH && (ref = json_string(node, "$ref")); i++)
		node = str_starts(ref, prefix) ? json_get(definitions, ref + strlen(prefix)) : NULL;
	return node;
}

static bool defines(const cJSON *definition, const struct gvk *gvk)
{
	const cJSON *kind;

	cJSON_ArrayForEach(kind, json_get(definition, "x-kubernetes-group-version-kind")) {
		struct gvk other = gvk_selector(kind);

		if (gvk_equal(&other, gvk))
			return true;
	}
	return false;
}

static const cJSON *find_definition(const cJSON *definitions, const struct gvk *gvk)
{
	const cJSON *definition;

	cJSON_ArrayForEach(definition, definitions) {
		if (defines(definition, gvk))
			return definition;
	}
	return NULL;
}

/* A strategy may be several, with commas between them. */
static bool says_merge(const char *strategy)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;

	if (strategy)
		vec_add_split(&parts, strategy, ',');
	return vec_has_string(&parts, "merge");
}

static struct place document_below(const struct place *at, const char *field)
{
	const cJSON *node = json_get(json_get(at->definition, "properties"), field), *keys;
	struct place below = {.definitions = at->definitions, .keys = {"", ""}};

	if (!node)
		node = json_get(at->definition, "additionalProperties");
	node = follow(at->definitions, node);
	below.definition = node;
	below.merges = says_merge(json_string(node, "x-kubernetes-patch-strategy"));
	keys = json_get(node, "x-kubernetes-list-map-keys");
	for (size_t i = 0; i < 2 && i < json_size(keys); i++)
		below.keys[i] = scalar_text(cJSON_GetArrayItem(keys, (int)i));
	if (!json_size(keys) && json_string(node, "x-kubernetes-patch-merge-key"))
		below.keys[0] = json_string(node, "x-kubernetes-patch-merge-key");
	return below;
}

/* ---- either --------------------------------------------------------------------------------------------------- */

void place_enter(struct place *at, const cJSON *object)
{
	struct gvk gvk = gvk_of(object);

	if (at->schema || at->definition || !gvk.kind.n || !*scalar_text(json_get(object, "apiVersion")))
		return;
	if (at->definitions)
		at->definition = find_definition(at->definitions, &gvk);
	else
		at->schema = builtin_schema(&gvk);
}

struct place place_below(const struct place *at, const char *field)
{
	return at->definitions ? document_below(at, field) : builtin_below(at, field);
}

struct place place_item(const struct place *at)
{
	struct place item = {.definitions = at->definitions, .schema = at->schema, .keys = {"", ""}};

	if (at->definition && str_equal(json_string(at->definition, "type"), "array"))
		item.definition = follow(at->definitions, json_get(at->definition, "items"));
	return item;
}
