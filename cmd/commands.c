#include "cmd.h"

/*
 * The verbs, in the order in which help shows them (kubectl's). A new verb is
 * one line here, one declaration in cmd.h and one file.
 */
static const struct command *const commands[] = {
	/* Basic Commands (Beginner) */
	&command_create,
	&command_expose,
	&command_run,
	&command_set,
	/* Basic Commands (Intermediate) */
	&command_explain,
	&command_get,
	&command_edit,
	&command_delete,
	/* Deploy Commands */
	&command_rollout,
	&command_scale,
	&command_autoscale,
	/* Cluster Management Commands */
	&command_certificate,
	&command_cluster_info,
	&command_top,
	&command_cordon,
	&command_uncordon,
	&command_drain,
	&command_taint,
	/* Troubleshooting and Debugging Commands */
	&command_describe,
	&command_logs,
	&command_attach,
	&command_exec,
	&command_port_forward,
	&command_cp,
	&command_auth,
	&command_debug,
	&command_events,
	/* Advanced Commands */
	&command_diff,
	&command_apply,
	&command_patch,
	&command_replace,
	&command_wait,
	&command_kustomize,
	/* Settings Commands */
	&command_label,
	&command_annotate,
	&command_completion,
	&command_config,
	/* kubec's own */
	&command_ctx,
	&command_ns,
	&command_service,
	&command_tree,
	/* Other Commands */
	&command_kuberc,
	&command_plugin,
	&command_api_resources,
	&command_api_versions,
	&command_version,
	/* not listed by help */
	&command_help,
	&command_options,
	&command_complete,
	&command_complete_no_desc,
	&command_docs,
	&command_surface,
	NULL,
};

const struct command command_root = {
	.name = "kubec",
	.summary = "Works with Kubernetes clusters",
	.description = "kubec works with Kubernetes clusters.\n\n"
		       "It takes the commands, options and files of kubectl, and answers as kubectl does.",
	.subcommands = commands,
};
