#include "view/pod_template.h"

#include "base/quantity.h"
#include "data/selector.h"

/* A text, number or boolean as Go prints it with %v. */
static void put_value(struct buf *out, const cJSON *node, const char *fallback)
{
	if (json_is_string(node))
		buf_puts(out, node->valuestring);
	else if (node && cJSON_IsNumber(node))
		buf_puts(out, json_number_text(node));
	else if (node && cJSON_IsBool(node))
		buf_puts(out, cJSON_IsTrue(node) ? "true" : "false");
	else
		buf_puts(out, fallback);
}

static const char *yes_no(bool b)
{
	return b ? "true" : "false";
}

/* Keys of an object in byte order; borrowed strings. */
static void sorted_keys(const cJSON *object, struct vec *ret)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, object) vec_add(ret, member->string);
	vec_sort(ret, vec_compare_strings);
}

static void put_map(struct buf *out, const char *title, const cJSON *map)
{
	_cleanup_vec_ struct vec keys = VEC_INIT;

	sorted_keys(map, &keys);
	buf_printf(out, "%s:\t", title);
	if (!keys.len)
		buf_puts(out, "<none>\n");
	for (size_t i = 0; i < keys.len; i++) {
		buf_printf(out, "%s%s=", i ? "\t" : "", vec_string(&keys, i));
		put_value(out, json_get(map, vec_string(&keys, i)), "");
		buf_putc(out, '\n');
	}
}

#define ANNOTATION_WIDTH 140

/* One line of an annotation, cut as kubectl cuts it. */
static void put_annotation_line(struct buf *out, const char *line, size_t n)
{
	buf_puts(out, "\t  ");
	buf_add(out, line, MIN(n, ANNOTATION_WIDTH - 2));
	buf_puts(out, n > ANNOTATION_WIDTH - 2 ? "...\n" : "\n");
}

static void put_annotation(struct buf *out, const char *key, const char *value)
{
	size_t n = strlen(value);

	if (n && value[n - 1] == '\n')
		n--;
	if (n + strlen(key) + 2 <= ANNOTATION_WIDTH && !memchr(value, '\n', n)) {
		buf_printf(out, "%s: %.*s\n", key, (int)n, value);
		return;
	}
	buf_printf(out, "%s:\n", key);
	for (const char *end = value + n; value <= end;) {
		const char *newline = memchr(value, '\n', (size_t)(end - value));
		const char *stop = newline ? newline : end;

		put_annotation_line(out, value, (size_t)(stop - value));
		value = stop + 1;
	}
}

static void put_annotations(struct buf *out, const cJSON *annotations)
{
	_cleanup_vec_ struct vec keys = VEC_INIT;
	size_t shown = 0;

	if (!json_size(annotations))
		return;
	sorted_keys(annotations, &keys);
	buf_puts(out, "  Annotations:\t");
	for (size_t i = 0; i < keys.len; i++) {
		const char *key = vec_string(&keys, i);

		if (!strcmp(key, "kubectl.kubernetes.io/last-applied-configuration"))
			continue;
		if (shown++)
			buf_putc(out, '\t');
		put_annotation(out, key, json_string(annotations, key) ?: "");
	}
	if (!shown)
		buf_puts(out, "<none>\n");
}

/* ---- containers ----------------------------------------------------------- */

static void put_ports(struct buf *out, const cJSON *container, const char *label, const char *field)
{
	_cleanup_buf_ struct buf ports = BUF_INIT;
	const cJSON *port;
	size_t n = 0;

	cJSON_ArrayForEach(port, json_get(container, "ports")) {
		const char *name = json_string(port, "name"), *protocol = json_string(port, "protocol");

		buf_printf(&ports, "%s%" PRId64 "/%s", n++ ? ", " : "", json_int(port, field, 0), protocol ? protocol : "");
		if (!str_empty(name))
			buf_printf(&ports, " (%s)", name);
	}
	buf_printf(out, "    %s%s:\t%s\n", label, n > 1 ? "s" : "", n ? ports.data : "<none>");
}

static void put_lines(struct buf *out, const char *title, const cJSON *list)
{
	const cJSON *item;

	if (json_size(list))
		buf_printf(out, "    %s:\n", title);
	cJSON_ArrayForEach(item, list) {
		_cleanup_vec_ struct vec lines = VEC_OF_STRINGS;

		vec_add_split(&lines, item->valuestring ?: "", '\n');
		if (!lines.len)
			buf_puts(out, "      \n");
		for (size_t i = 0; i < lines.len; i++)
			buf_printf(out, "      %s\n", vec_string(&lines, i));
	}
}

static void put_resources(struct buf *out, const char *title, const cJSON *quantities)
{
	_cleanup_vec_ struct vec keys = VEC_INIT;

	if (!json_size(quantities))
		return;
	sorted_keys(quantities, &keys);
	buf_printf(out, "    %s:\n", title);
	for (size_t i = 0; i < keys.len; i++) {
		buf_printf(out, "      %s:\t", vec_string(&keys, i));
		put_value(out, json_get(quantities, vec_string(&keys, i)), "");
		buf_putc(out, '\n');
	}
}

static void put_http_probe(struct buf *out, const cJSON *get)
{
	const char *scheme = json_string(get, "scheme") ?: "", *host = json_string(get, "host") ?: "";
	const char *path = json_string(get, "path") ?: "";
	bool bracket = strchr(host, ':');

	buf_puts(out, "http-get ");
	for (const char *p = scheme; *p; p++)
		buf_putc(out, *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p);
	buf_printf(out, "://%s%s%s:", bracket ? "[" : "", host, bracket ? "]" : "");
	put_value(out, json_get(get, "port"), "0");
	buf_printf(out, "%s%s", *path && *path != '/' ? "/" : "", path);
}

static void put_exec_probe(struct buf *out, const cJSON *exec)
{
	const cJSON *word;
	size_t n = 0;

	buf_puts(out, "exec [");
	cJSON_ArrayForEach(word, json_get(exec, "command")) {
		buf_puts(out, n++ ? " " : "");
		put_value(out, word, "");
	}
	buf_putc(out, ']');
}

static void put_probe(struct buf *out, const char *title, const cJSON *probe)
{
	const cJSON *tcp = json_get(probe, "tcpSocket"), *grpc = json_get(probe, "grpc");

	if (!probe)
		return;
	buf_printf(out, "    %s:\t", title);
	if (json_get(probe, "exec")) {
		put_exec_probe(out, json_get(probe, "exec"));
	} else if (json_get(probe, "httpGet")) {
		put_http_probe(out, json_get(probe, "httpGet"));
	} else if (tcp) {
		buf_printf(out, "tcp-socket %s:", json_string(tcp, "host") ?: "");
		put_value(out, json_get(tcp, "port"), "0");
	} else if (grpc) {
		buf_printf(out, "grpc <pod>:%" PRId64 " %s", json_int(grpc, "port", 0), json_string(grpc, "service") ?: "");
	} else {
		buf_puts(out, "unknown");
	}
	buf_printf(out,
		   " delay=%" PRId64 "s timeout=%" PRId64 "s period=%" PRId64 "s #success=%" PRId64
		   " #failure=%" PRId64 "\n",
		   json_int(probe, "initialDelaySeconds", 0), json_int(probe, "timeoutSeconds", 0),
		   json_int(probe, "periodSeconds", 0), json_int(probe, "successThreshold", 0),
		   json_int(probe, "failureThreshold", 0));
}

static void put_env_from(struct buf *out, const cJSON *container)
{
	const cJSON *from;

	if (!json_size(json_get(container, "envFrom")))
		return;
	buf_puts(out, "    Environment Variables from:\n");
	cJSON_ArrayForEach(from, json_get(container, "envFrom")) {
		const cJSON *map = json_get(from, "configMapRef"), *ref = map ? map : json_get(from, "secretRef");
		const char *prefix = json_string(from, "prefix");

		buf_printf(out, "      %s\t%s", json_string(ref, "name") ?: "", map ? "ConfigMap" : ref ? "Secret" : "");
		if (!str_empty(prefix))
			buf_printf(out, " with prefix '%s'", prefix);
		buf_printf(out, "\tOptional: %s\n", yes_no(json_bool(ref, "optional", false)));
	}
}

/* Nanounits of a quantity, rounded up to thousandths (milli) or to whole units, as a float like kubectl's. */
static double quantity_units(const cJSON *node, bool milli, double fallback)
{
	const __int128 unit = milli ? 1000 * 1000 : 1000 * 1000 * 1000;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	const char *text = json_is_string(node) ? node->valuestring : node && cJSON_IsNumber(node) ? json_number_text(node) : NULL;
	struct quantity q;

	if (!text || quantity_parse(text, &q, &ignored) || !q.nano)
		return fallback;
	return (double)(q.nano / unit + (q.nano % unit > 0));
}

/* A resource of the container itself, in units of the divisor (1 when there is none), rounded up. */
static void put_resource_field(struct buf *out, const cJSON *container, const cJSON *ref)
{
	const char *resource = json_string(ref, "resource") ?: "", *dot = strchr(resource, '.');
	const char *of = dot ? dot + 1 : "";
	bool cpu = !strcmp(of, "cpu"), limit = str_starts(resource, "limits.");
	_cleanup_free_ char *kind = xstrndup(resource, (size_t)(dot ? dot - resource : 0));
	const cJSON *value = json_get(json_path(container, "resources", kind, NULL), of);
	double quotient = quantity_units(value, cpu, 0) / quantity_units(json_get(ref, "divisor"), cpu, cpu ? 1000 : 1);
	int64_t whole = quotient < 9e18 ? (int64_t)quotient : INT64_MAX;

	if (whole < quotient)
		whole++;
	if (!whole && limit && (cpu || !strcmp(of, "memory")))
		buf_puts(out, "node allocatable");
	else if (cpu || !strcmp(of, "memory") || !strcmp(of, "ephemeral-storage") || str_starts(of, "hugepages-"))
		buf_printf(out, "%" PRId64, whole);
	buf_printf(out, " (%s)\n", resource);
}

static void put_env_source(struct buf *out, const cJSON *container, const cJSON *from)
{
	const cJSON *field = json_get(from, "fieldRef"), *resource = json_get(from, "resourceFieldRef");
	const cJSON *secret = json_get(from, "secretKeyRef"), *map = json_get(from, "configMapKeyRef");

	if (field)
		buf_printf(out, " (%s:%s)\n", json_string(field, "apiVersion") ?: "", json_string(field, "fieldPath") ?: "");
	else if (resource)
		put_resource_field(out, container, resource);
	else if (secret)
		buf_printf(out, "<set to the key '%s' in secret '%s'>\tOptional: %s\n", json_string(secret, "key") ?: "",
			   json_string(secret, "name") ?: "", yes_no(json_bool(secret, "optional", false)));
	else if (map)
		buf_printf(out, "<set to the key '%s' of config map '%s'>\tOptional: %s\n", json_string(map, "key") ?: "",
			   json_string(map, "name") ?: "", yes_no(json_bool(map, "optional", false)));
}

static void put_env(struct buf *out, const cJSON *container)
{
	const cJSON *env = json_get(container, "env"), *e;

	buf_printf(out, "    Environment:%s\n", json_size(env) ? "" : "\t<none>");
	cJSON_ArrayForEach(e, env) {
		const cJSON *from = json_get(e, "valueFrom");
		const char *value = json_string(e, "value") ?: "";

		if (from && !from->child)
			continue;
		buf_printf(out, "      %s:\t", json_string(e, "name") ?: "");
		if (from) {
			put_env_source(out, container, from);
			continue;
		}
		for (; *value; value++)
			buf_puts(out, *value == '\n' ? "\n      \t" : (char[]){*value, 0});
		buf_putc(out, '\n');
	}
}

static int by_mount_path(const void *a, const void *b)
{
	return strcmp(json_string(*(const cJSON *const *)a, "mountPath") ?: "",
		      json_string(*(const cJSON *const *)b, "mountPath") ?: "");
}

static int by_device_path(const void *a, const void *b)
{
	return strcmp(json_string(*(const cJSON *const *)a, "devicePath") ?: "",
		      json_string(*(const cJSON *const *)b, "devicePath") ?: "");
}

static void sorted_items(const cJSON *list, int (*compare)(const void *, const void *), struct vec *ret)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list) vec_add(ret, (void *)item);
	vec_sort(ret, compare);
}

static void put_mounts(struct buf *out, const cJSON *container)
{
	_cleanup_vec_ struct vec mounts = VEC_INIT, devices = VEC_INIT;

	sorted_items(json_get(container, "volumeMounts"), by_mount_path, &mounts);
	sorted_items(json_get(container, "volumeDevices"), by_device_path, &devices);
	buf_printf(out, "    Mounts:%s\n", mounts.len ? "" : "\t<none>");
	for (size_t i = 0; i < mounts.len; i++) {
		const cJSON *m = mounts.items[i];
		const char *sub = json_string(m, "subPath");

		buf_printf(out, "      %s from %s (%s", json_string(m, "mountPath") ?: "", json_string(m, "name") ?: "",
			   json_bool(m, "readOnly", false) ? "ro" : "rw");
		if (!str_empty(sub))
			buf_printf(out, ",path=\"%s\"", sub);
		buf_puts(out, ")\n");
	}
	if (devices.len)
		buf_printf(out, "    Devices:%s\n", mounts.len ? "" : "\t<none>");
	for (size_t i = 0; i < devices.len; i++)
		buf_printf(out, "      %s from %s\n", json_string(devices.items[i], "devicePath") ?: "",
			   json_string(devices.items[i], "name") ?: "");
}

static void put_container(struct buf *out, const cJSON *c)
{
	const cJSON *seccomp = json_path(c, "securityContext", "seccompProfile", NULL);

	buf_printf(out, "   %s:\n    Image:\t%s\n", json_string(c, "name") ?: "", json_string(c, "image") ?: "");
	put_ports(out, c, "Port", "containerPort");
	put_ports(out, c, "Host Port", "hostPort");
	if (seccomp) {
		buf_printf(out, "    SeccompProfile:\t%s\n", json_string(seccomp, "type") ?: "");
		if (str_equal(json_string(seccomp, "type"), "Localhost"))
			buf_printf(out, "      LocalhostProfile:\t%s\n", json_string(seccomp, "localhostProfile") ?: "");
	}
	put_lines(out, "Command", json_get(c, "command"));
	put_lines(out, "Args", json_get(c, "args"));
	put_resources(out, "Limits", json_path(c, "resources", "limits", NULL));
	put_resources(out, "Requests", json_path(c, "resources", "requests", NULL));
	put_probe(out, "Liveness", json_get(c, "livenessProbe"));
	put_probe(out, "Readiness", json_get(c, "readinessProbe"));
	put_probe(out, "Startup", json_get(c, "startupProbe"));
	put_env_from(out, c);
	put_env(out, c);
	put_mounts(out, c);
}

static void put_containers(struct buf *out, const char *title, const cJSON *containers)
{
	const cJSON *c;

	buf_printf(out, "  %s:%s\n", title, json_size(containers) ? "" : " <none>");
	cJSON_ArrayForEach(c, containers) put_container(out, c);
}

/* ---- volumes --------------------------------------------------------------- */

/*
 * Facts: the member of a volume, what kubectl calls it, and which fields it shows. What stands for a
 * missing field tells how Go prints its like: [] a list in brackets ("" one with commas), nil a reference, map[] a map.
 */
struct volume_field {
	const char *label, *field, *fallback;
};
static const struct volume_kind {
	const char *member, *type;
	struct volume_field fields[11];
} volume_kinds[] = {
	{"hostPath", "HostPath (bare host directory volume)", {{"Path:", "path", ""}, {"HostPathType:", "type", "<none>"}}},
	{"emptyDir",
	 "EmptyDir (a temporary directory that shares a pod's lifetime)",
	 {{"Medium:", "medium", ""}, {"SizeLimit:", "sizeLimit", "<unset>"}}},
	{"gcePersistentDisk",
	 "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
	 {{"PDName:", "pdName", ""}, {"FSType:", "fsType", ""}, {"Partition:", "partition", "0"}, {"ReadOnly:", "readOnly", "false"}}},
	{"awsElasticBlockStore",
	 "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
	 {{"VolumeID:", "volumeID", ""}, {"FSType:", "fsType", ""}, {"Partition:", "partition", "0"}, {"ReadOnly:", "readOnly", "false"}}},
	{"gitRepo",
	 "GitRepo (a volume that is pulled from git when the pod is created)",
	 {{"Repository:", "repository", ""}, {"Revision:", "revision", ""}}},
	{"secret",
	 "Secret (a volume populated by a Secret)",
	 {{"SecretName:", "secretName", ""}, {"Optional:", "optional", "false"}}},
	{"configMap",
	 "ConfigMap (a volume populated by a ConfigMap)",
	 {{"Name:", "name", ""}, {"Optional:", "optional", "false"}}},
	{"nfs",
	 "NFS (an NFS mount that lasts the lifetime of a pod)",
	 {{"Server:", "server", ""}, {"Path:", "path", ""}, {"ReadOnly:", "readOnly", "false"}}},
	{"glusterfs",
	 "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
	 {{"EndpointsName:", "endpoints", ""}, {"Path:", "path", ""}, {"ReadOnly:", "readOnly", "false"}}},
	{"persistentVolumeClaim",
	 "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
	 {{"ClaimName:", "claimName", ""}, {"ReadOnly:", "readOnly", "false"}}},
	{"ephemeral",
	 "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
	 {{NULL, NULL, NULL}}},
	{"azureDisk",
	 "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
	 {{"DiskName:", "diskName", ""}, {"DiskURI:", "diskURI", ""}, {"Kind: ", "kind", ""}, {"FSType:", "fsType", ""},
	  {"CachingMode:", "cachingMode", ""}, {"ReadOnly:", "readOnly", "false"}}},
	{"azureFile",
	 "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
	 {{"SecretName:", "secretName", ""}, {"ShareName:", "shareName", ""}, {"ReadOnly:", "readOnly", "false"}}},
	{"iscsi",
	 "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
	 {{"TargetPortal:", "targetPortal", ""}, {"IQN:", "iqn", ""}, {"Lun:", "lun", "0"}, {"ISCSIInterface", "iscsiInterface", ""},
	  {"FSType:", "fsType", ""}, {"ReadOnly:", "readOnly", "false"}, {"Portals:", "portals", "[]"},
	  {"DiscoveryCHAPAuth:", "chapAuthDiscovery", "false"}, {"SessionCHAPAuth:", "chapAuthSession", "false"},
	  {"SecretRef:", "secretRef", "nil"}, {"InitiatorName:", "initiatorName", "<none>"}}},
	{"rbd",
	 "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
	 {{"CephMonitors:", "monitors", "[]"}, {"RBDImage:", "image", ""}, {"FSType:", "fsType", ""},
	  {"RBDPool:", "pool", ""}, {"RadosUser:", "user", ""}, {"Keyring:", "keyring", ""},
	  {"SecretRef:", "secretRef", "nil"}, {"ReadOnly:", "readOnly", "false"}}},
	{"quobyte",
	 "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
	 {{"Registry:", "registry", ""}, {"Volume:", "volume", ""}, {"ReadOnly:", "readOnly", "false"}}},
	{"vsphereVolume",
	 "vSphereVolume (a Persistent Disk resource in vSphere)",
	 {{"VolumePath:", "volumePath", ""}, {"FSType:", "fsType", ""}, {"StoragePolicyName:", "storagePolicyName", ""}}},
	{"cinder",
	 "Cinder (a Persistent Disk resource in OpenStack)",
	 {{"VolumeID:", "volumeID", ""}, {"FSType:", "fsType", ""}, {"ReadOnly:", "readOnly", "false"},
	  {"SecretRef:", "secretRef", "nil"}}},
	{"photonPersistentDisk",
	 "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
	 {{"PdID:", "pdID", ""}, {"FSType:", "fsType", ""}}},
	{"portworxVolume", "PortworxVolume (a Portworx Volume resource)", {{"VolumeID:", "volumeID", ""}}},
	{"scaleIO",
	 "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
	 {{"Gateway:", "gateway", ""}, {"System:", "system", ""}, {"Protection Domain:", "protectionDomain", ""},
	  {"Storage Pool:", "storagePool", ""}, {"Storage Mode:", "storageMode", ""}, {"VolumeName:", "volumeName", ""},
	  {"FSType:", "fsType", ""}, {"ReadOnly:", "readOnly", "false"}}},
	{"cephfs",
	 "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
	 {{"Monitors:", "monitors", "[]"}, {"Path:", "path", ""}, {"User:", "user", ""}, {"SecretFile:", "secretFile", ""},
	  {"SecretRef:", "secretRef", "nil"}, {"ReadOnly:", "readOnly", "false"}}},
	{"storageos",
	 "StorageOS (a StorageOS Persistent Disk resource)",
	 {{"VolumeName:", "volumeName", ""}, {"VolumeNamespace:", "volumeNamespace", ""}, {"FSType:", "fsType", ""},
	  {"ReadOnly:", "readOnly", "false"}}},
	{"fc",
	 "FC (a Fibre Channel disk)",
	 {{"TargetWWNs:", "targetWWNs", ""}, {"LUN:", "lun", "<none>"}, {"FSType:", "fsType", ""},
	  {"ReadOnly:", "readOnly", "false"}}},
	{"flexVolume",
	 "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
	 {{"Driver:", "driver", ""}, {"FSType:", "fsType", ""}, {"SecretRef:", "secretRef", "nil"},
	  {"ReadOnly:", "readOnly", "false"}, {"Options:", "options", "map[]"}}},
	{"flocker",
	 "Flocker (a Flocker volume mounted by the Flocker agent)",
	 {{"DatasetName:", "datasetName", ""}, {"DatasetUUID:", "datasetUUID", ""}}},
	{"image",
	 "Image (a container image or OCI artifact)",
	 {{"Reference:", "reference", ""}, {"PullPolicy:", "pullPolicy", ""}}},
	{"csi",
	 "CSI (a Container Storage Interface (CSI) volume source)",
	 {{"Driver:", "driver", ""}, {"FSType:", "fsType", ""}, {"ReadOnly:", "readOnly", "false"}}},
};

static void put_list(struct buf *out, const cJSON *list, const char *between)
{
	const cJSON *item;
	size_t n = 0;

	cJSON_ArrayForEach(item, list) {
		buf_puts(out, n++ ? between : "");
		put_value(out, item, "");
	}
}

static void put_go_map(struct buf *out, const cJSON *map)
{
	_cleanup_vec_ struct vec keys = VEC_INIT;

	sorted_keys(map, &keys);
	buf_puts(out, "map[");
	for (size_t i = 0; i < keys.len; i++) {
		buf_printf(out, "%s%s:", i ? " " : "", vec_string(&keys, i));
		put_value(out, json_get(map, vec_string(&keys, i)), "");
	}
	buf_putc(out, ']');
}

static void put_volume_field(struct buf *out, const struct volume_field *f, const cJSON *source)
{
	const cJSON *value = json_get(source, f->field);
	bool bracket = cJSON_IsArray(value) && *f->fallback;

	buf_printf(out, "    %s\t%s", f->label, bracket ? "[" : "");
	if (cJSON_IsArray(value))
		put_list(out, value, bracket ? " " : ", ");
	else if (json_is_object(value) && !strcmp(f->fallback, "nil"))
		buf_printf(out, "&LocalObjectReference{Name:%s,}", json_string(value, "name") ?: "");
	else if (json_is_object(value))
		put_go_map(out, value);
	else
		put_value(out, value, f->fallback);
	buf_puts(out, bracket ? "]\n" : "\n");
}

/* Members of a map below a volume, one a line (further ones after again); none stands for an empty map. */
static void put_nested_map(struct buf *out, const char *title, const char *between, const char *again, const char *none,
			   const cJSON *map)
{
	_cleanup_vec_ struct vec keys = VEC_INIT;

	sorted_keys(map, &keys);
	buf_printf(out, "    %s:\t", title);
	if (!keys.len)
		buf_printf(out, "%s\n", none);
	for (size_t i = 0; i < keys.len; i++) {
		buf_printf(out, "%s    %s%s", i ? again : "", vec_string(&keys, i), between);
		put_value(out, json_get(map, vec_string(&keys, i)), "");
		buf_putc(out, '\n');
	}
}

/* What an ephemeral volume claims. It is not bound yet: capacity and access modes are not known. */
static void put_claim(struct buf *out, const cJSON *claim)
{
	const cJSON *annotations = json_path(claim, "metadata", "annotations", NULL), *spec = json_get(claim, "spec");
	const cJSON *source = json_get(spec, "dataSource");
	const char *class = json_string(annotations, "volume.beta.kubernetes.io/storage-class");
	const char *mode = json_string(spec, "volumeMode"), *group = json_string(source, "apiGroup");

	if (!claim)
		return;
	buf_printf(out, "    StorageClass:\t%s\n", class ?: json_string(spec, "storageClassName") ?: "");
	buf_printf(out, "    Volume:\t%s\n", json_string(spec, "volumeName") ?: "");
	put_nested_map(out, "Labels", "=", "        \t", "    <none>", json_path(claim, "metadata", "labels", NULL));
	put_nested_map(out, "Annotations", ": ", "    \t", "    <none>", annotations);
	buf_puts(out, "    Capacity:\t\n    Access Modes:\t\n");
	if (mode)
		buf_printf(out, "    VolumeMode:\t%s\n", mode);
	if (!source)
		return;
	buf_puts(out, "    DataSource:\n");
	if (group)
		buf_printf(out, "      APIGroup:\t%s\n", group);
	buf_printf(out, "      Kind:\t%s\n      Name:\t%s\n", json_string(source, "kind") ?: "", json_string(source, "name") ?: "");
}

static void put_downward_items(struct buf *out, const cJSON *downward)
{
	const cJSON *item;

	buf_puts(out, "    Type:\tDownwardAPI (a volume populated by information about the pod)\n    Items:\n");
	cJSON_ArrayForEach(item, json_get(downward, "items")) {
		const char *field = json_path_string(item, "fieldRef", "fieldPath", NULL);
		const char *resource = json_path_string(item, "resourceFieldRef", "resource", NULL);
		const char *path = json_string(item, "path") ?: "";

		if (field)
			buf_printf(out, "      %s -> %s\n", field, path);
		if (resource)
			buf_printf(out, "      %s -> %s\n", resource, path);
	}
}

static void put_projected(struct buf *out, const cJSON *projected)
{
	const cJSON *source;

	buf_puts(out, "    Type:\tProjected (a volume that contains injected data from multiple sources)\n");
	cJSON_ArrayForEach(source, json_get(projected, "sources")) {
		const cJSON *secret = json_get(source, "secret"), *map = json_get(source, "configMap");
		const cJSON *token = json_get(source, "serviceAccountToken"), *ref = secret ? secret : map;

		if (secret || (map && !json_get(source, "downwardAPI")))
			buf_printf(out, "    %s:\t%s\n    Optional:\t%s\n", secret ? "SecretName" : "ConfigMapName",
				   json_string(ref, "name") ?: "", yes_no(json_bool(ref, "optional", false)));
		else if (json_get(source, "downwardAPI"))
			buf_puts(out, "    DownwardAPI:\ttrue\n");
		else if (token)
			buf_printf(out, "    TokenExpirationSeconds:\t%" PRId64 "\n", json_int(token, "expirationSeconds", 0));
	}
}

static void put_volume_source(struct buf *out, const cJSON *volume)
{
	if (json_get(volume, "downwardAPI")) {
		put_downward_items(out, json_get(volume, "downwardAPI"));
		return;
	}
	if (json_get(volume, "projected")) {
		put_projected(out, json_get(volume, "projected"));
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(volume_kinds); i++) {
		const struct volume_kind *k = &volume_kinds[i];
		const cJSON *source = json_get(volume, k->member);

		if (!source)
			continue;
		buf_printf(out, "    Type:\t%s\n", k->type);
		for (size_t f = 0; f < ARRAY_SIZE(k->fields) && k->fields[f].label; f++)
			put_volume_field(out, &k->fields[f], source);
		if (!strcmp(k->member, "csi"))
			put_nested_map(out, "VolumeAttributes", "=", "        \t", "<none>", json_get(source, "volumeAttributes"));
		if (!strcmp(k->member, "ephemeral"))
			put_claim(out, json_get(source, "volumeClaimTemplate"));
		return;
	}
	buf_puts(out, "  <unknown>\n");
}

static void put_volumes(struct buf *out, const cJSON *volumes)
{
	const cJSON *volume;

	buf_printf(out, "  Volumes:%s\n", json_size(volumes) ? "" : "\t<none>");
	cJSON_ArrayForEach(volume, volumes) {
		buf_printf(out, "   %s:\n", json_string(volume, "name") ?: "");
		put_volume_source(out, volume);
	}
}

/* ---- scheduling ------------------------------------------------------------- */

static int by_topology_key(const void *a, const void *b)
{
	return strcmp(json_string(*(const cJSON *const *)a, "topologyKey") ?: "",
		      json_string(*(const cJSON *const *)b, "topologyKey") ?: "");
}

static void put_spread(struct buf *out, const cJSON *constraints)
{
	_cleanup_vec_ struct vec sorted = VEC_INIT;

	sorted_items(constraints, by_topology_key, &sorted);
	if (sorted.len)
		buf_puts(out, "  Topology Spread Constraints:\t");
	for (size_t i = 0; i < sorted.len; i++) {
		const cJSON *c = sorted.items[i], *selector = json_get(c, "labelSelector");
		_cleanup_buf_ struct buf text = BUF_INIT;
		_cleanup_error_ struct error ignored = ERROR_INIT;

		buf_printf(out, "%s%s:%s when max skew %" PRId64 " is exceeded", i ? "  \t" : "",
			   json_string(c, "topologyKey") ?: "", json_string(c, "whenUnsatisfiable") ?: "",
			   json_int(c, "maxSkew", 0));
		if (selector && !selector_from_object(selector, &text, &ignored))
			buf_printf(out, " for selector %s", text.len ? text.data : "<none>");
		buf_putc(out, '\n');
	}
}

static int by_key(const void *a, const void *b)
{
	return strcmp(json_string(*(const cJSON *const *)a, "key") ?: "", json_string(*(const cJSON *const *)b, "key") ?: "");
}

static void put_toleration(struct buf *out, const cJSON *t)
{
	const char *key = json_string(t, "key") ?: "", *value = json_string(t, "value") ?: "";
	const char *effect = json_string(t, "effect") ?: "";

	buf_puts(out, key);
	if (*value)
		buf_printf(out, "=%s", value);
	if (*effect)
		buf_printf(out, ":%s", effect);
	if (str_equal(json_string(t, "operator"), "Exists") && !*value)
		buf_printf(out, "%sop=Exists", *key || *effect ? " " : "");
	if (json_get(t, "tolerationSeconds"))
		buf_printf(out, " for %" PRId64 "s", json_int(t, "tolerationSeconds", 0));
	buf_putc(out, '\n');
}

static void put_tolerations(struct buf *out, const cJSON *tolerations)
{
	_cleanup_vec_ struct vec sorted = VEC_INIT;

	sorted_items(tolerations, by_key, &sorted);
	buf_puts(out, "  Tolerations:\t");
	if (!sorted.len)
		buf_puts(out, "<none>\n");
	for (size_t i = 0; i < sorted.len; i++) {
		buf_puts(out, i ? "\t" : "");
		put_toleration(out, sorted.items[i]);
	}
}

void pod_template_describe(struct buf *out, const cJSON *pod_template)
{
	const cJSON *metadata = json_get(pod_template, "metadata"), *spec = json_get(pod_template, "spec");
	const char *account = json_string(spec, "serviceAccountName"), *priority = json_string(spec, "priorityClassName");

	buf_puts(out, "Pod Template:\n");
	put_map(out, "  Labels", json_get(metadata, "labels"));
	put_annotations(out, json_get(metadata, "annotations"));
	if (!str_empty(account))
		buf_printf(out, "  Service Account:\t%s\n", account);
	if (json_size(json_get(spec, "initContainers")))
		put_containers(out, "Init Containers", json_get(spec, "initContainers"));
	put_containers(out, "Containers", json_get(spec, "containers"));
	put_volumes(out, json_get(spec, "volumes"));
	put_spread(out, json_get(spec, "topologySpreadConstraints"));
	if (!str_empty(priority))
		buf_printf(out, "  Priority Class Name:\t%s\n", priority);
	put_map(out, "  Node-Selectors", json_get(spec, "nodeSelector"));
	put_tolerations(out, json_get(spec, "tolerations"));
}
