// SPDX-License-Identifier: GPL-2.0
/*
 * Fan a stream of bytes out to several readers: one thread, the writer, fills a
 * ring of buffers, which a pool of threads passes to the readers.  No thread is
 * bound to a reader: each calls any reader that is ready, and so does the
 * writer while it waits for a free buffer.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "fanout.h"

#define SLOTS	8

/* @unseen: number of readers yet to consume it; 0 if it can be filled */
struct slot {
	uint8_t *bytes;
	size_t len;
	uint64_t offset;
	unsigned int unseen;
};

/*
 * @next: number of the buffer to consume next
 * @busy: a call is in progress
 */
struct reader {
	struct fanout_reader is;
	uint64_t next;
	bool busy;
};

/*
 * @more: signalled when a buffer was passed on, or the threads are to end
 * @seen: signalled when all readers have consumed a buffer, or one has failed
 * @ring: number of slots in use
 * @filled: number of buffers passed on
 * @used: bytes in the buffer being filled
 * @ended: the threads are to end
 * @failed: error of the first reader that failed, described by @why
 * @threads: those that help the writer, @started of them
 *
 * @lock protects all state shared by the threads, except for the bytes of a
 * buffer: the writer owns these until it passes the buffer on.
 */
struct fanout {
	pthread_mutex_t lock;
	pthread_cond_t more;
	pthread_cond_t seen;
	struct slot slots[SLOTS];
	unsigned int ring;
	uint64_t filled;
	uint64_t offset;
	size_t used;
	bool ended;
	int failed;
	struct error why;
	pthread_t *threads;
	unsigned int started;
	size_t count;
	struct reader readers[];
};

static struct slot *slot_of(struct fanout *s, uint64_t number)
{
	return &s->slots[number % s->ring];
}

static void fail(struct fanout *s, int err, const struct error *why)
{
	if (s->failed)
		return;
	s->failed = err;
	s->why = *why;
}

/* find the first reader that can be called now; NULL if there is none */
static struct reader *find_reader(struct fanout *s)
{
	struct reader *r;

	for (r = s->readers; r < s->readers + s->count; r++)
		if (r->next < s->filled && !(r->is.in_order && r->busy))
			return r;
	return NULL;
}

/*
 * Call a reader with its next buffer, without the lock.  The calling thread
 * looks for the next reader afterwards, so no other thread needs to be woken.
 */
static void call_reader(struct fanout *s, struct reader *r)
{
	struct slot *slot = slot_of(s, r->next++);
	struct error e;
	int err;

	r->busy = true;
	pthread_mutex_unlock(&s->lock);
	err = r->is.consume(r->is.ctx, slot->bytes, slot->len, slot->offset, &e);
	pthread_mutex_lock(&s->lock);
	r->busy = false;
	if (err)
		fail(s, err, &e);
	if (!--slot->unseen || err)
		pthread_cond_signal(&s->seen);
}

static void *run(void *arg)
{
	struct fanout *s = arg;
	struct reader *r;

	pthread_mutex_lock(&s->lock);
	while (!s->ended && !s->failed) {
		r = find_reader(s);
		if (r)
			call_reader(s, r);
		else
			pthread_cond_wait(&s->more, &s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* start @count threads; they block all signals, which are for the writer */
static int start(struct fanout *s, unsigned int count, struct error *e)
{
	sigset_t all, before;
	int err = 0;

	s->threads = calloc(count, sizeof(*s->threads));
	if (!s->threads)
		return error_set(e, -ENOMEM, "out of memory");
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	while (!err && s->started < count) {
		err = pthread_create(&s->threads[s->started], NULL, run, s);
		if (!err)
			s->started++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		return error_set(e, -err, "cannot start a thread: %s",
				 strerror(err));
	return 0;
}

static int allocate_slots(struct fanout *s, struct error *e)
{
	unsigned int i;

	for (i = 0; i < s->ring; i++) {
		s->slots[i].bytes = malloc(FANOUT_BUFFER);
		if (!s->slots[i].bytes)
			return error_set(e, -ENOMEM, "out of memory");
	}
	return 0;
}

int fanout_new(struct fanout **sp, const struct fanout_reader *readers,
	       size_t count, unsigned int threads, struct error *e)
{
	struct fanout *s = calloc(1, sizeof(*s) + count * sizeof(*s->readers));
	size_t i;
	int err;

	if (!s)
		return error_set(e, -ENOMEM, "out of memory");
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->more, NULL);
	pthread_cond_init(&s->seen, NULL);
	s->ring = threads > 1 ? SLOTS : 1;
	s->count = count;
	for (i = 0; i < count; i++)
		s->readers[i].is = readers[i];
	err = allocate_slots(s, e);
	if (!err && threads > 1)
		err = start(s, threads - 1, e);
	if (err) {
		fanout_free(s);
		return err;
	}
	*sp = s;
	return 0;
}

static void end_threads(struct fanout *s)
{
	unsigned int i;

	pthread_mutex_lock(&s->lock);
	s->ended = true;
	pthread_cond_broadcast(&s->more);
	pthread_mutex_unlock(&s->lock);
	for (i = 0; i < s->started; i++)
		pthread_join(s->threads[i], NULL);
	free(s->threads);
}

void fanout_free(struct fanout *s)
{
	unsigned int i;

	if (!s)
		return;
	end_threads(s);
	for (i = 0; i < s->ring; i++)
		free(s->slots[i].bytes);
	pthread_cond_destroy(&s->seen);
	pthread_cond_destroy(&s->more);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* call readers until all of them have consumed @slot */
static int await_slot(struct fanout *s, struct slot *slot, struct error *e)
{
	struct reader *r;
	int err;

	pthread_mutex_lock(&s->lock);
	while (slot->unseen && !s->failed) {
		r = find_reader(s);
		if (r)
			call_reader(s, r);
		else
			pthread_cond_wait(&s->seen, &s->lock);
	}
	err = s->failed;
	if (err)
		*e = s->why;
	pthread_mutex_unlock(&s->lock);
	return err;
}

/* pass the current buffer on, and wait until the next one can be filled */
static int pass_on(struct fanout *s, struct error *e)
{
	struct slot *slot = slot_of(s, s->filled);

	slot->len = s->used;
	slot->offset = s->offset;
	s->offset += s->used;
	s->used = 0;
	pthread_mutex_lock(&s->lock);
	slot->unseen = s->count;
	s->filled++;
	pthread_cond_broadcast(&s->more);
	pthread_mutex_unlock(&s->lock);
	return await_slot(s, slot_of(s, s->filled), e);
}

int fanout_write(struct fanout *s, const void *buf, size_t len,
		 struct error *e)
{
	const uint8_t *p = buf;
	int err = 0;
	size_t n;

	while (len && !err) {
		n = FANOUT_BUFFER - s->used;
		if (n > len)
			n = len;
		memcpy(slot_of(s, s->filled)->bytes + s->used, p, n);
		s->used += n;
		p += n;
		len -= n;
		if (s->used == FANOUT_BUFFER)
			err = pass_on(s, e);
	}
	return err;
}

int fanout_wait(struct fanout *s, const void **rest, size_t *len,
		struct error *e)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < s->ring && !err; i++)
		err = await_slot(s, &s->slots[i], e);
	*rest = slot_of(s, s->filled)->bytes;
	*len = s->used;
	return err;
}

int fanout_finish(struct fanout *s, struct error *e)
{
	const void *rest;
	size_t len;
	int err = 0;

	if (s->used)
		err = pass_on(s, e);
	return err ? err : fanout_wait(s, &rest, &len, e);
}
