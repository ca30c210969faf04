#ifndef KUBEC_NET_EXEC_POLICY_H
#define KUBEC_NET_EXEC_POLICY_H

#include "base/base.h"

/*
 * Which credential plug-ins may run, as the user's preferences say
 * (kuberc's credentialPluginPolicy and credentialPluginAllowlist).
 */
struct exec_policy {
	const char *type;           /* "", "AllowAll", "DenyAll" or "Allowlist"; "" allows all */
	const struct vec *commands; /* of Allowlist: names and paths; NULL: no list was given */
};

/* A policy that contradicts itself fails with ERROR_CONFIG in client-go's words. */
int exec_policy_validate(const struct exec_policy *policy, struct error *err);

/*
 * Whether command (a path, or a name on PATH) may run; NULL allows all. Fails with ERROR_AUTH in client-go's words.
 * *ret_program is the file to run instead of looking command up again; free() it. NULL: command itself.
 */
int exec_policy_check(const struct exec_policy *policy, const char *command, char **ret_program, struct error *err);

#endif
