#include "kube/neat.h"

/*
 * What goes, a line each: "key key key" always, "key key=JSON" when it has this value (compact, sorted); "*" stands for each
 * item of a list. The defaults are those of the API reference (k8s.io/api, "Defaults to …").
 */
static const char of_all[] =
	"status\n"
	"metadata managedFields\n"
	"metadata uid\n"
	"metadata resourceVersion\n"
	"metadata creationTimestamp\n"
	"metadata generation\n"
	"metadata selfLink\n"
	"metadata deletionTimestamp\n"
	"metadata deletionGracePeriodSeconds\n"
	"metadata annotations kubectl.kubernetes.io/last-applied-configuration\n"
	"metadata annotations deployment.kubernetes.io/revision\n"
	"metadata annotations deprecated.daemonset.template.generation\n"
	"metadata annotations pv.kubernetes.io/bind-completed\n"
	"metadata annotations pv.kubernetes.io/bound-by-controller\n"
	"metadata annotations={}\n"
	"spec={}\n";

static const char of_pods[] =
	"dnsPolicy=\"ClusterFirst\"\n"
	"restartPolicy=\"Always\"\n"
	"schedulerName=\"default-scheduler\"\n"
	"securityContext={}\n"
	"terminationGracePeriodSeconds=30\n"
	"enableServiceLinks=true\n"
	"serviceAccount\n"
	"volumes * secret defaultMode=420\n"
	"volumes * configMap defaultMode=420\n"
	"volumes * projected defaultMode=420\n"
	"volumes * downwardAPI defaultMode=420\n"
	"volumes * hostPath type=\"\"\n";

static const char of_containers[] =
	"terminationMessagePath=\"/dev/termination-log\"\n"
	"terminationMessagePolicy=\"File\"\n"
	"resources={}\n"
	"ports * protocol=\"TCP\"\n"
	"env * valueFrom fieldRef apiVersion=\"v1\"\n";

static const char of_probes[] =
	"timeoutSeconds=1\n"
	"periodSeconds=10\n"
	"successThreshold=1\n"
	"failureThreshold=3\n"
	"httpGet scheme=\"HTTP\"\n"
	"grpc service=\"\"\n";

static const struct {
	const char *kind, *lines;
} of_kinds[] = {
	{"Deployment",
	 "spec progressDeadlineSeconds=600\n"
	 "spec revisionHistoryLimit=10\n"
	 "spec strategy={\"rollingUpdate\":{\"maxSurge\":\"25%\",\"maxUnavailable\":\"25%\"},\"type\":\"RollingUpdate\"}\n"},
	{"StatefulSet",
	 "spec revisionHistoryLimit=10\n"
	 "spec podManagementPolicy=\"OrderedReady\"\n"
	 "spec persistentVolumeClaimRetentionPolicy={\"whenDeleted\":\"Retain\",\"whenScaled\":\"Retain\"}\n"
	 "spec updateStrategy={\"rollingUpdate\":{\"partition\":0},\"type\":\"RollingUpdate\"}\n"
	 "spec volumeClaimTemplates * status\n"
	 "spec volumeClaimTemplates * spec volumeMode=\"Filesystem\"\n"},
	{"DaemonSet",
	 "spec revisionHistoryLimit=10\n"
	 "spec updateStrategy={\"rollingUpdate\":{\"maxSurge\":0,\"maxUnavailable\":1},\"type\":\"RollingUpdate\"}\n"
	 "spec updateStrategy={\"rollingUpdate\":{\"maxUnavailable\":1},\"type\":\"RollingUpdate\"}\n"},
	{"Job",
	 "spec backoffLimit=6\n"
	 "spec completionMode=\"NonIndexed\"\n"
	 "spec podReplacementPolicy=\"TerminatingOrFailed\"\n"
	 "spec suspend=false\n"
	 "spec manualSelector=false\n"},
	{"CronJob",
	 "spec concurrencyPolicy=\"Allow\"\n"
	 "spec failedJobsHistoryLimit=1\n"
	 "spec successfulJobsHistoryLimit=3\n"
	 "spec suspend=false\n"},
	{"Service",
	 "spec type=\"ClusterIP\"\n"
	 "spec sessionAffinity=\"None\"\n"
	 "spec internalTrafficPolicy=\"Cluster\"\n"
	 "spec externalTrafficPolicy=\"Cluster\"\n"
	 "spec ports * protocol=\"TCP\"\n"},
	{"PersistentVolumeClaim", "spec volumeMode=\"Filesystem\"\nmetadata finalizers=[\"kubernetes.io/pvc-protection\"]\n"},
	{"PersistentVolume", "spec volumeMode=\"Filesystem\"\nmetadata finalizers=[\"kubernetes.io/pv-protection\"]\n"},
	{"Namespace", "spec finalizers=[\"kubernetes\"]\nmetadata labels kubernetes.io/metadata.name\n"},
};

/* ---- what nobody owns ------------------------------------------------------------ */

/* Each of the managers' sets of fields (fieldsV1), as far as they reach down to here. */
static void sets_below(const struct vec *sets, const char *key, struct vec *ret)
{
	for (size_t i = 0; i < sets->len; i++) {
		cJSON *below = json_get(sets->items[i], key);

		if (below)
			vec_add(ret, below);
	}
}

/* True when one of them owns all that is below: it names nothing further. */
static bool is_whole(const struct vec *sets)
{
	for (size_t i = 0; i < sets->len; i++) {
		if (!json_size(sets->items[i]))
			return true;
	}
	return false;
}

static void remove_unowned(cJSON *node, const struct vec *sets);

/* The sets of a list's item: of its value, or of the keys that it has ('k:{"name":"web"}'). */
static void sets_of_item(const struct vec *sets, const cJSON *item, struct vec *ret)
{
	for (size_t i = 0; i < sets->len; i++) {
		cJSON *entry;

		cJSON_ArrayForEach(entry, (const cJSON *)sets->items[i]) {
			_cleanup_error_ struct error ignored = ERROR_INIT;
			_cleanup_json_ cJSON *keys = NULL;
			const cJSON *key;
			bool matches = str_starts(entry->string, "k:") &&
				       !json_parse(entry->string + 2, strlen(entry->string) - 2, NULL, &keys, &ignored);

			cJSON_ArrayForEach(key, keys)
				matches = matches && json_equal(key, json_get(item, key->string));
			if (matches)
				vec_add(ret, entry);
		}
	}
}

static void remove_unowned_members(cJSON *object, const struct vec *sets)
{
	for (cJSON *next, *c = object->child; c; c = next) {
		_cleanup_vec_ struct vec below = VEC_INIT;
		_cleanup_free_ char *key = xasprintf("f:%s", c->string);

		next = c->next;
		sets_below(sets, key, &below);
		if (below.len)
			remove_unowned(c, &below);
		else
			cJSON_Delete(cJSON_DetachItemViaPointer(object, c));
	}
}

static void remove_unowned(cJSON *node, const struct vec *sets)
{
	cJSON *item;

	if (is_whole(sets))
		return;
	if (json_is_object(node))
		remove_unowned_members(node, sets);
	if (!json_is_array(node))
		return;
	/* Items of a list stay: one that nobody owns may be meant all the same. */
	cJSON_ArrayForEach(item, node) {
		_cleanup_vec_ struct vec below = VEC_INIT;

		sets_of_item(sets, item, &below);
		if (json_is_object(item) && below.len)
			remove_unowned(item, &below);
	}
}

static void remove_unowned_spec(cJSON *object)
{
	_cleanup_vec_ struct vec sets = VEC_INIT;
	cJSON *manager;

	cJSON_ArrayForEach(manager, json_path(object, "metadata", "managedFields", NULL)) {
		cJSON *spec = json_path(manager, "fieldsV1", "f:spec", NULL);

		if (spec)
			vec_add(&sets, spec);
	}
	if (sets.len && json_get(object, "spec"))
		remove_unowned(json_get(object, "spec"), &sets);
}

/* ---- what has its default ----------------------------------------------------------- */

static bool has_value(const cJSON *node, const char *value, size_t n)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	json_print(&text, node, JSON_COMPACT | JSON_SORT_KEYS);
	return text.len == n && !memcmp(text.data, value, n);
}

/* One line (n bytes) for node; said is what stood here when it was applied, or NULL. */
static void line_apply(cJSON *node, const cJSON *said, const char *line, size_t n)
{
	size_t key_size = strcspn(line, " =\n");
	_cleanup_free_ char *key = xstrndup(line, key_size);
	cJSON *below = json_get(node, key), *item;
	size_t i = 0;

	if (line[0] == '*') {
		cJSON_ArrayForEach(item, node)
			line_apply(item, cJSON_GetArrayItem(said, (int)i++), line + 2, n - 2);
		return;
	}
	if (!below)
		return;
	said = json_get(said, key);
	if (line[key_size] == ' ')
		line_apply(below, said, line + key_size + 1, n - key_size - 1);
	else if (key_size == n || (!said && has_value(below, line + key_size + 1, n - key_size - 1)))
		json_remove(node, key);
}

static void lines_apply(cJSON *node, const cJSON *said, const char *lines)
{
	for (size_t n; *lines; lines += n + 1) {
		n = strcspn(lines, "\n");
		line_apply(node, said, lines, n);
	}
}

/* The server takes "Always" for an image of the tag latest or of none, "IfNotPresent" for others. */
static void container_pull_policy(cJSON *container, const cJSON *said)
{
	const char *image = json_string(container, "image");
	const char *slash = image ? strrchr(image, '/') : NULL;
	const char *tag = image ? strrchr(slash ? slash : image, ':') : NULL;
	bool latest = image && !strchr(image, '@') && (!tag || str_equal(tag, ":latest"));

	if (!json_get(said, "imagePullPolicy") &&
	    str_equal(json_string(container, "imagePullPolicy"), latest ? "Always" : "IfNotPresent"))
		json_remove(container, "imagePullPolicy");
}

static void containers_neaten(cJSON *list, const cJSON *said_list)
{
	static const char *const probes[] = {"livenessProbe", "readinessProbe", "startupProbe"};
	cJSON *container;
	int at = 0;

	cJSON_ArrayForEach(container, list) {
		const cJSON *said = cJSON_GetArrayItem(said_list, at++);

		lines_apply(container, said, of_containers);
		container_pull_policy(container, said);
		for (size_t i = 0; i < ARRAY_SIZE(probes); i++)
			lines_apply(json_get(container, probes[i]), json_get(said, probes[i]), of_probes);
	}
}

/* Where a Pod's spec is: in a Pod, in a template, in the template of a template. */
static cJSON *pod_spec(const cJSON *object)
{
	cJSON *spec = json_get(object, "spec");
	cJSON *job = json_path(spec, "jobTemplate", "spec", NULL);
	cJSON *of_template = json_path(job ? job : spec, "template", "spec", NULL);

	return of_template ? of_template : spec;
}

static void pods_neaten(cJSON *object, const cJSON *said_object)
{
	static const char *const lists[] = {"initContainers", "containers"};
	cJSON *spec = pod_spec(object), *said = pod_spec(said_object);

	if (!json_is_array(json_get(spec, "containers")))
		return;
	lines_apply(spec, said, of_pods);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		containers_neaten(json_get(spec, lists[i]), json_get(said, lists[i]));
	lines_apply(object, NULL, "spec template metadata creationTimestamp\n"
				  "spec jobTemplate metadata creationTimestamp\n"
				  "spec jobTemplate metadata={}\n"
				  "spec jobTemplate spec template metadata creationTimestamp\n"
				  "spec jobTemplate spec template metadata={}\n"
				  "spec volumeClaimTemplates * metadata creationTimestamp\n");
}

/* A Service's port is where it leads to, too, when nothing else is said. */
static void service_ports(cJSON *object, const cJSON *said)
{
	cJSON *port;
	int at = 0;

	cJSON_ArrayForEach(port, json_path(object, "spec", "ports", NULL)) {
		const cJSON *written = cJSON_GetArrayItem(json_path(said, "spec", "ports", NULL), at++);

		if (!json_get(written, "targetPort") && json_equal(json_get(port, "port"), json_get(port, "targetPort")))
			json_remove(port, "targetPort");
	}
}

/* A Job's selector and the labels that it goes by are made up for it. */
static void job_selector(cJSON *object)
{
	if (json_bool(json_get(object, "spec"), "manualSelector", false))
		return;
	lines_apply(object, NULL, "spec selector\n"
				  "spec template metadata labels controller-uid\n"
				  "spec template metadata labels job-name\n"
				  "spec template metadata labels batch.kubernetes.io/controller-uid\n"
				  "spec template metadata labels batch.kubernetes.io/job-name\n"
				  "spec template metadata labels={}\n"
				  "spec template metadata={}\n"
				  "metadata labels controller-uid\n"
				  "metadata labels job-name\n"
				  "metadata labels batch.kubernetes.io/controller-uid\n"
				  "metadata labels batch.kubernetes.io/job-name\n");
}

static void defaults_remove(cJSON *object, const cJSON *said)
{
	const char *kind = json_string(object, "kind");

	pods_neaten(object, said);
	for (size_t i = 0; i < ARRAY_SIZE(of_kinds); i++) {
		if (str_equal(kind, of_kinds[i].kind))
			lines_apply(object, said, of_kinds[i].lines);
	}
	if (str_equal(kind, "Service"))
		service_ports(object, said);
	if (str_equal(kind, "Job"))
		job_selector(object);
}

/* Whether the API defines a kind: its defaults are none of a custom resource's business. */
static bool is_builtin(const cJSON *object)
{
	static const char *const groups[] = {"v1", "apps/v1", "batch/v1", "batch/v1beta1"};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		if (str_equal(json_string(object, "apiVersion"), groups[i]))
			return true;
	}
	return false;
}

void object_neaten(cJSON *object)
{
	const char *applied = json_path_string(object, "metadata", "annotations",
					       "kubectl.kubernetes.io/last-applied-configuration", NULL);
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_json_ cJSON *said = NULL;

	if (applied && json_parse(applied, strlen(applied), NULL, &said, &ignored))
		said = NULL;
	remove_unowned_spec(object);
	if (is_builtin(object))
		defaults_remove(object, said);
	lines_apply(object, NULL, of_all);
	if (!json_size(json_path(object, "metadata", "labels", NULL)))
		json_remove(json_get(object, "metadata"), "labels");
}
