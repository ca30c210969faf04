#include "trouble.h"

#define LOG_LINES 10

static void put_log(struct buf *out, struct client *c, const cJSON *pod, const char *container)
{
	static const struct resource pods = {.group = "", .version = "v1", .name = "pods", .namespaced = true};
	_cleanup_http_response_ struct http_response log = HTTP_RESPONSE_INIT;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf path = BUF_INIT;

	resource_path(&path, &pods, json_path_string(pod, "metadata", "namespace", NULL),
		      json_path_string(pod, "metadata", "name", NULL), "log");
	buf_puts(&path, "?container=");
	buf_url_escape(&path, container);
	buf_printf(&path, "&previous=true&tailLines=%d", LOG_LINES);
	if (client_call_raw(c, &(struct client_request){.method = "GET", .path = path.data}, &log, &ignored) || !log.body.len)
		return;
	buf_puts(out, "\nthe last lines of its log:");
	for (const char *line = log.body.data; *line;) {
		size_t n = strcspn(line, "\n");

		buf_puts(out, "\n  ");
		buf_add(out, line, n);
		line += n + (line[n] == '\n');
	}
}

void trouble_tell(struct buf *out, struct client *c, const cJSON *pod, const struct pod_trouble *t)
{
	buf_printf(out, "pod \"%s\"", json_path_string(pod, "metadata", "name", NULL));
	if (t->container)
		buf_printf(out, ", container \"%s\"", t->container);
	buf_printf(out, ": %s", t->reason);
	if (!str_empty(t->message))
		buf_printf(out, ": %s", t->message);
	if (t->has_log)
		put_log(out, c, pod, t->container);
}

bool trouble_find(struct buf *out, struct client *c, const struct resource *r, const cJSON *object, bool lasting)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_json_ cJSON *pod = NULL;
	struct pod_trouble trouble;

	if (readiness_find_trouble(c, r, object, &pod, &trouble, &ignored) || !pod || (lasting && !trouble.lasting))
		return false;
	trouble_tell(out, c, pod, &trouble);
	return true;
}
