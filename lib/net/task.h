#ifndef KUBEC_NET_TASK_H
#define KUBEC_NET_TASK_H

#include "base/base.h"

/*
 * Tasks: functions that take turns on one thread, each on a stack of its own, so that work on
 * many objects reads like work on one. A task runs until it waits: http_perform() and task_sleep() let
 * others go on meanwhile. Nothing is preempted, so there is nothing to lock.
 *
 * Whoever owns the tasks starts them and, as long as some are alive, calls task_wake_sleepers() and
 * http_turn() (client_turn()) in a loop, not from within a task.
 */
struct tasks;

struct tasks *tasks_new(void);
/* All must have ended. Accepts NULL. */
void tasks_free(struct tasks *ts);
DEFINE_CLEANUP(struct tasks *, tasks_free);

/* Begins a task: it runs at once, until it waits or ends. */
void task_start(struct tasks *ts, void (*run)(void *ctx), void *ctx);

/* How many have begun and not ended. */
size_t tasks_alive(const struct tasks *ts);

/* The task that is running, or NULL outside of all; and the ctx that it was started with. */
struct task *task_current(void);
void *task_context(const struct task *t);

/* Gives the turn back to whoever started or woke this task, until it is woken. Only within a task. */
void task_park(void);

/* Lets a parked task go on; comes back when it waits again or has ended. Not from within t itself. */
void task_wake(struct task *t);

/* Sleeps, at the most until Ctrl-C (http_cancelled). In a task the others go on meanwhile; outside it blocks. */
void task_sleep(int64_t duration);

/*
 * Wakes the sleepers whose time has come (all of them after Ctrl-C), and tells how long it is until the next one's
 * has: nanoseconds, INT64_MAX when nobody sleeps.
 */
int64_t task_wake_sleepers(struct tasks *ts);

#endif
