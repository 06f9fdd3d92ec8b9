// SPDX-License-Identifier: GPL-2.0
/*
 * Directories: lookup and readdir, for both formats.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "tarfs.h"

/*
 * Refuse a second name of a directory: each lookup would move its dentry, and
 * any mount on it, to the name looked up. An entry cannot be compared with all
 * others, so record the first entry found in the inode and refuse others for as
 * long as the inode is cached.
 */
static const char *tarfs_claim_dir(struct inode *inode, u64 entry)
{
	struct tarfs_dir_info *di = tarfs_dir(inode);
	u64 first;

	spin_lock(&inode->i_lock);
	if (!di->entry)
		di->entry = entry;
	first = di->entry;
	spin_unlock(&inode->i_lock);
	return first == entry ? NULL : "directory has two names";
}

/* get the inode that @entry of @dir names; -ENOENT if it is absent */
static struct inode *tarfs_get_child(struct inode *dir,
				     const struct tarfs_entry *entry)
{
	struct super_block *sb = dir->i_sb;
	struct inode *inode = tarfs_iget(sb, entry->ino);
	const char *fault;

	if (IS_ERR(inode))
		return inode;
	fault = TARFS_SB(sb)->format->check_child(dir, entry, inode);
	if (!fault && S_ISDIR(inode->i_mode))
		fault = tarfs_claim_dir(inode, entry->pos);
	if (!fault)
		return inode;

	tarfs_err(sb, "inode %u, found in directory %u: %s", entry->ino,
		  tarfs_ino(dir), fault);
	iput(inode);
	return ERR_PTR(-EFSCORRUPTED);
}

static struct dentry *tarfs_lookup(struct inode *dir, struct dentry *dentry,
				   unsigned int flags)
{
	struct inode *inode = NULL;
	struct tarfs_entry entry;
	int err;

	if (dentry->d_name.len > TARFS_NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);

	err = TARFS_SB(dir->i_sb)->format->find(dir, &dentry->d_name, &entry);
	if (err && err != -ENOENT)
		return ERR_PTR(err);
	if (!err) {
		inode = tarfs_get_child(dir, &entry);
		if (IS_ERR(inode) && PTR_ERR(inode) == -ENOENT)
			inode = NULL;
	}
	/* NULL makes a negative dentry: misses are cached, too */
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
	.get_inode_acl	= tarfs_get_acl,
};

const struct file_operations tarfs_dir_operations = {
	.llseek		= generic_file_llseek,
	.read		= generic_read_dir,
	.iterate_shared	= tarfs_iterate,
	.setlease	= generic_setlease,
};
