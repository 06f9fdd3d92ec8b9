// SPDX-License-Identifier: GPL-2.0
/*
 * Symbolic links.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/slab.h>

#include "tarfs.h"

static const char *tarfs_get_link(struct dentry *dentry, struct inode *inode,
				  struct delayed_call *done)
{
	size_t len = i_size_read(inode);	/* at most TARFS_TARGET_MAX */
	struct tarfs_buf buf = {};
	char *target;
	int err;

	if (!dentry)
		return ERR_PTR(-ECHILD);
	target = kmalloc(len + 1, GFP_KERNEL);
	if (!target)
		return ERR_PTR(-ENOMEM);
	err = tarfs_copy(inode->i_sb, &buf, TARFS_I(inode)->start, target, len);
	tarfs_put(&buf);
	if (!err && memchr(target, 0, len)) {
		tarfs_err(inode->i_sb, "inode %u: link target contains NUL",
			  tarfs_ino(inode));
		err = -EFSCORRUPTED;
	}
	if (err) {
		kfree(target);
		return ERR_PTR(err);
	}
	target[len] = '\0';
	set_delayed_call(done, kfree_link, target);
	return target;
}

const struct inode_operations tarfs_symlink_inode_operations = {
	.get_link	= tarfs_get_link,
	.listxattr	= tarfs_listxattr,
};
