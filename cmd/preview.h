#ifndef KUBEC_CMD_PREVIEW_H
#define KUBEC_CMD_PREVIEW_H

#include "objects.h"
#include "prefetch.h"

/* What objects would become if they were applied: what diff and apply --diff share. */

struct preview_options {
	struct client *client;
	struct prefetch *live; /* what the server holds */
	bool server_side;
	bool validates;    /* see manifest_unreachable() */
	const char *query; /* of requests that change nothing: "dryRun=All&fieldManager=…" */
};

struct preview {
	const struct target *target; /* what it was made of; NULL: of an object to be deleted */
	char *name;                  /* of its file: "apps.v1.Deployment.default.web" */
	cJSON *live;                 /* NULL: it is not there yet */
	cJSON *merged;               /* NULL: it would be deleted */
};
void preview_free(struct preview *p);

/*
 * Asks the server what t would be. A live object that changes meanwhile is asked for again, three times. The caller
 * owns *ret. Failures are those of kubectl diff.
 */
int preview_target(const struct preview_options *o, struct invocation *inv, struct target *t, struct preview **ret,
		   struct error *err);

/* The preview of a manifest's object that the server cannot be asked about yet: as it was written, where nothing is. */
struct preview *preview_creation(const struct target *t);

/* The preview of a live object that would be deleted. Takes live. */
struct preview *preview_deletion(const struct resource *r, cJSON *live);

/* What is not to be seen: owners of fields, and the data of Secrets, of which only differences remain visible. */
struct preview_hiding {
	bool shows_managed_fields, shows_secrets;
};

/* Forgets the owners of fields already now: half of what many objects take. */
void preview_hide_managers(struct preview *p);

/*
 * Shows the differences (struct preview *, in the order of input, which is changed) on inv->out:
 * by KUBECTL_EXTERNAL_DIFF, by diff -u -N, or by kubec itself, on a person's screen and where there is no diff.
 * *ret_status is 0 for no differences and 1 for some (or, as in kubectl, when a signal ended the
 * program). Fails when the program does not run or tells of trouble.
 */
int previews_show(struct invocation *inv, struct vec *previews, const struct preview_hiding *hiding, int *ret_status,
		  struct error *err);

#endif
