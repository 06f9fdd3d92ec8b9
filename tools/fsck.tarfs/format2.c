// SPDX-License-Identifier: GPL-2.0
/*
 * Check every record of an index of format 2.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fsck.h"

/* Check that fields that the kernel ignores are zero. */
static const char *reserved_fault(const struct tarfs2_inode *di)
{
	switch (le16toh(di->mode) & S_IFMT) {
	case S_IFREG:
		return NULL;
	case S_IFDIR:
		if (!di->size && di->start)
			return "an empty directory has a start";
		if (!di->dir.buckets && (di->dir.bucket_block || di->dir.seed))
			return "a small directory has a seed or buckets";
		return NULL;
	case S_IFCHR:
	case S_IFBLK:
		if (!tarfs_all_zero(di->dev.reserved, sizeof(di->dev.reserved)))
			return "reserved fields are not zero";
		return NULL;
	}
	if (!tarfs_all_zero(di->reserved, sizeof(di->reserved)))
		return "reserved fields are not zero";
	return NULL;
}

static int check_inode(struct fsck *f, uint32_t ino, struct error *e)
{
	struct reader_inode inode;
	struct tarfs2_inode di;
	const char *fault;
	int err;

	err = device_read(&f->d, reader2_inode_pos(&f->d, ino), &di,
			  sizeof(di), e);
	if (!err)
		err = claim(f, TARFS2_INODES, reader2_inode_pos(&f->d, ino),
			    sizeof(di), ino, e);
	if (err < 0)
		return err;
	err = reader_inode(&f->d, ino, &inode, e);
	if (err)
		return blame_image(f, err, e);
	f->notes[ino].mode = inode.mode;
	fault = reserved_fault(&di);
	if (fault)
		problem(f, "inode %" PRIu32 ": %s", ino, fault);
	return 0;
}

static int check_target(struct fsck *f, const struct reader_inode *inode,
			struct error *e)
{
	char target[TARFS_TARGET_MAX + 1];
	int err;

	err = claim(f, TARFS2_TARGETS, inode->start, inode->size, inode->ino,
		    e);
	if (err < 0)
		return err;
	return blame_image(f, reader_target(&f->d, inode, target, e), e);
}

/* Check the directory, map or link target of an inode. */
static int check_content(struct fsck *f, uint32_t ino, struct error *e)
{
	struct reader_inode inode;
	int err;

	err = reader_inode(&f->d, ino, &inode, e);
	if (err)
		return err;
	if (S_ISDIR(inode.mode))
		return check_dir(f, &inode, e);
	if (S_ISLNK(inode.mode))
		return check_target(f, &inode, e);
	return inode.map ? check_map(f, &inode, e) : 0;
}

int check_format2(struct fsck *f, struct error *e)
{
	uint64_t ino, inodes = f->d.layout.inodes;
	int err = 0;

	for (ino = 1; ino <= inodes && !err; ino++)
		err = check_inode(f, ino, e);
	if (!err && !S_ISDIR(f->notes[TARFS_ROOT_INO].mode))
		problem(f, "root is not a directory");
	for (ino = 1; ino <= inodes && !err; ino++)
		if (f->notes[ino].mode)
			err = check_content(f, ino, e);
	if (!err)
		check_names(f);
	if (!err)
		err = check_xattrs(f, e);
	return err ? err : check_claims(f, e);
}
