#ifndef KUBEC_CMD_APPLY_PRUNE_H
#define KUBEC_CMD_APPLY_PRUNE_H

#include "deletion.h"

/*
 * --prune: what earlier applies made and the manifests of this one do not name any more. An earlier
 * apply is known by its annotation, so that objects made in other ways stay.
 */

/* Where --prune looks. */
struct prune {
	struct vec kinds; /* const struct resource *, those of the command line or kubectl's own */
	bool by_default;  /* kubectl's own */
	bool kept_only;   /* not in the namespace of -n when nothing in it is kept */
};
void prune_release(struct prune *p);

/* --prune, --prune-allowlist, --all */
extern const struct option options_prune[];

/* Reads --prune-allowlist, whose kinds the server must serve. Fails in kubectl's words. */
int prune_read(struct invocation *inv, struct prune *ret, struct error *err);

/*
 * Finds what is to go: objects of p's kinds that carry the annotation, match -l and are none of kept
 * (struct target *, with the objects as the server holds them), in the namespaces of kept and that of -n (see kept_only),
 * all lists asked for at the same time. whole: with everything that is in the objects, and not
 * just their metadata. ret_targets (struct target *, owned) gets what was found before a failure,
 * which kubectl would have deleted by then.
 */
int prune_find(struct invocation *inv, const struct prune *p, const struct vec *kept, bool whole,
	       struct vec *ret_targets, struct error *err);

/* Deletes what was found (unless --dry-run=client) and prints it as "pruned"; failures are appended to errors. */
int prune_delete(struct invocation *inv, const struct deletion *d, const struct vec *targets, struct vec *errors,
		 struct error *err);

#endif
