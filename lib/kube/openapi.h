#ifndef KUBEC_KUBE_OPENAPI_H
#define KUBEC_KUBE_OPENAPI_H

#include "kube/client.h"

/*
 * The OpenAPI documents of a server: version 3 is an index and one document for
 * each group version, version 2 (all that servers before 1.24 have) is one for everything.
 * Documents are kept below the client's discovery folder: version 3 under the hash
 * that the index gives them, version 2 under its ETag.
 */
struct openapi {
	struct arena arena; /* holds the tree */
	const cJSON *root;
};

void openapi_free(struct openapi *o);
DEFINE_CLEANUP(struct openapi *, openapi_free);

/* GET /openapi/v3: which documents there are. Fails as client_call() does; 404 on old servers. */
int openapi_index(struct client *c, cJSON **ret_index, struct error *err);

/* Where the index says that the document of a group version is ("apis/apps/v1", "api/v1"); NULL: nowhere. */
const char *openapi_index_url(const cJSON *index, const char *group_version_path);

/* The version 3 document of a group version at the URL that the index gave. */
int openapi_load_v3(struct client *c, const char *group_version_path, const char *url, struct openapi **ret,
                    struct error *err);

/* The version 2 document. */
int openapi_load_v2(struct client *c, struct openapi **ret, struct error *err);

/*
 * What validation needs of it: the definitions, without their descriptions. Gives what is kept when that is
 * younger than DISCOVERY_CACHE_AGE, else asks; fresh: asks in any case. *ret_fresh: the server was asked.
 */
int openapi_load_models(struct client *c, bool fresh, struct openapi **ret, bool *ret_fresh, struct error *err);

#endif
