#include "auth/auth.h"

#include <ctype.h>

#include "view/policy_rules.h"
#include "view/table.h"

static const struct option options_own[] = {
	{"all-namespaces", 'A', .type = OPTION_BOOL, .help = "Ask about every namespace."},
	{"list", .type = OPTION_BOOL, .help = "Show all that is allowed in the namespace."},
	{"no-headers", .type = OPTION_BOOL, .help = "With --list: without the line of headers."},
	{"quiet", 'q', .type = OPTION_BOOL, .help = "Print nothing; the exit status tells."},
	{"subresource", .type = OPTION_STRING, .help = "Ask about this subresource, like log or scale."},
	{0},
};

static const struct option *const options[] = {options_own, NULL};

static const struct argument arguments[] = {
	{.name = "VERB", .complete = {COMPLETE_WORDS, "approve,attest,bind,create,delete,deletecollection,escalate,get,impersonate,"
						      "list,patch,sign,update,use,watch"}},
	{.name = "TYPE", .complete = {COMPLETE_RESOURCES}},
	{0},
};

static const struct resource access_reviews = {.group = "authorization.k8s.io", .version = "v1",
					       .name = "selfsubjectaccessreviews", .kind = "SelfSubjectAccessReview"};
static const struct resource rules_reviews = {.group = "authorization.k8s.io", .version = "v1",
					      .name = "selfsubjectrulesreviews", .kind = "SelfSubjectRulesReview"};

/* What is asked. */
struct question {
	const char *verb, *url, *namespace, *subresource, *name;
	const struct resource *type; /* NULL: any, or one that the server does not tell of */
	const char *resource;        /* its name, or the word as it was given */
};

static void warn(struct invocation *inv, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void warn(struct invocation *inv, const char *format, ...)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	fprintf(inv->err, "Warning: %s\n", text.data);
}

static bool is_among(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(word, *words))
			return true;
	return false;
}

/*
 * Built-in types that came after Kubernetes 1.20: the answer to the question does not tell whether a server has them, and
 * a rule on a type that it does not have yet is easily taken for one that works.
 */
static bool is_younger(const struct resource *r)
{
	static const char *const names[] = {
		"csistoragecapacities", "deviceclasses", "ipaddresses", "mutatingadmissionpolicies",
		"mutatingadmissionpolicybindings", "resourceclaims", "resourceclaimtemplates", "resourceslices",
		"selfsubjectreviews", "servicecidrs", "validatingadmissionpolicies", "validatingadmissionpolicybindings",
		"volumeattributesclasses", NULL,
	};

	return is_among(r->name, names);
}

/* The type of a word, NULL for one that the server does not have; a server that says nothing has none. */
static const struct resource *type_find(struct mapper *mapper, const char *word)
{
	_cleanup_error_ struct error unknown = ERROR_INIT;
	const struct resource *r, *now;

	if (mapper_find(mapper, word, &r, &unknown))
		return NULL;
	if (!mapper_is_builtin(mapper, word) || !is_younger(r))
		return r;
	if (!mapper_refresh(mapper, r, &now, &unknown))
		return now;
	return unknown.class == ERROR_NONE ? r : NULL;
}

/* kubectl's warning names the type and the group in small letters. */
static void warn_unknown(struct invocation *inv, const char *word)
{
	_cleanup_free_ char *small = xstrdup(word);
	char *group;

	for (char *p = small; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (!strcmp(small, "users") || !strcmp(small, "groups"))
		return; /* impersonation: nothing lists them */
	group = strchr(small, '.');
	if (group)
		*group++ = '\0';
	if (str_empty(group))
		warn(inv, "the server doesn't have a resource type '%s'\n", small);
	else
		warn(inv, "the server doesn't have a resource type '%s' in group '%s'\n", small, group);
}

static int resource_read(struct invocation *inv, struct question *q, char *word, struct error *err)
{
	char *slash = strchr(word, '/');
	struct mapper *mapper;

	if (slash) {
		*slash = '\0';
		q->name = slash + 1;
	}
	q->resource = word;
	if (!strcmp(word, "*"))
		return 0;
	if (invocation_mapper(inv, &mapper, err))
		return -1;
	q->type = type_find(mapper, word);
	if (q->type)
		q->resource = q->type->name;
	else
		warn_unknown(inv, word);
	return 0;
}

static void warn_scope(struct invocation *inv, const struct resource *r)
{
	if (!r || r->namespaced)
		return;
	if (*r->group)
		warn(inv, "resource '%s' is not namespace scoped in group '%s'\n", r->name, r->group);
	else
		warn(inv, "resource '%s' is not namespace scoped\n", r->name);
}

static int question_check(struct invocation *inv, const struct question *q, struct error *err)
{
	static const char *const verbs[] = {"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use",
					    "bind", "impersonate", "*", "approve", "sign", "escalate", "attest", NULL};
	static const char *const url_verbs[] = {"get", "put", "post", "head", "options", "delete", "patch", "*", NULL};
	bool any_namespace = args_bool(inv->args, "all-namespaces");

	if (q->url && *q->subresource)
		return error_set(err, ERROR_OTHER, "--subresource can not be used with NonResourceURL");
	if (!q->url && *q->resource && !any_namespace)
		warn_scope(inv, q->type);
	if (q->url ? !is_among(q->verb, url_verbs) : *q->resource && !any_namespace && !is_among(q->verb, verbs))
		warn(inv, "verb '%s' is not a known verb\n", q->verb);
	if (args_bool(inv->args, "no-headers"))
		return error_set(err, ERROR_OTHER, "--no-headers cannot be set without --list specified");
	return 0;
}

static void set_given(cJSON *object, const char *key, const char *value)
{
	if (!str_empty(value))
		json_set_string(object, key, value);
}

static cJSON *question_review(const struct question *q)
{
	cJSON *review = json_parse_literal("{\"kind\":\"SelfSubjectAccessReview\",\"apiVersion\":\"authorization.k8s.io/v1\","
					   "\"metadata\":{},\"spec\":{},\"status\":{\"allowed\":false}}");
	cJSON *spec = json_get(review, "spec"), *what;

	what = json_ensure_object(spec, q->url ? "nonResourceAttributes" : "resourceAttributes");
	if (q->url) {
		set_given(what, "path", q->url);
		set_given(what, "verb", q->verb);
		return review;
	}
	set_given(what, "namespace", q->namespace);
	set_given(what, "verb", q->verb);
	set_given(what, "group", q->type ? q->type->group : "");
	set_given(what, "resource", q->resource);
	set_given(what, "subresource", q->subresource);
	set_given(what, "name", q->name);
	return review;
}

static int question_ask(struct invocation *inv, const struct question *q, struct error *err)
{
	_cleanup_json_ cJSON *review = question_review(q), *answer = NULL;
	const cJSON *status;
	const char *reason, *failure;
	bool allowed;

	if (auth_review(inv, &access_reviews, review, &answer, err))
		return -1;
	status = json_get(answer, "status");
	allowed = json_bool(status, "allowed", false);
	inv->exit_status = !allowed;
	if (args_bool(inv->args, "quiet"))
		return 0;
	fputs(allowed ? "yes" : "no", inv->out);
	reason = json_string(status, "reason");
	failure = json_string(status, "evaluationError");
	if (!allowed && !str_empty(reason))
		fprintf(inv->out, " - %s", reason);
	if (!allowed && !str_empty(failure))
		fprintf(inv->out, " - %s", failure);
	fputc('\n', inv->out);
	return 0;
}

static int can_i_ask(struct invocation *inv, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	struct question q = {.namespace = "", .subresource = args_string(inv->args, "subresource")};
	_cleanup_free_ char *word = NULL;
	bool given;

	if (words->len != 2)
		return error_set(err, ERROR_OTHER,
				 "you must specify two arguments: verb resource or verb resource/resourceName.\n"
				 "See '%s %s -h' for help and examples.", inv->program, inv->path);
	word = xstrdup(vec_string(words, 1));
	q.verb = vec_string(words, 0);
	if (*word == '/')
		q.url = word;
	else if (resource_read(inv, &q, word, err))
		return -1;
	if (!args_bool(inv->args, "all-namespaces") && invocation_namespace(inv, &q.namespace, &given, err))
		return -1;
	if (question_check(inv, &q, err))
		return -1;
	return question_ask(inv, &q, err);
}

static void rule_row(void *ctx, const char *const cells[4])
{
	table_row(ctx, cells, 4);
}

static void rules_show(struct invocation *inv, const cJSON *status)
{
	_cleanup_vec_ struct vec rules = VEC_OWNING(policy_rule_free);
	_cleanup_table_ struct table t = TABLE_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;
	const char *failure = json_string(status, "evaluationError");

	if (json_bool(status, "incomplete", false))
		warn(inv, "the list may be incomplete: %s", failure ? failure : "");
	policy_rules_add(&rules, json_get(status, "resourceRules"));
	policy_rules_add(&rules, json_get(status, "nonResourceRules"));
	t.screen = inv->screen;
	if (!args_bool(inv->args, "no-headers"))
		table_header(&t, policy_rule_headers, 4);
	policy_rules_show(&rules, rule_row, &t);
	table_flush(&t, &out);
	fputs(out.data, inv->out);
}

static int can_i_list(struct invocation *inv, struct error *err)
{
	_cleanup_json_ cJSON *review = NULL, *answer = NULL;
	const char *ns;
	bool given;

	if (args_words(inv->args)->len)
		return error_set(err, ERROR_OTHER, "list option must be specified with no arguments");
	if (invocation_namespace(inv, &ns, &given, err))
		return -1;
	if (args_bool(inv->args, "quiet") || args_bool(inv->args, "all-namespaces") || *args_string(inv->args, "subresource"))
		return error_set(err, ERROR_OTHER,
				 "list option can't be specified with neither quiet, all-namespaces nor subresource options");
	review = json_parse_literal("{\"kind\":\"SelfSubjectRulesReview\",\"apiVersion\":\"authorization.k8s.io/v1\","
				    "\"metadata\":{},\"spec\":{},\"status\":{\"resourceRules\":null,"
				    "\"nonResourceRules\":null,\"incomplete\":false}}");
	json_set_string(json_get(review, "spec"), "namespace", ns);
	if (auth_review(inv, &rules_reviews, review, &answer, err))
		return -1;
	rules_show(inv, json_get(answer, "status"));
	return 0;
}

static int can_i_run(struct invocation *inv, struct error *err)
{
	return args_bool(inv->args, "list") ? can_i_list(inv, err) : can_i_ask(inv, err);
}

const struct command command_auth_can_i = {
	.name = "can-i",
	.summary = "Ask whether something is allowed",
	.description = "Asks the server whether it would allow something: a verb (get, list, create, delete and so on) on a type, on one "
		       "object, or on a path of the server. The answer is \"yes\" or \"no\", and the exit status 0 or 1.\n\n"
		       "With --as the question is about somebody else. --list shows all that is allowed.",
	.examples = "  # May Pods be listed in the namespace web?\n"
		    "  kubec auth can-i list pods -n web\n\n"
		    "  # May a service account read the logs of Pods?\n"
		    "  kubec auth can-i get pods --subresource=log --as=system:serviceaccount:ci:deployer\n\n"
		    "  # May this one Job be deleted?\n"
		    "  kubec auth can-i delete jobs.batch/nightly\n\n"
		    "  # May the metrics of the server be read? In a script\n"
		    "  kubec auth can-i get /metrics -q && echo yes\n\n"
		    "  # Everything that is allowed here\n"
		    "  kubec auth can-i --list",
	.usage = "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
	.options = options,
	.arguments = arguments,
	.run = can_i_run,
};
