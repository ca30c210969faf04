'use strict';
// WebSocket streams of pods: exec, attach and port-forward, for clients that speak
// v5.channel.k8s.io or v4.channel.k8s.io (RFC 6455; the first byte of a message is its channel).
// A kubelet stand-in can use serve() with its own process and port functions.

const crypto = require('crypto');
const net = require('net');
const path = require('path');
const { spawn } = require('child_process');
const requestinfo = require('./requestinfo');
const auth = require('./auth');
const errors = require('./errors');

const PTY = path.join(__dirname, 'terminal.py');
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const OLD_PROTOCOLS = ['v4.channel.k8s.io'];
const FORWARD = ['v4.channel.k8s.io', 'v5.channel.k8s.io', 'portforward.k8s.io'];
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
const CLOSE = 255;
const MAX_FRAME = 32 * 1024;

// One end of a WebSocket on an upgraded socket. on: { message(buffer), close() }.
class WebSocket {
  constructor(socket, head, on) {
    this.socket = socket;
    this.on = on;
    this.buffer = head || Buffer.alloc(0);
    this.parts = [];
    this.open = true;
    socket.on('data', (d) => {
      this.buffer = Buffer.concat([this.buffer, d]);
      this.read();
    });
    socket.on('close', () => this.closed());
    socket.on('error', () => this.closed());
    setImmediate(() => this.read());
  }

  closed() {
    if (!this.open) return;
    this.open = false;
    this.on.close();
  }

  read() {
    while (this.frame());
  }

  // frame takes one whole frame off the buffer; false when there is none yet.
  frame() {
    const b = this.buffer;
    if (b.length < 2) return false;
    let n = b[1] & 0x7f;
    let at = 2;
    if (n === 126) {
      if (b.length < 4) return false;
      n = b.readUInt16BE(2);
      at = 4;
    } else if (n === 127) {
      if (b.length < 10) return false;
      n = Number(b.readBigUInt64BE(2));
      at = 10;
    }
    const masked = b[1] & 0x80;
    if (!masked) {
      this.end(1002);
      return false;
    } // a client must mask
    if (b.length < at + 4 + n) return false;
    const key = b.subarray(at, at + 4);
    const data = Buffer.from(b.subarray(at + 4, at + 4 + n));
    for (let i = 0; i < data.length; i++) data[i] ^= key[i & 3];
    this.buffer = b.subarray(at + 4 + n);
    this.handle(b[0] & 0x0f, Boolean(b[0] & 0x80), data);
    return true;
  }

  handle(opcode, fin, data) {
    if (opcode === 8) {
      this.write(8, data.subarray(0, 2));
      this.socket.end();
      this.closed();
      return;
    }
    if (opcode === 9) {
      this.write(10, data);
      return;
    }
    if (opcode === 10) return;
    this.parts.push(data);
    if (fin) {
      const whole = Buffer.concat(this.parts);
      this.parts = [];
      this.on.message(whole);
    }
  }

  write(opcode, data) {
    if (this.socket.destroyed) return;
    const head =
      data.length < 126
        ? Buffer.from([0x80 | opcode, data.length])
        : data.length < 65536
          ? Buffer.from([0x80 | opcode, 126, data.length >> 8, data.length & 255])
          : Buffer.concat([
              Buffer.from([0x80 | opcode, 127]),
              (() => {
                const l = Buffer.alloc(8);
                l.writeBigUInt64BE(BigInt(data.length));
                return l;
              })(),
            ]);
    this.socket.write(Buffer.concat([head, data]));
  }

  send(channel, data) {
    for (let i = 0; i < Math.max(1, data.length); i += MAX_FRAME)
      this.write(2, Buffer.concat([Buffer.from([channel]), data.subarray(i, i + MAX_FRAME)]));
  }

  end(code = 1000) {
    const b = Buffer.alloc(2);
    b.writeUInt16BE(code);
    this.write(8, b);
    setTimeout(() => this.socket.end(), 10);
  }
}

// accept answers the handshake with a protocol that both know; null (and a 400) when there is none.
function accept(req, socket, known) {
  const offered = (req.headers['sec-websocket-protocol'] || '')
    .split(',')
    .map((s) => s.trim())
    .filter((s) => s);
  const chosen = offered.find((p) => known.includes(p));
  if (!req.headers['sec-websocket-key'] || (offered.length && !chosen))
    throw errors.badRequest(
      `unable to upgrade: unable to negotiate protocol: client supports ${JSON.stringify(offered)}, server accepts ${JSON.stringify(known)}`,
    );
  const key = crypto
    .createHash('sha1')
    .update(req.headers['sec-websocket-key'] + GUID)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n${chosen ? `Sec-WebSocket-Protocol: ${chosen}\r\n` : ''}\r\n`,
  );
  return chosen || PROTOCOLS[1];
}

const status = (s) => Buffer.from(JSON.stringify(s));
const SUCCESS = { metadata: {}, status: 'Success' };
const exited = (code) => ({
  metadata: {},
  status: 'Failure',
  reason: 'NonZeroExitCode',
  message: `command terminated with non-zero exit code: exit status ${code}`,
  details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
});
const failed = (command, message) => ({
  metadata: {},
  status: 'Failure',
  reason: 'InternalError',
  message: `Internal error occurred: ${message}`,
  details: { causes: [{ message }] },
  code: 500,
});

// serveProcess(ws, protocol, child, wants): pumps a child process through a WebSocket.
function pump(ws, protocol, child, query) {
  const yes = (n) => ['true', '1'].includes(query.get(n));
  let open = 1 + (child.stdout ? 1 : 0) + (child.stderr ? 1 : 0);
  let code = 0;
  const done = () => {
    if (--open) return;
    ws.send(ERROR, status(code === 0 ? SUCCESS : typeof code === 'number' ? exited(code) : code));
    ws.end();
  };
  const from = (stream, channel, wanted) => {
    if (!stream) return;
    stream.on('data', (d) => {
      if (wanted && ws.open) ws.send(channel, d);
    });
    stream.on('end', done);
  };
  from(child.stdout, STDOUT, yes('stdout'));
  from(child.stderr, yes('tty') ? STDOUT : STDERR, yes('stderr') || yes('tty'));
  child.on('error', (e) => {
    code = failed(
      query.getAll('command'),
      `exec failed: ${e.code === 'ENOENT' ? `exec: "${query.getAll('command')[0]}": executable file not found in $PATH` : e.message}`,
    );
    open = 1;
    done();
  });
  child.on('exit', (c, signal) => {
    code = c === null ? 128 + (signal === 'SIGKILL' ? 9 : 15) : c;
    done();
  });
  if (child.stdin) child.stdin.on('error', () => {});
  if (!yes('stdin') && child.stdin) child.stdin.end();
}

function input(child) {
  return (message) => {
    if (message[0] === STDIN && child.stdin) child.stdin.write(message.subarray(1));
    else if (message[0] === CLOSE && message[1] === STDIN && child.stdin) child.stdin.end();
    else if (message[0] === RESIZE && child.resize) child.resize(JSON.parse(message.subarray(1).toString()));
  };
}

// exec(req, socket, head, query, env, known): runs the command of the query as a child process.
function exec(req, socket, head, query, env, known = PROTOCOLS) {
  const protocol = accept(req, socket, known);
  const [program, ...args] = query.getAll('command');
  const tty = ['true', '1'].includes(query.get('tty'));
  const child = tty
    ? spawn('python3', [PTY, program, ...args], { env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
    : spawn(program, args, { env });
  if (tty) child.resize = (size) => child.stdio[3].write(`${size.Width} ${size.Height}\n`);
  let take = () => {};
  const ws = new WebSocket(socket, head, { message: (m) => take(m), close: () => child.kill('SIGKILL') });
  take = input(child);
  pump(ws, protocol, child, query);
}

// attach(req, socket, head, query, pod, known): echoes its input, as a container that runs cat does. With the annotation
// test/attach=sizes it writes the sizes of the terminal that it is told.
function attach(req, socket, head, query, pod, known = PROTOCOLS) {
  accept(req, socket, known);
  const ws = new WebSocket(socket, head, {
    message: (m) => {
      if (m[0] === STDIN) ws.send(STDOUT, m.subarray(1));
      if (m[0] === RESIZE && (pod.metadata.annotations || {})['test/attach'] === 'sizes')
        ws.send(STDOUT, Buffer.from(`size ${m.subarray(1).toString().trim()}\r\n`));
      if (m[0] === CLOSE) {
        ws.send(ERROR, status(SUCCESS));
        ws.end();
      }
    },
    close: () => {},
  });
  ws.send(STDOUT, Buffer.from(`attached to ${pod.metadata.name}\n`));
  if (!['true', '1'].includes(query.get('stdin')))
    setTimeout(() => {
      ws.send(ERROR, status(SUCCESS));
      ws.end();
    }, 100);
}

// A port's answer in a pod: connects to portOf(port) on this machine. Channel 2n is the data of the
// n-th port, 2n+1 its errors; each begins with the port number, two bytes, little endian.
function portForward(req, socket, head, query, portOf) {
  const ports = query
    .getAll('ports')
    .flatMap((p) => p.split(','))
    .map(Number);
  if (!ports.length) throw errors.badRequest('query parameter "ports" is required');
  accept(req, socket, FORWARD);
  const peers = [];
  const ws = new WebSocket(socket, head, {
    message: (m) => {
      const p = peers[m[0] >> 1];
      if (p && !(m[0] & 1)) p.write(m.subarray(1));
    },
    close: () => peers.forEach((p) => p.destroy()),
  });
  ports.forEach((port, i) => {
    const mark = Buffer.from([port & 255, port >> 8]);
    ws.send(2 * i, mark);
    ws.send(2 * i + 1, mark);
    const peer = net.connect(portOf(port), '127.0.0.1');
    peers.push(peer);
    peer.on('data', (d) => ws.send(2 * i, d));
    peer.on('error', (e) =>
      ws.send(
        2 * i + 1,
        Buffer.from(
          `error forwarding port ${port} to pod, uid : failed to connect to localhost:${port} inside namespace: ${e.message}`,
        ),
      ),
    );
    peer.on('close', () => ws.end());
  });
}

const VERB = { exec: 'exec', attach: 'attach', portforward: 'portforward' };

function container(pod, name) {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers || []), ...(pod.spec.ephemeralContainers || [])];
  if (name && !all.some((c) => c.name === name))
    throw errors.badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`);
  if (name) return name;
  if (pod.spec.containers.length > 1)
    throw errors.badRequest(
      `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${pod.spec.containers.map((c) => c.name).join(' ')}]`,
    );
  return pod.spec.containers[0].name;
}

// upgrade(api, request, req, socket, head): the API server's door to the streams.
function upgrade(api, r, req, socket, head) {
  r.user = auth.authenticate(r.socket, r.headers);
  const info = requestinfo.parse(api.env.kinds, r.method, r.path, r.query);
  if (!info || !info.kind || info.kind.plural !== 'pods' || !VERB[info.subresource])
    throw errors.badRequest('Upgrade request required');
  auth.authorize(r.user, {
    verb: r.method === 'GET' ? 'get' : 'create',
    kind: info.kind,
    namespace: info.namespace,
    name: info.name,
    subresource: info.subresource,
  });
  const pod = api.objects.get(info.kind, info.namespace, info.name);
  if (['Succeeded', 'Failed'].includes((pod.status || {}).phase))
    throw new errors.ApiError(
      500,
      'InternalError',
      `cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`,
    );
  if (!pod.spec.nodeName) throw errors.badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  if (info.subresource === 'portforward') {
    portForward(req, socket, head, r.query, (p) => Number((pod.metadata.annotations || {})[`test/port-${p}`] || p));
    return;
  }
  const name = container(pod, r.query.get('container'));
  // what can tell the end of standard input came with Kubernetes 1.30
  const known = api.env.old ? OLD_PROTOCOLS : PROTOCOLS;
  if (info.subresource === 'attach') {
    attach(req, socket, head, r.query, pod, known);
    return;
  }
  if (!r.query.getAll('command').length)
    throw errors.badRequest('you must specify at least 1 command for the container');
  const env = { PATH: process.env.PATH, HOME: '/', HOSTNAME: pod.metadata.name, CONTAINER: name, TERM: 'xterm' };
  exec(req, socket, head, r.query, env, known);
}

module.exports = { OLD_PROTOCOLS, upgrade, exec, attach, portForward, accept, WebSocket };
