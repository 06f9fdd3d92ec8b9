// SPDX-License-Identifier: GPL-2.0
/*
 * Make an ext4 file system on a device whose blocks are unreadable until
 * written.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <ext2fs/ext2fs.h>
#include <sys/random.h>

#include "scratch/mkfs.h"

#define INODE_SIZE		256
#define BYTES_PER_INODE		16384
#define LOG_GROUPS_PER_FLEX	4

/*
 * With checksums of the group descriptors the kernel does not read the bitmaps
 * of unused groups.  Other checksums are redundant: the device authenticates
 * its blocks.  "sparse_super2" omits backups: the file system is never
 * repaired.
 */
static void choose_features(struct ext2_super_block *s)
{
	ext2fs_set_feature_64bit(s);
	ext2fs_set_feature_dir_index(s);
	ext2fs_set_feature_dir_nlink(s);
	ext2fs_set_feature_extents(s);
	ext2fs_set_feature_extra_isize(s);
	ext2fs_set_feature_filetype(s);
	ext2fs_set_feature_flex_bg(s);
	ext2fs_set_feature_gdt_csum(s);
	ext2fs_set_feature_huge_file(s);
	ext2fs_set_feature_large_file(s);
	ext2fs_set_feature_sparse_super2(s);
	ext2fs_set_feature_xattr(s);
}

static errcode_t begin(ext2_filsys *fs, const char *device, uint64_t blocks)
{
	struct ext2_super_block s = {
		.s_rev_level		= EXT2_DYNAMIC_REV,
		.s_log_block_size	= 2,
		.s_log_cluster_size	= 2,
		.s_inode_size		= INODE_SIZE,
		.s_log_groups_per_flex	= LOG_GROUPS_PER_FLEX,
		.s_inodes_count		= blocks / (BYTES_PER_INODE / MKFS_BLOCK),
	};

	ext2fs_blocks_count_set(&s, blocks);
	choose_features(&s);
	return ext2fs_initialize(device, EXT2_FLAG_64BITS | EXT2_FLAG_EXCLUSIVE,
				 &s, unix_io_manager, fs);
}

/* keep the hash seed secret, so that names cannot be chosen to collide */
static errcode_t set_secrets(ext2_filsys fs)
{
	struct ext2_super_block *s = fs->super;

	s->s_def_hash_version = EXT2_HASH_HALF_MD4;
	if (getrandom(s->s_uuid, sizeof(s->s_uuid), 0) != sizeof(s->s_uuid) ||
	    getrandom(s->s_hash_seed, sizeof(s->s_hash_seed), 0) !=
	    sizeof(s->s_hash_seed))
		return errno;
	return 0;
}

static errcode_t write_inode_tables(ext2_filsys fs)
{
	errcode_t err = 0;
	dgrp_t i;

	for (i = 0; !err && i < fs->group_desc_count; i++) {
		err = ext2fs_zero_blocks2(fs, ext2fs_inode_table_loc(fs, i),
					  fs->inode_blocks_per_group, NULL,
					  NULL);
		ext2fs_bg_flags_set(fs, i, EXT2_BG_INODE_ZEROED);
		ext2fs_group_desc_csum_set(fs, i);
	}
	return err;
}

static errcode_t make_root(ext2_filsys fs)
{
	ext2_ino_t i;

	for (i = EXT2_BAD_INO; i < EXT2_FIRST_INODE(fs->super); i++)
		if (i != EXT2_ROOT_INO)
			ext2fs_inode_alloc_stats2(fs, i, 1, 0);
	return ext2fs_mkdir(fs, EXT2_ROOT_INO, EXT2_ROOT_INO, NULL);
}

/* clear the first block, of which the superblock is only a part */
static errcode_t fill(ext2_filsys fs)
{
	errcode_t err = ext2fs_zero_blocks2(fs, 0, 1, NULL, NULL);

	if (!err)
		err = set_secrets(fs);
	if (!err)
		err = ext2fs_allocate_tables(fs);
	if (!err)
		err = write_inode_tables(fs);
	return err ? err : make_root(fs);
}

int mkfs_ext4(const char *device, uint64_t size, struct error *e)
{
	ext2_filsys fs;
	errcode_t err;

	initialize_ext2_error_table();	/* for error_message() */
	err = begin(&fs, device, size / MKFS_BLOCK);
	if (!err) {
		err = fill(fs);
		if (err)
			ext2fs_free(fs);
		else
			err = ext2fs_close_free(&fs);
	}
	ext2fs_zero_blocks2(NULL, 0, 0, NULL, NULL);	/* frees its buffer */
	if (err)
		return error_set(e, -EIO, "%s: cannot make a file system: %s",
				 device, error_message(err));
	return 0;
}
