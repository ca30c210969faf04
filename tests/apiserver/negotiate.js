'use strict';
// Which form of an answer the Accept header wants.

const { notAcceptable } = require('./errors');

// negotiate(accept, options) -> { form: 'json' | 'yaml' | 'table' | 'partial', version, type }.
function negotiate(accept, tables = true) {
  if (!accept) return { form: 'json', type: 'application/json' };
  for (const part of accept.split(',')) {
    const [type, ...params] = part
      .trim()
      .split(';')
      .map((s) => s.trim());
    const p = Object.fromEntries(params.map((x) => x.split('=')));
    if (type === '*/*' || type === 'application/*') return { form: 'json', type: 'application/json' };
    if (type !== 'application/json' && type !== 'application/yaml') continue;
    if (p.as) {
      if (!tables || p.g !== 'meta.k8s.io' || !['v1', 'v1beta1'].includes(p.v)) continue;
      if (p.as === 'Table') return { form: 'table', version: p.v, type: 'application/json' };
      if (p.as === 'PartialObjectMetadata' || p.as === 'PartialObjectMetadataList')
        return { form: 'partial', version: p.v, type: 'application/json' };
      continue;
    }
    if (p.stream && p.stream !== 'watch') continue;
    return { form: type === 'application/yaml' ? 'yaml' : 'json', type };
  }
  throw notAcceptable();
}

module.exports = { negotiate };
