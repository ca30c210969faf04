#ifndef KUBEC_CLI_KUBERC_H
#define KUBEC_CLI_KUBERC_H

#include "cli/args.h"
#include "net/exec_policy.h"

/*
 * The user's preferences, kubectl's kuberc (kubectl.config.k8s.io v1beta1 and v1alpha1, kind Preference): aliases of
 * commands, and defaults of their options. The file is --kuberc's, $KUBERC's or ~/.kube/kuberc; KUBERC=off and
 * KUBECTL_KUBERC=false switch it off.
 */
struct kuberc;

/*
 * Reads the preferences for a command line; *ret is NULL when there are none.
 * notes receives what kubectl writes to stderr about a file that is read nevertheless (as it is, without a newline).
 * ERROR_CONFIG with kubectl's words.
 */
int kuberc_load(int argc, char *const *argv, struct kuberc **ret, struct buf *notes, struct error *err);
void kuberc_free(struct kuberc *k);
DEFINE_CLEANUP(struct kuberc *, kuberc_free);

/*
 * When the words of a command line (owned strings) name an alias: makes it one of root's commands (as long as k
 * lives) and adds its arguments to the words. Commands of the program go before aliases. Remembers
 * which alias it was for kuberc_apply().
 */
int kuberc_expand(struct kuberc *k, struct command *root, struct vec *words, struct error *err);

/* Which credential plug-ins the preferences let run; lives as long as k. */
const struct exec_policy *kuberc_exec_policy(const struct kuberc *k);

/* Sets the options of the alias, or the command's defaults, where the line did not give them. */
int kuberc_apply(const struct kuberc *k, const struct command_path *path, struct args *a, struct buf *notes,
		 struct error *err);

#endif
