// SPDX-License-Identifier: GPL-2.0
/*
 * Inodes, names and link targets, independent of the format.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "reader.h"

static const struct reader_format *format_of(const struct device *d)
{
	return d->format == 1 ? &reader1_format : &reader2_format;
}

int reader_inode(struct device *d, uint32_t ino, struct reader_inode *inode,
		 struct error *e)
{
	if (!ino || ino > d->layout.inodes)
		return error_set(e, -EUCLEAN,
				 "inode %" PRIu32 ": number out of range", ino);
	return format_of(d)->inode(d, ino, inode, e);
}

int reader_dir_next(struct reader_dir *dir, struct reader_entry *entry,
		    struct error *e)
{
	return format_of(dir->d)->next(dir, entry, e);
}

int reader_dir_seek(struct reader_dir *dir, uint64_t pos, struct error *e)
{
	return format_of(dir->d)->seek(dir, pos, e);
}

uint64_t reader_dir_tell(const struct reader_dir *dir)
{
	return format_of(dir->d)->tell(dir);
}

int reader_parent(struct device *d, const struct reader_inode *dir,
		  uint32_t *parent, struct error *e)
{
	return format_of(d)->parent(d, dir, parent, e);
}

int reader_find(struct device *d, const struct reader_inode *dir,
		const char *name, uint32_t len, struct reader_entry *entry,
		struct error *e)
{
	return format_of(d)->find(d, dir, name, len, entry, e);
}

int reader_child(struct device *d, const struct reader_inode *dir,
		 const struct reader_entry *entry, struct reader_inode *inode,
		 struct error *e)
{
	const char *fault;
	int err;

	err = reader_inode(d, entry->ino, inode, e);
	if (err || d->format == 1)
		return err;
	fault = tarfs2_child_fault(inode->mode, inode->parent, dir->ino,
				   entry->type);
	if (!fault)
		return 0;
	return error_set(e, -EUCLEAN, "inode %" PRIu32
			 ", found in directory %" PRIu32 ": %s", entry->ino,
			 dir->ino, fault);
}

/* look up one component of a path in @inode, and replace that by the result */
static int follow(struct device *d, const char *name, size_t len,
		  struct reader_inode *inode, struct error *e)
{
	const struct reader_inode dir = *inode;
	struct reader_entry entry;
	int err;

	if (len == 1 && name[0] == '.')
		return 0;
	if (!S_ISDIR(inode->mode))
		return -ENOTDIR;
	if (len > TARFS_NAME_MAX)
		return -ENAMETOOLONG;
	err = reader_find(d, &dir, name, len, &entry, e);
	return err ? err : reader_child(d, &dir, &entry, inode, e);
}

int reader_path(struct device *d, const char *path, struct reader_inode *inode,
		struct error *e)
{
	const char *at = path;
	size_t len;
	int err;

	err = reader_inode(d, TARFS_ROOT_INO, inode, e);
	while (!err) {
		at += strspn(at, "/");
		len = strcspn(at, "/");
		if (!len)
			break;
		err = follow(d, at, len, inode, e);
		at += len;
	}
	if (err && err != -EUCLEAN && err != -EIO)
		error_set(e, err, "%s: %s", path, strerror(-err));
	return err;
}

int reader_target(struct device *d, const struct reader_inode *inode,
		  char target[TARFS_TARGET_MAX + 1], struct error *e)
{
	int err;

	err = device_read(d, inode->start, target, inode->size, e);
	if (!err && memchr(target, 0, inode->size))
		err = error_set(e, -EUCLEAN, "inode %" PRIu32
				": link target contains NUL", inode->ino);
	target[inode->size] = '\0';
	return err;
}
