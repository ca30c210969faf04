#include "top/top.h"

#include "base/map.h"

static const struct option options_node[] = {
	{"show-capacity", .type = OPTION_BOOL, .help = "Percentages are of the whole node and not of what Pods may use."},
	{0},
};

static const struct option *const options[] = {options_top, options_node, options_selector, NULL};

static const struct argument arguments[] = {{.name = "NAME", .complete = {COMPLETE_NAMES, "nodes"}}, {0}};

/* Writes what a node uses. One that is not known (any more) has no percentages, and their cells are missing as in kubectl. */
static int node_row(struct top *t, const struct usage_row *row, const cJSON *node, struct error *err)
{
	const cJSON *most = json_path(node, "status", args_bool(t->inv->args, "show-capacity") ? "capacity" : "allocatable", NULL);
	const cJSON *swap = json_path(node, "status", "nodeInfo", "swap", "capacity", NULL);
	static const char *const names[] = {"cpu", "memory"};
	_cleanup_buf_ struct buf line = BUF_INIT;
	struct usage available = {0};

	if (usage_add(&available, most, err))
		return -1;
	if (swap)
		available.nano[SWAP] = (__int128)json_path_int(node, 0, "status", "nodeInfo", "swap", "capacity", NULL) * 1000000000;
	buf_printf(&line, "%s\t", row->name);
	for (size_t i = 0; i < top_measured(t); i++) {
		if (i == SWAP && node && !swap) {
			buf_puts(&line, "<unknown>\t<unknown>\t");
			continue;
		}
		usage_cell(&line, &row->usage, i);
		if (i == SWAP ? swap : json_get(most, names[i]))
			usage_percent(t, &line, &row->usage, i, available.nano[i]);
	}
	buf_putc(&line, '\n');
	table_write(&t->table, line.data, line.len);
	return 0;
}

/* Writes the nodes that nothing was measured of. */
static void missing_rows(struct top *t, const cJSON *nodes, const struct map *seen)
{
	const cJSON *node;

	cJSON_ArrayForEach(node, nodes) {
		const char *name = json_path_string(node, "metadata", "name", NULL);
		_cleanup_buf_ struct buf line = BUF_INIT;

		if (map_get(seen, name))
			continue;
		buf_printf(&line, "%s\t", name);
		for (size_t i = 0; i < top_measured(t); i++)
			buf_puts(&line, "<unknown>\t<unknown>\t");
		buf_putc(&line, '\n');
		table_write(&t->table, line.data, line.len);
	}
}

static int nodes_show(struct top *t, const cJSON *metrics, const cJSON *nodes, struct error *err)
{
	_cleanup_free_ struct usage_row *rows = xcalloc(json_size(metrics), sizeof(*rows));
	_cleanup_(map_release) struct map by_name = {0}, seen = {0};
	const cJSON *item;
	size_t n = 0;

	cJSON_ArrayForEach(item, nodes)
		map_set(&by_name, json_path_string(item, "metadata", "name", NULL), (void *)item);
	cJSON_ArrayForEach(item, metrics) {
		rows[n].name = json_path_string(item, "metadata", "name", NULL);
		if (usage_add(&rows[n++].usage, json_get(item, "usage"), err))
			return -1;
	}
	top_sort(t, rows, n);
	top_headers(t, "NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)", t->swap ? "SWAP(bytes)" : "",
		    t->swap ? "SWAP(%)" : "", NULL);
	for (size_t i = 0; i < n; i++) {
		if (node_row(t, &rows[i], map_get(&by_name, rows[i].name), err))
			return -1;
		map_set(&seen, rows[i].name, &rows[i]);
	}
	missing_rows(t, nodes, &seen);
	top_show(t);
	return 0;
}

static int node_run(struct invocation *inv, struct error *err)
{
	_cleanup_(top_release) struct top t = {.selector = BUF_INIT, .table = TABLE_INIT};
	static const struct resource r = {.group = "", .version = "v1", .name = "nodes"};
	_cleanup_json_ cJSON *metrics = NULL, *nodes = NULL;
	const char *name = top_name(inv);

	if (top_prepare(inv, *args_string(inv->args, "selector"), "only one of NAME or --selector can be provided", &t, err) ||
	    top_metrics(&t, "nodes", NULL, name, &metrics, err))
		return -1;
	if (!json_size(metrics))
		return error_set(err, ERROR_OTHER, "metrics not available yet");
	if (top_read(&t, &r, NULL, name, &nodes, err))
		return -1;
	return nodes_show(&t, metrics, nodes, err);
}

const struct command command_top_node = {
	.name = "node",
	.aliases = "nodes,no",
	.summary = "Show what nodes use",
	.description = "Shows what nodes use of CPU and memory, and how much of what they have for Pods that is.",
	.examples = "  # The busiest first\n"
		    "  kubec top node --sort-by=cpu",
	.usage = "[NAME | -l label]",
	.options = options,
	.arguments = arguments,
	.run = node_run,
};
