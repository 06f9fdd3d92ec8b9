// SPDX-License-Identifier: GPL-2.0
/*
 * Create snapshots: to write to, to view, or committed with a layer image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <unistd.h>

#include "store_private.h"

static int find_parent(struct store *s, const struct record *like,
		       struct snapshot **parent, struct error *e)
{
	const char *key = like->parent;

	*parent = NULL;
	if (!*key)
		return 0;
	*parent = index_find(s, key);
	if (!*parent)
		return error_set(e, -ENOENT, "parent %s does not exist", key);
	if ((*parent)->record.kind != RECORD_COMMITTED)
		return error_set(e, -EINVAL, "parent %s is not committed", key);
	if ((*parent)->record.profile != like->profile)
		return error_set(e, -EINVAL,
				 "parent %s has the profile %s, not %s as snapshot %s",
				 key, record_profile_name((*parent)->record.profile),
				 record_profile_name(like->profile), like->key);
	return 0;
}

/* list it in memory first: that can be undone for sure */
static int add_entry(struct store *s, struct snapshot *entry, struct error *e)
{
	int err;

	if (index_add(s, entry))
		return error_set(e, -ENOMEM, "out of memory");
	err = needs_dirs(&entry->record) ?
	      make_dirs(s, entry->record.id, e) : 0;
	if (!err)
		err = write_record(s, &entry->record, e);
	if (!err)
		return 0;
	undo_record(s, &entry->record);
	discard_dirs(s, entry->record.id);
	index_remove(s, entry);
	return err;
}

static int create(struct store *s, struct record *like, struct error *e)
{
	struct snapshot *parent, *entry;
	int err;

	if (index_find(s, like->key))
		return error_set(e, -EEXIST, "snapshot %s already exists",
				 like->key);
	err = find_parent(s, like, &parent, e);
	if (err)
		return err;
	like->id = s->next_id++;
	err = snapshot_new(&entry, like, e);
	if (err)
		return err;
	err = add_entry(s, entry, e);
	if (err) {
		snapshot_free(entry);
		return err;
	}
	entry->parent = parent;
	if (parent)
		parent->children++;
	return 0;
}

static int check_key(const struct record *like, struct error *e)
{
	return *like->key ? 0 : error_set(e, -EINVAL, "a snapshot needs a key");
}

static void set_times(struct record *r)
{
	clock_gettime(CLOCK_REALTIME, &r->created);
	r->updated = r->created;
}

int store_create(struct store *s, const struct record *like, uint64_t *id,
		 struct error *e)
{
	struct record mine = *like;
	int err;

	err = check_key(like, e);
	if (err)
		return err;
	set_times(&mine);
	mine.image = (struct record_image){ 0 };
	pthread_mutex_lock(&s->lock);
	err = create(s, &mine, e);
	pthread_mutex_unlock(&s->lock);
	*id = mine.id;
	return err;
}

/* the image and its name count as used before the record says so */
static int add(struct store *s, struct record *like, const char *staged,
	       struct error *e)
{
	int err;

	if (!staged && !image_find(s, &like->image))
		return 1;
	err = image_take(s, staged, &like->image, e);
	if (err)
		return err;
	like->size = like->image.size;
	like->inodes = 1;
	err = name_use(s, like, e);
	if (err)
		goto release_image;
	err = create(s, like, e);
	if (err)
		goto drop_name;
	return 0;
drop_name:
	name_drop(s, like);
release_image:
	image_release(s, &like->image);
	return err;
}

int store_add(struct store *s, const struct record *like, const char *staged,
	      struct error *e)
{
	struct record mine = *like;
	int err;

	err = check_key(like, e);
	if (err)
		return err;
	set_times(&mine);
	pthread_mutex_lock(&s->lock);
	err = add(s, &mine, staged, e);
	pthread_mutex_unlock(&s->lock);
	if (staged)
		unlinkat(s->files.dirs[FILES_STAGING], staged, 0);
	return err;
}
