#include "data/gotext.h"
#include "view/describe/engine.h"

/*
 * Volumes: facts about each sort, as a table. A line is LABEL, a tab and the
 * template (see expand()); "Type:" stands before them. Two references stand alone in
 * theirs: {x?} is <none> only where x is not there, {x&} is a reference to a Secret.
 */
enum holder { IN_POD = 1, IN_PV = 2, IN_BOTH = 3 };

/* References to Secrets print as Go's %v does. */
static const char *const reference_fields[] = {"name", "namespace"};

struct source_line {
	const char *label, *template;
};
#define LINES(...) (const struct source_line[]){__VA_ARGS__, {0}}
static const struct source {
	const char *member;
	enum holder holder;
	const char *type;
	const struct source_line *lines; /* ends with a label of NULL */
} sources[] = {
	{"hostPath",
	 IN_BOTH,
	 "HostPath (bare host directory volume)",
	 LINES({"Path:", "{path}"}, {"HostPathType:", "{type?}"})},
	{"emptyDir",
	 IN_POD,
	 "EmptyDir (a temporary directory that shares a pod's lifetime)",
	 LINES({"Medium:", "{medium}"}, {"SizeLimit:", "{sizeLimit@limit}"})},
	{"gcePersistentDisk",
	 IN_BOTH,
	 "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
	 LINES({"PDName:", "{pdName}"},
	       {"FSType:", "{fsType}"},
	       {"Partition:", "{partition|0}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"awsElasticBlockStore",
	 IN_BOTH,
	 "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
	 LINES({"VolumeID:", "{volumeID}"},
	       {"FSType:", "{fsType}"},
	       {"Partition:", "{partition|0}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"gitRepo",
	 IN_POD,
	 "GitRepo (a volume that is pulled from git when the pod is created)",
	 LINES({"Repository:", "{repository}"}, {"Revision:", "{revision}"})},
	{"secret",
	 IN_POD,
	 "Secret (a volume populated by a Secret)",
	 LINES({"SecretName:", "{secretName}"}, {"Optional:", "{optional|false}"})},
	{"configMap",
	 IN_POD,
	 "ConfigMap (a volume populated by a ConfigMap)",
	 LINES({"Name:", "{name}"}, {"Optional:", "{optional|false}"})},
	{"nfs",
	 IN_BOTH,
	 "NFS (an NFS mount that lasts the lifetime of a pod)",
	 LINES({"Server:", "{server}"}, {"Path:", "{path}"}, {"ReadOnly:", "{readOnly|false}"})},
	{"iscsi",
	 IN_BOTH,
	 "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
	 LINES({"TargetPortal:", "{targetPortal}"},
	       {"IQN:", "{iqn}"},
	       {"Lun:", "{lun|0}"},
	       {"ISCSIInterface", "{iscsiInterface}"},
	       {"FSType:", "{fsType}"},
	       {"ReadOnly:", "{readOnly|false}"},
	       {"Portals:", "{portals@list}"},
	       {"DiscoveryCHAPAuth:", "{chapAuthDiscovery|false}"},
	       {"SessionCHAPAuth:", "{chapAuthSession|false}"},
	       {"SecretRef:", "{secretRef&}"},
	       {"InitiatorName:", "{initiatorName?}"})},
	{"glusterfs",
	 IN_POD,
	 "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
	 LINES({"EndpointsName:", "{endpoints}"}, {"Path:", "{path}"}, {"ReadOnly:", "{readOnly|false}"})},
	{"glusterfs",
	 IN_PV,
	 "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
	 LINES({"EndpointsName:", "{endpoints}"},
	       {"EndpointsNamespace:", "{endpointsNamespace|<unset>}"},
	       {"Path:", "{path}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"persistentVolumeClaim",
	 IN_POD,
	 "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
	 LINES({"ClaimName:", "{claimName}"}, {"ReadOnly:", "{readOnly|false}"})},
	{"ephemeral",
	 IN_POD,
	 "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
	 LINES({0})},
	{"rbd",
	 IN_BOTH,
	 "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
	 LINES({"CephMonitors:", "{monitors@list}"},
	       {"RBDImage:", "{image}"},
	       {"FSType:", "{fsType}"},
	       {"RBDPool:", "{pool}"},
	       {"RadosUser:", "{user}"},
	       {"Keyring:", "{keyring}"},
	       {"SecretRef:", "{secretRef&}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"quobyte",
	 IN_BOTH,
	 "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
	 LINES({"Registry:", "{registry}"}, {"Volume:", "{volume}"}, {"ReadOnly:", "{readOnly|false}"})},
	{"downwardAPI", IN_POD, "DownwardAPI (a volume populated by information about the pod)", LINES({0})},
	{"azureDisk",
	 IN_BOTH,
	 "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
	 LINES({"DiskName:", "{diskName}"},
	       {"DiskURI:", "{diskURI}"},
	       {"Kind: ", "{kind}"},
	       {"FSType:", "{fsType}"},
	       {"CachingMode:", "{cachingMode}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"vsphereVolume",
	 IN_BOTH,
	 "vSphereVolume (a Persistent Disk resource in vSphere)",
	 LINES({"VolumePath:", "{volumePath}"}, {"FSType:", "{fsType}"}, {"StoragePolicyName:", "{storagePolicyName}"})},
	{"cinder",
	 IN_BOTH,
	 "Cinder (a Persistent Disk resource in OpenStack)",
	 LINES({"VolumeID:", "{volumeID}"},
	       {"FSType:", "{fsType}"},
	       {"ReadOnly:", "{readOnly|false}"},
	       {"SecretRef:", "{secretRef&}"})},
	{"photonPersistentDisk",
	 IN_BOTH,
	 "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
	 LINES({"PdID:", "{pdID}"}, {"FSType:", "{fsType}"})},
	{"portworxVolume", IN_BOTH, "PortworxVolume (a Portworx Volume resource)", LINES({"VolumeID:", "{volumeID}"})},
	{"scaleIO",
	 IN_POD,
	 "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
	 LINES({"Gateway:", "{gateway}"},
	       {"System:", "{system}"},
	       {"Protection Domain:", "{protectionDomain}"},
	       {"Storage Pool:", "{storagePool}"},
	       {"Storage Mode:", "{storageMode}"},
	       {"VolumeName:", "{volumeName}"},
	       {"FSType:", "{fsType}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"scaleIO",
	 IN_PV,
	 "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
	 LINES({"Gateway:", "{gateway}"},
	       {"System:", "{system}"},
	       {"Protection Domain:", "{protectionDomain}"},
	       {"Storage Pool:", "{storagePool}"},
	       {"Storage Mode:", "{storageMode}"},
	       {"VolumeName:", "{volumeName}"},
	       {"SecretName:", "{secretRef.name}"},
	       {"SecretNamespace:", "{secretRef.namespace}"},
	       {"FSType:", "{fsType}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"local", IN_PV, "LocalVolume (a persistent volume backed by local storage on a node)", LINES({"Path:", "{path}"})},
	{"cephfs",
	 IN_BOTH,
	 "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
	 LINES({"Monitors:", "{monitors@list}"},
	       {"Path:", "{path}"},
	       {"User:", "{user}"},
	       {"SecretFile:", "{secretFile}"},
	       {"SecretRef:", "{secretRef&}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"storageos",
	 IN_BOTH,
	 "StorageOS (a StorageOS Persistent Disk resource)",
	 LINES({"VolumeName:", "{volumeName}"},
	       {"VolumeNamespace:", "{volumeNamespace}"},
	       {"FSType:", "{fsType}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"fc",
	 IN_BOTH,
	 "FC (a Fibre Channel disk)",
	 LINES({"TargetWWNs:", "{targetWWNs@comma_space}"},
	       {"LUN:", "{lun|<none>}"},
	       {"FSType:", "{fsType}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"azureFile",
	 IN_POD,
	 "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
	 LINES({"SecretName:", "{secretName}"}, {"ShareName:", "{shareName}"}, {"ReadOnly:", "{readOnly|false}"})},
	{"azureFile",
	 IN_PV,
	 "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
	 LINES({"SecretName:", "{secretName}"},
	       {"SecretNamespace:", "{secretNamespace}"},
	       {"ShareName:", "{shareName}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"flexVolume",
	 IN_BOTH,
	 "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
	 LINES({"Driver:", "{driver}"},
	       {"FSType:", "{fsType}"},
	       {"SecretRef:", "{secretRef&}"},
	       {"ReadOnly:", "{readOnly|false}"},
	       {"Options:", "{options|map[]}"})},
	{"flocker",
	 IN_BOTH,
	 "Flocker (a Flocker volume mounted by the Flocker agent)",
	 LINES({"DatasetName:", "{datasetName}"}, {"DatasetUUID:", "{datasetUUID}"})},
	{"projected", IN_POD, "Projected (a volume that contains injected data from multiple sources)", LINES({0})},
	{"csi",
	 IN_POD,
	 "CSI (a Container Storage Interface (CSI) volume source)",
	 LINES({"Driver:", "{driver}"}, {"FSType:", "{fsType}"}, {"ReadOnly:", "{readOnly|false}"})},
	{"csi",
	 IN_PV,
	 "CSI (a Container Storage Interface (CSI) volume source)",
	 LINES({"Driver:", "{driver}"},
	       {"FSType:", "{fsType}"},
	       {"VolumeHandle:", "{volumeHandle}"},
	       {"ReadOnly:", "{readOnly|false}"})},
	{"image",
	 IN_POD,
	 "Image (a container image or OCI artifact)",
	 LINES({"Reference:", "{reference}"}, {"PullPolicy:", "{pullPolicy}"})},
};

/* ---- sorts with lines of their own -------------------------------------------------------------- */

static void downward_show(struct describe *d, const cJSON *downward)
{
	const cJSON *item;

	put(d, 2, "Items:\n");
	cJSON_ArrayForEach(item, node_at(downward, "items"))
	{
		if (node_at(item, "fieldRef"))
			put(d, 3, "%s -> %s\n", text_at(item, "fieldRef.fieldPath"), text_at(item, "path"));
		if (node_at(item, "resourceFieldRef"))
			put(d, 3, "%s -> %s\n", text_at(item, "resourceFieldRef.resource"), text_at(item, "path"));
	}
}

static void projected_show(struct describe *d, const cJSON *projected)
{
	const cJSON *s;

	cJSON_ArrayForEach(s, node_at(projected, "sources"))
	{
		const cJSON *secret = node_at(s, "secret"), *map = node_at(s, "configMap");
		const cJSON *ref = secret ?: map;

		if (!secret && node_at(s, "downwardAPI")) {
			put(d, 2, "DownwardAPI:\ttrue\n");
		} else if (ref) {
			put(d, 2, "%s:\t%s\n", secret ? "SecretName" : "ConfigMapName", text_at(ref, "name"));
			put(d, 2, "Optional:\t%s\n", bool_at(ref, "optional") ? "true" : "false");
		} else if (node_at(s, "serviceAccountToken")) {
			put(d, 2, "TokenExpirationSeconds:\t%" PRId64 "\n",
			    int_at(s, "serviceAccountToken.expirationSeconds"));
		}
	}
}

static void attributes_show(struct describe *d, const cJSON *csi)
{
	const cJSON *attributes = node_at(csi, "volumeAttributes");
	_cleanup_vec_ struct vec keys = VEC_INIT;

	sorted_keys(attributes, &keys);
	put(d, 2, "VolumeAttributes:\t");
	if (!keys.len)
		multiline_end(d);
	for (size_t i = 0; i < keys.len; i++) {
		_cleanup_free_ char *line =
			xasprintf("%s=%s", vec_string(&keys, i), json_string(attributes, vec_string(&keys, i)) ?: "");

		if (i) {
			put(d, 2, "%s", "");
			put(d, 2, "\t");
		}
		put(d, 2, "%.140s%s\n", line, strlen(line) > 140 ? "..." : "");
	}
}

static void ephemeral_show(struct describe *d, const cJSON *ephemeral)
{
	const cJSON *template = node_at(ephemeral, "volumeClaimTemplate");

	if (!template)
		return;
	d->indent += 2;
	claim_show(d, template, false);
	d->indent -= 2;
}

static const struct {
	const char *member;
	void (*show)(struct describe *d, const cJSON *source);
} more_lines[] = {
	{"downwardAPI", downward_show},
	{"projected", projected_show},
	{"csi", attributes_show},
	{"ephemeral", ephemeral_show},
};

/* ---- any sort ------------------------------------------------------------------------------------- */

/* &LocalObjectReference{Name:x,}: which of the two types it is, a holder decides. */
static void reference_put(struct buf *out, const cJSON *reference, bool persistent)
{
	if (!reference) {
		buf_puts(out, "nil");
		return;
	}
	buf_printf(out, "&%s{", persistent ? "SecretReference" : "LocalObjectReference");
	for (size_t i = 0; i < (persistent ? 2 : 1); i++)
		buf_printf(out, "%c%s:%s,", reference_fields[i][0] & ~0x20, reference_fields[i] + 1,
			   text_at(reference, reference_fields[i]));
	buf_putc(out, '}');
}

static void line_show(struct describe *d, const struct source_line *line, const cJSON *source, bool persistent)
{
	_cleanup_free_ char *path = xstrndup(line->template + 1, strcspn(line->template + 1, "?&}"));
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *value = node_at(source, path);

	if (strchr(line->template, '&'))
		reference_put(&text, value, persistent);
	else if (strchr(line->template, '?'))
		buf_puts(&text, value ? text_at(value, NULL) : "<none>");
	else
		expand(&text, line->template, source);
	put(d, 2, "%s\t%s\n", line->label, text.data);
}

void volume_source_show(struct describe *d, const cJSON *holder, bool persistent)
{
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		const struct source *s = &sources[i];
		const cJSON *source = node_at(holder, s->member);

		if (!source || !(s->holder & (persistent ? IN_PV : IN_POD)))
			continue;
		put(d, 2, "Type:\t%s\n", s->type);
		for (const struct source_line *line = s->lines; line->label; line++)
			line_show(d, line, source, persistent);
		for (size_t m = 0; m < ARRAY_SIZE(more_lines); m++) {
			if (!strcmp(more_lines[m].member, s->member))
				more_lines[m].show(d, source);
		}
		return;
	}
	put(d, 1, "<unknown>\n");
}

void volumes_show(struct describe *d, const char *space, const cJSON *volumes)
{
	const cJSON *volume;

	put(d, 0, "%sVolumes:%s\n", space, json_size(volumes) ? "" : "\t<none>");
	cJSON_ArrayForEach(volume, volumes)
	{
		put(d, 1, "%s%s:\n", *space ? " " : "", text_at(volume, "name"));
		volume_source_show(d, volume, false);
	}
}
