/*
 * From YAML text to nodes, over libyaml's events. go-yaml's scanner and parser
 * are a port of libyaml, so that the words for a fault are the same; which
 * line they name is go-yaml's own rule.
 */
#include <yaml.h>

#include "base/library.h"
#include "data/yaml_node.h"

#define LIBYAML_FUNCTIONS(X)           \
	X(yaml_parser_initialize)      \
	X(yaml_parser_set_input_string) \
	X(yaml_parser_parse)           \
	X(yaml_parser_delete)          \
	X(yaml_event_delete)

struct libyaml {
#define X(name) __typeof__(name) *name;
	LIBYAML_FUNCTIONS(X)
#undef X
};

static const char *const libyaml_files[] = {"libyaml-0.so.2", "libyaml.so", NULL};

static const char *const libyaml_names[] = {
#define X(name) #name,
	LIBYAML_FUNCTIONS(X)
#undef X
};

static const struct library libyaml_library = {
	.name = "libyaml",
	.files = libyaml_files,
	.functions = libyaml_names,
	.count = ARRAY_SIZE(libyaml_names),
	.purpose = "to read YAML",
	.hint = "Install it (Debian, Ubuntu: apt-get install libyaml-0-2; Fedora: dnf install libyaml).",
};

struct node_reader {
	const struct libyaml *lib;
	yaml_parser_t parser;
	yaml_event_t event;
	bool pending; /* event is there and not consumed */
	struct arena *arena;
	struct map anchors; /* name to node */
	bool core; /* go-yaml v3 */
	struct error *err;
};

static int fail_parser(struct node_reader *r)
{
	const yaml_parser_t *p = &r->parser;
	size_t line = p->problem_mark.line;
	const char *problem = p->problem && *p->problem ? p->problem : "unknown problem parsing YAML content";

	/* go-yaml v3 names where it began what went wrong */
	if (r->core && p->context_mark.line)
		line = p->context_mark.line;
	/* only the scanner's lines are counted from one */
	if (line)
		line += p->error == YAML_SCANNER_ERROR;
	else
		line = p->context_mark.line;
	if (p->error == YAML_READER_ERROR || !line)
		return error_set(r->err, ERROR_PARSE, "yaml: %s", problem);
	return error_set(r->err, ERROR_PARSE, "yaml: line %zu: %s", line, problem);
}

/* Makes the next event current unless one is. */
static int peek(struct node_reader *r)
{
	if (r->pending)
		return 0;
	if (!r->lib->yaml_parser_parse(&r->parser, &r->event))
		return fail_parser(r);
	r->pending = true;
	return 0;
}

static void consume(struct node_reader *r)
{
	r->lib->yaml_event_delete(&r->event);
	r->pending = false;
}

static struct yaml_node *new_node(struct node_reader *r, enum yaml_node_kind kind)
{
	struct yaml_node *n = arena_alloc(r->arena, sizeof(*n));

	*n = (struct yaml_node){.kind = kind, .line = r->event.start_mark.line};
	return n;
}

static const char *keep(struct node_reader *r, const yaml_char_t *text, size_t len)
{
	return arena_strndup(r->arena, (const char *)text, len);
}

static void set_anchor(struct node_reader *r, const yaml_char_t *anchor, struct yaml_node *n)
{
	if (anchor)
		map_set(&r->anchors, (const char *)anchor, n);
}

static void append(struct yaml_node *parent, struct yaml_node *child)
{
	if (parent->last)
		parent->last->next = child;
	else
		parent->child = child;
	parent->last = child;
}

static int read_scalar(struct node_reader *r, struct yaml_node **ret)
{
	struct yaml_node *n = new_node(r, YAML_NODE_SCALAR);
	const yaml_char_t *value = r->event.data.scalar.value;
	const yaml_char_t *tag = r->event.data.scalar.tag;
	size_t len = r->event.data.scalar.length;

	if (memchr(value, '\0', len))
		return error_set(r->err, ERROR_PARSE,
		                 "yaml: line %zu: string holds \\0, which no Kubernetes object can", n->line + 1);
	n->value = keep(r, value, len);
	n->tag = tag ? keep(r, tag, strlen((const char *)tag)) : NULL;
	n->implicit = r->event.data.scalar.plain_implicit;
	set_anchor(r, r->event.data.scalar.anchor, n);
	consume(r);
	*ret = n;
	return 0;
}

static int read_alias(struct node_reader *r, struct yaml_node **ret)
{
	struct yaml_node *n = new_node(r, YAML_NODE_ALIAS);
	const yaml_char_t *name = r->event.data.alias.anchor;

	n->value = keep(r, name, strlen((const char *)name));
	n->alias = map_get(&r->anchors, n->value);
	if (!n->alias)
		return error_set(r->err, ERROR_PARSE, "yaml: unknown anchor '%s' referenced", n->value);
	consume(r);
	*ret = n;
	return 0;
}

static int read_node(struct node_reader *r, int depth, struct yaml_node **ret);

static int read_children(struct node_reader *r, int depth, struct yaml_node *parent, yaml_event_type_t end)
{
	struct yaml_node *child;

	if (depth >= JSON_MAX_DEPTH)
		return error_set(r->err, ERROR_PARSE, "yaml: line %zu: exceeded max depth of %d", parent->line + 1,
		                 JSON_MAX_DEPTH);
	consume(r);
	for (;;) {
		if (peek(r))
			return -1;
		if (r->event.type == end)
			break;
		if (read_node(r, depth + 1, &child))
			return -1;
		append(parent, child);
	}
	consume(r);
	return 0;
}

static int read_node(struct node_reader *r, int depth, struct yaml_node **ret)
{
	if (peek(r))
		return -1;
	switch (r->event.type) {
	case YAML_SCALAR_EVENT:
		return read_scalar(r, ret);
	case YAML_ALIAS_EVENT:
		return read_alias(r, ret);
	case YAML_MAPPING_START_EVENT:
		*ret = new_node(r, YAML_NODE_MAPPING);
		set_anchor(r, r->event.data.mapping_start.anchor, *ret);
		return read_children(r, depth, *ret, YAML_MAPPING_END_EVENT);
	case YAML_SEQUENCE_START_EVENT:
		*ret = new_node(r, YAML_NODE_SEQUENCE);
		set_anchor(r, r->event.data.sequence_start.anchor, *ret);
		return read_children(r, depth, *ret, YAML_SEQUENCE_END_EVENT);
	default:
		return error_set(r->err, ERROR_PARSE, "yaml: attempted to parse unknown event");
	}
}

static int read_document(struct node_reader *r, struct yaml_node **ret)
{
	struct yaml_node *root = NULL;

	if (peek(r))
		return -1;
	consume(r); /* the stream's start */
	if (peek(r))
		return -1;
	if (r->event.type != YAML_STREAM_END_EVENT) {
		consume(r);
		/* the document's end, too, may be where a fault shows */
		if (read_node(r, 0, &root) || peek(r))
			return -1;
	}
	*ret = root;
	return 0;
}

static int libyaml_get(const struct libyaml **ret, struct error *err)
{
	static struct libyaml functions; /* constant once loaded */
	static bool loaded;
	union {
		struct libyaml functions;
		void *slots[ARRAY_SIZE(libyaml_names)];
	} found;

	if (!loaded) {
		if (library_load(&libyaml_library, found.slots, err))
			return -1;
		functions = found.functions;
		loaded = true;
	}
	*ret = &functions;
	return 0;
}

int yaml_read_nodes(const char *text, size_t len, unsigned flags, struct arena *arena, struct yaml_node **ret,
                    struct error *err)
{
	struct node_reader r = {.arena = arena, .core = flags & YAML_CORE, .anchors = MAP_INIT, .err = err};
	int status;

	if (libyaml_get(&r.lib, err))
		return -1;
	if (!r.lib->yaml_parser_initialize(&r.parser))
		abort();
	r.lib->yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
	status = read_document(&r, ret);
	if (r.pending)
		r.lib->yaml_event_delete(&r.event);
	r.lib->yaml_parser_delete(&r.parser);
	map_release(&r.anchors);
	return status;
}
