#include "create/sources.h"

#include "base/base64.h"
#include "data/utf8.h"

static const struct option options_own[] = {
	{"from-file", .type = OPTION_LIST, OPTION_ARG("[KEY=]FILE"), .help = "File whose content becomes a value, or a folder of such files.",
	 .complete = {COMPLETE_FILES, NULL}},
	{"from-literal", .type = OPTION_ARRAY, OPTION_ARG("KEY=VALUE"), .help = "A key and its value."},
	{"from-env-file", .type = OPTION_LIST, OPTION_ARG("FILE"), .help = "File with a KEY=VALUE on each line.", .complete = {COMPLETE_FILES, NULL}},
	{"append-hash", .type = OPTION_BOOL, .help = "Put a hash of the content after the name."},
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

struct entries {
	const char *name;
	cJSON *data, *binary;
};

static int entry_check(const struct entries *e, const char *key, struct error *err)
{
	_cleanup_buf_ struct buf why = BUF_INIT, quoted = BUF_INIT;
	bool text = json_get(e->data, key), binary = json_get(e->binary, key);

	json_print_string(&quoted, key, 0);
	if (!data_key_valid(key, ",", &why))
		return error_set(err, ERROR_OTHER, "%s is not a valid key name for a ConfigMap: %s", quoted.data, why.data);
	if (text || binary)
		return error_set(err, ERROR_OTHER,
				 "cannot add key %s, another key by that name already exists in %s for ConfigMap \"%s\"", quoted.data,
				 text ? "Data" : "BinaryData", e->name);
	return 0;
}

/* Text goes to data. Bytes that are none, and NUL, which JSON trees here cannot hold, go to binaryData. */
static int entry_add(void *ctx, const char *key, const char *bytes, size_t len, struct error *err)
{
	_cleanup_buf_ struct buf encoded = BUF_INIT;
	struct entries *e = ctx;

	if (entry_check(e, key, err))
		return -1;
	if (utf8_valid(bytes, len) && !memchr(bytes, 0, len)) {
		buf_add(&encoded, bytes, len);
		json_set_string(e->data, key, encoded.data);
		return 0;
	}
	base64_encode(&encoded, bytes, len);
	json_set_string(e->binary, key, encoded.data);
	return 0;
}

static int entries_read(struct invocation *inv, struct entries *e, struct error *err)
{
	const struct sources s = {.env_kind = "config", .add = entry_add, .ctx = e};

	if (sources_add_files(&s, args_list(inv->args, "from-file"), err) ||
	    sources_add_literals(&s, args_list(inv->args, "from-literal"), err) ||
	    sources_add_env_files(&s, args_list(inv->args, "from-env-file"), err))
		return -1;
	json_sort_keys(e->data);
	json_sort_keys(e->binary);
	return 0;
}

static int configmap_append_hash(cJSON *object, const struct entries *e, struct error *err)
{
	_cleanup_json_ cJSON *identity = json_parse_literal("{\"kind\":\"ConfigMap\",\"name\":\"%s\"}", e->name);

	json_set(identity, "data", json_copy(e->data));
	if (json_size(e->binary))
		json_set(identity, "binaryData", json_copy(e->binary));
	return append_hash(object, identity, err);
}

static int configmap_build(struct invocation *inv, struct entries *e, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *object = NULL;

	if (generated_new(inv, "v1", "ConfigMap", e->name, true, &object, err) || entries_read(inv, e, err))
		return -1;
	if (args_bool(inv->args, "append-hash") && configmap_append_hash(object, e, err))
		return -1;
	if (json_size(e->data))
		json_set(object, "data", TAKE_PTR(e->data));
	if (json_size(e->binary))
		json_set(object, "binaryData", TAKE_PTR(e->binary));
	*ret = TAKE_PTR(object);
	return 0;
}

static int create_configmap_run(struct invocation *inv, struct error *err)
{
	struct entries entries = {0};
	cJSON *object;
	int failed;

	if (generated_begin(inv, &entries.name, err) || generated_name_given(entries.name, err) || sources_check(inv, err))
		return -1;
	entries.data = json_new_object();
	entries.binary = json_new_object();
	failed = configmap_build(inv, &entries, &object, err);
	cJSON_Delete(entries.data);
	cJSON_Delete(entries.binary);
	return failed ? -1 : create_generated(inv, object, "failed to create configmap: ", err);
}

const struct command command_create_configmap = {
	.name = "configmap",
	.aliases = "cm",
	.summary = "Create a config map from files, folders and literals",
	.description = "Creates a ConfigMap from files, folders of files and values of the command line.\n\n"
		       "A file's key is its name unless one is given. Of a folder every plain file is taken. A file that is not "
		       "text goes to binaryData.",
	.examples = "  # Every file of a folder\n"
		    "  kubec create configmap settings --from-file=conf/\n\n"
		    "  # One file under a key, and a value\n"
		    "  kubec create configmap settings --from-file=app.ini=conf/prod.ini --from-literal=level=info\n\n"
		    "  # KEY=VALUE lines, a new name for each content\n"
		    "  kubec create configmap settings --from-env-file=prod.env --append-hash",
	.usage = "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_configmap_run,
};
