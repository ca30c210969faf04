#include "auth/auth.h"

#include "view/table.h"

static const struct option *const options[] = {options_print, NULL};

/* The versions that servers have served it in, from the newest. */
static const char *const versions[] = {"v1", "v1beta1", "v1alpha1"};

static int whoami_ask(struct invocation *inv, struct resource *r, cJSON **ret, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		_cleanup_json_ cJSON *review = json_parse_literal(
			"{\"kind\":\"SelfSubjectReview\",\"apiVersion\":\"authentication.k8s.io/%s\",\"metadata\":{},"
			"\"status\":{\"userInfo\":{}}}", versions[i]);

		r->version = versions[i];
		if (!auth_review(inv, r, review, ret, err))
			return 0;
		if (!error_is_request(err) || err->http_status != 404)
			break;
	}
	if (err->http_status == 404)
		return error_set(err, ERROR_OTHER, "the selfsubjectreviews API is not enabled in the cluster");
	if (err->http_status == 403)
		return error_set(err, ERROR_OTHER, "the selfsubjectreviews API is not enabled in the cluster or you do not "
						   "have permission to call it");
	return -1;
}

static void row_add(struct table *t, const char *attribute, const char *value)
{
	if (!str_empty(value))
		table_rowf(t, attribute, value, NULL);
}

static void list_add(struct table *t, const char *attribute, const cJSON *values)
{
	_cleanup_vec_ struct vec words = VEC_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *value;

	cJSON_ArrayForEach(value, values)
		vec_add(&words, json_is_string(value) ? value->valuestring : (void *)"");
	words_text(&text, &words);
	table_rowf(t, attribute, text.data, NULL);
}

static void user_show(struct invocation *inv, const cJSON *user)
{
	static const char *const headers[] = {"ATTRIBUTE", "VALUE"};
	_cleanup_table_ struct table t = TABLE_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;
	_cleanup_free_ const cJSON **extra = NULL;
	size_t n = 0;

	t.screen = inv->screen;
	table_header(&t, headers, ARRAY_SIZE(headers));
	row_add(&t, "Username", json_string(user, "username"));
	row_add(&t, "UID", json_string(user, "uid"));
	if (json_size(json_get(user, "groups")))
		list_add(&t, "Groups", json_get(user, "groups"));
	extra = json_sorted_members(json_get(user, "extra"), &n);
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *name = xasprintf("Extra: %s", extra[i]->string);

		list_add(&t, name, extra[i]);
	}
	table_flush(&t, &out);
	fputs(out.data, inv->out);
}

static int whoami_run(struct invocation *inv, struct error *err)
{
	struct resource r = {.group = "authentication.k8s.io", .name = "selfsubjectreviews",
			     .singular = "selfsubjectreview", .kind = "SelfSubjectReview"};
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_json_ cJSON *review = NULL;

	/* without -o a --template is not looked at, as in kubectl */
	if (args_changed(inv->args, "output") && invocation_printer(inv, "", &printer, err))
		return -1;
	if (whoami_ask(inv, &r, &review, err))
		return -1;
	if (printer)
		return invocation_print(inv, printer, &r, review, err);
	user_show(inv, json_path(review, "status", "userInfo", NULL));
	return 0;
}

const struct command command_auth_whoami = {
	.name = "whoami",
	.summary = "Show who the server takes one for",
	.description = "Shows the name, the groups and the other attributes that the server knows the caller by.",
	.examples = "  # Name, groups and the rest\n"
		    "  kubec auth whoami\n\n"
		    "  # For a program\n"
		    "  kubec auth whoami -o jsonpath='{.status.userInfo.username}'",
	.options = options,
	.keeps_order = true,
	.run = whoami_run,
};
