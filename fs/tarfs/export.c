// SPDX-License-Identifier: GPL-2.0
/*
 * File handles: an inode number and the layer's generation.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/exportfs.h>

#include "tarfs.h"

static struct inode *tarfs_nfs_get_inode(struct super_block *sb, u64 ino,
					 u32 generation)
{
	struct inode *inode;

	if (ino > U32_MAX || generation != TARFS_SB(sb)->generation)
		return ERR_PTR(-ESTALE);
	inode = tarfs_iget(sb, ino);
	if (IS_ERR(inode) && PTR_ERR(inode) == -ENOENT)
		return ERR_PTR(-ESTALE);
	return inode;
}

static struct dentry *tarfs_fh_to_dentry(struct super_block *sb,
					 struct fid *fid, int len, int type)
{
	return generic_fh_to_dentry(sb, fid, len, type, tarfs_nfs_get_inode);
}

static struct dentry *tarfs_fh_to_parent(struct super_block *sb,
					 struct fid *fid, int len, int type)
{
	return generic_fh_to_parent(sb, fid, len, type, tarfs_nfs_get_inode);
}

static struct dentry *tarfs_get_parent(struct dentry *child)
{
	struct inode *dir = d_inode(child), *parent;
	u32 ino;
	int err;

	/* a forged handle can name a file as a parent */
	if (!S_ISDIR(dir->i_mode))
		return ERR_PTR(-ESTALE);
	err = TARFS_SB(dir->i_sb)->format->find_parent(dir, &ino);
	if (err)
		return ERR_PTR(err);
	parent = tarfs_iget(dir->i_sb, ino);
	if (!IS_ERR(parent) && !S_ISDIR(parent->i_mode)) {
		tarfs_err(dir->i_sb, "inode %u: parent %u is not a directory",
			  tarfs_ino(dir), ino);
		iput(parent);
		return ERR_PTR(-EFSCORRUPTED);
	}
	return d_obtain_alias(parent);
}

const struct export_operations tarfs_export_ops = {
	.encode_fh	= generic_encode_ino32_fh,
	.fh_to_dentry	= tarfs_fh_to_dentry,
	.fh_to_parent	= tarfs_fh_to_parent,
	.get_parent	= tarfs_get_parent,
};
