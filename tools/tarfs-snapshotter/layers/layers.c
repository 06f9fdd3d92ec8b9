// SPDX-License-Identifier: GPL-2.0
/*
 * Plan how the layers of a snapshot are mounted.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "layers_private.h"

int layers_new(struct layers **layersp, struct store *store,
	       const struct layers_options *options, struct error *e)
{
	struct layers *l = calloc(1, sizeof(*l));

	if (!l)
		return error_set(e, -ENOMEM, "out of memory");
	l->store = store;
	l->content = options->content;
	l->flights = flights_new();
	if (!l->flights) {
		layers_free(l);
		return error_set(e, -ENOMEM, "out of memory");
	}
	*layersp = l;
	return 0;
}

void layers_free(struct layers *l)
{
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

static int plan_lowers(const struct layers *l, const struct record *chain,
		       size_t count, struct mount_plan *p, struct error *e)
{
	p->lowers = calloc(count + 1, sizeof(*p->lowers));
	if (!p->lowers)
		return error_set(e, -ENOMEM, "out of memory");
	for (; p->count < count; p->count++) {
		p->lowers[p->count] = store_dir(l->store, chain[p->count].id,
						"fs");
		if (!p->lowers[p->count])
			return error_set(e, -ENOMEM, "out of memory");
	}
	return 0;
}

static int plan(const struct layers *l, const struct record *r,
		struct mount_entry *m, struct error *e)
{
	struct mount_plan p = { 0 };
	struct record *chain;
	size_t count;
	int err;

	err = store_chain(l->store, r->key, &chain, &count, e);
	if (err)
		return err;
	err = plan_lowers(l, chain, count, &p, e);
	if (!err)
		err = plan_own(l, r, &p, e);
	if (!err)
		err = mount_plan_make(&p, m, e);
	plan_free(&p);
	store_chain_free(chain, count);
	return err;
}

int layers_mounts(struct layers *l, const char *key, struct mount_entry *m,
		  struct error *e)
{
	struct record r;
	int err;

	err = store_get(l->store, key, &r, e);
	if (err)
		return err;
	if (r.kind == RECORD_COMMITTED)
		err = error_set(e, -EBUSY,
				"snapshot %s is committed: mount a view of it",
				key);
	else
		err = plan(l, &r, m, e);
	record_free(&r);
	return err;
}
