#include "kube/resource.h"

/*
 * The kinds that every Kubernetes 1.36 serves without being asked to, as its
 * aggregated discovery (/api, /apis) lists them: groups in the server's order of
 * precedence, the preferred version of a group first.
 *
 * A row: group, version, name, singular, kind, short names, categories, verbs,
 * subresources; NS lives in namespaces, CL in the cluster.
 */

#define OBJECT_VERBS "create,delete,deletecollection,get,list,patch,update,watch"
#define REVIEW_VERBS "create"

#define NS(g, v, n, one, k, shorts, cats, does, subs) \
	{g, v, n, one, k, shorts, cats, does, subs, true, NULL}
#define CL(g, v, n, one, k, shorts, cats, does, subs) \
	{g, v, n, one, k, shorts, cats, does, subs, false, NULL}

/* clang-format off */
const struct resource builtin_resources[] = {

	/* v1 */
	NS("", "v1", "bindings", "binding", "Binding", "", "", REVIEW_VERBS, ""),
	CL("", "v1", "componentstatuses", "componentstatus", "ComponentStatus", "cs", "", "get,list", ""),
	NS("", "v1", "configmaps", "configmap", "ConfigMap", "cm", "", OBJECT_VERBS, ""),
	NS("", "v1", "endpoints", "endpoints", "Endpoints", "ep", "", OBJECT_VERBS, ""),
	NS("", "v1", "events", "event", "Event", "ev", "", OBJECT_VERBS, ""),
	NS("", "v1", "limitranges", "limitrange", "LimitRange", "limits", "", OBJECT_VERBS, ""),
	CL("", "v1", "namespaces", "namespace", "Namespace", "ns", "", "create,delete,get,list,patch,update,watch", "finalize,status"),
	CL("", "v1", "nodes", "node", "Node", "no", "", OBJECT_VERBS, "proxy,status"),
	NS("", "v1", "persistentvolumeclaims", "persistentvolumeclaim", "PersistentVolumeClaim", "pvc", "", OBJECT_VERBS, "status"),
	CL("", "v1", "persistentvolumes", "persistentvolume", "PersistentVolume", "pv", "", OBJECT_VERBS, "status"),
	NS("", "v1", "pods", "pod", "Pod", "po", "all", OBJECT_VERBS, "attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize,status"),
	NS("", "v1", "podtemplates", "podtemplate", "PodTemplate", "", "", OBJECT_VERBS, ""),
	NS("", "v1", "replicationcontrollers", "replicationcontroller", "ReplicationController", "rc", "all", OBJECT_VERBS, "scale,status"),
	NS("", "v1", "resourcequotas", "resourcequota", "ResourceQuota", "quota", "", OBJECT_VERBS, "status"),
	NS("", "v1", "secrets", "secret", "Secret", "", "", OBJECT_VERBS, ""),
	NS("", "v1", "serviceaccounts", "serviceaccount", "ServiceAccount", "sa", "", OBJECT_VERBS, "token"),
	NS("", "v1", "services", "service", "Service", "svc", "all", OBJECT_VERBS, "proxy,status"),

	/* apiregistration.k8s.io/v1 */
	CL("apiregistration.k8s.io", "v1", "apiservices", "apiservice", "APIService", "", "api-extensions", OBJECT_VERBS, "status"),

	/* apps/v1 */
	NS("apps", "v1", "controllerrevisions", "controllerrevision", "ControllerRevision", "", "", OBJECT_VERBS, ""),
	NS("apps", "v1", "daemonsets", "daemonset", "DaemonSet", "ds", "all", OBJECT_VERBS, "status"),
	NS("apps", "v1", "deployments", "deployment", "Deployment", "deploy", "all", OBJECT_VERBS, "scale,status"),
	NS("apps", "v1", "replicasets", "replicaset", "ReplicaSet", "rs", "all", OBJECT_VERBS, "scale,status"),
	NS("apps", "v1", "statefulsets", "statefulset", "StatefulSet", "sts", "all", OBJECT_VERBS, "scale,status"),

	/* events.k8s.io/v1 */
	NS("events.k8s.io", "v1", "events", "event", "Event", "ev", "", OBJECT_VERBS, ""),

	/* authentication.k8s.io/v1 */
	CL("authentication.k8s.io", "v1", "selfsubjectreviews", "selfsubjectreview", "SelfSubjectReview", "", "", REVIEW_VERBS, ""),
	CL("authentication.k8s.io", "v1", "tokenreviews", "tokenreview", "TokenReview", "", "", REVIEW_VERBS, ""),

	/* authorization.k8s.io/v1 */
	NS("authorization.k8s.io", "v1", "localsubjectaccessreviews", "localsubjectaccessreview", "LocalSubjectAccessReview", "", "", REVIEW_VERBS, ""),
	CL("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "selfsubjectaccessreview", "SelfSubjectAccessReview", "", "", REVIEW_VERBS, ""),
	CL("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "selfsubjectrulesreview", "SelfSubjectRulesReview", "", "", REVIEW_VERBS, ""),
	CL("authorization.k8s.io", "v1", "subjectaccessreviews", "subjectaccessreview", "SubjectAccessReview", "", "", REVIEW_VERBS, ""),

	/* autoscaling/v2 */
	NS("autoscaling", "v2", "horizontalpodautoscalers", "horizontalpodautoscaler", "HorizontalPodAutoscaler", "hpa", "all", OBJECT_VERBS, "status"),

	/* autoscaling/v1 */
	NS("autoscaling", "v1", "horizontalpodautoscalers", "horizontalpodautoscaler", "HorizontalPodAutoscaler", "hpa", "all", OBJECT_VERBS, "status"),

	/* batch/v1 */
	NS("batch", "v1", "cronjobs", "cronjob", "CronJob", "cj", "all", OBJECT_VERBS, "status"),
	NS("batch", "v1", "jobs", "job", "Job", "", "all", OBJECT_VERBS, "status"),

	/* certificates.k8s.io/v1 */
	CL("certificates.k8s.io", "v1", "certificatesigningrequests", "certificatesigningrequest", "CertificateSigningRequest", "csr", "", OBJECT_VERBS, "approval,status"),

	/* networking.k8s.io/v1 */
	CL("networking.k8s.io", "v1", "ingressclasses", "ingressclass", "IngressClass", "", "", OBJECT_VERBS, ""),
	NS("networking.k8s.io", "v1", "ingresses", "ingress", "Ingress", "ing", "", OBJECT_VERBS, "status"),
	CL("networking.k8s.io", "v1", "ipaddresses", "ipaddress", "IPAddress", "ip", "", OBJECT_VERBS, ""),
	NS("networking.k8s.io", "v1", "networkpolicies", "networkpolicy", "NetworkPolicy", "netpol", "", OBJECT_VERBS, ""),
	CL("networking.k8s.io", "v1", "servicecidrs", "servicecidr", "ServiceCIDR", "", "", OBJECT_VERBS, "status"),

	/* policy/v1 */
	NS("policy", "v1", "poddisruptionbudgets", "poddisruptionbudget", "PodDisruptionBudget", "pdb", "", OBJECT_VERBS, "status"),

	/* rbac.authorization.k8s.io/v1 */
	CL("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "clusterrolebinding", "ClusterRoleBinding", "", "", OBJECT_VERBS, ""),
	CL("rbac.authorization.k8s.io", "v1", "clusterroles", "clusterrole", "ClusterRole", "", "", OBJECT_VERBS, ""),
	NS("rbac.authorization.k8s.io", "v1", "rolebindings", "rolebinding", "RoleBinding", "", "", OBJECT_VERBS, ""),
	NS("rbac.authorization.k8s.io", "v1", "roles", "role", "Role", "", "", OBJECT_VERBS, ""),

	/* storage.k8s.io/v1 */
	CL("storage.k8s.io", "v1", "csidrivers", "csidriver", "CSIDriver", "", "", OBJECT_VERBS, ""),
	CL("storage.k8s.io", "v1", "csinodes", "csinode", "CSINode", "", "", OBJECT_VERBS, ""),
	NS("storage.k8s.io", "v1", "csistoragecapacities", "csistoragecapacity", "CSIStorageCapacity", "", "", OBJECT_VERBS, ""),
	CL("storage.k8s.io", "v1", "storageclasses", "storageclass", "StorageClass", "sc", "", OBJECT_VERBS, ""),
	CL("storage.k8s.io", "v1", "volumeattachments", "volumeattachment", "VolumeAttachment", "", "", OBJECT_VERBS, "status"),
	CL("storage.k8s.io", "v1", "volumeattributesclasses", "volumeattributesclass", "VolumeAttributesClass", "vac", "", OBJECT_VERBS, ""),

	/* admissionregistration.k8s.io/v1 */
	CL("admissionregistration.k8s.io", "v1", "mutatingadmissionpolicies", "mutatingadmissionpolicy", "MutatingAdmissionPolicy", "", "api-extensions", OBJECT_VERBS, ""),
	CL("admissionregistration.k8s.io", "v1", "mutatingadmissionpolicybindings", "mutatingadmissionpolicybinding", "MutatingAdmissionPolicyBinding", "", "api-extensions", OBJECT_VERBS, ""),
	CL("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "mutatingwebhookconfiguration", "MutatingWebhookConfiguration", "", "api-extensions", OBJECT_VERBS, ""),
	CL("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "validatingadmissionpolicy", "ValidatingAdmissionPolicy", "", "api-extensions", OBJECT_VERBS, "status"),
	CL("admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", "validatingadmissionpolicybinding", "ValidatingAdmissionPolicyBinding", "", "api-extensions", OBJECT_VERBS, ""),
	CL("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "validatingwebhookconfiguration", "ValidatingWebhookConfiguration", "", "api-extensions", OBJECT_VERBS, ""),

	/* apiextensions.k8s.io/v1 */
	CL("apiextensions.k8s.io", "v1", "customresourcedefinitions", "customresourcedefinition", "CustomResourceDefinition", "crd,crds", "api-extensions", OBJECT_VERBS, "status"),

	/* scheduling.k8s.io/v1 */
	CL("scheduling.k8s.io", "v1", "priorityclasses", "priorityclass", "PriorityClass", "pc", "", OBJECT_VERBS, ""),

	/* coordination.k8s.io/v1 */
	NS("coordination.k8s.io", "v1", "leases", "lease", "Lease", "", "", OBJECT_VERBS, ""),

	/* node.k8s.io/v1 */
	CL("node.k8s.io", "v1", "runtimeclasses", "runtimeclass", "RuntimeClass", "", "", OBJECT_VERBS, ""),

	/* discovery.k8s.io/v1 */
	NS("discovery.k8s.io", "v1", "endpointslices", "endpointslice", "EndpointSlice", "", "", OBJECT_VERBS, ""),

	/* resource.k8s.io/v1 */
	CL("resource.k8s.io", "v1", "deviceclasses", "deviceclass", "DeviceClass", "", "", OBJECT_VERBS, ""),
	NS("resource.k8s.io", "v1", "resourceclaims", "resourceclaim", "ResourceClaim", "", "", OBJECT_VERBS, "status"),
	NS("resource.k8s.io", "v1", "resourceclaimtemplates", "resourceclaimtemplate", "ResourceClaimTemplate", "", "", OBJECT_VERBS, ""),
	CL("resource.k8s.io", "v1", "resourceslices", "resourceslice", "ResourceSlice", "", "", OBJECT_VERBS, ""),

	/* flowcontrol.apiserver.k8s.io/v1 */
	CL("flowcontrol.apiserver.k8s.io", "v1", "flowschemas", "flowschema", "FlowSchema", "", "", OBJECT_VERBS, "status"),
	CL("flowcontrol.apiserver.k8s.io", "v1", "prioritylevelconfigurations", "prioritylevelconfiguration", "PriorityLevelConfiguration", "", "", OBJECT_VERBS, "status"),

	{.name = NULL},
};
/* clang-format on */

const struct resource *builtin_core(const char *name)
{
	const struct resource *r = builtin_resources;

	while (strcmp(r->name, name) || *r->group)
		r++;
	return r;
}
