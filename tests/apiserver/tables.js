'use strict';
// Tables (meta.k8s.io/v1): what `Accept: application/json;as=Table` gets.

const { columnsOf } = require('./columns');
const { find } = require('./jsonpath');
const { since, human, now } = require('./clock');

const POD_DONE = { Succeeded: 'The pod has completed successfully.', Failed: 'The pod failed.' };
const WORDS = {
  name: 'The name of the object.',
  date: 'A point in time.',
  integer: 'A count.',
  string: 'A property of the object.',
  boolean: 'Whether it holds.',
};

function customCell(col) {
  return (o) => {
    const vals = find(o, col.jsonPath);
    if (!vals.length) return null;
    const v = vals[0];
    if (col.type === 'integer')
      return Number.isInteger(v) || typeof v === 'bigint' ? v : typeof v === 'number' ? Math.trunc(v) : null;
    if (col.type === 'number') return typeof v === 'number' ? v : null;
    if (col.type === 'boolean') return typeof v === 'boolean' ? v : null;
    if (col.type === 'date')
      return typeof v !== 'string' || Number.isNaN(Date.parse(v)) ? '<invalid>' : human(now() - Date.parse(v));
    return vals.map((x) => (typeof x === 'object' ? JSON.stringify(x) : String(x))).join(vals.length > 1 ? ' ' : '');
  };
}

function customColumns(k) {
  const extra = k.crdVersion.additionalPrinterColumns;
  const name = ['Name', 'string', 0, (o) => o.metadata.name, 'name'];
  if (!extra || !extra.length) return [name, ['Age', 'date', 0, (o) => since(o.metadata.creationTimestamp)]];
  return [name, ...extra.map((c) => [c.name, c.type, c.priority || 0, customCell(c), c.format || '', c.description])];
}

const columns = (k, old) => (k.crd ? customColumns(k) : columnsOf(k, old));

function definitions(cols) {
  return cols.map(([name, type, priority, , format = '', description]) => ({
    name,
    type,
    format,
    description: description !== undefined ? description : WORDS[format] || WORDS[type] || '',
    priority,
  }));
}

function conditions(k, o) {
  const phase = k.plural === 'pods' && (o.status || {}).phase;
  return POD_DONE[phase] ? [{ type: 'Completed', status: 'True', reason: phase, message: POD_DONE[phase] }] : null;
}

function embedded(o, include) {
  if (include === 'None') return null;
  if (include === 'Object') return o;
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: o.metadata };
}

// table(kind, objects, metadata, options) -> Table; options: old, include, version, headers (false
// leaves the definitions out, as later events of a watch do).
function table(k, objects, metadata, options) {
  const cols = columns(k, options.old);
  const rows = objects.map((o) => {
    const c = conditions(k, o);
    return {
      cells: cols.map((col) => col[3](o)),
      ...(c ? { conditions: c } : {}),
      object: embedded(o, options.include),
    };
  });
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version || 'v1'}`,
    metadata,
    columnDefinitions: options.headers === false ? null : definitions(cols),
    rows,
  };
}

const partial = (o) => ({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: o.metadata });

module.exports = { table, partial };
