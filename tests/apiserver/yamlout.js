'use strict';
// YAML for clients that ask for application/yaml: block style, strings quoted when in doubt.

const plain = (s) => /^[A-Za-z_/][-A-Za-z0-9_./]*$/.test(s) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(s);
const scalar = (v) => (typeof v === 'string' ? (plain(v) ? v : JSON.stringify(v)) : String(v));

function lines(v, pad) {
  if (Array.isArray(v))
    return v.length
      ? v.flatMap((x) => {
          const l = lines(x, `${pad}  `);
          return [`${pad}- ${l[0].trimStart()}`, ...l.slice(1)];
        })
      : [`${pad}[]`];
  if (v === null || typeof v !== 'object') return [pad + scalar(v)];
  const keys = Object.keys(v);
  if (!keys.length) return [`${pad}{}`];
  return keys.flatMap((k) => {
    const x = v[k];
    if (x === null || typeof x !== 'object' || !Object.keys(x).length)
      return [`${pad}${scalar(k)}: ${lines(x, '')[0]}`];
    return [`${pad}${scalar(k)}:`, ...lines(x, Array.isArray(x) ? pad : `${pad}  `)];
  });
}

const dump = (v) => `${lines(v, '').join('\n')}\n`;

module.exports = { dump };
