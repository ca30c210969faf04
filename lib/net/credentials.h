#ifndef KUBEC_NET_CREDENTIALS_H
#define KUBEC_NET_CREDENTIALS_H

#include "data/json.h"

/*
 * Who we are to the server: everything a kubeconfig user can say, made ready
 * for http_config. Token files are read again when they change (at most once
 * a minute, as client-go); an exec plug-in runs when its credential is missing
 * or expired, or after a 401.
 */
struct credentials_config {
	const char *token, *token_file, *username, *password;
	const char *impersonate, *impersonate_uid;
	const struct vec *impersonate_groups; /* strings */
	const struct map *impersonate_extra;  /* key to struct vec of strings */
	const cJSON *exec;       /* the user.exec object (client.authentication.k8s.io), or NULL */
	const char *exec_dir;    /* folder that a relative command is taken from */
	const cJSON *cluster;    /* for provideClusterInfo: the ExecCredential spec.cluster object */
	bool stdin_is_terminal;  /* for interactiveMode */
	const struct exec_policy *exec_policy; /* borrowed as long as the credentials live; NULL: every plug-in may run */
};

struct credentials;
int credentials_new(const struct credentials_config *cfg, struct credentials **ret, struct error *err);
void credentials_free(struct credentials *c);
DEFINE_CLEANUP(struct credentials *, credentials_free);

/* The function for http_config.authorize; ctx is the struct credentials. */
int credentials_authorize(void *ctx, bool refresh, struct vec *headers, struct error *err);

/*
 * Client certificate and key that an exec plug-in gave (runs it when needed);
 * NULLs when it gives none. Owned by c.
 */
int credentials_certificate(struct credentials *c, const char **ret_cert, const char **ret_key, struct error *err);

#endif
