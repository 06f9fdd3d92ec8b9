// SPDX-License-Identifier: GPL-2.0
/*
 * Which snapshots need which mounted layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "hold.h"

/* struct hold - the layers of a snapshot, the nearest parent first */
struct hold {
	uint64_t id;
	struct lower **lowers;
	size_t count;
};

/* @tree: of holds by id, for tsearch(); @lock is for the tree */
struct holds {
	struct lowers *lowers;
	pthread_mutex_t lock;
	void *tree;
};

static int order(const void *a, const void *b)
{
	const struct hold *one = a, *other = b;

	return one->id < other->id ? -1 : one->id > other->id;
}

static void hold_free(void *hold)
{
	free(((struct hold *)hold)->lowers);
	free(hold);
}

struct holds *holds_new(struct lowers *lowers)
{
	struct holds *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->lowers = lowers;
	pthread_mutex_init(&h->lock, NULL);
	return h;
}

void holds_free(struct holds *h)
{
	if (!h)
		return;
	tdestroy(h->tree, hold_free);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static void release(struct holds *h, struct hold *hold)
{
	while (hold->count)
		lower_put(h->lowers, hold->lowers[--hold->count]);
	hold_free(hold);
}

/*
 * overlayfs refuses a directory that is there twice.  The lower of two equal
 * layers shows nothing that the upper one does not: each name in it is in the upper
 * one as well, and so are what it hides and the attributes it sets.
 */
static bool is_repeated(const struct record *chain, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (!strcmp(chain[j].image.diff_id, chain[i].image.diff_id) &&
		    chain[j].image.format == chain[i].image.format)
			return true;
	return false;
}

static int fill(struct holds *h, struct hold *hold, const struct record *chain,
		size_t length, struct error *e)
{
	size_t i;
	int err = 0;

	hold->lowers = calloc(length + 1, sizeof(*hold->lowers));
	if (!hold->lowers)
		return error_set(e, -ENOMEM, "out of memory");
	for (i = 0; !err && i < length; i++) {
		if (is_repeated(chain, i))
			continue;
		err = lower_get(h->lowers, &chain[i].image,
				&hold->lowers[hold->count], e);
		if (!err)
			hold->count++;
	}
	return err;
}

static int make(struct holds *h, uint64_t id, const struct record *chain,
		size_t length, struct hold **holdp, struct error *e)
{
	struct hold *hold = calloc(1, sizeof(*hold));
	int err;

	if (!hold)
		return error_set(e, -ENOMEM, "out of memory");
	hold->id = id;
	err = fill(h, hold, chain, length, e);
	if (err)
		release(h, hold);
	else
		*holdp = hold;
	return err;
}

static int copy_paths(const struct hold *hold, char ***pathsp, size_t *count,
		      struct error *e)
{
	char **paths = calloc(hold->count + 1, sizeof(*paths));
	size_t i;

	for (i = 0; paths && i < hold->count; i++) {
		paths[i] = strdup(lower_path(hold->lowers[i]));
		if (paths[i])
			continue;
		while (i)
			free(paths[--i]);
		free(paths);
		paths = NULL;
	}
	if (!paths)
		return error_set(e, -ENOMEM, "out of memory");
	*pathsp = paths;
	*count = hold->count;
	return 0;
}

static struct hold *find(struct holds *h, uint64_t id)
{
	const struct hold wanted = { .id = id };
	struct hold **node;

	pthread_mutex_lock(&h->lock);
	node = tfind(&wanted, &h->tree, order);
	pthread_mutex_unlock(&h->lock);
	return node ? *node : NULL;
}

/* keep a new hold, or drop it for one that another thread has made */
static int keep(struct holds *h, struct hold **hold, struct error *e)
{
	struct hold **node, *mine = *hold;

	pthread_mutex_lock(&h->lock);
	node = tsearch(mine, &h->tree, order);
	if (node)
		*hold = *node;
	pthread_mutex_unlock(&h->lock);
	if (node && *hold == mine)
		return 0;
	release(h, mine);
	return node ? 0 : error_set(e, -ENOMEM, "out of memory");
}

static int check(struct holds *h, const struct hold *hold, struct error *e)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < hold->count; i++)
		err = lower_check(h->lowers, hold->lowers[i], e);
	return err;
}

int hold_get(struct holds *h, uint64_t id, const struct record *chain,
	     size_t length, char ***paths, size_t *count, struct error *e)
{
	struct hold *hold = find(h, id);
	int err;

	if (hold) {
		err = check(h, hold, e);
	} else {
		err = make(h, id, chain, length, &hold, e);
		if (!err)
			err = keep(h, &hold, e);
	}
	return err ?: copy_paths(hold, paths, count, e);
}

void hold_put(struct holds *h, uint64_t id)
{
	const struct hold wanted = { .id = id };
	struct hold **node, *hold = NULL;

	pthread_mutex_lock(&h->lock);
	node = tfind(&wanted, &h->tree, order);
	if (node) {
		hold = *node;
		tdelete(hold, &h->tree, order);
	}
	pthread_mutex_unlock(&h->lock);
	if (hold)
		release(h, hold);
}
