#include "remote.h"

#include <unistd.h>

#include "kube/streams.h"
#include "live.h"
#include "tty.h"

void remote_release(struct remote *r)
{
	vec_release(&r->targets);
	cJSON_Delete(r->pod);
}

int remote_timeout(struct invocation *inv, int64_t *ret, struct error *err)
{
	int64_t timeout = args_duration(inv->args, "pod-running-timeout");

	if (timeout <= 0)
		return error_set(err, ERROR_OTHER, "--pod-running-timeout must be higher than zero");
	*ret = timeout;
	return 0;
}

/* ---- objects and Pods -------------------------------------------------------------------------------- */

/* What the command's words and files name, fetched. */
static int fetch(struct invocation *inv, const struct vec *words, struct remote *r, struct vec *errors, struct error *err)
{
	struct target_options o;
	struct mapper *mapper;

	if (invocation_targets(inv, &o, err) || invocation_client(inv, &r->client, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	o.args = words;
	/* "TYPE NAME" names its type itself */
	o.default_type = words->len == 1 ? "pods" : NULL;
	o.enforce_namespace = o.namespace_given;
	return targets_fetch(r->client, mapper, &o, &r->targets, errors, err);
}

int remote_find(struct invocation *inv, const struct vec *words, const char *verb, struct remote *r, struct error *err)
{
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);

	r->targets = VEC_OWNING(target_free);
	if (fetch(inv, words, r, &errors, err))
		return -1;
	live_refuse_custom(&r->targets, &errors);
	if (errors.len == 1) {
		error_move(err, errors.items[0]);
		return -1;
	}
	if (errors.len) {
		report_errors(inv, &errors);
		return -1;
	}
	if (r->targets.len != 1)
		return error_set(err, ERROR_OTHER, "cannot %s multiple objects at a time", verb);
	r->target = r->targets.items[0];
	return 0;
}

static bool is_pod(const struct target *t)
{
	return !*t->resource->group && !strcmp(t->resource->name, "pods");
}

int remote_pod(struct remote *r, int64_t timeout, struct error *err)
{
	_cleanup_buf_ struct buf selector = BUF_INIT;
	_cleanup_json_ cJSON *list = NULL;
	cJSON *items;

	if (is_pod(r->target)) {
		r->pod = TAKE_PTR(r->target->object);
		return 0;
	}
	if (pods_selector(r->target->resource, r->target->object, "cannot attach to", &selector, err) ||
	    pods_list(r->client, r->target->namespace, selector.data, timeout, PODS_ACTIVE, &list, err))
		return -1;
	items = json_get(list, "items");
	r->pod = cJSON_DetachItemViaPointer(items, items->child);
	return 0;
}

int remote_container(struct invocation *inv, const cJSON *pod, const char *name, bool quiet, const cJSON **ret,
		     struct error *err)
{
	_cleanup_buf_ struct buf names = BUF_INIT;
	const cJSON *first = json_path(pod, "spec", "containers", NULL), *found;
	const char *pod_name = json_path_string(pod, "metadata", "name", NULL);

	first = first ? first->child : NULL;
	if (!first)
		return error_set(err, ERROR_OTHER, "pod %s/%s does not have any containers",
				 json_path_string(pod, "metadata", "namespace", NULL), pod_name);
	pod_container_names(pod, &names);
	if (str_empty(name))
		name = pod_default_container(pod);
	if (name) {
		found = pod_container(pod, name, NULL);
		if (!found)
			return error_set(err, ERROR_OTHER, "container %s is not valid for pod %s out of: %s", name, pod_name, names.data);
		*ret = found;
		return 0;
	}
	if (!quiet && pod_has_choice(pod))
		fprintf(inv->err, "Defaulted container \"%s\" out of: %s\n", json_string(first, "name"), names.data);
	*ret = first;
	return 0;
}

/* ---- sessions -------------------------------------------------------------------------------------------- */

bool remote_terminal(struct invocation *inv, bool stdin_wanted, bool quiet, bool *tty)
{
	if (!stdin_wanted || !*tty) {
		*tty = *tty && stdin_wanted;
		return false;
	}
	if (isatty(STDIN_FILENO))
		return true;
	*tty = false;
	if (!quiet)
		fputs("Unable to use a TTY - input is not a terminal or the right kind of file\n", inv->err);
	return false;
}

/* What a running session knows of the person at it. */
struct sitting {
	struct invocation *inv;
	struct buf keys;  /* that end it */
	size_t matched;   /* of keys, held back */
	struct stream_size sizes[2]; /* to be told, the last first */
	size_t size_count;
};

static bool on_resized(void *ctx, struct stream_size *ret)
{
	struct sitting *s = ctx;

	if (s->size_count) {
		*ret = s->sizes[--s->size_count];
		return true;
	}
	return tty_resized() && tty_size(&ret->columns, &ret->rows);
}

/* Holds back what may become the keys to leave. */
static bool on_typed(void *ctx, const char *data, size_t len, struct buf *out)
{
	struct sitting *s = ctx;

	for (size_t i = 0; i < len; i++) {
		if (data[i] != s->keys.data[s->matched]) {
			buf_add(out, s->keys.data, s->matched);
			s->matched = 0;
		}
		if (data[i] != s->keys.data[s->matched])
			buf_putc(out, data[i]);
		else if (++s->matched == s->keys.len)
			return true;
	}
	return false;
}

static void on_endless(void *ctx)
{
	const struct sitting *s = ctx;

	fputs("Warning: the end of standard input cannot be told to this server (v5.channel.k8s.io is missing, Kubernetes 1.30 "
	      "brought it): what waits for it there goes on waiting\n", s->inv->err);
}

static void add_flag(struct buf *path, const char *name, bool wanted)
{
	if (wanted)
		buf_printf(path, "&%s=true", name);
}

void remote_session_path(struct buf *path, const cJSON *pod, const struct remote_session *s)
{
	resource_path(path, pods_resource(), json_path_string(pod, "metadata", "namespace", NULL),
		      json_path_string(pod, "metadata", "name", NULL), s->subresource);
	buf_puts(path, "?container=");
	buf_url_escape(path, s->container);
	for (size_t i = 0; s->command && i < s->command->len; i++) {
		buf_puts(path, "&command=");
		buf_url_escape(path, vec_string(s->command, i));
	}
	add_flag(path, "stderr", !s->no_stderr);
	add_flag(path, "stdin", s->stdin_wanted);
	add_flag(path, "stdout", true);
	add_flag(path, "tty", s->raw);
}

/* The sizes to begin with. A program draws its screen anew when the size changes, so it is changed and changed back. */
static void first_sizes(struct sitting *s, bool redraw)
{
	struct stream_size size;

	if (!tty_size(&size.columns, &size.rows))
		return;
	s->sizes[s->size_count++] = size;
	if (redraw)
		s->sizes[s->size_count++] = (struct stream_size){size.columns + 1, size.rows + 1};
}

static int run_session(struct client *c, const struct streams *streams, bool raw, int *ret_status, struct error *err)
{
	int failure;

	if (raw && tty_raw(err))
		return -1;
	failure = streams_run(c, streams, ret_status, err);
	tty_restore();
	return failure;
}

int remote_run(struct invocation *inv, struct client *c, const cJSON *pod, const struct remote_session *s, int *ret_status,
	       struct error *err)
{
	struct sitting sitting = {.inv = inv, .keys = BUF_INIT};
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct streams streams = {
		.in = s->stdin_wanted ? STDIN_FILENO : -1,
		.out = STDOUT_FILENO,
		.err = s->no_stderr ? -1 : STDERR_FILENO,
		.endless = on_endless,
		.ctx = &sitting,
	};
	int failure;

	if (s->raw && s->detach_keys && tty_keys(s->detach_keys, &sitting.keys, err)) {
		buf_release(&sitting.keys);
		return -1;
	}
	remote_session_path(&path, pod, s);
	streams.path = path.data;
	if (s->raw) {
		tty_watch_size();
		first_sizes(&sitting, s->redraw);
		streams.resized = on_resized;
		streams.wait_mask = tty_wait_mask();
		streams.typed = sitting.keys.len ? on_typed : NULL;
	}
	fflush(inv->out);
	failure = run_session(c, &streams, s->raw, ret_status, err);
	buf_release(&sitting.keys);
	return failure;
}

int remote_failed(bool stdin_wanted, struct error *err)
{
	if (err->class == ERROR_CANCELLED && stdin_wanted && isatty(STDIN_FILENO))
		error_release(err);
	return -1;
}

void remote_exit(struct invocation *inv, int status)
{
	if (!status)
		return;
	fprintf(inv->err, "command terminated with exit code %d\n", status);
	inv->exit_status = status;
}
