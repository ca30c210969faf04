#include "live.h"
#include "nodes.h"

#include "base/timeutil.h"

/* certificate approve and deny: a condition of a CertificateSigningRequest, which alone one may set. */

static const struct option options_certificate[] = {
	{"force", .type = OPTION_BOOL, .help = "Sends the request again when it has the condition already."},
	{0},
};

static const struct option *const options[] = {
	options_certificate, options_filename, options_print, options_concurrency, NULL,
};

static const struct argument arguments[] = {
	{.name = "NAME", .complete = {COMPLETE_NAMES, "certificatesigningrequests"}, .repeats = true},
	{0},
};

#define TYPE      "certificatesigningrequests"
#define CONFLICTS 10

struct verdict {
	const char *type, *other; /* the condition, and the one that rules it out */
	const char *reason, *message, *operation;
	const struct resource *resource;
	size_t given;
};

static const struct verdict approval = {
	.type = "Approved", .other = "Denied", .reason = "KubectlApprove", .operation = "approved",
	.message = "This CSR was approved by kubectl certificate approve.",
};
static const struct verdict denial = {
	.type = "Denied", .other = "Approved", .reason = "KubectlDeny", .operation = "denied",
	.message = "This CSR was denied by kubectl certificate deny.",
};

/* Adds the condition where it is missing. */
static int verdict_add(const struct verdict *v, cJSON *csr, bool *ret_had, struct error *err)
{
	cJSON *conditions = json_ensure_array(json_ensure_object(csr, "status"), "conditions"), *condition;
	_cleanup_buf_ struct buf now = BUF_INIT;

	*ret_had = false;
	cJSON_ArrayForEach(condition, conditions) {
		if (str_equal(json_string(condition, "type"), v->other))
			return error_set(err, ERROR_OTHER, "certificate signing request \"%s\" is already %s",
					 json_path_string(csr, "metadata", "name", NULL), v->other);
		*ret_had |= str_equal(json_string(condition, "type"), v->type);
	}
	if (*ret_had)
		return 0;
	timestamp_format(&now, time_now());
	json_append(conditions, json_parse_literal("{\"type\":\"%s\",\"status\":\"True\",\"reason\":\"%s\","
						   "\"message\":\"%s\",\"lastUpdateTime\":\"%s\"}",
						   v->type, v->reason, v->message, now.data));
	return 0;
}

/* The request in the version that has conditions of this kind, whatever a manifest says. */
static int csr_read(struct client *c, const struct verdict *v, const struct target *t, cJSON **ret, struct error *err)
{
	if (resource_same(t->resource, v->resource)) {
		*ret = json_copy(t->object);
		return 0;
	}
	return client_get(c, v->resource, NULL, t->name, NULL, ret, err);
}

static int csr_send(struct invocation *inv, const struct verdict *v, const struct target *t, struct error *err)
{
	_cleanup_json_ cJSON *csr = NULL;
	bool had;

	if (csr_read(inv->client, v, t, &csr, err) || verdict_add(v, csr, &had, err))
		return -1;
	if (had && !args_bool(inv->args, "force"))
		return 0;
	return client_update(inv->client, v->resource, NULL, t->name, "approval", csr, "fieldManager=kubectl", NULL, err);
}

static int csr_judge(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	struct verdict *v = ctx;
	_cleanup_buf_ struct buf kind = BUF_INIT;

	buf_printf(&kind, "%s%s%s", t->resource->kind, *t->resource->group ? "." : "", t->resource->group);
	if (strcmp(kind.data, "CertificateSigningRequest.certificates.k8s.io"))
		return error_set(err, ERROR_OTHER, "can only handle CertificateSigningRequest.certificates.k8s.io objects, got %s",
				 kind.data);
	for (size_t i = 0; csr_send(inv, v, t, err); i++) {
		if (!error_is_reason(err, "Conflict") || i == CONFLICTS)
			return -1;
		error_release(err);
		cJSON_Delete(TAKE_PTR(t->object));
		if (client_get(inv->client, t->resource, NULL, t->name, NULL, &t->object, err))
			return -1;
	}
	v->given++;
	return print_operation(inv, v->operation, t->resource, t->object, err);
}

static int find(struct invocation *inv, struct verdict *v, struct vec *targets, struct vec *errors, struct error *err)
{
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS;
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	struct target_options o;
	struct mapper *mapper;

	if (invocation_printer(inv, v->operation, &printer, err) || invocation_targets(inv, &o, err))
		return -1;
	if (!o.args->len && !targets_from_files(&o))
		return error_set(err, ERROR_OTHER, "one or more CSRs must be specified as <name> or -f <filename>");
	if (words_of_type(o.args, TYPE, &words, err) || invocation_mapper(inv, &mapper, err) ||
	    mapper_find(mapper, TYPE, &v->resource, err))
		return -1;
	o.args = &words;
	o.namespace = "";
	o.namespace_given = o.enforce_namespace = false;
	return live_fetch_targets(inv, &o, targets, errors, err);
}

static int certificate_run(struct invocation *inv, struct verdict v, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free), reading = VEC_OWNING(error_free);

	if (find(inv, &v, &targets, &reading, err) ||
	    each_run(inv, &targets, &(struct each){.work = csr_judge, .ctx = &v, .reading = &reading}, &errors, err))
		return -1;
	if (!v.given && !errors.len)
		fprintf(inv->out, "No resources found\n");
	report_errors(inv, &errors);
	return 0;
}

static int approve_run(struct invocation *inv, struct error *err)
{
	return certificate_run(inv, approval, err);
}

static int deny_run(struct invocation *inv, struct error *err)
{
	return certificate_run(inv, denial, err);
}

static const struct command command_approve = {
	.name = "approve",
	.summary = "Approve certificate signing requests",
	.description = "Tells the signer of a CertificateSigningRequest to issue the certificate. It may give its holder access to "
		       "the cluster, or another's identity: look at what is requested first.",
	.examples = "  # Approve one\n"
		    "  kubec certificate approve csr-sqgzp",
	.usage = "(-f FILENAME | NAME)",
	.options = options,
	.arguments = arguments,
	.run = approve_run,
};

static const struct command command_deny = {
	.name = "deny",
	.summary = "Deny certificate signing requests",
	.description = "Tells the signer of a CertificateSigningRequest not to issue a certificate.",
	.examples = "  # Deny one\n"
		    "  kubec certificate deny csr-sqgzp",
	.usage = "(-f FILENAME | NAME)",
	.options = options,
	.arguments = arguments,
	.run = deny_run,
};

static const struct command *const subcommands[] = {&command_approve, &command_deny, NULL};

const struct command command_certificate = {
	.name = "certificate",
	.group = GROUP_CLUSTER,
	.summary = "Approve or deny certificate signing requests",
	.usage = "SUBCOMMAND",
	.subcommands = subcommands,
};
