#ifndef KUBEC_DATA_YAML_NODE_H
#define KUBEC_DATA_YAML_NODE_H

#include "data/json.h"

/*
 * A YAML document as it stands in the text, before its scalars are resolved,
 * its aliases followed and its merge keys applied. All of it lives in one arena.
 */
enum yaml_node_kind { YAML_NODE_SCALAR, YAML_NODE_MAPPING, YAML_NODE_SEQUENCE, YAML_NODE_ALIAS };

struct yaml_node {
	enum yaml_node_kind kind;
	bool implicit;                         /* a scalar without quotes and tag */
	size_t line;                           /* from 0 */
	const char *tag;                       /* "tag:yaml.org,2002:int", NULL for none */
	const char *value;                     /* of a scalar; the name of an alias */
	struct yaml_node *alias;               /* what an alias stands for */
	struct yaml_node *child, *last, *next; /* keys and values of a mapping take turns */
};

/* How scalars and mappings are read. */
enum {
	YAML_STRICT = 1, /* a key that is there twice is an error */
	YAML_CORE = 2,   /* go-yaml v3's reading, see yaml_parse_core */
};

/* The first document of a text; of the flags YAML_CORE counts. *ret is NULL when there is none. */
int yaml_read_nodes(const char *text, size_t len, unsigned flags, struct arena *arena, struct yaml_node **ret,
                    struct error *err);

/* The JSON tree that a document means. flags: of the above. */
int yaml_nodes_to_json(const struct yaml_node *root, unsigned flags, cJSON **ret, struct error *err);

#endif
