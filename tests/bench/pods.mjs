// pods.mjs COUNT: prints that many running Pods as a JSON array, each about as large as a real one.
const count = Number(process.argv[2]);
const transition = '2026-01-01T00:00:00Z';

function pod(i) {
	const name = `web-57988c7fc7-${i.toString(36).padStart(5, '0')}`;
	const address = `10.244.${i >> 8}.${i & 255}`;
	return {
		apiVersion: 'v1', kind: 'Pod',
		metadata: {
			name, namespace: 'default',
			labels: { app: 'web', 'pod-template-hash': '57988c7fc7', tier: `t${i % 5}` },
			annotations: { 'example.com/note': 'x'.repeat(700), 'kubernetes.io/config.source': 'api' },
		},
		spec: {
			nodeName: `node-${i % 50}`, serviceAccountName: 'default', restartPolicy: 'Always',
			tolerations: ['not-ready', 'unreachable'].map((key) => ({
				key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300,
			})),
			volumes: [{ name: 'kube-api-access', projected: { defaultMode: 420, sources: [
				{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
				{ configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
			] } }],
			containers: [{
				name: 'web', image: 'registry.example/web:1.27',
				env: Array.from({ length: 8 }, (_, n) => ({ name: `VAR_${n}`, value: `value-${n}` })),
				resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
				volumeMounts: [{ name: 'kube-api-access', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
			}],
		},
		status: {
			phase: 'Running', qosClass: 'Burstable', hostIP: `10.0.0.${i % 50}`, podIP: address, podIPs: [{ ip: address }],
			startTime: transition,
			conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
				type, status: 'True', lastProbeTime: null, lastTransitionTime: transition,
			})),
			containerStatuses: [{
				name: 'web', ready: true, started: true, restartCount: i % 7, lastState: {},
				state: { running: { startedAt: transition } },
				image: 'registry.example/web:1.27', imageID: `sha256:${'a'.repeat(64)}`, containerID: `containerd://${'b'.repeat(64)}`,
			}],
		},
	};
}

process.stdout.write(JSON.stringify(Array.from({ length: count }, (_, i) => pod(i))));
