#ifndef KUBEC_CMD_GET_H
#define KUBEC_CMD_GET_H

#include "cmd.h"
#include "kube/watch.h"

/*
 * One run of get. Its ways to answer are a file each: tables.c (people's
 * columns), objects.c (json, yaml, name …), watch.c and raw.c.
 */
struct get {
	struct invocation *inv;
	struct client *client;
	struct mapper *mapper;
	struct target_options options;
	struct vec targets;   /* struct target *, in the order they were asked for */
	struct vec errors;    /* struct error *: what failed while the rest goes on */
	size_t failed;        /* how many of them are answers of the server */

	const char *output;   /* -o */
	const char *sort_by;  /* "" for none */
	bool human;           /* a table for people */
	bool wide;
	bool single;          /* one name or one file was asked for: one object is then not wrapped in a List */
	bool ignore_not_found;
	bool decode;          /* --decode: the values of Secrets as text */
	bool neat;            /* -o neat-yaml: YAML documents of what people wrote */
	bool spread;          /* several namespaces were given */
	bool everything;      /* all types are asked for: what may not be listed is told in one line */
	struct vec forbidden; /* strings: their names */
	size_t shown;         /* Secrets that were shown to a person */
};

/* Asks for a Table, where a server has such a thing. */
#define GET_TABLE_AS(version) "application/json;as=Table;v=" version ";g=meta.k8s.io"
#define GET_ACCEPT_TABLE GET_TABLE_AS("v1") "," GET_TABLE_AS("v1beta1") ",application/json"

/* How objects are asked for. */
struct get_request {
	const char *accept_one, *accept_list; /* NULL: application/json */
	const char *query;                    /* "includeObject=None", or NULL */
	int64_t limit;                        /* of a page; 0: no pages */
};

/* Makes the request for tables: no more of the objects than the columns need. */
void get_table_request(const struct get *g, struct get_request *ret);

/* The first answer about one target: an object, a Table or the first page of a list. */
struct get_answer {
	cJSON *json;         /* NULL when it failed */
	struct error error;
};

/*
 * Asks for all targets at once. A failure of one stays in its answer; what
 * concerns all of them (no connection, no login) fails the call.
 * *ret_answers has one item a target; release with get_answers_free().
 */
int get_fetch(struct get *g, const struct get_request *rq, struct get_answer **ret_answers, struct error *err);
void get_answers_free(struct get_answer *answers, size_t n);

/*
 * Hands out the answers in order, and the further pages of lists as they are
 * fetched. Failures go to g->errors. each takes json; its failure ends it all.
 */
typedef int get_each_fn(void *ctx, size_t target, cJSON *json, struct error *err);
int get_each(struct get *g, const struct get_request *rq, struct get_answer *answers, get_each_fn *each, void *ctx,
	     struct error *err);

/* A failure of one target: remembered, or forgotten when --ignore-not-found covers it. Empties err. */
void get_failed(struct get *g, size_t target, struct error *err);

static inline struct target *get_target(const struct get *g, size_t i)
{
	return g->targets.items[i];
}

/* With several namespaces (-n a,b) asks for the targets in each of them, in this order. */
int get_spread(struct get *g, struct error *err);
/* Adds a list of each type that can be listed to the targets: those of namespaces, with cluster all. */
int get_everything(struct get *g, bool cluster, struct error *err);
/* True when a failure is one of rights among everything: it is remembered as that, and err empty. */
bool get_not_allowed(struct get *g, size_t target, struct error *err);
void get_say_not_allowed(const struct get *g);

/* Whether what was asked for can be shown so: --decode is for Secrets. */
int get_shape_check(struct get *g, struct error *err);
/* Changes an object to what --decode and -o neat-yaml show of it. */
void get_shape(struct get *g, cJSON *object);
/* --decode without a format: a Secret for a person, as describe shows one, with its values. */
void get_show_secret(struct get *g, const cJSON *secret, struct buf *out);

/* There was nothing to show, which is said unless an error says more. */
void get_say_nothing_found(const struct get *g);

/*
 * Several contexts at once, where the command line names them: *ret_done is then true. For each, get_one() runs in a
 * process whose invocation names the context; there a kind's rows follow a line that begins with GET_KIND_MARK, cells are
 * parted by tabs, and objects are JSON, one a line.
 */
#define GET_KIND_MARK '\036'
int get_contexts(struct invocation *inv, bool *ret_done, struct error *err);
int get_one(struct invocation *inv, struct error *err);

/* Reads what --output and --decode say. */
void get_format(struct get *g);

int get_tables(struct get *g, struct error *err);
int get_objects(struct get *g, struct error *err);
int get_watch(struct get *g, struct error *err);
int get_raw(struct invocation *inv, const char *raw, struct error *err);

/* The printer of -o and --template, into table when there is one (see printer_options). Fails with the formats that there are. */
int get_printer(const struct get *g, struct table *table, struct printer **ret, struct error *err);

/* Writes to standard output at once; text is empty afterwards. */
int get_write(struct get *g, struct buf *text, struct error *err);

#endif
