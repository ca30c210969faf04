#ifndef KUBEC_CLI_INVOCATION_H
#define KUBEC_CLI_INVOCATION_H

#include "cli/args.h"
#include "kube/client.h"
#include "kube/mapper.h"
#include "kube/targets.h"
#include "view/printer.h"

/*
 * One run of one command: what was asked, where to speak, and what it needs
 * from a cluster, made when first asked for.
 */
struct invocation {
	const struct command *command;
	const struct command_path *steps;
	const char *program;    /* "kubec", or "kubectl" when called so: for messages */
	const char *path;       /* "create deployment": for messages and headers */
	const char *user_agent;
	const struct args *args;
	FILE *in, *out, *err;
	bool out_is_terminal, err_is_terminal;
	bool screen;            /* out is for a person's eyes: marks of colour are understood (view/colour.h) */
	const char *context;    /* taken instead of --context, or NULL */
	int exit_status;        /* what main returns when run() gave 0, or failed without a message */
	/* made on demand; use the functions */
	struct kubeconfig *config;
	struct kubeconfig_server server;
	bool server_resolved;
	struct client *client;
	struct mapper *mapper;
	struct validation *validation;
	struct http_trace trace;
	size_t warnings;        /* warnings received, for --warnings-as-errors */
	void (*warning)(struct invocation *inv, const char *text); /* shows a server's warning; NULL: nobody looks */
	/* asks for a name and a password on the terminal (texts to free()); NULL: nobody is asked */
	int (*ask)(struct invocation *inv, char **ret_username, char **ret_password, struct error *err);
	int64_t request_timeout; /* nanoseconds, known once config is */
	char *namespace;
	bool namespace_given;
	const struct exec_policy *exec_policy; /* of the user's preferences, or NULL */
	const char *client_version; /* for --match-server-version: "v1.36.0" */
	bool dry_run_warned;
	/* the line that completion is asked about */
	struct args *completed_args;
	struct command_path completed_path;
};

/* The global options as overrides of a kubeconfig; its texts are borrowed from the command line. */
int invocation_overrides(struct invocation *inv, struct kubeconfig_overrides *ret, struct error *err);
/* The merged kubeconfig with the global options applied. */
int invocation_config(struct invocation *inv, struct kubeconfig **ret, struct error *err);
/* Effective namespace; ret_given: by -n. Borrowed. */
int invocation_namespace(struct invocation *inv, const char **ret, bool *ret_given, struct error *err);
int invocation_client(struct invocation *inv, struct client **ret, struct error *err);
int invocation_mapper(struct invocation *inv, struct mapper **ret, struct error *err);

/*
 * Fills target options from the usual flags where the command has them
 * (-f, -R, -l, --field-selector, --all, -A, namespace) and its words.
 */
int invocation_targets(struct invocation *inv, struct target_options *ret, struct error *err);

/* The printer of -o, --template, --show-managed-fields, --dry-run for an operation. */
int invocation_printer(struct invocation *inv, const char *operation, struct printer **ret, struct error *err);

/* Prints one object by p to inv->out at once. */
int invocation_print(struct invocation *inv, struct printer *p, const struct resource *r, const cJSON *object,
		     struct error *err);

/* Reads --dry-run: "none", "client" or "server" (bare and boolean forms as kubectl); ERROR_USAGE otherwise. */
int invocation_dry_run(struct invocation *inv, const char **ret, struct error *err);

/* One line on inv->err in the manner of klog; level is W or I, place ("helpers.go:719") is part of what scripts see. */
void invocation_log(struct invocation *inv, char level, const char *place, const char *text);
/* The notice of kustomize_options: what a kustomization's build tells beside its output. */
void invocation_notice(void *inv, const char *line, bool log);
/* A warning, by which kubectl tells deprecations. */
void invocation_log_warning(struct invocation *inv, const char *place, const char *text);

void invocation_release(struct invocation *inv);

/* Option tables that many commands share (cli/options.c). */
extern const struct option options_filename[];  /* -f -k -R */
extern const struct option options_print[];     /* -o --template --allow-missing-template-keys --show-managed-fields */
extern const struct option options_dry_run[];   /* --dry-run */
extern const struct option options_selector[];  /* -l */
extern const struct option options_validate[];  /* --validate */

#endif
