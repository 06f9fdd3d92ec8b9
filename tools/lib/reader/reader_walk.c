// SPDX-License-Identifier: GPL-2.0
/*
 * Walk over all files of an image, with their paths.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Open directories are kept on an explicit stack and none is entered twice, so
 * the size of the image bounds a walk in depth and length.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reader.h"

/* an open directory; its path is the first @len bytes of struct walk's @path */
struct level {
	struct level *up;
	size_t len;
	struct reader_dir dir;
};

/*
 * @seen: bitmap of the inodes that were entered
 * @budget: number of entries left before the walk fails, since directories of
 *	format 1 can overlap
 */
struct walk {
	struct device *d;
	reader_visit visit;
	void *ctx;
	uint8_t *seen;
	uint64_t budget;
	struct level *top;
	char path[READER_PATH_MAX];
};

static int enter(struct walk *w, const struct reader_inode *inode, size_t len,
		 struct error *e)
{
	uint8_t bit = 1 << inode->ino % 8;
	struct level *level;

	if (!S_ISDIR(inode->mode) || w->seen[inode->ino / 8] & bit)
		return 0;
	w->seen[inode->ino / 8] |= bit;
	level = malloc(sizeof(*level));
	if (!level)
		return error_set(e, -ENOMEM, "out of memory");
	reader_dir_first(&level->dir, w->d, inode);
	level->len = len;
	level->up = w->top;
	w->top = level;
	return 0;
}

static void leave(struct walk *w)
{
	struct level *level = w->top;

	w->top = level->up;
	free(level);
}

/* append a name to the path of the directory at the top of the stack */
static int join(struct walk *w, const struct reader_entry *entry, size_t *len,
		struct error *e)
{
	size_t at = w->top->len;

	if (at + entry->len + 2 > sizeof(w->path))
		return error_set(e, -EUCLEAN, "directory %" PRIu32
				 ": a path of more than %zu bytes",
				 w->top->dir.inode.ino, sizeof(w->path));
	if (at)
		w->path[at++] = '/';
	memcpy(w->path + at, entry->name, entry->len + 1);
	*len = at + entry->len;
	return 0;
}

static int visit_entry(struct walk *w, const struct reader_entry *entry,
		       struct error *e)
{
	struct reader_inode inode;
	size_t len = 0;
	int err;

	if (!w->budget--)
		return error_set(e, -EUCLEAN, "directories overlap");
	err = reader_child(w->d, &w->top->dir.inode, entry, &inode, e);
	if (err == -ENOENT)
		return 0;
	if (!err)
		err = join(w, entry, &len, e);
	if (!err)
		err = w->visit(w->ctx, w->path, &inode, e);
	return err ? err : enter(w, &inode, len, e);
}

static int walk_from(struct walk *w, const char *path, struct error *e)
{
	struct reader_inode inode;
	struct reader_entry entry;
	size_t len;
	int got, err;

	path += strspn(path, "/");
	len = strlen(path);
	while (len && path[len - 1] == '/')
		len--;
	if (len >= sizeof(w->path))
		return error_set(e, -ENAMETOOLONG, "the path is too long");
	memcpy(w->path, path, len);
	err = reader_path(w->d, w->path, &inode, e);
	if (!err)
		err = w->visit(w->ctx, w->path, &inode, e);
	if (!err)
		err = enter(w, &inode, len, e);
	while (!err && w->top) {
		got = reader_dir_next(&w->top->dir, &entry, e);
		if (got > 0)
			err = visit_entry(w, &entry, e);
		else if (got < 0)
			err = got;
		else
			leave(w);
	}
	return err;
}

int reader_walk(struct device *d, const char *path, reader_visit visit,
		void *ctx, struct error *e)
{
	struct walk *w = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return error_set(e, -ENOMEM, "out of memory");
	w->d = d;
	w->visit = visit;
	w->ctx = ctx;
	w->budget = d->layout.data_size / sizeof(struct tarfs2_dirent);
	w->seen = calloc(1, d->layout.inodes / 8 + 1);
	err = w->seen ? walk_from(w, path, e) :
			error_set(e, -ENOMEM, "out of memory");
	while (w->top)
		leave(w);
	free(w->seen);
	free(w);
	return err;
}
