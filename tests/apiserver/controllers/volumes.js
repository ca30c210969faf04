'use strict';
// PersistentVolumes and claims: binding, provisioning for classes that exist, protection.

const c = require('./common');
const quantity = require('../quantity');
const { stamp } = require('../clock');

const PV = '/persistentvolumes';
const PVC = '/persistentvolumeclaims';

const refOf = (pvc) => ({
  kind: 'PersistentVolumeClaim',
  apiVersion: 'v1',
  namespace: pvc.metadata.namespace,
  name: pvc.metadata.name,
  uid: pvc.metadata.uid,
  resourceVersion: pvc.metadata.resourceVersion,
});
const moved = (env) => (env.old ? {} : { lastPhaseTransitionTime: stamp() });
const inUse = (env, pvc) =>
  c
    .list(env, '/pods', pvc.metadata.namespace)
    .some(
      (p) =>
        !['Succeeded', 'Failed'].includes((p.status || {}).phase) &&
        (p.spec.volumes || []).some(
          (v) => v.persistentVolumeClaim && v.persistentVolumeClaim.claimName === pvc.metadata.name,
        ),
    );

function fits(pv, pvc) {
  if ((pv.status || {}).phase !== 'Available' || pv.spec.claimRef) return false;
  if ((pv.spec.storageClassName || '') !== (pvc.spec.storageClassName || '')) return false;
  return (
    pvc.spec.accessModes.every((m) => pv.spec.accessModes.includes(m)) &&
    quantity.nano(pv.spec.capacity.storage) >= quantity.nano(pvc.spec.resources.requests.storage)
  );
}

function provision(env, pvc) {
  const sc = env.store.get('storage.k8s.io/storageclasses', '', pvc.spec.storageClassName || '');
  if (!sc || sc.provisioner === 'kubernetes.io/no-provisioner') return null;
  if (sc.volumeBindingMode === 'WaitForFirstConsumer' && !inUse(env, pvc)) return null;
  const name = `pvc-${pvc.metadata.uid}`;
  return c.create(env, PV, '', {
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': sc.provisioner } },
    spec: {
      capacity: { storage: pvc.spec.resources.requests.storage },
      accessModes: pvc.spec.accessModes,
      claimRef: refOf(pvc),
      persistentVolumeReclaimPolicy: sc.reclaimPolicy,
      storageClassName: sc.metadata.name,
      volumeMode: pvc.spec.volumeMode,
      hostPath: { path: `/tmp/hostpath-provisioner/${pvc.metadata.namespace}/${pvc.metadata.name}`, type: '' },
    },
  });
}

function bind(env, pvc) {
  const pv =
    c.list(env, PV).find((v) => v.spec.claimRef && v.spec.claimRef.uid === pvc.metadata.uid) ||
    c.list(env, PV).find((v) => fits(v, pvc)) ||
    provision(env, pvc);
  if (!pv) return;
  const bound = c.update(
    env,
    PV,
    pv,
    (o) => {
      o.spec.claimRef = o.spec.claimRef || refOf(pvc);
      if (!(o.metadata.annotations || {})['pv.kubernetes.io/provisioned-by'])
        o.metadata.annotations = { ...o.metadata.annotations, 'pv.kubernetes.io/bound-by-controller': 'yes' };
      o.status = { ...o.status, phase: 'Bound', ...moved(env) };
    },
    { subresource: 'internal' },
  );
  c.update(
    env,
    PVC,
    pvc,
    (o) => {
      o.metadata.annotations = {
        ...o.metadata.annotations,
        'pv.kubernetes.io/bind-completed': 'yes',
        'pv.kubernetes.io/bound-by-controller': 'yes',
      };
      o.spec.volumeName = bound.metadata.name;
      o.status = { phase: 'Bound', accessModes: bound.spec.accessModes, capacity: bound.spec.capacity };
    },
    { subresource: 'internal' },
  );
}

const release = (env, store, o, f) =>
  c.update(
    env,
    store,
    o,
    (x) => {
      x.metadata.finalizers = x.metadata.finalizers.filter((y) => y !== f);
    },
    { subresource: 'internal', manager: null },
  );

function claim(env, pvc) {
  if (pvc.metadata.deletionTimestamp) {
    if ((pvc.metadata.finalizers || []).includes('kubernetes.io/pvc-protection') && !inUse(env, pvc))
      release(env, PVC, pvc, 'kubernetes.io/pvc-protection');
    return;
  }
  if ((pvc.status || {}).phase !== 'Bound') bind(env, pvc);
}

function volume(env, pv) {
  const ref = pv.spec.claimRef;
  const pvc = ref && env.store.get(PVC, ref.namespace, ref.name);
  const held = pvc && pvc.metadata.uid === ref.uid;
  if (pv.metadata.deletionTimestamp) {
    if (!held && (pv.metadata.finalizers || []).includes('kubernetes.io/pv-protection'))
      release(env, PV, pv, 'kubernetes.io/pv-protection');
    return;
  }
  if (!ref && (pv.status || {}).phase !== 'Available')
    c.setStatus(env, PV, pv, { ...pv.status, phase: 'Available', ...moved(env) });
  if (ref && ref.uid && !held && (pv.status || {}).phase === 'Bound') {
    if (pv.spec.persistentVolumeReclaimPolicy === 'Delete') c.remove(env, PV, pv);
    else c.setStatus(env, PV, pv, { ...pv.status, phase: 'Released', ...moved(env) });
  }
}

function run(env) {
  for (const v of c.list(env, PV)) volume(env, v);
  for (const p of c.list(env, PVC)) claim(env, p);
}

module.exports = { name: 'volumes', run };
