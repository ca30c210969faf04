'use strict';
// Container logs: what a kubelet would answer. Each container writes "line N of NAME" lines; five to begin with, and a
// further one every --log-interval milliseconds while somebody follows it. Who comes later finds them all.

const { badRequest } = require('./errors');
const clock = require('./clock');

const LINES = 5;

function text(pod, container, i) {
  const own = (pod.metadata.annotations || {})[`test/log-${container}`];
  const list =
    own !== undefined
      ? own.split('\n')
      : Array.from({ length: LINES }, (_, n) => `${pod.metadata.name}: line ${n + 1} of ${container}`);
  return i === undefined ? list : list[i];
}

function pick(pod, name) {
  const all = [...(pod.spec.initContainers || []), ...pod.spec.containers, ...(pod.spec.ephemeralContainers || [])];
  if (name) {
    if (!all.some((c) => c.name === name))
      throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`);
    return name;
  }
  if (pod.spec.containers.length === 1 && !(pod.spec.initContainers || []).length) return pod.spec.containers[0].name;
  if (pod.spec.containers.length === 1) return pod.spec.containers[0].name;
  const init = (pod.spec.initContainers || []).map((c) => c.name);
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${pod.spec.containers.map((c) => c.name).join(' ')}]${init.length ? ` or one of the init containers: [${init.join(' ')}]` : ''}`,
  );
}

function stateOf(pod, name) {
  const s = pod.status || {};
  return [
    ...(s.initContainerStatuses || []),
    ...(s.containerStatuses || []),
    ...(s.ephemeralContainerStatuses || []),
  ].find((c) => c.name === name);
}

function refuseWaiting(pod, name, previous) {
  const st = stateOf(pod, name);
  if (previous && !((st || {}).lastState || {}).terminated)
    throw badRequest(`previous terminated container "${name}" in pod "${pod.metadata.name}" not found`);
  if (previous) return;
  const waiting = st && st.state && st.state.waiting;
  if (!st) throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ContainerCreating`);
  if (!waiting || (st.lastState || {}).terminated) return;
  if (['ImagePullBackOff', 'ErrImagePull'].includes(waiting.reason))
    throw badRequest(
      `container "${name}" in pod "${pod.metadata.name}" is waiting to start: trying and failing to pull image`,
    );
  throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${waiting.reason}`);
}

const grown = new Map(); // "uid/container" to the lines that were added: [{ l, t }]

function lines(pod, container) {
  const started = Date.parse((pod.status || {}).startTime || pod.metadata.creationTimestamp);
  const first = text(pod, container).map((l, i) => ({ l, t: started + i }));
  return [...first, ...(grown.get(`${pod.metadata.uid}/${container}`) || [])];
}

// grow(api, pod, container): adds a line when it is time for one.
function grow(api, pod, container) {
  const key = `${pod.metadata.uid}/${container}`;
  const added = grown.get(key) || [];
  const last = added.length ? added[added.length - 1].t : 0;
  if (!api.env.logInterval || (pod.metadata.annotations || {})[`test/log-${container}`] !== undefined) return;
  if (clock.now() - last < api.env.logInterval * 0.7) return;
  added.push({ l: `${pod.metadata.name}: line ${LINES + added.length + 1} of ${container}`, t: clock.now() });
  grown.set(key, added);
}

// The time with as many digits as a kubelet writes.
const stamp = (t) => `${new Date(t).toISOString().slice(0, 23)}000000Z`;
const line = (x, query) => `${query.get('timestamps') === 'true' ? `${stamp(x.t)} ` : ''}${x.l}\n`;

// select(lines, query): tailLines, sinceSeconds, sinceTime, limitBytes, timestamps.
function select(all, query) {
  let out = all;
  if (query.get('sinceSeconds')) out = out.filter((x) => x.t >= clock.now() - Number(query.get('sinceSeconds')) * 1000);
  if (query.get('sinceTime')) out = out.filter((x) => x.t >= Date.parse(query.get('sinceTime')));
  if (query.get('tailLines') !== null)
    out = Number(query.get('tailLines')) ? out.slice(-Number(query.get('tailLines'))) : [];
  const s = out.map((x) => line(x, query)).join('');
  return query.get('limitBytes') ? s.slice(0, Number(query.get('limitBytes'))) : s;
}

// handle(api, request): the answer to GET .../pods/NAME/log; with follow=true a stream that writes
// a further line every --log-interval milliseconds while the pod lives.
function handle(api, r) {
  if (r.method !== 'GET') return null;
  const { kind, namespace, name } = r.info;
  const pod = api.objects.get(kind, namespace, name);
  const container = pick(pod, r.query.get('container'));
  if (!pod.spec.nodeName) return { code: 200, body: '', type: 'text/plain' };
  refuseWaiting(pod, container, r.query.get('previous') === 'true');
  const first = select(lines(pod, container), r.query);
  if (r.query.get('follow') !== 'true') return { code: 200, body: first, type: 'text/plain' };
  return { code: 200, type: 'text/plain', stream: (out) => follow(api, r, container, first, out) };
}

function follow(api, r, container, first, out) {
  const { kind, namespace, name } = r.info;
  let sent = lines(api.objects.get(kind, namespace, name), container).length;
  if (first) out.write(first);
  else out.flush();
  const timer = setInterval(() => {
    const pod = api.objects.store.get(kind.storage, namespace, name);
    if (!pod || ['Succeeded', 'Failed'].includes((pod.status || {}).phase)) {
      clearInterval(timer);
      out.end();
      return;
    }
    grow(api, pod, container);
    const all = lines(pod, container);
    for (; sent < all.length; sent++) out.write(line(all[sent], r.query));
  }, api.env.logInterval || 200);
  out.onClose(() => clearInterval(timer));
}

module.exports = { handle };
