#ifndef KUBEC_KUBE_STATUS_H
#define KUBEC_KUBE_STATUS_H

#include "data/json.h"
#include "net/http.h"

/*
 * Failures as the API says them: a Status object, or what client programs say
 * when an answer is none (k8s.io/apimachinery pkg/api/errors,
 * NewGenericServerResponse).
 */

/* True for {"kind": "Status", "status": "Failure"}. */
bool status_is_failure(const cJSON *object);

/* Makes err of a failure Status; http_status 0 takes the object's code. Returns -1. */
int status_error(struct error *err, const cJSON *status, int http_status);

/*
 * Makes err of an HTTP answer outside 2xx: its Status when the body is one,
 * else the generic words for its code, which name the resource and the object that
 * path asks for unless absolute is set. Returns -1.
 */
int status_response_error(struct error *err, const char *method, const char *path, bool absolute,
                          const struct http_response *response);

/* The same without looking for a Status in the body: how discovery's failures are worded. Returns -1. */
int status_generic_error(struct error *err, const char *method, const char *path, bool absolute,
                         const struct http_response *response);

/* True when the path asks for objects of a resource (/api/V/…, /apis/G/V/…), and not for discovery or the like. */
bool path_is_of_resource(const char *path);

#endif
