'use strict';
// The JSONPath of additionalPrinterColumns and selectable fields: .a.b, ['a'], [0], [*], [?(@.k=="v")].

function steps(text) {
  const out = [];
  let s = text
    .trim()
    .replace(/^\{|\}$/g, '')
    .replace(/^\$/, '');
  while (s) {
    let m;
    if ((m = /^\.((?:[^.[\]\\]|\\.)+)/.exec(s))) out.push({ key: m[1].replace(/\\(.)/g, '$1') });
    else if ((m = /^\[\*\]/.exec(s))) out.push({ all: true });
    else if ((m = /^\[(-?\d+)\]/.exec(s))) out.push({ index: Number(m[1]) });
    else if ((m = /^\['([^']*)'\]/.exec(s)) || (m = /^\["([^"]*)"\]/.exec(s))) out.push({ key: m[1] });
    else if ((m = /^\[\?\(@\.([\w.]+)\s*(==|!=)\s*["']([^"']*)["']\s*\)\]/.exec(s)))
      out.push({ filter: m.slice(1, 4) });
    else return null;
    s = s.slice(m[0].length);
  }
  return out;
}

const dig = (o, p) => p.split('.').reduce((x, k) => (x === undefined || x === null ? undefined : x[k]), o);

// find(object, path) -> the values it names (none when it names nothing).
function find(object, path) {
  const list = steps(path);
  if (!list) return [];
  let at = [object];
  for (const s of list) {
    at = at.flatMap((v) => {
      if (v === null || v === undefined) return [];
      if (s.key !== undefined) return v[s.key] === undefined || Array.isArray(v) ? [] : [v[s.key]];
      if (!Array.isArray(v)) return s.all && typeof v === 'object' ? Object.values(v) : [];
      if (s.all) return v;
      if (s.index !== undefined) {
        const x = v.at(s.index);
        return x === undefined ? [] : [x];
      }
      return v.filter((x) => (String(dig(x, s.filter[0])) === s.filter[2]) === (s.filter[1] === '=='));
    });
  }
  return at;
}

module.exports = { find };
