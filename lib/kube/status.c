#include "kube/status.h"

#include <ctype.h>

#include "kube/client.h"

/* client-go shows no more of a body that is no Status */
#define MESSAGE_LIMIT ((size_t)2048)

bool status_is_failure(const cJSON *object)
{
	return json_is_object(object) && str_equal(json_string(object, "kind"), "Status") &&
	       str_equal(json_string(object, "status"), "Failure");
}

int status_error(struct error *err, const cJSON *status, int http_status)
{
	const char *message = json_string(status, "message"), *reason = json_string(status, "reason");
	_cleanup_buf_ struct buf text = BUF_INIT;

	error_set(err, ERROR_API, "%s", message ? message : "");
	err->http_status = http_status ? http_status : (int)json_int(status, "code", 0);
	err->reason = xstrdup(reason);
	json_print(&text, status, JSON_COMPACT);
	err->status_json = buf_take(&text);
	return -1;
}

/* ---- answers without a Status --------------------------------------------- */

/* What a path asks for: views into it. */
struct asked {
	const char *group, *resource, *name;
	size_t group_len, resource_len, name_len;
};

/* The next segment of a path, or false at its end. */
static bool next_segment(const char **path, const char **ret, size_t *ret_len)
{
	const char *p = *path;

	while (*p == '/')
		p++;
	*ret = p;
	*ret_len = strcspn(p, "/?");
	*path = p + *ret_len;
	return *ret_len > 0;
}

static bool segment_is(const char *segment, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(segment, word, len);
}

/* Skips "namespaces/NS" when a resource of that namespace follows. */
static void skip_namespace(const char **path)
{
	const char *p = *path, *segment;
	size_t n;

	if (!next_segment(&p, &segment, &n) || !segment_is(segment, n, "namespaces"))
		return;
	if (!next_segment(&p, &segment, &n))
		return;
	const char *rest = p;
	if (!next_segment(&p, &segment, &n) || segment_is(segment, n, "finalize") || segment_is(segment, n, "status"))
		return;
	*path = rest;
}

/* Reads /api/V/…, /apis/G/V/…; false when the path names no resource. */
static bool asked_parse(const char *path, struct asked *ret)
{
	const char *segment, *version;
	size_t n;

	*ret = (struct asked){.group = ""};
	if (!next_segment(&path, &segment, &n))
		return false;
	if (segment_is(segment, n, "apis")) {
		if (!next_segment(&path, &ret->group, &ret->group_len))
			return false;
	} else if (!segment_is(segment, n, "api")) {
		return false;
	}
	if (!next_segment(&path, &version, &n))
		return false;
	skip_namespace(&path);
	if (!next_segment(&path, &ret->resource, &ret->resource_len))
		return false;
	next_segment(&path, &ret->name, &ret->name_len);
	return true;
}

bool path_is_of_resource(const char *path)
{
	struct asked asked;

	return asked_parse(path, &asked);
}

struct generic {
	int code;
	const char *reason;
	const char *message; /* NULL: what the server said */
};

static const struct generic generics[] = {
	{400, "BadRequest", "the server rejected our request for an unknown reason"},
	{401, "Unauthorized", "the server has asked for the client to provide credentials"},
	{403, "Forbidden", NULL},
	{404, "NotFound", "the server could not find the requested resource"},
	{405, "MethodNotAllowed", "the server does not allow this method on the requested resource"},
	{406, "NotAcceptable", NULL},
	{409, "Conflict", "the server reported a conflict"},
	{415, "UnsupportedMediaType", NULL},
	{422, "Invalid", "the server rejected our request due to an error in our request"},
	{429, "TooManyRequests", "the server has received too many requests and has asked us to try again later"},
	{503, "ServiceUnavailable", "the server is currently unable to handle the request"},
	{504, "Timeout",
	 "the server was unable to return a response in the time allotted, but may still be processing the request"},
};

static const struct generic *generic_find(int code)
{
	for (size_t i = 0; i < ARRAY_SIZE(generics); i++)
		if (generics[i].code == code)
			return &generics[i];
	return NULL;
}

/* What the server said, when it is text; "unknown" otherwise. */
static void server_message(struct buf *out, const struct http_response *response)
{
	const char *text = response->body.data;
	size_t n = MIN(response->body.len, MESSAGE_LIMIT);

	if (response->content_type && *response->content_type && !str_starts(response->content_type, "text/")) {
		buf_puts(out, "unknown");
		return;
	}
	while (n && isspace((unsigned char)*text))
		text++, n--;
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	buf_add(out, text, n);
}

/* Appends Go's %q of a text. */
static void add_quoted(struct buf *out, const char *s)
{
	json_print_string(out, s, JSON_COMPACT);
}

static void generic_message(struct buf *out, const struct generic *g, int code, const char *said)
{
	if (g && g->message) {
		buf_puts(out, g->message);
	} else if (g && code == 406 && (!*said || !strcmp(said, "unknown"))) {
		buf_puts(out, "the server was unable to respond with a content type that the client supports");
	} else if (g) {
		buf_puts(out, said);
	} else if (code >= 500) {
		buf_puts(out, "an error on the server (");
		add_quoted(out, said);
		buf_puts(out, ") has prevented the request from succeeding");
	} else {
		buf_printf(out, "the server responded with the status code %d but did not return more information",
			   code);
	}
}

static void add_asked(struct buf *out, const char *method, const struct asked *a)
{
	buf_puts(out, " (");
	for (const char *p = method; *p; p++)
		buf_putc(out, (char)tolower((unsigned char)*p));
	buf_putc(out, ' ');
	buf_add(out, a->resource, a->resource_len);
	if (a->group_len) {
		buf_putc(out, '.');
		buf_add(out, a->group, a->group_len);
	}
	if (a->name_len) {
		buf_putc(out, ' ');
		buf_add(out, a->name, a->name_len);
	}
	buf_putc(out, ')');
}

static void set_piece(cJSON *object, const char *key, const char *text, size_t n)
{
	_cleanup_free_ char *copy = n ? xstrndup(text, n) : NULL;

	json_set_string(object, key, copy);
}

/* The Status that such an answer stands for. */
static cJSON *generic_status(int code, const char *reason, const char *message, const char *said, const struct asked *a,
			     int64_t retry_after)
{
	cJSON *status = cJSON_CreateObject(), *details = cJSON_CreateObject();
	cJSON *causes = cJSON_CreateArray(), *cause = cJSON_CreateObject();

	json_set_string(cause, "reason", "UnexpectedServerResponse");
	json_set_string(cause, "message", said);
	json_append(causes, cause);
	set_piece(details, "name", a->name, a->name_len);
	set_piece(details, "group", a->group, a->group_len);
	set_piece(details, "kind", a->resource, a->resource_len);
	json_set(details, "causes", causes);
	if (retry_after > 0)
		json_set_int(details, "retryAfterSeconds", retry_after / INT64_C(1000000000));
	json_set(status, "metadata", cJSON_CreateObject());
	json_set_string(status, "status", "Failure");
	json_set_string(status, "message", message);
	json_set_string(status, "reason", *reason ? reason : NULL);
	json_set(status, "details", details);
	json_set_int(status, "code", code);
	return status;
}

int status_generic_error(struct error *err, const char *method, const char *path, bool absolute,
			 const struct http_response *response)
{
	int code = response->status;
	const struct generic *g = generic_find(code);
	const char *reason = g ? g->reason : code >= 500 ? "InternalError" : "";
	_cleanup_buf_ struct buf said = BUF_INIT, message = BUF_INIT;
	_cleanup_json_ cJSON *status = NULL;
	struct asked asked;

	if (code == 409 && !strcmp(method, "POST"))
		reason = "AlreadyExists";
	server_message(&said, response);
	generic_message(&message, g, code, said.data);
	if (!absolute && asked_parse(path, &asked))
		add_asked(&message, method, &asked);
	else
		asked = (struct asked){.group = ""};
	status = generic_status(code, reason, message.data, said.data, &asked, response->retry_after);
	return status_error(err, status, code);
}

int status_response_error(struct error *err, const char *method, const char *path, bool absolute,
			  const struct http_response *response)
{
	_cleanup_json_ cJSON *body = NULL;
	_cleanup_error_ struct error ignored = ERROR_INIT;

	if (response->body.len && !json_parse(response->body.data, response->body.len, NULL, &body, &ignored) &&
	    status_is_failure(body))
		return status_error(err, body, response->status);
	return status_generic_error(err, method, path, absolute, response);
}

bool error_is_unknown_type(const struct error *err)
{
	static const char words[] = "the server could not find the requested resource";
	_cleanup_json_ cJSON *status = NULL;
	_cleanup_error_ struct error ignored = ERROR_INIT;

	if (err->http_status != 404 || !err->status_json ||
	    json_parse(err->status_json, strlen(err->status_json), NULL, &status, &ignored))
		return false;
	return json_string(status, "message") && str_starts(json_string(status, "message"), words);
}
