#ifndef KUBEC_CMD_DEBUG_H
#define KUBEC_CMD_DEBUG_H

#include "objects.h"

/* The Pods and containers that debug makes. */

/* What kind of thing is debugged, and how. */
enum debug_style { DEBUG_EPHEMERAL, DEBUG_COPY, DEBUG_NODE };

struct debug_profile;

/* What is asked for; options that only one place looks at are read there. */
struct debug {
	struct invocation *inv;
	struct client *client;
	const char *container, *image;
	const struct debug_profile *profile;
	struct vec command; /* words behind "--"; borrowed strings */
	cJSON *env;         /* list of variables; NULL: none */
	cJSON *images;      /* --set-image: name to image; NULL: none */
	cJSON *custom;      /* the container of --custom; NULL: none */
	bool quiet;
};

/* The profile of this name. Fails in kubectl's words. */
int debug_profile_find(const char *name, const struct debug_profile **ret, struct error *err);

/*
 * Reads the partial container of --custom; what says nothing is left out. *ret stays as it is for a file that is empty. Fails in
 * kubectl's words.
 */
int debug_custom_read(const char *path, cJSON **ret, struct error *err);

/* Fails when it has what --custom may not change. */
int debug_custom_check(const cJSON *custom, struct error *err);

/* Fails where a Pod that a manifest holds has something of another type at a place that is looked at here. */
int debug_check_manifest(const char *source, const cJSON *pod, struct error *err);

/*
 * Make the Pod to send of the Pod or Node that is debugged: with another ephemeral container, a copy, a Pod on the node. *ret_name is
 * the container to attach to, NULL when there is none. The caller owns both. Names that were chosen are told unless quiet.
 */
int debug_make_ephemeral(struct debug *d, const cJSON *pod, cJSON **ret, char **ret_name, struct error *err);
int debug_make_copy(struct debug *d, const cJSON *pod, cJSON **ret, char **ret_name, struct error *err);
int debug_make_node(struct debug *d, const cJSON *node, cJSON **ret, char **ret_name, struct error *err);

/* Warns when the Pod has a user who gets nothing of the rights that the container of this list of the one that is made is given. */
void debug_warn_user(struct debug *d, const cJSON *pod, const cJSON *made, const char *list, const char *container);

#endif
