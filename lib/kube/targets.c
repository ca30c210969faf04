#include "kube/targets.h"

#include <ctype.h>
#include <sys/stat.h>

#include "data/patch.h"
#include "data/selector.h"

/*
 * The rules are those of k8s.io/cli-runtime's resource.Builder, in its order:
 * first what is wrong with the words, then files, selectors, TYPE/NAME, TYPE NAME….
 */

/* A type that was asked for: by word, or already found through a category. */
struct wanted_type {
	char *word;
	const struct resource *resource;
};

struct wanted_object {
	char *type, *name;
};

struct builder {
	struct mapper *mapper;
	const struct target_options *o;
	struct vec types;      /* struct wanted_type * */
	struct vec pairs;      /* struct wanted_object *: TYPE/NAME */
	struct vec names;      /* strings: TYPE NAME… */
	char *label, *field;   /* trimmed; NULL: none ("" selects everything) */
	const char *namespace; /* "" with -A */
	struct vec *targets, *errors;
};

void target_free(struct target *t)
{
	if (!t)
		return;
	free(t->namespace);
	free(t->name);
	free(t->source);
	cJSON_Delete(t->object);
	free(t);
}

static void type_free(struct wanted_type *t)
{
	free(t->word);
	free(t);
}

static void object_free(struct wanted_object *o)
{
	free(o->type);
	free(o->name);
	free(o);
}

static char *trimmed(const char *s)
{
	size_t n;

	while (s && isspace((unsigned char)*s))
		s++;
	for (n = s ? strlen(s) : 0; n && isspace((unsigned char)s[n - 1]); n--)
		;
	return n ? xstrndup(s, n) : NULL;
}

static void builder_init(struct builder *b, struct mapper *m, const struct target_options *o, struct vec *targets,
                         struct vec *errors)
{
	*b = (struct builder){
	        .mapper = m,
	        .o = o,
	        .types = VEC_OWNING(type_free),
	        .pairs = VEC_OWNING(object_free),
	        .names = VEC_OF_STRINGS,
	        .label = trimmed(o->selector),
	        .field = trimmed(o->field_selector),
	        .namespace = o->all_namespaces || !o->namespace ? "" : o->namespace,
	        .targets = targets,
	        .errors = errors,
	};
}

static void builder_release(struct builder *b)
{
	vec_release(&b->types);
	vec_release(&b->pairs);
	vec_release(&b->names);
	free(b->label);
	free(b->field);
}

/* ---- the words ---------------------------------------------------------------------- */

/* The parts between commas, each once; unlike vec_add_split also empty ones. */
static void split_types(struct vec *parts, const char *word)
{
	for (;;) {
		size_t n = strcspn(word, ",");
		_cleanup_free_ char *part = xstrndup(word, n);

		if (!vec_has_string(parts, part))
			vec_add_string(parts, part);
		if (!word[n])
			return;
		word += n + 1;
	}
}

static void add_type(struct builder *b, const char *word, const struct resource *r)
{
	struct wanted_type *t = NEW(struct wanted_type);

	t->word = xstrdup(word);
	t->resource = r;
	vec_add(&b->types, t);
}

/* A word may be a category ("all"), which stands for its types. */
static int add_type_word(struct builder *b, const char *word, struct error *err)
{
	_cleanup_vec_ struct vec members = VEC_INIT;

	if (!mapper_is_builtin(b->mapper, word) && mapper_category(b->mapper, word, &members, err))
		return -1;
	for (size_t i = 0; i < members.len; i++)
		add_type(b, word, members.items[i]);
	if (!members.len)
		add_type(b, word, NULL);
	return 0;
}

static int add_pair(struct builder *b, const char *word, struct error *err)
{
	const char *slash = strchr(word, '/');
	struct wanted_object *o;

	if (strchr(slash + 1, '/'))
		return error_set(err, ERROR_OTHER, "arguments in resource/name form may not have more than one slash");
	if (slash == word || !slash[1] || memchr(word, ',', (size_t)(slash - word)))
		return error_set(err, ERROR_OTHER,
		                 "arguments in resource/name form must have a single resource and name");
	o = NEW(struct wanted_object);
	o->type = xstrndup(word, (size_t)(slash - word));
	o->name = xstrdup(slash + 1);
	vec_add(&b->pairs, o);
	return 0;
}

/* "a,b x y" means a/x a/y b/x b/y. */
static void expand_types(const struct vec *words, struct vec *ret)
{
	_cleanup_vec_ struct vec types = VEC_OF_STRINGS;

	if (words->len >= 2)
		split_types(&types, vec_string(words, 0));
	if (types.len <= 1) {
		for (size_t i = 0; i < words->len; i++)
			vec_add_string(ret, vec_string(words, i));
		return;
	}
	for (size_t i = 0; i < types.len; i++)
		for (size_t j = 1; j < words->len; j++)
			vec_add(ret, xasprintf("%s/%s", vec_string(&types, i), vec_string(words, j)));
}

static int mixed_forms(const struct builder *b, struct error *err)
{
	const char *program = b->o->program ? b->o->program : "kubec";

	return error_set(err, ERROR_OTHER,
	                 "there is no need to specify a resource type as a separate argument when passing arguments in "
	                 "resource/name form (e.g. '%s get resource/<resource_name>' instead of '%s get resource "
	                 "resource/<resource_name>'",
	                 program, program);
}

static int add_pairs(struct builder *b, const struct vec *words, struct error *err)
{
	for (size_t i = 0; i < words->len; i++)
		if (!strchr(vec_string(words, i), '/'))
			return mixed_forms(b, err);
	for (size_t i = 0; i < words->len; i++)
		if (add_pair(b, vec_string(words, i), err))
			return -1;
	return 0;
}

static int add_types_and_names(struct builder *b, const struct vec *words, struct error *err)
{
	_cleanup_vec_ struct vec types = VEC_OF_STRINGS;

	if (!words->len)
		return 0;
	split_types(&types, vec_string(words, 0));
	for (size_t i = 0; i < types.len; i++)
		if (add_type_word(b, vec_string(&types, i), err))
			return -1;
	for (size_t i = 1; i < words->len; i++)
		vec_add_string(&b->names, vec_string(words, i));
	if (words->len == 1 && !b->label && b->o->list_by_type)
		b->label = xstrdup("");
	return 0;
}

/* Names of a default type, for verbs such as logs: NAME or TYPE/NAME. */
static int add_named(struct builder *b, const struct vec *words, struct error *err)
{
	for (size_t i = 0; i < words->len; i++) {
		_cleanup_free_ char *pair = NULL;

		if (!strchr(vec_string(words, i), '/'))
			pair = xasprintf("%s/%s", b->o->default_type, vec_string(words, i));
		if (add_pair(b, pair ? pair : vec_string(words, i), err))
			return -1;
	}
	return 0;
}

static int add_words(struct builder *b, struct error *err)
{
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS;

	if (!b->o->args)
		return 0;
	if (b->o->default_type)
		return add_named(b, b->o->args, err);
	expand_types(b->o->args, &words);
	for (size_t i = 0; i < words.len; i++)
		if (strchr(vec_string(&words, i), '/'))
			return add_pairs(b, &words, err);
	return add_types_and_names(b, &words, err);
}

/* ---- targets by words ------------------------------------------------------------------- */

static struct target *target_new(const struct builder *b, const struct resource *r, const char *name)
{
	struct target *t = NEW(struct target);

	t->resource = r;
	t->namespace = r->namespaced && *b->namespace ? xstrdup(b->namespace) : NULL;
	t->name = xstrdup(name);
	return t;
}

static int find_type(struct builder *b, struct wanted_type *t, struct error *err)
{
	return t->resource ? 0 : mapper_find(b->mapper, t->word, &t->resource, err);
}

static bool has_list_target(const struct vec *targets, const struct resource *r)
{
	for (size_t i = 0; i < targets->len; i++) {
		const struct target *t = targets->items[i];

		if (!strcmp(t->resource->group, r->group) && !strcmp(t->resource->version, r->version) &&
		    !strcmp(t->resource->kind, r->kind))
			return true;
	}
	return false;
}

static int several_types(struct error *err)
{
	return error_set(err, ERROR_OTHER, "you may only specify a single resource type");
}

static int resolve_selectors(struct builder *b, struct error *err)
{
	if (b->names.len)
		return error_set(err, ERROR_OTHER, "name cannot be provided when a selector is specified");
	if (b->pairs.len)
		return error_set(err, ERROR_OTHER,
		                 "selectors and the all flag cannot be used when passing resource/name arguments");
	if (!b->types.len)
		return error_set(err, ERROR_OTHER, "at least one resource must be specified to use a selector");
	if (!str_empty(b->o->subresource))
		return error_set(err, ERROR_OTHER, "subresource cannot be used when bulk resources are specified");
	if (b->types.len > 1 && b->o->single_type)
		return several_types(err);
	for (size_t i = 0; i < b->types.len; i++) {
		struct wanted_type *t = b->types.items[i];

		if (find_type(b, t, err))
			return -1;
		if (!has_list_target(b->targets, t->resource))
			vec_add(b->targets, target_new(b, t->resource, NULL));
	}
	return 0;
}

static int check_name_scope(const struct builder *b, const struct resource *r, struct error *err)
{
	if (!r->namespaced || *b->namespace)
		return 0;
	return error_set(err, ERROR_OTHER, "%s",
	                 b->o->all_namespaces ? "a resource cannot be retrieved by name across all namespaces"
	                                      : "namespace may not be empty when retrieving a resource by name");
}

static int resolve_pairs(struct builder *b, struct error *err)
{
	_cleanup_vec_ struct vec found = VEC_INIT;

	if (b->types.len)
		return error_set(err, ERROR_OTHER,
		                 "you may not specify individual resources and bulk resources in the same call");
	for (size_t i = 0; i < b->pairs.len; i++) {
		const struct wanted_object *o = b->pairs.items[i];
		const struct resource *r;

		if (mapper_find(b->mapper, o->type, &r, err))
			return -1;
		if (b->o->single_type && found.len && !resource_same(found.items[0], r))
			return several_types(err);
		vec_add(&found, (void *)r);
	}
	for (size_t i = 0; i < b->pairs.len; i++) {
		const struct wanted_object *o = b->pairs.items[i];

		if (check_name_scope(b, found.items[i], err))
			return -1;
		vec_add(b->targets, target_new(b, found.items[i], o->name));
	}
	return 0;
}

static int resolve_names(struct builder *b, struct error *err)
{
	struct wanted_type *t;

	if (b->types.len > 1)
		return error_set(err, ERROR_OTHER, "you must specify only one resource");
	t = b->types.items[0];
	if (find_type(b, t, err) || check_name_scope(b, t->resource, err))
		return -1;
	for (size_t i = 0; i < b->names.len; i++)
		vec_add(b->targets, target_new(b, t->resource, vec_string(&b->names, i)));
	return 0;
}

/* A type alone, for verbs that want names. */
static int resolve_bare_types(struct builder *b, struct error *err)
{
	for (size_t i = 0; i < b->types.len; i++)
		if (find_type(b, b->types.items[i], err))
			return -1;
	return error_set(err, ERROR_OTHER, "resource(s) were provided, but no name was specified");
}

/* ---- targets of manifests ------------------------------------------------------------------ */

/* Whether kubectl has a type for the kind. */
static bool is_typed(const char *api_version, const char *kind)
{
	const char *slash = strchr(api_version, '/');
	_cleanup_free_ char *group = xstrndup(api_version, slash ? (size_t)(slash - api_version) : 0);

	return strategic_schema_find(group, slash ? slash + 1 : api_version, kind);
}

/* kubectl asks the server about such an object all the same, at a place where there is none. */
static int unversioned(const struct builder *b, const struct manifest_object *m, struct error *err)
{
	if (m->from_list)
		return error_set(err, ERROR_OTHER,
		                 "unable to get type info from the object \"*unstructured.Unstructured\": "
		                 "Object 'apiVersion' is missing in 'object has no apiVersion field'");
	error_set(err, ERROR_API, "the server could not find the requested resource");
	err->reason = xstrdup("NotFound");
	if (b->o->doing)
		error_prefix(err, "error when %s \"%s\": ", b->o->doing, m->source);
	return -1;
}

static int map_object(struct builder *b, const struct manifest_object *m, const struct resource **ret,
                      struct error *err)
{
	const char *version = json_string(m->object, "apiVersion"), *kind = json_string(m->object, "kind");
	const char *name = json_path_string(m->object, "metadata", "name", NULL);
	const char *ns = json_path_string(m->object, "metadata", "namespace", NULL);
	_cleanup_error_ struct error why = ERROR_INIT;

	if (str_empty(kind))
		return error_set(err, ERROR_OTHER,
		                 "unable to get type info from the object \"*unstructured.Unstructured\": "
		                 "Object 'Kind' is missing in 'object has no kind field '");
	if (str_empty(version) && !b->o->local && !b->o->typed && !b->o->unsent)
		return unversioned(b, m, err);
	if (b->o->typed && !is_typed(version ? version : "", kind))
		return error_set(err, ERROR_OTHER,
		                 "unable to decode \"%s\": no kind \"%s\" is registered for version \"%s\" in scheme "
		                 "\"pkg/scheme/scheme.go:28\"",
		                 m->source, kind, version ? version : "");
	if (b->o->local) {
		*ret = mapper_local_kind(b->mapper, version ? version : "", kind);
		return 0;
	}
	if (!mapper_find_kind(b->mapper, version ? version : "", kind, ret, &why))
		return 0;
	if (why.class == ERROR_CANCELLED) {
		error_move(err, &why);
		return -1;
	}
	if (m->from_list)
		return error_set(err, ERROR_OTHER, "unable to recognize %s", why.message);
	if (!str_starts(why.message, "no matches for kind"))
		return error_set(err, ERROR_OTHER, "unable to recognize \"%s\": %s", m->source, why.message);
	return error_set(err, ERROR_OTHER,
	                 "resource mapping not found for name: \"%s\" namespace: \"%s\" from \"%s\": %s\nensure CRDs "
	                 "are installed first",
	                 name ? name : "", ns ? ns : "", m->source, why.message);
}

/* Settles the namespace in the object and tells which it is (NULL: none). */
static int settle_namespace(const struct builder *b, const struct resource *r, cJSON *object, const char **ret,
                            struct error *err)
{
	const char *own = json_path_string(object, "metadata", "namespace", NULL);

	*ret = NULL;
	if (b->o->local && str_empty(own))
		return 0;
	if (!b->o->local && !r->namespaced) {
		if (own)
			json_remove(json_get(object, "metadata"), "namespace");
		return 0;
	}
	if (str_empty(own)) {
		if (*b->namespace)
			json_set_string(json_ensure_object(object, "metadata"), "namespace", b->namespace);
		*ret = *b->namespace ? b->namespace : NULL;
		return 0;
	}
	if (b->o->enforce_namespace && strcmp(own, b->namespace))
		return error_set(err, ERROR_OTHER,
		                 "the namespace from the provided object \"%s\" does not match the namespace \"%s\". "
		                 "You must pass '--namespace=%s' to perform this operation.",
		                 own, b->namespace, own);
	*ret = own;
	return 0;
}

/* Takes the manifest's object when all is well. */
static int add_object(struct builder *b, struct manifest_object *m, const struct resource *r, struct error *err)
{
	bool says_namespace = !str_empty(json_path_string(m->object, "metadata", "namespace", NULL));
	const char *ns, *name;
	struct target *t;

	if (settle_namespace(b, r, m->object, &ns, err))
		return -1;
	name = json_path_string(m->object, "metadata", "name", NULL);
	t = NEW(struct target);
	t->resource = r;
	t->namespace = xstrdup(ns);
	t->namespace_defaulted = ns && !says_namespace;
	t->name = xstrdup(name ? name : "");
	t->object = TAKE_PTR(m->object);
	t->source = xstrdup(m->source);
	t->errors_before = b->errors->len;
	vec_add(b->targets, t);
	return 0;
}

/* Takes e, which is about a manifest that could not be read. */
static void add_reading_error(struct builder *b, struct error *e)
{
	struct error *kept = error_take(e);

	kept->reading = kept->class != ERROR_API;
	vec_add(b->errors, kept);
}

/* Takes the errors that were met before the n-th out of wrong. */
static void move_errors(struct builder *b, struct vec *wrong, size_t *taken, size_t n)
{
	while (*taken < n)
		add_reading_error(b, wrong->items[(*taken)++]);
}

/* Errors of reading (wrong) and of mapping are kept in the order of the documents. */
static int add_objects(struct builder *b, const struct vec *objects, struct vec *wrong, const struct selector *selector,
                       struct error *err)
{
	size_t taken = 0;

	for (size_t i = 0; b->o->defines_types && i < objects->len; i++)
		mapper_learn(b->mapper, ((const struct manifest_object *)objects->items[i])->object);
	for (size_t i = 0; i < objects->len; i++) {
		struct manifest_object *m = objects->items[i];
		_cleanup_error_ struct error failure = ERROR_INIT;
		const struct resource *r;

		move_errors(b, wrong, &taken, m->errors_before);
		if (selector && !selector_matches(selector, json_path(m->object, "metadata", "labels", NULL)))
			continue;
		if (!map_object(b, m, &r, &failure)) {
			if (add_object(b, m, r, &failure))
				vec_add(b->errors, error_take(&failure));
		} else if (failure.class == ERROR_CANCELLED) {
			error_move(err, &failure);
			return -1;
		} else {
			add_reading_error(b, &failure);
		}
	}
	move_errors(b, wrong, &taken, wrong->len);
	return 0;
}

static int resolve_files(struct builder *b, struct error *err)
{
	_cleanup_vec_ struct vec objects = VEC_OWNING(manifest_object_free), wrong = VEC_OWNING(error_free);
	_cleanup_(selector_free_p) struct selector *selector = NULL;
	_cleanup_error_ struct error why = ERROR_INIT;
	const struct manifest_options options = {
	        .files = b->o->files,
	        .kustomize = b->o->kustomize.root ? &b->o->kustomize : NULL,
	        .recursive = b->o->recursive,
	        .validate = b->o->validate,
	        .validation = b->o->validation,
	        .in = b->o->in,
	        .text = b->o->text,
	        .text_name = b->o->text_name,
	};

	if (b->types.len)
		return error_set(err, ERROR_OTHER,
		                 "when paths, URLs, or stdin is provided as input, you may not specify "
		                 "resource arguments as well");
	if (b->pairs.len)
		return error_set(err, ERROR_OTHER,
		                 "resource/name arguments cannot be provided when a path is specified");
	if (b->label && selector_parse(b->label, &selector, &why))
		return error_set(err, ERROR_OTHER, "the provided selector \"%s\" is not valid: %s", b->label,
		                 why.message);
	if (manifest_read(&options, &objects, &wrong, err))
		return -1;
	return add_objects(b, &objects, &wrong, selector, err);
}

bool targets_single(const struct target_options *o, const struct vec *targets, const struct vec *errors)
{
	const struct target *first = targets->len ? targets->items[0] : NULL;
	const struct vec *files = o->files;
	struct stat st;

	if (o->kustomize.root)
		return true;
	if (!files || !files->len)
		return targets->len + errors->len == 1 && (!first || first->name) && !o->all && !o->selector &&
		       !o->field_selector;
	/* A folder that holds one file is as good as that file. */
	for (size_t i = 1; i < targets->len; i++) {
		const struct target *t = targets->items[i];

		if (!str_equal(t->source, first->source))
			return false;
	}
	return files->len == 1 && strcmp(vec_string(files, 0), "-") &&
	       (!errors->len || stat(vec_string(files, 0), &st) || !S_ISDIR(st.st_mode));
}

/* ---- all of it ------------------------------------------------------------------------------ */

static int nothing_given(struct error *err)
{
	return error_set(err, ERROR_OTHER,
	                 "You must provide one or more resources by argument or filename.\n"
	                 "Example resource specifications include:\n"
	                 "   '-f rsrc.yaml'\n"
	                 "   '--filename=rsrc.json'\n"
	                 "   '<resource> <name>'\n"
	                 "   '<resource>'");
}

static int resolve(struct builder *b, struct error *err)
{
	if (b->o->all && (b->label || b->field))
		return error_set(err, ERROR_OTHER, "setting 'all' parameter but found a non empty selector. ");
	if (add_words(b, err))
		return -1;
	if (b->o->all && !b->label)
		b->label = xstrdup("");
	if (b->o->text || targets_from_files(b->o))
		return resolve_files(b, err);
	if (b->label || b->field)
		return resolve_selectors(b, err);
	if (b->pairs.len)
		return resolve_pairs(b, err);
	if (b->names.len)
		return resolve_names(b, err);
	if (b->types.len)
		return resolve_bare_types(b, err);
	return nothing_given(err);
}

int targets_resolve(struct mapper *m, const struct target_options *o, struct vec *ret_targets, struct vec *ret_errors,
                    struct error *err)
{
	_cleanup_(builder_release) struct builder b;

	builder_init(&b, m, o, ret_targets, ret_errors);
	return resolve(&b, err);
}
