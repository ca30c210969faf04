'use strict';
// A Pod's Table cells: the status word, readiness and restarts as a server computes them.

const { since } = require('./clock');

const none = (v) => (v === undefined || v === null || v === '' ? '<none>' : v);
const isTrue = (pod, type) => ((pod.status || {}).conditions || []).some((c) => c.type === type && c.status === 'True');
const restartable = (pod, name) =>
  ((pod.spec.initContainers || []).find((c) => c.name === name) || {}).restartPolicy === 'Always';

function exitWord(t, prefix = '') {
  if (t.reason) return prefix + t.reason;
  return t.signal ? `${prefix}Signal:${t.signal}` : `${prefix}ExitCode:${t.exitCode}`;
}

// The reason that init containers give, or null when they are done; counts restarts on the way.
function initState(pod, acc) {
  const list = (pod.status || {}).initContainerStatuses || [];
  for (let i = 0; i < list.length; i++) {
    const s = list[i];
    const st = s.state || {};
    acc.restarts += s.restartCount || 0;
    noteRestart(s, acc);
    if (restartable(pod, s.name)) {
      if (s.ready) acc.ready++;
      if (s.started) continue;
    } else if (st.terminated && st.terminated.exitCode === 0) continue;
    if (st.terminated) return exitWord(st.terminated, 'Init:');
    if (st.waiting && st.waiting.reason && st.waiting.reason !== 'PodInitializing') return `Init:${st.waiting.reason}`;
    return `Init:${i}/${pod.spec.initContainers.length}`;
  }
  return null;
}

function noteRestart(s, acc) {
  const t = ((s.lastState || {}).terminated || {}).finishedAt;
  if (t && (!acc.last || t > acc.last)) acc.last = t;
}

function mainState(pod, reason, acc) {
  let running = false;
  for (const s of [...((pod.status || {}).containerStatuses || [])].reverse()) {
    const st = s.state || {};
    acc.restarts += s.restartCount || 0;
    noteRestart(s, acc);
    if (st.waiting && st.waiting.reason) reason = st.waiting.reason;
    else if (st.terminated) reason = exitWord(st.terminated);
    else if (s.ready && st.running) {
      running = true;
      acc.ready++;
    }
  }
  if (reason === 'Completed' && running) reason = isTrue(pod, 'Ready') ? 'Running' : 'NotReady';
  return reason;
}

function summary(pod) {
  const st = pod.status || {};
  const sidecars = (pod.spec.initContainers || []).filter((c) => c.restartPolicy === 'Always').length;
  const acc = { restarts: 0, ready: 0, last: null, total: pod.spec.containers.length + sidecars };
  let reason = st.reason || st.phase;
  if ((st.conditions || []).some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated'))
    reason = 'SchedulingGated';
  const init = initState(pod, acc);
  if (init && !isTrue(pod, 'Initialized')) reason = init;
  else {
    const side = acc.restarts;
    acc.restarts = sidecars ? side : 0;
    reason = mainState(pod, reason, acc);
  }
  if (pod.metadata.deletionTimestamp && st.reason === 'NodeLost') reason = 'Unknown';
  else if (pod.metadata.deletionTimestamp && !['Succeeded', 'Failed'].includes(st.phase)) reason = 'Terminating';
  return { ...acc, reason };
}

function restarts(pod) {
  const s = summary(pod);
  return s.restarts && s.last ? `${s.restarts} (${since(s.last)} ago)` : String(s.restarts);
}

function gates(pod) {
  const list = pod.spec.readinessGates || [];
  if (!list.length) return '<none>';
  return `${list.filter((g) => isTrue(pod, g.conditionType)).length}/${list.length}`;
}

const podCells = [
  ['Name', 'string', 0, (o) => o.metadata.name, 'name'],
  [
    'Ready',
    'string',
    0,
    (o) => {
      const s = summary(o);
      return `${s.ready}/${s.total}`;
    },
  ],
  ['Status', 'string', 0, (o) => summary(o).reason],
  ['Restarts', 'string', 0, restarts],
  ['Age', 'string', 0, (o) => since(o.metadata.creationTimestamp)],
  ['IP', 'string', 1, (o) => none(((o.status || {}).podIPs || []).length ? o.status.podIPs[0].ip : '')],
  ['Node', 'string', 1, (o) => none(o.spec.nodeName)],
  ['Nominated Node', 'string', 1, (o) => none((o.status || {}).nominatedNodeName)],
  ['Readiness Gates', 'string', 1, gates],
];

module.exports = { podCells, summary };
