// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots: commit, remove, change and read them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

static int no_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

static int no_snapshot(struct error *e, const char *key)
{
	return error_set(e, -ENOENT, "snapshot %s does not exist", key);
}

static void lock(struct store *s)
{
	pthread_mutex_lock(&s->lock);
}

static int unlock(struct store *s, int err)
{
	pthread_mutex_unlock(&s->lock);
	return err;
}

int store_open(struct store **storep, const char *path,
	       void (*note)(const char *text), struct error *e)
{
	struct store *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return no_memory(e);
	err = files_open(&s->files, path, e);
	if (err) {
		free(s);
		return err;
	}
	pthread_mutex_init(&s->lock, NULL);
	s->next_id = 1;
	err = load(s, note, e);
	if (err)
		store_close(s);
	else
		*storep = s;
	return err;
}

static void keep(void *entry)
{
}

static void free_one(void *entry)
{
	snapshot_free(entry);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	tdestroy(s->keys, keep);
	tdestroy(s->ids, free_one);
	names_free(s);
	images_free(s);
	files_close(&s->files);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

const char *store_path(const struct store *s)
{
	return s->files.path;
}

/* the entry gets another key: replace it as a whole, so that failing is easy */
static int commit(struct store *s, struct snapshot *entry, struct record *like,
		  struct error *e)
{
	struct snapshot *new;
	int err;

	err = snapshot_new(&new, like, e);
	if (err)
		return err;
	new->parent = entry->parent;
	err = index_add_key(s, new) ? no_memory(e) : 0;
	if (err)
		goto free_new;
	err = name_use(s, &new->record, e);
	if (err)
		goto remove_key;
	err = change_record(s, &entry->record, &new->record, e);
	if (err)
		goto drop_name;
	index_replace(s, entry, new);
	snapshot_free(entry);
	return 0;
drop_name:
	name_drop(s, &new->record);
remove_key:
	index_remove_key(s, new);
free_new:
	snapshot_free(new);
	return err;
}

static int find_active(struct store *s, const char *key, const char *name,
		       struct snapshot **entry, struct error *e)
{
	*entry = index_find(s, key);
	if (index_find(s, name))
		return error_set(e, -EEXIST, "snapshot %s already exists",
				 name);
	if (!*entry)
		return no_snapshot(e, key);
	if ((*entry)->record.kind != RECORD_ACTIVE)
		return error_set(e, -EBUSY, "snapshot %s is not active", key);
	return 0;
}

int store_commit(struct store *s, const char *key, const char *name,
		 const struct labels *labels, uint64_t size, uint64_t inodes,
		 struct error *e)
{
	struct record like = { 0 };
	struct snapshot *entry;
	int err;

	if (!*name)
		return error_set(e, -EINVAL, "a snapshot needs a name");
	lock(s);
	err = find_active(s, key, name, &entry, e);
	if (!err) {
		like = entry->record;
		like.kind = RECORD_COMMITTED;
		like.key = (char *)name;
		like.labels = *labels;
		like.size = size;
		like.inodes = inodes;
		clock_gettime(CLOCK_REALTIME, &like.created);
		like.updated = like.created;
		err = commit(s, entry, &like, e);
	}
	unlock(s, 0);
	if (!err && like.image.format)
		discard_dirs(s, like.id);
	return err;
}

static int remove_entry(struct store *s, struct snapshot *entry, struct error *e)
{
	int err = remove_record(s, &entry->record, e);

	if (err)
		return err;
	name_drop(s, &entry->record);
	if (entry->record.image.format)
		image_release(s, &entry->record.image);
	if (entry->parent)
		entry->parent->children--;
	index_remove(s, entry);
	return 0;
}

int store_remove(struct store *s, const char *key, struct error *e)
{
	struct snapshot *entry;
	int err;

	lock(s);
	entry = index_find(s, key);
	if (!entry)
		err = no_snapshot(e, key);
	else if (entry->children)
		err = error_set(e, -EBUSY,
				"cannot remove snapshot %s: it has children",
				key);
	else
		err = remove_entry(s, entry, e);
	unlock(s, 0);
	if (err)
		return err;
	/* a large directory takes long: let others go on */
	discard_dirs(s, entry->record.id);
	snapshot_free(entry);
	return 0;
}

static int update(struct store *s, struct snapshot *entry, struct record *new,
		  int (*change)(void *ctx, struct labels *labels,
				struct error *e),
		  void *ctx, struct error *e)
{
	struct record old = entry->record;
	int err = change(ctx, &new->labels, e);

	if (err)
		return err;
	clock_gettime(CLOCK_REALTIME, &new->updated);
	err = change_record(s, &old, new, e);
	if (err)
		return err;
	entry->record = *new;
	*new = old;
	return 0;
}

static int find_and_update(struct store *s, const char *key,
			   int (*change)(void *ctx, struct labels *labels,
					 struct error *e),
			   void *ctx, struct record *after, struct error *e)
{
	struct snapshot *entry = index_find(s, key);
	struct record new;
	int err;

	if (!entry)
		return no_snapshot(e, key);
	err = record_copy(&new, &entry->record, e);
	if (err)
		return err;
	err = update(s, entry, &new, change, ctx, e);
	record_free(&new);
	if (!err && after)
		err = record_copy(after, &entry->record, e);
	return err;
}

int store_update(struct store *s, const char *key,
		 int (*change)(void *ctx, struct labels *labels,
			       struct error *e),
		 void *ctx, struct record *after, struct error *e)
{
	lock(s);
	return unlock(s, find_and_update(s, key, change, ctx, after, e));
}

int store_get(struct store *s, const char *key, struct record *r,
	      struct error *e)
{
	const struct snapshot *entry;

	lock(s);
	entry = index_find(s, key);
	return unlock(s, entry ? record_copy(r, &entry->record, e) :
				 no_snapshot(e, key));
}

int store_get_id(struct store *s, uint64_t id, struct record *r,
		 struct error *e)
{
	const struct snapshot *entry;
	char name[ID_SIZE];

	id_name(name, id);
	lock(s);
	entry = index_find_id(s, id);
	return unlock(s, entry ? record_copy(r, &entry->record, e) :
				 no_snapshot(e, name));
}

static int copy_chain(const struct snapshot *first, struct record **chainp,
		      size_t *countp, struct error *e)
{
	const struct snapshot *at;
	struct record *chain;
	size_t count = 0, i = 0;

	for (at = first; at; at = at->parent)
		count++;
	chain = calloc(count + 1, sizeof(*chain));
	if (!chain)
		return no_memory(e);
	for (at = first; at; at = at->parent, i++) {
		if (!record_copy(&chain[i], &at->record, e))
			continue;
		store_chain_free(chain, i);
		return -ENOMEM;
	}
	*chainp = chain;
	*countp = count;
	return 0;
}

int store_chain(struct store *s, const char *key, struct record **chain,
		size_t *count, struct error *e)
{
	const struct snapshot *entry;

	lock(s);
	entry = index_find(s, key);
	return unlock(s, entry ? copy_chain(entry->parent, chain, count, e) :
				 no_snapshot(e, key));
}

void store_chain_free(struct record *chain, size_t count)
{
	while (count)
		record_free(&chain[--count]);
	free(chain);
}

struct each {
	int (*call)(void *ctx, const struct record *r, struct error *e);
	void *ctx;
};

static int each_record(void *ctx, struct snapshot *entry, struct error *e)
{
	const struct each *each = ctx;

	return each->call(each->ctx, &entry->record, e);
}

int store_each(struct store *s,
	       int (*call)(void *ctx, const struct record *r, struct error *e),
	       void *ctx, struct error *e)
{
	struct each each = { call, ctx };

	lock(s);
	return unlock(s, index_each(s, each_record, &each, e));
}

int store_cleanup(struct store *s, struct error *e)
{
	lock(s);
	return unlock(s, collect(s, e));
}
