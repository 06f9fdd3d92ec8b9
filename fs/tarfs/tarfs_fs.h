/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The on-disk formats of tarfs: the definition that the kernel module and the
 * tools share.  Documentation/filesystems/tarfs.rst explains every field and
 * what a reader must check.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A data device is an untouched tar followed by an index; its last 512 bytes
 * are the superblock.  A layer image is a data device followed by a dm-verity
 * hash tree and one block that ends in a trailer:
 *
 *	0             tar_size                         D          D + tree
 *	+-------------+--------------------------------+----------+---------+
 *	| tar         | index              |superblock | hash tree| trailer |
 *	+-------------+--------------------------------+----------+---------+
 *	|<------------- data device, D bytes --------->|
 *
 * D is a multiple of TARFS_BLOCK_SIZE.  All integers are little-endian, all
 * structures naturally aligned.  No record, directory chunk or symbolic link
 * target of format 2 straddles a multiple of TARFS_BLOCK_SIZE.
 */
#ifndef _TARFS_FS_H
#define _TARFS_FS_H

#include <linux/types.h>

#define TARFS_BLOCK_SIZE	4096
#define TARFS_SUPER_SIZE	512	/* superblock and trailer */
#define TARFS_NAME_MAX		255
#define TARFS_TARGET_MAX	4095	/* bytes in a symbolic link's target */
#define TARFS_ROOT_INO		1

/* f_type of statfs(2): "TARFS_"; its low 32 bits on 32-bit kernels */
#define TARFS_SUPER_MAGIC	0x54415246535fULL

/*
 * The trailer, in the last TARFS_SUPER_SIZE bytes of a layer image.  It is not
 * authenticated: every field is hostile input.  The remaining bytes are zero.
 */
struct tarfs_trailer {
	__le32	data_block_size;	/* bytes, TARFS_BLOCK_SIZE */
	__le32	hash_block_size;	/* bytes, TARFS_BLOCK_SIZE */
	__le64	data_blocks;		/* D / data_block_size */
};

/* ---- format 1: the published one ---- */

/* superblock, padded with zeros to TARFS_SUPER_SIZE */
struct tarfs1_super {
	__le64	inode_table;		/* byte offset, the tar's size */
	__le64	inodes;			/* records in the table */
};

/* inode number n is record n - 1 of the table */
struct tarfs1_inode {
	__le16	mode;			/* S_IFMT and 0777 only */
	__u8	flags;			/* TARFS1_INODE_* */
	__u8	mtime_high;		/* low 4 bits: mtime bits 32 to 35 */
	__le32	uid;
	__le32	gid;
	__le32	mtime_low;		/* seconds */
	__le64	size;			/* bytes; directory: 32 * entries */
	__le64	offset;			/* bytes; device: major << 32 | minor */
};

#define TARFS1_INODE_OPAQUE	0x01
#define TARFS1_MTIME_HIGH_MASK	0x0f

struct tarfs1_dirent {
	__le64	ino;
	__le64	name;			/* byte offset, not terminated */
	__le64	name_len;		/* bytes */
	__u8	type;			/* DT_* */
	__u8	reserved[7];
};

/* ---- format 2 ---- */

/*
 * "tarfs2\n\377": as an inode table offset of format 1 it is beyond any device,
 * so a reader that knows only format 1 refuses the device.
 */
#define TARFS2_MAGIC		0xff0a327366726174ULL
#define TARFS2_VERSION		1

/* readers ignore unknown compat bits ... */
#define TARFS2_COMPAT_ALL	0ULL
/* ... and refuse a device with unknown incompat bits */
#define TARFS2_INCOMPAT_ALL	0ULL

enum tarfs2_section_id {
	TARFS2_INODES	= 0,		/* struct tarfs2_inode, aligned to 64 */
	TARFS2_DIRS	= 1,		/* struct tarfs2_chunk, aligned to 8 */
	TARFS2_MAPS	= 2,		/* struct tarfs2_map, aligned to 16 */
	TARFS2_XATTRS	= 3,		/* struct tarfs2_xattrs, aligned to 8 */
	TARFS2_TARGETS	= 4,		/* symbolic link targets, aligned to 1 */
	TARFS2_BUCKETS	= 5,		/* struct tarfs2_bucket, to 4096 */
	TARFS2_SECTIONS	= 8,		/* entries; unused ones must be zero */
};

struct tarfs2_section {
	__le64	offset;			/* bytes; 0 if the section is empty */
	__le64	length;			/* bytes */
};

struct tarfs2_super {
	__le64	magic;			/* TARFS2_MAGIC */
	__le64	checksum;		/* SipHash-2-4, key 0, of the 512 bytes
					 * with this field zero
					 */
	__le32	version;		/* TARFS2_VERSION */
	__le32	inodes;			/* records in TARFS2_INODES */
	__le64	compat;
	__le64	incompat;
	__le64	tar_size;		/* bytes */
	__le64	data_size;		/* D, bytes */
	__u8	diff_id[32];		/* SHA-256 of the tar */
	__u8	uuid[16];		/* derived from diff_id */
	__u8	reserved1[24];
	struct tarfs2_section	sections[TARFS2_SECTIONS];
	__u8	reserved2[256];
};

/*
 * Inode number n is record n - 1 of TARFS2_INODES.  Numbers follow the order
 * of the members in the tar, the root is TARFS_ROOT_INO.
 */
struct tarfs2_inode {
	__le16	mode;			/* S_IFMT and 07777 */
	__le16	flags;			/* TARFS2_INODE_* */
	__le32	nlink;			/* names; directory: 2 + subdirectories */
	__le32	uid;
	__le32	gid;
	__le64	size;			/* bytes; directory: of its chunks */
	__le64	mtime;			/* seconds, two's complement */
	__le32	mtime_nsec;		/* 0 to 999999999 */
	__le32	xattrs;			/* 0: none; else 1 + offset / 8 of the
					 * set within TARFS2_XATTRS
					 */
	__le64	start;			/* byte offset of data, target or first
					 * chunk; 0 if there is none
					 */
	union {
		struct {
			__le32	parent;		/* inode number */
			__le32	buckets;	/* 0 if size <= 4096 */
			__le32	bucket_block;	/* byte offset / 4096 */
			__le32	seed;		/* of the name hash */
		} dir;
		struct {
			__le64	map;	/* byte offset; TARFS2_INODE_SPARSE */
			__le64	stored;	/* bytes of data in the tar */
		} file;
		struct {
			__le32	rdev;	/* MMMmmmmm as new_encode_dev() */
			__le32	reserved[3];
		} dev;
		__le32	reserved[4];	/* all other types: zero */
	};
};

#define TARFS2_INODE_OPAQUE	0x0001	/* directory: hides lower layers */
#define TARFS2_INODE_SPARSE	0x0002	/* regular file: read through a map */
#define TARFS2_INODE_ACL	0x0004	/* has an access ACL */
#define TARFS2_INODE_DEFAULT	0x0008	/* directory: has a default ACL */
#define TARFS2_INODE_FLAGS	0x000f

/*
 * A directory of up to 4096 bytes is one chunk; a larger one is whole blocks,
 * one chunk each.  Entries are in the order of their inode numbers (then of
 * their names' bytes).  Names follow the entries, in the same order and
 * without gaps: each ends where the next begins, the last at @bytes.
 */
struct tarfs2_chunk {
	__le16	count;			/* entries, 1 to 454 */
	__le16	bytes;			/* used, including this header */
	__le32	owner;			/* the directory's inode number */
};

struct tarfs2_dirent {
	__le32	ino;
	__le16	name;			/* byte offset within the chunk */
	__u8	type;			/* DT_* */
	__u8	tag;			/* low 8 bits of the name's hash */
};

/*
 * The name hash is SipHash-2-4 (64 bits) of the name's bytes; its key is
 * diff_id[0..7] ^ seed, diff_id[8..15], as little-endian integers.
 *
 * A directory of more than one chunk has buckets, one block each: a name is in
 * bucket ((hash >> 32) * buckets) >> 32, in a slot with the low 32 bits of the
 * hash.  Slots are sorted by hash, then by chunk.
 */
struct tarfs2_slot {
	__le32	hash;
	__le32	chunk;			/* index of a chunk of the directory */
};

#define TARFS2_BUCKET_SLOTS	511
#define TARFS2_BUCKET_TARGET	384	/* slots that a writer aims for */
#define TARFS2_SAME_HASH_MAX	16	/* equal hashes in one bucket */

struct tarfs2_bucket {
	__le16	count;			/* slots used, the others are zero */
	__le16	reserved;
	__le32	owner;			/* the directory's inode number */
	struct tarfs2_slot	slots[TARFS2_BUCKET_SLOTS];
};

/*
 * The map of a sparse file, followed by @count + 1 extents.  The last one is
 * the terminator, {size of the file, bytes stored}: the stored data of each
 * extent end where those of the next one begin.
 */
struct tarfs2_map {
	__le64	count;			/* extents, without the terminator */
	__le64	reserved;
};

struct tarfs2_extent {
	__le64	logical;		/* byte offset in the file */
	__le64	stored;			/* byte offset from the inode's start */
};

/*
 * A set of extended attributes, shared by all inodes with equal attributes.  It
 * is followed by @count attributes, each padded to 8 bytes, sorted by prefix
 * and then by name.  An attribute that would straddle a block begins at the
 * next block; the gap is zero.
 */
struct tarfs2_xattrs {
	__le32	count;
	__le32	reserved;
};

struct tarfs2_xattr {
	__u8	prefix;			/* enum tarfs2_xattr_prefix */
	__u8	name_len;		/* bytes of name that follow */
	__le16	reserved;
	__le32	value_len;		/* bytes, up to 65536 */
	__le64	value;			/* byte offset, within TARFS2_XATTRS */
};

enum tarfs2_xattr_prefix {
	TARFS2_XATTR_USER	 = 1,	/* "user." */
	TARFS2_XATTR_TRUSTED	 = 2,	/* "trusted." */
	TARFS2_XATTR_SECURITY	 = 3,	/* "security." */
	TARFS2_XATTR_ACL_ACCESS	 = 4,	/* system.posix_acl_access, no name */
	TARFS2_XATTR_ACL_DEFAULT = 5,	/* system.posix_acl_default, no name */
};

#define TARFS2_XATTR_NAME_MAX	255	/* bytes, prefix included */
#define TARFS2_XATTR_VALUE_MAX	65536
#define TARFS2_XATTR_COUNT_MAX	4096

/* ---- structure sizes, part of both formats ---- */

_Static_assert(sizeof(struct tarfs_trailer) == 16, "trailer");
_Static_assert(sizeof(struct tarfs1_super) == 16, "superblock 1");
_Static_assert(sizeof(struct tarfs1_inode) == 32, "inode 1");
_Static_assert(sizeof(struct tarfs1_dirent) == 32, "directory entry 1");
_Static_assert(sizeof(struct tarfs2_super) == TARFS_SUPER_SIZE, "superblock 2");
_Static_assert(sizeof(struct tarfs2_inode) == 64, "inode 2");
_Static_assert(sizeof(struct tarfs2_chunk) == 8, "chunk");
_Static_assert(sizeof(struct tarfs2_dirent) == 8, "directory entry 2");
_Static_assert(sizeof(struct tarfs2_bucket) == TARFS_BLOCK_SIZE, "bucket");
_Static_assert(sizeof(struct tarfs2_map) == 16, "map");
_Static_assert(sizeof(struct tarfs2_extent) == 16, "extent");
_Static_assert(sizeof(struct tarfs2_xattrs) == 8, "attribute set");
_Static_assert(sizeof(struct tarfs2_xattr) == 16, "attribute");

#endif /* _TARFS_FS_H */
