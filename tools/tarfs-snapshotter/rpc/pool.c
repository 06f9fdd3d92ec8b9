// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that run calls, in the order in which they came.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "pool.h"

#define STACK	(512 * 1024)	/* bytes; a struct error takes 4 KiB of it */

struct queue {
	struct rpc_call *first;
	struct rpc_call **last;
};

struct done {
	pthread_mutex_t lock;
	struct queue queue;
	int event;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct queue queue;
	struct done *done;
	bool stopping;
	unsigned int count;
	pthread_t threads[];
};

static void queue_init(struct queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

static void queue_add(struct queue *q, struct rpc_call *call)
{
	call->next = NULL;
	*q->last = call;
	q->last = &call->next;
}

static struct rpc_call *queue_take(struct queue *q)
{
	struct rpc_call *call = q->first;

	q->first = call->next;
	if (!q->first)
		q->last = &q->first;
	return call;
}

static void free_list(struct rpc_call *list)
{
	struct rpc_call *next;

	for (; list; list = next) {
		next = list->next;
		call_free(list);
	}
}

int done_new(struct done **donep, struct error *e)
{
	struct done *done = calloc(1, sizeof(*done));

	if (!done)
		return error_set(e, -ENOMEM, "out of memory");
	done->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (done->event < 0) {
		free(done);
		return error_errno(e, "cannot make an eventfd");
	}
	pthread_mutex_init(&done->lock, NULL);
	queue_init(&done->queue);
	*donep = done;
	return 0;
}

void done_free(struct done *done)
{
	if (!done)
		return;
	free_list(done->queue.first);
	close(done->event);
	pthread_mutex_destroy(&done->lock);
	free(done);
}

int done_event(const struct done *done)
{
	return done->event;
}

struct rpc_call *done_take(struct done *done)
{
	struct rpc_call *list;
	uint64_t count;

	/* reset the event first: what is added afterwards sets it again */
	if (read(done->event, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return NULL;
	pthread_mutex_lock(&done->lock);
	list = done->queue.first;
	queue_init(&done->queue);
	pthread_mutex_unlock(&done->lock);
	return list;
}

static void deliver(struct done *done, struct rpc_call *call)
{
	static const uint64_t one = 1;
	ssize_t written;

	pthread_mutex_lock(&done->lock);
	queue_add(&done->queue, call);
	pthread_mutex_unlock(&done->lock);
	/* cannot fail: the counter does not come near its maximum */
	written = write(done->event, &one, sizeof(one));
	(void)written;
}

/* return NULL if the thread is to end */
static struct rpc_call *wait_for_call(struct pool *pool)
{
	struct rpc_call *call = NULL;

	pthread_mutex_lock(&pool->lock);
	while (!pool->stopping && !pool->queue.first)
		pthread_cond_wait(&pool->filled, &pool->lock);
	if (!pool->stopping)
		call = queue_take(&pool->queue);
	pthread_mutex_unlock(&pool->lock);
	return call;
}

static void *work(void *arg)
{
	struct pool *pool = arg;
	struct rpc_call *call;

	while ((call = wait_for_call(pool))) {
		call_run(call);
		deliver(pool->done, call);
	}
	return NULL;
}

static int start(struct pool *pool, unsigned int threads, struct error *e)
{
	pthread_attr_t attr;
	int err = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	while (!err && pool->count < threads) {
		err = pthread_create(&pool->threads[pool->count], &attr, work,
				     pool);
		if (!err)
			pool->count++;
	}
	pthread_attr_destroy(&attr);
	return err ? error_set(e, -err, "cannot start a thread: %s",
			       strerror(err)) : 0;
}

int pool_new(struct pool **poolp, unsigned int threads, struct done *done,
	     struct error *e)
{
	struct pool *pool;
	int err;

	pool = calloc(1, sizeof(*pool) + threads * sizeof(*pool->threads));
	if (!pool)
		return error_set(e, -ENOMEM, "out of memory");
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->filled, NULL);
	queue_init(&pool->queue);
	pool->done = done;
	err = start(pool, threads, e);
	if (err)
		pool_free(pool);
	else
		*poolp = pool;
	return err;
}

void pool_free(struct pool *pool)
{
	unsigned int i;

	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->filled);
	pthread_mutex_unlock(&pool->lock);
	for (i = 0; i < pool->count; i++)
		pthread_join(pool->threads[i], NULL);
	free_list(pool->queue.first);
	pthread_cond_destroy(&pool->filled);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

void pool_add(struct pool *pool, struct rpc_call *call)
{
	pthread_mutex_lock(&pool->lock);
	queue_add(&pool->queue, call);
	pthread_cond_signal(&pool->filled);
	pthread_mutex_unlock(&pool->lock);
}
