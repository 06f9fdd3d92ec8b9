// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes that several threads look at while the next ones are being made: a ring
 * of buffers, which one thread fills in order and each reader empties in order.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "spread.h"

#define SLOTS	8

/* @unseen: how many readers have not seen it yet; 0 if it can be filled */
struct slot {
	uint8_t *bytes;
	size_t len;
	uint64_t offset;
	unsigned int unseen;
};

/* @next: number of the buffer that it will see next */
struct thread {
	struct spread *spread;
	struct spread_reader reader;
	pthread_t id;
	uint64_t next;
};

/*
 * @filled: buffers that were handed over
 * @used: bytes in the one that is being filled
 * @ended: there will be no more
 * @failed: what a reader returned, and @why
 * @started: how many threads there are
 *
 * @lock is for everything that the readers look at; the bytes of a buffer belong
 * to the writer as long as nobody is to see them.
 */
struct spread {
	pthread_mutex_t lock;
	pthread_cond_t came;
	pthread_cond_t went;
	struct slot slots[SLOTS];
	uint64_t filled;
	uint64_t offset;
	size_t used;
	bool ended;
	int failed;
	struct error why;
	bool threads;
	size_t started;
	size_t count;
	struct thread readers[];
};

static struct slot *slot_of(struct spread *s, uint64_t number)
{
	return &s->slots[number % SLOTS];
}

static bool wants(const struct spread_reader *r, uint64_t number)
{
	return number % r->step == r->first;
}

static void fail(struct spread *s, int err, const struct error *why)
{
	if (s->failed)
		return;
	s->failed = err;
	s->why = *why;
}

/* wait for the reader's next buffer; NULL if there is none to come */
static struct slot *await(struct thread *t)
{
	struct spread *s = t->spread;

	while (t->next >= s->filled && !s->ended && !s->failed)
		pthread_cond_wait(&s->came, &s->lock);
	return t->next < s->filled && !s->failed ? slot_of(s, t->next) : NULL;
}

static void *run(void *arg)
{
	struct thread *t = arg;
	struct spread *s = t->spread;
	struct slot *slot;
	struct error e;
	int err;

	pthread_mutex_lock(&s->lock);
	while ((slot = await(t))) {
		pthread_mutex_unlock(&s->lock);
		err = t->reader.see(t->reader.ctx, slot->bytes, slot->len,
				    slot->offset, &e);
		pthread_mutex_lock(&s->lock);
		if (err) {
			fail(s, err, &e);
			pthread_cond_broadcast(&s->came);
		}
		t->next += t->reader.step;
		if (!--slot->unseen || err)
			pthread_cond_signal(&s->went);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* signals are for the thread that writes */
static int start(struct spread *s, struct error *e)
{
	sigset_t all, before;
	int err = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	while (!err && s->started < s->count) {
		struct thread *t = &s->readers[s->started];

		err = pthread_create(&t->id, NULL, run, t);
		if (!err)
			s->started++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		return error_set(e, -err, "cannot start a thread: %s",
				 strerror(err));
	return 0;
}

static int allocate_slots(struct spread *s, struct error *e)
{
	int i;

	for (i = 0; i < (s->threads ? SLOTS : 1); i++) {
		s->slots[i].bytes = malloc(SPREAD_BUFFER);
		if (!s->slots[i].bytes)
			return error_set(e, -ENOMEM, "out of memory");
	}
	/* without threads there is one buffer, in all places of the ring */
	for (; i < SLOTS; i++)
		s->slots[i].bytes = s->slots[0].bytes;
	return 0;
}

int spread_new(struct spread **sp, const struct spread_reader *readers,
	       size_t count, bool threads, struct error *e)
{
	struct spread *s = calloc(1, sizeof(*s) + count * sizeof(*s->readers));
	size_t i;
	int err;

	if (!s)
		return error_set(e, -ENOMEM, "out of memory");
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->came, NULL);
	pthread_cond_init(&s->went, NULL);
	s->threads = threads;
	s->count = count;
	for (i = 0; i < count; i++) {
		s->readers[i].spread = s;
		s->readers[i].reader = readers[i];
		s->readers[i].next = readers[i].first;
	}
	err = allocate_slots(s, e);
	if (!err && threads)
		err = start(s, e);
	if (err) {
		spread_free(s);
		return err;
	}
	*sp = s;
	return 0;
}

static void end_threads(struct spread *s)
{
	struct error none = { "" };
	size_t i;

	pthread_mutex_lock(&s->lock);
	s->ended = true;
	fail(s, -ECANCELED, &none);
	pthread_cond_broadcast(&s->came);
	pthread_mutex_unlock(&s->lock);
	for (i = 0; i < s->started; i++)
		pthread_join(s->readers[i].id, NULL);
}

void spread_free(struct spread *s)
{
	int i;

	if (!s)
		return;
	end_threads(s);
	for (i = 0; i < (s->threads ? SLOTS : 1); i++)
		free(s->slots[i].bytes);
	pthread_cond_destroy(&s->went);
	pthread_cond_destroy(&s->came);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static int failure(struct spread *s, struct error *e)
{
	if (s->failed)
		*e = s->why;
	return s->failed;
}

/* wait until nobody is to see @slot any more */
static int await_slot(struct spread *s, struct slot *slot, struct error *e)
{
	int err;

	pthread_mutex_lock(&s->lock);
	while (slot->unseen && !s->failed)
		pthread_cond_wait(&s->went, &s->lock);
	err = failure(s, e);
	pthread_mutex_unlock(&s->lock);
	return err;
}

/* without threads: have everybody see it here and now */
static int show(struct spread *s, const struct slot *slot, struct error *e)
{
	const struct spread_reader *r;
	size_t i;

	for (i = 0; i < s->count && !s->failed; i++) {
		r = &s->readers[i].reader;
		if (wants(r, s->filled))
			s->failed = r->see(r->ctx, slot->bytes, slot->len,
					   slot->offset, &s->why);
	}
	s->filled++;
	return failure(s, e);
}

static void hand_over(struct spread *s, struct slot *slot)
{
	size_t i;

	pthread_mutex_lock(&s->lock);
	for (i = 0; i < s->count; i++)
		slot->unseen += wants(&s->readers[i].reader, s->filled);
	s->filled++;
	pthread_cond_broadcast(&s->came);
	pthread_mutex_unlock(&s->lock);
}

static int pass_on(struct spread *s, struct error *e)
{
	struct slot *slot = slot_of(s, s->filled);

	slot->len = s->used;
	slot->offset = s->offset;
	s->offset += s->used;
	s->used = 0;
	if (!s->threads)
		return show(s, slot, e);
	hand_over(s, slot);
	return await_slot(s, slot_of(s, s->filled), e);
}

int spread_write(struct spread *s, const void *buf, size_t len,
		 struct error *e)
{
	const uint8_t *p = buf;
	int err = 0;
	size_t n;

	while (len && !err) {
		n = SPREAD_BUFFER - s->used;
		if (n > len)
			n = len;
		memcpy(slot_of(s, s->filled)->bytes + s->used, p, n);
		s->used += n;
		p += n;
		len -= n;
		if (s->used == SPREAD_BUFFER)
			err = pass_on(s, e);
	}
	return err;
}

int spread_wait(struct spread *s, const void **rest, size_t *len,
		struct error *e)
{
	int err = 0, i;

	for (i = 0; i < SLOTS && !err; i++)
		err = await_slot(s, &s->slots[i], e);
	*rest = slot_of(s, s->filled)->bytes;
	*len = s->used;
	return err;
}

int spread_finish(struct spread *s, struct error *e)
{
	const void *rest;
	size_t len;
	int err = 0;

	if (s->used)
		err = pass_on(s, e);
	return err ? err : spread_wait(s, &rest, &len, e);
}
