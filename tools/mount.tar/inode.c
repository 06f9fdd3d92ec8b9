// SPDX-License-Identifier: GPL-2.0
/*
 * Inodes: attributes and targets of symbolic links.
 *
 * An inode has the number that it has in the image, for FUSE as well: both number
 * the root 1.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <sys/sysmacros.h>

#include "mount.h"

_Static_assert(TARFS_ROOT_INO == FUSE_ROOT_ID, "the root");

int inode_read(struct request *r, fuse_ino_t ino, struct reader_inode *inode)
{
	int err;

	/* a file handle may have any number */
	if (!ino || ino > r->d->layout.inodes)
		return -ESTALE;
	err = reader_inode(r->d, ino, inode, &r->e);
	return err == -ENOENT ? -ESTALE : err;
}

void inode_stat(const struct reader_inode *inode, struct stat *st)
{
	*st = (struct stat) {
		.st_ino = inode->ino,
		.st_mode = inode->mode,
		.st_nlink = inode->nlink,
		.st_uid = inode->uid,
		.st_gid = inode->gid,
		.st_rdev = makedev(inode->major, inode->minor),
		.st_size = inode->size,
		.st_blksize = TARFS_BLOCK_SIZE,
		.st_blocks = inode->stored / 512 + !!(inode->stored % 512),
		.st_mtim.tv_sec = inode->mtime,
		.st_mtim.tv_nsec = inode->mtime_nsec,
	};
	st->st_atim = st->st_mtim;
	st->st_ctim = st->st_mtim;
}

void inode_entry(const struct mounted *m, const struct reader_inode *inode,
		 struct fuse_entry_param *entry)
{
	*entry = (struct fuse_entry_param) {
		.ino = inode->ino,
		.generation = m->generation,
		.attr_timeout = FOREVER,
		.entry_timeout = FOREVER,
	};
	inode_stat(inode, &entry->attr);
}

void inode_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct reader_inode inode;
	struct request r;
	struct stat st;
	int err;

	request_begin(&r, req);
	err = inode_read(&r, ino, &inode);
	if (err) {
		request_fail(&r, err);
		return;
	}
	inode_stat(&inode, &st);
	fuse_reply_attr(req, &st, FOREVER);
	request_end(&r);
}

void inode_readlink(fuse_req_t req, fuse_ino_t ino)
{
	char target[TARFS_TARGET_MAX + 1];
	struct reader_inode inode;
	struct request r;
	int err;

	request_begin(&r, req);
	err = inode_read(&r, ino, &inode);
	if (!err && !S_ISLNK(inode.mode))
		err = -EINVAL;
	if (!err)
		err = reader_target(r.d, &inode, target, &r.e);
	if (err) {
		request_fail(&r, err);
		return;
	}
	fuse_reply_readlink(req, target);
	request_end(&r);
}
