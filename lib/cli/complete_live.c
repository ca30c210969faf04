#include "base/timeutil.h"
#include "cli/complete.h"

/* More names than a person reads; the server is spared the rest. */
#define NAMES_LIMIT 500

/* Only names and such: a Pod is a few hundred bytes instead of several thousand. */
#define ACCEPT_METADATA "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"

/* ---- the kubeconfig -------------------------------------------------------- */

static void add_config_names(struct invocation *inv, const char *list, const char *typed, struct candidates *c)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;
	struct kubeconfig *config;

	if (invocation_config(inv, &config, &err) < 0)
		return;
	kubeconfig_names(config, list, &names);
	for (size_t i = 0; i < names.len; i++)
		candidates_add(c, typed, vec_string(&names, i), NULL);
}

/* ---- the cluster ----------------------------------------------------------- */

struct name_collector {
	struct candidates *candidates;
	const char *typed, *prefix;
	const struct vec *taken; /* words that the line has already, or NULL */
};

static int collect_page(void *ctx, cJSON *json, struct error *err)
{
	struct name_collector *n = ctx;
	_cleanup_json_ cJSON *page = json;
	const cJSON *item;

	(void)err;
	cJSON_ArrayForEach(item, json_get(page, "items"))
	{
		const char *name = json_path_string(item, "metadata", "name", NULL);
		_cleanup_free_ char *word = NULL;

		if (!name)
			continue;
		word = xasprintf("%s%s", n->prefix, name);
		if (n->taken && vec_has_string(n->taken, word))
			continue;
		candidates_add(n->candidates, n->typed, word, NULL);
	}
	return n->candidates->words.len > NAMES_LIMIT ? -1 : 0;
}

static int prepare(struct invocation *inv, struct client **ret, struct error *err)
{
	struct kubeconfig *config;

	if (invocation_config(inv, &config, err) < 0)
		return -1;
	inv->request_timeout = SECOND;
	return invocation_client(inv, ret, err);
}

/* Names of one type's objects, each after prefix; typed includes the prefix. */
static void add_names(struct invocation *inv, const char *type, const char *prefix, const char *typed,
		      const struct vec *taken, struct candidates *c)
{
	struct name_collector collector = {c, typed, prefix, taken};
	struct list_options o = {.limit = NAMES_LIMIT, .accept = ACCEPT_METADATA};
	_cleanup_error_ struct error err = ERROR_INIT;
	const struct resource *r;
	struct client *client;
	struct mapper *mapper;
	const char *ns;

	if (prepare(inv, &client, &err) < 0 || invocation_mapper(inv, &mapper, &err) < 0 ||
	    mapper_find(mapper, type, &r, &err) < 0 || invocation_namespace(inv, &ns, NULL, &err) < 0)
		return;
	client_list_pages(client, r, r->namespaced ? ns : NULL, &o, collect_page, &collector, &err);
}

static void add_type(struct candidates *c, const struct resource *r, const char *typed, const char *before,
		     const char *after)
{
	_cleanup_buf_ struct buf word = BUF_INIT;

	if (!resource_has_verb(r, "get"))
		return;
	buf_puts(&word, before);
	resource_group_name(&word, r);
	buf_puts(&word, after);
	if (!vec_has_string(&c->words, word.data))
		candidates_add(c, typed, word.data, NULL);
}

/* Types: what discovery lists, or the built-in ones where no server answers. "pods,sv" goes on after the comma. */
static void add_types(struct invocation *inv, const char *typed, const char *after, struct candidates *c)
{
	const char *comma = strrchr(typed, ',');
	_cleanup_free_ char *before = xstrndup(typed, comma ? (size_t)(comma - typed) + 1 : 0);
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_vec_ struct vec resources = VEC_INIT;
	struct client *client;
	struct mapper *mapper;

	if (prepare(inv, &client, &err) == 0 && invocation_mapper(inv, &mapper, &err) == 0)
		mapper_all(mapper, false, &resources, &err);
	for (size_t i = 0; i < resources.len; i++)
		add_type(c, resources.items[i], typed, before, after);
	for (const struct resource *r = builtin_resources; !resources.len && r->name; r++)
		add_type(c, r, typed, before, after);
}

/* The types that a command takes, when its description says which; else all. */
static void add_taken_types(struct invocation *inv, const char *types, const char *typed, const char *after,
			    struct candidates *c)
{
	_cleanup_vec_ struct vec list = VEC_OF_STRINGS;

	if (!types) {
		add_types(inv, typed, after, c);
		return;
	}
	vec_add_split(&list, types, ',');
	for (size_t i = 0; i < list.len; i++) {
		_cleanup_free_ char *word = xasprintf("%s%s", vec_string(&list, i), after);

		candidates_add(c, typed, word, NULL);
	}
}

/* TYPE NAME… | TYPE/NAME…; types limits the types, NULL does not. */
static void add_resource_names(struct invocation *inv, const char *types, const struct vec *words, const char *typed,
			       struct candidates *c)
{
	const char *slash = strchr(typed, '/');

	if (slash) {
		_cleanup_free_ char *type = xstrndup(typed, (size_t)(slash - typed));
		_cleanup_free_ char *prefix = xasprintf("%s/", type);

		add_names(inv, type, prefix, typed, words, c);
	} else if (!words->len) {
		add_taken_types(inv, types, typed, "", c);
	} else if (strchr(vec_string(words, 0), '/')) {
		add_taken_types(inv, types, typed, "/", c);
		c->directive |= COMPLETE_NO_SPACE;
	} else if (!strchr(vec_string(words, 0), ',')) {
		add_names(inv, vec_string(words, 0), "", typed, words, c);
	}
}

/* A Pod by name, or TYPE/NAME of something that runs Pods. */
static void add_pods_or_workloads(struct invocation *inv, const struct vec *words, const char *typed,
				  struct candidates *c)
{
	static const char *const types[] = {"daemonsets/", "deployments/", "jobs/", "pods/", "replicasets/",
					    "replicationcontrollers/", "services/", "statefulsets/"};

	if (strchr(typed, '/')) {
		add_resource_names(inv, NULL, words, typed, c);
		return;
	}
	add_names(inv, "pods", "", typed, words, c);
	if (!c->words.len)
		c->directive |= COMPLETE_NO_SPACE;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		candidates_add(c, typed, types[i], NULL);
}

/* Where a kind keeps the spec of its Pods: a CronJob, what has a template, a Pod. */
static const cJSON *pod_spec(const cJSON *object)
{
	const cJSON *spec = json_get(object, "spec");
	const cJSON *job = json_path(spec, "jobTemplate", "spec", "template", "spec", NULL);
	const cJSON *inner = json_path(spec, "template", "spec", NULL);

	return job ? job : inner ? inner : spec;
}

/* The object that words name: TYPE/NAME, TYPE NAME, or a Pod by its name. */
static int get_named(struct invocation *inv, const struct vec *words, cJSON **ret, struct error *err)
{
	const char *first = vec_string(words, 0), *slash = strchr(first, '/');
	_cleanup_free_ char *type = slash ? xstrndup(first, (size_t)(slash - first)) :
					    xstrdup(words->len > 1 ? first : "pods");
	const char *name = slash ? slash + 1 : vec_string(words, words->len > 1 ? 1 : 0), *ns;
	const struct resource *r;
	struct client *client;
	struct mapper *mapper;

	if (prepare(inv, &client, err) < 0 || invocation_mapper(inv, &mapper, err) < 0 ||
	    mapper_find(mapper, type, &r, err) < 0 || invocation_namespace(inv, &ns, NULL, err) < 0)
		return -1;
	return client_get(client, r, ns, name, NULL, ret, err);
}

/* Containers of the object that words name; suffix is what belongs behind each ("=" for set image), or NULL. */
static void add_containers(struct invocation *inv, const struct vec *words, const char *suffix, const char *typed,
			   struct candidates *c)
{
	static const char *const lists[] = {"containers", "initContainers", "ephemeralContainers"};
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = NULL;
	const cJSON *item;

	if (suffix && words->len == 1 && !strchr(vec_string(words, 0), '/')) {
		add_resource_names(inv, NULL, words, typed, c);
		return;
	}
	if (!words->len || get_named(inv, words, &object, &err) < 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		cJSON_ArrayForEach(item, json_get(pod_spec(object), lists[i])) {
			_cleanup_free_ char *text = xasprintf("%s%s", json_string(item, "name") ?: "", suffix ? suffix : "");

			candidates_add(c, typed, text, NULL);
		}
	}
	if (suffix)
		c->directive |= COMPLETE_NO_SPACE;
}

void complete_live(struct invocation *inv, const struct completion *how, const struct vec *words, const char *typed,
		   struct candidates *ret)
{
	switch (how->kind) {
	case COMPLETE_CONTEXTS:
		add_config_names(inv, "contexts", typed, ret);
		return;
	case COMPLETE_CLUSTERS:
		add_config_names(inv, "clusters", typed, ret);
		return;
	case COMPLETE_USERS:
		add_config_names(inv, "users", typed, ret);
		return;
	case COMPLETE_NAMESPACES:
		add_names(inv, "namespaces", "", typed, NULL, ret);
		return;
	case COMPLETE_RESOURCES:
		add_types(inv, typed, "", ret);
		return;
	case COMPLETE_NAMES:
		add_names(inv, how->words, "", typed, words, ret);
		return;
	case COMPLETE_RESOURCE_NAMES:
		add_resource_names(inv, how->words, words, typed, ret);
		return;
	case COMPLETE_POD_OR_WORKLOAD:
		add_pods_or_workloads(inv, words, typed, ret);
		return;
	case COMPLETE_CONTAINERS:
		add_containers(inv, words, how->words, typed, ret);
		return;
	default:
		return; /* not of a kind that asks anybody */
	}
}
