#include <sys/stat.h>

#include "base/file.h"
#include "cmd.h"
#include "data/yaml.h"
#include "kube/kustomize/kustomize.h"

#define ROOT_ONLY "LoadRestrictionsRootOnly"
#define UNRESTRICTED "LoadRestrictionsNone"

static const struct option options_kustomize[] = {
	{"as-current-user", .type = OPTION_BOOL, .help = "Runs functions in containers as the user who calls; there are no functions here."},
	{"enable-alpha-plugins", .type = OPTION_BOOL, .help = "Allows plug-ins, which kubec does not have: they are refused."},
	{"enable-helm", .type = OPTION_BOOL, .help = "Allows Helm charts, which kubec does not inflate: they are refused."},
	{"env", 'e', OPTION_ARRAY, .help = "Environment variables for functions; may be repeated."},
	{"helm-api-versions", .type = OPTION_ARRAY, .help = "API versions that Helm takes as there; may be repeated."},
	{"helm-command", .fallback = "helm", .complete = {COMPLETE_FILES, NULL}, .help = "The Helm program."},
	{"helm-debug", .type = OPTION_BOOL, .help = "Lets Helm tell what it does."},
	{"helm-kube-version", .help = "The Kubernetes version that Helm takes the cluster for."},
	{"load-restrictor", .fallback = ROOT_ONLY, .complete = {COMPLETE_WORDS, UNRESTRICTED "," ROOT_ONLY},
	 .help = "Which files a kustomization may read: " ROOT_ONLY " those in its own folder and below, " UNRESTRICTED " any."},
	{"mount", .type = OPTION_ARRAY, .help = "Storage for functions; may be repeated."},
	{"network", .type = OPTION_BOOL, .help = "Lets functions that ask for it use the network."},
	{"network-name", .fallback = "bridge", .help = "The network that functions use."},
	{"output", 'o', .complete = {COMPLETE_FILES, NULL},
	 .help = "Writes to this file or, one file for each object, into this folder."},
	{0},
};

static const struct option *const options[] = {options_kustomize, NULL};

static const struct argument arguments[] = {
	{.name = "DIR", .complete = {COMPLETE_DIRS, NULL}},
	{0},
};

static int write_file(const char *path, const struct buf *text, struct error *err)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return error_set(err, ERROR_OTHER, "open %s: %s", path, errno_text(errno));
	fwrite(text->data, 1, text->len, f);
	if (fclose(f))
		return error_set(err, ERROR_OTHER, "write %s: %s", path, errno_text(errno));
	return 0;
}

static int write_files(const char *folder, const struct vec *objects, struct error *err)
{
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	kustomize_file_names(objects, &names);
	for (size_t i = 0; i < objects->len; i++) {
		_cleanup_free_ char *path = path_join(folder, vec_string(&names, i));
		_cleanup_buf_ struct buf text = BUF_INIT;

		yaml_print_exact(&text, objects->items[i]);
		if (write_file(path, &text, err))
			return -1;
	}
	return 0;
}

static int write_output(struct invocation *inv, const struct vec *objects, struct error *err)
{
	const char *output = args_string(inv->args, "output");
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct stat st;

	if (*output && !stat(output, &st) && S_ISDIR(st.st_mode))
		return write_files(output, objects, err);
	kustomize_print(&text, objects);
	if (*output)
		return write_file(output, &text, err);
	fwrite(text.data, 1, text.len, inv->out);
	return 0;
}

static int kustomize_run(struct invocation *inv, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	const char *restrictor = args_string(inv->args, "load-restrictor");
	_cleanup_vec_ struct vec objects = VEC_OWNING(cJSON_Delete);
	struct kustomize_options o = {
		.root = words->len ? vec_string(words, 0) : ".",
		.unrestricted = !strcmp(restrictor, UNRESTRICTED),
		.helm = args_bool(inv->args, "enable-helm"),
		.notice = invocation_notice,
		.notice_ctx = inv,
	};

	if (words->len > 1)
		return error_set(err, ERROR_OTHER, "specify one path to kustomization.yaml");
	if (*restrictor && !o.unrestricted && strcmp(restrictor, ROOT_ONLY))
		return error_set(err, ERROR_OTHER,
				 "illegal flag value --load-restrictor %s; legal values: [" ROOT_ONLY " " UNRESTRICTED "]", restrictor);
	return kustomize_build(&o, &objects, err) || write_output(inv, &objects, err) ? -1 : 0;
}

const struct command command_kustomize = {
	.name = "kustomize",
	.group = GROUP_ADVANCED,
	.summary = "Build the objects of a kustomization",
	.description = "Prints the objects that the kustomization.yaml of a folder describes: its resources, changed by "
		       "its patches, names, labels, images and generators.\n\n"
		       "Without DIR the current folder is built. Everything is read from disk; remote resources, Helm "
		       "charts and plug-ins are refused.",
	.examples = "  # The current folder\n"
		    "  kubec kustomize\n\n"
		    "  # An overlay, into a file\n"
		    "  kubec kustomize overlays/production -o production.yaml",
	.usage = "DIR [flags]",
	.options = options,
	.arguments = arguments,
	.run = kustomize_run,
};
