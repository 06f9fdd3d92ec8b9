// SPDX-License-Identifier: GPL-2.0
/*
 * A reader of the image for each thread, with a cache and a buffer of its own.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>

#include "mount.h"

static int make_worker(struct pool *p, const struct device *d, struct error *e)
{
	struct worker *w = &p->all[p->count];
	int err;

	err = device_clone(&w->d, d, e);
	if (err)
		return err;
	w->buf = malloc(WORKER_BUFFER);
	if (!w->buf) {
		device_release(&w->d);
		return error_set(e, -ENOMEM, "out of memory");
	}
	w->next = p->idle;
	p->idle = w;
	p->count++;
	return 0;
}

int pool_make(struct pool *p, const struct device *d, size_t count,
	      struct error *e)
{
	int err = 0;

	*p = (struct pool) { .all = calloc(count, sizeof(*p->all)) };
	pthread_mutex_init(&p->lock, NULL);
	if (!p->all)
		err = error_set(e, -ENOMEM, "out of memory");
	while (!err && p->count < count)
		err = make_worker(p, d, e);
	if (err)
		pool_free(p);
	return err;
}

void pool_free(struct pool *p)
{
	while (p->count--) {
		device_release(&p->all[p->count].d);
		free(p->all[p->count].buf);
	}
	free(p->all);
	pthread_mutex_destroy(&p->lock);
}

struct worker *pool_take(struct pool *p)
{
	struct worker *w;

	pthread_mutex_lock(&p->lock);
	w = p->idle;
	p->idle = w->next;
	pthread_mutex_unlock(&p->lock);
	return w;
}

void pool_put(struct pool *p, struct worker *w)
{
	pthread_mutex_lock(&p->lock);
	w->next = p->idle;
	p->idle = w;
	pthread_mutex_unlock(&p->lock);
}
