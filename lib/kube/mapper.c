#include "kube/mapper.h"

#include <ctype.h>
#include <strings.h>

#include "base/timeutil.h"
#include "kube/discovery.h"
#include "net/task.h"

#define ASKING_STEP (5 * MILLISECOND)

struct mapper {
	struct client *client;
	struct discovery *discovery; /* the newest; NULL until it is needed */
	struct vec retired;          /* older ones: results of lookups point into them */
	struct vec dropped;          /* built-in rows that this server does not serve */
	bool asking;                 /* discovery is on its way */
	struct vec learned;          /* of definitions that are about to be made, and kinds of local files */
};

/* A resource that owns its strings. */
struct learned {
	struct resource resource;
	struct vec strings;
};

static void learned_free(struct learned *l)
{
	vec_release(&l->strings);
	free(l);
}

int mapper_new(struct client *c, struct mapper **ret, struct error *err)
{
	struct mapper *m = NEW(struct mapper);

	(void)err;
	m->client = c;
	m->retired = VEC_OWNING(discovery_free);
	m->learned = VEC_OWNING(learned_free);
	*ret = m;
	return 0;
}

void mapper_free(struct mapper *m)
{
	if (!m)
		return;
	discovery_free(m->discovery);
	vec_release(&m->retired);
	vec_release(&m->dropped);
	vec_release(&m->learned);
	free(m);
}

/* ---- what to look in ------------------------------------------------------------ */

/* A list of resources in order of precedence. */
struct listing {
	const struct resource *items;
	size_t len;
	const struct vec *dropped; /* rows that do not count, or NULL */
};

static struct listing builtin_listing(const struct mapper *m)
{
	struct listing l = {.items = builtin_resources, .dropped = &m->dropped};

	while (builtin_resources[l.len].name)
		l.len++;
	return l;
}

static struct listing discovery_listing(const struct mapper *m)
{
	return (struct listing){.items = m->discovery->resources, .len = m->discovery->len};
}

static bool is_dropped(const struct listing *l, const struct resource *r)
{
	for (size_t i = 0; l->dropped && i < l->dropped->len; i++)
		if (l->dropped->items[i] == r)
			return true;
	return false;
}

/* Loads discovery unless it is there already (fresh: there and asked in this run). */
static int discover(struct mapper *m, bool fresh, struct error *err)
{
	struct discovery *d;
	int failure;

	/* one task asks for all */
	while (m->asking && task_current())
		task_sleep(ASKING_STEP);
	if (m->discovery && (m->discovery->fresh || !fresh))
		return 0;
	if (!m->client)
		return error_set(err, ERROR_OTHER, "local operation only");
	m->asking = true;
	failure = discovery_load(m->client, fresh, &d, err);
	m->asking = false;
	if (failure)
		return -1;
	if (m->discovery)
		vec_add(&m->retired, m->discovery);
	m->discovery = d;
	return 0;
}

/* ---- resource arguments ----------------------------------------------------------- */

/*
 * What people write, taken apart as client-go does: RESOURCE, RESOURCE.GROUP, and
 * with two dots or more also RESOURCE.VERSION.GROUP. A kind may stand for the resource.
 */
struct asked {
	char *resource;
	const char *group;         /* "" when none is named */
	char *version;             /* NULL without the long form, */
	const char *version_group; /* and its group */
};

static void asked_parse(const char *argument, struct asked *ret)
{
	size_t n = strcspn(argument, ".");
	const char *second = argument[n] ? strchr(argument + n + 1, '.') : NULL;

	*ret = (struct asked){.resource = xstrndup(argument, n), .group = argument[n] ? argument + n + 1 : ""};
	if (second) {
		ret->version = xstrndup(ret->group, (size_t)(second - ret->group));
		ret->version_group = second + 1;
	}
}

static void asked_release(struct asked *a)
{
	free(a->resource);
	free(a->version);
}

/* Older servers do not say the singular form: it is the kind's name then. */
static bool has_name(const struct resource *r, const char *name)
{
	return !strcasecmp(r->name, name) || !strcasecmp(*r->singular ? r->singular : r->kind, name);
}

/* Kinds match as they are written, or all in lower case. */
static bool has_kind(const struct resource *r, const char *kind)
{
	const char *p = r->kind;

	if (!strcmp(p, kind))
		return true;
	for (; *p && tolower((unsigned char)*p) == *kind; p++)
		kind++;
	return !*p && !*kind;
}

typedef bool match_fn(const struct resource *r, const char *name);
enum group_match { GROUP_EXACT, GROUP_PREFIX };

/* The first row whose name and group match; version NULL: any; group "": any. */
static const struct resource *first_match(const struct listing *l, match_fn *match, const char *name,
                                          const char *version, const char *group, enum group_match how)
{
	for (size_t i = 0; i < l->len; i++) {
		const struct resource *r = &l->items[i];

		if (*group && (how == GROUP_EXACT ? strcmp(r->group, group) : !str_starts(r->group, group)))
			continue;
		if ((version && strcmp(r->version, version)) || !match(r, name) || is_dropped(l, r))
			continue;
		return r;
	}
	return NULL;
}

/* A name or, failing that, a short name, of a group or of one that begins so. */
static const struct resource *find_named(const struct listing *l, const char *name, const char *group)
{
	match_fn *const matches[] = {has_name, resource_has_short_name};
	const struct resource *r = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(matches) && !r; i++) {
		r = first_match(l, matches[i], name, NULL, group, GROUP_EXACT);
		if (!r && *group)
			r = first_match(l, matches[i], name, NULL, group, GROUP_PREFIX);
	}
	return r;
}

static const struct resource *find_argument(const struct listing *l, const struct asked *a)
{
	const struct resource *r = NULL;

	if (a->version)
		r = first_match(l, has_name, a->resource, a->version, a->version_group, GROUP_EXACT);
	/* a short name in the long form stands for the resource in whatever version */
	if (!r && a->version)
		r = first_match(l, resource_has_short_name, a->resource, NULL, a->version_group, GROUP_EXACT);
	if (!r)
		r = find_named(l, a->resource, a->group);
	if (!r && a->version)
		r = first_match(l, has_kind, a->resource, a->version, a->version_group, GROUP_EXACT);
	if (!r)
		r = first_match(l, has_kind, a->resource, NULL, a->group, GROUP_EXACT);
	return r;
}

/* Says which resources of less precedence a short name could mean, too. */
static void warn_ambiguous(struct mapper *m, const struct listing *l, const struct resource *found,
                           const struct asked *a)
{
	const char *name = a->resource;

	if (*a->group || has_name(found, name) || !resource_has_short_name(found, name))
		return;
	for (size_t i = 0; i < l->len; i++) {
		const struct resource *r = &l->items[i];
		_cleanup_buf_ struct buf text = BUF_INIT;

		if (!resource_has_short_name(r, name) ||
		    (!strcmp(r->group, found->group) && !strcmp(r->name, found->name)))
			continue;
		buf_printf(&text, "short name \"%s\" could also match lower priority resource ", name);
		resource_group_name(&text, r);
		client_warn(m->client, text.data);
	}
}

static const struct resource *find_builtin(const struct mapper *m, const struct asked *a)
{
	struct listing l = builtin_listing(m);

	return find_argument(&l, a);
}

/* Looks in what is known, then asks the server anew. */
static int find_discovered(struct mapper *m, const struct asked *a, const struct resource **ret, struct error *err)
{
	for (int fresh = 0; fresh <= 1; fresh++) {
		struct listing l;
		const struct resource *r;

		if (discover(m, fresh, err))
			return -1;
		l = discovery_listing(m);
		r = find_argument(&l, a);
		if (r) {
			warn_ambiguous(m, &l, r, a);
			*ret = r;
			return 0;
		}
	}
	return error_set(err, ERROR_OTHER, "the server doesn't have a resource type \"%s\"", a->resource);
}

int mapper_find(struct mapper *m, const char *argument, const struct resource **ret, struct error *err)
{
	_cleanup_(asked_release) struct asked a;
	struct listing builtin = builtin_listing(m);
	const struct resource *r;

	asked_parse(argument, &a);
	r = find_argument(&builtin, &a);
	if (!r)
		return find_discovered(m, &a, ret, err);
	if (m->client)
		warn_ambiguous(m, &builtin, r, &a);
	*ret = r;
	return 0;
}

bool mapper_is_builtin(const struct mapper *m, const char *argument)
{
	_cleanup_(asked_release) struct asked a;

	asked_parse(argument, &a);
	return find_builtin(m, &a);
}

/* ---- kinds ---------------------------------------------------------------------- */

static const struct resource *find_kind(const struct listing *l, const char *group, const char *version,
                                        const char *kind)
{
	for (size_t i = 0; i < l->len; i++) {
		const struct resource *r = &l->items[i];

		if (!strcmp(r->group, group) && (!*version || !strcmp(r->version, version)) && has_kind(r, kind) &&
		    !is_dropped(l, r))
			return r;
	}
	return NULL;
}

static const char *learned_keep(struct learned *l, const char *s)
{
	vec_add_string(&l->strings, s ? s : "");
	return vec_string(&l->strings, l->strings.len - 1);
}

static const struct resource *learn(struct mapper *m, const char *group, const char *version, const char *name,
                                    const char *singular, const char *kind, bool namespaced)
{
	struct learned *l = NEW(struct learned);

	l->strings = VEC_OF_STRINGS;
	l->resource = (struct resource){
	        .group = learned_keep(l, group),
	        .version = learned_keep(l, version),
	        .name = learned_keep(l, name),
	        .singular = learned_keep(l, singular),
	        .kind = learned_keep(l, kind),
	        .short_names = "",
	        .categories = "",
	        .verbs = "",
	        .subresources = "",
	        .namespaced = namespaced,
	};
	vec_add(&m->learned, l);
	return &l->resource;
}

static void learn_version(struct mapper *m, const cJSON *spec, const char *version)
{
	const cJSON *names = json_get(spec, "names");

	if (str_empty(version) || str_empty(json_string(names, "plural")) || str_empty(json_string(names, "kind")))
		return;
	learn(m, json_string(spec, "group"), version, json_string(names, "plural"), json_string(names, "singular"),
	      json_string(names, "kind"), str_equal(json_string(spec, "scope"), "Namespaced"));
}

void mapper_learn(struct mapper *m, const cJSON *definition)
{
	const cJSON *spec = json_get(definition, "spec"), *version;

	if (!str_equal(json_string(definition, "kind"), "CustomResourceDefinition") ||
	    !str_starts(json_string(definition, "apiVersion"), "apiextensions.k8s.io/"))
		return;
	cJSON_ArrayForEach(version, json_get(spec, "versions"))
		learn_version(m, spec, json_string(version, "name"));
}

static const struct resource *find_learned(const struct mapper *m, const char *group, const char *version,
                                           const char *kind)
{
	for (size_t i = 0; i < m->learned.len; i++) {
		const struct resource *r = &((const struct learned *)m->learned.items[i])->resource;

		if (!strcmp(r->group, group) && !strcmp(r->version, version) && !strcmp(r->kind, kind))
			return r;
	}
	return NULL;
}

int mapper_find_kind(struct mapper *m, const char *api_version, const char *kind, const struct resource **ret,
                     struct error *err)
{
	const char *slash = strchr(api_version, '/');
	_cleanup_free_ char *group = slash ? xstrndup(api_version, (size_t)(slash - api_version)) : xstrdup("");
	const char *version = slash ? slash + 1 : api_version;
	struct listing l = builtin_listing(m);
	const struct resource *r = find_kind(&l, group, version, kind);

	if (!r)
		r = find_learned(m, group, version, kind);
	for (int fresh = 0; fresh <= 1 && !r; fresh++) {
		if (discover(m, fresh, err))
			return -1;
		l = discovery_listing(m);
		r = find_kind(&l, group, version, kind);
	}
	if (!r)
		return error_set(err, ERROR_OTHER, "no matches for kind \"%s\" in version \"%s\"", kind, api_version);
	*ret = r;
	return 0;
}

const struct resource *mapper_local_kind(struct mapper *m, const char *api_version, const char *kind)
{
	const char *slash = strchr(api_version, '/');
	_cleanup_free_ char *group = slash ? xstrndup(api_version, (size_t)(slash - api_version)) : xstrdup("");
	const char *version = slash ? slash + 1 : api_version;
	struct listing l = builtin_listing(m);
	const struct resource *r = find_kind(&l, group, version, kind);

	if (!r)
		r = find_learned(m, group, version, kind);
	return r ? r : learn(m, group, version, "", "", kind, false);
}

/* ---- the rest -------------------------------------------------------------------- */

int mapper_category(struct mapper *m, const char *category, struct vec *ret_resources, struct error *err)
{
	if (discover(m, false, err))
		return -1;
	for (size_t i = 0; i < m->discovery->len; i++) {
		const struct resource *r = &m->discovery->resources[i];

		if (!resource_has_category(r, category))
			continue;
		/* one type once, in its preferred version */
		for (size_t j = 0; j < ret_resources->len && r; j++) {
			const struct resource *other = ret_resources->items[j];

			if (!strcmp(other->group, r->group) && !strcmp(other->name, r->name))
				r = NULL;
		}
		if (r)
			vec_add(ret_resources, (void *)r);
	}
	return 0;
}

int mapper_refresh(struct mapper *m, const struct resource *r, const struct resource **ret, struct error *err)
{
	struct listing l;
	const struct resource *now;
	struct error failure = ERROR_INIT;

	vec_add(&m->dropped, (void *)r);
	if (discover(m, true, &failure)) {
		error_release(&failure);
		return -1;
	}
	l = discovery_listing(m);
	now = first_match(&l, has_name, r->name, NULL, *r->group ? r->group : "", GROUP_EXACT);
	if (now && strcmp(now->group, r->group))
		now = NULL;
	if (!now)
		return error_set(err, ERROR_OTHER, "the server doesn't have a resource type \"%s\"", r->name);
	if (resource_same(now, r))
		return -1;
	*ret = now;
	return 0;
}

int mapper_all(struct mapper *m, bool fresh, struct vec *ret_resources, struct error *err)
{
	if (discover(m, fresh, err))
		return -1;
	for (size_t i = 0; i < m->discovery->len; i++)
		vec_add(ret_resources, &m->discovery->resources[i]);
	return 0;
}

int mapper_complete(const struct mapper *m, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_vec_ struct vec sorted = VEC_INIT;

	if (!m->discovery || !m->discovery->failed.len)
		return 0;
	for (size_t i = 0; i < m->discovery->failed.len; i++)
		vec_add(&sorted, m->discovery->failed.items[i]);
	vec_sort(&sorted, vec_compare_strings);
	for (size_t i = 0; i < sorted.len; i++)
		buf_printf(&text, "%s%s", i ? ", " : "", vec_string(&sorted, i));
	return error_set(err, ERROR_OTHER, "unable to retrieve the complete list of server APIs: %s", text.data);
}

int mapper_group_versions(struct mapper *m, bool fresh, struct vec *ret_strings, struct error *err)
{
	if (discover(m, fresh, err))
		return -1;
	for (size_t i = 0; i < m->discovery->group_versions.len; i++)
		vec_add_string(ret_strings, vec_string(&m->discovery->group_versions, i));
	return 0;
}
