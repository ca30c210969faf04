#ifndef KUBEC_CMD_CREATE_ROLE_H
#define KUBEC_CMD_CREATE_ROLE_H

#include "create/create.h"

/* What create role and create clusterrole share: one rule from --verb, --resource and --resource-name. */

/* One --resource: RESOURCE[.GROUP][/SUBRESOURCE], found in the server's types where it is one. */
struct rule_resource {
	char *name, *group, *subresource;
	struct error unknown; /* why it is no type of the server; class ERROR_NONE: it is one */
};

struct rule {
	struct vec verbs;     /* each once; "*" alone */
	struct vec resources; /* struct rule_resource * */
	struct vec names;     /* --resource-name, each once */
};

#define OPTIONS_RULE                                                                                                 \
	{"verb", .type = OPTION_LIST, .help = "What may be done: get, list, create, * and so on.",                   \
	 .complete = {COMPLETE_WORDS, "get,list,watch,create,update,patch,delete,deletecollection"}},                \
	{"resource", .type = OPTION_LIST, .help = "Type that it may be done to: RESOURCE[.GROUP][/SUBRESOURCE].",    \
	 .complete = {COMPLETE_RESOURCES, NULL}},                                                                    \
	{"resource-name", .type = OPTION_ARRAY, .help = "Only to the object of this name; may be repeated."}

/* Reads the options into *ret, which rule_release() ends. Fails when the server's types cannot be had. */
int rule_read(struct invocation *inv, struct rule *ret, struct error *err);
void rule_release(struct rule *r);

/* Says on standard error which verbs are not Kubernetes' own. */
void rule_warn_verbs(struct invocation *inv, const struct rule *r);

/* Whether verbs and resources fit each other; what is wrong goes to err, or was reported. */
int rule_check_resources(struct invocation *inv, struct rule *r, struct error *err);

/* The PolicyRules: one for each group, by name. The caller owns them. */
cJSON *rule_build(const struct rule *r);

/* A list of strings as JSON. */
cJSON *rule_words(const struct vec *words);

/* Adds the strings of from that to has not. */
void words_add_new(struct vec *to, const struct vec *from);

#endif
