#include "apply/applyset.h"
#include "apply/prune_lists.h"
#include "each.h"

#include "base/base64.h"
#include "net/digest.h"

#define PREFIX		   "applyset.kubernetes.io/"
#define LABEL_ID	   PREFIX "id"
#define LABEL_MEMBER	   PREFIX "part-of"
#define LABEL_PARENT_TYPE  PREFIX "is-parent-type"
#define ANNOTATION_TOOLING PREFIX "tooling"
#define ANNOTATION_KINDS   PREFIX "contains-group-kinds"
#define ANNOTATION_OLD	   PREFIX "contains-group-resources"
#define ANNOTATION_PLACES  PREFIX "additional-namespaces"

/* Sets belong to tools: kubec is kubectl here, so that both may take turns. */
#define TOOL	"kubectl"
#define MANAGER TOOL "-applyset"

const struct option options_applyset[] = {
	{"applyset", .rare = &(const struct option_rare){.arg = "[RESOURCE[.GROUP]/]NAME", .gate = "KUBECTL_APPLYSET"}, .flags = OPTION_OWN,
	 .help = "With --prune: the object that remembers what belongs together; a Secret where no resource is named."},
	{0},
};

void applyset_release(struct applyset *s)
{
	free(s->name);
	free(s->id);
	map_release(&s->kinds);
	map_release(&s->namespaces);
	map_release(&s->new_kinds);
	map_release(&s->new_namespaces);
}

/* ---- the parent ------------------------------------------------------------------------------- */

bool applyset_asked(const struct invocation *inv)
{
	return args_knows(inv->args, "applyset") && *args_string(inv->args, "applyset");
}

/* RESOURCE[.GROUP]: all behind the first dot is the group, or its beginning. */
static int find_resource(struct mapper *m, const char *text, const struct resource **ret, struct error *err)
{
	const char *dot = strchr(text, '.'), *group = dot ? dot + 1 : "";
	int failed = mapper_find(m, text, ret, err);

	if (!failed && str_starts((*ret)->group, group))
		return 0;
	if (failed && err->class != ERROR_OTHER)
		return -1;
	return error_set(err, ERROR_OTHER, "no matches for %s/, Resource=%.*s", group,
			 (int)(dot ? (size_t)(dot - text) : strlen(text)), text);
}

static int parse_reference(struct mapper *m, const char *text, struct applyset *s, struct error *err)
{
	const char *slash = strchr(text, '/');
	_cleanup_free_ char *resource = slash ? xstrndup(text, (size_t)(slash - text)) : xstrdup("secrets");

	s->name = xstrdup(slash ? slash + 1 : text);
	if (!*s->name)
		return error_set(err, ERROR_OTHER, "name cannot be blank");
	return find_resource(m, resource, &s->resource, err);
}

int applyset_parse(struct invocation *inv, struct applyset *ret, struct error *err)
{
	const char *text = args_string(inv->args, "applyset"), *ns;
	struct mapper *m;
	bool given;

	if (invocation_mapper(inv, &m, err) || invocation_namespace(inv, &ns, &given, err))
		return -1;
	if (parse_reference(m, text, ret, err))
		return error_prefix(err, "invalid parent reference \"%s\": ", text);
	ret->namespace = given && ret->resource->namespaced ? ns : NULL;
	return 0;
}

static bool is_builtin_parent(const struct resource *r)
{
	return !*r->group && (!strcmp(r->name, "secrets") || !strcmp(r->name, "configmaps"));
}

/* Custom resources whose definition is marked may be parents. */
static int check_custom_parent(struct invocation *inv, const struct resource *r, bool *ret_allowed, struct error *err)
{
	_cleanup_buf_ struct buf path = BUF_INIT, wanted = BUF_INIT;
	_cleanup_json_ cJSON *list = NULL;
	const cJSON *definition;
	struct client *c;

	buf_puts(&path, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?labelSelector=");
	buf_url_escape(&path, LABEL_PARENT_TYPE);
	resource_group_name(&wanted, r);
	if (invocation_client(inv, &c, err) ||
	    client_call(c, &(struct client_request){.method = "GET", .path = path.data}, &list, err))
		return error_wrap(err, "identifying allowed custom resource parent types: ");
	cJSON_ArrayForEach(definition, json_get(list, "items")) {
		if (str_equal(json_path_string(definition, "metadata", "name", NULL), wanted.data))
			*ret_allowed = true;
	}
	return 0;
}

static int make_id(struct applyset *s, struct error *err)
{
	unsigned char digest[SHA256_SIZE];
	_cleanup_buf_ struct buf text = BUF_INIT, id = BUF_INIT;

	buf_printf(&text, "%s.%s.%s.%s", s->name, s->namespace ? s->namespace : "", s->resource->kind, s->resource->group);
	if (sha256(text.data, text.len, digest, err))
		return -1;
	buf_puts(&id, "applyset-");
	base64_encode_url(&id, digest, sizeof(digest));
	buf_puts(&id, "-v1");
	s->id = buf_take(&id);
	return 0;
}

int applyset_validate(struct invocation *inv, struct applyset *s, struct error *err)
{
	const struct resource *r = s->resource;
	_cleanup_vec_ struct vec wrong = VEC_OWNING(error_free);
	_cleanup_error_ struct error why = ERROR_INIT;
	bool allowed = is_builtin_parent(r);

	if (r->namespaced && !s->namespace)
		errors_add(&wrong, ERROR_OTHER, "namespace is required to use namespace-scoped ApplySet");
	if (!allowed && check_custom_parent(inv, r, &allowed, &why))
		vec_add(&wrong, error_take(&why));
	if (!allowed)
		errors_add(&wrong, ERROR_OTHER, "resource \"%s/%s, Resource=%s\" is not permitted as an ApplySet parent", r->group,
			   r->version, r->name);
	report_errors(inv, &wrong);
	return wrong.len ? -1 : make_id(s, err);
}

/* ---- members ------------------------------------------------------------------------------------ */

int applyset_label(const struct applyset *s, const struct vec *targets, struct error *err)
{
	for (size_t i = 0; i < targets->len; i++) {
		cJSON *metadata = json_ensure_object(((struct target *)targets->items[i])->object, "metadata");
		cJSON *labels = metadata ? json_ensure_object(metadata, "labels") : NULL;

		if (json_get(labels, LABEL_MEMBER))
			return error_set(err, ERROR_OTHER, "ApplySet label \"%s\" already set in input data", LABEL_MEMBER);
		if (labels)
			json_set_string(labels, LABEL_MEMBER, s->id);
	}
	return 0;
}

static void note_members(struct applyset *s, const struct vec *targets)
{
	for (size_t i = 0; i < targets->len; i++) {
		const struct target *t = targets->items[i];
		_cleanup_buf_ struct buf kind = BUF_INIT;

		buf_printf(&kind, "%s%s%s", t->resource->kind, *t->resource->group ? "." : "", t->resource->group);
		map_set(&s->new_kinds, kind.data, (void *)t->resource);
		if (t->resource->namespaced && !str_empty(t->namespace))
			map_set(&s->new_namespaces, t->namespace, NULL);
	}
}

/* ---- reading the parent ---------------------------------------------------------------------------- */

/* "secrets./NAME", as errors call the parent. */
static char *parent_text(const struct applyset *s)
{
	return xasprintf("%s.%s/%s", s->resource->name, s->resource->group, s->name);
}

/* "Deployment.apps" */
static int find_group_kind(struct mapper *m, const char *text, const struct resource **ret, struct error *err)
{
	const char *dot = strchr(text, '.'), *group = dot ? dot + 1 : "";
	_cleanup_free_ char *kind = xstrndup(text, dot ? (size_t)(dot - text) : strlen(text));
	_cleanup_free_ char *version = xasprintf("%s%s", group, dot ? "/" : "");

	if (!mapper_find_kind(m, version, kind, ret, err))
		return 0;
	if (err->class == ERROR_OTHER)
		error_set(err, ERROR_OTHER, "no matches for kind \"%s\" in group \"%s\"", kind, group);
	return -1;
}

static int read_kinds(struct mapper *m, const char *text, struct map *ret, struct error *err)
{
	_cleanup_vec_ struct vec kinds = VEC_OF_STRINGS;

	vec_add_split(&kinds, text, ',');
	for (size_t i = 0; i < kinds.len; i++) {
		const struct resource *r;

		if (find_group_kind(m, vec_string(&kinds, i), &r, err))
			return error_prefix(err, "could not find mapping for kind in \"%s\" annotation: ", ANNOTATION_KINDS);
		map_set(ret, vec_string(&kinds, i), (void *)r);
	}
	return 0;
}

/* What kubectl wrote before 1.28: "deployments.apps". */
static int read_resources(struct mapper *m, const char *text, struct map *ret, struct error *err)
{
	_cleanup_vec_ struct vec resources = VEC_OF_STRINGS;

	vec_add_split(&resources, text, ',');
	for (size_t i = 0; i < resources.len; i++) {
		const struct resource *r;
		_cleanup_buf_ struct buf kind = BUF_INIT;

		if (find_resource(m, vec_string(&resources, i), &r, err))
			return error_prefix(err, "invalid group resource in \"%s\" annotation: ", ANNOTATION_OLD);
		buf_printf(&kind, "%s%s%s", r->kind, *r->group ? "." : "", r->group);
		map_set(ret, kind.data, (void *)r);
	}
	return 0;
}

static int read_content(struct mapper *m, struct applyset *s, const cJSON *annotations, struct error *err)
{
	const char *kinds = json_string(annotations, ANNOTATION_KINDS), *old = json_string(annotations, ANNOTATION_OLD);
	const char *places = json_string(annotations, ANNOTATION_PLACES);
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	if (!kinds && str_empty(old))
		return error_set(err, ERROR_OTHER,
				 "kubectl requires the \"%s\" annotation to be set on all ApplySet parent objects",
				 ANNOTATION_KINDS);
	if (kinds ? read_kinds(m, kinds, &s->kinds, err) : read_resources(m, old, &s->kinds, err))
		return -1;
	vec_add_split(&names, places ? places : "", ',');
	for (size_t i = 0; i < names.len; i++)
		map_set(&s->namespaces, vec_string(&names, i), NULL);
	if (s->namespace)
		map_set(&s->namespaces, s->namespace, NULL);
	return 0;
}

/* Whose set it is: "kubectl/v1.36.0" is kubectl's. */
static int check_tooling(const char *parent, const char *tooling, struct error *err)
{
	const char *slash = tooling ? strrchr(tooling, '/') : NULL;
	int len = slash ? (int)(slash - tooling) : tooling ? (int)strlen(tooling) : 0;

	if (!tooling)
		return error_set(err, ERROR_OTHER,
				 "ApplySet parent object \"%s\" already exists and is missing required annotation \"%s\"", parent,
				 ANNOTATION_TOOLING);
	if (len != (int)strlen(TOOL) || strncmp(tooling, TOOL, (size_t)len))
		return error_set(err, ERROR_OTHER,
				 "ApplySet parent object \"%s\" already exists and is managed by tooling \"%.*s\" instead of "
				 "\"%s\"",
				 parent, len, tooling, TOOL);
	return 0;
}

static int check_parent(const struct applyset *s, const char *parent, const cJSON *object, struct error *err)
{
	const char *id = json_path_string(object, "metadata", "labels", LABEL_ID, NULL);

	if (check_tooling(parent, json_path_string(object, "metadata", "annotations", ANNOTATION_TOOLING, NULL), err))
		return -1;
	if (!id)
		return error_set(err, ERROR_OTHER, "ApplySet parent object \"%s\" exists and does not have required label %s",
				 parent, LABEL_ID);
	if (strcmp(id, s->id))
		return error_set(err, ERROR_OTHER,
				 "ApplySet parent object \"%s\" exists and has incorrect value for label \"%s\" (got: %s, want: %s)",
				 parent, LABEL_ID, id, s->id);
	return 0;
}

static int read_parent(struct invocation *inv, struct applyset *s, struct error *err)
{
	_cleanup_free_ char *parent = parent_text(s);
	_cleanup_json_ cJSON *object = NULL;
	struct client *c;
	struct mapper *m;

	if (invocation_client(inv, &c, err) || invocation_mapper(inv, &m, err))
		return -1;
	if (client_get(c, s->resource, s->namespace, s->name, NULL, &object, err)) {
		_cleanup_free_ char *prefix = xasprintf("failed to fetch ApplySet parent object \"%s\": ", parent);

		if (!error_is_reason(err, "NotFound"))
			return error_wrap(err, prefix);
		if (!is_builtin_parent(s->resource))
			return error_set(err, ERROR_OTHER,
					 "custom resource ApplySet parents cannot be created automatically");
		error_release(err);
		return 0;
	}
	if (check_parent(s, parent, object, err))
		return -1;
	if (read_content(m, s, json_path(object, "metadata", "annotations", NULL), err))
		return error_prefix(err, "parsing ApplySet annotation on \"%s\": ", parent);
	return 0;
}

/* ---- writing the parent ------------------------------------------------------------------------------ */

/* The keys of both maps (more may be NULL), sorted, each once, without skip, joined by commas; free() it. */
static char *joined(const struct map *keys, const struct map *more, const char *skip)
{
	_cleanup_vec_ struct vec all = VEC_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	for (size_t i = 0; i < keys->len; i++)
		vec_add(&all, keys->entries[i].key);
	for (size_t i = 0; more && i < more->len; i++) {
		if (!map_has(keys, more->entries[i].key))
			vec_add(&all, more->entries[i].key);
	}
	vec_sort(&all, vec_compare_strings);
	for (size_t i = 0; i < all.len; i++) {
		if (!str_equal(vec_string(&all, i), skip))
			buf_printf(&text, "%s%s", text.len ? "," : "", vec_string(&all, i));
	}
	return buf_take(&text);
}

/* What the parent is to say; with_old: also of what it held before. */
static void parent_patch(const struct applyset *s, bool with_old, struct buf *out)
{
	_cleanup_free_ char *kinds = joined(&s->new_kinds, with_old ? &s->kinds : NULL, NULL);
	_cleanup_free_ char *places = joined(&s->new_namespaces, with_old ? &s->namespaces : NULL, s->namespace);
	_cleanup_buf_ struct buf version = BUF_INIT;
	_cleanup_json_ cJSON *patch = NULL;

	resource_api_version(&version, s->resource);
	patch = json_parse_literal("{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":{\"name\":\"%s\",\"labels\":{\"%s\":\"%s\"},"
				   "\"annotations\":{\"%s\":\"%s\",\"%s\":\"%s\",\"%s\":\"%s\"}}}",
				   s->resource->kind, version.data, s->name, LABEL_ID, s->id, ANNOTATION_PLACES, places,
				   ANNOTATION_KINDS, kinds, ANNOTATION_TOOLING, TOOL "/" KUBECTL_RELEASE);
	json_set_string(json_get(patch, "metadata"), "namespace", s->namespace);
	json_print(out, patch, JSON_COMPACT | JSON_SORT_KEYS);
}

static int send_parent(struct invocation *inv, const struct applyset *s, const char *body, bool force, struct error *err)
{
	_cleanup_buf_ struct buf query = BUF_INIT;
	struct client *c;

	if (invocation_client(inv, &c, err) || change_query(inv, MANAGER, &query, err))
		return -1;
	buf_printf(&query, "&force=%s", force ? "true" : "false");
	return client_patch(c, s->resource, s->namespace, s->name, NULL, PATCH_APPLY, body, query.data, NULL, err);
}

static int update_parent(struct invocation *inv, const struct applyset *s, bool with_old, struct error *err)
{
	_cleanup_buf_ struct buf body = BUF_INIT, warning = BUF_INIT;
	int failed;

	if (dry_run_client(inv))
		return 0;
	parent_patch(s, with_old, &body);
	failed = send_parent(inv, s, body.data, false, err);
	if (failed && error_is_reason(err, "Conflict")) {
		buf_printf(&warning, "WARNING: failed to update ApplySet: %s\nApplySet field manager %s should own these fields. "
			   "Retrying with conflicts forced.", err->message, MANAGER);
		invocation_log_warning(inv, "applyset.go:447", warning.data);
		error_release(err);
		failed = send_parent(inv, s, body.data, true, err);
	}
	return failed ? error_wrap(err, "failed to update ApplySet: ") : 0;
}

int applyset_begin(struct invocation *inv, struct applyset *s, const struct vec *targets, struct error *err)
{
	if (read_parent(inv, s, err))
		return -1;
	note_members(s, targets);
	return update_parent(inv, s, true, err);
}

/* ---- pruning --------------------------------------------------------------------------------------------- */

static void plan_lists(const struct applyset *s, struct vec *lists)
{
	for (size_t k = 0; k < s->kinds.len; k++) {
		const struct resource *r = s->kinds.entries[k].value;

		if (!r->namespaced)
			prune_lists_add(lists, r, NULL);
		for (size_t n = 0; r->namespaced && n < s->namespaces.len; n++)
			prune_lists_add(lists, r, s->namespaces.entries[n].key);
	}
}

/* A kind that this server has in another version than the newest one. */
static void list_again(struct mapper *m, struct client *c, struct prune_list *l, const char *selector)
{
	const struct list_options o = {.label_selector = selector};
	const struct resource *served;
	_cleanup_error_ struct error ignored = ERROR_INIT;

	if (!error_is_unknown_type(&l->error) || mapper_refresh(m, l->resource, &served, &ignored))
		return;
	error_release(&l->error);
	l->resource = served;
	client_list(c, served, l->namespace, &o, &l->json, &l->error);
}

/* All lists or nothing: nobody is deleted when one cannot be had. */
static int find_members(struct invocation *inv, const struct applyset *s, const struct vec *applied, bool whole,
			struct vec *ret_targets, struct error *err)
{
	_cleanup_vec_ struct vec lists = VEC_OWNING(prune_list_free);
	_cleanup_map_ struct map uids = MAP_INIT;
	_cleanup_free_ char *selector = xasprintf("%s=%s", LABEL_MEMBER, s->id);
	struct client *c;
	struct mapper *m;

	plan_lists(s, &lists);
	if (invocation_client(inv, &c, err) || invocation_mapper(inv, &m, err) ||
	    prune_lists_fetch(c, &lists, selector, whole, err))
		return -1;
	for (size_t i = 0; i < lists.len; i++) {
		struct prune_list *l = lists.items[i];
		const struct resource *r = l->resource;
		_cleanup_free_ char *prefix =
			xasprintf("listing %s/%s, Kind=%s objects for pruning: ", r->group, r->version, r->kind);

		list_again(m, c, l, selector);
		if (l->error.class) {
			error_move(err, &l->error);
			return error_wrap(err, prefix);
		}
	}
	kept_uids(applied, &uids);
	for (size_t i = 0; i < lists.len; i++)
		prune_list_take(lists.items[i], &uids, false, ret_targets);
	return 0;
}

struct member_deletion {
	const struct deletion *deletion;
	struct printer *printer; /* one for all: YAML documents are parted */
};

static int delete_member(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct member_deletion *d = ctx;
	const struct resource *r = t->resource;
	_cleanup_json_ cJSON *remains = NULL;
	struct client *c;

	if (invocation_client(inv, &c, err))
		return -1;
	if (!dry_run_client(inv) && deletion_delete(d->deletion, c, t, &remains, err)) {
		_cleanup_free_ char *prefix =
			xasprintf("pruning %s%s%s %s%s%s: ", r->kind, *r->group ? "." : "", r->group,
				  t->namespace ? t->namespace : "", t->namespace ? "/" : "", t->name);

		return error_wrap(err, prefix);
	}
	return 0;
}

static int show_member(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct member_deletion *d = ctx;

	json_sort_keys(t->object);
	return invocation_print(inv, d->printer, t->resource, t->object, err);
}

int applyset_prune(struct invocation *inv, struct applyset *s, const struct deletion *d, const struct vec *applied,
		   bool whole, struct vec *errors, struct error *err)
{
	_cleanup_vec_ struct vec gone = VEC_OWNING(target_free);
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	struct member_deletion m = {.deletion = d};

	if (find_members(inv, s, applied, whole, &gone, err) || invocation_printer(inv, "pruned", &printer, err))
		return -1;
	m.printer = printer;
	if (each_run(inv, &gone, &(struct each){.work = delete_member, .show = show_member, .ctx = &m}, errors, err))
		return -1;
	if (errors->len)
		return 0;
	if (update_parent(inv, s, false, err))
		return error_prefix(err, "apply and prune succeeded, but ApplySet update failed: ");
	return 0;
}
