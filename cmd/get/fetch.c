#include "get/get.h"
#include "objects.h"
#include "view/sort.h"

void get_table_request(const struct get *g, struct get_request *ret)
{
	const struct args *a = g->inv->args;
	bool metadata = g->options.all_namespaces || g->spread || args_bool(a, "show-labels") || args_list(a, "label-columns")->len;

	*ret = (struct get_request){.limit = g->options.chunk_size};
	if (*g->sort_by)
		ret->limit = 0;
	if (!args_bool(a, "server-print"))
		return;
	ret->accept_one = GET_ACCEPT_TABLE;
	ret->accept_list = GET_ACCEPT_TABLE;
	/* Metadata is what a server sends when nothing is said. */
	metadata = metadata || sort_field_is_metadata(g->sort_by);
	ret->query = *g->sort_by && !sort_field_is_metadata(g->sort_by) ? "includeObject=Object"
		     : metadata                                          ? NULL
									 : "includeObject=None";
}

static void list_options_fill(const struct get *g, const struct get_request *rq, struct list_options *ret)
{
	*ret = (struct list_options){
		.label_selector = g->options.selector,
		.field_selector = g->options.field_selector,
		.limit = rq->limit,
		.accept = rq->accept_list,
		.extra_query = rq->query,
	};
}

/* The path and query that a target's first request asks for. */
static void target_path(const struct get *g, const struct get_request *rq, const struct target *t, struct buf *path)
{
	_cleanup_buf_ struct buf query = BUF_INIT;
	struct list_options o;

	resource_path(path, t->resource, t->namespace, t->name, t->name ? g->options.subresource : NULL);
	if (t->name) {
		buf_puts(&query, rq->query ? rq->query : "");
	} else {
		list_options_fill(g, rq, &o);
		list_query(&query, &o, NULL);
	}
	if (query.len)
		buf_printf(path, "?%s", query.data);
}

static void answer_done(void *ctx, cJSON *json, struct error *err)
{
	struct get_answer *answer = ctx;

	answer->json = json;
	if (err && err->class)
		error_move(&answer->error, err);
}

static int answer_start(struct get *g, const struct get_request *rq, const struct target *t, struct get_answer *answer,
			struct error *err)
{
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct client_request request = {
		.method = "GET",
		.accept = t->name ? rq->accept_one : rq->accept_list,
	};

	if (resource_check_path(t->namespace, t->name, &answer->error))
		return 0;
	target_path(g, rq, t, &path);
	request.path = path.data;
	return client_start(g->client, &request, answer_done, answer, err);
}

/* A manifest asks for its own version and no other. */
static void source_unserved(struct get *g, const struct target *t, struct error *answer)
{
	_cleanup_error_ struct error why = ERROR_INIT;
	_cleanup_buf_ struct buf version = BUF_INIT;
	const struct resource *served;

	resource_api_version(&version, t->resource);
	if (!mapper_find_kind(g->mapper, version.data, t->resource->kind, &served, &why))
		return;
	error_set(answer, ERROR_OTHER,
		  "resource mapping not found for name: \"%s\" namespace: \"%s\" from \"%s\": %s\nensure CRDs are installed first",
		  t->name, t->namespace_defaulted || !t->namespace ? "" : t->namespace, t->source, why.message);
}

/* The type is one that word names: "pods", "Pod", "po", "pods.v1.apps/x". */
static bool word_names(const char *word, const struct resource *r)
{
	_cleanup_free_ char *type = xstrndup(word, strcspn(word, "./"));
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	vec_add_split(&names, r->short_names, ',');
	vec_add_string(&names, r->name);
	vec_add_string(&names, r->singular);
	vec_add_string(&names, r->kind);
	for (size_t i = 0; i < names.len; i++) {
		if (!strcasecmp(type, vec_string(&names, i)))
			return true;
	}
	return false;
}

/* False for a type that only a category ("all") brought in. */
static bool was_named(const struct get *g, const struct resource *r)
{
	for (size_t i = 0; i < g->options.args->len; i++) {
		_cleanup_vec_ struct vec words = VEC_OF_STRINGS;

		vec_add_split(&words, vec_string(g->options.args, i), ',');
		for (size_t k = 0; k < words.len; k++) {
			if (word_names(vec_string(&words, k), r))
				return true;
		}
	}
	return false;
}

/*
 * The server does not know what was asked for. When it serves the type in
 * another version that one is asked; a type that it does not serve at all fails
 * the command, as kubectl would not have known it to begin with; but a category that
 * was kept from a time when it had that type simply has lost it.
 */
static int answer_retry(struct get *g, const struct get_request *rq, struct target *t, struct get_answer *answer,
			struct error *err)
{
	_cleanup_error_ struct error why = ERROR_INIT;
	const struct resource *served;
	int r = mapper_refresh(g->mapper, t->resource, &served, &why);

	if (t->source) {
		source_unserved(g, t, &answer->error);
		return 0;
	}
	if (r && why.class && !was_named(g, t->resource)) {
		error_release(&answer->error);
		return 0;
	}
	if (r && why.class) {
		error_move(err, &why);
		return -1;
	}
	if (r)
		return 0;
	error_release(&answer->error);
	t->resource = served;
	if (answer_start(g, rq, t, answer, err))
		return -1;
	return client_run(g->client, err);
}

/* What is no answer of the API concerns every target: it is said once. */
static bool concerns_all(const struct error *e)
{
	return (e->class && e->class != ERROR_API && e->class != ERROR_PARSE && e->class != ERROR_OTHER) ||
	       e->http_status == 401;
}

void get_answers_free(struct get_answer *answers, size_t n)
{
	for (size_t i = 0; answers && i < n; i++) {
		cJSON_Delete(answers[i].json);
		error_release(&answers[i].error);
	}
	free(answers);
}

static int answers_check(struct get *g, const struct get_request *rq, struct get_answer *answers, struct error *err)
{
	for (size_t i = 0; i < g->targets.len; i++) {
		struct get_answer *answer = &answers[i];

		if (answer->error.class && error_is_unknown_type(&answer->error) && answer_retry(g, rq, get_target(g, i), answer, err))
			return -1;
		if (concerns_all(&answer->error)) {
			error_move(err, &answer->error);
			return -1;
		}
		if (answer->error.class && get_target(g, i)->name)
			target_explain_not_found(g->client, get_target(g, i)->namespace, &answer->error);
		if (answer->error.class && !get_target(g, i)->name) {
			struct list_options o;

			list_options_fill(g, rq, &o);
			list_error_explain(get_target(g, i)->resource, &o, &answer->error);
		}
	}
	return 0;
}

int get_fetch(struct get *g, const struct get_request *rq, struct get_answer **ret_answers, struct error *err)
{
	struct get_answer *answers = xcalloc(g->targets.len, sizeof(*answers));
	int r = 0;

	for (size_t i = 0; i < g->targets.len && !r; i++)
		r = answer_start(g, rq, get_target(g, i), &answers[i], err);
	if (!r)
		r = client_run(g->client, err);
	if (!r)
		r = answers_check(g, rq, answers, err);
	if (r) {
		get_answers_free(answers, g->targets.len);
		return -1;
	}
	*ret_answers = answers;
	return 0;
}

void get_failed(struct get *g, size_t target, struct error *err)
{
	if (g->ignore_not_found && error_is_reason(err, "NotFound"))
		error_release(err);
	else if (!get_not_allowed(g, target, err))
		vec_insert(&g->errors, get_target(g, target)->errors_before + g->failed++, error_take(err));
}

/* Passes the pages of one list on. */
struct pages {
	get_each_fn *each;
	void *ctx;
	size_t target;
	bool stopped; /* by each, not by the server */
};

static int page_pass(void *ctx, cJSON *json, struct error *err)
{
	struct pages *p = ctx;

	p->stopped = p->each(p->ctx, p->target, json, err) != 0;
	return p->stopped ? -1 : 0;
}

static int pages_follow(struct get *g, const struct get_request *rq, struct pages *p, cJSON *first, struct error *err)
{
	const struct target *t = get_target(g, p->target);
	_cleanup_error_ struct error failed = ERROR_INIT;
	struct list_options o;

	list_options_fill(g, rq, &o);
	if (!client_list_pages_after(g->client, t->resource, t->namespace, &o, first, page_pass, p, &failed))
		return 0;
	if (p->stopped) {
		error_move(err, &failed);
		return -1;
	}
	get_failed(g, p->target, &failed);
	return 0;
}

int get_each(struct get *g, const struct get_request *rq, struct get_answer *answers, get_each_fn *each, void *ctx,
	     struct error *err)
{
	for (size_t i = 0; i < g->targets.len; i++) {
		struct pages pages = {.each = each, .ctx = ctx, .target = i};
		struct get_answer *answer = &answers[i];

		if (!answer->json) {
			if (answer->error.class)
				get_failed(g, i, &answer->error);
		} else if (get_target(g, i)->name) {
			if (each(ctx, i, TAKE_PTR(answer->json), err))
				return -1;
		} else if (pages_follow(g, rq, &pages, TAKE_PTR(answer->json), err)) {
			return -1;
		}
	}
	return 0;
}
