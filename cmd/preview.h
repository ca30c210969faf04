#ifndef KUBEC_CMD_PREVIEW_H
#define KUBEC_CMD_PREVIEW_H

#include "objects.h"
#include "prefetch.h"

/* What objects would become if they were applied: what diff and apply --diff share. */

/* What is not to be seen: owners of fields, and the data of Secrets, of which only differences remain visible. */
struct preview_hiding {
	bool shows_managed_fields, shows_secrets;
};

struct preview_options {
	struct client *client;
	struct prefetch *live; /* what the server holds */
	bool server_side;
	bool validates;    /* see manifest_unreachable() */
	const char *query; /* of requests that change nothing: "dryRun=All&fieldManager=…" */
	struct preview_hiding hiding;
};

/* Both sides as the text that is compared, since many trees would take ten times as much. */
struct preview {
	const struct target *target; /* what it was made of; NULL: of an object to be deleted */
	char *name;                  /* of its file: "apps.v1.Deployment.default.web" */
	struct buf live;             /* empty: it is not there yet */
	struct buf merged;           /* empty: it would be deleted */
	bool differs;                /* otherwise live stands for both */
	bool deletion;               /* there is no file of what it would be */
};
void preview_free(struct preview *p);

/*
 * Asks the server what t would be. A live object that changes meanwhile is asked for again, three times. The caller
 * owns *ret, and *ret_live, the live object or NULL (ret_live may be NULL). Failures are those of kubectl diff.
 */
int preview_target(const struct preview_options *o, struct invocation *inv, struct target *t, struct preview **ret,
		   cJSON **ret_live, struct error *err);

/* The preview of a manifest's object that the server cannot be asked about yet: as it was written, where nothing is. */
struct preview *preview_creation(const struct preview_options *o, const struct target *t);

/* The preview of a live object that would be deleted, which is changed. */
struct preview *preview_deletion(const struct preview_options *o, const struct resource *r, cJSON *live);

/* Makes the texts of p (preview_show.c) of both sides, which are changed; NULL: there is none. */
void preview_render(struct preview *p, const struct preview_hiding *hiding, cJSON *live, cJSON *merged);

/*
 * Shows the differences (struct preview *, in the order of input, which is changed) on inv->out:
 * by KUBECTL_EXTERNAL_DIFF, by diff -u -N, or by kubec itself, on a person's screen and where there is no diff.
 * *ret_status is 0 for no differences and 1 for some (or, as in kubectl, when a signal ended the
 * program). Fails when the program does not run or tells of trouble.
 */
int previews_show(struct invocation *inv, struct vec *previews, int *ret_status, struct error *err);

#endif
