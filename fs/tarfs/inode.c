// SPDX-License-Identifier: GPL-2.0
/*
 * Set up an inode from its record.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/fs.h>
#include <linux/posix_acl.h>

#include "tarfs.h"

static void tarfs_init_reg(struct inode *inode, const struct tarfs_node *node)
{
	unsigned int pages = TARFS_SB(inode->i_sb)->bio_bytes >> PAGE_SHIFT;

	inode->i_op = &tarfs_file_inode_operations;
	inode->i_fop = &generic_ro_fops;
	inode->i_mapping->a_ops = &tarfs_aops;
	if (node->flags & TARFS2_INODE_SPARSE) {
		inode->i_fop = &tarfs_sparse_operations;
		*tarfs_sparse(inode) = (struct tarfs_sparse_info) {
			.map = node->map,
			.stored = node->stored,
		};
	} else {
		mapping_set_folio_order_range(inode->i_mapping, 0,
					      ilog2(pages));
	}
	/* request.c shifts data in place and needs folio_address() */
	if (IS_ENABLED(CONFIG_HIGHMEM))
		inode_nohighmem(inode);
}

static void tarfs_init_dir(struct inode *inode, const struct tarfs_node *node)
{
	inode->i_op = &tarfs_dir_inode_operations;
	inode->i_fop = &tarfs_dir_operations;
	*tarfs_dir(inode) = (struct tarfs_dir_info) {
		.bucket_start = node->bucket_start,
		.parent = node->parent,
		.buckets = node->buckets,
		.seed = node->seed,
	};
}

static void tarfs_init_type(struct inode *inode, const struct tarfs_node *node)
{
	switch (node->mode & S_IFMT) {
	case S_IFREG:
		tarfs_init_reg(inode, node);
		break;
	case S_IFDIR:
		tarfs_init_dir(inode, node);
		break;
	case S_IFLNK:
		inode->i_op = &tarfs_symlink_inode_operations;
		break;
	default:
		inode->i_op = &tarfs_special_inode_operations;
		init_special_inode(inode, node->mode, node->rdev);
	}
}

static void tarfs_fill_inode(struct inode *inode, const struct tarfs_node *node)
{
	struct tarfs_inode_info *ti = TARFS_I(inode);

	ti->flags = node->flags;
	ti->single_pages = false;
	ti->start = node->start;
	ti->xattrs = node->xattrs;

	inode->i_mode = node->mode;
	set_nlink(inode, node->nlink);
	i_uid_write(inode, node->uid);
	i_gid_write(inode, node->gid);
	inode->i_size = node->size;
	inode->i_blocks = DIV_ROUND_UP_ULL(node->stored, 512);
	inode->i_generation = TARFS_SB(inode->i_sb)->generation;
	inode_set_mtime(inode, node->mtime, node->mtime_nsec);
	inode_set_atime(inode, node->mtime, node->mtime_nsec);
	inode_set_ctime(inode, node->mtime, node->mtime_nsec);

	/* skip xattr lookups in permission checks */
	if (!(node->flags & (TARFS2_INODE_ACL | TARFS2_INODE_DEFAULT)))
		cache_no_acl(inode);
	tarfs_init_type(inode, node);
}

/**
 * tarfs_iget() - get an inode by its number
 * @sb: the file system
 * @ino: the number; need not be valid
 *
 * Return: the inode; or an ERR_PTR: -ENOENT if no inode has the number,
 * -EFSCORRUPTED if the record is corrupt, -EIO if it cannot be read.
 */
struct inode *tarfs_iget(struct super_block *sb, u32 ino)
{
	struct tarfs_sb_info *sbi = TARFS_SB(sb);
	struct tarfs_node node = {};
	struct inode *inode;
	int err;

	if (!ino || ino > sbi->layout.inodes)
		return ERR_PTR(-ENOENT);
	inode = iget_locked(sb, ino);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	if (!(inode_state_read_once(inode) & I_NEW))
		return inode;

	err = sbi->format->read_inode(sb, ino, &node);
	if (err) {
		iget_failed(inode);
		return ERR_PTR(err);
	}
	tarfs_fill_inode(inode, &node);
	unlock_new_inode(inode);
	return inode;
}
