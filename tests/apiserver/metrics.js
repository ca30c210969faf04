'use strict';
// The metrics API (--metrics), as metrics-server gives it. What a Pod or a node uses is said by its annotation
// `test/metrics`: {"CONTAINER": {"cpu": "5m", "memory": "10Mi"}, …} or {"cpu": …, "memory": …}; who has none is not measured yet.

const { ApiError } = require('./errors');
const lists = require('./lists');
const clock = require('./clock');

const GROUP = 'metrics.k8s.io';
const KINDS = [
  `${GROUP} v1beta1 | nodes NodeMetrics  Cluster |  |  | gl |  | -`,
  `${GROUP} v1beta1 | pods PodMetrics  Namespaced |  |  | gl |  | -`,
];

function metrics(k, o) {
  const text = (o.metadata.annotations || {})['test/metrics'];
  if (!text) return null;
  const { name, namespace, labels } = o.metadata;
  const used = JSON.parse(text);
  return {
    metadata: { name, ...(namespace ? { namespace } : {}), creationTimestamp: clock.stamp(), ...(labels ? { labels } : {}) },
    timestamp: clock.stamp(),
    window: '20.049s',
    ...(k.namespaced
      ? { containers: Object.entries(used).map(([container, usage]) => ({ name: container, usage })) }
      : { usage: used }),
  };
}

const measured = (objects, k, ns) =>
  objects.store
    .list(`/${k.plural}`, ns)
    .map((o) => [o, metrics(k, o)])
    .filter(([, m]) => m);

const head = (k, kind) => ({ kind, apiVersion: `${GROUP}/${k.version}` });

function get(objects, k, ns, name) {
  const found = measured(objects, k, ns).find(([o]) => o.metadata.name === name);
  if (found) return { code: 200, type: 'application/json', body: { ...head(k, k.kind), ...found[1] } };
  const resource = k.kind.toLowerCase();
  const whole = ns ? `${ns}/${name}` : name;
  throw new ApiError(404, 'NotFound', `${resource}.${GROUP} "${whole}" not found`, {
    name: whole,
    group: GROUP,
    kind: resource,
  });
}

function list(objects, k, ns, query) {
  const match = lists.matcher(objects.env.kinds.find('', 'v1', k.plural), query);
  const items = measured(objects, k, ns)
    .filter(([o]) => match(o))
    .map(([, m]) => m);
  return { code: 200, type: 'application/json', body: { ...head(k, `${k.kind}List`), metadata: {}, items } };
}

module.exports = { GROUP, KINDS, get, list };
