#ifndef KUBEC_NET_EXEC_PLUGIN_H
#define KUBEC_NET_EXEC_PLUGIN_H

#include "data/json.h"
#include "net/exec_policy.h"

/*
 * Credential plug-ins: programs that print an ExecCredential
 * (client.authentication.k8s.io/v1 and v1beta1).
 */
struct exec_plugin {
	const cJSON *config;  /* the user.exec object */
	const char *dir;      /* folder that a relative command is taken from */
	const cJSON *cluster; /* told to the plug-in when it asks for it */
	bool stdin_is_terminal;
	const struct exec_policy *policy; /* whether it may run at all; NULL: it may */
};

struct exec_credential {
	char *token;          /* NULL: none */
	char *cert, *key;     /* PEM, both or none */
	int64_t expires;      /* time_now(); 0: never */
};

/* Fails with ERROR_CONFIG when the plug-in's version of the interface is unknown. */
int exec_plugin_check(const struct exec_plugin *p, struct error *err);

/* Runs it. Fails with ERROR_AUTH in client-go's words ("getting credentials: exec: …"). */
int exec_plugin_run(const struct exec_plugin *p, struct exec_credential *ret, struct error *err);

void exec_credential_release(struct exec_credential *c);

#endif
