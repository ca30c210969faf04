'use strict';
// Resource quantities: reading, and the canonical text a server writes.

const SUFFIX = {
  n: [1n, 1000000000n],
  u: [1n, 1000000n],
  m: [1n, 1000n],
  '': [1n, 1n],
  k: [1000n, 1n],
  M: [10n ** 6n, 1n],
  G: [10n ** 9n, 1n],
  T: [10n ** 12n, 1n],
  P: [10n ** 15n, 1n],
  E: [10n ** 18n, 1n],
  Ki: [1n << 10n, 1n],
  Mi: [1n << 20n, 1n],
  Gi: [1n << 30n, 1n],
  Ti: [1n << 40n, 1n],
  Pi: [1n << 50n, 1n],
  Ei: [1n << 60n, 1n],
};
const BINARY = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'];
const DECIMAL = ['E', 'P', 'T', 'G', 'M', 'k', ''];

// nano(text) -> value in units of 1e-9, or null when the text is no quantity.
function nano(text) {
  const m = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eE][-+]?[0-9]+)|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])?)$/.exec(text);
  if (!m || !(m[2] || m[3])) return null;
  const frac = m[3] || '';
  let num = BigInt((m[2] || '0') + frac) * 1000000000n;
  let den = 10n ** BigInt(frac.length);
  const [a, b] = SUFFIX[m[5] || ''];
  num *= a;
  den *= b;
  if (m[4]) {
    const e = Number(m[4].slice(1));
    if (e >= 0) num *= 10n ** BigInt(e);
    else den *= 10n ** BigInt(-e);
  }
  const v = (num + den - 1n) / den; // a server rounds up
  return m[1] === '-' ? -v : v;
}

function decimal(v, exponent) {
  const neg = v < 0n ? '-' : '';
  const n = v < 0n ? -v : v;
  for (let i = 0; i < DECIMAL.length; i++) {
    const unit = 10n ** BigInt(18 - 3 * i) * 1000000000n;
    if (n % unit === 0n) return neg + n / unit + (exponent && DECIMAL[i] ? `e${18 - 3 * i}` : DECIMAL[i]);
  }
  for (const [s, unit] of [
    ['m', 1000000n],
    ['u', 1000n],
    ['n', 1n],
  ])
    if (n % unit === 0n) return neg + n / unit + s;
  return neg + n + 'n';
}

// canonical(text) -> the server's text for it, or null when it is no quantity.
function canonical(text) {
  const v = nano(text);
  if (v === null) return null;
  if (v === 0n) return '0';
  if (/i$/.test(text)) {
    for (const s of BINARY) {
      const unit = SUFFIX[s][0] * 1000000000n;
      if (v % unit === 0n) return `${v / unit}${s}`;
    }
    if (v % 1000000000n === 0n) return String(v / 1000000000n);
  }
  return decimal(v, /[eE][-+]?[0-9]/.test(text));
}

module.exports = { nano, canonical };
