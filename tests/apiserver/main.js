'use strict';
// node main.js [--port 0] [--dir DIR] [--version 1.36|1.20] [--pod-start MS] [--pod-stop MS]
//              [--no-controllers] [--metrics] [--log-interval MS] [--keep-stdin]
// Prints `ready URL KUBECONFIG` and serves until SIGTERM or until its standard input ends.

const fs = require('fs');
const os = require('os');
const path = require('path');
const certs = require('./certs');
const kubeconfig = require('./kubeconfig');
const { Store } = require('./store');
const { Kinds } = require('./kinds');
const { Objects } = require('./objects');
const { Api } = require('./api');
const { Server } = require('./server');
const { Faults } = require('./faults');
const { seed } = require('./seed');
const { Controllers } = require('./controllers');
const control = require('./control');
const types = require('./types');
const errors = require('./errors');
const metrics = require('./metrics');
const { upgrade } = require('./streams');

const FLAGS = { port: '0', dir: '', version: '1.36', 'pod-start': '50', 'pod-stop': '50', 'log-interval': '200' };
const SWITCHES = ['no-controllers', 'metrics', 'keep-stdin'];

function parseArgs(argv) {
  const o = { ...FLAGS };
  for (let i = 0; i < argv.length; i++) {
    const m = /^--([a-z-]+)(?:=(.*))?$/.exec(argv[i]);
    if (m && SWITCHES.includes(m[1])) o[m[1]] = true;
    else if (m && m[1] in FLAGS) o[m[1]] = m[2] !== undefined ? m[2] : argv[++i];
    else {
      process.stderr.write(`unknown argument ${argv[i]}\n`);
      process.exit(2);
    }
  }
  if (!['1.36', '1.20'].includes(o.version)) {
    process.stderr.write('--version is 1.36 or 1.20\n');
    process.exit(2);
  }
  return o;
}

function makeEnv(o) {
  if (o.version === '1.20') {
    types.older();
    errors.older();
  }
  const env = {
    version: o.version,
    old: o.version === '1.20',
    store: new Store(),
    kinds: new Kinds(o.version, o.metrics ? metrics.KINDS : []),
    logInterval: Number(o['log-interval']),
  };
  env.objects = new Objects(env);
  return env;
}

// load(list of objects): creates them as they are, status and uid included; answers how many.
function load(env, list) {
  let n = 0;
  for (const o of Array.isArray(list) ? list : [list]) {
    const k = env.kinds.ofKind(o.apiVersion, o.kind);
    if (!k) throw new Error(`unknown kind ${o.apiVersion} ${o.kind}`);
    const ns = k.namespaced ? o.metadata.namespace || 'default' : '';
    const made = env.objects.create(k, ns, o, { manager: 'test', uid: o.metadata.uid });
    if (o.status)
      env.objects.update(k, ns, made.metadata.name, (x) => ({ ...x, status: o.status }), {
        subresource: 'internal',
        manager: 'test',
      });
    n++;
  }
  return { created: n };
}

async function main() {
  const o = parseArgs(process.argv.slice(2));
  const dir = o.dir || fs.mkdtempSync(path.join(os.tmpdir(), 'kubec-apiserver-'));
  const pki = path.join(dir, 'pki');
  await certs.ensure(pki);
  const env = makeEnv(o);
  const world = { env, requests: [], faults: new Faults() };
  const log = fs.createWriteStream(path.join(dir, 'requests.log'), { flags: 'w' });
  world.server = new Server({
    pki,
    api: new Api(env),
    faults: world.faults,
    streams: upgrade,
    log: (e) => {
      world.requests.push(e);
      log.write(`${e.method} ${e.path}\n`);
      return e;
    },
  });
  world.controllers = new Controllers(env, {
    enabled: !o['no-controllers'],
    podStart: Number(o['pod-start']),
    podStop: Number(o['pod-stop']),
  });
  world.load = (list) => load(env, list);
  world.reset = () => {
    env.store.reset();
    env.kinds.setCustom([]);
    world.faults.clear();
    world.requests.length = 0;
    seed(env);
  };
  world.controllers.start();
  seed(env);
  const port = await world.server.listen({ port: Number(o.port) });
  env.address = `127.0.0.1:${port}`;
  const file = path.join(dir, 'kubeconfig');
  kubeconfig.write(file, `https://127.0.0.1:${port}`, pki);
  fs.writeFileSync(path.join(dir, 'control'), `http://127.0.0.1:${await control.start(world)}\n`);
  fs.writeFileSync(path.join(dir, 'pid'), `${process.pid}\n`);
  process.stdout.write(`ready https://127.0.0.1:${port} ${file}\n`);
  if (!o['keep-stdin']) {
    process.stdin.resume();
    process.stdin.on('end', () => process.exit(0));
    process.stdin.on('error', () => process.exit(0));
  }
}

process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));
main().catch((e) => {
  process.stderr.write(`${e.stack}\n`);
  process.exit(1);
});
