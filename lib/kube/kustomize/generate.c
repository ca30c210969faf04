#include "base/base64.h"
#include "data/gotext.h"
#include "data/utf8.h"
#include "data/yaml.h"
#include "kube/kustomize/internal.h"

/* ConfigMaps and Secrets from files, lines and literals. */

struct generator {
	struct target *target;
	const cJSON *args;
	bool secret;
	const cJSON *options; /* of all generators */
	cJSON *object;
	struct map keys; /* those that are there */
};

/* ---- pairs ------------------------------------------------------------------------------------ */

/* Base64 in lines of 70 when it is longer than one, as kyaml writes it. */
static void put_base64(struct buf *out, const char *bytes, size_t len)
{
	_cleanup_buf_ struct buf plain = BUF_INIT;

	base64_encode(&plain, bytes, len);
	if (plain.len < 70) {
		buf_add(out, plain.data, plain.len);
		return;
	}
	for (size_t i = 0; i < plain.len; i += 70) {
		buf_add(out, plain.data + i, MIN((size_t)70, plain.len - i));
		buf_putc(out, '\n');
	}
}

static int add_pair(struct generator *g, const char *key, const char *bytes, size_t len, struct error *err)
{
	bool binary = g->secret || !utf8_valid(bytes, len) || memchr(bytes, '\0', len);
	_cleanup_buf_ struct buf encoded = BUF_INIT;
	cJSON *map;

	if (map_has(&g->keys, key))
		return error_set(err, ERROR_OTHER, "configmap %s illegally repeats the key `%s`",
				 json_string(g->args, "name"), key);
	map_set(&g->keys, key, g);
	map = json_ensure_object(g->object, binary && !g->secret ? "binaryData" : "data");
	if (binary)
		put_base64(&encoded, bytes, len);
	else
		buf_add(&encoded, bytes, len);
	json_set_string(map, key, encoded.data);
	return 0;
}

static int add_literal(struct generator *g, const char *source, struct error *err)
{
	const char *value = strchr(source, '=');
	_cleanup_free_ char *key = NULL;
	size_t n;

	if (!value || value == source)
		return error_set(err, ERROR_OTHER, "invalid literal source %s, expected key=value", source);
	key = xstrndup(source, (size_t)(value - source));
	n = strlen(++value);
	if (n >= 2 && value[0] == value[n - 1] && (*value == '"' || *value == '\'')) {
		value++;
		n -= 2;
	}
	return add_pair(g, key, value, n, err);
}

static int fail_source(struct error *err, const char *what, const char *part, const char *source)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	buf_printf(&text, "%s ", what);
	go_quote(&text, part);
	buf_puts(&text, " in source ");
	go_quote(&text, source);
	return error_set(err, ERROR_OTHER, "%s", text.data);
}

static int add_file(struct generator *g, const char *source, struct error *err)
{
	const char *equals = strchr(source, '='), *path = equals ? equals + 1 : source, *base = strrchr(source, '/');
	_cleanup_free_ char *key = equals ? xstrndup(source, (size_t)(equals - source)) : xstrdup(base ? base + 1 : source);
	_cleanup_buf_ struct buf content = BUF_INIT;

	if (equals && strchr(path, '=')) {
		go_quote(&content, source);
		return error_set(err, ERROR_OTHER, "source %s key name or file path contains '='", content.data);
	}
	if (!*key && equals)
		return fail_source(err, "missing key name for file path", path, source);
	if (!*path)
		return fail_source(err, "missing file path for key name", key, source);
	if (loader_read(&g->target->loader, path, &content, err))
		return -1;
	return add_pair(g, key, content.data, content.len, err);
}

static int add_line(struct generator *g, const char *line, size_t n, struct error *err)
{
	const char *value;
	_cleanup_free_ char *key = NULL;

	while (n && strchr(" \t\v\f\r", *line)) {
		line++;
		n--;
	}
	if (!n || *line == '#')
		return 0;
	value = memchr(line, '=', n);
	key = xstrndup(line, value ? (size_t)(value - line) : n);
	if (!*key)
		return 0;
	if (!value)
		return add_pair(g, key, "", 0, err);
	value++;
	return add_pair(g, key, value, n - (size_t)(value - line), err);
}

static int add_lines(struct generator *g, const char *path, struct error *err)
{
	_cleanup_buf_ struct buf content = BUF_INIT;
	const char *p, *end;

	if (loader_read(&g->target->loader, path, &content, err))
		return -1;
	p = content.data;
	end = p + content.len;
	if (str_starts(p, "\xef\xbb\xbf"))
		p += 3;
	while (p < end) {
		const char *line_end = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((line_end ? line_end : end) - p), bare = n;

		if (!utf8_valid(p, n))
			return error_set(err, ERROR_OTHER, "line %.*s has invalid utf8 bytes", (int)n, p);
		bare -= bare && p[bare - 1] == '\r';
		if (add_line(g, p, bare, err))
			return -1;
		p += n + 1;
	}
	return 0;
}

/* In this order they are read. */
static const struct {
	const char *key;
	int (*add)(struct generator *g, const char *source, struct error *err);
	const char *failure;
} sources[] = {
	{"envs", add_lines, "env source files: "},
	{"literals", add_literal, "literal sources "},
	{"files", add_file, "file sources: "},
};

static int add_sources(struct generator *g, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		const cJSON *list = json_get(g->args, sources[i].key), *source;
		_cleanup_buf_ struct buf text = BUF_INIT;

		cJSON_ArrayForEach(source, list) {
			if (!sources[i].add(g, source->valuestring, err))
				continue;
			if (strstr(err->message, "illegally repeats the key"))
				return -1;
			go_value_format(&text, list);
			return error_prefix(err, "loading KV pairs: %s%s: ", sources[i].failure, text.data);
		}
	}
	return 0;
}

/* ---- options ------------------------------------------------------------------------------------- */

/* What the generator says, then what generatorOptions says for all. */
static cJSON *merged_options(const cJSON *own, const cJSON *global)
{
	static const char *const maps[] = {"labels", "annotations"};
	static const char *const flags[] = {"disableNameSuffixHash", "immutable"};
	cJSON *options = own ? json_copy(own) : json_new_object();
	const cJSON *c;

	for (size_t i = 0; i < ARRAY_SIZE(maps); i++) {
		cJSON_ArrayForEach(c, json_get(global, maps[i])) {
			cJSON *map = json_ensure_object(options, maps[i]);

			if (!json_get(map, c->string))
				json_set(map, c->string, json_copy(c));
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (json_bool(global, flags[i], false))
			json_set_bool(options, flags[i], true);
	return options;
}

static void apply_options(struct generator *g, const cJSON *options)
{
	static const char *const maps[] = {"labels", "annotations"};
	const char *behavior = json_string(g->args, "behavior");
	static const char *const behaviors[] = {"create", "replace", "merge"};
	const char *known = "unspecified";

	for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
		if (json_get(options, maps[i]) && json_get(options, maps[i])->child)
			json_set(json_get(g->object, "metadata"), maps[i], json_copy(json_get(options, maps[i])));
	if (json_bool(options, "immutable", false))
		json_set_bool(g->object, "immutable", true);
	if (!json_bool(options, "disableNameSuffixHash", false))
		note_set(g->object, NOTE_NEEDS_HASH, NOTE_ENABLED);
	for (size_t i = 0; i < ARRAY_SIZE(behaviors); i++)
		if (str_equal(behavior, behaviors[i]))
			known = behavior;
	note_set(g->object, NOTE_BEHAVIOR, known);
}

/* ---- the objects ------------------------------------------------------------------------------------ */

static int fill(struct generator *g, struct error *err)
{
	_cleanup_json_ cJSON *options = merged_options(json_get(g->args, "options"), g->options);
	const char *ns = json_string(g->args, "namespace"), *type = json_string(g->args, "type");

	if (str_empty(json_string(g->args, "name")))
		return error_set(err, ERROR_OTHER, "a configmap must have a name");
	g->object = json_parse_literal("{\"apiVersion\":\"v1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\"}}",
				       g->secret ? "Secret" : "ConfigMap", json_string(g->args, "name"));
	if (!str_empty(ns))
		json_set_string(json_get(g->object, "metadata"), "namespace", ns);
	if (g->secret) {
		json_set_string(g->object, "type", str_empty(type) ? "Opaque" : type);
		json_set(g->object, "data", json_new_object());
	}
	if (add_sources(g, err))
		return -1;
	apply_options(g, options);
	return 0;
}

int generate_add(struct target *t, struct vec *items, cJSON *object, const char *builtin, struct error *err)
{
	_cleanup_free_ char *origin = origin_text(t, builtin);

	if (origin)
		note_set(object, NOTE_ORIGIN, origin);
	return items_absorb(items, item_new(object), err) ? error_prefix(err, "merging from generator: ") : 0;
}

int generate_data(struct target *t, const cJSON *args, const cJSON *options, bool secret, struct vec *items,
		  struct error *err)
{
	struct generator g = {.target = t, .args = args, .options = options, .secret = secret, .keys = MAP_INIT};
	int status = fill(&g, err);

	map_release(&g.keys);
	if (status) {
		cJSON_Delete(g.object);
		return -1;
	}
	return generate_add(t, items, g.object, secret ? "SecretGenerator" : "ConfigMapGenerator", err);
}

/* kustomize runs helm for these when it may; kubec does not. */
static int refuse_charts(const struct target *t, struct error *err)
{
	static const char *const keys[] = {"helmCharts", "helmChartInflationGenerator"};
	const cJSON *k = t->kustomization;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		_cleanup_json_ cJSON *chart = json_copy(json_size(json_get(k, keys[i])) ? json_get(k, keys[i])->child : NULL);
		_cleanup_buf_ struct buf config = BUF_INIT;

		if (!chart)
			continue;
		if (t->build->options->helm)
			return error_set(err, ERROR_OTHER, "Helm charts of a kustomization are not supported (%s in %s/%s)", keys[i],
					 t->loader.root, t->file);
		if (json_string(k, "namespace") && !json_get(chart, "namespace"))
			json_set_string(chart, "namespace", json_string(k, "namespace"));
		yaml_print(&config, chart);
		return error_set(err, ERROR_OTHER,
				 "trouble configuring builtin HelmChartInflationGenerator with config: `\n%s`: must specify --enable-helm",
				 config.data);
	}
	return 0;
}

int target_generate(struct target *t, struct vec *items, struct error *err)
{
	static const char *const keys[] = {"configMapGenerator", "secretGenerator"};
	const cJSON *args;

	if (refuse_charts(t, err))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		cJSON_ArrayForEach(args, json_get(t->kustomization, keys[i])) {
			if (generate_data(t, args, json_get(t->kustomization, "generatorOptions"), i == 1, items, err))
				return -1;
		}
	return 0;
}
