// SPDX-License-Identifier: GPL-2.0
/*
 * Lookup of names, "." and ".." included, which only file handles need.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "mount.h"

int dentry_child(struct request *r, const struct reader_inode *dir,
		 const struct reader_entry *entry, struct reader_inode *inode)
{
	int err;

	err = reader_child(r->d, dir, entry, inode, &r->e);
	if (err || !S_ISDIR(inode->mode) ||
	    claim_dir(&r->m->claims, inode->ino, entry->pos))
		return err;
	return error_set(&r->e, -EUCLEAN, "inode %" PRIu32
			 ", found in directory %" PRIu32
			 ": directory has two names", inode->ino, dir->ino);
}

static int find_parent(struct request *r, struct reader_inode *inode)
{
	uint32_t parent;
	int err;

	if (!S_ISDIR(inode->mode))
		return -ENOTDIR;
	err = reader_parent(r->d, inode, &parent, &r->e);
	if (err == -ENOENT)
		return -ESTALE;
	if (!err)
		err = inode_read(r, parent, inode);
	if (!err && !S_ISDIR(inode->mode))
		err = error_set(&r->e, -EUCLEAN, "inode %" PRIu32
				": a parent that is not a directory", parent);
	return err;
}

/* look up a name in @inode, and replace that by the result */
static int find(struct request *r, const char *name, struct reader_inode *inode)
{
	const struct reader_inode dir = *inode;
	struct reader_entry entry;
	size_t len = strlen(name);
	int err;

	if (!strcmp(name, "."))
		return 0;
	if (!strcmp(name, ".."))
		return find_parent(r, inode);
	if (!S_ISDIR(dir.mode))
		return -ENOTDIR;
	if (len > TARFS_NAME_MAX)
		return -ENAMETOOLONG;
	err = reader_find(r->d, &dir, name, len, &entry, &r->e);
	return err ? err : dentry_child(r, &dir, &entry, inode);
}

void dentry_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	/* without an inode: there is no such name, which is cached, too */
	struct fuse_entry_param answer = { .entry_timeout = FOREVER };
	struct reader_inode inode;
	struct request r;
	int err;

	request_begin(&r, req);
	err = inode_read(&r, parent, &inode);
	if (!err)
		err = find(&r, name, &inode);
	if (err && err != -ENOENT) {
		request_fail(&r, err);
		return;
	}
	if (!err)
		inode_entry(r.m, &inode, &answer);
	fuse_reply_entry(req, &answer);
	request_end(&r);
}
