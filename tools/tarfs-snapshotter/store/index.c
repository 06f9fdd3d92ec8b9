// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots in memory, by key and by id.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

static int order_keys(const void *a, const void *b)
{
	const struct snapshot *one = a, *other = b;

	return strcmp(one->record.key, other->record.key);
}

static int order_ids(const void *a, const void *b)
{
	const struct snapshot *one = a, *other = b;

	return one->record.id < other->record.id ? -1 :
	       one->record.id > other->record.id;
}

struct snapshot *index_find(const struct store *s, const char *key)
{
	const struct snapshot wanted = { .record.key = (char *)key };
	struct snapshot **found = tfind(&wanted, &s->keys, order_keys);

	return found ? *found : NULL;
}

struct snapshot *index_find_id(const struct store *s, uint64_t id)
{
	const struct snapshot wanted = { .record.id = id };
	struct snapshot **found = tfind(&wanted, &s->ids, order_ids);

	return found ? *found : NULL;
}

int index_add_key(struct store *s, struct snapshot *entry)
{
	return tsearch(entry, &s->keys, order_keys) ? 0 : -ENOMEM;
}

void index_remove_key(struct store *s, struct snapshot *entry)
{
	tdelete(entry, &s->keys, order_keys);
}

int index_add(struct store *s, struct snapshot *entry)
{
	if (index_add_key(s, entry))
		return -ENOMEM;
	if (tsearch(entry, &s->ids, order_ids))
		return 0;
	index_remove_key(s, entry);
	return -ENOMEM;
}

void index_replace(struct store *s, struct snapshot *old, struct snapshot *new)
{
	struct snapshot **node = tfind(old, &s->ids, order_ids);

	*node = new;
	index_remove_key(s, old);
}

void index_remove(struct store *s, struct snapshot *entry)
{
	index_remove_key(s, entry);
	tdelete(entry, &s->ids, order_ids);
}

struct walk {
	int (*call)(void *ctx, struct snapshot *entry, struct error *e);
	void *ctx;
	struct error *e;
	int err;
};

static void visit(const void *node, VISIT when, void *ctx)
{
	struct snapshot *const *entry = node;
	struct walk *w = ctx;

	if (!w->err && (when == postorder || when == leaf))
		w->err = w->call(w->ctx, *entry, w->e);
}

int index_each(const struct store *s,
	       int (*call)(void *ctx, struct snapshot *entry, struct error *e),
	       void *ctx, struct error *e)
{
	struct walk w = { call, ctx, e, 0 };

	twalk_r(s->keys, visit, &w);
	return w.err;
}

int snapshot_new(struct snapshot **entryp, const struct record *like,
		 struct error *e)
{
	struct snapshot *entry = calloc(1, sizeof(*entry));
	int err;

	if (!entry)
		return error_set(e, -ENOMEM, "out of memory");
	err = record_copy(&entry->record, like, e);
	if (err)
		free(entry);
	else
		*entryp = entry;
	return err;
}

void snapshot_free(struct snapshot *entry)
{
	record_free(&entry->record);
	free(entry);
}
