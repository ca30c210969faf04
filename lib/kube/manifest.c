#include "kube/manifest.h"

#include "base/file.h"

#define MANIFEST_LIMIT ((size_t)256 << 20)

void manifest_object_free(struct manifest_object *o)
{
	if (!o)
		return;
	cJSON_Delete(o->object);
	free(o->source);
	free(o);
}

static void source_free(struct manifest_source *s)
{
	free(s->path);
	free(s);
}

static int source_read(const struct manifest_options *o, const struct manifest_source *s, struct buf *ret,
                       struct error *err)
{
	switch (s->kind) {
	case MANIFEST_STDIN:
		return file_read_fd(fileno(o->in), s->path, MANIFEST_LIMIT, ret, err);
	case MANIFEST_URL:
		return manifest_download(s->path, ret, err);
	default:
		return file_read(s->path, MANIFEST_LIMIT, ret, err);
	}
}

/* What a kustomization builds is read as one text that is called by its folder. */
static int read_kustomization(const struct manifest_options *o, struct vec *ret_objects, struct vec *ret_errors)
{
	_cleanup_vec_ struct vec objects = VEC_OWNING(cJSON_Delete);
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct error failure = ERROR_INIT;

	if (kustomize_build(o->kustomize, &objects, &failure)) {
		vec_add(ret_errors, error_take(&failure));
		return 0;
	}
	kustomize_print(&text, &objects);
	manifest_parse(text.data, text.len, o->kustomize->root, o, ret_objects, ret_errors);
	return 0;
}

int manifest_read(const struct manifest_options *o, struct vec *ret_objects, struct vec *ret_errors, struct error *err)
{
	_cleanup_vec_ struct vec sources = VEC_OWNING(source_free);
	_cleanup_vec_ struct vec wrong = VEC_OWNING(error_free);

	if (o->text) {
		manifest_parse(o->text->data, o->text->len, o->text_name, o, ret_objects, ret_errors);
		return 0;
	}
	if (o->kustomize)
		return read_kustomization(o, ret_objects, ret_errors);
	manifest_find(o, &sources, &wrong);
	if (wrong.len == 1) {
		error_move(err, wrong.items[0]);
		return -1;
	}
	if (wrong.len) {
		for (size_t i = 0; i < wrong.len; i++)
			vec_add(ret_errors, wrong.items[i]);
		wrong.len = 0;
		return 0;
	}
	for (size_t i = 0; i < sources.len; i++) {
		const struct manifest_source *s = sources.items[i];
		_cleanup_buf_ struct buf text = BUF_INIT;
		struct error failure = ERROR_INIT;

		if (!source_read(o, s, &text, &failure)) {
			manifest_parse(text.data, text.len, s->path, o, ret_objects, ret_errors);
		} else if (failure.class == ERROR_CANCELLED) {
			error_move(err, &failure);
			return -1;
		} else {
			vec_add(ret_errors, error_take(&failure));
		}
	}
	return 0;
}
