#include "view/describe/engine.h"

const char *storage_class_of(const cJSON *object)
{
	return json_string(node_at(object, "metadata.annotations"), "volume.beta.kubernetes.io/storage-class")
		       ?: text_at(object, "spec.storageClassName");
}

static const struct {
	const char *mode, *text;
} access_modes[] = {
	{"ReadWriteOnce", "RWO"},
	{"ReadOnlyMany", "ROX"},
	{"ReadWriteMany", "RWX"},
	{"ReadWriteOncePod", "RWOP"},
};

void access_modes_put(struct buf *out, const cJSON *modes)
{
	size_t start = out->len;

	for (size_t i = 0; i < ARRAY_SIZE(access_modes); i++) {
		const cJSON *mode;

		cJSON_ArrayForEach(mode, modes)
		{
			if (strcmp(text_at(mode, NULL), access_modes[i].mode))
				continue;
			buf_printf(out, "%s%s", out->len > start ? "," : "", access_modes[i].text);
			break;
		}
	}
}

static void show_storage_class(struct describe *d, const struct field *f, const cJSON *node)
{
	put(d, f->level, "%s:\t%s\n", f->label, storage_class_of(node));
}

static void show_access_modes(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	access_modes_put(&text, node_at(node, f->path));
	put(d, f->level, "%s:\t%s\n", f->label, text.data);
}

/* ---- PersistentVolume ---------------------------------------------------------------------------------- */

/* One term: its expressions below each other. values and operator as in the two sorts of terms. */
static void term_show(struct describe *d, int level, size_t number, const cJSON *expressions)
{
	const cJSON *e;

	put(d, level, "Term %zu:\t", number);
	if (node_empty(expressions))
		multiline_end(d);
	cJSON_ArrayForEach(e, expressions)
	{
		const char *operator= text_at(e, "operator");
		_cleanup_buf_ struct buf line = BUF_INIT;

		if (e != expressions->child)
			put(d, level, "\t");
		buf_printf(&line, "%s ", text_at(e, "key"));
		for (const char *p = *operator ? operator : "in"; *p; p++)
			buf_putc(&line, *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p);
		if (!node_empty(node_at(e, "values")))
			expand(&line, " [{values@comma_space}]", e);
		put_rest(d, "%s\n", line.data);
	}
}

static void terms_show(struct describe *d, int level, const cJSON *terms, const char *expressions)
{
	const cJSON *term;
	size_t i = 0;

	cJSON_ArrayForEach(term, terms) term_show(d, level, i++, node_at(term, expressions));
}

static void show_node_affinity(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *required = node_at(node, f->path), *terms = node_at(required, "nodeSelectorTerms");

	put(d, 0, "%s:\t%s\n", f->label, required ? "" : "<none>");
	if (!required)
		return;
	put(d, 1, "Required Terms:\t%s\n", node_empty(terms) ? "<none>" : "");
	terms_show(d, 2, terms, "matchExpressions");
}

static void show_source(struct describe *d, const struct field *f, const cJSON *node)
{
	put(d, 0, "%s:\n", f->label);
	volume_source_show(d, node_at(node, f->path), true);
}

static void show_claim_reference(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *claim = node_at(node, f->path);

	put(d, 0, "%s:\t%s%s%s\n", f->label, text_at(claim, "namespace"), claim ? "/" : "", text_at(claim, "name"));
}

static const struct field volume_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0, "Finalizers", "metadata.finalizers", show_finalizers, NULL},
	{0, "StorageClass", NULL, show_storage_class, NULL},
	{0, "Status", "status.phase", show_phase, NULL},
	{0, "Claim", "spec.claimRef", show_claim_reference, NULL},
	{0, "Reclaim Policy", "spec.persistentVolumeReclaimPolicy", show_text, NULL},
	{0, "Access Modes", "spec.accessModes", show_access_modes, NULL},
	{0, "VolumeMode", "spec.volumeMode", show_if, NULL},
	{0, "Capacity", NULL, show_line, "{spec.capacity.storage@quantity}"},
	{0, "Node Affinity", "spec.nodeAffinity.required", show_node_affinity, NULL},
	{0, "Message", "status.message", show_text, NULL},
	{0, "Source", "spec", show_source, NULL},
	{0},
};

/* ---- PersistentVolumeClaim ----------------------------------------------------------------------------- */

static void show_claim_capacity(struct describe *d, const struct field *f, const cJSON *claim)
{
	bool bound = *text_at(claim, "spec.volumeName");
	_cleanup_buf_ struct buf capacity = BUF_INIT, modes = BUF_INIT;

	(void)f;
	if (bound) {
		expand(&capacity, "{status.capacity.storage@quantity}", claim);
		access_modes_put(&modes, node_at(claim, "status.accessModes"));
	}
	put(d, 0, "Capacity:\t%s\n", capacity.data);
	put(d, 0, "Access Modes:\t%s\n", modes.data);
}

static const struct field claim_name_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Namespace", "metadata.namespace", show_text, NULL},
	{0},
};

static const struct field claim_status_fields[] = {
	{0, "Status", "status.phase", show_phase, NULL},
	{0},
};

static const struct field claim_label_fields[] = {
	{0, "Volume", "spec.volumeName", show_text, NULL},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0},
};

static const struct field claim_finalizer_fields[] = {
	{0, "Finalizers", "metadata.finalizers", show_finalizers, NULL},
	{0},
};

static const struct field claim_spec_fields[] = {
	{0, NULL, NULL, show_claim_capacity, NULL},
	{0, "VolumeMode", "spec.volumeMode", show_if, NULL},
	{0, "DataSource", "spec.dataSource", show_title, NULL},
	{1, "APIGroup", "spec.dataSource.apiGroup", show_if, NULL},
	{1, "Kind", "spec.dataSource.kind", show_if, NULL},
	{1, "Name", "spec.dataSource.name", show_if, NULL},
	{0},
};

/* whole: a claim of its own, and not the template of one. */
void claim_show(struct describe *d, const cJSON *claim, bool whole)
{
	if (whole)
		fields_show(d, claim_name_fields, claim);
	put(d, 0, "StorageClass:\t%s\n", storage_class_of(claim));
	if (whole)
		fields_show(d, claim_status_fields, claim);
	fields_show(d, claim_label_fields, claim);
	if (whole)
		fields_show(d, claim_finalizer_fields, claim);
	fields_show(d, claim_spec_fields, claim);
}

static void show_claim(struct describe *d, const struct field *f, const cJSON *claim)
{
	(void)f;
	claim_show(d, claim, true);
}

static bool mounts_claim(const cJSON *pod, const char *claim)
{
	const cJSON *volume;

	cJSON_ArrayForEach(volume, node_at(pod, "spec.volumes"))
	{
		const cJSON *source = node_at(volume, "persistentVolumeClaim");

		if (source && !strcmp(text_at(source, "claimName"), claim))
			return true;
	}
	return false;
}

/* A claim that was made for a Pod's ephemeral volume. */
static bool owns_claim(const cJSON *pod, const cJSON *claim)
{
	const cJSON *owner;

	cJSON_ArrayForEach(owner, node_at(claim, "metadata.ownerReferences"))
	{
		if (!strcmp(text_at(owner, "kind"), "Pod") &&
		    !strcmp(text_at(owner, "uid"), text_at(pod, "metadata.uid")))
			return true;
	}
	return false;
}

static void show_users(struct describe *d, const struct field *f, const cJSON *claim)
{
	_cleanup_vec_ struct vec names = VEC_INIT;
	const cJSON *pod;

	if (answer_required(d, &related_pods, ""))
		return;
	cJSON_ArrayForEach(pod, json_get(answer_get(d, &related_pods, "", NULL), "items"))
	{
		if (mounts_claim(pod, text_at(claim, "metadata.name")) || owns_claim(pod, claim))
			vec_add(&names, (void *)text_at(pod, "metadata.name"));
	}
	vec_sort(&names, vec_compare_strings);
	put(d, 0, "%s:\t", f->label);
	if (!names.len)
		multiline_end(d);
	for (size_t i = 0; i < names.len; i++)
		put(d, 0, "%s%s\n", i ? "\t" : "", vec_string(&names, i));
}

static void ask_claim(struct describe *d)
{
	ask(d, &related_pods, text_at(d->object, "metadata.namespace"), "", NULL, NULL);
}

static const struct field claim_fields[] = {
	{0, NULL, NULL, show_claim, NULL},
	{0, "Used By", NULL, show_users, NULL},
	{0, "Conditions", "status.conditions", show_table,
	 "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n"
	 "----\t------\t-----------------\t------------------\t------\t-------\n"
	 "{type} \t{status} \t{lastProbeTime@time} \t{lastTransitionTime@time} \t{reason} \t{message}"},
	{0},
};

/* ---- StorageClass, VolumeAttributesClass, CSINode ------------------------------------------------------------- */

static bool annotated_true(const cJSON *node, const char *key)
{
	return str_equal(json_string(node_at(node, "metadata.annotations"), key), "true");
}

static void show_is_default(struct describe *d, const struct field *f, const cJSON *node)
{
	bool yes = annotated_true(node, "storageclass.kubernetes.io/is-default-class") ||
		   annotated_true(node, "storageclass.beta.kubernetes.io/is-default-class");

	put(d, 0, "%s:\t%s\n", f->label, yes ? "Yes" : "No");
}

static void show_mount_options(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *options = node_at(node, f->path), *option;

	put(d, 0, "%s:%s\n", f->label, node_empty(options) ? "\t<none>" : "");
	cJSON_ArrayForEach(option, options) put(d, 1, "%s\n", text_at(option, NULL));
}

static void show_topologies(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *terms = node_at(node, f->path);

	if (!terms)
		return;
	put(d, 0, "%s:\t%s\n", f->label, node_empty(terms) ? "<none>" : "");
	terms_show(d, 1, terms, "matchLabelExpressions");
}

static const struct field storage_class_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "IsDefaultClass", NULL, show_is_default, NULL},
	{0, "Annotations", "metadata.annotations", show_pairs, NULL},
	{0, "Provisioner", "provisioner", show_text, NULL},
	{0, "Parameters", "parameters", show_pairs, NULL},
	{0, "AllowVolumeExpansion", "allowVolumeExpansion", show_truth, NULL},
	{0, "MountOptions", "mountOptions", show_mount_options, NULL},
	{0, "ReclaimPolicy", "reclaimPolicy", show_if, NULL},
	{0, "VolumeBindingMode", "volumeBindingMode", show_if, NULL},
	{0, "AllowedTopologies", "allowedTopologies", show_topologies, NULL},
	{0},
};

static const struct field attributes_class_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Annotations", "metadata.annotations", show_pairs, NULL},
	{0, "DriverName", "driverName", show_text, NULL},
	{0, "Parameters", "parameters", show_pairs, NULL},
	{0},
};

static void show_drivers(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *drivers = node_at(node, f->path), *driver;

	if (!drivers)
		return;
	put(d, 1, "%s:\n", f->label);
	cJSON_ArrayForEach(driver, drivers)
	{
		put(d, 2, "%s:\n", text_at(driver, "name"));
		put(d, 3, "Node ID:\t%s\n", text_at(driver, "nodeID"));
		if (node_at(driver, "allocatable.count")) {
			put(d, 3, "Allocatables:\n");
			put(d, 4, "Count:\t%" PRId64 "\n", int_at(driver, "allocatable.count"));
		}
		if (node_at(driver, "topologyKeys"))
			show_finalizers(d, &(struct field){3, "Topology Keys", "topologyKeys", show_finalizers, NULL},
					driver);
	}
}

static const struct field csi_node_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0, "CreationTimestamp", "metadata.creationTimestamp", show_time, NULL},
	{0, "Spec", NULL, show_title, NULL},
	{1, "Drivers", "spec.drivers", show_drivers, NULL},
	{0},
};

const struct kind kinds_storage[] = {
	{"", "PersistentVolume", NULL, volume_fields, NULL, EVENTS_SHOWN},
	{"", "PersistentVolumeClaim", NULL, claim_fields, ask_claim, EVENTS_SHOWN},
	{"storage.k8s.io", "StorageClass", NULL, storage_class_fields, NULL, EVENTS_SHOWN},
	{"storage.k8s.io", "CSINode", NULL, csi_node_fields, NULL, EVENTS_SHOWN},
	{"storage.k8s.io", "VolumeAttributesClass", NULL, attributes_class_fields, NULL, EVENTS_SHOWN},
	{0},
};
