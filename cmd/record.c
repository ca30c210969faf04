#include "record.h"

const struct option options_record[] = {
	{"record", .type = OPTION_BOOL, .flags = OPTION_DEPRECATED | OPTION_HIDDEN,
	 .help = "Keep the command line in the annotation " RECORD_ANNOTATION " of the object.",
	 .rare = &(const struct option_rare){.deprecated_note = "--record will be removed in the future"}},
	{0},
};

static void put_words(struct buf *out, const struct vec *words)
{
	for (size_t i = 0; i < words->len; i++)
		buf_printf(out, " %s", vec_string(words, i));
}

bool record_wanted(const struct invocation *inv)
{
	return args_knows(inv->args, "record") && args_bool(inv->args, "record");
}

void record_change(const struct invocation *inv, cJSON *object)
{
	_cleanup_buf_ struct buf line = BUF_INIT;
	cJSON *annotations;

	if (!record_wanted(inv))
		return;
	annotations = json_ensure_object(json_ensure_object(object, "metadata"), "annotations");
	if (!annotations)
		return;
	buf_printf(&line, "%s %s", inv->program, inv->path);
	put_words(&line, args_words(inv->args));
	put_words(&line, args_given(inv->args));
	json_set_string(annotations, RECORD_ANNOTATION, line.data);
}
