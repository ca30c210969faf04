#ifndef KUBEC_VIEW_DESCRIBE_ENGINE_H
#define KUBEC_VIEW_DESCRIBE_ENGINE_H

#include "view/describe/describe.h"
#include "view/table.h"

/*
 * The engine of descriptions. A kind is a table of fields; a field is shown by
 * one of the functions below, which all kinds share, or by one of its own.
 */

/* An answer to a request that a description made. */
struct answer {
	const struct related *what;
	char *name;   /* tells several of one sort apart; "" */
	char *namespace, *label_selector, *field_selector; /* for further pages */
	cJSON *json;
	struct error error;
};

struct describe {
	struct client *client;
	const struct resource *resource;
	const struct kind *kind;
	const struct describe_options *options;
	struct describe_options options_copy;
	const cJSON *object;
	cJSON *own_object;  /* when it was asked for again */
	struct vec answers; /* struct answer * */
	struct buf raw;     /* cells, not yet aligned */
	struct buf *out;
	int indent;         /* levels added to every write (a description within another) */
	struct error failed; /* why the text cannot be finished */
};

/*
 * One row. level: two spaces each. path: "spec.replicas", from the node that the
 * fields describe; NULL: that node itself. word: what show makes of it.
 */
struct field {
	int level;
	const char *label;
	const char *path;
	void (*show)(struct describe *d, const struct field *f, const cJSON *node);
	const char *word;
};
typedef void field_fn(struct describe *d, const struct field *f, const cJSON *node);

/* Shows all rows (the last has no show) of what node holds. */
void fields_show(struct describe *d, const struct field *fields, const cJSON *node);

/*
 * Writes text at a level. Tabs end cells, newlines end lines, and what a
 * terminal would obey is written out, as in printers.WriteEscaped of cli-runtime.
 */
void put(struct describe *d, int level, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A rest of a line, without the spaces of a level. */
void put_rest(struct describe *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Aligns what was written so far: what follows has columns of its own. */
void describe_align(struct describe *d);

/* The node down a dotted path; NULL when it is not there or is null. */
const cJSON *node_at(const cJSON *node, const char *path);
const char *text_at(const cJSON *node, const char *path); /* "" when it is no text */
int64_t int_at(const cJSON *node, const char *path);      /* 0 when it is no number */
bool bool_at(const cJSON *node, const char *path);
/* True for what Go's omitempty leaves out, too: nothing, "", {}, []. */
bool node_empty(const cJSON *node);
/* The node when it is an object, whose members all have names; else NULL. */
const cJSON *node_object(const cJSON *node);

/*
 * Appends a template in which {path} stands for a value, {path|word} for a value or,
 * where there is none or "", a word, and {path@filter} for a value in another form:
 *   time (RFC 1123 with zone), age, quantity, limit (<unset> for 0), comma (a,b), comma_space (a, b),
 *   list ([a b]), selector
 */
void expand(struct buf *out, const char *template, const cJSON *node);

/* ---- how fields are shown; all but show_if and show_when always give a line ---------- */

field_fn show_text;        /* LABEL: value, or word */
field_fn show_if;          /* the same, when there is a value */
field_fn show_line;        /* LABEL: the template in word */
field_fn show_when;        /* the same, when path leads to something */
field_fn show_spaced;      /* LABEL: the template in word, with a space and no column */
field_fn show_seconds;     /* a number of seconds with its unit, or word */
field_fn show_title;       /* LABEL: and nothing else, or what is in word */
field_fn show_time;        /* RFC 1123 */
field_fn show_labels;      /* key=value, one a line */
field_fn show_annotations; /* key: value, long ones cut */
field_fn show_pairs;       /* key=value, on one line */
field_fn show_selector;    /* a label selector, or <none> */
field_fn show_selector_text; /* a label selector as text */
field_fn show_finalizers;  /* [a b] */
field_fn show_truth;       /* True, False, <unset> */
field_fn show_controller;  /* Kind/name of the controlling owner, when there is one */
field_fn show_phase;       /* status.phase, or for how long it is terminating */
/*
 * A table below LABEL:, when the list has items. word is its lines: header,
 * ruler (or none), and the last one the template of a row.
 */
field_fn show_table;
field_fn show_quantities; /* name: quantity, sorted, below LABEL:, when there are any */
field_fn show_pod_template;
field_fn show_pod_counts; /* of the Pods that a controller owns */

/* ---- parts of values ------------------------------------------------------------------------ */

void time_put(struct buf *out, const char *stamp); /* NULL: Go's zero time */
void age_put(struct buf *out, const char *stamp);  /* "<unknown>" for NULL */
void quantity_put(struct buf *out, const cJSON *node);
void selector_put(struct buf *out, const cJSON *selector); /* "<none>" for one of everything or nothing */
void pairs_put(struct buf *out, const cJSON *map);
void join_put(struct buf *out, const cJSON *list, const char *separator);
const char *storage_class_of(const cJSON *object);
void access_modes_put(struct buf *out, const cJSON *modes);

void labels_show(struct describe *d, const char *indent, const char *title, const cJSON *labels);
void annotations_show(struct describe *d, const char *title, const cJSON *annotations);
void multiline_end(struct describe *d); /* "<none>" of such a list */

/* Keys of an object in byte order; borrowed strings. */
void sorted_keys(const cJSON *object, struct vec *ret);
/* Items of a list ordered by a text of each, those with the same one as they stood. */
void sorted_items(const cJSON *list, const char *key, struct vec *ret);

/* ---- what is asked for besides -------------------------------------------------------------- */

struct related {
	struct resource resource;
	bool single;       /* one object by name, not a list */
	const char *subject; /* what its failures say was listed: "pods"; NULL: they stand alone */
};
extern const struct related related_events, related_pods, related_replica_sets, related_slices, related_services,
	related_quotas, related_limits, related_lease, related_resource_slices;

/* Asks for a list, or for the object called name. Selectors may be NULL; ns NULL: all namespaces. */
void ask(struct describe *d, const struct related *what, const char *ns, const char *name, const char *label_selector,
	 const char *field_selector);
/* The answer; NULL when it was not asked for or failed, and then ret_error (may be NULL) tells why. */
const cJSON *answer_get(const struct describe *d, const struct related *what, const char *name,
			const struct error **ret_error);
/* Follows the pages of lists. */
void answers_complete(struct describe *d);
/* The description fails with this request's failure. True when it did. */
bool answer_required(struct describe *d, const struct related *what, const char *name);
void answer_free(struct answer *a);

void ask_events(struct describe *d, const char *uid, bool with_kind, const char *name);
/* Pods that match spec.selector; a plain map of labels or a label selector. */
void ask_pods(struct describe *d);

/* ---- kinds ------------------------------------------------------------------------------------ */

enum kind_events { EVENTS_SHOWN, EVENTS_NEVER, EVENTS_OWN /* asked for by the kind */, EVENTS_REQUIRED };
struct kind {
	const char *group, *kind;
	const char *version; /* that has all fields which are shown; NULL: any */
	const struct field *fields;
	void (*ask)(struct describe *d); /* for what else it needs, or NULL */
	enum kind_events events;
};
extern const struct kind kinds_core[], kinds_workloads[], kinds_network[], kinds_storage[], kinds_policy[], kinds_rbac[];
const struct kind *kind_find(const struct resource *r);

extern const struct field network_policy_fields[], csr_fields[];
field_fn show_namespace_quotas, show_namespace_limits;
void events_show(struct describe *d);
void generic_show(struct describe *d);

/* ---- pods ---------------------------------------------------------------------------------------- */

extern const struct field pod_fields[];
void containers_show(struct describe *d, const char *title, const char *space, const cJSON *containers,
		     const cJSON *statuses, const cJSON *pod);
void resources_show(struct describe *d, int level, const cJSON *requirements);
void volumes_show(struct describe *d, const char *space, const cJSON *volumes);
void volume_source_show(struct describe *d, const cJSON *holder, bool persistent);
void claim_show(struct describe *d, const cJSON *claim, bool whole);
void tolerations_show(struct describe *d, const char *title, const cJSON *tolerations);
void spread_show(struct describe *d, const char *space, const cJSON *constraints);
void scheduling_group_show(struct describe *d, const char *space, const cJSON *group);
void pod_template_show(struct describe *d, const cJSON *pod_template);
void ask_node(struct describe *d);
extern const struct field node_fields[];

#endif
