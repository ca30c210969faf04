#include "cli/invocation.h"

/*
 * Options that many commands share. A command lists the tables it takes; its
 * own table may stand before them.
 */

const struct option options_filename[] = {
	{.name = "filename", .shorthand = 'f', .type = OPTION_LIST, .complete = {COMPLETE_FILES, "json,yaml,yml"},
	 .help = "File, folder or URL that holds the objects, or - for standard input; may be repeated."},
	{.name = "kustomize", .shorthand = 'k', .complete = {COMPLETE_DIRS, NULL},
	 .help = "Folder of a kustomization to work on; not together with -f or -R."},
	{.name = "recursive", .shorthand = 'R', .type = OPTION_BOOL, .help = "Reads the folders of -f with all folders below them."},
	{0},
};

const struct option options_print[] = {
	{.name = "output", .shorthand = 'o',
	 .complete = {COMPLETE_WORDS, "json,yaml,kyaml,name,go-template,go-template-file,template,templatefile,jsonpath,"
				      "jsonpath-as-json,jsonpath-file"},
	 .help = "Output format. One of (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, "
		 "jsonpath, jsonpath-as-json, jsonpath-file)."},
	{.name = "template", .complete = {COMPLETE_FILES, NULL},
	 .help = "The template of -o go-template, or the file of -o go-template-file."},
	{.name = "allow-missing-template-keys", .type = OPTION_BOOL, .fallback = "true",
	 .help = "Prints nothing for a field that a template names and the object does not have, instead of failing."},
	{.name = "show-managed-fields", .type = OPTION_BOOL, .help = "Keeps metadata.managedFields in JSON and YAML."},
	{0},
};

const struct option options_dry_run[] = {
	{.name = "dry-run", .fallback = "none", .rare = &(const struct option_rare){.bare = "unchanged"}, .complete = {COMPLETE_WORDS, "none,client,server"},
	 .help = "Changes nothing: client prints what would be sent, server lets the server check it without keeping it. One of "
		 "(none, client, server)."},
	{0},
};

const struct option options_selector[] = {
	{.name = "selector", .shorthand = 'l',
	 .help = "Takes only objects whose labels match: key, key=value, key!=value, key in (a,b), key notin (a,b), !key, "
		 "joined by commas."},
	{0},
};

const struct option options_validate[] = {
	{.name = "validate", .fallback = "strict", .rare = &(const struct option_rare){.bare = "strict"}, .complete = {COMPLETE_WORDS, "strict,warn,ignore"},
	 .help = "What happens to unknown and duplicate fields: strict (or true) refuses them, warn tells of them, ignore (or "
		 "false) drops them."},
	{0},
};
