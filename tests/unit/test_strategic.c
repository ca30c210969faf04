/* Strategic merge patches made: from one object to another, and three-way as kubectl apply does. */
#include "patch_cases.h"

struct create_case {
	const char *name;
	struct kind kind;
	const char *from, *to;
	const char *patch;
	const char *error;
};

struct three_way_case {
	const char *name;
	struct kind kind;
	const char *original, *modified, *current;
	bool overwrite;
	const char *patch;
	const char *error;
};

static const struct create_case create_cases[] = {
	{
		.name = "nothing changed",
		.kind = DEPLOYMENT,
		.from = "{'spec':{'replicas':1}}",
		.to = "{'spec':{'replicas':1}}",
		.patch = "{}",
	},
	{
		.name = "a scalar",
		.kind = DEPLOYMENT,
		.from = "{'spec':{'replicas':1}}",
		.to = "{'spec':{'replicas':2}}",
		.patch = "{'spec':{'replicas':2}}",
	},
	{
		.name = "a member goes",
		.kind = DEPLOYMENT,
		.from = "{'spec':{'replicas':1,'paused':true}}",
		.to = "{'spec':{'replicas':1}}",
		.patch = "{'spec':{'paused':null}}",
	},
	{
		.name = "a container is added",
		.kind = POD,
		.from = "{'spec':{'containers':[{'name':'a'}]}}",
		.to = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.patch = "{'spec':{'$setElementOrder/"
			"containers':[{'name':'a'},{'name':'b'}],'containers':[{'name':'b'}]}}",
	},
	{
		.name = "a container goes",
		.kind = POD,
		.from = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.to = "{'spec':{'containers':[{'name':'b'}]}}",
		.patch = "{'spec':{'$setElementOrder/"
			"containers':[{'name':'b'}],'containers':[{'$patch':'delete','name':'a'}]}}",
	},
	{
		.name = "containers change places",
		.kind = POD,
		.from = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.to = "{'spec':{'containers':[{'name':'b'},{'name':'a'}]}}",
		.patch = "{'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}]}}",
	},
	{
		.name = "all containers go",
		.kind = POD,
		.from = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.to = "{'spec':{'containers':[]}}",
		.patch = "{'spec':{'containers':[{'$patch':'delete','name':'a'},{'$patch':'delete','name':'b'}]}}",
	},
	{
		.name = "a first container",
		.kind = POD,
		.from = "{'spec':{'containers':[]}}",
		.to = "{'spec':{'containers':[{'name':'b'}]}}",
		.patch = "{'spec':{'containers':[{'name':'b'}]}}",
	},
	{
		.name = "a member of a container goes",
		.kind = POD,
		.from = "{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b'}]}}",
		.to = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.patch = "{'spec':{'$setElementOrder/"
			"containers':[{'name':'a'},{'name':'b'}],'containers':[{'image':null,'name':'a'}]}}",
	},
	{
		.name = "a volume changes its kind",
		.kind = POD,
		.from = "{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}",
		.to = "{'spec':{'volumes':[{'name':'v','configMap':{'name':'c'}}]}}",
		.patch = "{'spec':{'$setElementOrder/"
			"volumes':[{'name':'v'}],'volumes':[{'$retainKeys':['configMap','name'],'configMap':{'name':'"
			"c'},'emptyDir':null,'name':'v'}]}}",
	},
	{
		.name = "a strategy changes",
		.kind = DEPLOYMENT,
		.from = "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}",
		.to = "{'spec':{'strategy':{'type':'Recreate'}}}",
		.patch = "{'spec':{'strategy':{'$retainKeys':['type'],'rollingUpdate':null,'type':'Recreate'}}}",
	},
	{
		.name = "finalizers",
		.kind = CONFIG_MAP,
		.from = "{'metadata':{'finalizers':['a','b']}}",
		.to = "{'metadata':{'finalizers':['c','b']}}",
		.patch = "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a'],'$setElementOrder/"
			"finalizers':['c','b'],'finalizers':['c']}}",
	},
	{
		.name = "finalizers that are not sorted count as moved",
		.kind = CONFIG_MAP,
		.from = "{'metadata':{'finalizers':['b','a']}}",
		.to = "{'metadata':{'finalizers':['b','a']}}",
		.patch = "{'metadata':{'$setElementOrder/finalizers':['b','a']}}",
	},
	{
		.name = "a port of two protocols",
		.kind = SERVICE,
		.from = "{'spec':{'ports':[{'port':53,'protocol':'TCP'},{'port':53,'protocol':'UDP'}]}}",
		.to = "{'spec':{'ports':[{'port':53,'protocol':'TCP','name':'t'},{'port':53,'protocol':'UDP','name':'u'"
                      "}]}}",
		.patch = "{'spec':{'$setElementOrder/"
			"ports':[{'port':53},{'port':53}],'ports':[{'name':'u','port':53},{'name':'t','port':53}]}}",
	},
	{
		.name = "a port of two protocols goes",
		.kind = SERVICE,
		.from = "{'spec':{'ports':[{'port':53,'protocol':'TCP'},{'port':53,'protocol':'UDP'},{'port':80}]}}",
		.to = "{'spec':{'ports':[{'port':80}]}}",
		.patch = "{'spec':{'$setElementOrder/"
			"ports':[{'port':80}],'ports':[{'$patch':'delete','port':53},{'$patch':'delete','port':53}]}}",
	},
	{
		.name = "a selector is always sent",
		.kind = BUDGET,
		.from = "{'spec':{'selector':{'matchLabels':{'a':'1'}}}}",
		.to = "{'spec':{'selector':{'matchLabels':{'a':'1'}}}}",
		.patch = "{'spec':{'selector':{'matchLabels':{'a':'1'}}}}",
	},
	{
		.name = "a list without a strategy",
		.kind = POD,
		.from = "{'spec':{'tolerations':[{'key':'a'}]}}",
		.to = "{'spec':{'tolerations':[{'key':'b'}]}}",
		.patch = "{'spec':{'tolerations':[{'key':'b'}]}}",
	},
	{
		.name = "a value changes its type",
		.kind = CONFIG_MAP,
		.from = "{'data':{'a':'1'}}",
		.to = "{'data':['a']}",
		.patch = "{'data':['a']}",
	},
	{
		.name = "null for a value",
		.kind = CONFIG_MAP,
		.from = "{'data':{'a':'1'}}",
		.to = "{'data':{'a':null}}",
		.patch = "{'data':{'a':null}}",
	},
	{
		.name = "a value for null",
		.kind = CONFIG_MAP,
		.from = "{'data':{'a':null}}",
		.to = "{'data':{'a':'1'}}",
		.patch = "{'data':{'a':'1'}}",
	},
	{
		.name = "a container without a name",
		.kind = POD,
		.from = "{'spec':{'containers':[{'name':'a'}]}}",
		.to = "{'spec':{'containers':[{'image':'x'}]}}",
		.error = "map: map[image:x] does not contain declared merge key: name",
	},
	{
		.name = "mixed item types",
		.kind = POD,
		.from = "{'spec':{'containers':[{'name':'a'}]}}",
		.to = "{'spec':{'containers':['x']}}",
		.error = "list element types are not identical: [[map[name:a]] [x]]",
	},
	{
		.name = "directives that differ",
		.kind = CONFIG_MAP,
		.from = "{'data':{'$patch':'replace'}}",
		.to = "{'data':{'$patch':'delete'}}",
		.patch = "{'data':{'$patch':'delete'}}",
	},
	{
		.name = "a directive that is no text",
		.kind = CONFIG_MAP,
		.from = "{'data':{'$patch':1}}",
		.to = "{'data':{'$patch':'delete'}}",
		.error = "invalid value for special key: $patch",
	},
};

static const struct three_way_case three_way_cases[] = {
	{
		.name = "nothing changed",
		.kind = DEPLOYMENT,
		.original = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'"
			   "a','image':'x'}]}}}}",
		.modified = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'"
			   "a','image':'x'}]}}}}",
		.current = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'a'"
			  ",'image':'x'}]}}}}",
		.overwrite = true,
		.patch = "{}",
	},
	{
		.name = "the server's defaults stay",
		.kind = DEPLOYMENT,
		.original = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'"
			   "a','image':'x'}]}}}}",
		.modified = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'"
			   "a','image':'x'}]}}}}",
		.current = "{'metadata':{'name':'d','uid':'u'},'spec':{'replicas':1,'progressDeadlineSeconds':600,'"
			  "template':{'spec':{'dnsPolicy':'ClusterFirst','containers':[{'name':'a','image':'x','"
			  "resources':{}}]}}}}",
		.overwrite = true,
		.patch = "{}",
	},
	{
		.name = "a new image",
		.kind = DEPLOYMENT,
		.original = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'"
			   "a','image':'x'}]}}}}",
		.modified = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'"
			   "a','image':'y'}]}}}}",
		.current = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'a'"
			  ",'image':'x'}]}}}}",
		.overwrite = true,
		.patch = "{'spec':{'template':{'spec':{'$setElementOrder/"
			"containers':[{'name':'a'}],'containers':[{'image':'y','name':'a'}]}}}}",
	},
	{
		.name = "an image that only the server changed",
		.kind = DEPLOYMENT,
		.original = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'"
			   "a','image':'x'}]}}}}",
		.modified = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'"
			   "a','image':'x'}]}}}}",
		.current = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'a'"
			  ",'image':'z'}]}}}}",
		.overwrite = true,
		.patch = "{'spec':{'template':{'spec':{'$setElementOrder/"
			"containers':[{'name':'a'}],'containers':[{'image':'x','name':'a'}]}}}}",
	},
	{
		.name = "a member goes from the manifest",
		.kind = DEPLOYMENT,
		.original = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'"
			   "a','image':'x'}]}}}}",
		.modified = "{'metadata':{'name':'d'},'spec':{'template':{'spec':{'containers':[{'name':'a','image':'x'"
			   "}]}}}}",
		.current = "{'metadata':{'name':'d'},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'a'"
			  ",'image':'x'}]}}}}",
		.overwrite = true,
		.patch = "{'spec':{'replicas':null}}",
	},
	{
		.name = "what the server added alone is not removed",
		.kind = DEPLOYMENT,
		.original = "{'metadata':{'labels':{'a':'1'}}}",
		.modified = "{'metadata':{'labels':{}}}",
		.current = "{'metadata':{'labels':{'a':'1','b':'2'}}}",
		.overwrite = true,
		.patch = "{'metadata':{'labels':{'a':null}}}",
	},
	{
		.name = "without the last manifest nothing is removed",
		.kind = DEPLOYMENT,
		.modified = "{'metadata':{'labels':{'c':'3'}}}",
		.current = "{'metadata':{'labels':{'a':'1'}}}",
		.overwrite = true,
		.patch = "{'metadata':{'labels':{'c':'3'}}}",
	},
	{
		.name = "a side car of the server makes the order be told",
		.kind = POD,
		.original = "{'spec':{'containers':[{'name':'a'}]}}",
		.modified = "{'spec':{'containers':[{'name':'a'}]}}",
		.current = "{'spec':{'containers':[{'name':'a'},{'name':'proxy'}]}}",
		.overwrite = true,
		.patch = "{'spec':{'$setElementOrder/containers':[{'name':'a'}]}}",
	},
	{
		.name = "a container goes, the side car stays",
		.kind = POD,
		.original = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.modified = "{'spec':{'containers':[{'name':'a'}]}}",
		.current = "{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'proxy'}]}}",
		.overwrite = true,
		.patch = "{'spec':{'$setElementOrder/"
			"containers':[{'name':'a'}],'containers':[{'$patch':'delete','name':'b'}]}}",
	},
	{
		.name = "a container goes and another comes",
		.kind = POD,
		.original = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.modified = "{'spec':{'containers':[{'name':'c','image':'x'},{'name':'a'}]}}",
		.current = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.overwrite = true,
		.patch = "{'spec':{'$setElementOrder/"
			"containers':[{'name':'c'},{'name':'a'}],'containers':[{'image':'x','name':'c'},{'$patch':'"
			"delete','name':'b'}]}}",
	},
	{
		.name = "a container that went on the server, too",
		.kind = POD,
		.original = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.modified = "{'spec':{'containers':[{'name':'a'}]}}",
		.current = "{'spec':{'containers':[{'name':'a'}]}}",
		.overwrite = true,
		.patch = "{'spec':{'$setElementOrder/"
			"containers':[{'name':'a'}],'containers':[{'$patch':'delete','name':'b'}]}}",
	},
	{
		.name = "environment variables",
		.kind = POD,
		.original = "{'spec':{'containers':[{'name':'a','env':[{'name':'X','value':'1'},{'name':'Y','value':'2'"
			   "}]}]}}",
		.modified = "{'spec':{'containers':[{'name':'a','env':[{'name':'Y','value':'3'}]}]}}",
		.current = "{'spec':{'containers':[{'name':'a','env':[{'name':'X','value':'1'},{'name':'Y','value':'2'}"
			  "]}]}}",
		.overwrite = true,
		.patch = "{'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'$setElementOrder/"
			"env':[{'name':'Y'}],'env':[{'name':'Y','value':'3'},{'$patch':'delete','name':'X'}],'name':'"
			"a'}]}}",
	},
	{
		.name = "finalizers of both sides",
		.kind = CONFIG_MAP,
		.original = "{'metadata':{'finalizers':['a','b']}}",
		.modified = "{'metadata':{'finalizers':['a','c']}}",
		.current = "{'metadata':{'finalizers':['a','b','s']}}",
		.overwrite = true,
		.patch = "{'metadata':{'$deleteFromPrimitiveList/finalizers':['b'],'$setElementOrder/"
			"finalizers':['a','c'],'finalizers':['c']}}",
	},
	{
		.name = "a volume changes its kind",
		.kind = POD,
		.original = "{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}",
		.modified = "{'spec':{'volumes':[{'name':'v','configMap':{'name':'c'}}]}}",
		.current = "{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}",
		.overwrite = true,
		.patch = "{'spec':{'$setElementOrder/"
			"volumes':[{'name':'v'}],'volumes':[{'$retainKeys':['configMap','name'],'configMap':{'name':'"
			"c'},'emptyDir':null,'name':'v'}]}}",
	},
	{
		.name = "Recreate for a rolling update with defaults",
		.kind = DEPLOYMENT,
		.original = "{'spec':{}}",
		.modified = "{'spec':{'strategy':{'type':'Recreate'}}}",
		.current = "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':'25%','"
			  "maxUnavailable':'25%'}}}}",
		.overwrite = true,
		.patch = "{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}",
	},
	{
		.name = "a selector that is replaced",
		.kind = BUDGET,
		.original = "{'spec':{'selector':{'matchLabels':{'a':'1'}}}}",
		.modified = "{'spec':{'selector':{'matchLabels':{'b':'1'}}}}",
		.current = "{'spec':{'selector':{'matchLabels':{'a':'1'}}}}",
		.overwrite = true,
		.patch = "{'spec':{'selector':{'matchLabels':{'b':'1'}}}}",
	},
	{
		.name = "null in the manifest",
		.kind = CONFIG_MAP,
		.original = "{'data':{'a':'1'}}",
		.modified = "{'data':{'a':null}}",
		.current = "{'data':{'a':'1'}}",
		.overwrite = true,
		.patch = "{'data':{'a':null}}",
	},
	{
		.name = "null in the manifest of what is not there",
		.kind = CONFIG_MAP,
		.original = "{}",
		.modified = "{'data':{'a':null}}",
		.current = "{'data':{}}",
		.overwrite = true,
		.patch = "{'data':{'a':null}}",
	},
	{
		.name = "ports of two protocols",
		.kind = SERVICE,
		.original = "{'spec':{'ports':[{'port':53,'protocol':'TCP'},{'port':53,'protocol':'UDP'}]}}",
		.modified = "{'spec':{'ports':[{'port':53,'protocol':'UDP'}]}}",
		.current = "{'spec':{'ports':[{'port':53,'protocol':'TCP','targetPort':53},{'port':53,'protocol':'UDP',"
			  "'targetPort':53}]}}",
		.overwrite = true,
		.patch = "{'spec':{'$setElementOrder/ports':[{'port':53}],'ports':[{'$patch':'delete','port':53}]}}",
	},
	{
		.name = "a template list of a stateful set",
		.kind = STATEFUL_SET,
		.original = "{'spec':{'volumeClaimTemplates':[{'metadata':{'name':'a'}}]}}",
		.modified = "{'spec':{'volumeClaimTemplates':[{'metadata':{'name':'a'}}]}}",
		.current = "{'spec':{'volumeClaimTemplates':[{'metadata':{'name':'a'},'status':{'phase':'Pending'}}]}}",
		.overwrite = true,
		.patch = "{'spec':{'volumeClaimTemplates':[{'metadata':{'name':'a'}}]}}",
	},
	{
		.name = "both changed, overwritten",
		.kind = DEPLOYMENT,
		.original = "{'spec':{'replicas':1}}",
		.modified = "{'spec':{'replicas':2}}",
		.current = "{'spec':{'replicas':3}}",
		.overwrite = true,
		.patch = "{'spec':{'replicas':2}}",
	},
	{
		.name = "both changed, not overwritten",
		.kind = DEPLOYMENT,
		.original = "{'spec':{'replicas':1}}",
		.modified = "{'spec':{'replicas':2}}",
		.current = "{'spec':{'replicas':3}}",
		.error = "patch:\nspec:\n  replicas: 2\n\nconflicts with changes made from original to "
			"current:\nspec:\n  replicas: 3\n\n",
	},
	{
		.name = "both changed alike",
		.kind = DEPLOYMENT,
		.original = "{'spec':{'replicas':1}}",
		.modified = "{'spec':{'replicas':3}}",
		.current = "{'spec':{'replicas':3}}",
		.patch = "{}",
	},
	{
		.name = "both changed different members",
		.kind = DEPLOYMENT,
		.original = "{'spec':{'replicas':1}}",
		.modified = "{'spec':{'replicas':1,'paused':true}}",
		.current = "{'spec':{'replicas':1,'minReadySeconds':5}}",
		.patch = "{'spec':{'paused':true}}",
	},
	{
		.name = "both changed one container",
		.kind = POD,
		.original = "{'spec':{'containers':[{'name':'a','image':'x'}]}}",
		.modified = "{'spec':{'containers':[{'name':'a','image':'y'}]}}",
		.current = "{'spec':{'containers':[{'name':'a','image':'z'}]}}",
		.error = "patch:\nspec:\n  $setElementOrder/containers:\n  - name: a\n  containers:\n  - image: "
			"\"y\"\n    name: a\n\nconflicts with changes made from original to current:\nspec:\n  "
			"containers:\n  - image: z\n    name: a\n\n",
	},
	{
		.name = "both changed different containers",
		.kind = POD,
		.original = "{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'x'}]}}",
		.modified = "{'spec':{'containers':[{'name':'a','image':'y'},{'name':'b','image':'x'}]}}",
		.current = "{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'z'}]}}",
		.error = "patch:\nspec:\n  $setElementOrder/containers:\n  - name: a\n  - name: b\n  containers:\n  - "
			"image: \"y\"\n    name: a\n  - image: x\n    name: b\n\nconflicts with changes made from "
			"original to current:\nspec:\n  containers:\n  - image: z\n    name: b\n\n",
	},
	{
		.name = "one deletes, the other changes",
		.kind = DEPLOYMENT,
		.original = "{'metadata':{'labels':{'a':'1'}},'spec':{'paused':false}}",
		.modified = "{'metadata':{'labels':{}},'spec':{'paused':false}}",
		.current = "{'metadata':{'labels':{'a':'2'}},'spec':{'paused':false}}",
		.error = "patch:\nmetadata:\n  labels:\n    a: null\n\nconflicts with changes made from original to "
			"current:\nmetadata:\n  labels:\n    a: \"2\"\n\n",
	},
	{
		.name = "one deletes a container that the other changed",
		.kind = POD,
		.original = "{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'x'}]}}",
		.modified = "{'spec':{'containers':[{'name':'a','image':'x'}]}}",
		.current = "{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'z'}]}}",
		.error = "patch:\nspec:\n  $setElementOrder/containers:\n  - name: a\n  containers:\n  - $patch: "
			"delete\n    name: b\n\nconflicts with changes made from original to current:\nspec:\n  "
			"containers:\n  - image: z\n    name: b\n\n",
	},
	{
		.name = "both changed a list that is replaced",
		.kind = POD,
		.original = "{'spec':{'tolerations':[{'key':'a'}]}}",
		.modified = "{'spec':{'tolerations':[{'key':'b'}]}}",
		.current = "{'spec':{'tolerations':[{'key':'c'}]}}",
		.error = "patch:\nspec:\n  tolerations:\n  - key: b\n\nconflicts with changes made from original to "
			"current:\nspec:\n  tolerations:\n  - key: c\n\n",
	},
	{
		.name = "both changed a list of scalars",
		.kind = POD,
		.original = "{'spec':{'containers':[{'name':'a','args':['1']}]}}",
		.modified = "{'spec':{'containers':[{'name':'a','args':['2']}]}}",
		.current = "{'spec':{'containers':[{'name':'a','args':['3']}]}}",
		.error = "patch:\nspec:\n  $setElementOrder/containers:\n  - name: a\n  containers:\n  - args:\n    - "
			"\"2\"\n    name: a\n\nconflicts with changes made from original to current:\nspec:\n  "
			"containers:\n  - args:\n    - \"3\"\n    name: a\n\n",
	},
	{
		.name = "a container without a name",
		.kind = POD,
		.original = "{}",
		.modified = "{'spec':{'containers':[{'image':'x'}]}}",
		.current = "{'spec':{'containers':[{'name':'a'}]}}",
		.overwrite = true,
		.error = "map: map[image:x] does not contain declared merge key: name",
	},
};

static void test_create(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(create_cases); i++) {
		const struct create_case *c = &create_cases[i];
		_cleanup_json_ cJSON *from = quoted(c->from), *to = quoted(c->to), *patch = NULL;
		_cleanup_error_ struct error err = ERROR_INIT;
		int rc = patch_strategic_create(from, to, schema_of(&c->kind), &patch, &err);

		assert_outcome(c->name, c->error, rc, &err);
		if (!c->error)
			assert_json(c->name, c->patch, patch);
	}
}

static void test_three_way(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(three_way_cases); i++) {
		const struct three_way_case *c = &three_way_cases[i];
		_cleanup_json_ cJSON *original = quoted(c->original), *modified = quoted(c->modified);
		_cleanup_json_ cJSON *current = quoted(c->current), *patch = NULL;
		_cleanup_error_ struct error err = ERROR_INIT;
		int rc = patch_strategic_three_way(original, modified, current, schema_of(&c->kind), c->overwrite,
		                                   &patch, &err);

		assert_outcome(c->name, c->error, rc, &err);
		if (c->error)
			assert_int_equal(err.class, str_starts(c->error, "patch:") ? ERROR_OTHER : ERROR_PARSE);
		else
			assert_json(c->name, c->patch, patch);
	}
}

/* The keys of a created patch are in byte order: it is sent and compared as text. */
static void test_patches_are_sorted(void **state)
{
	static const struct kind pod = POD;
	_cleanup_json_ cJSON *from = quoted("{'spec':{'containers':[{'name':'a','image':'x'}]}}");
	_cleanup_json_ cJSON *to = quoted("{'spec':{'containers':[{'name':'a','image':'y'}]},'a':1}");
	_cleanup_json_ cJSON *patch = NULL;
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)state;
	assert_int_equal(patch_strategic_create(from, to, schema_of(&pod), &patch, &err), 0);
	json_print(&text, patch, JSON_COMPACT);
	assert_string_equal(text.data, "{\"a\":1,\"spec\":{\"$setElementOrder/containers\":[{\"name\":\"a\"}],"
	                               "\"containers\":[{\"image\":\"y\",\"name\":\"a\"}]}}");
}

static void test_what_is_no_object(void **state)
{
	_cleanup_json_ cJSON *object = quoted("{}"), *list = quoted("[]"), *patch = NULL;
	_cleanup_error_ struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(patch_strategic_create(object, list, NULL, &patch, &err), -1);
	assert_string_equal(err.message, "invalid JSON document");
	assert_int_equal(patch_strategic_three_way(NULL, object, list, NULL, true, &patch, &err), -1);
	assert_int_equal(patch_strategic_three_way(list, object, object, NULL, true, &patch, &err), -1);
	assert_int_equal(patch_strategic_three_way(NULL, NULL, object, NULL, true, &patch, &err), -1);
	assert_null(patch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_three_way),
		cmocka_unit_test(test_patches_are_sorted),
		cmocka_unit_test(test_what_is_no_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
