// SPDX-License-Identifier: GPL-2.0
/*
 * Load all records at the start, and collect what none of them refers to.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A record that is damaged must not keep all others from being used: set it
 * aside, with those of its children.  containerd then finds these snapshots
 * missing and makes them again.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "store_private.h"

struct loading {
	struct store *store;
	void (*note)(const char *text);
	struct snapshot **doomed;
	size_t count;
};

/* return 0 if it is no id as id_name() writes it */
static uint64_t parse_id(const char *name)
{
	uint64_t id;

	if (number_decimal(name, strlen(name), INT64_MAX, &id) ||
	    (*name == '0'))
		return 0;
	return id;
}

/* what is wrong with a record is in @e */
static int set_aside(struct loading *l, const char *name, struct error *e)
{
	struct error failed;
	int err;

	error_prefix(e, "snapshot %s is set aside", name);
	l->note(e->text);
	err = files_move(&l->store->files, FILES_SNAPSHOTS, name, FILES_BROKEN,
			 name, &failed);
	if (err)
		*e = failed;
	return err;
}

static int read_record(struct store *s, const char *name, struct record *r,
		       struct error *e)
{
	uint64_t id = parse_id(name);
	char *text;
	size_t len;
	int err;

	if (!id)
		return error_set(e, -EINVAL, "its name is no number");
	err = files_read(&s->files, FILES_SNAPSHOTS, name, &text, &len, e);
	if (err)
		return err;
	err = record_decode(r, id, text, len, e);
	free(text);
	return err;
}

static void raise_id(struct store *s, uint64_t id)
{
	if (id >= s->next_id)
		s->next_id = id + 1;
}

static int add_record(struct store *s, struct record *r, struct error *e)
{
	struct snapshot *entry;

	if (index_find(s, r->key))
		return error_set(e, -EINVAL, "another has the key '%s'",
				 r->key);
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return error_set(e, -ENOMEM, "out of memory");
	entry->record = *r;
	if (index_add(s, entry)) {
		free(entry);
		return error_set(e, -ENOMEM, "out of memory");
	}
	return 0;
}

static int load_one(void *ctx, const char *name, struct error *e)
{
	struct loading *l = ctx;
	struct record r;
	int err;

	raise_id(l->store, parse_id(name));
	err = read_record(l->store, name, &r, e);
	if (!err) {
		err = add_record(l->store, &r, e);
		if (err)
			record_free(&r);
	}
	return err == -EINVAL ? set_aside(l, name, e) : err;
}

static bool has_image(struct store *s, const struct record_image *image)
{
	char name[IMAGE_SIZE];
	struct stat st;

	image_name(name, image);
	return !fstatat(s->files.dirs[FILES_LAYERS], name, &st,
			AT_SYMLINK_NOFOLLOW) &&
	       S_ISREG(st.st_mode) && st.st_size == image->size;
}

static bool has_files(struct store *s, uint64_t id)
{
	char path[ID_SIZE + sizeof("/fs")];

	snprintf(path, sizeof(path), "%" PRIu64 "/fs", id);
	return !faccessat(s->files.dirs[FILES_ACTIVE], path, F_OK, 0);
}

/* return -EINVAL, with the reason, if a record cannot be used by itself */
static int judge(struct store *s, struct snapshot *entry, struct error *e)
{
	const struct record *r = &entry->record;

	if (r->image.format && !has_image(s, &r->image))
		return error_set(e, -EINVAL,
				 "its layer image %s is missing or has another size",
				 r->image.diff_id);
	if (r->kind == RECORD_COMMITTED && !r->image.format &&
	    (r->profile == RECORD_TARDEV || !has_files(s, r->id)))
		return error_set(e, -EINVAL, "its files are missing");
	if (!*r->parent)
		return 0;
	entry->parent = index_find(s, r->parent);
	if (!entry->parent)
		return error_set(e, -EINVAL, "its parent '%s' is missing",
				 r->parent);
	if (entry->parent->record.kind != RECORD_COMMITTED)
		return error_set(e, -EINVAL, "its parent '%s' is not committed",
				 r->parent);
	return 0;
}

static int doom(struct loading *l, struct snapshot *entry)
{
	struct snapshot **list;

	list = reallocarray(l->doomed, l->count + 1, sizeof(struct snapshot *));
	if (!list)
		return -ENOMEM;
	list[l->count++] = entry;
	l->doomed = list;
	return 0;
}

static int judge_one(void *ctx, struct snapshot *entry, struct error *e)
{
	struct loading *l = ctx;
	char name[ID_SIZE];
	int err;

	err = judge(l->store, entry, e);
	if (err != -EINVAL)
		return err;
	id_name(name, entry->record.id);
	err = set_aside(l, name, e);
	return err ?: doom(l, entry);
}

/* return whether some were dropped, which may be parents of others */
static bool drop_doomed(struct loading *l)
{
	bool some = l->count;

	while (l->count) {
		struct snapshot *entry = l->doomed[--l->count];

		index_remove(l->store, entry);
		snapshot_free(entry);
	}
	return some;
}

static int judge_all(struct loading *l, struct error *e)
{
	int err;

	do {
		err = index_each(l->store, judge_one, l, e);
	} while (drop_doomed(l) && !err);
	return err;
}

/* a circle of parents: follow each entry, at most as far as there are entries */
static int check_circle(void *ctx, struct snapshot *entry, struct error *e)
{
	uint64_t left = ((struct store *)ctx)->next_id;
	const struct snapshot *at;

	for (at = entry; at && !at->loaded; at = at->parent)
		if (!left--)
			return error_set(e, -EPROTO,
					 "snapshot '%s' is its own ancestor",
					 entry->record.key);
	entry->loaded = true;
	return 0;
}

static int count_one(void *ctx, struct snapshot *entry, struct error *e)
{
	if (entry->parent)
		entry->parent->children++;
	if (entry->record.image.format &&
	    image_use(ctx, &entry->record.image))
		return error_set(e, -ENOMEM, "out of memory");
	return name_use(ctx, &entry->record, e);
}

/* the directories may not have reached the disk when the record did */
static int complete_one(void *ctx, struct snapshot *entry, struct error *e)
{
	return needs_dirs(&entry->record) ?
	       make_dirs(ctx, entry->record.id, e) : 0;
}

static int note_broken(void *ctx, const char *name, struct error *e)
{
	raise_id(ctx, parse_id(name));
	return 0;
}

static int collect_active(void *ctx, const char *name, struct error *e)
{
	struct store *s = ctx;
	struct stat st;
	uint64_t id = parse_id(name);
	const struct snapshot *entry = id ? index_find_id(s, id) : NULL;

	if (entry && needs_dirs(&entry->record))
		return 0;
	/* what a broken record refers to may be wanted yet */
	if (!fstatat(s->files.dirs[FILES_BROKEN], name, &st,
		     AT_SYMLINK_NOFOLLOW))
		return 0;
	return files_discard(&s->files, FILES_ACTIVE, name, e);
}

static bool is_used(const struct store *s, const char *name)
{
	struct record_image image;

	if (strlen(name) != IMAGE_SIZE - 1 || name[IMAGE_SIZE - 3] != '-')
		return false;
	memcpy(image.diff_id, name, SHA256_HEX_SIZE - 1);
	image.diff_id[SHA256_HEX_SIZE - 1] = 0;
	image.format = name[IMAGE_SIZE - 2] - '0';
	return image_find(s, &image);
}

static int collect_layer(void *ctx, const char *name, struct error *e)
{
	struct store *s = ctx;

	return is_used(s, name) || name_is_used(s, name) ? 0 :
	       files_discard(&s->files, FILES_LAYERS, name, e);
}

int collect(struct store *s, struct error *e)
{
	int err;

	err = files_each(&s->files, FILES_ACTIVE, collect_active, s, e);
	return err ?: files_each(&s->files, FILES_LAYERS, collect_layer, s, e);
}

/* what is mounted in it, or cannot be removed, does not keep the daemon from starting */
static int collect_staging(void *ctx, const char *name, struct error *e)
{
	struct loading *l = ctx;

	if (files_discard(&l->store->files, FILES_STAGING, name, e))
		l->note(e->text);
	return 0;
}

int load(struct store *s, void (*note)(const char *text), struct error *e)
{
	struct loading l = { .store = s, .note = note };
	int err;

	err = files_each(&s->files, FILES_STAGING, collect_staging, &l, e);
	if (!err)
		err = files_each(&s->files, FILES_SNAPSHOTS, load_one, &l, e);
	if (!err)
		err = judge_all(&l, e);
	free(l.doomed);
	if (!err)
		err = index_each(s, check_circle, s, e);
	if (!err)
		err = index_each(s, count_one, s, e);
	if (!err)
		err = index_each(s, complete_one, s, e);
	if (!err)
		err = files_each(&s->files, FILES_BROKEN, note_broken, s, e);
	return err ?: collect(s, e);
}
