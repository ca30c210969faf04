#ifndef KUBEC_CMD_SET_CHANGE_H
#define KUBEC_CMD_SET_CHANGE_H

#include "live.h"

/* What the verbs of set share: one property of many objects, live or (--local) of files. */
struct set_change {
	/* As in struct live_change. */
	int (*change)(void *ctx, const struct resource *r, cJSON *object, struct error *err);
	void *ctx;
	const char *operation;     /* "env updated" */
	const char *patch_failure; /* what is put before the server's refusal ("failed to patch …: "), or NULL */
	bool always;               /* an object that stays the same is sent and printed, too */
	struct vec *reading;       /* failures of the fetch, where the objects that were found are changed all the same; or NULL */
	each_fn *show;             /* prints a changed object (ctx); NULL: simply does */
	bool plain;                /* refusals are told as they are, without the object's name */
	/* of set_change_begin() */
	bool local, client_dry_run;
	bool server_dry_run;
	struct buf query;
	struct printer *printer;
};
void set_change_release(struct set_change *c);

/* --all and --local, --field-manager */
extern const struct option options_set[];

/* TYPE/NAME of what runs Pods */
extern const struct argument set_arguments[];

/* Reads --dry-run, --local, --field-manager, and makes the printer. */
int set_change_begin(struct invocation *inv, struct set_change *c, struct error *err);

/* cannot specify --local and --dry-run=server - did you mean --dry-run=client? */
int set_check_local(const struct set_change *c, struct error *err);

/* cannot set --all and --selector at the same time */
int set_check_all(struct invocation *inv, struct error *err);

/* you must specify resources by --filename when --local is set. … */
int set_local_words(struct error *err);

/*
 * The objects that words (NULL: all of the line's) and files name, live or as their files have them; kinds
 * that are not built in are refused. What is wrong goes to errors, after which nothing is to be changed.
 */
int set_change_find(struct invocation *inv, const struct set_change *c, const struct vec *words, struct vec *targets,
		    struct vec *errors, struct error *err);

/* Changes them, prints each, and adds what fails to errors. */
int set_change_run(struct invocation *inv, struct set_change *c, const struct vec *targets, struct vec *errors,
		   struct error *err);

/*
 * Calls each for the containers of a workload whose names match pattern ("*", "web-*"), those that run
 * before the others last. Returns how many there are. kubectl's pattern: see set_name_matches().
 */
size_t set_each_container(const struct resource *r, const cJSON *object, const char *pattern,
			  void (*each)(void *ctx, cJSON *container), void *ctx);

/* "the object is not a pod or does not have a pod template: *v1.Service"; 0 when it has one. */
int set_need_pods(const struct resource *r, const cJSON *object, struct error *err);

/*
 * Whether a name is one that -c means: "*" is any text. As kubectl has it, the parts between stars are
 * looked for one after the other without going back.
 */
bool set_name_matches(const char *name, const char *pattern);

#endif
