#include "cmd.h"

/*
 * The words that people and scripts read when something failed. They are
 * kubectl's (its checkErr), as scripts match them.
 */

/* Adds prefix unless the message has one of its own already. */
static void put_prefixed(struct buf *out, const char *prefix, const char *message)
{
	static const char *const complete[] = {"error: ", "Error ", "Error: ", "error occurred while applying preferences ",
					       "The connection to the server ",
					       "Unable to connect to the server"};

	for (size_t i = 0; i < ARRAY_SIZE(complete); i++)
		if (str_starts(message, complete[i]))
			prefix = "";
	buf_printf(out, "%s%s", prefix, message);
}

/* The causes of an Invalid status, each once: "spec.replicas: Invalid value: …". */
static void collect_causes(const cJSON *details, struct vec *ret)
{
	const cJSON *cause;

	cJSON_ArrayForEach(cause, json_get(details, "causes"))
	{
		const char *field = json_string(cause, "field"), *message = json_string(cause, "message");
		_cleanup_free_ char *line = xasprintf("%s: %s", field ? field : "", message ? message : "");

		if (!vec_has_string(ret, line))
			vec_add_string(ret, line);
	}
}

static void put_invalid(struct buf *out, const struct error *err)
{
	_cleanup_error_ struct error broken = ERROR_INIT;
	_cleanup_vec_ struct vec causes = VEC_OF_STRINGS;
	_cleanup_json_ cJSON *status = NULL;
	const char *kind, *name;
	const cJSON *details;

	if (err->status_json)
		json_parse(err->status_json, strlen(err->status_json), NULL, &status, &broken);
	details = json_get(status, "details");
	kind = json_string(details, "kind");
	name = json_string(details, "name");
	if (str_empty(kind) && str_empty(name))
		buf_puts(out, "The request is invalid");
	else
		buf_printf(out, "The %s \"%s\" is invalid", kind ? kind : "", name ? name : "");
	collect_causes(details, &causes);
	/* a server's message repeats its causes, and is needed only where there is nothing else */
	if (str_empty(kind) && str_empty(name) && !causes.len && !str_empty(err->message))
		buf_printf(out, ": %s", err->message);
	/* Each ends its line, whether its text ends one already or not. */
	if (causes.len == 1)
		buf_printf(out, ": %s\n", vec_string(&causes, 0));
	else if (causes.len)
		buf_puts(out, ": \n");
	for (size_t i = 0; causes.len > 1 && i < causes.len; i++)
		buf_printf(out, "* %s\n", vec_string(&causes, i));
}

static void put_api(struct buf *out, const struct error *err)
{
	if (str_equal(err->reason, "Unauthorized"))
		buf_printf(out, "error: You must be logged in to the server (%s)", err->message);
	else if (!str_empty(err->reason))
		buf_printf(out, "Error from server (%s): %s", err->reason, err->message);
	else
		buf_printf(out, "Error from server: %s", err->message);
}

void error_words(struct buf *out, const struct error *err, bool alone)
{
	switch (err->class) {
	case ERROR_API:
		if (alone && str_equal(err->reason, "Invalid"))
			put_invalid(out, err);
		else
			put_api(out, err);
		return;
	case ERROR_CONNECT:
	case ERROR_TLS:
	case ERROR_AUTH:
		put_prefixed(out, "Unable to connect to the server: ", err->message);
		return;
	default:
		put_prefixed(out, alone ? "error: " : "", err->message ? err->message : "unknown error");
	}
}

static void report(struct invocation *inv, const struct error *err, bool alone)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (inv->exit_status == 0)
		inv->exit_status = 1;
	if (err->class == ERROR_CANCELLED)
		return;
	error_words(&text, err, alone);
	fflush(inv->out);
	fputs(text.data, inv->err);
	/* One of several ends in a line feed of its own whether its words do or not. */
	if (!alone || !text.len || text.data[text.len - 1] != '\n')
		fputc('\n', inv->err);
	/* A pipe gets kubectl's bytes; a person gets a word more. */
	if (err->hint && inv->err_is_terminal)
		fprintf(inv->err, "hint: %s\n", err->hint);
}

void report_error(struct invocation *inv, const struct error *err)
{
	report(inv, err, true);
}

/* What is wrong with reading manifests, each text once: "[A, B]". */
static void report_reading(struct invocation *inv, const struct vec *errors)
{
	_cleanup_error_ struct error joined = ERROR_INIT;
	_cleanup_vec_ struct vec texts = VEC_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	for (size_t i = 0; i < errors->len; i++) {
		const struct error *e = errors->items[i];

		if (e->reading && !vec_has_string(&texts, e->message))
			vec_add(&texts, e->message);
	}
	words_joined(&text, &texts);
	error_set(&joined, ERROR_OTHER, "%s", text.data);
	report(inv, &joined, false);
}

static size_t count_reading(const struct vec *errors)
{
	size_t n = 0;

	for (size_t i = 0; i < errors->len; i++)
		n += ((const struct error *)errors->items[i])->reading;
	return n;
}

void report_errors(struct invocation *inv, const struct vec *errors)
{
	size_t reading = count_reading(errors);
	bool apart = reading && reading < errors->len;

	for (size_t i = 0; i < errors->len; i++) {
		const struct error *e = errors->items[i];

		if (!apart || !e->reading)
			report(inv, e, errors->len == 1);
	}
	if (apart)
		report_reading(inv, errors);
}

void report_aggregate(struct invocation *inv, const struct vec *errors)
{
	for (size_t i = 0; i < errors->len; i++)
		report(inv, errors->items[i], false);
}

int report_unknown_type(struct invocation *inv, struct error *err)
{
	if (err->class != ERROR_OTHER || !str_starts(err->message, "the server doesn't have a resource type "))
		return -1;
	fflush(inv->out);
	fprintf(inv->err, "%s\n", err->message);
	error_release(err);
	inv->exit_status = 1;
	return -1;
}

int usage_error(const struct invocation *inv, struct error *err, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	return error_set(err, ERROR_USAGE, "%s\nSee '%s %s -h' for help and examples", text, inv->program, inv->path);
}
