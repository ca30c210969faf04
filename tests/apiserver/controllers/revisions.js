'use strict';
// ControllerRevisions of StatefulSets and DaemonSets: one for each template, numbered, limited.

const c = require('./common');
const { clone, equal } = require('../json');

const STORE = 'apps/controllerrevisions';
const LABEL = 'controller-revision-hash';
const dataOf = (o) => ({ spec: { template: { ...clone(o.spec.template), $patch: 'replace' } } });

function make(env, o, all) {
  const h = c.hash(o.spec.template);
  const top = Math.max(0, ...all.map((r) => r.revision));
  const labels = {
    ...(o.spec.template.metadata || {}).labels,
    [o.kind === 'StatefulSet' ? 'controller.kubernetes.io/hash' : LABEL]: h,
  };
  const annotations = { ...o.metadata.annotations };
  return c.create(env, STORE, o.metadata.namespace, {
    metadata: {
      name: `${o.metadata.name}-${h}`,
      labels,
      ...(Object.keys(annotations).length ? { annotations } : {}),
      ownerReferences: [c.ownerRef(o)],
    },
    data: dataOf(o),
    revision: top + 1,
  });
}

// sync(env, owner, store, currentName) -> { current, update }: the revisions that are rolled out and wanted.
function sync(env, o, store, currentName) {
  const all = c.owned(env, STORE, o);
  let update = all.find((r) => equal(r.data, dataOf(o)));
  const top = Math.max(0, ...all.map((r) => r.revision));
  if (!update) update = make(env, o, all) || all[all.length - 1];
  else if (update.revision < top)
    update = c.update(env, STORE, update, (r) => {
      r.revision = top + 1;
    });
  const current = all.find((r) => r.metadata.name === currentName) || update;
  limit(env, o, all, [current, update]);
  return { current, update };
}

function limit(env, o, all, live) {
  const used = new Set([
    ...live.map((r) => r.metadata.name),
    ...c.owned(env, '/pods', o).map((p) => p.metadata.labels[LABEL]),
    ...c.owned(env, '/pods', o).map((p) => `${o.metadata.name}-${p.metadata.labels[LABEL]}`),
  ]);
  const idle = all.filter((r) => !used.has(r.metadata.name)).sort((a, b) => a.revision - b.revision);
  for (const r of idle.slice(0, Math.max(0, idle.length - o.spec.revisionHistoryLimit))) c.remove(env, STORE, r);
}

module.exports = { sync };
