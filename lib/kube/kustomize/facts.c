#include "kube/kustomize/internal.h"

/*
 * What kustomize knows of the built-in kinds: where labels, images, sizes and the names of
 * other objects stand, which kinds have a schema, and in which order kinds are created.
 */
#define PODS "Pod:v1 PodTemplate Deployment ReplicaSet DaemonSet StatefulSet Job CronJob"
#define RUNNERS "CronJob DaemonSet Deployment Job Pod ReplicaSet StatefulSet"
#define CONTROLLED "Pod StatefulSet Deployment ReplicationController CronJob Job DaemonSet"
#define SPREAD "Deployment.apps StatefulSet.apps"

static const struct spec_fact name_prefix[] = {
	{"", "metadata/name", false},
	{0},
};

static const struct spec_fact name_suffix[] = {
	{"", "metadata/name", false},
	{0},
};

static const struct spec_fact namespaces[] = {
	{"Namespace", "metadata/name", true},
	{"APIService.apiregistration.k8s.io", "spec/service/namespace", true},
	{"CustomResourceDefinition.apiextensions.k8s.io", "spec/conversion/webhook/clientConfig/service/namespace", false},
	{0},
};

static const struct spec_fact common_labels[] = {
	{"Service:v1 ReplicationController:v1", "spec/selector", true},
	{"Deployment ReplicaSet DaemonSet StatefulSet.apps", "spec/selector/matchLabels", true},
	{SPREAD, "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels", false},
	{SPREAD, "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels", false},
	{SPREAD, "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels", false},
	{SPREAD, "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels", false},
	{SPREAD, "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", false},
	{"Job.batch PodDisruptionBudget.policy", "spec/selector/matchLabels", false},
	{"CronJob.batch", "spec/jobTemplate/spec/selector/matchLabels", false},
	{"NetworkPolicy.networking.k8s.io", "spec/podSelector/matchLabels", false},
	{"NetworkPolicy.networking.k8s.io", "spec/ingress/from/podSelector/matchLabels", false},
	{"NetworkPolicy.networking.k8s.io", "spec/egress/to/podSelector/matchLabels", false},
	{"", "metadata/labels", true},
	{"ReplicationController:v1 Deployment ReplicaSet DaemonSet StatefulSet.apps Job.batch", "spec/template/metadata/labels", true},
	{"StatefulSet.apps", "spec/volumeClaimTemplates[]/metadata/labels", true},
	{"CronJob.batch", "spec/jobTemplate/metadata/labels", true},
	{"CronJob.batch", "spec/jobTemplate/spec/template/metadata/labels", true},
	{0},
};

static const struct spec_fact template_labels[] = {
	{"", "metadata/labels", true},
	{"ReplicationController:v1 Deployment ReplicaSet DaemonSet StatefulSet.apps Job.batch", "spec/template/metadata/labels", true},
	{"StatefulSet.apps", "spec/volumeClaimTemplates[]/metadata/labels", true},
	{"CronJob.batch", "spec/jobTemplate/metadata/labels", true},
	{"CronJob.batch", "spec/jobTemplate/spec/template/metadata/labels", true},
	{0},
};

static const struct spec_fact common_annotations[] = {
	{"", "metadata/annotations", true},
	{"ReplicationController:v1 Deployment ReplicaSet DaemonSet StatefulSet Job.batch", "spec/template/metadata/annotations", true},
	{"CronJob.batch", "spec/jobTemplate/metadata/annotations", true},
	{"CronJob.batch", "spec/jobTemplate/spec/template/metadata/annotations", true},
	{0},
};

static const struct spec_fact var_references[] = {
	{RUNNERS, "@/containers/args", false},
	{RUNNERS, "@/containers/command", false},
	{RUNNERS, "@/containers/env/value", false},
	{RUNNERS, "@/containers/volumeMounts/mountPath", false},
	{RUNNERS, "@/initContainers/args", false},
	{RUNNERS, "@/initContainers/command", false},
	{RUNNERS, "@/initContainers/env/value", false},
	{RUNNERS, "@/initContainers/volumeMounts/mountPath", false},
	{"CronJob", "spec/jobTemplate/spec/template/volumes/nfs/server", false},
	{"DaemonSet Deployment Job Pod ReplicaSet", "@/volumes/nfs/server", false},
	{"Deployment", "spec/template/metadata/annotations", false},
	{"Ingress", "spec/rules/host", false},
	{"Ingress", "spec/tls/hosts", false},
	{"Ingress", "spec/tls/secretName", false},
	{"Service", "spec/ports/port", false},
	{"Service", "spec/ports/targetPort", false},
	{"StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server", false},
	{"PersistentVolume", "spec/nfs/server", false},
	{"", "metadata/labels", false},
	{"", "metadata/annotations", false},
	{0},
};

static const struct spec_fact images[] = {
	{"", "spec/containers[]/image", true},
	{"", "spec/initContainers[]/image", true},
	{"", "spec/volumes[]/image/reference", true},
	{"", "spec/template/spec/containers[]/image", true},
	{"", "spec/template/spec/initContainers[]/image", true},
	{"", "spec/template/spec/volumes[]/image/reference", true},
	{0},
};

static const struct spec_fact replicas[] = {
	{"Deployment ReplicationController ReplicaSet StatefulSet", "spec/replicas", true},
	{0},
};

static const struct spec_fact scale_references[] = {
	{"HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false},
	{0},
};

static const struct spec_fact config_map_references[] = {
	{PODS, "@/volumes/configMap/name", false},
	{PODS, "@/containers/env/valueFrom/configMapKeyRef/name", false},
	{PODS, "@/initContainers/env/valueFrom/configMapKeyRef/name", false},
	{PODS, "@/containers/envFrom/configMapRef/name", false},
	{PODS, "@/initContainers/envFrom/configMapRef/name", false},
	{PODS, "@/volumes/projected/sources/configMap/name", false},
	{"Node", "spec/configSource/configMap", false},
	{"Role ClusterRole", "rules/resourceNames", false},
	{"Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap", false},
	{0},
};

static const struct spec_fact secret_references[] = {
	{PODS, "@/volumes/secret/secretName", false},
	{PODS, "@/containers/env/valueFrom/secretKeyRef/name", false},
	{PODS, "@/initContainers/env/valueFrom/secretKeyRef/name", false},
	{PODS, "@/containers/envFrom/secretRef/name", false},
	{PODS, "@/initContainers/envFrom/secretRef/name", false},
	{PODS, "@/imagePullSecrets/name", false},
	{PODS, "@/volumes/projected/sources/secret/name", false},
	{"Ingress", "spec/tls/secretName", false},
	{"Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret", false},
	{"Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret", false},
	{"Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret", false},
	{"ServiceAccount", "imagePullSecrets/name", false},
	{"StorageClass", "parameters/secretName", false},
	{"StorageClass", "parameters/adminSecretName", false},
	{"StorageClass", "parameters/userSecretName", false},
	{"StorageClass", "parameters/secretRef", false},
	{"Role ClusterRole", "rules/resourceNames", false},
	{"Service.serving.knative.dev:v1", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false},
	{"PersistentVolume", "spec/azureFile/secretName", false},
	{0},
};

static const struct spec_fact service_references[] = {
	{"StatefulSet.apps", "spec/serviceName", false},
	{"Ingress", "spec/rules/http/paths/backend/serviceName", false},
	{"Ingress", "spec/backend/serviceName", false},
	{"Ingress", "spec/rules/http/paths/backend/service/name", false},
	{"Ingress", "spec/defaultBackend/service/name", false},
	{"APIService.apiregistration.k8s.io", "spec/service/name", false},
	{"ValidatingWebhookConfiguration.admissionregistration.k8s.io MutatingWebhookConfiguration.admissionregistration.k8s.io", "webhooks/clientConfig/service", false},
	{0},
};

static const struct spec_fact role_references[] = {
	{"RoleBinding.rbac.authorization.k8s.io", "roleRef/name", false},
	{0},
};

static const struct spec_fact cluster_role_references[] = {
	{"RoleBinding.rbac.authorization.k8s.io ClusterRoleBinding.rbac.authorization.k8s.io", "roleRef/name", false},
	{0},
};

static const struct spec_fact service_account_references[] = {
	{"RoleBinding.rbac.authorization.k8s.io ClusterRoleBinding.rbac.authorization.k8s.io", "subjects", false},
	{CONTROLLED, "@/serviceAccountName", false},
	{0},
};

static const struct spec_fact persistent_volume_claim_references[] = {
	{CONTROLLED, "@/volumes/persistentVolumeClaim/claimName", false},
	{0},
};

static const struct spec_fact persistent_volume_references[] = {
	{"PersistentVolumeClaim", "spec/volumeName", false},
	{"ClusterRole", "rules/resourceNames", false},
	{0},
};

static const struct spec_fact storage_class_references[] = {
	{"PersistentVolume PersistentVolumeClaim", "spec/storageClassName", false},
	{"StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName", false},
	{0},
};

static const struct spec_fact priority_class_references[] = {
	{CONTROLLED, "@/priorityClassName", false},
	{0},
};

static const struct spec_fact ingress_class_references[] = {
	{"Ingress", "spec/ingressClassName", false},
	{0},
};

static const struct spec_fact validating_admission_policy_references[] = {
	{"ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io", "spec/policyName", false},
	{0},
};

const struct spec_facts spec_facts[] = {
	{name_prefix, NULL, CONFIG_NAME_PREFIX},
	{name_suffix, NULL, CONFIG_NAME_SUFFIX},
	{namespaces, NULL, CONFIG_NAMESPACE},
	{common_labels, NULL, CONFIG_COMMON_LABELS},
	{template_labels, NULL, CONFIG_TEMPLATE_LABELS},
	{common_annotations, NULL, CONFIG_COMMON_ANNOTATIONS},
	{var_references, NULL, CONFIG_VAR_REFERENCE},
	{images, NULL, CONFIG_IMAGES},
	{replicas, NULL, CONFIG_REPLICAS},
	{scale_references, "Deployment", CONFIG_LISTS},
	{scale_references, "ReplicationController", CONFIG_LISTS},
	{scale_references, "ReplicaSet", CONFIG_LISTS},
	{scale_references, "StatefulSet", CONFIG_LISTS},
	{config_map_references, "ConfigMap:v1", CONFIG_LISTS},
	{secret_references, "Secret:v1", CONFIG_LISTS},
	{service_references, "Service:v1", CONFIG_LISTS},
	{role_references, "Role.rbac.authorization.k8s.io", CONFIG_LISTS},
	{cluster_role_references, "ClusterRole.rbac.authorization.k8s.io", CONFIG_LISTS},
	{service_account_references, "ServiceAccount:v1", CONFIG_LISTS},
	{persistent_volume_claim_references, "PersistentVolumeClaim:v1", CONFIG_LISTS},
	{persistent_volume_references, "PersistentVolume:v1", CONFIG_LISTS},
	{storage_class_references, "StorageClass.storage.k8s.io:v1", CONFIG_LISTS},
	{priority_class_references, "PriorityClass.scheduling.k8s.io:v1", CONFIG_LISTS},
	{ingress_class_references, "IngressClass.networking.k8s.io/v1:v1", CONFIG_LISTS},
	{validating_admission_policy_references, "ValidatingAdmissionPolicy.admissionregistration.k8s.io", CONFIG_LISTS},
};
const size_t spec_fact_count = ARRAY_SIZE(spec_facts);

const char *const order_first[] = {
	"Namespace",
	"ResourceQuota",
	"StorageClass",
	"CustomResourceDefinition",
	"ServiceAccount",
	"PodSecurityPolicy",
	"Role",
	"ClusterRole",
	"RoleBinding",
	"ClusterRoleBinding",
	"ConfigMap",
	"Secret",
	"Endpoints",
	"Service",
	"LimitRange",
	"PriorityClass",
	"PersistentVolume",
	"PersistentVolumeClaim",
	"Deployment",
	"StatefulSet",
	"CronJob",
	"PodDisruptionBudget",
	NULL,
};
const char *const order_last[] = {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", NULL};

/* The kinds of the schema that kustomize carries, which is that of Kubernetes 1.21. */
static const struct {
	const char *api_version, *kinds;
	bool cluster_scoped;
} known_kinds[] = {
	{"admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration ValidatingWebhookConfiguration", true},
	{"admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration ValidatingWebhookConfiguration", true},
	{"apiextensions.k8s.io/v1", "CustomResourceDefinition", true},
	{"apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", true},
	{"apiregistration.k8s.io/v1", "APIService", true},
	{"apiregistration.k8s.io/v1beta1", "APIService", true},
	{"apps/v1", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", false},
	{"autoscaling/v1", "HorizontalPodAutoscaler Scale", false},
	{"autoscaling/v2beta1", "HorizontalPodAutoscaler", false},
	{"autoscaling/v2beta2", "HorizontalPodAutoscaler", false},
	{"batch/v1", "CronJob Job", false},
	{"batch/v1beta1", "CronJob", false},
	{"certificates.k8s.io/v1", "CertificateSigningRequest", true},
	{"certificates.k8s.io/v1beta1", "CertificateSigningRequest", true},
	{"coordination.k8s.io/v1", "Lease", false},
	{"coordination.k8s.io/v1beta1", "Lease", false},
	{"discovery.k8s.io/v1", "EndpointSlice", false},
	{"discovery.k8s.io/v1beta1", "EndpointSlice", false},
	{"events.k8s.io/v1", "Event", false},
	{"events.k8s.io/v1beta1", "Event", false},
	{"extensions/v1beta1", "Ingress", false},
	{"flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema PriorityLevelConfiguration", true},
	{"networking.k8s.io/v1", "Ingress NetworkPolicy", false},
	{"networking.k8s.io/v1", "IngressClass", true},
	{"networking.k8s.io/v1beta1", "Ingress", false},
	{"networking.k8s.io/v1beta1", "IngressClass", true},
	{"node.k8s.io/v1", "RuntimeClass", true},
	{"node.k8s.io/v1beta1", "RuntimeClass", true},
	{"policy/v1", "PodDisruptionBudget", false},
	{"policy/v1beta1", "PodDisruptionBudget", false},
	{"policy/v1beta1", "PodSecurityPolicy", true},
	{"rbac.authorization.k8s.io/v1", "ClusterRole ClusterRoleBinding", true},
	{"rbac.authorization.k8s.io/v1", "Role RoleBinding", false},
	{"rbac.authorization.k8s.io/v1beta1", "ClusterRole ClusterRoleBinding", true},
	{"rbac.authorization.k8s.io/v1beta1", "Role RoleBinding", false},
	{"scheduling.k8s.io/v1", "PriorityClass", true},
	{"scheduling.k8s.io/v1beta1", "PriorityClass", true},
	{"storage.k8s.io/v1", "CSIDriver CSINode StorageClass VolumeAttachment", true},
	{"storage.k8s.io/v1beta1", "CSIDriver CSINode StorageClass VolumeAttachment", true},
	{"storage.k8s.io/v1beta1", "CSIStorageCapacity", false},
	{"v1", "ComponentStatus Namespace Node NodeProxyOptions PersistentVolume", true},
	{"v1", "ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodAttachOptions PodExecOptions PodPortForwardOptions PodProxyOptions PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount ServiceProxyOptions", false},
};

static bool lists_word(const char *words, struct span word)
{
	for (const char *p = words; *p; p += strcspn(p, " "), p += *p == ' ')
		if (strcspn(p, " ") == word.n && !memcmp(p, word.s, word.n))
			return true;
	return false;
}

static bool is_api_version(const char *text, const struct gvk *gvk)
{
	size_t group = gvk->group.n ? gvk->group.n + 1 : 0;

	if (strlen(text) != group + gvk->version.n)
		return false;
	if (group && (memcmp(text, gvk->group.s, gvk->group.n) || text[gvk->group.n] != '/'))
		return false;
	return !memcmp(text + group, gvk->version.s, gvk->version.n);
}

bool kind_is_known(const struct gvk *gvk, bool *ret_cluster)
{
	*ret_cluster = false;
	for (size_t i = 0; i < ARRAY_SIZE(known_kinds); i++) {
		if (!is_api_version(known_kinds[i].api_version, gvk) || !lists_word(known_kinds[i].kinds, gvk->kind))
			continue;
		*ret_cluster = known_kinds[i].cluster_scoped;
		return true;
	}
	return false;
}

/* Lists whose items have two keys. */
static const struct {
	const char *field, *first, *second;
} second_keys[] = {
	{"ports", "containerPort", "protocol"},
	{"ports", "port", "protocol"},
	{"topologySpreadConstraints", "topologyKey", "whenUnsatisfiable"},
};

const char *second_merge_key(const char *field, const char *first_key)
{
	for (size_t i = 0; i < ARRAY_SIZE(second_keys); i++)
		if (!strcmp(second_keys[i].field, field) && !strcmp(second_keys[i].first, first_key))
			return second_keys[i].second;
	return "";
}
