'use strict';
// Container logs: what a kubelet would answer. Each container writes "line N of NAME" lines.

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

// select(lines, query): tailLines, sinceSeconds, sinceTime, limitBytes, timestamps.
function select(lines, query, started) {
  const at = (i) => started + i * 1000;
  let out = lines.map((l, i) => ({ l, t: at(i) }));
  if (query.get('sinceSeconds')) out = out.filter((x) => x.t >= clock.now() - Number(query.get('sinceSeconds')) * 1000);
  if (query.get('sinceTime')) out = out.filter((x) => x.t >= Date.parse(query.get('sinceTime')));
  if (query.get('tailLines') !== null)
    out = Number(query.get('tailLines')) ? out.slice(-Number(query.get('tailLines'))) : [];
  const stamp = (t) => `${new Date(t).toISOString().slice(0, 23)}000000Z`;
  let s = out.map((x) => `${query.get('timestamps') === 'true' ? `${stamp(x.t)} ` : ''}${x.l}\n`).join('');
  if (query.get('limitBytes')) s = s.slice(0, Number(query.get('limitBytes')));
  return s;
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
  const started = Date.parse((pod.status || {}).startTime || pod.metadata.creationTimestamp);
  const first = select(text(pod, container), r.query, started);
  if (r.query.get('follow') !== 'true') return { code: 200, body: first, type: 'text/plain' };
  return { code: 200, type: 'text/plain', stream: (out) => follow(api, r, container, first, out) };
}

function follow(api, r, container, first, out) {
  const { kind, namespace, name } = r.info;
  let n = LINES;
  if (first) out.write(first);
  else out.flush();
  const timer = setInterval(() => {
    const pod = api.objects.store.get(kind.storage, namespace, name);
    if (!pod || ['Succeeded', 'Failed'].includes((pod.status || {}).phase)) {
      clearInterval(timer);
      out.end();
      return;
    }
    if (api.env.logInterval && (pod.metadata.annotations || {})[`test/log-${container}`] === undefined)
      out.write(
        select(
          [`${name}: line ${++n} of ${container}`],
          new URLSearchParams(r.query.get('timestamps') === 'true' ? 'timestamps=true' : ''),
          clock.now(),
        ),
      );
  }, api.env.logInterval || 200);
  out.onClose(() => clearInterval(timer));
}

module.exports = { handle };
