#include "data/jsonpath.h"

#include "data/gotext.h"
#include "data/jsonpath_internal.h"

static int path_eval(const struct path *path, const struct vec *input, bool allow_missing, struct vec *ret,
		     struct error *err);
static int path_reach(const struct path *path, const struct vec *input, bool allow_missing, struct vec *ret,
		      bool *ret_reached, struct error *err);

/* What steps that go down look at: null leads nowhere. */
static bool is_nothing(const cJSON *node)
{
	return !node || cJSON_IsNull(node);
}

static void add_children(struct vec *out, const cJSON *node)
{
	const cJSON *child;

	if (!cJSON_IsObject(node) && !cJSON_IsArray(node))
		return;
	cJSON_ArrayForEach(child, node)
		vec_add(out, (void *)child);
}

static int eval_field(const struct step *s, const struct vec *input, bool allow_missing, struct vec *out,
		      struct error *err)
{
	for (size_t i = 0; i < input->len; i++) {
		const cJSON *member = json_get(input->items[i], s->name);

		if (member)
			vec_add(out, (void *)member);
	}
	if (!out->len && input->len && !allow_missing)
		return error_set(err, ERROR_OTHER, "%s is not found", s->name);
	return 0;
}

static const char *go_kind(const cJSON *node)
{
	if (cJSON_IsObject(node))
		return "map[string]interface {}";
	if (cJSON_IsBool(node))
		return "bool";
	if (cJSON_IsNumber(node))
		return strpbrk(json_number_text(node), ".eE") ? "float64" : "int64";
	return "string";
}

/* The bounds of a slice for an array of this length; false when it is empty. */
static int slice_bounds(const struct step *s, int64_t length, int64_t *from, int64_t *to, struct error *err)
{
	*from = s->from.value + (s->from.value < 0 ? length : 0);
	*to = s->single ? s->from.value + 1 : s->to.known ? s->to.value : length;
	if (s->single && !s->from.known)
		*to = 1;
	if (*to < 0 || (*to == 0 && s->single))
		*to += length;
	if (*from == *to)
		return 0;
	if (*from >= length || *from < 0)
		return error_set(err, ERROR_OTHER,
				 "array index out of bounds: index %" PRId64 ", length %" PRId64, *from, length);
	if (*to > length || *to < 0)
		return error_set(err, ERROR_OTHER,
				 "array index out of bounds: index %" PRId64 ", length %" PRId64, *to - 1, length);
	if (*from > *to)
		return error_set(err, ERROR_OTHER,
				 "starting index %" PRId64 " is greater than ending index %" PRId64, *from, *to);
	if (s->by.known && s->by.value <= 0)
		return error_set(err, ERROR_OTHER, "step must be > 0");
	return 0;
}

static int eval_slice(const struct step *s, const struct vec *input, struct vec *out, struct error *err)
{
	for (size_t i = 0; i < input->len; i++) {
		const cJSON *array = input->items[i];
		int64_t from, to, at = 0;
		const cJSON *item;

		if (is_nothing(array))
			continue;
		if (!cJSON_IsArray(array))
			return error_set(err, ERROR_OTHER, "%s is not array or slice", go_kind(array));
		if (slice_bounds(s, (int64_t)json_size(array), &from, &to, err))
			return -1;
		cJSON_ArrayForEach(item, array) {
			if (at >= from && at < to && (at - from) % (s->by.known ? s->by.value : 1) == 0)
				vec_add(out, (void *)item);
			at++;
		}
	}
	return 0;
}

/* A node with children, then what is below it; what has none is not visited. */
static void eval_recursive(const cJSON *node, struct vec *out)
{
	const cJSON *child;

	if (!node || !node->child)
		return;
	vec_add(out, (void *)node);
	cJSON_ArrayForEach(child, node)
		eval_recursive(child, out);
}

static int eval_union(const struct step *s, const struct vec *input, bool allow_missing, struct vec *out,
		      struct error *err)
{
	for (size_t i = 0; i < s->paths.len; i++) {
		_cleanup_vec_ struct vec part = VEC_INIT;

		if (path_eval(s->paths.items[i], input, allow_missing, &part, err))
			return -1;
		for (size_t j = 0; j < part.len; j++)
			vec_add(out, part.items[j]);
	}
	return 0;
}

/* ---- filters ------------------------------------------------------------------ */

enum type { TYPE_BOOL, TYPE_INT, TYPE_FLOAT, TYPE_STRING, TYPE_OTHER };

static enum type type_of(const cJSON *node)
{
	if (cJSON_IsBool(node))
		return TYPE_BOOL;
	if (cJSON_IsString(node))
		return TYPE_STRING;
	if (cJSON_IsNumber(node))
		return strpbrk(json_number_text(node), ".eE") ? TYPE_FLOAT : TYPE_INT;
	return TYPE_OTHER;
}

/* <0, 0, >0; values of one type only. */
static int compare(const cJSON *a, const cJSON *b, enum type type)
{
	int64_t i = 0, j = 0;
	double x, y;

	switch (type) {
	case TYPE_BOOL:
		return cJSON_IsTrue(a) - cJSON_IsTrue(b);
	case TYPE_STRING:
		return strcmp(a->valuestring, b->valuestring);
	case TYPE_INT:
		json_node_int(a, &i);
		json_node_int(b, &j);
		return (i > j) - (i < j);
	default:
		x = strtod(json_number_text(a), NULL);
		y = strtod(json_number_text(b), NULL);
		return (x > y) - (x < y);
	}
}

static int filter_passes(const char *op, const cJSON *left, const cJSON *right, bool *ret, struct error *err)
{
	static const struct {
		const char *op;
		bool less, equal, greater;
	} ops[] = {
		{"==", false, true, false}, {"!=", true, false, true}, {"<", true, false, false},
		{"<=", true, true, false},  {">", false, false, true}, {">=", false, true, true},
	};
	enum type type = type_of(left);

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		bool ordered = ops[i].less != ops[i].greater;
		int order;

		if (!str_equal(op, ops[i].op))
			continue;
		if (type == TYPE_OTHER || type_of(right) == TYPE_OTHER || (type == TYPE_BOOL && ordered))
			return error_set(err, ERROR_OTHER, "invalid type for comparison");
		if (type != type_of(right))
			return error_set(err, ERROR_OTHER, "incompatible types for comparison");
		order = compare(left, right, type);
		*ret = order < 0 ? ops[i].less : order > 0 ? ops[i].greater : ops[i].equal;
		return 0;
	}
	return error_set(err, ERROR_OTHER, "unrecognized filter operator %s", op);
}

static int filter_item(const struct step *s, const cJSON *item, bool allow_missing, bool *ret, struct error *err)
{
	_cleanup_vec_ struct vec input = VEC_INIT, left = VEC_INIT, right = VEC_INIT;
	_cleanup_error_ struct error missing = ERROR_INIT;
	bool reached = false;
	int r;

	*ret = false;
	vec_add(&input, (void *)item);
	r = path_reach(s->paths.items[0], &input, allow_missing, &left, &reached, &missing);
	if (str_equal(s->name, "exists")) {
		*ret = reached; /* an index past the end, too: so kubectl has it */
		return 0;
	}
	if (r) {
		error_move(err, &missing);
		return -1;
	}
	if (!left.len)
		return 0;
	if (path_eval(s->paths.items[1], &input, allow_missing, &right, err))
		return -1;
	if (left.len > 1 || right.len > 1)
		return error_set(err, ERROR_OTHER, "can only compare one element at a time");
	return right.len ? filter_passes(s->name, left.items[0], right.items[0], ret, err) : 0;
}

static int not_filtered(const cJSON *node, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	go_value_format(&text, node);
	return error_set(err, ERROR_OTHER, "%s is not array or slice and cannot be filtered", text.data);
}

static int eval_filter(const struct step *s, const struct vec *input, bool allow_missing, struct vec *out,
		       struct error *err)
{
	for (size_t i = 0; i < input->len; i++) {
		const cJSON *item;

		if (!cJSON_IsArray((const cJSON *)input->items[i]))
			return not_filtered(input->items[i], err);
		cJSON_ArrayForEach(item, (const cJSON *)input->items[i]) {
			bool passes;

			if (filter_item(s, item, allow_missing, &passes, err))
				return -1;
			if (passes)
				vec_add(out, (void *)item);
		}
	}
	return 0;
}

/* ---- running --------------------------------------------------------------------- */

static int step_eval(const struct step *s, const struct vec *input, bool allow_missing, struct vec *out,
		     struct error *err)
{
	switch (s->kind) {
	case STEP_FIELD:
		return eval_field(s, input, allow_missing, out, err);
	case STEP_SLICE:
		return eval_slice(s, input, out, err);
	case STEP_UNION:
		return eval_union(s, input, allow_missing, out, err);
	case STEP_FILTER:
		return eval_filter(s, input, allow_missing, out, err);
	case STEP_WILDCARD:
		for (size_t i = 0; i < input->len; i++)
			add_children(out, input->items[i]);
		return 0;
	case STEP_RECURSIVE:
		for (size_t i = 0; i < input->len; i++)
			eval_recursive(input->items[i], out);
		return 0;
	case STEP_LITERAL:
		/* A text stands once whatever came before it, a number once for each value. */
		for (size_t i = 0; i < (cJSON_IsString(s->literal) ? 1 : input->len); i++)
			vec_add(out, s->literal);
		return 0;
	case STEP_RANGE: /* what follows it in its block names the items */
	case STEP_END:
		for (size_t i = 0; i < input->len; i++)
			vec_add(out, input->items[i]);
		return 0;
	case STEP_UNKNOWN:
		return error_set(err, ERROR_OTHER, "unrecognized identifier %s", s->name);
	}
	return 0;
}

/* *ret_reached is set, too, when a step fails: whether there was something that it was to be taken from. */
static int path_reach(const struct path *path, const struct vec *input, bool allow_missing, struct vec *ret,
		      bool *ret_reached, struct error *err)
{
	_cleanup_vec_ struct vec now = VEC_INIT;

	for (size_t i = 0; i < input->len; i++)
		vec_add(&now, input->items[i]);
	for (size_t i = 0; i < path->steps.len; i++) {
		struct vec next = VEC_INIT;

		if (step_eval(path->steps.items[i], &now, allow_missing, &next, err)) {
			vec_release(&next);
			if (ret_reached && ((const struct step *)path->steps.items[i])->kind != STEP_FIELD)
				*ret_reached = now.len > 0;
			return -1;
		}
		vec_release(&now);
		now = next;
	}
	if (ret_reached)
		*ret_reached = now.len > 0;
	*ret = now;
	now = VEC_INIT;
	return 0;
}

static int path_eval(const struct path *path, const struct vec *input, bool allow_missing, struct vec *ret,
		     struct error *err)
{
	return path_reach(path, input, allow_missing, ret, NULL, err);
}

struct run {
	const struct jsonpath *path;
	bool allow_missing;
	jsonpath_result_fn *result;
	void *ctx;
};

static bool block_is(const struct path *block, enum step_kind kind)
{
	return block->steps.len && ((const struct step *)block->steps.items[0])->kind == kind;
}

/* The block after the end that belongs to a range whose first block is at. */
static size_t range_skip(const struct jsonpath *p, size_t at)
{
	size_t open = 1;

	for (; at < p->blocks.len && open; at++) {
		if (block_is(p->blocks.items[at], STEP_RANGE))
			open++;
		else if (block_is(p->blocks.items[at], STEP_END))
			open--;
	}
	return at;
}

/* Runs the blocks from at on one node, up to the end of the range they are in. */
static int blocks_run(const struct run *run, size_t at, const cJSON *root, bool in_range, struct error *err)
{
	while (at < run->path->blocks.len) {
		const struct path *block = run->path->blocks.items[at++];
		_cleanup_vec_ struct vec input = VEC_INIT, nodes = VEC_INIT;

		if (block_is(block, STEP_END))
			return in_range ? 0 : error_set(err, ERROR_OTHER, "not in range, nothing to end");
		vec_add(&input, (void *)root);
		if (path_eval(block, &input, run->allow_missing, &nodes, err))
			return -1;
		if (!block_is(block, STEP_RANGE)) {
			if (run->result(run->ctx, &nodes, err))
				return -1;
			continue;
		}
		for (size_t i = 0; i < nodes.len; i++) {
			if (blocks_run(run, at, nodes.items[i], true, err))
				return -1;
		}
		at = range_skip(run->path, at);
	}
	return 0;
}

int jsonpath_run(const struct jsonpath *p, const cJSON *root, bool allow_missing, jsonpath_result_fn *result,
		 void *ctx, struct error *err)
{
	struct run run = {.path = p, .allow_missing = allow_missing, .result = result, .ctx = ctx};

	return blocks_run(&run, 0, root, false, err);
}
