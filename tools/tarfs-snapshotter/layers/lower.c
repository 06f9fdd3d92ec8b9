// SPDX-License-Identifier: GPL-2.0
/*
 * Layer images that are mounted, each once, while snapshots need them.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A mount of an earlier run cannot be told from one that somebody else made, so
 * lowers_new() detaches them all; overlays on them go on.
 */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lower.h"

#define IDLE_SECONDS	20	/* a pull needs the same layers again and again */
#define NAME_DIGITS	12	/* of a diff_id: options of an overlay are short */

/**
 * struct lower - an image
 * @users: of lower_get(); without any it is unmounted after a while
 * @busy: a thread mounts or unmounts it
 * @idle_since: when the last user has gone, s
 */
struct lower {
	struct lower *next;
	struct record_image image;
	char *path;
	unsigned int users;
	time_t idle_since;
	bool busy;
	bool mounted;
};

/**
 * struct lowers - all that are mounted, or being mounted
 * @lock: for all of them; not held while one is busy
 * @changed: one is not busy any more
 * @idle: one has lost its last user, or @stopping is set
 * @reaper: thread that unmounts what is idle for too long
 */
struct lowers {
	struct store *store;
	const struct mounter *mounter;
	const char *mount_tar;
	char *dir;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_cond_t idle;
	pthread_t reaper;
	bool stopping;
	struct lower *list;
};

const char *lower_path(const struct lower *lower)
{
	return lower->path;
}

static void detach_all(const char *dir)
{
	DIR *list = opendir(dir);
	const struct dirent *entry;
	struct error e;
	char *path;

	while (list && (entry = readdir(list))) {
		if (*entry->d_name == '.' ||
		    asprintf(&path, "%s/%s", dir, entry->d_name) < 0)
			continue;
		mounter_unmount(path, &e);
		rmdir(path);
		free(path);
	}
	if (list)
		closedir(list);
}

static void lower_free(struct lower *lower)
{
	free(lower->path);
	free(lower);
}

static bool is_same(const struct record_image *a, const struct record_image *b)
{
	return a->format == b->format && !strcmp(a->diff_id, b->diff_id) &&
	       !strcmp(a->root_hash, b->root_hash);
}

static bool is_taken(const struct lowers *l, const char *path)
{
	const struct lower *lower;

	for (lower = l->list; lower; lower = lower->next)
		if (!strcmp(lower->path, path))
			return true;
	return false;
}

/* a few digits of the diff_id, or more if somebody has made them collide */
static char *choose_path(const struct lowers *l,
			 const struct record_image *image)
{
	int digits = NAME_DIGITS;
	char *path;

	for (;;) {
		if (asprintf(&path, "%s/%.*s%s%d", l->dir, digits,
			     image->diff_id, image->format == 2 ? "" : "-",
			     image->format) < 0)
			return NULL;
		if (!is_taken(l, path) || digits >= SHA256_HEX_SIZE - 1)
			return path;
		free(path);
		digits++;
	}
}

static struct lower *add(struct lowers *l, const struct record_image *image)
{
	struct lower *lower = calloc(1, sizeof(*lower));

	if (!lower)
		return NULL;
	lower->image = *image;
	lower->path = choose_path(l, image);
	if (!lower->path) {
		free(lower);
		return NULL;
	}
	lower->next = l->list;
	l->list = lower;
	return lower;
}

static struct lower *find(struct lowers *l, const struct record_image *image)
{
	struct lower *lower = l->list;

	while (lower && !is_same(&lower->image, image))
		lower = lower->next;
	return lower ?: add(l, image);
}

static int mount_image(const struct lowers *l, const struct lower *lower,
		       struct error *e)
{
	char *path = store_image_path(l->store, &lower->image);
	const struct mounting mounting = {
		.image		= &lower->image,
		.path		= path,
		.target		= lower->path,
		.dir		= l->dir,
		.mount_tar	= l->mount_tar,
	};
	int err;

	if (!path)
		return error_set(e, -ENOMEM, "out of memory");
	/* what is left of a mount whose server has ended */
	err = mounter_unmount(lower->path, e);
	if (!err && mkdir(lower->path, 0755) && errno != EEXIST) {
		error_errno(e, "cannot make directory %s", lower->path);
		err = -EIO;
	}
	if (!err)
		err = l->mounter->mount(&mounting, e);
	if (err)
		error_prefix(e, "cannot mount layer %s", lower->image.diff_id);
	free(path);
	return err;
}

/* the lock is held, and released meanwhile */
static void begin(struct lowers *l, struct lower *lower)
{
	lower->busy = true;
	pthread_mutex_unlock(&l->lock);
}

static void end(struct lowers *l, struct lower *lower)
{
	pthread_mutex_lock(&l->lock);
	lower->busy = false;
	pthread_cond_broadcast(&l->changed);
}

static void wait_idle(struct lowers *l, const struct lower *lower)
{
	while (lower->busy)
		pthread_cond_wait(&l->changed, &l->lock);
}

static int make_mounted(struct lowers *l, struct lower *lower, struct error *e)
{
	int err = 0;

	wait_idle(l, lower);
	begin(l, lower);
	if (!lower->mounted || !l->mounter->is_alive(lower->path))
		err = mount_image(l, lower, e);
	end(l, lower);
	lower->mounted = !err;
	return err;
}

static void forget(struct lowers *l, struct lower *lower)
{
	struct lower **p = &l->list;

	while (*p != lower)
		p = &(*p)->next;
	*p = lower->next;
	lower_free(lower);
}

/* unmount and forget what nobody uses, unless somebody wants it meanwhile */
static void retire(struct lowers *l, struct lower *lower)
{
	struct error e;

	begin(l, lower);
	mounter_unmount(lower->path, &e);
	rmdir(lower->path);
	end(l, lower);
	lower->mounted = false;
	if (!lower->users)
		forget(l, lower);
}

static void drop(struct lowers *l, struct lower *lower)
{
	struct timespec now;

	if (--lower->users)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	lower->idle_since = now.tv_sec;
	pthread_cond_signal(&l->idle);
}

/* return one that is idle, the longest first; NULL if there is none */
static struct lower *find_idle(const struct lowers *l)
{
	struct lower *lower, *found = NULL;

	for (lower = l->list; lower; lower = lower->next)
		if (!lower->users && !lower->busy &&
		    (!found || lower->idle_since < found->idle_since))
			found = lower;
	return found;
}

static void wait_for_idle(struct lowers *l, const struct lower *idle)
{
	struct timespec until = { 0 };

	if (!idle) {
		pthread_cond_wait(&l->idle, &l->lock);
		return;
	}
	until.tv_sec = idle->idle_since + IDLE_SECONDS;
	pthread_cond_timedwait(&l->idle, &l->lock, &until);
}

static void *reap(void *ctx)
{
	struct lowers *l = ctx;
	struct timespec now;
	struct lower *idle;

	pthread_mutex_lock(&l->lock);
	while (!l->stopping) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		idle = find_idle(l);
		if (idle && now.tv_sec - idle->idle_since >= IDLE_SECONDS)
			retire(l, idle);
		else
			wait_for_idle(l, idle);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

void lowers_forget(struct lowers *l, const struct record_image *image)
{
	struct lower *lower = NULL;

	pthread_mutex_lock(&l->lock);
	for (lower = l->list; lower; lower = lower->next)
		if (is_same(&lower->image, image))
			break;
	if (lower && !lower->users && !lower->busy)
		retire(l, lower);
	pthread_mutex_unlock(&l->lock);
}

int lower_get(struct lowers *l, const struct record_image *image,
	      struct lower **lowerp, struct error *e)
{
	struct lower *lower;
	int err;

	pthread_mutex_lock(&l->lock);
	lower = find(l, image);
	if (lower) {
		lower->users++;
		err = make_mounted(l, lower, e);
		if (err)
			drop(l, lower);
	} else {
		err = error_set(e, -ENOMEM, "out of memory");
	}
	pthread_mutex_unlock(&l->lock);
	*lowerp = lower;
	return err;
}

int lower_check(struct lowers *l, struct lower *lower, struct error *e)
{
	int err;

	pthread_mutex_lock(&l->lock);
	err = make_mounted(l, lower, e);
	pthread_mutex_unlock(&l->lock);
	return err;
}

void lower_put(struct lowers *l, struct lower *lower)
{
	pthread_mutex_lock(&l->lock);
	drop(l, lower);
	pthread_mutex_unlock(&l->lock);
}

static void destroy(struct lowers *l)
{
	struct lower *next;

	for (; l->list; l->list = next) {
		next = l->list->next;
		lower_free(l->list);
	}
	pthread_cond_destroy(&l->idle);
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->lock);
	free(l->dir);
	free(l);
}

int lowers_new(struct lowers **lowersp, struct store *store,
	       const struct mounter *mounter, const char *mount_tar,
	       struct error *e)
{
	struct lowers *l = calloc(1, sizeof(*l));
	pthread_condattr_t attr;

	if (!l || asprintf(&l->dir, "%s/mounts", store_path(store)) < 0) {
		free(l);
		return error_set(e, -ENOMEM, "out of memory");
	}
	l->store = store;
	l->mounter = mounter;
	l->mount_tar = mount_tar;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->changed, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->idle, &attr);
	pthread_condattr_destroy(&attr);
	detach_all(l->dir);
	mounter_clean(l->dir);
	if (!pthread_create(&l->reaper, NULL, reap, l)) {
		*lowersp = l;
		return 0;
	}
	destroy(l);
	return error_set(e, -EAGAIN, "cannot start a thread");
}

void lowers_free(struct lowers *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	pthread_cond_signal(&l->idle);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->reaper, NULL);
	destroy(l);
}
