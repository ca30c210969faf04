#include <ctype.h>
#include <strings.h>

#include "base/gosort.h"
#include "base/timeutil.h"
#include "cmd.h"
#include "kube/watch.h"
#include "view/table.h"

/* One run of events. */
struct listing {
	struct invocation *inv;
	struct client *client;
	const struct resource *events;
	const char *namespace; /* NULL: all */
	char *field_selector;  /* of --for, or NULL */
	struct printer *printer; /* of -o; NULL: the table */
	struct table table;
	bool names;            /* -o name */
	bool has_headers;
};

static void listing_release(struct listing *l)
{
	free(l->field_selector);
	printer_free(l->printer);
	table_release(&l->table);
}

/* ---- which events ----------------------------------------------------------------- */

/*
 * The version that the server itself names: events tell it. What stands in the table in one version
 * since the first servers that count needs no question.
 */
static int find_served(struct mapper *mapper, const struct resource **r, struct error *err)
{
	_cleanup_vec_ struct vec all = VEC_INIT;

	if (!*(*r)->group || !strcmp((*r)->group, "apps"))
		return 0;
	if (mapper_all(mapper, false, &all, err))
		return -1;
	for (size_t i = 0; i < all.len; i++) {
		const struct resource *served = all.items[i];

		if (strcmp(served->group, (*r)->group) || strcmp(served->name, (*r)->name))
			continue;
		*r = served;
		return 0;
	}
	return 0;
}

/* A value in a field selector: what would end it is escaped. */
static void put_value(struct buf *out, const char *value)
{
	for (; *value; value++) {
		if (strchr("\\,=", *value))
			buf_putc(out, '\\');
		buf_putc(out, *value);
	}
}

static void select_object(struct listing *l, const struct resource *r, const char *name)
{
	_cleanup_buf_ struct buf version = BUF_INIT, selector = BUF_INIT;

	/* "pod/" is about no object, and all events are shown: kubectl's habit */
	if (!*name)
		return;
	resource_api_version(&version, r);
	buf_puts(&selector, "involvedObject.kind=");
	put_value(&selector, r->kind);
	buf_puts(&selector, ",involvedObject.apiVersion=");
	put_value(&selector, version.data);
	buf_puts(&selector, ",involvedObject.name=");
	put_value(&selector, name);
	l->field_selector = buf_take(&selector);
}

/* --for TYPE/NAME */
static int read_for(struct listing *l, struct error *err)
{
	const char *text = args_string(l->inv->args, "for"), *slash = strchr(text, '/');
	_cleanup_free_ char *type = slash ? xstrndup(text, (size_t)(slash - text)) : NULL;
	const struct resource *r;
	struct mapper *mapper;

	if (!*text)
		return 0;
	if (!slash)
		return error_set(err, ERROR_OTHER, "--for must be in resource/name form");
	if (strchr(slash + 1, '/'))
		return error_set(err, ERROR_OTHER, "arguments in resource/name form may not have more than one slash");
	for (char *p = type; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (invocation_mapper(l->inv, &mapper, err))
		return -1;
	if (mapper_find(mapper, type, &r, err))
		return report_unknown_type(l->inv, err);
	if (find_served(mapper, &r, err))
		return -1;
	select_object(l, r, slash + 1);
	return 0;
}

static int check_types(const struct listing *l, struct error *err)
{
	const struct vec *types = args_list(l->inv->args, "types");

	for (size_t i = 0; i < types->len; i++)
		if (strcasecmp(vec_string(types, i), "Normal") && strcasecmp(vec_string(types, i), "Warning"))
			return error_set(err, ERROR_OTHER, "valid --types are Normal or Warning");
	return 0;
}

static bool is_wanted(const struct listing *l, const cJSON *event)
{
	const struct vec *types = args_list(l->inv->args, "types");
	const char *type = json_string(event, "type");

	for (size_t i = 0; i < types->len; i++)
		if (!strcasecmp(vec_string(types, i), type ? type : ""))
			return true;
	return !types->len;
}

/* ---- times ---------------------------------------------------------------------------- */

/* A point in time, false when there is none. */
static bool read_time(const cJSON *object, const char *key, int64_t *ret)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	const char *text = json_string(object, key);

	return text && !timestamp_parse(text, ret, &ignored);
}

/* When an event was last seen: what events are sorted by. One without a time comes first. */
static int64_t last_seen(const cJSON *event)
{
	const cJSON *series = json_get(event, "series");
	int64_t t = INT64_MIN;

	if (json_is_object(series))
		read_time(series, "lastObservedTime", &t);
	else if (!read_time(event, "lastTimestamp", &t))
		read_time(event, "eventTime", &t);
	return t;
}

static void put_age(struct buf *out, const cJSON *object, const char *key)
{
	int64_t t;

	if (read_time(object, key, &t))
		duration_format_human(out, duration_between(t, time_now()));
	else
		buf_puts(out, "<unknown>");
}

/* "5m", or "10s (x3 over 5m)" */
static void put_interval(struct buf *out, const cJSON *event)
{
	const cJSON *series = json_get(event, "series");
	int64_t count = json_int(event, "count", 0), t;
	_cleanup_buf_ struct buf first = BUF_INIT;

	put_age(&first, event, read_time(event, "eventTime", &t) ? "eventTime" : "firstTimestamp");
	if (json_is_object(series)) {
		put_age(out, series, "lastObservedTime");
		count = json_int(series, "count", 0);
	} else if (count > 1) {
		put_age(out, event, "lastTimestamp");
	} else {
		buf_puts(out, first.data);
		return;
	}
	buf_printf(out, " (x%" PRId64 " over %s)", count, first.data);
}

/* ---- order ------------------------------------------------------------------------------ */

struct seen {
	cJSON *event;
	int64_t at;
};

static bool seen_less(void *ctx, size_t i, size_t j)
{
	const struct seen *events = ctx;

	return events[i].at < events[j].at;
}

static void seen_swap(void *ctx, size_t i, size_t j)
{
	struct seen *events = ctx, kept = events[i];

	events[i] = events[j];
	events[j] = kept;
}

/* Events of one time stand where kubectl's sorting leaves them. */
static void sort_events(cJSON *items)
{
	size_t n = json_size(items);
	_cleanup_free_ struct seen *events = xcalloc(n + 1, sizeof(*events));
	const struct gosort order = {.ctx = events, .less = seen_less, .swap = seen_swap};

	for (size_t i = 0; i < n; i++) {
		events[i].event = cJSON_DetachItemViaPointer(items, items->child);
		events[i].at = last_seen(events[i].event);
	}
	gosort(&order, n);
	for (size_t i = 0; i < n; i++)
		json_append(items, events[i].event);
}

/* ---- showing -------------------------------------------------------------------------------- */

/* Control sequences are made harmless, as kubectl does. */
static void put_escaped(struct table *t, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\x1b')
			table_puts(t, "^[");
		else if (text[i] == '\r')
			table_puts(t, "\\r");
		else
			table_write(t, text + i, 1);
	}
}

static void put_member(struct table *t, const cJSON *object, const char *key, const char *end)
{
	const char *text = json_string(object, key);

	if (text)
		put_escaped(t, text, strlen(text));
	table_puts(t, end);
}

static void put_message(struct table *t, const char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	put_escaped(t, text, n);
	table_puts(t, "\n");
}

static void put_headers(struct listing *l)
{
	if (l->has_headers || args_bool(l->inv->args, "no-headers"))
		return;
	l->has_headers = true;
	if (!l->namespace)
		table_puts(&l->table, "NAMESPACE\t");
	table_puts(&l->table, "LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n");
}

static void put_row(struct listing *l, const cJSON *event)
{
	const cJSON *object = json_get(event, "involvedObject");
	const char *ns = json_path_string(event, "metadata", "namespace", NULL), *message = json_string(event, "message");
	_cleanup_buf_ struct buf interval = BUF_INIT;

	put_headers(l);
	if (!l->namespace) {
		table_puts(&l->table, ns ? ns : "");
		table_puts(&l->table, "\t");
	}
	put_interval(&interval, event);
	table_puts(&l->table, interval.data);
	table_puts(&l->table, "\t");
	put_member(&l->table, event, "type", "\t");
	put_member(&l->table, event, "reason", "\t");
	put_member(&l->table, object, "kind", "/");
	put_member(&l->table, object, "name", "\t");
	put_message(&l->table, message ? message : "");
}

/* An object in the format of -o. kubectl sends that through its table, too, and forgets failures. */
static void put_object(struct listing *l, const cJSON *object)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	printer_print(l->printer, &out, NULL, object, &ignored);
	table_write(&l->table, out.data, out.len);
}

static int flush(struct listing *l, struct error *err)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	table_flush(&l->table, &out);
	if (fwrite(out.data, 1, out.len, l->inv->out) != out.len || fflush(l->inv->out))
		return error_set(err, ERROR_IO, "write: %s", strerror(errno));
	return 0;
}

/* What a list leaves out stands first in an object of its own; bookkeeping goes. */
static cJSON *typed_event(const struct listing *l, cJSON *event)
{
	cJSON *typed;

	if (!args_bool(l->inv->args, "show-managed-fields") && json_is_object(json_get(event, "metadata")))
		json_remove(json_get(event, "metadata"), "managedFields");
	if (!str_empty(json_string(event, "kind")))
		return event;
	json_remove(event, "kind");
	json_remove(event, "apiVersion");
	typed = json_parse_literal("{\"kind\":\"Event\",\"apiVersion\":\"v1\"}");
	while (event->child)
		json_link(typed, cJSON_DetachItemViaPointer(event, event->child));
	cJSON_Delete(event);
	return typed;
}

/* ---- listing --------------------------------------------------------------------------------- */

/* An EventList of what is wanted, sorted. */
static cJSON *wanted_events(const struct listing *l, cJSON *list)
{
	cJSON *ret = json_parse_literal("{\"kind\":\"EventList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[]}");
	cJSON *items = json_get(list, "items"), *wanted = json_get(ret, "items");

	while (items && items->child) {
		cJSON *event = cJSON_DetachItemViaPointer(items, items->child);

		if (is_wanted(l, event))
			json_append(wanted, typed_event(l, event));
		else
			cJSON_Delete(event);
	}
	sort_events(wanted);
	return ret;
}

static int list_events(struct listing *l, struct error *err)
{
	const struct list_options o = {.field_selector = l->field_selector,
				       .limit = args_int(l->inv->args, "chunk-size")};
	_cleanup_json_ cJSON *list = NULL, *wanted = NULL;
	const cJSON *event;

	if (client_list(l->client, l->events, l->namespace, &o, &list, err))
		return -1;
	wanted = wanted_events(l, list);
	if (!json_size(json_get(wanted, "items"))) {
		if (l->namespace)
			fprintf(l->inv->err, "No events found in %s namespace.\n", l->namespace);
		else
			fputs("No events found.\n", l->inv->err);
		return 0;
	}
	/* kubectl names no lists here */
	if (l->printer && !l->names)
		put_object(l, wanted);
	else if (!l->printer)
		cJSON_ArrayForEach(event, json_get(wanted, "items")) put_row(l, event);
	return flush(l, err);
}

static int on_event(void *ctx, const char *type, cJSON *object, struct error *err)
{
	struct listing *l = ctx;
	_cleanup_json_ cJSON *event = typed_event(l, object);

	/* the server forgets events after a while: that is no news */
	if (!strcmp(type, "DELETED") || !is_wanted(l, event))
		return 0;
	if (l->printer)
		put_object(l, event);
	else
		put_row(l, event);
	return flush(l, err);
}

static int watch_events(struct listing *l, struct error *err)
{
	const struct watch_options o = {.field_selector = l->field_selector};
	int failure = watch_run(l->client, l->events, l->namespace, NULL, &o, on_event, l, err);

	/* Ctrl-C is how a watch ends: without a word, and with kubectl's status. */
	if (failure && err->class == ERROR_CANCELLED) {
		error_release(err);
		l->inv->exit_status = 1;
	}
	return failure;
}

/* ---- the verb ---------------------------------------------------------------------------------- */

static int open_listing(struct listing *l, struct error *err)
{
	struct invocation *inv = l->inv;
	struct mapper *mapper;
	const char *ns;
	bool given;

	if (invocation_namespace(inv, &ns, &given, err) || read_for(l, err))
		return -1;
	if (*args_string(inv->args, "output") && invocation_printer(inv, "events", &l->printer, err))
		return -1;
	l->names = !strcasecmp(args_string(inv->args, "output"), "name");
	l->namespace = args_bool(inv->args, "all-namespaces") ? NULL : ns;
	if (check_types(l, err) || invocation_client(inv, &l->client, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	return mapper_find_kind(mapper, "v1", "Event", &l->events, err);
}

static int events_run(struct invocation *inv, struct error *err)
{
	_cleanup_(listing_release) struct listing l = {.inv = inv, .table = TABLE_INIT};

	if (open_listing(&l, err))
		return -1;
	return args_bool(inv->args, "watch") ? watch_events(&l, err) : list_events(&l, err);
}

static const struct option events_options[] = {
	{.name = "all-namespaces",
	 .shorthand = 'A',
	 .type = OPTION_BOOL,
	 .help = "Events of all namespaces; the current namespace and --namespace do not count."},
	{.name = "chunk-size",
	 .type = OPTION_INT,
	 .fallback = "500",
	 .help = "Long lists are asked for in pages of this size; 0 asks for everything at once."},
	{.name = "for",
	 .complete = {COMPLETE_RESOURCE_NAMES, NULL},
	 .help = "Only events about this object (TYPE/NAME)."},
	{.name = "no-headers", .type = OPTION_BOOL, .help = "Leaves out the line of column names."},
	{.name = "types",
	 .type = OPTION_LIST,
	 .complete = {COMPLETE_WORDS, "Normal,Warning"},
	 .help = "Only events of these types (Normal, Warning)."},
	{.name = "watch",
	 .shorthand = 'w',
	 .type = OPTION_BOOL,
	 .help = "Shows the events that there are, then each new one as it comes."},
	{0},
};

const struct command command_events = {
	.name = "events",
	.group = GROUP_TROUBLESHOOTING,
	.summary = "Lists events, the latest last",
	.description = "Lists the events of a namespace, of all namespaces or about one object, the latest last.",
	.examples = "  # Events of the current namespace\n  kubec events\n\n"
		    "  # Events of all namespaces\n  kubec events --all-namespaces\n\n"
		    "  # Events about one Pod, and those that come\n  kubec events --for pod/web-1 --watch\n\n"
		    "  # As YAML\n  kubec events -o yaml\n\n"
		    "  # Warnings only\n  kubec events --types=Warning",
	.usage = "[-o|--output=FORMAT] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
	.options = (const struct option *const[]){events_options, options_print, NULL},
	.keeps_order = true,
	.run = events_run,
};
