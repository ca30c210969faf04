/* Strategic merge patches applied: merge keys, directives, orders, and what is refused. */
#include "patch_cases.h"

struct apply_case {
	const char *name;
	struct kind kind;
	const char *target, *patch;
	const char *result;
	const char *error;
};

static const struct apply_case apply_cases[] = {
	{
		.name = "a scalar is set",
		.kind = DEPLOYMENT,
		.target = "{'spec':{'replicas':1}}",
		.patch = "{'spec':{'replicas':3}}",
		.result = "{'spec':{'replicas':3}}",
	},
	{
		.name = "a member is added",
		.kind = CONFIG_MAP,
		.target = "{'data':{'a':'1'}}",
		.patch = "{'data':{'b':'2'}}",
		.result = "{'data':{'a':'1','b':'2'}}",
	},
	{
		.name = "null removes a member",
		.kind = CONFIG_MAP,
		.target = "{'data':{'a':'1','b':'2'}}",
		.patch = "{'data':{'a':null}}",
		.result = "{'data':{'b':'2'}}",
	},
	{
		.name = "null of what is not there does nothing",
		.kind = CONFIG_MAP,
		.target = "{'data':{'b':'2'}}",
		.patch = "{'data':{'a':null}}",
		.result = "{'data':{'b':'2'}}",
	},
	{
		.name = "nulls of a new object are dropped",
		.kind = CONFIG_MAP,
		.target = "{}",
		.patch = "{'data':{'a':null,'b':'1'}}",
		.result = "{'data':{'b':'1'}}",
	},
	{
		.name = "nulls inside new list items are dropped",
		.kind = POD,
		.target = "{}",
		.patch = "{'spec':{'containers':[{'name':'a','image':null,'args':[null]}]}}",
		.result = "{'spec':{'containers':[{'args':[null],'name':'a'}]}}",
	},
	{
		.name = "null removes a whole list",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'}],'hostNetwork':true}}",
		.patch = "{'spec':{'containers':null}}",
		.result = "{'spec':{'hostNetwork':true}}",
	},
	{
		.name = "a value may change its type",
		.kind = CONFIG_MAP,
		.target = "{'data':{'a':'1'}}",
		.patch = "{'data':{'a':{'b':1}}}",
		.result = "{'data':{'a':{'b':1}}}",
	},
	{
		.name = "a null in the target is replaced",
		.kind = CONFIG_MAP,
		.target = "{'data':null}",
		.patch = "{'data':{'a':'1'}}",
		.result = "{'data':{'a':'1'}}",
	},
	{
		.name = "an empty patch changes nothing",
		.kind = CONFIG_MAP,
		.target = "{'data':{'a':'1'}}",
		.patch = "{}",
		.result = "{'data':{'a':'1'}}",
	},
	{
		.name = "containers are merged by name",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'y'}]}}",
		.patch = "{'spec':{'containers':[{'name':'b','image':'z'}]}}",
		.result = "{'spec':{'containers':[{'image':'x','name':'a'},{'image':'z','name':'b'}]}}",
	},
	{
		.name = "a new container goes to the front",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.patch = "{'spec':{'containers':[{'name':'c'}]}}",
		.result = "{'spec':{'containers':[{'name':'c'},{'name':'a'},{'name':'b'}]}}",
	},
	{
		.name = "a new container and a known one keep the patch's order",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.patch = "{'spec':{'containers':[{'name':'c'},{'name':'b','image':'x'}]}}",
		.result = "{'spec':{'containers':[{'name':'c'},{'name':'a'},{'image':'x','name':'b'}]}}",
	},
	{
		.name = "the patch's order wins over the server's",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}}",
		.patch = "{'spec':{'containers':[{'name':'c','image':'x'},{'name':'a','image':'y'}]}}",
		.result = "{'spec':{'containers':[{'name':'b'},{'image':'x','name':'c'},{'image':'y','name':'a'}]}}",
	},
	{
		.name = "environment inside a container",
		.kind = DEPLOYMENT,
		.target = "{'spec':{'template':{'spec':{'containers':[{'name':'a','env':[{'name':'X','value':'1'},{'"
			 "name':'Y','value':'2'}]}]}}}}",
		.patch =
			"{'spec':{'template':{'spec':{'containers':[{'name':'a','env':[{'name':'Y','value':'3'}]}]}}}}",
		.result = "{'spec':{'template':{'spec':{'containers':[{'env':[{'name':'X','value':'1'},{'name':'Y','"
			 "value':'3'}],'name':'a'}]}}}}",
	},
	{
		.name = "an item is deleted",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.patch = "{'spec':{'containers':[{'name':'a','$patch':'delete'}]}}",
		.result = "{'spec':{'containers':[{'name':'b'}]}}",
	},
	{
		.name = "deleting an item that is not there",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'}]}}",
		.patch = "{'spec':{'containers':[{'name':'z','$patch':'delete'}]}}",
		.result = "{'spec':{'containers':[{'name':'a'}]}}",
	},
	{
		.name = "all items of a key are deleted",
		.kind = SERVICE,
		.target = "{'spec':{'ports':[{'port':53,'protocol':'TCP'},{'port':80},{'port':53,'protocol':'UDP'}]}}",
		.patch = "{'spec':{'ports':[{'port':53,'$patch':'delete'}]}}",
		.result = "{'spec':{'ports':[{'port':80}]}}",
	},
	{
		.name = "a deletion where there is no list",
		.kind = POD,
		.target = "{'spec':{}}",
		.patch = "{'spec':{'containers':[{'name':'a','$patch':'delete'},{'name':'b'}]}}",
		.result = "{'spec':{'containers':[{'name':'b'}]}}",
	},
	{
		.name = "a list is replaced",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.patch = "{'spec':{'containers':[{'$patch':'replace'},{'name':'c'}]}}",
		.result = "{'spec':{'containers':[{'name':'c'}]}}",
	},
	{
		.name = "a list is replaced by nothing",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		.patch = "{'spec':{'containers':[{'$patch':'replace'}]}}",
		.result = "{'spec':{'containers':[]}}",
	},
	{
		.name = "an object is replaced",
		.kind = CONFIG_MAP,
		.target = "{'data':{'a':'1'},'metadata':{'labels':{'x':'1'}}}",
		.patch = "{'data':{'$patch':'replace','b':'2'}}",
		.result = "{'data':{'b':'2'},'metadata':{'labels':{'x':'1'}}}",
	},
	{
		.name = "an object is emptied",
		.kind = DEPLOYMENT,
		.target = "{'spec':{'strategy':{'type':'Recreate'}}}",
		.patch = "{'spec':{'strategy':{'$patch':'delete'}}}",
		.result = "{'spec':{'strategy':{}}}",
	},
	{
		.name = "a deletion of an object that is not there",
		.kind = DEPLOYMENT,
		.target = "{'spec':{}}",
		.patch = "{'spec':{'strategy':{'$patch':'delete'}}}",
		.result = "{'spec':{}}",
	},
	{
		.name = "the whole object is replaced",
		.kind = CONFIG_MAP,
		.target = "{'data':{'a':'1'}}",
		.patch = "{'$patch':'replace','kind':'ConfigMap'}",
		.result = "{'kind':'ConfigMap'}",
	},
	{
		.name = "an object replaced keeps nulls",
		.kind = CONFIG_MAP,
		.target = "{'data':{'a':'1'}}",
		.patch = "{'data':{'$patch':'replace','b':null}}",
		.result = "{'data':{'b':null}}",
	},
	{
		.name = "merge is no directive of objects",
		.kind = CONFIG_MAP,
		.target = "{'data':{'a':'1'}}",
		.patch = "{'data':{'$patch':'merge','b':'2'}}",
		.error = "unknown patch type: merge in map: map[$patch:merge b:2]",
	},
	{
		.name = "merge is no directive of items",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'}]}}",
		.patch = "{'spec':{'containers':[{'name':'a','$patch':'merge'}]}}",
		.error = "merging lists cannot yet be specified in the patch",
	},
	{
		.name = "an unknown directive",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'}]}}",
		.patch = "{'spec':{'containers':[{'name':'a','$patch':'foo'}]}}",
		.error = "unknown patch type: foo in map: map[$patch:foo name:a]",
	},
	{
		.name = "a directive that is a number",
		.kind = CONFIG_MAP,
		.target = "{'data':{}}",
		.patch = "{'data':{'$patch':1}}",
		.error = "unknown patch type: %!s(int64=1) in map: map[$patch:1]",
	},
	{
		.name = "a directive that is null",
		.kind = CONFIG_MAP,
		.target = "{'data':{}}",
		.patch = "{'data':{'$patch':null}}",
		.error = "unknown patch type: %!s(<nil>) in map: map[$patch:<nil>]",
	},
	{
		.name = "an item of the patch without its key",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'}]}}",
		.patch = "{'spec':{'containers':[{'image':'x'}]}}",
		.error = "map: map[image:x] does not contain declared merge key: name",
	},
	{
		.name = "an item of the target without its key",
		.kind = POD,
		.target = "{'spec':{'containers':[{'image':'x'}]}}",
		.patch = "{'spec':{'containers':[{'name':'a'}]}}",
		.error = "map: map[image:x] does not contain declared merge key: name",
	},
	{
		.name = "a deletion without the key",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'}]}}",
		.patch = "{'spec':{'containers':[{'$patch':'delete'}]}}",
		.error = "map: map[$patch:delete] does not contain declared merge key: name",
	},
	{
		.name = "mixed item types",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'}]}}",
		.patch = "{'spec':{'containers':['a']}}",
		.error = "list element types are not identical: [[map[name:a]] [a]]",
	},
	{
		.name = "lists of lists",
		.kind = POD,
		.target = "{'spec':{'containers':[]}}",
		.patch = "{'spec':{'containers':[['a']]}}",
		.error = "lists of lists are not supported",
	},
	{
		.name = "empty lists",
		.kind = POD,
		.target = "{'spec':{'containers':[]}}",
		.patch = "{'spec':{'containers':[]}}",
		.result = "{'spec':{'containers':[]}}",
	},
	{
		.name = "a list without a strategy is replaced",
		.kind = POD,
		.target = "{'spec':{'tolerations':[{'key':'a'}],'containers':[{'name':'a','args':['1','2']}]}}",
		.patch = "{'spec':{'tolerations':[{'key':'b'}],'containers':[{'name':'a','args':['3']}]}}",
		.result = "{'spec':{'containers':[{'args':['3'],'name':'a'}],'tolerations':[{'key':'b'}]}}",
	},
	{
		.name = "a list without a strategy keeps its directives",
		.kind = POD,
		.target = "{'spec':{'tolerations':[{'key':'a'}]}}",
		.patch = "{'spec':{'tolerations':[{'key':'b','$patch':'delete'}]}}",
		.result = "{'spec':{'tolerations':[{'$patch':'delete','key':'b'}]}}",
	},
	{
		.name = "finalizers are a set",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{'finalizers':['a','b']}}",
		.patch = "{'metadata':{'finalizers':['b','c']}}",
		.result = "{'metadata':{'finalizers':['a','b','c']}}",
	},
	{
		.name = "a finalizer is deleted",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{'finalizers':['a','b','c']}}",
		.patch = "{'metadata':{'$deleteFromPrimitiveList/finalizers':['b']}}",
		.result = "{'metadata':{'finalizers':['a','c']}}",
	},
	{
		.name = "a finalizer is deleted and another added",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{'finalizers':['a','b','c']}}",
		.patch = "{'metadata':{'$deleteFromPrimitiveList/finalizers':['b'],'finalizers':['d']}}",
		.result = "{'metadata':{'finalizers':['d','a','c']}}",
	},
	{
		.name = "deleting from a list that is not there",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{}}",
		.patch = "{'metadata':{'$deleteFromPrimitiveList/finalizers':['b']}}",
		.result = "{'metadata':{}}",
	},
	{
		.name = "finalizers in a given order",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{'finalizers':['a','b','c']}}",
		.patch = "{'metadata':{'finalizers':['d'],'$setElementOrder/finalizers':['c','d','a']}}",
		.result = "{'metadata':{'finalizers':['b','c','d','a']}}",
	},
	{
		.name = "a deletion list without a name",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{'finalizers':['a']}}",
		.patch = "{'metadata':{'$deleteFromPrimitiveList':['a']}}",
		.error = "invalid patch format of primitive list",
	},
	{
		.name = "an order list without a name",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{'finalizers':['a']}}",
		.patch = "{'metadata':{'$setElementOrder':['a']}}",
		.error = "invalid patch format of setElementOrder list",
	},
	{
		.name = "an order that is no list",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{'finalizers':['a']}}",
		.patch = "{'metadata':{'$setElementOrder/finalizers':{'a':1}}}",
		.error = "expected a []interface {}, but received a map[string]interface {}",
	},
	{
		.name = "an order for what is no list",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{'finalizers':{'a':1}}}",
		.patch = "{'metadata':{'$setElementOrder/finalizers':['a']}}",
		.error = "expected a []interface {}, but received a map[string]interface {}",
	},
	{
		.name = "an order for what is no list in the patch",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{}}",
		.patch = "{'metadata':{'finalizers':'a','$setElementOrder/finalizers':['a']}}",
		.error = "expected a []interface {}, but received a string",
	},
	{
		.name = "an order for a list that is nowhere",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{'name':'x'}}",
		.patch = "{'metadata':{'$setElementOrder/finalizers':['a']}}",
		.result = "{'metadata':{'name':'x'}}",
	},
	{
		.name = "an order for an empty list",
		.kind = CONFIG_MAP,
		.target = "{'metadata':{'finalizers':[]}}",
		.patch = "{'metadata':{'$setElementOrder/finalizers':['a']}}",
		.error = "no elements in any of the given slices",
	},
	{
		.name = "containers in a given order",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}}",
		.patch = "{'spec':{'$setElementOrder/containers':[{'name':'c'},{'name':'b'},{'name':'a'}]}}",
		.result = "{'spec':{'containers':[{'name':'c'},{'name':'b'},{'name':'a'}]}}",
	},
	{
		.name = "what the order does not name stays near its neighbours",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'},{'name':'side'},{'name':'b'},{'name':'c'}]}}",
		.patch = "{'spec':{'$setElementOrder/containers':[{'name':'c'},{'name':'a'},{'name':'b'}]}}",
		.result = "{'spec':{'containers':[{'name':'side'},{'name':'c'},{'name':'a'},{'name':'b'}]}}",
	},
	{
		.name = "order, addition and deletion at once",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}}",
		.patch = "{'spec':{'$setElementOrder/"
			"containers':[{'name':'d'},{'name':'c'}],'containers':[{'name':'d','image':'x'},{'name':'a','$"
			"patch':'delete'}]}}",
		.result = "{'spec':{'containers':[{'name':'b'},{'image':'x','name':'d'},{'name':'c'}]}}",
	},
	{
		.name = "a deletion leaves room that an addition is sorted by",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}}",
		.patch = "{'spec':{'$setElementOrder/"
			"containers':[{'name':'d'}],'containers':[{'name':'a','$patch':'delete'},{'name':'d'}]}}",
		.result = "{'spec':{'containers':[{'name':'b'},{'name':'c'},{'name':'d'}]}}",
	},
	{
		.name = "an order with the list only in the patch",
		.kind = POD,
		.target = "{'spec':{}}",
		.patch = "{'spec':{'$setElementOrder/"
			"containers':[{'name':'b'},{'name':'a'}],'containers':[{'name':'b'},{'name':'a'},{'name':'z','"
			"$patch':'delete'}]}}",
		.result = "{'spec':{'containers':[{'name':'b'},{'name':'a'}]}}",
	},
	{
		.name = "a list that disagrees with its order",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'}]}}",
		.patch = "{'spec':{'$setElementOrder/"
			"containers':[{'name':'a'},{'name':'b'}],'containers':[{'name':'b'},{'name':'a'}]}}",
		.error = "The order in patch list:\n[map[name:b] map[name:a]]\n doesn't match $setElementOrder "
			"list:\n[map[name:a] map[name:b]]\n",
	},
	{
		.name = "an item that its order does not name",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'}]}}",
		.patch = "{'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'name':'b'}]}}",
		.error = "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder "
			"list:\n[map[name:a]]\n",
	},
	{
		.name = "an empty order",
		.kind = POD,
		.target = "{'spec':{'containers':[{'name':'a'}]}}",
		.patch = "{'spec':{'$setElementOrder/containers':[],'containers':[{'name':'b'},{'name':'c'}]}}",
		.result = "{'spec':{'containers':[{'name':'a'},{'name':'c'},{'name':'b'}]}}",
	},
	{
		.name = "retained keys",
		.kind = POD,
		.target = "{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}",
		.patch = "{'spec':{'volumes':[{'name':'v','configMap':{'name':'c'},'$retainKeys':['configMap','name']}]"
			"}}",
		.result = "{'spec':{'volumes':[{'configMap':{'name':'c'},'name':'v'}]}}",
	},
	{
		.name = "retained keys of the strategy",
		.kind = DEPLOYMENT,
		.target = "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}",
		.patch = "{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}",
		.result = "{'spec':{'strategy':{'type':'Recreate'}}}",
	},
	{
		.name = "a retained key is missing",
		.kind = DEPLOYMENT,
		.target = "{'spec':{'strategy':{'type':'RollingUpdate'}}}",
		.patch = "{'spec':{'strategy':{'$retainKeys':['rollingUpdate'],'type':'Recreate'}}}",
		.error = "invalid patch format of retainKeys",
	},
	{
		.name = "retained keys that are no list",
		.kind = DEPLOYMENT,
		.target = "{'spec':{'strategy':{'type':'RollingUpdate'}}}",
		.patch = "{'spec':{'strategy':{'$retainKeys':'type','type':'Recreate'}}}",
		.error = "invalid patch format of retainKeys",
	},
	{
		.name = "a null needs no retained key",
		.kind = DEPLOYMENT,
		.target = "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{}}}}",
		.patch = "{'spec':{'strategy':{'$retainKeys':['type'],'rollingUpdate':null}}}",
		.result = "{'spec':{'strategy':{'type':'RollingUpdate'}}}",
	},
	{
		.name = "a selector is replaced as a whole",
		.kind = BUDGET,
		.target = "{'spec':{'selector':{'matchLabels':{'a':'1'}}}}",
		.patch = "{'spec':{'selector':{'matchLabels':{'b':'2'}}}}",
		.result = "{'spec':{'selector':{'matchLabels':{'b':'2'}}}}",
	},
	{
		.name = "ports are merged by number",
		.kind = SERVICE,
		.target = "{'spec':{'ports':[{'port':80,'name':'a'},{'port':443,'name':'b'}]}}",
		.patch = "{'spec':{'ports':[{'port':443,'nodePort':30000}]}}",
		.result = "{'spec':{'ports':[{'name':'a','port':80},{'name':'b','nodePort':30000,'port':443}]}}",
	},
	{
		.name = "numbers and texts are different keys",
		.kind = SERVICE,
		.target = "{'spec':{'ports':[{'port':80}]}}",
		.patch = "{'spec':{'ports':[{'port':'80'}]}}",
		.result = "{'spec':{'ports':[{'port':'80'},{'port':80}]}}",
	},
	{
		.name = "hosts are merged by address",
		.kind = POD,
		.target = "{'spec':{'hostAliases':[{'ip':'1.1.1.1','hostnames':['a']}]}}",
		.patch = "{'spec':{'hostAliases':[{'ip':'1.1.1.1','hostnames':['b']},{'ip':'2.2.2.2'}]}}",
		.result = "{'spec':{'hostAliases':[{'hostnames':['b'],'ip':'1.1.1.1'},{'ip':'2.2.2.2'}]}}",
	},
	{
		.name = "secrets of a service account",
		.kind = SERVICE_ACCOUNT,
		.target = "{'secrets':[{'name':'a'}],'imagePullSecrets':[{'name':'p'}]}",
		.patch = "{'secrets':[{'name':'b'}],'imagePullSecrets':[{'name':'q'}]}",
		.result = "{'imagePullSecrets':[{'name':'q'}],'secrets':[{'name':'b'},{'name':'a'}]}",
	},
	{
		.name = "rules of an ingress are replaced",
		.kind = INGRESS,
		.target = "{'spec':{'rules':[{'host':'a'},{'host':'b'}]}}",
		.patch = "{'spec':{'rules':[{'host':'c'}]}}",
		.result = "{'spec':{'rules':[{'host':'c'}]}}",
	},
	{
		.name = "conditions are merged by type",
		.kind = DEPLOYMENT,
		.target = "{'status':{'conditions':[{'type':'A','status':'True'}]}}",
		.patch = "{'status':{'conditions':[{'type':'A','status':'False'},{'type':'B','status':'True'}]}}",
		.result = "{'status':{'conditions':[{'status':'False','type':'A'},{'status':'True','type':'B'}]}}",
	},
	{
		.name = "addresses of a node",
		.kind = NODE,
		.target = "{'status':{'addresses':[{'type':'InternalIP','address':'1'}]},'spec':{'podCIDRs':['a']}}",
		.patch = "{'status':{'addresses':[{'type':'InternalIP','address':'2'}]},'spec':{'podCIDRs':['b']}}",
		.result =
			"{'spec':{'podCIDRs':['b','a']},'status':{'addresses':[{'address':'2','type':'InternalIP'}]}}",
	},
	{
		.name = "a number past 53 bits",
		.kind = POD,
		.target = "{'spec':{'terminationGracePeriodSeconds':1}}",
		.patch = "{'spec':{'terminationGracePeriodSeconds':9007199254740993}}",
		.result = "{'spec':{'terminationGracePeriodSeconds':9007199254740993}}",
	},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(apply_cases); i++) {
		const struct apply_case *c = &apply_cases[i];
		_cleanup_json_ cJSON *target = quoted(c->target), *patch = quoted(c->patch);
		_cleanup_error_ struct error err = ERROR_INIT;
		int rc = patch_strategic_apply(&target, patch, schema_of(&c->kind), &err);

		assert_outcome(c->name, c->error, rc, &err);
		if (c->error)
			assert_int_equal(err.class, ERROR_PARSE);
		/* a patch that fails half-way leaves the target alone */
		assert_json(c->name, c->error ? c->target : c->result, target);
		assert_json(c->name, c->patch, patch);
	}
}

static void test_what_is_no_object(void **state)
{
	static const char *const values[][2] = {{"{}", "[]"}, {"{}", "null"}, {"[]", "{}"}, {"'x'", "{}"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		_cleanup_json_ cJSON *target = quoted(values[i][0]), *patch = quoted(values[i][1]);
		_cleanup_error_ struct error err = ERROR_INIT;

		assert_int_equal(patch_strategic_apply(&target, patch, NULL, &err), -1);
		assert_string_equal(err.message, "invalid JSON document");
		assert_json("untouched", values[i][0], target);
	}
}

/* Without facts objects are merged and lists replaced. */
static void test_without_schema(void **state)
{
	_cleanup_json_ cJSON *target = quoted("{'spec':{'containers':[{'name':'a'}],'x':1}}");
	_cleanup_json_ cJSON *patch = quoted("{'spec':{'containers':[{'name':'b'}]}}");
	_cleanup_error_ struct error err = ERROR_INIT;

	(void)state;
	assert_null(strategic_schema_find("example.com", "v1", "Foo"));
	assert_int_equal(patch_strategic_apply(&target, patch, NULL, &err), 0);
	assert_json("no schema", "{'spec':{'containers':[{'name':'b'}],'x':1}}", target);
}

/* What a version changed about a kind: the selector of an old budget is merged, not replaced. */
static void test_versions_differ(void **state)
{
	static const struct kind kinds[] = {{"policy", "v1", "PodDisruptionBudget"},
	                                    {"policy", "v1beta1", "PodDisruptionBudget"}};
	static const char *const results[] = {"{'spec':{'selector':{'matchLabels':{'b':'2'}}}}",
	                                      "{'spec':{'selector':{'matchLabels':{'a':'1','b':'2'}}}}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		_cleanup_json_ cJSON *target = quoted("{'spec':{'selector':{'matchLabels':{'a':'1'}}}}");
		_cleanup_json_ cJSON *patch = quoted("{'spec':{'selector':{'matchLabels':{'b':'2'}}}}");
		_cleanup_error_ struct error err = ERROR_INIT;

		assert_int_equal(patch_strategic_apply(&target, patch, schema_of(&kinds[i]), &err), 0);
		assert_json(kinds[i].version, results[i], target);
	}
}

/* Every kind that kubectl 1.36 patches strategically is known, those of old servers, too. */
static void test_kinds(void **state)
{
	static const struct kind known[] = {
		{"", "v1", "Namespace"},
		{"", "v1", "Secret"},
		{"", "v1", "ReplicationController"},
		{"apps", "v1", "DaemonSet"},
		{"apps", "v1", "ReplicaSet"},
		{"batch", "v1", "Job"},
		{"batch", "v1", "CronJob"},
		{"batch", "v1beta1", "CronJob"},
		{"autoscaling", "v2", "HorizontalPodAutoscaler"},
		{"extensions", "v1beta1", "Ingress"},
		{"networking.k8s.io", "v1beta1", "Ingress"},
		{"rbac.authorization.k8s.io", "v1", "ClusterRole"},
		{"policy", "v1beta1", "PodDisruptionBudget"},
		{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"},
		{"storage.k8s.io", "v1", "StorageClass"},
		{"coordination.k8s.io", "v1", "Lease"},
		{"apiregistration.k8s.io", "v1", "APIService"},
		{"flowcontrol.apiserver.k8s.io", "v1beta1", "FlowSchema"},
		{"flowcontrol.apiserver.k8s.io", "v1beta3", "PriorityLevelConfiguration"},
		{"apps", "v1beta2", "DaemonSet"},
		{"extensions", "v1beta1", "Deployment"},
		{"admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration"},
	};
	static const struct kind unknown[] = {{"apps", "v1", "Pod"}, {"apps", "v9", "Deployment"}, {"", "v1", "Foo"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (!schema_of(&known[i]))
			fail_msg("%s/%s %s is not known", known[i].group, known[i].version, known[i].kind);
	}
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		assert_null(schema_of(&unknown[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_what_is_no_object),
		cmocka_unit_test(test_without_schema),
		cmocka_unit_test(test_versions_differ),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
