'use strict';
// The server's clock: a test may move it.

let offset = 0;
const now = () => Date.now() + offset;
const stamp = (ms = now()) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const micro = (ms = now()) => `${new Date(ms).toISOString().slice(0, 23)}000Z`;
const move = (ms) => {
  offset = ms;
};

// Durations as duration.HumanDuration prints them.
function human(ms) {
  const s = Math.trunc(ms / 1000);
  if (s < -1) return '<invalid>';
  if (s < 0) return '0s';
  if (s < 120) return `${s}s`;
  const m = Math.trunc(s / 60);
  if (m < 10) return s % 60 ? `${m}m${s % 60}s` : `${m}m`;
  if (m < 180) return `${m}m`;
  const h = Math.trunc(s / 3600);
  if (h < 8) return m % 60 ? `${h}h${m % 60}m` : `${h}h`;
  if (h < 48) return `${h}h`;
  const d = Math.trunc(h / 24);
  if (h < 192) return h % 24 ? `${d}d${h % 24}h` : `${d}d`;
  if (h < 24 * 365 * 2) return `${d}d`;
  const y = Math.trunc(d / 365);
  if (h < 24 * 365 * 8) return d % 365 ? `${y}y${d % 365}d` : `${y}y`;
  return `${y}y`;
}

const since = (time) => (time ? human(now() - Date.parse(time)) : '<unknown>');

module.exports = { now, stamp, micro, move, human, since };
