#include "metadata_words.h"
#include "record.h"

#include "data/gotext.h"
#include "data/selector.h"

static const struct option options_label[] = {OPTION_FIELD_MANAGER("kubectl-label"), {0}};

static const struct option *const options[] = {
	options_label,	 options_metadata, options_filename, options_selector,
	options_dry_run, options_print,	   options_concurrency, options_record, NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES, NULL}, .repeats = true},
	{0},
};

static int add_label(struct metadata_words *w, const char *word, struct error *err)
{
	const char *equal = strchr(word, '=');
	_cleanup_free_ char *key = xstrndup(word, (size_t)(equal - word));
	_cleanup_buf_ struct buf why = BUF_INIT, quoted = BUF_INIT;

	if (strchr(equal + 1, '='))
		return error_set(err, ERROR_OTHER, "invalid label spec: %s", word);
	go_quote(&quoted, word);
	if (!label_value_valid(equal + 1, &why)) {
		const char *second = strstr(why.data, "; ");

		/* kubectl joins two faults without a space, here alone */
		return error_set(err, ERROR_OTHER, "invalid label value: %s: %.*s%s%s", quoted.data,
				 second ? (int)(second - why.data) : (int)why.len, why.data, second ? ";" : "",
				 second ? second + 2 : "");
	}
	json_set_string(w->set, key, equal + 1);
	return 0;
}

static int label_read(struct metadata_words *w, const struct vec *pairs, struct error *err)
{
	for (size_t i = 0; i < pairs->len; i++) {
		const char *word = vec_string(pairs, i);

		if (!strchr(word, '='))
			vec_add(&w->remove, xstrndup(word, strlen(word) - 1));
		else if (add_label(w, word, err))
			return -1;
	}
	for (size_t i = 0; i < w->remove.len; i++) {
		if (json_get(w->set, vec_string(&w->remove, i)))
			return error_set(err, ERROR_OTHER, "can not both modify and remove a label in the same command");
	}
	return 0;
}

static void label_conflicts(const struct metadata_words *w, const cJSON *live, struct vec *errors)
{
	const cJSON *pair;

	cJSON_ArrayForEach(pair, w->set) {
		const char *value = json_string(live, pair->string);

		if (value && strcmp(value, pair->valuestring))
			errors_add(errors, ERROR_OTHER, "'%s' already has a value (%s), and --overwrite is false", pair->string,
				   value);
	}
}

static const struct metadata_verb verb = {
	.field = "labels",
	.noun = "label",
	.example = "pod",
	.labels = true,
	.read = label_read,
	.conflicts = label_conflicts,
};

static int label_run(struct invocation *inv, struct error *err)
{
	return metadata_words_run(inv, &verb, err);
}

const struct command command_label = {
	.name = "label",
	.group = GROUP_SETTINGS,
	.summary = "Change the labels of objects",
	.description = "Gives objects labels (KEY=VALUE) and takes them away (KEY-). Values that are there already are replaced "
		       "with --overwrite alone.",
	.examples = "  # A label for one Pod\n"
		    "  kubec label pods web tier=front\n\n"
		    "  # Another value for it, on all Pods\n"
		    "  kubec label pods --all --overwrite tier=back\n\n"
		    "  # Without it again\n"
		    "  kubec label pods web tier-\n\n"
		    "  # What labels there are\n"
		    "  kubec label pods --all --list",
	.usage = "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
	.options = options,
	.arguments = arguments,
	.run = label_run,
};
