/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations shared by the files of the tarfs module.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef _TARFS_H
#define _TARFS_H

#include <linux/backing-dev-defs.h>
#include <linux/bio.h>
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/ratelimit.h>
#include <linux/refcount.h>
#include <linux/siphash.h>
#include <linux/stat.h>

#include "compat.h"
#include "tarfs_check.h"

/*
 * struct tarfs_node - an inode of either format, decoded and validated
 * @start: byte offset of the data, target or entries on the device
 * @stored: bytes of data there; less than @size in a sparse file
 * @map: sparse file: byte offset of its map
 * @xattrs: byte offset of the set of attributes, or 0
 * @parent, @buckets, @bucket_start, @seed: see struct tarfs2_inode
 */
struct tarfs_node {
	umode_t mode;
	u16 flags;		/* TARFS2_INODE_*, for both formats */
	u32 nlink;
	u32 uid;
	u32 gid;
	dev_t rdev;
	s64 mtime;		/* seconds */
	u32 mtime_nsec;
	u64 size;
	u64 start;
	u64 stored;
	u64 map;
	u64 xattrs;
	u32 parent;
	u32 buckets;
	u64 bucket_start;
	u32 seed;
};

/*
 * struct tarfs_entry - a directory entry that a lookup found
 * @pos: byte offset on the device
 * @type: DT_*
 */
struct tarfs_entry {
	u64 pos;
	u32 ino;
	u8 type;
};

/*
 * struct tarfs_format - how a format stores inodes and directories
 * @read_inode: decode and validate record @ino; -ENOENT if it is unused
 * @find: look up a name; -ENOENT if the directory does not have it
 * @iterate: emit entries from @ctx->pos on; "." and ".." have been emitted
 * @check_child: validate @inode against @entry of @dir; NULL or the fault
 * @find_parent: find the inode number of the parent of directory @dir
 */
struct tarfs_format {
	int (*read_inode)(struct super_block *sb, u32 ino,
			  struct tarfs_node *node);
	int (*find)(struct inode *dir, const struct qstr *name,
		    struct tarfs_entry *entry);
	int (*iterate)(struct inode *dir, struct dir_context *ctx);
	const char *(*check_child)(struct inode *dir,
				   const struct tarfs_entry *entry,
				   struct inode *inode);
	int (*find_parent)(struct inode *dir, u32 *ino);
};

/*
 * struct tarfs_stream - a sequential reader in tar order
 * @next: end of the data read last, byte offset on the device
 * @window: bytes to read ahead after the requested file
 */
struct tarfs_stream {
	u64 next;
	u32 window;
};

#define TARFS_STREAMS	8

struct tarfs_sb_info {
	struct tarfs_layout layout;
	const struct tarfs_format *format;
	siphash_key_t hash_key;		/* format 2: name hash, without seed */
	u32 generation;			/* of all inodes; checked in file handles */
	u32 block_size;			/* logical block size of the device, bytes */
	unsigned int bio_bytes;		/* maximum size of a bio for data */
	refcount_t requests;		/* data requests in flight, and mount */
	struct completion no_requests;	/* completed when requests drops to 0 */
	struct ratelimit_state errors;	/* rate limit for error messages */
	spinlock_t stream_lock;		/* protects the two below */
	struct tarfs_stream streams[TARFS_STREAMS];
	unsigned int oldest_stream;
};

/*
 * struct tarfs_dir_info - inode fields of directories
 * @entry: the entry by which lookup found it, byte offset on the device, or 0
 *
 * The other fields are as in struct tarfs_node, and zero in format 1.
 */
struct tarfs_dir_info {
	u64 entry;
	u64 bucket_start;
	u32 parent;
	u32 buckets;
	u32 seed;
};

/* struct tarfs_sparse_info - inode fields of sparse files: see tarfs_node */
struct tarfs_sparse_info {
	u64 map;
	u64 stored;
};

/* access @dir and @sparse through tarfs_dir() and tarfs_sparse() only */
struct tarfs_inode_info {
	struct inode vfs_inode;
	u16 flags;			/* TARFS2_INODE_* */
	bool single_pages;		/* reading a large folio has failed */
	u64 start;			/* as in struct tarfs_node */
	u64 xattrs;
	union {
		struct tarfs_dir_info dir;
		struct tarfs_sparse_info sparse;
	};
};

static inline struct tarfs_sb_info *TARFS_SB(struct super_block *sb)
{
	return sb->s_fs_info;
}

static inline struct tarfs_inode_info *TARFS_I(struct inode *inode)
{
	return container_of(inode, struct tarfs_inode_info, vfs_inode);
}

/* inode numbers of both formats have 32 bits */
static inline u32 tarfs_ino(struct inode *inode)
{
	return inode->i_ino;
}

static inline bool tarfs_is_sparse(struct inode *inode)
{
	return TARFS_I(inode)->flags & TARFS2_INODE_SPARSE;
}

static inline struct tarfs_dir_info *tarfs_dir(struct inode *inode)
{
	WARN_ON_ONCE(!S_ISDIR(inode->i_mode));
	return &TARFS_I(inode)->dir;
}

static inline struct tarfs_sparse_info *tarfs_sparse(struct inode *inode)
{
	WARN_ON_ONCE(!tarfs_is_sparse(inode));
	return &TARFS_I(inode)->sparse;
}

/*
 * struct tarfs_run - part of a file whose data are contiguous on the device
 * @from: first byte, offset in the file
 * @to: end, offset in the file
 * @next: start of the next run, offset in the file; a hole from @to up to it
 * @start: first byte, offset on the device
 */
struct tarfs_run {
	u64 from;
	u64 to;
	u64 next;
	u64 start;
};

/* the current read_ahead_kb of the device, in bytes */
static inline u64 tarfs_ahead_bytes(struct super_block *sb)
{
	return (u64)READ_ONCE(sb->s_bdi->ra_pages) << PAGE_SHIFT;
}

static inline void tarfs_begin_request(struct super_block *sb)
{
	refcount_inc(&TARFS_SB(sb)->requests);
}

/* @sb may be freed afterwards: unmount waits for the last request only */
static inline void tarfs_end_request(struct super_block *sb)
{
	struct tarfs_sb_info *sbi = TARFS_SB(sb);

	if (refcount_dec_and_test(&sbi->requests))
		complete(&sbi->no_requests);
}

/* GFP mask for allocations other than folios */
static inline gfp_t tarfs_kernel_gfp(gfp_t gfp)
{
	return gfp & ~(__GFP_HIGHMEM | __GFP_MOVABLE);
}

/*
 * struct tarfs_buf - a reference to a page of the device's page cache
 * @no_readahead: the access is random: do not read ahead
 *
 * Initialize to {}; tarfs_map() replaces the page, tarfs_put() releases it.
 */
struct tarfs_buf {
	struct folio *folio;
	bool no_readahead;
};

/* data.c */
extern const struct address_space_operations tarfs_aops;
struct folio *tarfs_new_folio(struct inode *inode, pgoff_t index, gfp_t gfp);

/* dir.c */
extern const struct inode_operations tarfs_dir_inode_operations;
extern const struct file_operations tarfs_dir_operations;

/* export.c */
extern const struct export_operations tarfs_export_ops;

/* format1.c, format2.c */
extern const struct tarfs_format tarfs1_format;
extern const struct tarfs_format tarfs2_format;

/* inode.c */
struct inode *tarfs_iget(struct super_block *sb, u32 ino);

/* message.c */
void __printf(3, 4) __cold tarfs_msg(struct super_block *sb, const char *level,
				     const char *fmt, ...);
#define tarfs_err(sb, fmt, ...) tarfs_msg(sb, KERN_ERR, fmt, ##__VA_ARGS__)
#define tarfs_info(sb, fmt, ...) tarfs_msg(sb, KERN_INFO, fmt, ##__VA_ARGS__)

/* meta.c */
void *tarfs_map(struct super_block *sb, struct tarfs_buf *buf, u64 pos,
		u32 len);
int tarfs_copy(struct super_block *sb, struct tarfs_buf *buf, u64 pos,
	       void *to, u64 len);
int tarfs_compare(struct super_block *sb, struct tarfs_buf *buf, u64 pos,
		  const void *with, u32 len);
void tarfs_put(struct tarfs_buf *buf);

/* request.c */
struct tarfs_io;
extern struct workqueue_struct *tarfs_workqueue;
bool tarfs_run_fills(const struct tarfs_run *run, struct folio *folio);
struct tarfs_io *tarfs_io_new(struct super_block *sb,
			      const struct tarfs_run *run, u64 pos,
			      unsigned int pages, blk_opf_t opf, gfp_t gfp);
bool tarfs_io_takes(struct tarfs_io *io, struct folio *folio);
void tarfs_io_add(struct tarfs_io *io, struct folio *folio);
void tarfs_io_submit(struct tarfs_io *io);
int tarfs_read_packed(struct folio *folio, const struct tarfs_run *run);
int __init tarfs_init_requests(void);
void tarfs_exit_requests(void);

/* sparse.c */
extern const struct file_operations tarfs_sparse_operations;
int tarfs_sparse_run(struct inode *inode, struct folio *folio,
		     struct tarfs_run *run);
int tarfs_sparse_read(struct inode *inode, struct folio *folio);
int tarfs_fiemap(struct inode *inode, struct fiemap_extent_info *info,
		 u64 start, u64 len);

/* stream.c */
void tarfs_read_neighbours(struct inode *inode, gfp_t gfp);

/* symlink.c */
extern const struct inode_operations tarfs_symlink_inode_operations;

/* xattr.c */
extern TARFS_XATTR_TABLE tarfs_xattr_handlers[];
extern const struct inode_operations tarfs_file_inode_operations;
extern const struct inode_operations tarfs_special_inode_operations;
ssize_t tarfs_listxattr(struct dentry *dentry, char *list, size_t size);
struct posix_acl *tarfs_get_acl(struct inode *inode, int type, bool rcu);

#endif /* _TARFS_H */
