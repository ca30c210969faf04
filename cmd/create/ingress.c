#include "create/create.h"

#include <regex.h>

static const struct option options_own[] = {
	{"class", .type = OPTION_STRING, .help = "Ingress class, which says what controller serves it.",
	 .complete = {COMPLETE_NAMES, "ingressclasses"}},
	{"rule", .type = OPTION_ARRAY, OPTION_ARG("HOST/PATH=SERVICE:PORT[,tls[=SECRET]]"),
	 .help = "Where requests go. A path with * at its end is a prefix; may be repeated."},
	{"default-backend", .type = OPTION_STRING, OPTION_ARG("SERVICE:PORT"), .help = "Service of requests that no rule fits."},
	{"annotation", .type = OPTION_ARRAY, OPTION_ARG("KEY=VALUE"), .help = "Annotation of the Ingress; may be repeated."},
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

#define RULE_PATTERN "^[A-Za-z0-9_*.-]*/.*=[A-Za-z0-9_-]+:[A-Za-z0-9_-]+"

/* A rule taken apart. */
struct ingress_rule {
	char *host, *path, *service; /* service: NAME:PORT */
	char *secret;                /* "" for tls without one */
	bool tls;
};

static void ingress_rule_release(struct ingress_rule *r)
{
	free(r->host);
	free(r->path);
	free(r->service);
	free(r->secret);
}

/* ---- reading --------------------------------------------------------------- */

static bool rule_fits(const char *text)
{
	regex_t pattern;
	bool fits;

	if (regcomp(&pattern, RULE_PATTERN, REG_EXTENDED | REG_NOSUB))
		return false;
	fits = !regexec(&pattern, text, 0, NULL, 0);
	regfree(&pattern);
	return fits;
}

/* What stands behind the comma: tls or tls=SECRET. More than one comma means no TLS, as in kubectl. */
static void rule_read_tls(struct ingress_rule *r, const char *comma)
{
	const char *equals = comma ? strchr(comma, '=') : NULL;

	r->tls = comma && !strchr(comma + 1, ',');
	r->secret = equals ? xstrndup(equals + 1, strcspn(equals + 1, "=")) : xstrdup("");
}

/* Fails on a rule that the pattern lets pass though it has no service before its first comma. */
static int rule_read(const char *text, struct ingress_rule *r, struct error *err)
{
	size_t len = strcspn(text, ","), host = strcspn(text, "/"), path;

	*r = (struct ingress_rule){0};
	path = host + strcspn(text + host, "=,");
	if (rule_fits(text) && host < len && text[path] == '=') {
		r->service = xstrndup(text + path + 1, strcspn(text + path + 1, "=,"));
		if (strchr(r->service, ':')) {
			r->host = xstrndup(text, host);
			r->path = xstrndup(text + host, path - host);
			rule_read_tls(r, text[len] ? text + len : NULL);
			return 0;
		}
	}
	ingress_rule_release(r);
	*r = (struct ingress_rule){0};
	return error_set(err, ERROR_OTHER,
			 "rule %s is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]", text);
}

static int rules_read(const struct vec *texts, struct ingress_rule *rules, struct error *err)
{
	for (size_t i = 0; i < texts->len; i++) {
		if (rule_read(vec_string(texts, i), &rules[i], err))
			return -1;
	}
	return 0;
}

/* ---- building ---------------------------------------------------------------- */

static cJSON *backend_build(const char *service)
{
	const char *colon = strchr(service, ':');
	_cleanup_free_ char *name = xstrndup(service, (size_t)(colon - service)),
			    *port = xstrndup(colon + 1, strcspn(colon + 1, ":"));
	cJSON *backend = json_parse_literal("{\"service\":{\"name\":\"%s\",\"port\":{}}}", name);
	cJSON *to = json_path(backend, "service", "port", NULL);
	long long number;
	char *end;

	errno = 0;
	number = strtoll(port, &end, 10);
	if (!*port)
		return backend;
	if (*end || errno)
		json_set_string(to, "name", port);
	else if (number)
		json_set_int(to, "number", (int32_t)number);
	return backend;
}

static cJSON *path_build(const struct ingress_rule *r)
{
	size_t len = strlen(r->path);
	bool prefix = r->path[len - 1] == '*';
	_cleanup_free_ char *path = xstrndup(r->path, prefix ? len - 1 : len);
	cJSON *built = json_parse_literal("{\"path\":\"%s\",\"pathType\":\"%s\"}", path, prefix ? "Prefix" : "Exact");

	json_set(built, "backend", backend_build(r->service));
	return built;
}

/* The member of a list whose text at key is value ("" also for none), or NULL. */
static cJSON *list_find(cJSON *list, const char *key, const char *value)
{
	cJSON *item;

	cJSON_ArrayForEach(item, list) {
		const char *text = json_string(item, key);

		if (!strcmp(text ? text : "", value))
			return item;
	}
	return NULL;
}

static void rule_add(cJSON *spec, const struct ingress_rule *r)
{
	cJSON *rules = json_ensure_array(spec, "rules"), *rule = list_find(rules, "host", r->host);

	if (!rule) {
		rule = json_new_object();
		if (*r->host)
			json_set_string(rule, "host", r->host);
		json_set(rule, "http", json_new_object());
		json_append(rules, rule);
	}
	json_append(json_ensure_array(json_get(rule, "http"), "paths"), path_build(r));
}

/* Hosts of one secret stand together, and a host is taken once. */
static void tls_add(cJSON *spec, const struct ingress_rule *r, struct vec *hosts)
{
	cJSON *list = json_get(spec, "tls"), *item = list_find(list, "secretName", r->secret);

	if (!r->tls || vec_has_string(hosts, r->host))
		return;
	vec_add_string(hosts, r->host);
	if (item) {
		json_append_string(json_ensure_array(item, "hosts"), r->host);
		return;
	}
	if (!*r->host && !*r->secret)
		return;
	item = json_new_object();
	if (*r->host)
		json_append_string(json_ensure_array(item, "hosts"), r->host);
	if (*r->secret)
		json_set_string(item, "secretName", r->secret);
	json_append(json_ensure_array(spec, "tls"), item);
}

static cJSON *ingress_spec(struct invocation *inv, const struct ingress_rule *rules, size_t count)
{
	const char *class = args_string(inv->args, "class"), *backend = args_string(inv->args, "default-backend");
	_cleanup_vec_ struct vec hosts = VEC_OF_STRINGS;
	cJSON *spec = json_new_object();

	if (*class)
		json_set_string(spec, "ingressClassName", class);
	if (*backend)
		json_set(spec, "defaultBackend", backend_build(backend));
	for (size_t i = 0; i < count; i++)
		tls_add(spec, &rules[i], &hosts);
	for (size_t i = 0; i < count; i++)
		rule_add(spec, &rules[i]);
	return spec;
}

static int ingress_annotations(const struct vec *texts, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *annotations = texts->len ? json_new_object() : NULL;

	for (size_t i = 0; i < texts->len; i++) {
		const char *text = vec_string(texts, i), *equals = strchr(text, '=');
		_cleanup_free_ char *key = NULL;

		if (!equals)
			return error_set(err, ERROR_OTHER, "annotation %s is invalid and should be in format key=[value]", text);
		key = xstrndup(text, (size_t)(equals - text));
		json_set_string(annotations, key, equals + 1);
	}
	if (annotations)
		json_sort_keys(annotations);
	*ret = TAKE_PTR(annotations);
	return 0;
}

/* Takes annotations. */
static int ingress_build(struct invocation *inv, const char *name, const struct ingress_rule *rules, size_t count,
			 cJSON *annotations, cJSON **ret, struct error *err)
{
	if (generated_new(inv, "networking.k8s.io/v1", "Ingress", name, true, ret, err)) {
		cJSON_Delete(annotations);
		return -1;
	}
	if (annotations)
		json_set(json_get(*ret, "metadata"), "annotations", annotations);
	json_set(*ret, "spec", ingress_spec(inv, rules, count));
	json_set(*ret, "status", json_parse_literal("{\"loadBalancer\":{}}"));
	return 0;
}

/* SERVICE:PORT, one colon and no more. */
static int backend_check(const char *text, struct error *err)
{
	const char *colon = strchr(text, ':');

	if (!*text || (colon && !strchr(colon + 1, ':')))
		return 0;
	return error_set(err, ERROR_OTHER, "default-backend should be in format servicename:serviceport");
}

static int create_ingress_run(struct invocation *inv, struct error *err)
{
	const char *name, *backend = args_string(inv->args, "default-backend");
	const struct vec *texts = args_list(inv->args, "rule");
	struct ingress_rule *rules;
	cJSON *object = NULL, *annotations = NULL;
	int failed;

	if (generated_begin(inv, &name, err))
		return -1;
	if (!*backend && !texts->len)
		return error_set(err, ERROR_OTHER,
				 "not enough information provided: every ingress has to either specify a default-backend "
				 "(which catches all traffic) or a list of rules (which catch specific paths)");
	rules = xcalloc(texts->len + 1, sizeof(*rules));
	failed = rules_read(texts, rules, err) ||
		 ingress_annotations(args_list(inv->args, "annotation"), &annotations, err);
	if (!failed && backend_check(backend, err)) {
		cJSON_Delete(annotations);
		failed = -1;
	}
	if (!failed)
		failed = ingress_build(inv, name, rules, texts->len, annotations, &object, err);
	for (size_t i = 0; i < texts->len; i++)
		ingress_rule_release(&rules[i]);
	free(rules);
	return failed ? -1 : create_generated(inv, object, "failed to create ingress: ", err);
}

const struct command command_create_ingress = {
	.name = "ingress",
	.aliases = "ing",
	.summary = "Create an ingress from routing rules",
	.examples = "  # One path to one service, with a certificate from a secret\n"
		    "  kubec create ingress shop --rule='example.com/cart=cart:8080,tls=shop-cert'\n\n"
		    "  # Everything below a path, for the controller of a class\n"
		    "  kubec create ingress api --class=public --rule='example.com/api*=api:http'\n\n"
		    "  # What fits no rule goes to one service\n"
		    "  kubec create ingress rest --default-backend=fallback:80 --rule='example.com/*=web:80'",
	.usage = "NAME --rule=host/path=service:port[,tls[=secret]]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_ingress_run,
};
