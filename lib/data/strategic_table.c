/* Made by strategic_table.mjs from the OpenAPI documents of API servers: do not edit. */
#include "data/strategic.h"

const char strategic_names[] =
	"\0"
	"metadata\0"
	"finalizers\0"
	"ownerReferences\0"
	"uid\0"
	"status\0"
	"conditions\0"
	"type\0"
	"spec\0"
	"podCIDRs\0"
	"addresses\0"
	"containers\0"
	"name\0"
	"ephemeralContainers\0"
	"hostAliases\0"
	"ip\0"
	"imagePullSecrets\0"
	"initContainers\0"
	"resourceClaims\0"
	"schedulingGates\0"
	"topologySpreadConstraints\0"
	"topologyKey\0"
	"volumes\0"
	"env\0"
	"ports\0"
	"containerPort\0"
	"volumeDevices\0"
	"devicePath\0"
	"volumeMounts\0"
	"mountPath\0"
	"ephemeral\0"
	"volumeClaimTemplate\0"
	"containerStatuses\0"
	"ephemeralContainerStatuses\0"
	"hostIPs\0"
	"initContainerStatuses\0"
	"podIPs\0"
	"resourceClaimStatuses\0"
	"allocatedResourcesStatus\0"
	"template\0"
	"port\0"
	"secrets\0"
	"matchConditions\0"
	"webhooks\0"
	"variables\0"
	"versions\0"
	"schema\0"
	"openAPIV3Schema\0"
	"allOf\0"
	"anyOf\0"
	"not\0"
	"oneOf\0"
	"x-kubernetes-validations\0"
	"rule\0"
	"strategy\0"
	"volumeClaimTemplates\0"
	"jobTemplate\0"
	"selector\0"
	"reservedFor\0"
	"podGroupTemplates\0"
	"drivers\0"
	"v1\0"
	"ConfigMap\0"
	"Endpoints\0"
	"Event\0"
	"LimitRange\0"
	"Namespace\0"
	"Node\0"
	"PersistentVolume\0"
	"PersistentVolumeClaim\0"
	"Pod\0"
	"PodTemplate\0"
	"ReplicationController\0"
	"ResourceQuota\0"
	"Secret\0"
	"Service\0"
	"ServiceAccount\0"
	"admissionregistration.k8s.io\0"
	"MutatingAdmissionPolicy\0"
	"MutatingAdmissionPolicyBinding\0"
	"MutatingWebhookConfiguration\0"
	"ValidatingAdmissionPolicy\0"
	"ValidatingAdmissionPolicyBinding\0"
	"ValidatingWebhookConfiguration\0"
	"v1alpha1\0"
	"v1beta1\0"
	"apiextensions.k8s.io\0"
	"CustomResourceDefinition\0"
	"apiregistration.k8s.io\0"
	"APIService\0"
	"apps\0"
	"ControllerRevision\0"
	"DaemonSet\0"
	"Deployment\0"
	"ReplicaSet\0"
	"StatefulSet\0"
	"v1beta2\0"
	"autoscaling\0"
	"HorizontalPodAutoscaler\0"
	"Scale\0"
	"v2\0"
	"v2beta1\0"
	"v2beta2\0"
	"batch\0"
	"CronJob\0"
	"Job\0"
	"certificates.k8s.io\0"
	"CertificateSigningRequest\0"
	"ClusterTrustBundle\0"
	"PodCertificateRequest\0"
	"coordination.k8s.io\0"
	"Lease\0"
	"v1alpha2\0"
	"LeaseCandidate\0"
	"discovery.k8s.io\0"
	"EndpointSlice\0"
	"events.k8s.io\0"
	"extensions\0"
	"Ingress\0"
	"NetworkPolicy\0"
	"flowcontrol.apiserver.k8s.io\0"
	"FlowSchema\0"
	"PriorityLevelConfiguration\0"
	"v1beta3\0"
	"internal.apiserver.k8s.io\0"
	"StorageVersion\0"
	"networking.k8s.io\0"
	"IPAddress\0"
	"IngressClass\0"
	"ServiceCIDR\0"
	"node.k8s.io\0"
	"RuntimeClass\0"
	"policy\0"
	"PodDisruptionBudget\0"
	"PodSecurityPolicy\0"
	"rbac.authorization.k8s.io\0"
	"ClusterRole\0"
	"ClusterRoleBinding\0"
	"Role\0"
	"RoleBinding\0"
	"resource.k8s.io\0"
	"DeviceClass\0"
	"ResourceClaim\0"
	"ResourceClaimTemplate\0"
	"ResourceSlice\0"
	"v1alpha3\0"
	"DeviceTaintRule\0"
	"ResourcePoolStatusRequest\0"
	"scheduling.k8s.io\0"
	"PriorityClass\0"
	"PodGroup\0"
	"Workload\0"
	"storage.k8s.io\0"
	"CSIDriver\0"
	"CSINode\0"
	"CSIStorageCapacity\0"
	"StorageClass\0"
	"VolumeAttachment\0"
	"VolumeAttributesClass\0"
	"storagemigration.k8s.io\0"
	"StorageVersionMigration\0";

const struct strategic_field strategic_fields[] = {
	{1, 0, 2, 0}, /* metadata */
	{10, 0, 0, STRATEGIC_MERGE}, /* finalizers */
	{21, 37, 0, STRATEGIC_MERGE}, /* ownerReferences by uid */
	{1, 0, 2, 0}, /* metadata */
	{41, 0, 4, 0}, /* status */
	{48, 59, 0, STRATEGIC_MERGE}, /* conditions by type */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 6, 0}, /* spec */
	{41, 0, 7, 0}, /* status */
	{69, 0, 0, STRATEGIC_MERGE}, /* podCIDRs */
	{78, 59, 0, STRATEGIC_MERGE}, /* addresses by type */
	{48, 59, 0, STRATEGIC_MERGE}, /* conditions by type */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 9, 0}, /* spec */
	{41, 0, 13, 0}, /* status */
	{88, 99, 10, STRATEGIC_MERGE}, /* containers by name */
	{104, 99, 10, STRATEGIC_MERGE}, /* ephemeralContainers by name */
	{124, 136, 0, STRATEGIC_MERGE}, /* hostAliases by ip */
	{139, 99, 0, STRATEGIC_MERGE}, /* imagePullSecrets by name */
	{156, 99, 10, STRATEGIC_MERGE}, /* initContainers by name */
	{171, 99, 0, STRATEGIC_MERGE | STRATEGIC_RETAIN_KEYS}, /* resourceClaims by name */
	{186, 99, 0, STRATEGIC_MERGE}, /* schedulingGates by name */
	{202, 228, 0, STRATEGIC_MERGE}, /* topologySpreadConstraints by topologyKey */
	{240, 99, 11, STRATEGIC_MERGE | STRATEGIC_RETAIN_KEYS}, /* volumes by name */
	{248, 99, 0, STRATEGIC_MERGE}, /* env by name */
	{252, 258, 0, STRATEGIC_MERGE}, /* ports by containerPort */
	{272, 286, 0, STRATEGIC_MERGE}, /* volumeDevices by devicePath */
	{297, 310, 0, STRATEGIC_MERGE}, /* volumeMounts by mountPath */
	{320, 0, 12, 0}, /* ephemeral */
	{330, 0, 1, 0}, /* volumeClaimTemplate */
	{48, 59, 0, STRATEGIC_MERGE}, /* conditions by type */
	{350, 0, 14, 0}, /* containerStatuses */
	{368, 0, 14, 0}, /* ephemeralContainerStatuses */
	{395, 136, 0, STRATEGIC_MERGE}, /* hostIPs by ip */
	{403, 0, 14, 0}, /* initContainerStatuses */
	{425, 136, 0, STRATEGIC_MERGE}, /* podIPs by ip */
	{432, 99, 0, STRATEGIC_MERGE | STRATEGIC_RETAIN_KEYS}, /* resourceClaimStatuses by name */
	{454, 99, 0, STRATEGIC_MERGE}, /* allocatedResourcesStatus by name */
	{297, 310, 0, STRATEGIC_MERGE}, /* volumeMounts by mountPath */
	{1, 0, 2, 0}, /* metadata */
	{479, 0, 16, 0}, /* template */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 9, 0}, /* spec */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 18, 0}, /* spec */
	{41, 0, 4, 0}, /* status */
	{479, 0, 16, 0}, /* template */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 20, 0}, /* spec */
	{41, 0, 4, 0}, /* status */
	{252, 488, 0, STRATEGIC_MERGE}, /* ports by port */
	{1, 0, 2, 0}, /* metadata */
	{493, 99, 0, STRATEGIC_MERGE}, /* secrets by name */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 23, 0}, /* spec */
	{501, 99, 0, STRATEGIC_MERGE}, /* matchConditions by name */
	{1, 0, 2, 0}, /* metadata */
	{517, 99, 23, STRATEGIC_MERGE}, /* webhooks by name */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 26, 0}, /* spec */
	{501, 99, 0, STRATEGIC_MERGE}, /* matchConditions by name */
	{526, 99, 0, STRATEGIC_MERGE}, /* variables by name */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 28, 0}, /* spec */
	{536, 0, 29, 0}, /* versions */
	{545, 0, 30, 0}, /* schema */
	{552, 0, 31, 0}, /* openAPIV3Schema */
	{568, 0, 31, 0}, /* allOf */
	{574, 0, 31, 0}, /* anyOf */
	{580, 0, 31, 0}, /* not */
	{584, 0, 31, 0}, /* oneOf */
	{590, 615, 0, STRATEGIC_MERGE}, /* x-kubernetes-validations by rule */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 33, 0}, /* spec */
	{41, 0, 4, 0}, /* status */
	{620, 0, 0, STRATEGIC_RETAIN_KEYS}, /* strategy */
	{479, 0, 16, 0}, /* template */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 35, 0}, /* spec */
	{41, 0, 4, 0}, /* status */
	{479, 0, 16, 0}, /* template */
	{629, 0, 3, 0}, /* volumeClaimTemplates */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 37, 0}, /* spec */
	{650, 0, 38, 0}, /* jobTemplate */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 18, 0}, /* spec */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 40, 0}, /* spec */
	{41, 0, 4, 0}, /* status */
	{662, 0, 0, STRATEGIC_REPLACE}, /* selector */
	{1, 0, 2, 0}, /* metadata */
	{41, 0, 42, 0}, /* status */
	{671, 37, 0, STRATEGIC_MERGE}, /* reservedFor by uid */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 1, 0}, /* spec */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 45, 0}, /* spec */
	{41, 0, 46, 0}, /* status */
	{171, 99, 0, STRATEGIC_MERGE | STRATEGIC_RETAIN_KEYS}, /* resourceClaims by name */
	{48, 59, 0, STRATEGIC_MERGE}, /* conditions by type */
	{432, 99, 0, STRATEGIC_MERGE | STRATEGIC_RETAIN_KEYS}, /* resourceClaimStatuses by name */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 48, 0}, /* spec */
	{683, 0, 45, 0}, /* podGroupTemplates */
	{1, 0, 2, 0}, /* metadata */
	{64, 0, 50, 0}, /* spec */
	{701, 99, 0, STRATEGIC_MERGE}, /* drivers by name */
};

const struct strategic_schema strategic_types[] = {
	{0, 0},
	{0, 1},
	{1, 2},
	{3, 2},
	{5, 1},
	{6, 3},
	{9, 1},
	{10, 2},
	{12, 3},
	{15, 9},
	{24, 4},
	{28, 1},
	{29, 1},
	{30, 7},
	{37, 2},
	{39, 2},
	{41, 2},
	{43, 3},
	{46, 1},
	{47, 3},
	{50, 1},
	{51, 2},
	{53, 2},
	{55, 1},
	{56, 2},
	{58, 2},
	{60, 2},
	{62, 2},
	{64, 1},
	{65, 1},
	{66, 1},
	{67, 5},
	{72, 3},
	{75, 2},
	{77, 3},
	{80, 2},
	{82, 2},
	{84, 1},
	{85, 2},
	{87, 3},
	{90, 1},
	{91, 2},
	{93, 1},
	{94, 2},
	{96, 3},
	{99, 1},
	{100, 2},
	{102, 2},
	{104, 1},
	{105, 2},
	{107, 1},
};

const struct strategic_kind strategic_kinds[] = {
	{0, 709, 712, 1}, /* v1 ConfigMap */
	{0, 709, 722, 1}, /* v1 Endpoints */
	{0, 709, 732, 1}, /* v1 Event */
	{0, 709, 738, 1}, /* v1 LimitRange */
	{0, 709, 749, 3}, /* v1 Namespace */
	{0, 709, 759, 5}, /* v1 Node */
	{0, 709, 764, 1}, /* v1 PersistentVolume */
	{0, 709, 781, 3}, /* v1 PersistentVolumeClaim */
	{0, 709, 803, 8}, /* v1 Pod */
	{0, 709, 807, 15}, /* v1 PodTemplate */
	{0, 709, 819, 17}, /* v1 ReplicationController */
	{0, 709, 841, 1}, /* v1 ResourceQuota */
	{0, 709, 855, 1}, /* v1 Secret */
	{0, 709, 862, 19}, /* v1 Service */
	{0, 709, 870, 21}, /* v1 ServiceAccount */
	{885, 709, 914, 22}, /* admissionregistration.k8s.io/v1 MutatingAdmissionPolicy */
	{885, 709, 938, 1}, /* admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding */
	{885, 709, 969, 24}, /* admissionregistration.k8s.io/v1 MutatingWebhookConfiguration */
	{885, 709, 998, 25}, /* admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy */
	{885, 709, 1024, 1}, /* admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding */
	{885, 709, 1057, 24}, /* admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration */
	{885, 1088, 914, 22}, /* admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicy */
	{885, 1088, 938, 1}, /* admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicyBinding */
	{885, 1088, 998, 25}, /* admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicy */
	{885, 1088, 1024, 1}, /* admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicyBinding */
	{885, 1097, 914, 22}, /* admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy */
	{885, 1097, 938, 1}, /* admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicyBinding */
	{885, 1097, 969, 24}, /* admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration */
	{885, 1097, 998, 25}, /* admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicy */
	{885, 1097, 1024, 1}, /* admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicyBinding */
	{885, 1097, 1057, 24}, /* admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration */
	{1105, 709, 1126, 27}, /* apiextensions.k8s.io/v1 CustomResourceDefinition */
	{1105, 1097, 1126, 1}, /* apiextensions.k8s.io/v1beta1 CustomResourceDefinition */
	{1151, 709, 1174, 3}, /* apiregistration.k8s.io/v1 APIService */
	{1151, 1097, 1174, 3}, /* apiregistration.k8s.io/v1beta1 APIService */
	{1185, 709, 1190, 1}, /* apps/v1 ControllerRevision */
	{1185, 709, 1209, 17}, /* apps/v1 DaemonSet */
	{1185, 709, 1219, 32}, /* apps/v1 Deployment */
	{1185, 709, 1230, 17}, /* apps/v1 ReplicaSet */
	{1185, 709, 1241, 34}, /* apps/v1 StatefulSet */
	{1185, 1097, 1190, 1}, /* apps/v1beta1 ControllerRevision */
	{1185, 1097, 1219, 32}, /* apps/v1beta1 Deployment */
	{1185, 1097, 1241, 34}, /* apps/v1beta1 StatefulSet */
	{1185, 1253, 1190, 1}, /* apps/v1beta2 ControllerRevision */
	{1185, 1253, 1209, 17}, /* apps/v1beta2 DaemonSet */
	{1185, 1253, 1219, 32}, /* apps/v1beta2 Deployment */
	{1185, 1253, 1230, 17}, /* apps/v1beta2 ReplicaSet */
	{1185, 1253, 1241, 34}, /* apps/v1beta2 StatefulSet */
	{1261, 709, 1273, 1}, /* autoscaling/v1 HorizontalPodAutoscaler */
	{1261, 709, 1297, 1}, /* autoscaling/v1 Scale */
	{1261, 1303, 1273, 3}, /* autoscaling/v2 HorizontalPodAutoscaler */
	{1261, 1306, 1273, 1}, /* autoscaling/v2beta1 HorizontalPodAutoscaler */
	{1261, 1314, 1273, 1}, /* autoscaling/v2beta2 HorizontalPodAutoscaler */
	{1322, 709, 1328, 36}, /* batch/v1 CronJob */
	{1322, 709, 1336, 17}, /* batch/v1 Job */
	{1322, 1097, 1328, 36}, /* batch/v1beta1 CronJob */
	{1340, 709, 1360, 1}, /* certificates.k8s.io/v1 CertificateSigningRequest */
	{1340, 1088, 1386, 1}, /* certificates.k8s.io/v1alpha1 ClusterTrustBundle */
	{1340, 1097, 1360, 1}, /* certificates.k8s.io/v1beta1 CertificateSigningRequest */
	{1340, 1097, 1386, 1}, /* certificates.k8s.io/v1beta1 ClusterTrustBundle */
	{1340, 1097, 1405, 3}, /* certificates.k8s.io/v1beta1 PodCertificateRequest */
	{1427, 709, 1447, 1}, /* coordination.k8s.io/v1 Lease */
	{1427, 1453, 1462, 1}, /* coordination.k8s.io/v1alpha2 LeaseCandidate */
	{1427, 1097, 1447, 1}, /* coordination.k8s.io/v1beta1 Lease */
	{1427, 1097, 1462, 1}, /* coordination.k8s.io/v1beta1 LeaseCandidate */
	{1477, 709, 1494, 1}, /* discovery.k8s.io/v1 EndpointSlice */
	{1477, 1097, 1494, 1}, /* discovery.k8s.io/v1beta1 EndpointSlice */
	{1508, 709, 732, 1}, /* events.k8s.io/v1 Event */
	{1508, 1097, 732, 1}, /* events.k8s.io/v1beta1 Event */
	{1522, 1097, 1209, 17}, /* extensions/v1beta1 DaemonSet */
	{1522, 1097, 1219, 32}, /* extensions/v1beta1 Deployment */
	{1522, 1097, 1533, 1}, /* extensions/v1beta1 Ingress */
	{1522, 1097, 1541, 1}, /* extensions/v1beta1 NetworkPolicy */
	{1522, 1097, 1230, 17}, /* extensions/v1beta1 ReplicaSet */
	{1555, 709, 1584, 3}, /* flowcontrol.apiserver.k8s.io/v1 FlowSchema */
	{1555, 709, 1595, 3}, /* flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration */
	{1555, 1097, 1584, 1}, /* flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema */
	{1555, 1097, 1595, 1}, /* flowcontrol.apiserver.k8s.io/v1beta1 PriorityLevelConfiguration */
	{1555, 1253, 1584, 1}, /* flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema */
	{1555, 1253, 1595, 1}, /* flowcontrol.apiserver.k8s.io/v1beta2 PriorityLevelConfiguration */
	{1555, 1622, 1584, 3}, /* flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema */
	{1555, 1622, 1595, 3}, /* flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration */
	{1630, 1088, 1656, 1}, /* internal.apiserver.k8s.io/v1alpha1 StorageVersion */
	{1671, 709, 1689, 1}, /* networking.k8s.io/v1 IPAddress */
	{1671, 709, 1533, 1}, /* networking.k8s.io/v1 Ingress */
	{1671, 709, 1699, 1}, /* networking.k8s.io/v1 IngressClass */
	{1671, 709, 1541, 1}, /* networking.k8s.io/v1 NetworkPolicy */
	{1671, 709, 1712, 3}, /* networking.k8s.io/v1 ServiceCIDR */
	{1671, 1097, 1689, 1}, /* networking.k8s.io/v1beta1 IPAddress */
	{1671, 1097, 1533, 1}, /* networking.k8s.io/v1beta1 Ingress */
	{1671, 1097, 1699, 1}, /* networking.k8s.io/v1beta1 IngressClass */
	{1671, 1097, 1712, 3}, /* networking.k8s.io/v1beta1 ServiceCIDR */
	{1724, 709, 1736, 1}, /* node.k8s.io/v1 RuntimeClass */
	{1724, 1088, 1736, 1}, /* node.k8s.io/v1alpha1 RuntimeClass */
	{1724, 1097, 1736, 1}, /* node.k8s.io/v1beta1 RuntimeClass */
	{1749, 709, 1756, 39}, /* policy/v1 PodDisruptionBudget */
	{1749, 1097, 1756, 1}, /* policy/v1beta1 PodDisruptionBudget */
	{1749, 1097, 1776, 1}, /* policy/v1beta1 PodSecurityPolicy */
	{1794, 709, 1820, 1}, /* rbac.authorization.k8s.io/v1 ClusterRole */
	{1794, 709, 1832, 1}, /* rbac.authorization.k8s.io/v1 ClusterRoleBinding */
	{1794, 709, 1851, 1}, /* rbac.authorization.k8s.io/v1 Role */
	{1794, 709, 1856, 1}, /* rbac.authorization.k8s.io/v1 RoleBinding */
	{1794, 1088, 1820, 1}, /* rbac.authorization.k8s.io/v1alpha1 ClusterRole */
	{1794, 1088, 1832, 1}, /* rbac.authorization.k8s.io/v1alpha1 ClusterRoleBinding */
	{1794, 1088, 1851, 1}, /* rbac.authorization.k8s.io/v1alpha1 Role */
	{1794, 1088, 1856, 1}, /* rbac.authorization.k8s.io/v1alpha1 RoleBinding */
	{1794, 1097, 1820, 1}, /* rbac.authorization.k8s.io/v1beta1 ClusterRole */
	{1794, 1097, 1832, 1}, /* rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding */
	{1794, 1097, 1851, 1}, /* rbac.authorization.k8s.io/v1beta1 Role */
	{1794, 1097, 1856, 1}, /* rbac.authorization.k8s.io/v1beta1 RoleBinding */
	{1868, 709, 1884, 1}, /* resource.k8s.io/v1 DeviceClass */
	{1868, 709, 1896, 41}, /* resource.k8s.io/v1 ResourceClaim */
	{1868, 709, 1910, 43}, /* resource.k8s.io/v1 ResourceClaimTemplate */
	{1868, 709, 1932, 1}, /* resource.k8s.io/v1 ResourceSlice */
	{1868, 1946, 1955, 3}, /* resource.k8s.io/v1alpha3 DeviceTaintRule */
	{1868, 1946, 1971, 3}, /* resource.k8s.io/v1alpha3 ResourcePoolStatusRequest */
	{1868, 1097, 1884, 1}, /* resource.k8s.io/v1beta1 DeviceClass */
	{1868, 1097, 1896, 41}, /* resource.k8s.io/v1beta1 ResourceClaim */
	{1868, 1097, 1910, 43}, /* resource.k8s.io/v1beta1 ResourceClaimTemplate */
	{1868, 1097, 1932, 1}, /* resource.k8s.io/v1beta1 ResourceSlice */
	{1868, 1253, 1884, 1}, /* resource.k8s.io/v1beta2 DeviceClass */
	{1868, 1253, 1955, 3}, /* resource.k8s.io/v1beta2 DeviceTaintRule */
	{1868, 1253, 1896, 41}, /* resource.k8s.io/v1beta2 ResourceClaim */
	{1868, 1253, 1910, 43}, /* resource.k8s.io/v1beta2 ResourceClaimTemplate */
	{1868, 1253, 1932, 1}, /* resource.k8s.io/v1beta2 ResourceSlice */
	{1997, 709, 2015, 1}, /* scheduling.k8s.io/v1 PriorityClass */
	{1997, 1453, 2029, 44}, /* scheduling.k8s.io/v1alpha2 PodGroup */
	{1997, 1453, 2038, 47}, /* scheduling.k8s.io/v1alpha2 Workload */
	{1997, 1097, 2015, 1}, /* scheduling.k8s.io/v1beta1 PriorityClass */
	{2047, 709, 2062, 1}, /* storage.k8s.io/v1 CSIDriver */
	{2047, 709, 2072, 49}, /* storage.k8s.io/v1 CSINode */
	{2047, 709, 2080, 1}, /* storage.k8s.io/v1 CSIStorageCapacity */
	{2047, 709, 2099, 1}, /* storage.k8s.io/v1 StorageClass */
	{2047, 709, 2112, 1}, /* storage.k8s.io/v1 VolumeAttachment */
	{2047, 709, 2129, 1}, /* storage.k8s.io/v1 VolumeAttributesClass */
	{2047, 1088, 2080, 1}, /* storage.k8s.io/v1alpha1 CSIStorageCapacity */
	{2047, 1088, 2112, 1}, /* storage.k8s.io/v1alpha1 VolumeAttachment */
	{2047, 1088, 2129, 1}, /* storage.k8s.io/v1alpha1 VolumeAttributesClass */
	{2047, 1097, 2062, 1}, /* storage.k8s.io/v1beta1 CSIDriver */
	{2047, 1097, 2072, 49}, /* storage.k8s.io/v1beta1 CSINode */
	{2047, 1097, 2080, 1}, /* storage.k8s.io/v1beta1 CSIStorageCapacity */
	{2047, 1097, 2099, 1}, /* storage.k8s.io/v1beta1 StorageClass */
	{2047, 1097, 2112, 1}, /* storage.k8s.io/v1beta1 VolumeAttachment */
	{2047, 1097, 2129, 1}, /* storage.k8s.io/v1beta1 VolumeAttributesClass */
	{2151, 1097, 2175, 3}, /* storagemigration.k8s.io/v1beta1 StorageVersionMigration */
};
const size_t strategic_kind_count = sizeof(strategic_kinds) / sizeof(strategic_kinds[0]);
