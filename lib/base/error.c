#include "base/base.h"

static char *format_text(const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		abort();
	return text;
}

int error_set(struct error *e, enum error_class class, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = format_text(format, args); /* before the release: it may quote e */
	va_end(args);
	error_release(e);
	e->class = class;
	e->message = text;
	return -1;
}

int error_prefix(struct error *e, const char *format, ...)
{
	_cleanup_free_ char *prefix = NULL;
	va_list args;
	char *text;

	va_start(args, format);
	prefix = format_text(format, args);
	va_end(args);
	if (e->request) {
		e->class = ERROR_OTHER;
		text = xasprintf("%s%s: %s", prefix, e->request, e->cause);
		error_set_request(e, NULL, NULL);
	} else {
		text = xasprintf("%s%s", prefix, e->message ? e->message : "");
	}
	free(e->message);
	e->message = text;
	return -1;
}

void error_set_request(struct error *e, const char *request, const char *cause)
{
	free(e->request);
	free(e->cause);
	e->request = xstrdup(request);
	e->cause = xstrdup(cause);
}

void error_hint(struct error *e, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = format_text(format, args);
	va_end(args);
	free(e->hint);
	e->hint = text;
}

bool error_is_reason(const struct error *e, const char *reason)
{
	return e->class == ERROR_API && e->reason && !strcmp(e->reason, reason);
}

bool error_is_request(const struct error *e)
{
	return e->class == ERROR_API || e->request;
}

void error_move(struct error *dst, struct error *src)
{
	error_release(dst);
	*dst = *src;
	*src = ERROR_INIT;
}

void error_release(struct error *e)
{
	free(e->message);
	free(e->reason);
	free(e->status_json);
	free(e->hint);
	free(e->request);
	free(e->cause);
	*e = ERROR_INIT;
}

struct error *error_take(struct error *e)
{
	struct error *copy = NEW(struct error);

	error_move(copy, e);
	return copy;
}

int errors_add(struct vec *errors, enum error_class class, const char *format, ...)
{
	struct error *e = NEW(struct error);
	va_list args;

	e->class = class;
	va_start(args, format);
	e->message = format_text(format, args);
	va_end(args);
	vec_add(errors, e);
	return -1;
}

void error_free(struct error *e)
{
	if (!e)
		return;
	error_release(e);
	free(e);
}
