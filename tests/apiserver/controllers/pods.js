'use strict';
// Scheduler and kubelet in one: pods get a node, start, become ready, finish, go.

const c = require('./common');
const clock = require('../clock');

const due = new Map(); // uid -> when the next step is due (real time)
let ip = 0;

function nextIP() {
  ip = (ip + 1) % 64000;
  return `10.244.${Math.floor(ip / 250)}.${(ip % 250) + 2}`;
}

// unbound: why a pod must wait for its claims, or null.
function unbound(env, pod) {
  const n = c.list(env, '/nodes').length;
  for (const v of pod.spec.volumes || []) {
    if (!v.persistentVolumeClaim) continue;
    const name = v.persistentVolumeClaim.claimName;
    const pvc = env.store.get('/persistentvolumeclaims', pod.metadata.namespace, name);
    if (!pvc) return `0/${n} nodes are available: persistentvolumeclaim "${name}" not found. not found`;
    if ((pvc.status || {}).phase !== 'Bound')
      return `0/${n} nodes are available: pod has unbound immediate PersistentVolumeClaims. not found`;
  }
  return null;
}

function nodeFor(env, pod) {
  const want = Object.entries(pod.spec.nodeSelector || {});
  return c
    .list(env, '/nodes')
    .find((n) => !n.spec.unschedulable && want.every(([k, v]) => (n.metadata.labels || {})[k] === v));
}

// Between the node's taking a pod and its containers' start.
const creating = (x) => ({
  name: x.name,
  state: { waiting: { reason: 'ContainerCreating' } },
  lastState: {},
  ready: false,
  restartCount: 0,
  image: x.image,
  imageID: '',
  started: false,
});

function schedule(env, pod) {
  const why = unbound(env, pod);
  const node = why ? null : nodeFor(env, pod);
  const base = { type: 'PodScheduled', lastProbeTime: null, lastTransitionTime: clock.stamp() };
  if (!node) {
    const n = c.list(env, '/nodes').length;
    const message = why || `0/${n} nodes are available: ${n} node(s) didn't match Pod's node affinity/selector.`;
    if (!((pod.status || {}).conditions || []).some((x) => x.message === message))
      c.setStatus(
        env,
        '/pods',
        pod,
        {
          ...pod.status,
          conditions: [
            {
              ...base,
              ...(env.old ? {} : { observedGeneration: pod.metadata.generation }),
              status: 'False',
              reason: 'Unschedulable',
              message,
            },
          ],
        },
        'kube-scheduler',
      );
    return null;
  }
  c.event(
    env,
    pod,
    'Scheduled',
    `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node.metadata.name}`,
    { component: 'default-scheduler' },
  );
  return c.update(
    env,
    '/pods',
    pod,
    (o) => {
      o.spec.nodeName = node.metadata.name;
      o.status = {
        ...o.status,
        conditions: [{ ...base, status: 'True' }],
        containerStatuses: o.spec.containers.map(creating),
        ...((o.spec.initContainers || []).length ? { initContainerStatuses: o.spec.initContainers.map(creating) } : {}),
      };
    },
    { subresource: 'internal', manager: null },
  );
}

const conditions = (ready, done) =>
  [
    ['PodScheduled', true],
    ['Initialized', true],
    ['ContainersReady', ready],
    ['Ready', ready],
  ].map(([type, ok]) => ({
    type,
    status: ok ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: clock.stamp(),
    ...(!ok ? { reason: done ? 'PodCompleted' : 'ContainersNotReady' } : {}),
  }));

// What an image does: ends in :missing or :crash, or (in a Job's pod) runs and ends.
const pulls = (image) => !/:missing$/.test(image);
const crashes = (image) => /:crash$/.test(image);
const isJob = (pod) => (c.controller(pod) || {}).kind === 'Job' || pod.spec.restartPolicy !== 'Always';

function containerStatus(container) {
  const t = clock.stamp();
  const base = { name: container.name, lastState: {}, image: container.image };
  if (!pulls(container.image))
    return {
      ...base,
      state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${container.image}"` } },
      ready: false,
      restartCount: 0,
      imageID: '',
      started: false,
    };
  const ids = { imageID: `sha256:${container.image}`, containerID: `fake://${container.name}` };
  if (crashes(container.image)) {
    const ended = { exitCode: 1, reason: 'Error', startedAt: t, finishedAt: t, containerID: ids.containerID };
    return {
      ...base,
      ...ids,
      state: {
        waiting: { reason: 'CrashLoopBackOff', message: `back-off 10s restarting failed container=${container.name}` },
      },
      lastState: { terminated: ended },
      ready: false,
      restartCount: 1,
      started: false,
    };
  }
  return { ...base, ...ids, state: { running: { startedAt: t } }, ready: true, restartCount: 0, started: true };
}

function initDone(container) {
  const t = clock.stamp();
  return {
    name: container.name,
    state: {
      terminated: {
        exitCode: 0,
        reason: 'Completed',
        startedAt: t,
        finishedAt: t,
        containerID: `fake://${container.name}`,
      },
    },
    lastState: {},
    ready: true,
    restartCount: 0,
    image: container.image,
    imageID: `sha256:${container.image}`,
    containerID: `fake://${container.name}`,
    started: false,
  };
}

function started(pod) {
  const list = pod.spec.containers.map(containerStatus);
  const ready = list.every((s) => s.ready);
  const addr = nextIP();
  return {
    ...pod.status,
    phase: list.every((s) => s.imageID === '') ? 'Pending' : 'Running',
    conditions: conditions(ready),
    hostIP: '127.0.0.1',
    podIP: addr,
    podIPs: [{ ip: addr }],
    startTime: clock.stamp(),
    ...((pod.spec.initContainers || []).length
      ? {
          initContainerStatuses: pod.spec.initContainers.map((x) =>
            x.restartPolicy === 'Always' ? containerStatus(x) : initDone(x),
          ),
        }
      : {}),
    containerStatuses: list,
  };
}

function finished(pod) {
  const t = clock.stamp();
  const fails = pod.spec.containers.some((x) => crashes(x.image));
  const list = pod.status.containerStatuses.map((s) => ({
    ...s,
    state: {
      terminated: {
        exitCode: fails ? 1 : 0,
        reason: fails ? 'Error' : 'Completed',
        startedAt: pod.status.startTime,
        finishedAt: t,
        containerID: s.containerID,
      },
    },
    lastState: {},
    restartCount: 0,
    ready: false,
    started: false,
  }));
  return {
    ...pod.status,
    phase: fails ? 'Failed' : 'Succeeded',
    conditions: conditions(false, true),
    containerStatuses: list,
  };
}

// ripe(uid, step, ms): true once ms have passed since the step was first asked for.
function ripe(env, key, ms) {
  if (!due.has(key)) {
    due.set(key, Date.now() + ms);
    env.controllers.later(ms + 1);
  }
  if (Date.now() < due.get(key)) return false;
  due.delete(key);
  return true;
}

function imagesOf(pod) {
  return pod.spec.containers.map((x) => x.image).join();
}

function refresh(pod) {
  // An image changed in place: the container starts anew.
  const list = pod.status.containerStatuses.map((s) => {
    const x = pod.spec.containers.find((y) => y.name === s.name);
    return x && x.image !== s.image ? { ...containerStatus(x), restartCount: s.restartCount + 1 } : s;
  });
  return { ...pod.status, containerStatuses: list, conditions: conditions(list.every((s) => s.ready)) };
}

function ephemeral(pod) {
  const have = pod.status.ephemeralContainerStatuses || [];
  const missing = (pod.spec.ephemeralContainers || []).filter((x) => !have.some((s) => s.name === x.name));
  return missing.length
    ? {
        ...pod.status,
        ephemeralContainerStatuses: [
          ...have,
          ...missing.map((x) => ({ ...containerStatus(x), started: undefined, ready: false })),
        ],
      }
    : null;
}

function step(env, pod, options) {
  const { uid } = pod.metadata;
  const st = pod.status || {};
  if (pod.metadata.deletionTimestamp) {
    if (
      options.podStop >= 0 &&
      pod.metadata.deletionGracePeriodSeconds !== undefined &&
      ripe(env, `${uid}-stop`, Math.min(options.podStop, pod.metadata.deletionGracePeriodSeconds * 1000))
    )
      c.remove(env, '/pods', pod, { gracePeriodSeconds: 0 });
    return;
  }
  if (!pod.spec.nodeName) {
    schedule(env, pod);
    return;
  }
  if (['Succeeded', 'Failed'].includes(st.phase)) return;
  if (!st.startTime) {
    if (options.podStart >= 0 && ripe(env, `${uid}-start`, options.podStart))
      c.setStatus(env, '/pods', pod, started(pod), 'kubelet');
    return;
  }
  if (
    isJob(pod) &&
    pod.spec.restartPolicy !== 'Always' &&
    (st.containerStatuses || []).every((s) => s.containerID) &&
    !/:run$/.test(imagesOf(pod))
  ) {
    if (ripe(env, `${uid}-end`, options.podRun || options.podStart))
      c.setStatus(env, '/pods', pod, finished(pod), 'kubelet');
    return;
  }
  if (st.containerStatuses && st.containerStatuses.map((s) => s.image).join() !== imagesOf(pod))
    c.setStatus(env, '/pods', pod, refresh(pod), 'kubelet');
  const e = ephemeral(pod);
  if (e) c.setStatus(env, '/pods', pod, e, 'kubelet');
}

function run(env, options) {
  for (const p of c.list(env, '/pods')) if (!(p.metadata.annotations || {})['test/frozen']) step(env, p, options);
}

module.exports = { name: 'pods', run };
