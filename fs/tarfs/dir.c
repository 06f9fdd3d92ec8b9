// SPDX-License-Identifier: GPL-2.0
/*
 * Directories: lookup and readdir, for both formats.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "tarfs.h"

/*
 * In format 2 a directory's record names its parent, so one that was reached
 * from elsewhere is corrupt: no loops, no directory with two names.
 */
static struct inode *tarfs_check_child(struct inode *dir, struct inode *inode)
{
	if (IS_ERR(inode) || !S_ISDIR(inode->i_mode) ||
	    TARFS_SB(dir->i_sb)->format != &tarfs2_format)
		return inode;
	if (tarfs_dir(inode)->parent == dir->i_ino &&
	    inode->i_ino != TARFS_ROOT_INO)
		return inode;

	tarfs_err(dir->i_sb, "directory %lu is in directory %lu, not in %u",
		  (unsigned long)inode->i_ino, (unsigned long)dir->i_ino,
		  tarfs_dir(inode)->parent);
	iput(inode);
	return ERR_PTR(-EFSCORRUPTED);
}

static struct dentry *tarfs_lookup(struct inode *dir, struct dentry *dentry,
				   unsigned int flags)
{
	struct super_block *sb = dir->i_sb;
	struct inode *inode = NULL;
	u32 ino;
	int err;

	if (dentry->d_name.len > TARFS_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);

	err = TARFS_SB(sb)->format->find(dir, &dentry->d_name, &ino);
	if (err && err != -ENOENT)
		return ERR_PTR(err);
	if (!err) {
		inode = tarfs_check_child(dir, tarfs_iget(sb, ino));
		if (IS_ERR(inode) && PTR_ERR(inode) == -ENOENT)
			inode = NULL;
	}
	/* without an inode the dentry is negative: a miss is cached as well */
	return d_splice_alias(inode, dentry);
}

static int tarfs_iterate(struct file *file, struct dir_context *ctx)
{
	struct inode *dir = file_inode(file);

	if (!dir_emit_dots(file, ctx))
		return 0;
	return TARFS_SB(dir->i_sb)->format->iterate(dir, ctx);
}

const struct inode_operations tarfs_dir_inode_operations = {
	.lookup		= tarfs_lookup,
	.listxattr	= tarfs_listxattr,
	TARFS_GET_ACL	= tarfs_get_acl,
};

const struct file_operations tarfs_dir_operations = {
	.llseek		= generic_file_llseek,
	.read		= generic_read_dir,
	.iterate_shared	= tarfs_iterate,
	.setlease	= generic_setlease,
};
