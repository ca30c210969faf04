#include "kube/kustomize/internal.h"

/* What kustomize says of kinds and objects, and when it takes two for the same. */

struct gvk gvk_of(const cJSON *object)
{
	const char *version = scalar_text(json_get(object, "apiVersion")), *slash = strchr(version, '/');
	struct gvk gvk = {.kind = span_of(object_kind(object))};

	if (slash) {
		gvk.group = (struct span){version, (size_t)(slash - version)};
		version = slash + 1;
	}
	gvk.version = span_of(version);
	return gvk;
}

struct gvk gvk_selector(const cJSON *node)
{
	return (struct gvk){.group = span_of(scalar_text(json_get(node, "group"))),
			    .version = span_of(scalar_text(json_get(node, "version"))),
			    .kind = span_of(scalar_text(json_get(node, "kind")))};
}

bool gvk_equal(const struct gvk *a, const struct gvk *b)
{
	return span_equal(a->group, b->group) && span_equal(a->version, b->version) && span_equal(a->kind, b->kind);
}

bool gvk_selected(const struct gvk *gvk, const struct gvk *selector)
{
	return (!selector->group.n || span_equal(gvk->group, selector->group)) &&
	       (!selector->version.n || span_equal(gvk->version, selector->version)) &&
	       (!selector->kind.n || span_equal(gvk->kind, selector->kind));
}

static void put_span(struct buf *out, struct span s, const char *without)
{
	if (s.n)
		buf_add(out, s.s, s.n);
	else
		buf_puts(out, without);
}

void gvk_text(struct buf *out, const struct gvk *gvk)
{
	put_span(out, gvk->kind, "[noKind]");
	buf_putc(out, '.');
	put_span(out, gvk->version, "[noVer]");
	buf_putc(out, '.');
	put_span(out, gvk->group, "[noGrp]");
}

int kind_rank(struct span kind)
{
	int count = 0;

	for (; order_first[count]; count++)
		;
	for (int i = 0; i < count; i++)
		if (span_equal(kind, span_of(order_first[i])))
			return i - count;
	for (int i = 0; order_last[i]; i++)
		if (span_equal(kind, span_of(order_last[i])))
			return i + 1;
	return 0;
}

int gvk_compare(const struct gvk *a, const struct gvk *b)
{
	const struct gvk *both[] = {a, b};
	struct buf text[] = {BUF_INIT, BUF_INIT};
	int order;

	for (size_t i = 0; i < 2; i++) {
		put_span(&text[i], both[i]->group, "~G");
		buf_putc(&text[i], '_');
		put_span(&text[i], both[i]->version, "~V");
		buf_putc(&text[i], '_');
		put_span(&text[i], both[i]->kind, "~K");
	}
	order = strcmp(text[0].data, text[1].data);
	buf_release(&text[0]);
	buf_release(&text[1]);
	return order;
}

struct object_id object_id_of(const cJSON *object)
{
	struct object_id id = {
		.gvk = gvk_of(object),
		.name = span_of(object_name(object)),
		.ns = span_of(object_namespace(object)),
	};

	kind_is_known(&id.gvk, &id.cluster_scoped);
	return id;
}

struct span id_namespace(const struct object_id *id)
{
	if (id->cluster_scoped)
		return span_of("_non_namespaceable_");
	return id->ns.n ? id->ns : span_of("default");
}

bool id_same_namespace(const struct object_id *a, const struct object_id *b)
{
	return span_equal(id_namespace(a), id_namespace(b));
}

bool id_equal(const struct object_id *a, const struct object_id *b)
{
	return span_equal(a->name, b->name) && gvk_equal(&a->gvk, &b->gvk) && id_same_namespace(a, b);
}

bool object_has_id(const cJSON *object, const struct object_id *id)
{
	struct object_id own;

	if (!span_equal(span_of(object_name(object)), id->name) || !span_equal(span_of(object_kind(object)), id->gvk.kind))
		return false;
	own = object_id_of(object);
	return id_equal(&own, id);
}

void id_text(struct buf *out, const struct object_id *id)
{
	gvk_text(out, &id->gvk);
	buf_putc(out, '/');
	put_span(out, id->name, "[noName]");
	buf_putc(out, '.');
	put_span(out, id->ns, "[noNs]");
}

char *id_string(const struct object_id *id)
{
	struct buf text = BUF_INIT;

	id_text(&text, id);
	return buf_take(&text);
}
