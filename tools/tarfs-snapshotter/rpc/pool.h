/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that run calls, in the order in which they came.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_POOL_H
#define TARFS_SNAPSHOTTER_POOL_H

#include "call.h"

struct pool;

/**
 * struct done - calls that have run, for the loop
 * @event: an eventfd that can be read when there are some
 */
struct done;

int done_new(struct done **done, struct error *e);
void done_free(struct done *done);
int done_event(const struct done *done);
/* take all of them, a list; reset the event */
struct rpc_call *done_take(struct done *done);

/* start @threads threads; they deliver to @done, which must outlive the pool */
int pool_new(struct pool **pool, unsigned int threads, struct done *done,
	     struct error *e);
/* wait for what runs; drop what does not run yet */
void pool_free(struct pool *pool);
void pool_add(struct pool *pool, struct rpc_call *call);

#endif /* TARFS_SNAPSHOTTER_POOL_H */
