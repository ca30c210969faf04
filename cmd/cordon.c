#include "nodes.h"

#include "data/gotext.h"

static const struct option *const options[] = {options_selector, options_dry_run, options_concurrency, NULL};

const struct argument nodes_arguments[] = {
	{.name = "NODE", .complete = {COMPLETE_NAMES, "nodes"}, .repeats = true},
	{0},
};

/* ---- which nodes ------------------------------------------------------------------------ */

int nodes_check(struct invocation *inv, struct error *err)
{
	size_t words = args_words(inv->args)->len;
	const char *dry_run;

	if (!words && !args_changed(inv->args, "selector"))
		return usage_error(inv, err, "USAGE: %s NODE [flags]", inv->path);
	if (words && *args_string(inv->args, "selector"))
		return usage_error(inv, err, "error: cannot specify both a node name and a --selector option");
	return invocation_dry_run(inv, &dry_run, err);
}

int words_of_type(const struct vec *words, const char *type, struct vec *ret, struct error *err)
{
	for (size_t i = 0; i < words->len; i++) {
		const char *word = vec_string(words, i);

		if (!*word)
			return error_set(err, ERROR_OTHER, "resource name may not be empty");
		vec_add(ret, strchr(word, '/') ? xstrdup(word) : xasprintf("%s/%s", type, word));
	}
	return 0;
}

static int check_types(const struct vec *targets, struct error *err)
{
	for (size_t i = 0; i < targets->len; i++) {
		const struct resource *r = ((const struct target *)targets->items[i])->resource;

		if (*r->group || strcmp(r->name, "nodes"))
			return error_set(err, ERROR_OTHER, "expected resource of type node, got \"%s/%s, Resource=%s\"",
					 r->group, r->version, r->name);
	}
	return 0;
}

int nodes_find(struct invocation *inv, int64_t chunk_size, struct vec *ret_targets, struct error *err)
{
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS, errors = VEC_OWNING(error_free);
	struct target_options o;
	struct client *client;
	struct mapper *mapper;

	if (invocation_targets(inv, &o, err) || words_of_type(args_words(inv->args), "nodes", &words, err) ||
	    invocation_client(inv, &client, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	if (!str_empty(o.selector))
		vec_add_string(&words, "nodes");
	o.args = &words;
	o.single_type = true;
	o.chunk_size = chunk_size;
	if (targets_fetch(client, mapper, &o, ret_targets, &errors, err))
		return -1;
	if (errors.len) {
		error_move(err, errors.items[0]);
		return -1;
	}
	return check_types(ret_targets, err);
}

/* ---- marking them ----------------------------------------------------------------------- */

struct marking {
	bool unschedulable;
	bool client_dry_run;
	struct buf query;
};

static int mark_send(struct invocation *inv, const struct marking *m, const struct target *t, struct error *err)
{
	struct client *client;

	if (m->client_dry_run)
		return 0;
	if (invocation_client(inv, &client, err))
		return -1;
	return client_patch(client, t->resource, NULL, t->name, NULL, PATCH_STRATEGIC,
			    m->unschedulable ? "{\"spec\":{\"unschedulable\":true}}" : "{\"spec\":{\"unschedulable\":null}}",
			    m->query.data, NULL, err);
}

static int mark_node(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct marking *m = ctx;
	const char *word = m->unschedulable ? "cordoned" : "uncordoned";
	bool already = json_bool(json_get(t->object, "spec"), "unschedulable", false) == m->unschedulable;
	_cleanup_free_ char *operation = xasprintf("%s%s", already ? "already " : "", word);
	_cleanup_error_ struct error refused = ERROR_INIT;

	if (!already && mark_send(inv, m, t, &refused)) {
		_cleanup_buf_ struct buf name = BUF_INIT;

		if (refused.class == ERROR_CANCELLED) {
			error_move(err, &refused);
			return -1;
		}
		go_quote(&name, t->name);
		error_prefix(&refused, "error: unable to %s node %s: ", m->unschedulable ? "cordon" : "uncordon", name.data);
		fprintf(inv->err, "%s\n", refused.message);
		return 0;
	}
	return print_operation(inv, operation, t->resource, t->object, err);
}

int nodes_mark(struct invocation *inv, const struct vec *targets, bool unschedulable, struct error *err)
{
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	struct marking m = {.unschedulable = unschedulable, .client_dry_run = dry_run_client(inv), .query = BUF_INIT};
	int r;

	if (change_query(inv, NULL, &m.query, err))
		return -1;
	r = each_target(inv, targets, mark_node, &m, &errors, err);
	buf_release(&m.query);
	if (!r)
		report_errors(inv, &errors);
	return r;
}

static int mark_run(struct invocation *inv, bool unschedulable, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);

	if (nodes_check(inv, err) || nodes_find(inv, 500, &targets, err))
		return -1;
	return nodes_mark(inv, &targets, unschedulable, err);
}

static int cordon_run(struct invocation *inv, struct error *err)
{
	return mark_run(inv, true, err);
}

static int uncordon_run(struct invocation *inv, struct error *err)
{
	return mark_run(inv, false, err);
}

const struct command command_cordon = {
	.name = "cordon",
	.group = GROUP_CLUSTER,
	.summary = "Keep new Pods off nodes",
	.description = "Marks nodes as unschedulable: the Pods that are there stay, no new ones come.",
	.examples = "  # No new Pods on one node\n"
		    "  kubec cordon worker-1\n\n"
		    "  # Nor on any of a zone\n"
		    "  kubec cordon -l zone=a",
	.usage = "NODE",
	.options = options,
	.arguments = nodes_arguments,
	.run = cordon_run,
};

const struct command command_uncordon = {
	.name = "uncordon",
	.group = GROUP_CLUSTER,
	.summary = "Let new Pods onto nodes again",
	.description = "Takes back what cordon or drain did: the nodes are schedulable again.",
	.examples = "  # Back in service\n"
		    "  kubec uncordon worker-1",
	.usage = "NODE",
	.options = options,
	.arguments = nodes_arguments,
	.run = uncordon_run,
};
