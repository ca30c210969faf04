'use strict';
// The kubeconfig that leads to the server: one context for each way to say who one is.

const fs = require('fs');
const path = require('path');
const { read } = require('./certs');

const b64 = (dir, name) => read(dir, name).toString('base64');
const cert = (pki, name) => ({
  'client-certificate-data': b64(pki, `${name}.crt`),
  'client-key-data': b64(pki, `${name}.key`),
});

function text(url, pki) {
  const users = {
    admin: cert(pki, 'admin'),
    viewer: cert(pki, 'viewer'),
    expired: cert(pki, 'admin-expired'),
    foreign: cert(pki, 'admin-foreign'),
    'admin-files': { 'client-certificate': path.join(pki, 'admin.crt'), 'client-key': path.join(pki, 'admin.key') },
    token: { token: 'admin-token' },
    'view-token': { token: 'view-token' },
    'bad-token': { token: 'wrong' },
    basic: { username: 'basic-admin', password: 'basic-password' },
    anonymous: {},
  };
  const clusters = {
    test: { server: url, 'certificate-authority-data': b64(pki, 'ca.crt') },
    insecure: { server: url, 'insecure-skip-tls-verify': true },
    untrusted: { server: url, 'certificate-authority-data': b64(pki, 'other-ca.crt') },
  };
  const contexts = Object.keys(users)
    .map((u) => [u === 'admin' ? 'test' : u, 'test', u])
    .concat([
      ['insecure', 'insecure', 'token'],
      ['untrusted', 'untrusted', 'token'],
    ]);
  const q = (v) => (typeof v === 'boolean' ? v : JSON.stringify(v));
  const block = (o) =>
    Object.entries(o)
      .map(([k, v]) => `    ${k}: ${q(v)}\n`)
      .join('');
  return `apiVersion: v1\nkind: Config\ncurrent-context: test\npreferences: {}\nclusters:\n${Object.entries(clusters)
    .map(([n, c]) => `- name: ${n}\n  cluster:\n${block(c)}`)
    .join(
      '',
    )}contexts:\n${contexts.map(([n, c, u]) => `- name: ${n}\n  context:\n    cluster: ${c}\n    user: ${u}\n`).join('')}users:\n${Object.entries(
    users,
  )
    .map(([n, u]) => (Object.keys(u).length ? `- name: ${n}\n  user:\n${block(u)}` : `- name: ${n}\n  user: {}\n`))
    .join('')}`;
}

function write(file, url, pki) {
  fs.writeFileSync(file, text(url, pki), { mode: 0o600 });
}

module.exports = { write, text };
