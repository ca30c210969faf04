'use strict';
// The controllers: each looks at the store and takes it one step further. A change anywhere wakes
// them; they run until nothing changes any more.

const LIST = [
  require('./namespaces'),
  require('./garbage'),
  require('./crds'),
  require('./deployments'),
  require('./replicasets'),
  require('./statefulsets'),
  require('./daemonsets'),
  require('./jobs'),
  require('./pods'),
  require('./services'),
  require('./volumes'),
  require('./budgets'),
];

class Controllers {
  // options: { enabled, podStart (ms), podStop (ms), loadBalancer, only (names) }
  constructor(env, options) {
    this.env = env;
    this.options = { enabled: true, podStart: 50, podStop: 50, loadBalancer: true, ...options };
    env.controllers = this;
    this.timers = new Set();
  }

  start() {
    this.env.store.listeners.add(() => this.wake());
  }

  configure(o) {
    Object.assign(this.options, o);
    this.wake();
  }

  wake() {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.run();
    });
  }

  // later(ms): wakes once more when time has passed.
  later(ms) {
    const t = setTimeout(() => {
      this.timers.delete(t);
      this.wake();
    }, ms);
    this.timers.add(t);
  }

  run() {
    const { options } = this;
    for (const c of LIST) {
      if (!c.always && (!options.enabled || (options.stopped || []).includes(c.name))) continue;
      try {
        c.run(this.env, options);
      } catch (e) {
        if (![404, 409].includes(e.code)) process.stderr.write(`${c.name}: ${e.stack}\n`);
        else this.later(20);
      }
    }
  }
}

module.exports = { Controllers };
