#include "top/top.h"

#include "base/gosort.h"
#include "data/selector.h"

#include <stdarg.h>

const struct option options_top[] = {
	{"no-headers", .type = OPTION_BOOL, .help = "Prints no line of headers."},
	{"show-swap", .type = OPTION_BOOL, .help = "Shows swap memory, too."},
	{"sort-by", .type = OPTION_STRING, .complete = {COMPLETE_WORDS, "cpu,memory"}, .help = "The greatest first: cpu or memory."},
	{"use-protocol-buffers", .type = OPTION_BOOL, .fallback = "true", .help = "Makes no difference: metrics come as JSON."},
	{0},
};

#define GROUP   "metrics.k8s.io"
#define VERSION "v1beta1"
#define BAR     10 /* signs */

static const char *const names[] = {[CPU] = "cpu", [MEMORY] = "memory", [SWAP] = "swap"};

const char *top_name(const struct invocation *inv)
{
	const struct vec *words = args_words(inv->args);

	return words->len && *vec_string(words, 0) ? vec_string(words, 0) : NULL;
}

int top_prepare(struct invocation *inv, bool has_selector, const char *refusal, struct top *ret, struct error *err)
{
	const char *by = args_string(inv->args, "sort-by"), *text = args_string(inv->args, "selector");
	_cleanup_(selector_free_p) struct selector *selector = NULL;
	struct top t = {
		.inv = inv, .selector = BUF_INIT, .table = TABLE_INIT,
		.swap = args_bool(inv->args, "show-swap"), .no_headers = args_bool(inv->args, "no-headers"),
	};

	if (args_words(inv->args)->len > 1)
		return usage_error(inv, err, "%s %s", inv->command->name, inv->command->usage);
	if (*by && strcmp(by, names[CPU]) && strcmp(by, names[MEMORY]))
		return error_set(err, ERROR_OTHER, "--sort-by accepts only cpu or memory");
	if (top_name(inv) && has_selector)
		return error_set(err, ERROR_OTHER, "%s", refusal);
	if (selector_parse(text, &selector, err) || invocation_client(inv, &t.client, err))
		return -1;
	selector_format(&t.selector, selector);
	t.table.screen = inv->screen;
	*ret = t;
	return 0;
}

void top_release(struct top *t)
{
	buf_release(&t->selector);
	table_release(&t->table);
}

/* ---- asking ----------------------------------------------------------------------------- */

int top_list(const struct top *t, const struct resource *r, const char *ns, const char *field_selector, cJSON **ret,
	     struct error *err)
{
	_cleanup_buf_ struct buf path = BUF_INIT, query = BUF_INIT;
	_cleanup_json_ cJSON *list = NULL;
	cJSON *items;

	resource_path(&path, r, ns, NULL, NULL);
	list_query(&query, &(struct list_options){.label_selector = t->selector.data, .field_selector = field_selector}, NULL);
	if (query.len)
		buf_printf(&path, "?%s", query.data);
	if (client_call(t->client, &(struct client_request){.method = "GET", .path = path.data}, &list, err))
		return -1;
	items = cJSON_DetachItemFromObjectCaseSensitive(list, "items");
	*ret = items ? items : json_new_array();
	return 0;
}

/* Nobody is asked whether there are metrics until they could not be had. */
static int explain_failure(const struct top *t, struct error *err)
{
	_cleanup_vec_ struct vec versions = VEC_OF_STRINGS;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	struct mapper *mapper;

	if (!error_is_unknown_type(err) && !error_is_reason(err, "Forbidden"))
		return -1;
	if (invocation_mapper(t->inv, &mapper, &ignored) || mapper_group_versions(mapper, true, &versions, &ignored) ||
	    vec_has_string(&versions, GROUP "/" VERSION))
		return -1;
	return error_set(err, ERROR_OTHER, "Metrics API not available");
}

int top_read(const struct top *t, const struct resource *r, const char *ns, const char *name, cJSON **ret, struct error *err)
{
	cJSON *one;

	if (!name)
		return top_list(t, r, ns, NULL, ret, err);
	if (client_get(t->client, r, ns, name, NULL, &one, err))
		return -1;
	*ret = json_new_array();
	json_append(*ret, one);
	return 0;
}

int top_metrics(const struct top *t, const char *resource, const char *ns, const char *name, cJSON **ret, struct error *err)
{
	struct resource r = {.group = GROUP, .version = VERSION, .name = resource, .namespaced = ns};

	/* of all namespaces */
	if (ns && !*ns)
		ns = NULL;
	return top_read(t, &r, ns, name, ret, err) ? explain_failure(t, err) : 0;
}

/* ---- amounts ------------------------------------------------------------------------------ */

int usage_add(struct usage *u, const cJSON *quantities, struct error *err)
{
	for (size_t i = 0; i < MEASURED; i++) {
		const char *text = json_string(quantities, names[i]);
		struct quantity q;

		if (str_empty(text))
			continue;
		if (quantity_parse(text, &q, err))
			return -1;
		u->nano[i] += q.nano;
	}
	return 0;
}

/* Parts count as whole ones, as in Kubernetes. */
static int64_t scaled(__int128 nano, int64_t unit)
{
	return (int64_t)((nano + (nano > 0 ? unit - 1 : 0)) / unit);
}

static int64_t milli(__int128 nano)
{
	return scaled(nano, 1000000);
}

static int64_t whole(__int128 nano)
{
	return scaled(nano, 1000000000);
}

void usage_cell(struct buf *line, const struct usage *u, enum measured what)
{
	if (what == CPU)
		buf_printf(line, "%lldm\t", (long long)milli(u->nano[what]));
	else
		buf_printf(line, "%lldMi\t", (long long)(whole(u->nano[what]) / (1 << 20)));
}

void usage_percent(const struct top *t, struct buf *line, const struct usage *u, enum measured what, __int128 available)
{
	double part = available ? (double)milli(u->nano[what]) / (double)milli(available) * 100 : 0;
	long long percent = (long long)part;
	size_t full = (size_t)(MIN(MAX(percent, 0), 100) * BAR + 50) / 100;

	buf_printf(line, "%lld%%", percent);
	if (t->inv->out_is_terminal) {
		buf_pad(line, ' ', percent < 10 ? 3 : percent < 100 ? 2 : 1);
		buf_pad(line, '#', full);
		buf_pad(line, '.', BAR - full);
	}
	buf_putc(line, '\t');
}

/* ---- the table ------------------------------------------------------------------------------ */

struct order {
	struct usage_row *rows;
	const char *by;
};

static bool row_less(void *ctx, size_t i, size_t j)
{
	const struct order *o = ctx;
	const struct usage_row *a = &o->rows[i], *b = &o->rows[j];
	int r;

	if (!strcmp(o->by, names[CPU]))
		return milli(a->usage.nano[CPU]) > milli(b->usage.nano[CPU]);
	if (*o->by)
		return whole(a->usage.nano[MEMORY]) > whole(b->usage.nano[MEMORY]);
	r = a->namespace ? strcmp(a->namespace, b->namespace) : 0;
	return (r ? r : strcmp(a->name, b->name)) < 0;
}

static void row_swap(void *ctx, size_t i, size_t j)
{
	const struct order *o = ctx;
	struct usage_row row = o->rows[i];

	o->rows[i] = o->rows[j];
	o->rows[j] = row;
}

void top_sort(const struct top *t, struct usage_row *rows, size_t n)
{
	struct order order = {.rows = rows, .by = args_string(t->inv->args, "sort-by")};

	gosort(&(struct gosort){.ctx = &order, .less = row_less, .swap = row_swap}, n);
}

void top_headers(struct top *t, const char *first, ...)
{
	const char *cells[16];
	size_t n = 0;
	va_list args;

	va_start(args, first);
	for (const char *cell = first; cell; cell = va_arg(args, const char *)) {
		if (*cell)
			cells[n++] = cell;
	}
	va_end(args);
	cells[n++] = "";
	if (!t->no_headers)
		table_header(&t->table, cells, n);
}

void top_show(struct top *t)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	table_flush(&t->table, &text);
	fwrite(text.data, 1, text.len, t->inv->out);
}

static const struct command *const subcommands[] = {&command_top_node, &command_top_pod, NULL};

const struct command command_top = {
	.name = "top",
	.group = GROUP_CLUSTER,
	.summary = "Show what nodes and Pods use of CPU and memory",
	.description = "Shows what nodes and Pods use now, as the metrics API (metrics-server) tells: numbers made for autoscalers, "
		       "which differ from those of a machine's own tools.",
	.usage = "SUBCOMMAND",
	.help_on_err = true,
	.subcommands = subcommands,
};
