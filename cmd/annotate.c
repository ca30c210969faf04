#include "metadata_words.h"
#include "record.h"

static const struct option options_annotate[] = {OPTION_FIELD_MANAGER("kubectl-annotate"), {0}};

static const struct option *const options[] = {
	options_annotate, options_metadata, options_filename, options_selector,
	options_dry_run,  options_print,    options_concurrency, options_record,   NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES, NULL}, .repeats = true},
	{0},
};

static int annotate_read(struct metadata_words *w, const struct vec *pairs, struct error *err)
{
	_cleanup_buf_ struct buf invalid = BUF_INIT;

	for (size_t i = 0; i < pairs->len; i++) {
		const char *word = vec_string(pairs, i), *equal = strchr(word, '=');
		_cleanup_free_ char *key = xstrndup(word, equal ? (size_t)(equal - word) : strlen(word) - 1);

		if (equal == word)
			buf_printf(&invalid, "%s%s", invalid.len ? ", " : "", word);
		else if (equal)
			json_set_string(w->set, key, equal + 1);
		else
			vec_add_string(&w->remove, key);
	}
	if (invalid.len)
		return error_set(err, ERROR_OTHER, "invalid annotation format: %s", invalid.data);
	return 0;
}

static void annotate_conflicts(const struct metadata_words *w, const cJSON *live, struct vec *errors)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *pair;

	cJSON_ArrayForEach(pair, w->set) {
		const char *value = json_string(live, pair->string);

		if (!value || !strcmp(value, pair->valuestring) || !strcmp(pair->string, RECORD_ANNOTATION))
			continue;
		buf_printf(&text, "%s'%s' already has a value (%s)", text.len ? "; " : "", pair->string, value);
	}
	if (text.len)
		errors_add(errors, ERROR_OTHER, "--overwrite is false but found the following declared annotation(s): %s",
			   text.data);
}

/* The last thing that is looked at before objects are. */
static int annotate_check(const struct metadata_words *w, struct error *err)
{
	_cleanup_buf_ struct buf both = BUF_INIT;

	for (size_t i = 0; i < w->remove.len; i++) {
		const char *key = vec_string(&w->remove, i);

		if (json_get(w->set, key))
			buf_printf(&both, "%s%s", both.len ? ", " : "", key);
	}
	if (!both.len)
		return 0;
	return error_set(err, ERROR_OTHER,
			 "can not both modify and remove the following annotation(s) in the same command: %s", both.data);
}

static const struct metadata_verb verb = {
	.field = "annotations",
	.noun = "annotation",
	.example = "rsrc",
	.read = annotate_read,
	.check = annotate_check,
	.conflicts = annotate_conflicts,
};

static int annotate_run(struct invocation *inv, struct error *err)
{
	return metadata_words_run(inv, &verb, err);
}

const struct command command_annotate = {
	.name = "annotate",
	.group = GROUP_SETTINGS,
	.summary = "Change the annotations of objects",
	.description = "Gives objects annotations (KEY=VALUE) and takes them away (KEY-). Values that are there already are "
		       "replaced with --overwrite alone.",
	.examples = "  # A note on one Deployment\n"
		    "  kubec annotate deployment web owner='team a'\n\n"
		    "  # Another one\n"
		    "  kubec annotate deployment web --overwrite owner='team b'\n\n"
		    "  # Without it again\n"
		    "  kubec annotate deployment web owner-",
	.usage = "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
	.options = options,
	.arguments = arguments,
	.run = annotate_run,
};
