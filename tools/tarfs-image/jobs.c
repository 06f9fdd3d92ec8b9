// SPDX-License-Identifier: GPL-2.0
/*
 * Worker threads for a list of tasks; the calling thread draws the progress.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jobs.h"
#include "progress.h"

#define LOOK_NSEC	200000000	/* between two updates of the progress */

/*
 * struct crew - the worker threads of a job
 * @next: the first task that is not started
 * @busy: threads that are running
 * @err, @why: of the first task that failed
 *
 * @lock protects all of these.
 */
struct crew {
	const struct job *job;
	struct meter *meters;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	size_t next;
	unsigned int busy;
	int err;
	struct error why;
	atomic_bool stop;
};

int meter_set(struct meter *m, uint64_t bytes, struct error *e)
{
	m->done = bytes;
	return m->stop && *m->stop ?
	       error_set(e, -ECANCELED, "another one failed") : 0;
}

int meter_add(struct meter *m, uint64_t bytes, struct error *e)
{
	return meter_set(m, m->done + bytes, e);
}

unsigned int jobs_default(void)
{
	cpu_set_t set;
	int count;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	count = CPU_COUNT(&set);
	return count > JOBS_MAX ? JOBS_MAX : count;
}

static unsigned int at_a_time(const struct jobs *jobs, size_t count)
{
	return count < jobs->threads ? count : jobs->threads;
}

unsigned int jobs_share(const struct jobs *jobs, size_t count)
{
	unsigned int share = jobs_default() / at_a_time(jobs, count);

	return share ? share : 1;
}

/* Start the next task; return its index, or the number of tasks at the end. */
static size_t begin(struct crew *c)
{
	size_t i;

	pthread_mutex_lock(&c->lock);
	i = c->stop ? c->job->count : c->next;
	if (i < c->job->count)
		c->next++;
	pthread_mutex_unlock(&c->lock);
	return i;
}

static void fail(struct crew *c, int err, const struct error *why)
{
	pthread_mutex_lock(&c->lock);
	if (!c->err) {
		c->err = err;
		c->why = *why;
		c->stop = true;
	}
	pthread_mutex_unlock(&c->lock);
}

static void *work(void *ctx)
{
	struct crew *c = ctx;
	struct error why;
	size_t i;
	int err;

	while ((i = begin(c)) < c->job->count) {
		c->meters[i].state = METER_RUNNING;
		err = c->job->run(c->job->ctx, i, &c->meters[i], &why);
		c->meters[i].state = METER_DONE;
		if (err)
			fail(c, err, &why);
	}
	pthread_mutex_lock(&c->lock);
	c->busy--;
	pthread_cond_signal(&c->ended);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* Draw until all threads have ended, without holding the lock. */
static void look_on(struct crew *c, struct progress *p)
{
	struct timespec until;

	pthread_mutex_lock(&c->lock);
	while (c->busy) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += LOOK_NSEC;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_clockwait(&c->ended, &c->lock, CLOCK_MONOTONIC,
				       &until);
		pthread_mutex_unlock(&c->lock);
		progress_draw(p, c->meters);
		pthread_mutex_lock(&c->lock);
	}
	pthread_mutex_unlock(&c->lock);
}

/* Start threads; fail only if not even one can be started. */
static unsigned int start(struct crew *c, pthread_t *threads,
			  unsigned int count, struct error *e)
{
	sigset_t all, old;
	unsigned int i;
	int err = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	pthread_mutex_lock(&c->lock);
	for (i = 0; i < count; i++) {
		err = pthread_create(&threads[i], NULL, work, c);
		if (err)
			break;
		c->busy++;
	}
	pthread_mutex_unlock(&c->lock);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!i)
		error_set(e, -err, "cannot start a thread: %s", strerror(err));
	return i;
}

static int run_crew(struct crew *c, const struct jobs *jobs, struct error *e)
{
	pthread_t threads[JOBS_MAX];
	struct progress p;
	unsigned int count, i;

	count = start(c, threads, at_a_time(jobs, c->job->count), e);
	if (!count)
		return -EAGAIN;
	progress_begin(&p, c->job, jobs->show);
	look_on(c, &p);
	progress_end(&p);
	for (i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	if (c->err)
		*e = c->why;
	return c->err;
}

int jobs_run(const struct jobs *jobs, const struct job *job, struct error *e)
{
	struct crew c = {
		.job = job,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.ended = PTHREAD_COND_INITIALIZER,
	};
	size_t i;
	int err;

	if (!job->count)
		return 0;
	c.meters = calloc(job->count, sizeof(*c.meters));
	if (!c.meters)
		return error_set(e, -ENOMEM, "out of memory");
	for (i = 0; i < job->count; i++)
		c.meters[i].stop = &c.stop;
	err = run_crew(&c, jobs, e);
	free(c.meters);
	return err;
}
