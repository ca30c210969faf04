#include "debug.h"

#include "base/file.h"
#include "data/patch.h"
#include "data/patch_words.h"
#include "data/yaml.h"
#include "kube/pods.h"

/* A container's file is small; what is larger is something else. */
#define CUSTOM_LIMIT ((size_t)1 << 20)

/* ---- profiles ---------------------------------------------------------------------------- */

enum {
	CLEAR = 1,        /* the container's security context goes */
	RESTRICT = 2,     /* no root, no capabilities, nothing to be had by them */
	TRACE = 4,        /* may trace processes */
	NET = 8,          /* may change the network */
	PRIVILEGED = 16,
	HOST = 32,        /* the Pod lives in the node's namespaces */
	ROOT = 64,        /* the node's files are at /host */
	TRIM = 128,       /* a copy keeps what the --keep-… options say */
	SHARE = 256,      /* a copy's containers see each other's processes */
	NO_LABELS = 512,
};

struct debug_profile {
	const char *name;
	unsigned short steps[3]; /* by enum debug_style */
};

static const struct debug_profile profiles[] = {
	{"legacy", {0, NO_LABELS, HOST | ROOT}},
	{"general", {TRACE, TRIM | TRACE | SHARE, CLEAR | HOST | ROOT}},
	{"baseline", {CLEAR, CLEAR | TRIM | SHARE, CLEAR}},
	{"restricted", {CLEAR | RESTRICT, CLEAR | RESTRICT | TRIM | SHARE, CLEAR | RESTRICT}},
	{"netadmin", {NET, NET | TRIM | SHARE, NET | HOST}},
	{"sysadmin", {PRIVILEGED, PRIVILEGED | TRIM | SHARE, PRIVILEGED | HOST | ROOT}},
};

int debug_profile_find(const char *name, const struct debug_profile **ret, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
		if (!strcmp(profiles[i].name, name)) {
			*ret = &profiles[i];
			return 0;
		}
	return error_set(err, ERROR_OTHER, "unknown profile: %s", name);
}

/* What a copy leaves behind unless an option keeps it. */
static void trim(const struct args *a, cJSON *pod)
{
	static const char *const probes[][2] = {
		{"keep-liveness", "livenessProbe"}, {"keep-readiness", "readinessProbe"}, {"keep-startup", "startupProbe"},
	};
	cJSON *spec = json_get(pod, "spec"), *container;

	if (!args_bool(a, "keep-labels"))
		json_remove(json_get(pod, "metadata"), "labels");
	if (!args_bool(a, "keep-annotations"))
		json_remove(json_get(pod, "metadata"), "annotations");
	if (!args_bool(a, "keep-init-containers"))
		json_remove(spec, "initContainers");
	cJSON_ArrayForEach(container, json_get(spec, "containers")) {
		for (size_t i = 0; i < ARRAY_SIZE(probes); i++)
			if (!args_bool(a, probes[i][0]))
				json_remove(container, probes[i][1]);
	}
}

static void add_capability(cJSON *security, const char *capability)
{
	json_append_string(json_ensure_array(json_ensure_object(security, "capabilities"), "add"), capability);
}

static void secure(cJSON *container, unsigned steps)
{
	if (steps & CLEAR)
		json_remove(container, "securityContext");
	if (steps & RESTRICT)
		json_set(container, "securityContext",
			 json_parse_literal("{\"runAsNonRoot\":true,\"capabilities\":{\"drop\":[\"ALL\"]},"
					    "\"allowPrivilegeEscalation\":false,\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}"));
	if (!(steps & (TRACE | NET | PRIVILEGED)))
		return;
	container = json_ensure_object(container, "securityContext");
	if (steps & TRACE)
		add_capability(container, "SYS_PTRACE");
	if (steps & NET) {
		add_capability(container, "NET_ADMIN");
		add_capability(container, "NET_RAW");
	}
	if (steps & PRIVILEGED)
		json_set_bool(container, "privileged", true);
}

static void profile_apply(const struct debug *d, cJSON *pod, enum debug_style style, const char *name)
{
	static const char *const namespaces[] = {"hostNetwork", "hostPID", "hostIPC"};
	unsigned steps = d->profile->steps[style];
	cJSON *spec = json_get(pod, "spec"), *container;

	if (steps & NO_LABELS)
		json_remove(json_get(pod, "metadata"), "labels");
	if (steps & TRIM)
		trim(d->inv->args, pod);
	container = (cJSON *)pod_container(pod, name, NULL);
	if (container)
		secure(container, steps);
	if (steps & SHARE && !json_get(spec, "shareProcessNamespace"))
		json_set_bool(spec, "shareProcessNamespace", true);
	for (size_t i = 0; steps & HOST && i < ARRAY_SIZE(namespaces); i++)
		json_set_bool(spec, namespaces[i], true);
	if (steps & ROOT) {
		json_set(spec, "volumes", json_parse_literal("[{\"name\":\"host-root\",\"hostPath\":{\"path\":\"/\"}}]"));
		json_set(container, "volumeMounts", json_parse_literal("[{\"name\":\"host-root\",\"mountPath\":\"/host\"}]"));
	}
}

/* ---- --custom ------------------------------------------------------------------------------ */

/* Lists without items and nulls say nothing where Go's types are between, nor do texts and booleans of the container itself. */
static void drop_empty(cJSON *node, bool container)
{
	for (cJSON *child = node->child, *next; child; child = next) {
		next = child->next;
		drop_empty(child, false);
		if (json_is_null(child) || (json_is_array(child) && !child->child) ||
		    (container && (cJSON_IsFalse(child) || (json_is_string(child) && !*child->valuestring))))
			cJSON_Delete(cJSON_DetachItemViaPointer(node, child));
	}
}

int debug_custom_read(const char *path, cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_json_ cJSON *read = NULL;

	if (file_read(path, CUSTOM_LIMIT, &text, err)) {
		err->class = ERROR_OTHER;
		return error_prefix(err, "must pass a container spec json file for custom profile: ");
	}
	if (json_parse(text.data, text.len, NULL, &read, &ignored) && yaml_parse(text.data, text.len, NULL, 1, &read, err))
		return error_prefix(err, "%s does not contain a valid container spec: ", path);
	if (!read || json_is_null(read))
		return 0;
	if (!json_is_object(read))
		return error_set(err, ERROR_OTHER,
				 "%s does not contain a valid container spec: error unmarshaling JSON: while decoding JSON: json: cannot "
				 "unmarshal %s into Go value of type v1.Container", path, patch_words_json_type(read));
	drop_empty(read, true);
	*ret = TAKE_PTR(read);
	return 0;
}

int debug_custom_check(const cJSON *custom, struct error *err)
{
	static const char *const fixed[] = {"name", "command", "image", "lifecycle", "volumeDevices"};

	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		if (json_get(custom, fixed[i]))
			return error_set(err, ERROR_OTHER,
					 "name, command, image, lifecycle and volume devices are not modifiable via custom profile");
	return 0;
}

static const cJSON *container_in(const cJSON *pod, const char *list, const char *name)
{
	const cJSON *container;

	cJSON_ArrayForEach(container, json_path(pod, "spec", list, NULL)) {
		if (str_equal(json_string(container, "name"), name))
			return container;
	}
	return NULL;
}

/* The container with what --custom adds. */
static int custom_apply(const struct debug *d, cJSON **pod, const char *list, const char *name, struct error *err)
{
	_cleanup_json_ cJSON *patch = NULL;
	cJSON *custom;

	if (!d->custom)
		return 0;
	if (!container_in(*pod, list, name))
		return error_set(err, ERROR_OTHER, "unable to find the %s%s container in the pod %s", name,
				 strcmp(list, "containers") ? " ephemeral" : "", json_path_string(*pod, "metadata", "name", NULL));
	patch = json_parse_literal("{\"spec\":{\"%s\":[]}}", list);
	custom = json_copy(d->custom);
	json_set_string(custom, "name", name);
	json_append(json_path(patch, "spec", list, NULL), custom);
	return patch_strategic_apply(pod, patch, strategic_schema_find("", "v1", "Pod"), err)
		       ? error_prefix(err, "error creating three way patch to add debug container: ")
		       : 0;
}

/* ---- containers ------------------------------------------------------------------------------ */

static char *container_name(const struct debug *d, const cJSON *pod)
{
	_cleanup_buf_ struct buf name = BUF_INIT;

	if (*d->container)
		return xstrdup(d->container);
	do {
		buf_clear(&name);
		buf_puts(&name, "debugger");
		add_random_suffix(&name);
	} while (pod_container(pod, name.data, NULL));
	if (!d->quiet)
		fprintf(d->inv->out, "Defaulting debug container name to %s.\n", name.data);
	return buf_take(&name);
}

static cJSON *add_container(cJSON *spec, const char *list, const char *name)
{
	cJSON *c = json_parse_literal("{\"name\":\"%s\",\"resources\":{},\"terminationMessagePolicy\":\"File\"}", name);

	json_append(json_ensure_array(spec, list), c);
	return c;
}

/* Gives a container, new or copied, what the command line says of it. */
static void fill_container(const struct debug *d, cJSON *c)
{
	static const char *const switches[] = {"stdin", "tty"};
	const struct args *a = d->inv->args;
	bool only_arguments = args_bool(a, "arguments-only");
	cJSON *words;

	if (d->command.len) {
		words = json_new_array();
		for (size_t i = 0; i < d->command.len; i++)
			json_append_string(words, vec_string(&d->command, i));
		json_set(c, only_arguments ? "args" : "command", words);
		if (!only_arguments)
			json_remove(c, "args");
	}
	if (d->env)
		json_set(c, "env", json_copy(d->env));
	if (*d->image)
		json_set_string(c, "image", d->image);
	if (*args_string(a, "image-pull-policy"))
		json_set_string(c, "imagePullPolicy", args_string(a, "image-pull-policy"));
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++)
		json_set(c, switches[i], args_bool(a, switches[i]) ? json_new_bool(true) : NULL);
}

/* ---- Pods -------------------------------------------------------------------------------------- */

static bool is(const cJSON *node, int type)
{
	return !node || json_is_null(node) || (node->type & 0xff) == type;
}

int debug_check_manifest(const char *source, const cJSON *pod, struct error *err)
{
	static const char *const lists[] = {"containers", "initContainers", "ephemeralContainers"};
	const cJSON *spec = json_get(pod, "spec"), *container;
	const char *wrong = is(spec, cJSON_Object) ? NULL : "Pod.spec";

	for (size_t i = 0; !wrong && i < ARRAY_SIZE(lists); i++) {
		const cJSON *list = json_get(spec, lists[i]);

		wrong = is(list, cJSON_Array) ? NULL : lists[i];
		cJSON_ArrayForEach(container, list) {
			const cJSON *security = json_get(container, "securityContext"), *rights = json_get(security, "capabilities");

			if (!json_is_object(container) || !is(security, cJSON_Object) || !is(rights, cJSON_Object) ||
			    !is(json_get(rights, "add"), cJSON_Array))
				wrong = lists[i];
		}
	}
	return wrong ? error_set(err, ERROR_OTHER, "unable to decode \"%s\": json: cannot unmarshal %s", source, wrong) : 0;
}

int debug_make_ephemeral(struct debug *d, const cJSON *pod, cJSON **ret, char **ret_name, struct error *err)
{
	_cleanup_json_ cJSON *made = json_copy(pod);
	_cleanup_free_ char *name = container_name(d, pod);
	const char *target = args_string(d->inv->args, "target");
	cJSON *c = add_container(json_ensure_object(made, "spec"), "ephemeralContainers", name);

	fill_container(d, c);
	if (*target)
		json_set_string(c, "targetContainerName", target);
	profile_apply(d, made, DEBUG_EPHEMERAL, name);
	if (custom_apply(d, &made, "ephemeralContainers", name, err))
		return -1;
	*ret = TAKE_PTR(made);
	*ret_name = TAKE_PTR(name);
	return 0;
}

int debug_make_node(struct debug *d, const cJSON *node, cJSON **ret, char **ret_name, struct error *err)
{
	const char *node_name = json_path_string(node, "metadata", "name", NULL);
	const char *container = *d->container ? d->container : "debugger";
	_cleanup_json_ cJSON *made = NULL;
	_cleanup_buf_ struct buf name = BUF_INIT;

	buf_printf(&name, "node-debugger-%s", node_name);
	add_random_suffix(&name);
	if (!d->quiet)
		fprintf(d->inv->out, "Creating debugging pod %s with container %s on node %s.\n", name.data, container, node_name);
	made = json_parse_literal("{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\",\"labels\":"
				  "{\"app.kubernetes.io/managed-by\":\"kubectl-debug\"}},\"spec\":{\"nodeName\":\"%s\","
				  "\"restartPolicy\":\"Never\",\"tolerations\":[{\"operator\":\"Exists\"}]},\"status\":{}}",
				  name.data, node_name);
	fill_container(d, add_container(json_get(made, "spec"), "containers", container));
	profile_apply(d, made, DEBUG_NODE, container);
	if (custom_apply(d, &made, "containers", container, err))
		return -1;
	*ret = TAKE_PTR(made);
	*ret_name = xstrdup(container);
	return 0;
}

/* A Pod of another name that begins as this one did. */
static cJSON *copy_pod(const struct debug *d, const cJSON *pod)
{
	static const char *const kept[] = {"namespace", "annotations", "labels"};
	const struct args *a = d->inv->args;
	cJSON *made = json_parse_literal("{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\"},\"status\":{}}",
					 args_string(a, "copy-to"));
	cJSON *spec = json_copy(json_get(pod, "spec")), *container;

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		json_set(json_get(made, "metadata"), kept[i], json_copy(json_path(pod, "metadata", kept[i], NULL)));
	json_set(made, "spec", spec ? spec : json_new_object());
	spec = json_get(made, "spec");
	json_remove(spec, "ephemeralContainers");
	if (args_changed(a, "share-processes"))
		json_set_bool(spec, "shareProcessNamespace", args_bool(a, "share-processes"));
	if (!args_bool(a, "same-node"))
		json_remove(spec, "nodeName");
	cJSON_ArrayForEach(container, json_get(spec, "containers")) {
		const char *image = json_string(d->images, json_string(container, "name"));

		image = image ? image : json_string(d->images, "*");
		if (!str_empty(image))
			json_set_string(container, "image", image);
	}
	return made;
}

int debug_make_copy(struct debug *d, const cJSON *pod, cJSON **ret, char **ret_name, struct error *err)
{
	_cleanup_json_ cJSON *made = copy_pod(d, pod);
	_cleanup_free_ char *name = NULL;
	cJSON *container = *d->container ? (cJSON *)pod_container(made, d->container, NULL) : NULL;

	if (!container && !*d->image) {
		if (!d->images)
			return error_set(err, ERROR_OTHER, "you must specify image when creating new container");
		*ret = TAKE_PTR(made);
		return 0;
	}
	name = container ? xstrdup(d->container) : container_name(d, made);
	if (!container)
		container = add_container(json_get(made, "spec"), "containers", name);
	fill_container(d, container);
	profile_apply(d, made, DEBUG_COPY, name);
	if (custom_apply(d, &made, "containers", name, err))
		return -1;
	*ret = TAKE_PTR(made);
	*ret_name = TAKE_PTR(name);
	return 0;
}

void debug_warn_user(struct debug *d, const cJSON *pod, const cJSON *made, const char *list, const char *container)
{
	const cJSON *security = json_get(container_in(made, list, container), "securityContext");

	if (json_path_int(pod, 0, "spec", "securityContext", "runAsUser", NULL) && json_int(security, "runAsUser", -1) &&
	    (json_bool(security, "privileged", false) || json_size(json_path(security, "capabilities", "add", NULL))))
		fputs("Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile "
		      "may not work. Please consider using \"--custom\" with a custom profile that specifies "
		      "\"securityContext.runAsUser: 0\".\n", d->inv->err);
}
