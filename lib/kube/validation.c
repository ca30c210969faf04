#include "kube/validation.h"

#include "base/file.h"
#include "kube/discovery.h"
#include "kube/openapi.h"

/* The first 1.x that describes fieldValidation. */
#define FIRST_VALIDATING_MINOR 23
#define MINOR_LIMIT 64

struct validation {
	struct validation_config config;
	enum { SERVER_UNKNOWN, SERVER_VALIDATES, SERVER_DOES_NOT } server;
	struct openapi *models; /* NULL until needed */
	bool models_fresh;      /* the server was asked for them in this run */
	struct error failure;   /* why it could not be asked; every document then fails so */
};

struct validation *validation_new(const struct validation_config *cfg)
{
	struct validation *v = NEW(struct validation);

	v->config = *cfg;
	return v;
}

void validation_free(struct validation *v)
{
	if (!v)
		return;
	openapi_free(v->models);
	error_release(&v->failure);
	free(v);
}

/* ---- what the server is ----------------------------------------------------------------------- */

/* The file that remembers the server's minor version; NULL when nothing is kept. free() it. */
static char *minor_path(const struct client *c)
{
	return client_cache_dir(c) ? path_join(client_cache_dir(c), "server-minor") : NULL;
}

static bool minor_recall(const struct client *c, int64_t *ret)
{
	_cleanup_free_ char *path = minor_path(c);
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	char *end;

	if (!path || !file_is_recent(path, DISCOVERY_CACHE_AGE) || file_read(path, MINOR_LIMIT, &text, &ignored))
		return false;
	*ret = strtol(text.data, &end, 10);
	return end != text.data;
}

/* What cannot be kept is asked for again the next time: nobody is told. */
static void minor_remember(const struct client *c, int64_t minor)
{
	_cleanup_free_ char *path = minor_path(c);
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!path || file_make_dirs(client_cache_dir(c), 0750, &ignored))
		return;
	buf_printf(&text, "%" PRId64 "\n", minor);
	file_write_cache(path, text.data, text.len, 0660, &ignored);
}

/* Asks once in a while. What answers without a version is taken for a new server, which looks itself. */
static int learn_server(struct validation *v, struct error *err)
{
	const struct client_request rq = {.method = "GET", .path = "/version"};
	struct client *c = v->config.client;
	int64_t minor = FIRST_VALIDATING_MINOR;

	if (!minor_recall(c, &minor)) {
		_cleanup_json_ cJSON *version = NULL;
		_cleanup_error_ struct error failure = ERROR_INIT;
		const char *text;
		char *end = NULL;

		if (client_call(c, &rq, &version, &failure) && failure.class != ERROR_API) {
			error_move(err, &failure);
			return -1;
		}
		text = json_string(version, "minor");
		if (text && str_equal(json_string(version, "major"), "1"))
			minor = strtol(text, &end, 10); /* "20+" is a minor version, too */
		if (end && end != text)
			minor_remember(c, minor);
	}
	v->server = minor >= FIRST_VALIDATING_MINOR ? SERVER_VALIDATES : SERVER_DOES_NOT;
	return 0;
}

/* ---- an object --------------------------------------------------------------------------------- */

static bool gvk_is(const cJSON *gvk, const char *group, size_t group_len, const char *version, const char *kind)
{
	const char *g = json_string(gvk, "group");

	return g && strlen(g) == group_len && !memcmp(g, group, group_len) && str_equal(json_string(gvk, "version"), version) &&
	       str_equal(json_string(gvk, "kind"), kind);
}

/* The name of the model of a kind; of several the last by name, as in kubectl. NULL: none. */
static const char *find_model(const cJSON *models, const char *api_version, const char *kind)
{
	const char *slash = strchr(api_version, '/'), *version = slash ? slash + 1 : api_version, *found = NULL;
	size_t group_len = slash ? (size_t)(slash - api_version) : 0;
	const cJSON *model, *gvk;

	cJSON_ArrayForEach(model, models) {
		cJSON_ArrayForEach(gvk, json_get(model, "x-kubernetes-group-version-kind")) {
			if (gvk_is(gvk, api_version, group_len, version, kind) &&
			    (!found || strcmp(model->string, found) > 0))
				found = model->string;
		}
	}
	return found;
}

static int load_models(struct validation *v, bool fresh, struct error *err)
{
	struct openapi *models;

	if (v->models && (v->models_fresh || !fresh))
		return 0;
	if (openapi_load_models(v->config.client, fresh, &models, &v->models_fresh, err))
		return -1;
	openapi_free(v->models);
	v->models = models;
	return 0;
}

static int check_object(struct validation *v, const cJSON *object, struct vec *wrong, struct error *err)
{
	const char *version = json_string(object, "apiVersion"), *kind = json_string(object, "kind");

	for (int fresh = 0; fresh <= 1; fresh++) {
		_cleanup_vec_ struct vec found = VEC_OF_STRINGS;
		const char *model;

		if (load_models(v, fresh, err))
			return -1;
		model = find_model(v->models->root, version, kind);
		if (model)
			validation_check_model(v->models->root, model, kind, object, &found);
		if (model && !found.len)
			return 0;
		/* what is kept may be old: only a fresh document refuses, or knows nothing */
		if (!v->models_fresh)
			continue;
		for (size_t i = 0; i < found.len; i++)
			vec_add_string(wrong, vec_string(&found, i));
		return 0;
	}
	return 0;
}

static int check_list(struct validation *v, const cJSON *list, struct vec *wrong, struct error *err)
{
	const cJSON *items = json_get(list, "items"), *item;

	if (!json_is_array(items)) {
		vec_add_string(wrong, "invalid object to validate");
		return 0;
	}
	cJSON_ArrayForEach(item, items) {
		if (check_object(v, item, wrong, err))
			return -1;
	}
	return 0;
}

/* No server is asked to make a list: what is in it is looked at before the first object is sent, and refused as one. */
static bool is_list(const cJSON *document)
{
	const char *kind = json_string(document, "kind");

	return json_is_array(json_get(document, "items")) ||
	       (str_equal(kind, "List") && str_equal(json_string(document, "apiVersion"), "v1"));
}

static int check_document(struct validation *v, const cJSON *document, struct vec *wrong, struct error *err)
{
	if (v->server == SERVER_UNKNOWN && learn_server(v, err))
		return -1;
	if (v->server == SERVER_VALIDATES && !is_list(document))
		return 0;
	if (!v->config.strict) {
		v->config.warn(v->config.ctx);
		return 0;
	}
	if (str_equal(json_string(document, "kind"), "List") && str_equal(json_string(document, "apiVersion"), "v1"))
		return check_list(v, document, wrong, err);
	return check_object(v, document, wrong, err);
}

/* In the words of the request that kubectl makes. */
static void word_failure(struct validation *v, struct error *failure)
{
	if (failure->class == ERROR_CANCELLED)
		error_move(&v->failure, failure);
	else if (failure->cause)
		error_set(&v->failure, ERROR_OTHER, "failed to download openapi: Get \"%s/openapi/v2?timeout=32s\": %s",
			  client_server(v->config.client), failure->cause);
	else
		error_set(&v->failure, ERROR_OTHER, "failed to download openapi: %s", failure->message);
}

int validation_check(struct validation *v, const cJSON *document, struct vec *wrong, struct error *err)
{
	_cleanup_error_ struct error failure = ERROR_INIT;

	if (!v->failure.class && !check_document(v, document, wrong, &failure))
		return 0;
	if (!v->failure.class)
		word_failure(v, &failure);
	return error_set(err, v->failure.class, "%s", v->failure.message);
}
