// SPDX-License-Identifier: GPL-2.0
/*
 * Make the layers of a snapshot visible, as long as it exists.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers_private.h"
#include "tardev_layers.h"
#include "written.h"

static int open_all(struct layers *l, const struct layers_options *options,
		    struct error *e)
{
	const struct mounter *mounter = options->mounter;
	int err;

	l->flights = flights_new();
	if (!l->flights)
		return error_set(e, -ENOMEM, "out of memory");
	err = mounter_choose(&mounter, options->note, e);
	if (err)
		return err;
	err = lowers_new(&l->lowers, l->store, mounter, options->mount_tar, e);
	if (err)
		return err;
	l->holds = holds_new(l->lowers);
	return l->holds ? 0 : error_set(e, -ENOMEM, "out of memory");
}

int layers_new(struct layers **layersp, struct store *store,
	       const struct layers_options *options, struct error *e)
{
	struct layers *l = calloc(1, sizeof(*l));
	int err;

	if (!l)
		return error_set(e, -ENOMEM, "out of memory");
	l->store = store;
	l->content = options->content;
	err = open_all(l, options, e);
	if (err)
		layers_free(l);
	else
		*layersp = l;
	return err;
}

void layers_free(struct layers *l)
{
	holds_free(l->holds);
	lowers_free(l->lowers);
	flights_free(l->flights);
	free(l);
}

static void plan_free(struct mount_plan *p)
{
	while (p->count)
		free(p->lowers[--p->count]);
	free(p->lowers);
	free((char *)p->upper);
	free((char *)p->work);
}

static int plan_own(const struct layers *l, const struct record *r,
		    struct mount_plan *p, struct error *e)
{
	p->writable = r->kind == RECORD_ACTIVE;
	if (!p->writable && p->count)
		return 0;
	p->upper = store_dir(l->store, r->id, "fs");
	p->work = store_dir(l->store, r->id, "work");
	return p->upper && p->work ? 0 :
	       error_set(e, -ENOMEM, "out of memory");
}

/* the chain as images: what was written and committed becomes one now */
static int plan_lowers(struct layers *l, const struct record *r,
		       struct record *chain, size_t count,
		       struct mount_plan *p, struct error *e)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < count; i++)
		if (!chain[i].image.format)
			err = written_convert(l, &chain[i], e);
	return err ?: hold_get(l->holds, r->id, chain, count, &p->lowers,
			       &p->count, e);
}

static int plan(struct layers *l, const struct record *r,
		struct mount_entry *m, struct error *e)
{
	struct mount_plan p = { 0 };
	struct record *chain;
	size_t count;
	int err;

	err = store_chain(l->store, r->key, &chain, &count, e);
	if (err)
		return err;
	err = plan_lowers(l, r, chain, count, &p, e);
	if (!err)
		err = plan_own(l, r, &p, e);
	if (!err)
		err = mount_plan_make(&p, m, e);
	plan_free(&p);
	store_chain_free(chain, count);
	return err;
}

/* is the key still that of this snapshot? */
static int is_same(const struct layers *l, const char *key, uint64_t id,
		   struct error *e)
{
	struct record now;
	int err = store_get(l->store, key, &now, e);

	if (err)
		return err;
	err = now.id == id;
	record_free(&now);
	return err;
}

/* return 1 if this thread deals with it now, 0 to try again */
static int try_begin(struct layers *l, const char *key, struct record *r,
		     char flight[FLIGHT_KEY_SIZE], struct error *e)
{
	int err, wait;

	err = store_get(l->store, key, r, e);
	if (err)
		return err;
	snprintf(flight, FLIGHT_KEY_SIZE, "snapshot-%" PRIu64, r->id);
	wait = flight_begin(l->flights, flight);
	if (!wait) {
		err = is_same(l, key, r->id, e);
		if (err == 1)
			return 1;
		flight_end(l->flights, flight);
	} else if (wait < 0) {
		err = error_set(e, wait, "out of memory");
	}
	record_free(r);
	return err;
}

/*
 * One thread at a time deals with a snapshot: another must not remove it while its
 * layers are being mounted.
 */
static int begin(struct layers *l, const char *key, struct record *r,
		 char flight[FLIGHT_KEY_SIZE], struct error *e)
{
	int err;

	do {
		err = try_begin(l, key, r, flight, e);
	} while (!err);
	return err == 1 ? 0 : err;
}

static int mount_one(struct layers *l, const struct record *r,
		     struct mount_entry *m, struct error *e)
{
	if (r->kind == RECORD_COMMITTED)
		return error_set(e, -EBUSY,
				 "snapshot %s is committed: mount a view of it",
				 r->key);
	if (r->profile == RECORD_TARDEV)
		return tardev_mounts(l, r, m, e);
	return plan(l, r, m, e);
}

int layers_mounts(struct layers *l, const char *key, struct mount_entry *m,
		  struct error *e)
{
	char flight[FLIGHT_KEY_SIZE];
	struct record r;
	int err;

	err = begin(l, key, &r, flight, e);
	if (err)
		return err;
	err = mount_one(l, &r, m, e);
	flight_end(l->flights, flight);
	record_free(&r);
	return err;
}

int layers_commit(struct layers *l, const struct layers_commit *c,
		  struct error *e)
{
	char flight[FLIGHT_KEY_SIZE];
	struct record r;
	int err;

	err = begin(l, c->key, &r, flight, e);
	if (err)
		return err;
	if (r.profile == RECORD_TARDEV)
		err = tardev_commit(l, &r, c, e);
	else
		err = store_commit(l->store, c->key, c->name, c->labels,
				   c->size, c->inodes, e);
	if (!err)
		hold_put(l->holds, r.id);
	flight_end(l->flights, flight);
	record_free(&r);
	return err;
}

int layers_remove(struct layers *l, const char *key, struct error *e)
{
	char flight[FLIGHT_KEY_SIZE];
	struct record r;
	int err;

	err = begin(l, key, &r, flight, e);
	if (err)
		return err;
	err = store_remove(l->store, key, e);
	if (!err)
		hold_put(l->holds, r.id);
	if (!err && r.image.format && !store_image_users(l->store, &r.image))
		lowers_forget(l->lowers, &r.image);
	flight_end(l->flights, flight);
	record_free(&r);
	return err;
}

/* struct keys - snapshots that can be mounted */
struct keys {
	char **list;
	size_t count;
};

static int note_key(void *ctx, const struct record *r, struct error *e)
{
	struct keys *k = ctx;
	char **list;

	if (r->kind == RECORD_COMMITTED || !*r->parent)
		return 0;
	list = reallocarray(k->list, k->count + 1, sizeof(*list));
	if (!list)
		return error_set(e, -ENOMEM, "out of memory");
	k->list = list;
	list[k->count] = strdup(r->key);
	return list[k->count++] ? 0 : error_set(e, -ENOMEM, "out of memory");
}

int layers_restore(struct layers *l, void (*note)(const char *text),
		   struct error *e)
{
	struct keys k = { 0 };
	struct mount_entry m;
	struct error why;
	int err;

	err = store_each(l->store, note_key, &k, e);
	while (k.count) {
		char *key = k.list[--k.count];

		if (!err && layers_mounts(l, key, &m, &why)) {
			error_prefix(&why, "snapshot %s", key);
			note(why.text);
		} else if (!err) {
			mount_entry_free(&m);
		}
		free(key);
	}
	free(k.list);
	return err;
}
