/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Run a task for each of many items, several at a time.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_JOBS_H
#define TARFS_IMAGE_JOBS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define JOBS_MAX	256	/* threads */

enum meter_state {
	METER_WAITING,
	METER_RUNNING,
	METER_DONE,
};

/**
 * struct meter - progress of a task
 * @done: bytes, of @total
 * @stop: another task failed: cancel this one
 */
struct meter {
	_Atomic uint64_t done;
	_Atomic uint64_t total;
	_Atomic int state;
	const atomic_bool *stop;
};

/* add to @done; -ECANCELED if the task is to stop */
int meter_add(struct meter *m, uint64_t bytes, struct error *e);

/* set @done; -ECANCELED as above */
int meter_set(struct meter *m, uint64_t bytes, struct error *e);

/**
 * struct job - a task for each of @count items
 * @verb: for the progress, such as "checking"
 * @run: handles item @i; called from several threads
 */
struct job {
	const char *verb;
	size_t count;
	void *ctx;
	int (*run)(void *ctx, size_t i, struct meter *m, struct error *e);
};

/**
 * struct jobs - how to run jobs
 * @threads: limit, 1 to JOBS_MAX
 * @show: draw progress bars after a second, if standard error is a terminal
 */
struct jobs {
	unsigned int threads;
	bool show;
};

/* number of processors that this process may use */
unsigned int jobs_default(void);

/* number of processors for each of @count items, at least 1 */
unsigned int jobs_share(const struct jobs *jobs, size_t count);

/**
 * jobs_run() - run a job for all items
 *
 * Signals are delivered to the calling thread only, as output.h requires.  The
 * first failure cancels the other tasks.
 *
 * Return: 0, or the error of the first task that failed, with its text.
 */
int jobs_run(const struct jobs *jobs, const struct job *job, struct error *e);

#endif /* TARFS_IMAGE_JOBS_H */
