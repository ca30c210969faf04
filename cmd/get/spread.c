#include "get/get.h"

/* kubec's own: several namespaces at once (-n a,b), and everything that can be listed (get all --really). */

static struct target *target_in(const struct target *t, const char *namespace)
{
	struct target *copy = NEW(struct target);

	copy->resource = t->resource;
	copy->namespace = xstrdup(namespace);
	copy->name = xstrdup(t->name);
	return copy;
}

/* Targets [from, to) are of one type: all of them in each namespace, or once where there are no namespaces. */
static void type_spread(const struct vec *targets, size_t from, size_t to, const struct vec *namespaces, struct vec *ret)
{
	const struct target *first = targets->items[from];
	size_t times = first->namespace ? namespaces->len : 1;

	for (size_t n = 0; n < times; n++) {
		for (size_t i = from; i < to; i++)
			vec_add(ret, target_in(targets->items[i], first->namespace ? vec_string(namespaces, n) : NULL));
	}
}

int get_spread(struct get *g, struct error *err)
{
	const struct args *a = g->inv->args;
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS, namespaces = VEC_OF_STRINGS;
	struct vec spread = VEC_OWNING(target_free);

	if (!g->options.namespace_given || g->options.all_namespaces || !strchr(g->options.namespace, ','))
		return 0;
	if (args_bool(a, "watch") || args_bool(a, "watch-only"))
		return error_set(err, ERROR_USAGE, "--watch follows one namespace, or with --all-namespaces each of them");
	if (targets_from_files(&g->options))
		return error_set(err, ERROR_USAGE, "several namespaces cannot be used with --filename or --kustomize");
	vec_add_split(&parts, g->options.namespace, ',');
	for (size_t i = 0; i < parts.len; i++) {
		if (*vec_string(&parts, i) && !vec_has_string(&namespaces, vec_string(&parts, i)))
			vec_add_string(&namespaces, vec_string(&parts, i));
	}
	for (size_t i = 0, end; i < g->targets.len; i = end) {
		for (end = i + 1; end < g->targets.len; end++) {
			if (!resource_same(get_target(g, i)->resource, get_target(g, end)->resource))
				break;
		}
		type_spread(&g->targets, i, end, &namespaces, &spread);
	}
	vec_release(&g->targets);
	g->targets = spread;
	g->spread = true;
	return 0;
}

/* ---- everything -------------------------------------------------------------- */

/* A group that serves what another one does, too: the same objects twice. */
static bool is_double(const struct resource *r, const struct vec *all)
{
	if (!str_equal(r->group, "events.k8s.io") && !str_equal(r->group, "extensions"))
		return false;
	for (size_t i = 0; i < all->len; i++) {
		const struct resource *other = all->items[i];

		if (str_equal(other->name, r->name) && !str_equal(other->group, r->group))
			return true;
	}
	return false;
}

/* Discovery tells a group's preferred version first. */
static bool has_version(const struct vec *resources, const struct resource *r)
{
	for (size_t i = 0; i < resources->len; i++) {
		const struct resource *other = resources->items[i];

		if (str_equal(other->name, r->name) && str_equal(other->group, r->group))
			return true;
	}
	return false;
}

/* Nobody asked for a type by its name: that it is deprecated is no news. */
static bool deprecation_drop(const char *text)
{
	return strstr(text, " is deprecated ") != NULL;
}

int get_everything(struct get *g, bool cluster, struct error *err)
{
	_cleanup_error_ struct error incomplete = ERROR_INIT;
	_cleanup_vec_ struct vec all = VEC_INIT, taken = VEC_INIT;

	if (mapper_all(g->mapper, false, &all, err))
		return -1;
	g->everything = true;
	client_divert_warnings(g->client, deprecation_drop);
	for (size_t i = 0; i < all.len; i++) {
		const struct resource *r = all.items[i];
		struct target t = {.resource = r};

		if (!resource_has_verb(r, "list") || !(r->namespaced || cluster) || has_version(&taken, r) ||
		    is_double(r, &all))
			continue;
		vec_add(&taken, (void *)r);
		vec_add(&g->targets,
			target_in(&t, r->namespaced && !g->options.all_namespaces ? g->options.namespace : NULL));
	}
	if (mapper_complete(g->mapper, &incomplete))
		vec_add(&g->errors, error_take(&incomplete));
	return 0;
}

bool get_not_allowed(struct get *g, size_t target, struct error *err)
{
	_cleanup_buf_ struct buf name = BUF_INIT;

	if (!g->everything || !error_is_reason(err, "Forbidden"))
		return false;
	resource_group_name(&name, get_target(g, target)->resource);
	if (!vec_has_string(&g->forbidden, name.data))
		vec_add_string(&g->forbidden, name.data);
	error_release(err);
	return true;
}

void get_say_not_allowed(const struct get *g)
{
	for (size_t i = 0; i < g->forbidden.len; i++)
		fprintf(g->inv->err, "%s%s", i ? ", " : "not allowed to list: ", vec_string(&g->forbidden, i));
	if (g->forbidden.len)
		fputc('\n', g->inv->err);
}
