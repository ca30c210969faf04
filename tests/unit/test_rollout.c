#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/rollout.h"

/* How far a rollout is: object, what is said, whether it is done (or the error). */
static const struct status_case {
	const char *kind, *object;
	int64_t revision;
	const char *text; /* or the error's message */
	bool done, fails;
} status_cases[] = {
	{"Deployment", "{'metadata':{'name':'d','generation':2},'status':{'observedGeneration':1}}", 0,
	 "Waiting for deployment spec update to be observed...\n", false, false},
	{"Deployment",
	 "{'metadata':{'name':'d','generation':1},'spec':{'replicas':3},"
	 "'status':{'observedGeneration':1,'updatedReplicas':1}}",
	 0, "Waiting for deployment \"d\" rollout to finish: 1 out of 3 new replicas have been updated...\n", false, false},
	{"Deployment",
	 "{'metadata':{'name':'d','generation':1},'spec':{'replicas':3},"
	 "'status':{'observedGeneration':1,'replicas':4,'updatedReplicas':3}}",
	 0, "Waiting for deployment \"d\" rollout to finish: 1 old replicas are pending termination...\n", false, false},
	{"Deployment",
	 "{'metadata':{'name':'d','generation':1},'spec':{'replicas':3},"
	 "'status':{'observedGeneration':1,'replicas':3,'updatedReplicas':3,'availableReplicas':2}}",
	 0, "Waiting for deployment \"d\" rollout to finish: 2 of 3 updated replicas are available...\n", false, false},
	{"Deployment",
	 "{'metadata':{'name':'d','generation':1},'spec':{'replicas':0},'status':{'observedGeneration':1}}", 0,
	 "deployment \"d\" successfully rolled out\n", true, false},
	{"Deployment",
	 "{'metadata':{'name':'d','generation':1},'spec':{'replicas':1},'status':{'observedGeneration':1,"
	 "'conditions':[{'type':'Progressing','reason':'ProgressDeadlineExceeded'}]}}",
	 0, "deployment \"d\" exceeded its progress deadline", false, true},
	{"Deployment",
	 "{'metadata':{'name':'d','generation':1,'annotations':{'deployment.kubernetes.io/revision':'4'}}}", 3,
	 "desired revision (3) is different from the running revision (4)", false, true},
	{"Deployment", "{'metadata':{'name':'d','generation':1}}", 3, "cannot get the revision of deployment \"d\"", false,
	 true},
	{"DaemonSet",
	 "{'metadata':{'name':'d','generation':1},'spec':{'updateStrategy':{'type':'OnDelete'}}}", 0,
	 "rollout status is only available for RollingUpdate strategy type", false, true},
	{"DaemonSet",
	 "{'metadata':{'name':'d','generation':2},'spec':{'updateStrategy':{'type':'RollingUpdate'}},"
	 "'status':{'observedGeneration':1}}",
	 0, "Waiting for daemon set spec update to be observed...\n", false, false},
	{"DaemonSet",
	 "{'metadata':{'name':'d','generation':1},'spec':{'updateStrategy':{'type':'RollingUpdate'}},"
	 "'status':{'observedGeneration':1,'desiredNumberScheduled':3,'updatedNumberScheduled':2}}",
	 0, "Waiting for daemon set \"d\" rollout to finish: 2 out of 3 new pods have been updated...\n", false, false},
	{"DaemonSet",
	 "{'metadata':{'name':'d','generation':1},'spec':{'updateStrategy':{'type':'RollingUpdate'}},"
	 "'status':{'observedGeneration':1,'desiredNumberScheduled':3,'updatedNumberScheduled':3,'numberAvailable':1}}",
	 0, "Waiting for daemon set \"d\" rollout to finish: 1 of 3 updated pods are available...\n", false, false},
	{"DaemonSet",
	 "{'metadata':{'name':'d','generation':1},'spec':{'updateStrategy':{'type':'RollingUpdate'}},"
	 "'status':{'observedGeneration':1,'desiredNumberScheduled':3,'updatedNumberScheduled':3,'numberAvailable':3}}",
	 0, "daemon set \"d\" successfully rolled out\n", true, false},
	{"StatefulSet",
	 "{'metadata':{'name':'s','generation':1},'spec':{'replicas':2,'updateStrategy':{'type':'RollingUpdate'}}}", 0,
	 "Waiting for statefulset spec update to be observed...\n", false, false},
	{"StatefulSet",
	 "{'metadata':{'name':'s','generation':1},'spec':{'replicas':3,'updateStrategy':{'type':'RollingUpdate'}},"
	 "'status':{'observedGeneration':1,'readyReplicas':1}}",
	 0, "Waiting for 2 pods to be ready...\n", false, false},
	{"StatefulSet",
	 "{'metadata':{'name':'s','generation':1},'spec':{'replicas':3,'updateStrategy':{'type':'RollingUpdate',"
	 "'rollingUpdate':{'partition':1}}},'status':{'observedGeneration':1,'readyReplicas':3,'updatedReplicas':1}}",
	 0, "Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...\n", false, false},
	{"StatefulSet",
	 "{'metadata':{'name':'s','generation':1},'spec':{'replicas':3,'updateStrategy':{'type':'RollingUpdate',"
	 "'rollingUpdate':{'partition':1}}},'status':{'observedGeneration':1,'readyReplicas':3,'updatedReplicas':2}}",
	 0, "partitioned roll out complete: 2 new pods have been updated...\n", true, false},
	{"StatefulSet",
	 "{'metadata':{'name':'s','generation':1},'spec':{'replicas':1,'updateStrategy':{'type':'RollingUpdate'}},"
	 "'status':{'observedGeneration':1,'readyReplicas':1,'updatedReplicas':1,'currentRevision':'a',"
	 "'updateRevision':'b'}}",
	 0, "waiting for statefulset rolling update to complete 1 pods at revision b...\n", false, false},
	{"StatefulSet",
	 "{'metadata':{'name':'s','generation':1},'spec':{'replicas':1,'updateStrategy':{'type':'RollingUpdate'}},"
	 "'status':{'observedGeneration':1,'readyReplicas':1,'currentReplicas':1,'currentRevision':'b',"
	 "'updateRevision':'b'}}",
	 0, "statefulset rolling update complete 1 pods at revision b...\n", true, false},
};

/* JSON with ' for ", which reads better in C. */
static cJSON *parse(const char *quoted)
{
	_cleanup_free_ char *text = xstrdup(quoted);
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *json;

	for (char *p = text; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	assert_int_equal(json_parse(text, strlen(text), NULL, &json, &err), 0);
	return json;
}

static struct resource workload(const char *kind)
{
	return (struct resource){.group = "apps", .version = "v1", .kind = kind};
}

static void test_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(status_cases); i++) {
		const struct status_case *c = &status_cases[i];
		_cleanup_json_ cJSON *object = parse(c->object);
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf text = BUF_INIT;
		const struct resource r = workload(c->kind);
		bool done = false;
		int failed = rollout_status(&r, object, c->revision, &text, &done, &err);

		assert_int_equal(failed, c->fails ? -1 : 0);
		assert_string_equal(c->fails ? err.message : text.data, c->text);
		if (!c->fails)
			assert_int_equal(done, c->done);
	}
}

static struct rollout_revision *revision(int64_t number, const char *object)
{
	struct rollout_revision *r = NEW(struct rollout_revision);

	*r = (struct rollout_revision){.number = number, .object = parse(object)};
	return r;
}

#define TEMPLATE(image) "'template':{'metadata':{'labels':{'app':'a','pod-template-hash':'x'}},'spec':{'image':'" image "'}}"

static void revisions_fill(struct vec *revisions)
{
	vec_add(revisions, revision(1, "{'metadata':{'annotations':{'deployment.kubernetes.io/revision':'1',"
				       "'kubernetes.io/change-cause':'first'}},'spec':{" TEMPLATE("one") "}}"));
	vec_add(revisions, revision(3, "{'spec':{" TEMPLATE("three") "}}"));
}

static void test_revision_target(void **state)
{
	_cleanup_vec_ struct vec revisions = VEC_OWNING(rollout_revision_free);
	_cleanup_json_ cJSON *object = parse("{'metadata':{'name':'d'}}");
	const struct resource deployment = workload("Deployment"), daemonset = workload("DaemonSet");
	_cleanup_error_ struct error err = ERROR_INIT;
	const struct rollout_revision *found;

	(void)state;
	assert_int_equal(rollout_revision_target(&deployment, object, &revisions, 0, &found, &err), -1);
	assert_string_equal(err.message, "no rollout history found for deployment \"d\"");
	assert_int_equal(rollout_revision_target(&daemonset, object, &revisions, 0, &found, &err), -1);
	assert_string_equal(err.message, "no last revision to roll back to");
	revisions_fill(&revisions);
	assert_int_equal(rollout_revision_target(&deployment, object, &revisions, 0, &found, &err), 0);
	assert_int_equal(found->number, 1);
	assert_string_equal(rollout_revision_cause(found), "first");
	assert_int_equal(rollout_revision_target(&deployment, object, &revisions, 3, &found, &err), 0);
	assert_int_equal(found->number, 3);
	assert_int_equal(rollout_revision_target(&deployment, object, &revisions, 2, &found, &err), -1);
	assert_string_equal(err.message, "unable to find specified revision 2 in history");
	assert_int_equal(rollout_revision_target(&deployment, object, &revisions, -1, &found, &err), -1);
	assert_string_equal(err.message, "unable to find specified revision -1 in history");
}

static void test_undo_patch(void **state)
{
	_cleanup_vec_ struct vec revisions = VEC_OWNING(rollout_revision_free);
	_cleanup_json_ cJSON *object = parse("{'metadata':{'annotations':{'deployment.kubernetes.io/revision':'3','mine':'1'}},"
					     "'spec':{'template':{'metadata':{'labels':{'app':'a'}},'spec':{'image':'three'}}}}");
	const struct resource deployment = workload("Deployment");
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *patch = NULL;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *type;

	(void)state;
	revisions_fill(&revisions);
	assert_int_equal(rollout_undo_patch(&deployment, object, revisions.items[1], &type, &patch, &err), 0);
	assert_null(patch);
	assert_int_equal(rollout_undo_patch(&deployment, object, revisions.items[0], &type, &patch, &err), 0);
	assert_string_equal(type, "application/json-patch+json");
	json_print(&text, patch, JSON_COMPACT);
	assert_string_equal(text.data,
			    "[{\"op\":\"replace\",\"path\":\"/spec/template\",\"value\":{\"metadata\":{\"labels\":{\"app\":\"a\"}},"
			    "\"spec\":{\"image\":\"one\"}}},{\"op\":\"replace\",\"path\":\"/metadata/annotations\",\"value\":"
			    "{\"deployment.kubernetes.io/revision\":\"3\",\"kubernetes.io/change-cause\":\"first\"}}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_revision_target),
		cmocka_unit_test(test_undo_patch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
