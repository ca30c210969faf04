'use strict';
// Certificates by the openssl program, once into a folder and reused: a CA, server certificates
// (good, expired, wrong name, other CA) and client certificates (admin, viewer, expired, foreign).

const fs = require('fs');
const path = require('path');
const { execFile } = require('child_process');

const run = (args, cwd) =>
  new Promise((resolve, reject) =>
    execFile('openssl', args, { cwd }, (e, out, err) =>
      e ? reject(new Error(`openssl ${args[0]}: ${err || e.message}`)) : resolve(out),
    ),
  );
const GOOD_SAN = 'IP:127.0.0.1,IP:::1,DNS:localhost,DNS:kubernetes.default.svc';

// name: [issuer, subject, subjectAltName, extended usage, expired]
const LEAVES = {
  server: ['ca', '/CN=kube-apiserver', GOOD_SAN, 'serverAuth'],
  'server-expired': ['ca', '/CN=kube-apiserver', GOOD_SAN, 'serverAuth', true],
  'server-wrongname': ['ca', '/CN=kube-apiserver', 'DNS:wrong.example.com', 'serverAuth'],
  'server-otherca': ['other-ca', '/CN=kube-apiserver', GOOD_SAN, 'serverAuth'],
  admin: ['ca', '/O=system:masters/CN=admin', 'DNS:admin', 'clientAuth'],
  viewer: ['ca', '/O=viewers/CN=viewer', 'DNS:viewer', 'clientAuth'],
  'admin-expired': ['ca', '/O=system:masters/CN=admin', 'DNS:admin', 'clientAuth', true],
  'admin-foreign': ['other-ca', '/O=system:masters/CN=admin', 'DNS:admin', 'clientAuth'],
};

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

const authority = (dir, name) =>
  run(
    [
      'req',
      '-x509',
      ...KEY,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      '-days',
      '3650',
      '-subj',
      `/CN=${name === 'ca' ? 'kubernetes' : name}`,
      '-addext',
      'keyUsage=critical,digitalSignature,keyCertSign,cRLSign',
    ],
    dir,
  );

// `openssl ca` is the one way of OpenSSL 3.0 to give dates in the past.
function caConfig(dir, issuer) {
  const base = path.join(dir, `${issuer}-db`);
  fs.mkdirSync(base, { recursive: true });
  fs.writeFileSync(path.join(base, 'index.txt'), '');
  fs.writeFileSync(path.join(base, 'index.txt.attr'), 'unique_subject = no\n');
  fs.writeFileSync(
    path.join(base, 'openssl.cnf'),
    `[ca]\ndefault_ca=d\n[d]\ndir=${base}\ndatabase=${base}/index.txt\nnew_certs_dir=${base}\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\norganizationName=optional\n`,
  );
  return path.join(base, 'openssl.cnf');
}

async function expired(dir, name, [issuer, subject, san, usage]) {
  const ext = path.join(dir, `${name}.ext`);
  fs.writeFileSync(ext, `subjectAltName=${san}\nextendedKeyUsage=${usage}\n`);
  await run(['req', '-new', ...KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject], dir);
  await run(
    [
      'ca',
      '-batch',
      '-notext',
      '-config',
      caConfig(dir, `${issuer}`),
      '-cert',
      `${issuer}.crt`,
      '-keyfile',
      `${issuer}.key`,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.crt`,
      '-startdate',
      '20200101000000Z',
      '-enddate',
      '20210101000000Z',
      '-extfile',
      ext,
      '-preserveDN',
    ],
    dir,
  );
}

const leaf = (dir, name, [issuer, subject, san, usage]) =>
  run(
    [
      'req',
      '-x509',
      ...KEY,
      '-CA',
      `${issuer}.crt`,
      '-CAkey',
      `${issuer}.key`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      '-days',
      '3650',
      '-subj',
      subject,
      '-addext',
      `subjectAltName=${san}`,
      '-addext',
      `extendedKeyUsage=${usage}`,
      '-addext',
      'basicConstraints=critical,CA:FALSE',
    ],
    dir,
  );

// ensure(dir): makes what is missing. Parallel: a few hundred milliseconds the first time.
async function ensure(dir) {
  fs.mkdirSync(dir, { recursive: true });
  const lacks = (n) => !fs.existsSync(path.join(dir, `${n}.crt`));
  const cas = ['ca', 'other-ca'].filter(lacks);
  await Promise.all(cas.map((n) => authority(dir, n)));
  const names = Object.keys(LEAVES).filter((n) => cas.length || lacks(n));
  const late = names.filter((n) => LEAVES[n][4]);
  await Promise.all([
    ...names.filter((n) => !LEAVES[n][4]).map((n) => leaf(dir, n, LEAVES[n])),
    (async () => {
      for (const n of late) await expired(dir, n, LEAVES[n]);
    })(),
  ]);
}

const read = (dir, name) => fs.readFileSync(path.join(dir, name));

module.exports = { ensure, read };
