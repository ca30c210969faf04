#ifndef KUBEC_KUBE_VALIDATION_H
#define KUBEC_KUBE_VALIDATION_H

#include "kube/client.h"

/*
 * Whether a manifest has the fields that the server knows. Servers from 1.23 on are asked to look
 * themselves (fieldValidation); for older ones, and for lists, it is done here, by the server's OpenAPI
 * document, with kubectl's words:
 *   ValidationError(Deployment.spec): unknown field "foo" in io.k8s.api.apps.v1.DeploymentSpec
 * What a server is, and the part of its document that is needed, are kept below the client's cache folder for
 * six hours: then nothing is asked. What seems wrong by a kept document is looked at again by a fresh one.
 */
struct validation;

struct validation_config {
	struct client *client; /* must outlive it */
	/*
	 * Strict: old servers' documents are checked. Otherwise warn is called for each document that
	 * such a server cannot give warnings about.
	 */
	bool strict;
	void (*warn)(void *ctx);
	void *ctx;
};

/* No request. */
struct validation *validation_new(const struct validation_config *cfg);
void validation_free(struct validation *v);
DEFINE_CLEANUP(struct validation *, validation_free);

/*
 * Checks one document, which must have an apiVersion and a kind; the items of a v1 List one by one. Adds
 * what is wrong to wrong (strings). Fails when the server cannot be asked: "failed to download openapi: …".
 */
int validation_check(struct validation *v, const cJSON *document, struct vec *wrong, struct error *err);

/*
 * The check itself: models are the definitions of an OpenAPI v2 document, name is how the messages call the
 * object (its kind), model what it must be.
 */
void validation_check_model(const cJSON *models, const char *model, const char *name, const cJSON *object,
			    struct vec *wrong);

#endif
