// SPDX-License-Identifier: GPL-2.0
/*
 * Mounting: the superblocks of both formats, statfs, and the module itself.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/blkdev.h>
#include <linux/fs_context.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/statfs.h>

#include "tarfs.h"

static struct kmem_cache *tarfs_inode_cache;

/* dm-verity hashes a bio on one CPU: split a readahead window into several */
#define TARFS_BIO_BYTES_SMALL	(256 * 1024)
#define TARFS_BIO_BYTES_LARGE	(512 * 1024)

static struct inode *tarfs_alloc_inode(struct super_block *sb)
{
	struct tarfs_inode_info *ti;

	ti = alloc_inode_sb(sb, tarfs_inode_cache, GFP_KERNEL);
	return ti ? &ti->vfs_inode : NULL;
}

static void tarfs_free_inode(struct inode *inode)
{
	kmem_cache_free(tarfs_inode_cache, TARFS_I(inode));
}

static void tarfs_inode_init_once(void *object)
{
	struct tarfs_inode_info *ti = object;

	inode_init_once(&ti->vfs_inode);
}

static int tarfs_statfs(struct dentry *dentry, struct kstatfs *buf)
{
	struct super_block *sb = dentry->d_sb;
	const struct tarfs_layout *l = &TARFS_SB(sb)->layout;

	buf->f_type = sb->s_magic;
	buf->f_bsize = TARFS_BLOCK_SIZE;
	buf->f_blocks = l->data_size / TARFS_BLOCK_SIZE;
	buf->f_files = l->inodes;
	buf->f_namelen = TARFS_NAME_MAX;
	buf->f_fsid = u64_to_fsid(huge_encode_dev(sb->s_bdev->bd_dev));
	return 0;
}

static const struct super_operations tarfs_super_operations = {
	.alloc_inode	= tarfs_alloc_inode,
	.free_inode	= tarfs_free_inode,
	.statfs		= tarfs_statfs,
};

/* SipHash of the superblock with its checksum field zero, key zero */
static bool tarfs2_checksum_is_valid(const struct tarfs2_super *ds)
{
	static const siphash_key_t key;
	struct tarfs2_super copy = *ds;

	copy.checksum = 0;
	return siphash(&copy, sizeof(copy), &key) == le64_to_cpu(ds->checksum);
}

static const char *tarfs2_init_super(struct super_block *sb,
				     const struct tarfs2_super *ds,
				     u64 data_size)
{
	struct tarfs_sb_info *sbi = TARFS_SB(sb);
	const __le64 *diff_id = (const __le64 *)ds->diff_id;
	const char *fault;

	if (!tarfs2_checksum_is_valid(ds))
		return "checksum of the superblock is wrong";
	fault = tarfs2_read_super(ds, data_size, &sbi->layout);
	if (fault)
		return fault;

	sbi->format = &tarfs2_format;
	sbi->hash_key.key[0] = le64_to_cpu(diff_id[0]);
	sbi->hash_key.key[1] = le64_to_cpu(diff_id[1]);
	sbi->generation = le32_to_cpu(*(const __le32 *)ds->uuid);
	sb->s_time_min = S64_MIN;
	sb->s_time_max = S64_MAX;
	super_set_uuid(sb, ds->uuid, sizeof(ds->uuid));
	return NULL;
}

static const char *tarfs1_init_super(struct super_block *sb,
				     const struct tarfs1_super *ds,
				     u64 data_size)
{
	struct tarfs_sb_info *sbi = TARFS_SB(sb);

	sbi->format = &tarfs1_format;
	sb->s_time_min = 0;
	sb->s_time_max = (1LL << 36) - 1;
	return tarfs1_read_super(ds, data_size, &sbi->layout);
}

/* report an error found before the superblock is known to be valid */
#define tarfs_probe_err(sb, silent, fmt, ...)		\
do {							\
	if (!(silent))					\
		tarfs_err(sb, fmt, ##__VA_ARGS__);	\
} while (0)

/* read the last TARFS_SUPER_SIZE bytes before @end */
static int tarfs_read_last(struct super_block *sb, u64 end, void *block,
			   bool silent)
{
	struct tarfs_buf buf = { .no_readahead = true };
	int err;

	/* the bounds of the data device are not known yet: use the whole device */
	TARFS_SB(sb)->layout.data_size = end;
	err = tarfs_copy(sb, &buf, end - TARFS_SUPER_SIZE, block,
			 TARFS_SUPER_SIZE);
	tarfs_put(&buf);
	if (err)
		tarfs_probe_err(sb, silent,
				"cannot read the superblock at %llu: error %d",
				end - TARFS_SUPER_SIZE, err);
	return err;
}

/*
 * Find and validate the superblock: at the end of the device or, where a whole
 * layer image is mounted without dm-verity, at the end that its trailer names.
 * Set *@trailer to whether there is one.
 */
static int tarfs_read_super(struct super_block *sb, bool silent, bool *trailer)
{
	u64 end = round_down(bdev_nr_bytes(sb->s_bdev), TARFS_BLOCK_SIZE);
	struct tarfs2_super *ds;
	const char *fault;
	int err;

	if (end < TARFS_BLOCK_SIZE) {
		tarfs_probe_err(sb, silent,
				"device of %llu bytes is too small",
				(u64)bdev_nr_bytes(sb->s_bdev));
		return -EINVAL;
	}
	ds = kmalloc(TARFS_SUPER_SIZE, GFP_KERNEL);
	if (!ds)
		return -ENOMEM;
	err = tarfs_read_last(sb, end, ds, silent);
	if (err)
		goto free_block;
	*trailer = tarfs_is_trailer(ds, end, &end);
	if (*trailer) {
		err = tarfs_read_last(sb, end, ds, silent);
		if (err)
			goto free_block;
	}

	if (le64_to_cpu(ds->magic) == TARFS2_MAGIC)
		fault = tarfs2_init_super(sb, ds, end);
	else
		fault = tarfs1_init_super(sb, (void *)ds, end);
	if (fault) {
		err = -EINVAL;
		tarfs_probe_err(sb, silent, "superblock at %llu: %s",
				end - TARFS_SUPER_SIZE, fault);
	}
free_block:
	kfree(ds);
	return err;
}

static int tarfs_make_root(struct super_block *sb)
{
	struct inode *inode = tarfs_iget(sb, TARFS_ROOT_INO);

	if (inode == ERR_PTR(-ENOENT)) {
		tarfs_err(sb, "there is no root");
		return -EFSCORRUPTED;
	}
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (!S_ISDIR(inode->i_mode)) {
		tarfs_err(sb, "root is not a directory");
		iput(inode);
		return -EFSCORRUPTED;
	}
	sb->s_root = d_make_root(inode);
	return sb->s_root ? 0 : -ENOMEM;
}

static int tarfs_fill_super(struct super_block *sb, struct fs_context *fc)
{
	bool silent = fc->sb_flags & SB_SILENT;
	struct tarfs_sb_info *sbi;
	bool trailer;
	int err;

	sbi = kzalloc_obj(*sbi, GFP_KERNEL);
	if (!sbi)
		return -ENOMEM;
	spin_lock_init(&sbi->stream_lock);
	refcount_set(&sbi->requests, 1);
	init_completion(&sbi->no_requests);
	ratelimit_state_init(&sbi->errors, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST);
	sb->s_fs_info = sbi;

	if (!sb_set_blocksize(sb, TARFS_BLOCK_SIZE)) {
		tarfs_probe_err(sb, silent,
				"device has blocks of %u bytes, 4096 is the most",
				bdev_logical_block_size(sb->s_bdev));
		return -EINVAL;
	}
	sbi->block_size = bdev_logical_block_size(sb->s_bdev);
	sbi->bio_bytes = sbi->block_size < TARFS_BLOCK_SIZE ?
			 TARFS_BIO_BYTES_LARGE : TARFS_BIO_BYTES_SMALL;

	sb->s_flags |= SB_RDONLY | SB_NOATIME | SB_POSIXACL;
	sb->s_maxbytes = MAX_LFS_FILESIZE;
	/* s_magic is an unsigned long: keep the low half on 32-bit kernels */
	sb->s_magic = TARFS_SUPER_MAGIC & ULONG_MAX;
	sb->s_time_gran = 1;
	sb->s_op = &tarfs_super_operations;
	sb->s_export_op = &tarfs_export_ops;
	sb->s_xattr = tarfs_xattr_handlers;

	err = tarfs_read_super(sb, silent, &trailer);
	if (!err)
		err = tarfs_make_root(sb);
	/* not an error, so SB_SILENT does not suppress it */
	if (!err && trailer)
		tarfs_info(sb, "image mounted without dm-verity: nothing that is read from it is verified");
	return err;
}

static int tarfs_get_tree(struct fs_context *fc)
{
	/* the device may be read-only: set the flag before opening it */
	fc->sb_flags |= SB_RDONLY;
	return get_tree_bdev(fc, tarfs_fill_super);
}

static int tarfs_reconfigure(struct fs_context *fc)
{
	fc->sb_flags |= SB_RDONLY;
	return 0;
}

static const struct fs_context_operations tarfs_context_operations = {
	.get_tree	= tarfs_get_tree,
	.reconfigure	= tarfs_reconfigure,
};

static int tarfs_init_fs_context(struct fs_context *fc)
{
	fc->ops = &tarfs_context_operations;
	return 0;
}

static void tarfs_kill_sb(struct super_block *sb)
{
	struct tarfs_sb_info *sbi = TARFS_SB(sb);

	kill_block_super(sb);
	if (sbi) {
		/* requests may still be ending: wait for the last one */
		tarfs_end_request(sb);
		wait_for_completion(&sbi->no_requests);
	}
	kfree(sbi);
}

static struct file_system_type tarfs_type = {
	.owner		= THIS_MODULE,
	.name		= "tar",
	.init_fs_context = tarfs_init_fs_context,
	.kill_sb	= tarfs_kill_sb,
	.fs_flags	= FS_REQUIRES_DEV | FS_ALLOW_IDMAP,
};
MODULE_ALIAS_FS("tar");

static int __init tarfs_init(void)
{
	int err;

	tarfs_inode_cache = kmem_cache_create("tarfs_inode_cache",
					      sizeof(struct tarfs_inode_info),
					      0, SLAB_RECLAIM_ACCOUNT |
					      SLAB_ACCOUNT,
					      tarfs_inode_init_once);
	if (!tarfs_inode_cache)
		return -ENOMEM;
	err = tarfs_init_requests();
	if (err)
		goto destroy_cache;
	err = register_filesystem(&tarfs_type);
	if (err)
		goto exit_requests;
	return 0;

exit_requests:
	tarfs_exit_requests();
destroy_cache:
	kmem_cache_destroy(tarfs_inode_cache);
	return err;
}

static void __exit tarfs_exit(void)
{
	unregister_filesystem(&tarfs_type);
	tarfs_exit_requests();
	/* RCU callbacks free the inodes: wait for them */
	rcu_barrier();
	kmem_cache_destroy(tarfs_inode_cache);
}

module_init(tarfs_init);
module_exit(tarfs_exit);
MODULE_DESCRIPTION("Indexed tarball file system");
MODULE_AUTHOR("The tarfs authors");
MODULE_LICENSE("GPL");
