#ifndef KUBEC_KUBE_KUSTOMIZE_INTERNAL_H
#define KUBEC_KUBE_KUSTOMIZE_INTERNAL_H

#include "kube/kustomize/kustomize.h"

/*
 * The inside of the builder. A target is one kustomization; what it reads and
 * generates is collected in an accumulator, which its transformers then change. Like
 * kustomize, it keeps its notes on an object (earlier names, prefixes, …) in
 * annotations until the end, because patches can see them.
 */

/* ---- names (id.c) ------------------------------------------------------------------ */

/* A part of somebody else's text. */
struct span {
	const char *s;
	size_t n;
};

static inline struct span span_of(const char *s)
{
	return (struct span){s, s ? strlen(s) : 0};
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.n == b.n && (!a.n || !memcmp(a.s, b.s, a.n));
}

/* A kind, wholly or, as a selector, in part. */
struct gvk {
	struct span group, version, kind;
};

/* What tells objects apart. Borrows from the object. */
struct object_id {
	struct gvk gvk;
	struct span name, ns;
	bool cluster_scoped; /* known to be outside of namespaces */
};

struct gvk gvk_of(const cJSON *object);
/* What a selector or a reference says: its group, version and kind. */
struct gvk gvk_selector(const cJSON *node);
bool gvk_equal(const struct gvk *a, const struct gvk *b);
/* Empty parts of the selector match anything. */
bool gvk_selected(const struct gvk *gvk, const struct gvk *selector);
/* "Deployment.v1.apps" */
void gvk_text(struct buf *out, const struct gvk *gvk);
/* Where a kind stands in the order in which kinds are created (Namespace first, …); 0 for most. */
int kind_rank(struct span kind);
/* By group, version and kind. */
int gvk_compare(const struct gvk *a, const struct gvk *b);

struct object_id object_id_of(const cJSON *object);
struct span id_namespace(const struct object_id *id); /* the effective one */
bool id_same_namespace(const struct object_id *a, const struct object_id *b);
bool id_equal(const struct object_id *a, const struct object_id *b);
/* Whether an object has this id; quick to say no. */
bool object_has_id(const cJSON *object, const struct object_id *id);
/* "ConfigMap.v1.[noGrp]/name.[noNs]" */
void id_text(struct buf *out, const struct object_id *id);
char *id_string(const struct object_id *id);

/* ---- resources and lists of them (resource.c) ------------------------------------------ */

#define NOTE "internal.config.kubernetes.io/"
#define NOTE_NAMES       NOTE "previousNames"
#define NOTE_NAMESPACES  NOTE "previousNamespaces"
#define NOTE_KINDS       NOTE "previousKinds"
#define NOTE_PREFIXES    NOTE "prefixes"
#define NOTE_SUFFIXES    NOTE "suffixes"
#define NOTE_REF_BY      NOTE "refBy"
#define NOTE_BEHAVIOR    NOTE "generatorBehavior"
#define NOTE_NEEDS_HASH  NOTE "needsHashSuffix"
#define NOTE_ALLOW_NAME  NOTE "allowNameChange"
#define NOTE_ALLOW_KIND  NOTE "allowKindChange"
#define NOTE_ORIGIN      "config.kubernetes.io/origin"
#define NOTE_TRANSFORMED "alpha.config.kubernetes.io/transformations"
#define NOTE_ENABLED     "enabled"

struct resource_item {
	cJSON *object;   /* NULL when a patch deleted it */
	char *fault;     /* why it cannot be printed, or NULL */
	struct vec vars; /* names of the vars that read it; strings */
};

struct resource_item *item_new(cJSON *object); /* takes object */
void item_free(struct resource_item *r);
DEFINE_CLEANUP(struct resource_item *, item_free);
bool item_is_empty(const struct resource_item *r);

const char *object_name(const cJSON *object);      /* "" without */
const char *object_namespace(const cJSON *object); /* "" without */
const char *object_kind(const cJSON *object);      /* "" without */
/* The text of a scalar as it stood in YAML; "" for anything else. free() nothing: it lives in the node. */
const char *scalar_text(const cJSON *node);
/*
 * Gives a scalar node a new text, keeping what it is: quoted text stays text; otherwise the text
 * says what it is (5, true), unless is_text.
 */
void scalar_assign(cJSON *node, const char *text, bool is_text);
/* Whether a string stood in quotes, or could not stand without. */
bool scalar_was_quoted(const cJSON *node);
/* Makes node what value is; takes value. The node's name and place stay. */
void node_become(cJSON *node, cJSON *value);
/* An empty tree: none, null, {} or []. */
bool node_is_empty(const cJSON *node);

const char *note_get(const cJSON *object, const char *key); /* NULL without */
bool note_enabled(const cJSON *object, const char *key);
void note_set(cJSON *object, const char *key, const char *value); /* NULL removes */
void note_append(cJSON *object, const char *key, const char *value);
/* Makes the annotations texts in order of their keys, as kustomize leaves them after any change of its own. */
void notes_normalize(cJSON *object);
void labels_normalize(cJSON *object);

void object_store_id(cJSON *object);
/* The names that an object had, oldest first, as struct object_id; fails when the notes contradict each other. */
struct ids {
	struct object_id *items;
	size_t len;
};
void ids_release(struct ids *ids);
#define _cleanup_ids_ _cleanup_(ids_release)
/* Earlier ids, then, with current, the one of now. */
void object_ids(const cJSON *object, bool current, struct ids *ret);
/* The first of all ids; borrows from the object. */
struct object_id object_original_id(const cJSON *object);

/* Adds, unless there is one of this id. Takes item, also on failure. */
int items_append(struct vec *items, struct resource_item *item, struct error *err);
/* Moves all items of other. */
int items_append_all(struct vec *items, struct vec *other, struct error *err);
/* Adds a generated item as its behavior says. Takes item. */
int items_absorb(struct vec *items, struct resource_item *item, struct error *err);
/* Drops what patches deleted. */
void items_drop_empty(struct vec *items);
/* Borrowed items that have or had this id. */
void items_with_id(const struct vec *items, const struct object_id *id, struct vec *ret);

/* ---- reading (read.c) -------------------------------------------------------------------- */

struct build {
	const struct kustomize_options *options;
	struct arena arena; /* specs and their texts */
	cJSON *definitions; /* of the OpenAPI document that merges go by; NULL: the built-in schema */
	bool has_schema;    /* somebody said which */
};

/* One folder, and how it was reached. */
struct loader {
	const struct build *build;
	const struct loader *parent;
	char *root; /* absolute, without links */
};

int loader_open(const struct build *b, const struct loader *parent, const char *path, struct loader *ret,
		struct error *err);
void loader_release(struct loader *l);
#define _cleanup_loader_ _cleanup_(loader_release)
/* A file's content, if it may be read. */
int loader_read(const struct loader *l, const char *path, struct buf *ret, struct error *err);
/* Shows a line to the user; of a log, it gets a time. */
void build_notice(const struct build *b, const char *line, bool log);

/* The objects of a text, as items. Fails with messages that say MalformedYAMLError where it is no YAML. */
int items_parse(const char *text, size_t len, struct vec *ret, struct error *err);
/* The same of a file; err names it. */
int items_read(const struct loader *l, const char *path, struct vec *ret, struct error *err);

/* ---- the kustomization file (file.c) ------------------------------------------------------- */

/* Reads, checks and completes it: deprecated fields are moved to where they belong. */
int kustomization_load(const struct loader *l, cJSON **ret, const char **ret_file, struct error *err);

/* Checks a part of one against the fields that its type has. type: "Replacement" … */
int kustomization_check(cJSON *node, const char *type, struct error *err);

/* True when a list of strings at a key holds a word. */
bool kustomization_lists(const cJSON *kustomization, const char *key, const char *word);

/* ---- which fields are what (config.c, facts.c) ----------------------------------------------- */

/* A place in objects of a kind. */
struct field_spec {
	struct gvk gvk;
	const char *path;
	bool create;
};

enum config_list {
	CONFIG_NAME_PREFIX, CONFIG_NAME_SUFFIX, CONFIG_NAMESPACE, CONFIG_COMMON_LABELS, CONFIG_LABELS,
	CONFIG_TEMPLATE_LABELS, CONFIG_COMMON_ANNOTATIONS, CONFIG_VAR_REFERENCE, CONFIG_IMAGES, CONFIG_REPLICAS,
	CONFIG_LISTS,
};

/* Where the names of a kind's objects stand in others. */
struct reference {
	struct gvk target;
	struct vec specs; /* const struct field_spec *, borrowed */
};
void reference_free(struct reference *r);

struct config {
	struct vec lists[CONFIG_LISTS]; /* const struct field_spec *, borrowed */
	struct vec references;          /* struct reference *, owned */
};

void config_init(struct config *c);
void config_release(struct config *c);
#define _cleanup_config_ _cleanup_(config_release)
/* kustomize's own facts. */
void config_add_defaults(struct config *c, struct build *b);
/* Those of the files that configurations: and crds: name. */
int config_add_files(struct config *c, struct build *b, const struct loader *l, const cJSON *paths, struct error *err);
int config_add_crds(struct config *c, struct build *b, const struct loader *l, const cJSON *paths, struct error *err);
int config_merge(struct config *c, const struct config *other, struct error *err);
/* Adds a spec to a list unless it is there. */
int specs_merge(struct vec *specs, const struct field_spec *spec, struct error *err);
const struct field_spec *spec_parse(struct build *b, const cJSON *node);

/* The facts (facts.c); a row for each list of kinds: "Deployment StatefulSet.apps Pod..v1". */
struct spec_fact {
	const char *kinds; /* "" for any: KIND[.GROUP[:VERSION]] */
	const char *path;  /* "@/" at its beginning stands for a kind's pod template */
	bool create;
};
struct spec_facts {
	const struct spec_fact *rows; /* ends with a NULL path */
	const char *target;           /* of references: "ConfigMap:v1" */
	enum config_list list;
};
extern const struct spec_facts spec_facts[];
extern const size_t spec_fact_count;
/* KIND[.GROUP][:VERSION], ended by a space or the end of the text. */
struct gvk gvk_parse_fact(const char *text, const char **ret_end);
/* Whether the kustomize's built-in schema has a kind; *ret_cluster: outside of namespaces. */
bool kind_is_known(const struct gvk *gvk, bool *ret_cluster);
/* The keys that merge items of a list, besides the first; "" for none. */
const char *second_merge_key(const char *field, const char *first_key);

extern const char *const order_first[], *const order_last[]; /* end with NULL */

/* What is done to a node that a spec names. */
typedef int field_fn(void *ctx, cJSON *node, struct error *err);
enum field_kind { FIELD_NOTHING, FIELD_SCALAR, FIELD_MAPPING }; /* what is created where nothing is */
int field_apply(cJSON *object, const struct field_spec *spec, enum field_kind create, field_fn *work, void *ctx,
		struct error *err);
int fields_apply(cJSON *object, const struct vec *specs, enum field_kind create, field_fn *work, void *ctx,
		 struct error *err);
/* "wrong node kind: expected MappingNode but got ScalarNode: node contents: …"; returns -1. */
int error_node_kind(struct error *err, const char *expected, const cJSON *node);

/* A path's parts, split at the separator unless a backslash stands before it; strings. */
void path_split(const char *path, char separator, struct vec *ret);
/* The same for paths with [key=value], which may hold the separator. */
void path_split_smart(const char *path, char separator, struct vec *ret);
/* The node at such parts; NULL when nothing is there. Fails where it cannot be asked for. */
int path_lookup(cJSON *node, const struct vec *parts, size_t count, cJSON **ret, struct error *err);

/* ---- selectors (select.c) -------------------------------------------------------------------- */

/* A regular expression as Go reads them, which has to match all of a text. */
int pattern_matches(const char *pattern, struct span text, bool *ret, struct error *err);
/* Items that a target: selects. */
int items_select(const struct vec *items, const cJSON *selector, struct vec *ret, struct error *err);
/* Whether labels and annotations match the selector's expressions. */
int object_matches_labels(const cJSON *object, const cJSON *selector, bool *ret, struct error *err);
/* Whether kind, name and namespace match the selector's patterns. */
int id_matches(const struct object_id *id, const cJSON *selector, bool *ret, struct error *err);

/* ---- the accumulator and transformers ---------------------------------------------------------- */

struct accumulator {
	struct vec items; /* struct resource_item * */
	struct config config;
	cJSON *vars; /* by name */
};

struct target {
	struct build *build;
	struct loader loader;
	cJSON *kustomization;
	const char *file;      /* the name of its file */
	char *origin;          /* its folder as the first one names it; NULL: origins are not asked for */
	const cJSON *plugin;   /* the configuration of the transformer or generator at work; NULL: the file's own fields */
};

/* Says which configuration failed: that of a builtin, made from the file's fields, or of a plug-in. */
int fail_config(const struct target *t, const char *builtin, const cJSON *config, struct error *err);
/* What is noted of something that a builtin (or t->plugin) made or changed; free() it. */
char *origin_text(const struct target *t, const char *builtin);

/* plugin.c: builtin transformers and generators that are configured by files. */
int plugin_transform(struct target *t, struct accumulator *a, const cJSON *config, struct error *err);
int plugin_generate(struct target *t, struct vec *items, const cJSON *config, struct error *err);

/* generate.c: what configMapGenerator and secretGenerator ask for. */
int target_generate(struct target *t, struct vec *items, struct error *err);
/* A ConfigMap or a Secret; options are those for all generators, or NULL. */
int generate_data(struct target *t, const cJSON *args, const cJSON *options, bool secret, struct vec *items,
		  struct error *err);
int generate_add(struct target *t, struct vec *items, cJSON *object, const char *builtin, struct error *err);
/* Notes on all items which transformer worked on them, where buildMetadata asks for it. */
void target_record(const struct target *t, const struct vec *items, const char *transformer);
/* transform.c: everything that changes items, in kustomize's order. */
int target_transform(struct target *t, struct accumulator *a, struct error *err);
/* Its parts. Specs are borrowed. */
enum subjects { SUBJECTS_DEFAULT, SUBJECTS_ALL, SUBJECTS_NONE };
struct move {
	const char *ns;
	const struct vec *specs;
	enum subjects subjects; /* which subjects of bindings follow */
	bool unset_only;        /* what has a namespace keeps it */
};
int move_items(const struct move *m, struct vec *items, struct error *err);
struct affixes {
	const char *before, *after;
};
int rename_items(struct affixes a, struct vec *items, const struct vec *specs, struct error *err);
int set_entries(struct vec *items, const cJSON *pairs, const struct vec *specs, struct error *err);
int transform_replicas(const cJSON *replica, struct vec *items, const struct vec *specs, struct error *err);
int transform_images(const cJSON *image, struct vec *items, const struct vec *specs, struct error *err);
/* patch.c */
int transform_patches(struct target *t, struct vec *items, const cJSON *patch, struct error *err);
int transform_strategic(struct target *t, struct vec *items, const cJSON *paths, struct error *err);
int transform_json6902(struct target *t, struct vec *items, const cJSON *patch, struct error *err);
/*
 * merge.c: merges a patch into an object as kyaml does; *object is NULL when it is deleted. definitions are
 * those of an OpenAPI document, or NULL for the built-in schema.
 */
int merge_apply(cJSON **object, const cJSON *patch, const cJSON *definitions, struct error *err);
/* replacement.c */
int transform_replacements(struct target *t, struct vec *items, const cJSON *replacements, struct error *err);
/* reference.c: names that changed are changed where they are used. */
int fix_references(struct accumulator *a, struct error *err);
/* vars.c */
int vars_merge(struct accumulator *a, const cJSON *vars, struct error *err);
int vars_resolve(const struct build *b, struct accumulator *a, struct error *err);
/* hash.c: the suffixes of generated names. */
int add_hashes(struct vec *items, struct error *err);

#endif
