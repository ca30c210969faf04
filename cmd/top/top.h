#ifndef KUBEC_CMD_TOP_H
#define KUBEC_CMD_TOP_H

#include "cmd.h"

#include "base/quantity.h"
#include "view/table.h"

/* What top node and top pod share. */

enum measured { CPU, MEMORY, SWAP, MEASURED };

/* How much of each; in Kubernetes' quantities there is no part of a nano. */
struct usage {
	__int128 nano[MEASURED];
};

/* A line of the table. */
struct usage_row {
	const char *namespace, *name; /* borrowed */
	const cJSON *object;          /* its metrics, borrowed */
	struct usage usage;
};

struct top {
	struct invocation *inv;
	struct client *client;
	struct buf selector;    /* of labels, in canonical form */
	bool swap, no_headers;
	struct table table;
};

extern const struct option options_top[];
extern const struct command command_top_node, command_top_pod;

/* The one name that a line may have, or NULL. */
const char *top_name(const struct invocation *inv);

/*
 * Reads what both have in common off the line, in kubectl's order: too many words, an unknown order, a name beside selectors
 * (refusal says so), a broken selector. Release with top_release().
 */
int top_prepare(struct invocation *inv, bool has_selector, const char *refusal, struct top *ret, struct error *err);
void top_release(struct top *t);

/* GETs a list whose failure is told as it comes. selectors may be NULL. */
int top_list(const struct top *t, const struct resource *r, const char *ns, const char *field_selector, cJSON **ret,
	     struct error *err);

/* The same, or GETs the one of this name, as an array. */
int top_read(const struct top *t, const struct resource *r, const char *ns, const char *name, cJSON **ret, struct error *err);

/* The metrics of all, or of the one of this name (NULL: all), as an array. "Metrics API not available" where there are none. */
int top_metrics(const struct top *t, const char *resource, const char *ns, const char *name, cJSON **ret, struct error *err);

/* Adds what an object of quantities ({"cpu": "5m", …}; NULL: nothing) says. */
int usage_add(struct usage *u, const cJSON *quantities, struct error *err);

/* Orders rows as --sort-by says, else by namespace (where they have one) and name. */
void top_sort(const struct top *t, struct usage_row *rows, size_t n);

/* Writes a line of cells, each ended by a tab as in kubectl; NULL ends them. */
void top_headers(struct top *t, const char *first, ...) __attribute__((sentinel));

/* Appends a cell that tells how much of a resource is used: "250m", "1000Mi". */
void usage_cell(struct buf *line, const struct usage *u, enum measured what);

/* Appends a cell that tells how much of available that is, with a bar beside it on a terminal. */
void usage_percent(const struct top *t, struct buf *line, const struct usage *u, enum measured what, __int128 available);

/* How many of enum measured there are to show. */
static inline size_t top_measured(const struct top *t)
{
	return t->swap ? MEASURED : SWAP;
}

/* Prints the table. */
void top_show(struct top *t);

#endif
