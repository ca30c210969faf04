'use strict';
// Jobs run their pods to the end. CronJobs stay as they are: no schedule ever fires here.

const c = require('./common');
const clock = require('../clock');
const { equal } = require('../json');

const STORE = 'batch/jobs';
const finished = (j) =>
  ((j.status || {}).conditions || []).find((x) => ['Complete', 'Failed'].includes(x.type) && x.status === 'True');

function makePod(env, job) {
  const p = c.create(env, '/pods', job.metadata.namespace, c.podFrom(job.spec.template, job));
  if (p) c.event(env, job, 'SuccessfulCreate', `Created pod: ${p.metadata.name}`, { component: 'job-controller' });
}

const condition = (env, type, reason, message) => ({
  type,
  status: 'True',
  lastProbeTime: clock.stamp(),
  lastTransitionTime: clock.stamp(),
  ...(reason ? { reason } : {}),
  ...(message ? { message } : {}),
});

function outcome(env, job, succeeded, failed) {
  const want = job.spec.completions === undefined ? 1 : job.spec.completions;
  if (succeeded >= want)
    return [
      ...(env.old
        ? []
        : [condition(env, 'SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods')]),
      env.old
        ? condition(env, 'Complete')
        : condition(env, 'Complete', 'CompletionsReached', 'Reached expected number of succeeded pods'),
    ];
  if (failed > job.spec.backoffLimit)
    return [
      ...(env.old
        ? []
        : [condition(env, 'FailureTarget', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')]),
      condition(env, 'Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
    ];
  return null;
}

function suspend(env, job, pods) {
  for (const p of pods.filter(c.podActive)) c.remove(env, '/pods', p);
  const conditions = [
    {
      type: 'Suspended',
      status: 'True',
      lastProbeTime: clock.stamp(),
      lastTransitionTime: clock.stamp(),
      reason: 'JobSuspended',
      message: 'Job suspended',
    },
  ];
  if (!((job.status || {}).conditions || []).some((x) => x.type === 'Suspended' && x.status === 'True'))
    c.setStatus(env, STORE, job, {
      conditions,
      ...(env.old ? {} : { terminating: 0, uncountedTerminatedPods: {}, ready: 0 }),
    });
}

function sync(env, job) {
  if (job.metadata.deletionTimestamp || finished(job)) return;
  const pods = c.owned(env, '/pods', job);
  if (job.spec.suspend) {
    suspend(env, job, pods);
    return;
  }
  const count = (phase) => pods.filter((p) => (p.status || {}).phase === phase).length;
  const succeeded = count('Succeeded');
  const failed = count('Failed');
  const want = job.spec.completions === undefined ? 1 : job.spec.completions;
  const end = outcome(env, job, succeeded, failed);
  let active = pods.filter(c.podActive).length;
  if (!end) {
    const need = Math.min(job.spec.parallelism, want - succeeded) - active;
    for (let i = 0; i < need; i++) makePod(env, job);
    active = c.owned(env, '/pods', job).filter(c.podActive).length;
  }
  const before = job.status || {};
  const s = {
    ...(end ? { conditions: end } : {}),
    startTime: before.startTime || clock.stamp(),
    ...(end && end.some((x) => x.type === 'Complete') ? { completionTime: clock.stamp() } : {}),
    ...(active && !end ? { active } : {}),
    ...(succeeded ? { succeeded } : {}),
    ...(failed ? { failed } : {}),
    ...(env.old ? {} : { terminating: 0, uncountedTerminatedPods: {}, ready: pods.filter(c.podReady).length }),
  };
  if (!equal(before, s)) c.setStatus(env, STORE, job, s);
  if (end && end.some((x) => x.type === 'Complete'))
    c.event(env, job, 'Completed', 'Job completed', { component: 'job-controller' });
}

function run(env) {
  for (const j of c.list(env, STORE)) sync(env, j);
}

module.exports = { name: 'jobs', run };
