// SPDX-License-Identifier: GPL-2.0
/*
 * Let snapshots use layer images, and drop images that none uses.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store_private.h"

/* what remains of an image that nothing uses is collected later */
void image_release(struct store *s, const struct record_image *image)
{
	char name[IMAGE_SIZE];
	struct error e;

	image_name(name, image);
	if (!image_drop(s, image))
		files_remove(&s->files, FILES_LAYERS, name, &e);
}

static int find_bare(struct store *s, uint64_t id, struct snapshot **entry,
		     struct error *e)
{
	*entry = index_find_id(s, id);
	if (!*entry)
		return error_set(e, -ENOENT, "the snapshot is removed");
	if ((*entry)->record.image.format)
		return error_set(e, -EBUSY, "snapshot %s has a layer already",
				 (*entry)->record.key);
	return 0;
}

/*
 * An image that is there already may have been made by an older version, and have
 * another root hash: its own facts count.
 */
int image_take(struct store *s, const char *staged, struct record_image *image,
	       struct error *e)
{
	const struct image *known = image_find(s, image);
	char name[IMAGE_SIZE];
	int err = 0;

	image_name(name, image);
	if (known)
		*image = known->facts;
	else
		err = files_move(&s->files, FILES_STAGING, staged, FILES_LAYERS,
				 name, e);
	if (err)
		return io_error(err);
	return image_use(s, image) ? error_set(e, -ENOMEM, "out of memory") : 0;
}

/* the image counts as used before the record says so, and never the reverse */
static int set_image(struct store *s, struct snapshot *entry, const char *staged,
		     struct record_image *image, struct error *e)
{
	struct record new = entry->record;
	int err;

	err = image_take(s, staged, image, e);
	if (err)
		return err;
	new.image = *image;
	err = change_record(s, &entry->record, &new, e);
	if (err)
		image_release(s, image);
	else
		entry->record.image = *image;
	return err;
}

static int attach(struct store *s, uint64_t id, const char *staged,
		  const struct record_image *image, struct error *e)
{
	struct record_image taken = *image;
	struct snapshot *entry;
	int err;

	err = find_bare(s, id, &entry, e);
	return err ?: set_image(s, entry, staged, &taken, e);
}

int store_attach(struct store *s, uint64_t id, const char *staged,
		 const struct record_image *image, struct error *e)
{
	const struct snapshot *snapshot;
	bool needed;
	int err;

	pthread_mutex_lock(&s->lock);
	err = attach(s, id, staged, image, e);
	snapshot = index_find_id(s, id);
	needed = !snapshot || needs_dirs(&snapshot->record);
	pthread_mutex_unlock(&s->lock);
	unlinkat(s->files.dirs[FILES_STAGING], staged, 0);
	if (!err && !needed)
		discard_dirs(s, id);
	return err;
}

static int attach_blob(struct store *s, uint64_t id, int format,
		       const char *blob, struct record_image *image,
		       struct error *e)
{
	const struct image *known;
	struct snapshot *entry;
	int err;

	err = find_bare(s, id, &entry, e);
	if (err)
		return err;
	known = image_find_blob(s, format, blob);
	if (!known)
		return 1;
	*image = known->facts;
	return set_image(s, entry, NULL, image, e);
}

int store_attach_blob(struct store *s, uint64_t id, int format,
		      const char *blob, struct record_image *image,
		      struct error *e)
{
	int err;

	pthread_mutex_lock(&s->lock);
	err = attach_blob(s, id, format, blob, image, e);
	pthread_mutex_unlock(&s->lock);
	return err;
}

bool store_find_blob(struct store *s, int format, const char *blob,
		     struct record_image *image)
{
	const struct image *known;

	pthread_mutex_lock(&s->lock);
	known = image_find_blob(s, format, blob);
	if (known)
		*image = known->facts;
	pthread_mutex_unlock(&s->lock);
	return known;
}

unsigned int store_image_users(struct store *s,
			       const struct record_image *image)
{
	const struct image *known;
	unsigned int users;

	pthread_mutex_lock(&s->lock);
	known = image_find(s, image);
	users = known ? known->users : 0;
	pthread_mutex_unlock(&s->lock);
	return users;
}
