#include "data/yaml.h"
#include "kube/kustomize/internal.h"

/* Names that prefixes, suffixes, hashes and patches changed are changed where other objects use them. */

struct referrer {
	cJSON *object;
	const struct vec *items;
	const struct object_id *ids; /* of the items, as they are called now */
	const struct gvk *target; /* the kind that the field names */
	const char *path;
	struct vec candidates; /* items that it may mean, borrowed */
};

/* Namespaces that a RoleBinding's ServiceAccounts are in. */
static bool binds_namespace(const cJSON *object, const char *ns)
{
	const cJSON *subject;

	if (strcmp(object_kind(object), "RoleBinding"))
		return false;
	cJSON_ArrayForEach(subject, json_get(object, "subjects")) {
		if (str_equal(json_string(subject, "kind"), "ServiceAccount") && str_equal(json_string(subject, "namespace"), ns))
			return true;
	}
	return false;
}

/* A ServiceAccount's namespace that is there but says nothing cannot be meant. */
static int check_subjects(const cJSON *object, struct error *err)
{
	struct object_id id = object_id_of(object);
	_cleanup_free_ char *text = id_string(&id);
	const cJSON *subject;

	if (strcmp(object_kind(object), "RoleBinding"))
		return 0;
	cJSON_ArrayForEach(subject, json_get(object, "subjects")) {
		const cJSON *ns = json_get(subject, "namespace");

		if (ns && !json_is_string(ns) && str_equal(json_string(subject, "kind"), "ServiceAccount"))
			return error_set(err, ERROR_OTHER, "Invalid Input: namespace is blank for resource \"%s\"\n", text);
	}
	return 0;
}

static void find_candidates(struct referrer *f)
{
	struct object_id self = object_id_of(f->object);

	for (size_t i = 0; i < f->items->len; i++) {
		struct resource_item *r = f->items->items[i];
		const struct object_id *id = &f->ids[i];

		if (self.cluster_scoped || id->cluster_scoped || id_same_namespace(id, &self) ||
		    binds_namespace(f->object, object_namespace(r->object)))
			vec_add(&f->candidates, r);
	}
}

/* ---- the sieves ------------------------------------------------------------------------------------ */

static bool was_called(const cJSON *object, const char *name, const struct gvk *kind)
{
	const char *names = note_get(object, NOTE_NAMES);
	_cleanup_ids_ struct ids ids = {0};
	bool named = false, of_kind = false;

	/* nearly all objects are told by a glance */
	if (!names || !strstr(names, name))
		return false;
	object_ids(object, false, &ids);
	for (size_t i = 0; i < ids.len; i++) {
		named |= span_equal(ids.items[i].name, span_of(name));
		of_kind |= gvk_selected(&ids.items[i].gvk, kind);
	}
	return named && of_kind;
}

static bool was_kind(const cJSON *object, const struct gvk *kind)
{
	_cleanup_ids_ struct ids ids;

	object_ids(object, false, &ids);
	for (size_t i = 0; i < ids.len; i++)
		if (gvk_selected(&ids.items[i].gvk, kind))
			return true;
	return false;
}

/* A binding's roleRef says which kind of role it means. */
static bool is_referred_role(const struct referrer *f, const cJSON *object)
{
	const cJSON *ref = json_get(f->object, "roleRef"), *group = json_get(ref, "apiGroup"), *kind = json_get(ref, "kind");
	struct gvk gvk = {.group = span_of(scalar_text(group)), .kind = span_of(scalar_text(kind))};

	if (!str_ends(f->path, "roleRef/name") || !group || !kind)
		return true;
	return was_kind(object, &gvk);
}

static bool is_near(const struct referrer *f, const cJSON *object)
{
	struct object_id self = object_id_of(f->object), id = object_id_of(object);

	return self.cluster_scoped || id.cluster_scoped || !strcmp(object_kind(object), "ServiceAccount") ||
	       id_same_namespace(&self, &id);
}

/* Whether the shorter of two lists of affixes ends the longer one. */
static bool same_affixes(const char *a, const char *b, bool either_empty)
{
	size_t n = a ? strlen(a) : 0, m = b ? strlen(b) : 0;
	const char *longer = n > m ? a : b, *shorter = n > m ? b : a;
	size_t more = n > m ? n - m : m - n;

	if (!n || !m)
		return either_empty || (!n && !m);
	return !strcmp(longer + more, shorter) && (!more || longer[more - 1] == ',');
}

static bool has_same_affixes(const struct referrer *f, const cJSON *object, bool either_empty)
{
	return same_affixes(note_get(f->object, NOTE_PREFIXES), note_get(object, NOTE_PREFIXES), either_empty) &&
	       same_affixes(note_get(f->object, NOTE_SUFFIXES), note_get(object, NOTE_SUFFIXES), either_empty);
}

static void keep_same_affixes(const struct referrer *f, struct vec *found, bool either_empty)
{
	size_t n = 0;

	for (size_t i = 0; i < found->len; i++)
		if (has_same_affixes(f, ((struct resource_item *)found->items[i])->object, either_empty))
			found->items[n++] = found->items[i];
	found->len = n;
}

static int fail_ambiguous(const struct referrer *f, const struct vec *found, struct error *err)
{
	_cleanup_buf_ struct buf ids = BUF_INIT, details = BUF_INIT;

	buf_puts(&details, "\n**** Too many possible referral targets to referrer:\n");
	yaml_print(&details, f->object);
	for (size_t i = 0; i < found->len; i++) {
		const cJSON *object = ((struct resource_item *)found->items[i])->object;
		struct object_id id = object_id_of(object);

		buf_puts(&ids, i ? ", " : "");
		id_text(&ids, &id);
		buf_printf(&details, "\n--- possible referral %zu:\n", i);
		yaml_print(&details, object);
	}
	buf_putc(&details, '\n');
	return error_set(err, ERROR_OTHER, "found multiple possible referrals: %s\n%s", ids.data, details.data);
}

static bool all_same(const struct vec *found, bool namespaces)
{
	const cJSON *first = ((struct resource_item *)found->items[0])->object;

	for (size_t i = 1; i < found->len; i++) {
		const cJSON *object = ((struct resource_item *)found->items[i])->object;

		if (strcmp(object_name(object), object_name(first)) ||
		    (namespaces && strcmp(object_namespace(object), object_namespace(first))))
			return false;
	}
	return true;
}

/* The object that a name means; *ret is NULL for none. ns: the original or current namespace, or NULL. */
static int select_referral(const struct referrer *f, const char *name, const struct vec *candidates, bool namespaces,
			   cJSON **ret, struct error *err)
{
	_cleanup_vec_ struct vec found = VEC_INIT;

	*ret = NULL;
	for (size_t i = 0; i < candidates->len; i++) {
		struct resource_item *r = candidates->items[i];

		if (was_called(r->object, name, f->target) && is_referred_role(f, r->object) && is_near(f, r->object))
			vec_add(&found, r);
	}
	if (found.len > 1)
		keep_same_affixes(f, &found, true);
	if (found.len > 1)
		keep_same_affixes(f, &found, false);
	if (!found.len)
		return 0;
	if (found.len > 1 && !all_same(&found, namespaces))
		return fail_ambiguous(f, &found, err);
	*ret = ((struct resource_item *)found.items[0])->object;
	return 0;
}

static void record_referral(const struct referrer *f, cJSON *referral)
{
	struct object_id id = object_id_of(f->object);
	_cleanup_free_ char *text = id_string(&id);

	note_append(referral, NOTE_REF_BY, text);
}

/* ---- the fields --------------------------------------------------------------------------------------- */

static int set_scalar(const struct referrer *f, cJSON *node, struct error *err)
{
	cJSON *referral;

	if (select_referral(f, scalar_text(node), &f->candidates, false, &referral, err))
		return -1;
	if (!referral)
		return 0;
	record_referral(f, referral);
	if (strcmp(object_name(referral), scalar_text(node)))
		scalar_assign(node, object_name(referral), false);
	return 0;
}

/* Candidates that were, or else are, in the namespace that a map names. */
static void candidates_in(const struct referrer *f, const char *ns, struct vec *ret)
{
	for (int original = 1; original >= 0 && !ret->len; original--)
		for (size_t i = 0; i < f->candidates.len; i++) {
			struct resource_item *r = f->candidates.items[i];
			struct object_id id = original ? object_original_id(r->object) : object_id_of(r->object);

			if (!id.cluster_scoped && span_equal(id_namespace(&id), span_of(ns)))
				vec_add(ret, r);
		}
}

static int set_mapping(const struct referrer *f, cJSON *node, struct error *err)
{
	const cJSON *name = json_get(node, "name"), *ns = json_get(node, "namespace");
	_cleanup_vec_ struct vec near = VEC_INIT;
	cJSON *referral;

	if (!name)
		return error_set(err, ERROR_OTHER, "path config error; no 'name' field in node");
	if (ns)
		candidates_in(f, scalar_text(ns), &near);
	if (select_referral(f, scalar_text(name), ns ? &near : &f->candidates, true, &referral, err))
		return -1;
	if (!referral)
		return 0;
	record_referral(f, referral);
	json_set_string(node, "name", object_name(referral));
	if (*object_namespace(referral))
		json_set_string(node, "namespace", object_namespace(referral));
	return 0;
}

static int set_reference(void *ctx, cJSON *node, struct error *err)
{
	cJSON *item;

	if (json_is_null(node))
		return 0;
	if (json_is_object(node))
		return set_mapping(ctx, node, err);
	if (!json_is_array(node))
		return set_scalar(ctx, node, err);
	cJSON_ArrayForEach(item, node) {
		if (json_is_array(item))
			return error_set(err, ERROR_OTHER, "a list is expected to be either a string or a map of string");
		if (!json_is_null(item) && (json_is_object(item) ? set_mapping(ctx, item, err) : set_scalar(ctx, item, err)))
			return -1;
	}
	return 0;
}

static int fix_field(struct referrer *f, const struct field_spec *spec, struct error *err)
{
	struct field_spec own = {.path = spec->path, .create = spec->create};

	f->path = spec->path;
	if (!field_apply(f->object, &own, FIELD_NOTHING, set_reference, f, err))
		return 0;
	struct object_id id = object_id_of(f->object);
	_cleanup_free_ char *text = id_string(&id);

	return error_prefix(err, "updating name reference in '%s' field of '%s': ", spec->path, text);
}

static int fix_object(struct referrer *f, const struct vec *references, struct error *err)
{
	struct object_id original = object_original_id(f->object);

	for (size_t i = 0; i < references->len; i++) {
		const struct reference *r = references->items[i];

		f->target = &r->target;
		for (size_t j = 0; j < r->specs.len; j++) {
			const struct field_spec *spec = r->specs.items[j];

			if (!gvk_selected(&original.gvk, &spec->gvk))
				continue;
			if (!f->candidates.len)
				find_candidates(f);
			if (fix_field(f, spec, err))
				return -1;
			/* the note of a referral may have moved what the id borrows */
			original = object_original_id(f->object);
		}
	}
	return 0;
}

int fix_references(struct accumulator *a, struct error *err)
{
	_cleanup_free_ struct object_id *ids = xcalloc(a->items.len + 1, sizeof(*ids));

	/* what changes below is what objects say of others */
	for (size_t i = 0; i < a->items.len; i++)
		ids[i] = object_id_of(((struct resource_item *)a->items.items[i])->object);
	for (size_t i = 0; i < a->items.len; i++) {
		struct referrer f = {.object = ((struct resource_item *)a->items.items[i])->object, .items = &a->items,
				     .ids = ids};
		int status = check_subjects(f.object, err) || fix_object(&f, &a->config.references, err) ? -1 : 0;

		vec_release(&f.candidates);
		if (status)
			return -1;
	}
	return 0;
}
