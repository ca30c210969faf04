#include "kuberc/kuberc.h"

#include <unistd.h>

#include "cli/kuberc_file.h"

static const struct option options_view[] = {
	{.name = "output", .shorthand = 'o', .fallback = "yaml",
	 .complete = {COMPLETE_WORDS, "json,yaml,kyaml,name,go-template,go-template-file,template,templatefile,jsonpath,"
				      "jsonpath-as-json,jsonpath-file"},
	 .help = "Output format."},
	{0},
};

/* Without a file: offers to begin one with what is recommended. A single y is yes. */
static int offer(struct invocation *inv, const char *path, struct error *err)
{
	_cleanup_json_ cJSON *preference = NULL;
	char answer[16] = "", word[2] = "", more[2];

	fprintf(inv->out,
		"kuberc file not found at %s\n"
		"Would you like to generate a default kuberc file with recommended options? (y/N): ",
		path);
	fflush(inv->out);
	if (!fgets(answer, sizeof(answer), inv->in) && http_cancelled)
		return error_set(err, ERROR_CANCELLED, "interrupted");
	if (sscanf(answer, " %1s%1s", word, more) != 1 || (*word | ' ') != 'y')
		return 0;
	preference = kuberc_new();
	json_set(preference, "defaults",
		 json_parse_literal("[{\"command\":\"apply\",\"options\":[{\"name\":\"server-side\",\"default\":\"true\"}]},"
				    "{\"command\":\"delete\",\"options\":[{\"name\":\"interactive\",\"default\":\"true\"}]}]"));
	return kuberc_save(inv, path, preference, err);
}

static int view_run(struct invocation *inv, struct error *err)
{
	static const char *const lists[] = {"aliases", "defaults"};
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_vec_ struct vec unknown = VEC_OF_STRINGS;
	_cleanup_json_ cJSON *preference = NULL;
	_cleanup_free_ char *path = NULL;

	if (kuberc_file(inv, &path, err))
		return -1;
	if (access(path, F_OK) && errno == ENOENT)
		return offer(inv, path, err);
	if (kuberc_read(path, &preference, &unknown, err))
		return error_prefix(err, "error reading kuberc file: ");
	if (!preference)
		preference = kuberc_new();
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		json_ensure_array(preference, lists[i]);
	if (invocation_printer(inv, "", &printer, err))
		return -1;
	return invocation_print(inv, printer, NULL, preference, err);
}

const struct command command_kuberc_view = {
	.name = "view",
	.summary = "Show the preferences",
	.description = "Shows what kuberc holds. Where there is no such file, offers to begin one.",
	.examples = "  # Another file, as JSON\n"
		    "  kubec kuberc view --kuberc ./kuberc -o json",
	.options = (const struct option *const[]){options_view, options_kuberc, options_print + 1 /* without its output */, NULL},
	.keeps_order = true,
	.run = view_run,
};
