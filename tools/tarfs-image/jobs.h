/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Doing the same to many things, some of them at a time.
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
 * struct meter - how far one thing is
 * @done: bytes, of @total
 * @stop: another one failed, and this one is of no use any more
 */
struct meter {
	_Atomic uint64_t done;
	_Atomic uint64_t total;
	_Atomic int state;
	const atomic_bool *stop;
};

/* so many bytes more; -ECANCELED if it is of no use */
int meter_add(struct meter *m, uint64_t bytes, struct error *e);

/* as many bytes as that in all */
int meter_set(struct meter *m, uint64_t bytes, struct error *e);

/**
 * struct job - what to do
 * @verb: "checking"
 * @count: of the things, numbered from 0
 * @run: does it to one, in a thread of its own or of several
 */
struct job {
	const char *verb;
	size_t count;
	void *ctx;
	int (*run)(void *ctx, size_t i, struct meter *m, struct error *e);
};

/**
 * struct jobs - how
 * @threads: at most so many, 1 to JOBS_MAX
 * @show: draw bars on the terminal that is standard error, after a while
 */
struct jobs {
	unsigned int threads;
	bool show;
};

/* as many as there are processors for this program */
unsigned int jobs_default(void);

/* how many processors there are for each of @count things, 1 or more */
unsigned int jobs_share(const struct jobs *jobs, size_t count);

/**
 * jobs_run() - do it to all
 *
 * Signals come to the caller's thread only, as output.h wants it.  The first
 * failure stops the others.
 *
 * Return: 0, or what the first that failed returned, with its text.
 */
int jobs_run(const struct jobs *jobs, const struct job *job, struct error *e);

#endif /* TARFS_IMAGE_JOBS_H */
