/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An image of format 2 with one file of each kind, made without mktarfs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_IMAGE_H
#define TARFS_SELFTESTS_IMAGE_H

#include <stdint.h>

#include "tarfs_fs.h"

#define IMAGE_BLOCKS	22
#define IMAGE_MTIME	1700000000
#define IMAGE_NSEC	123456789

/* inode numbers: the order of the members in the tar */
enum {
	INO_ROOT = TARFS_ROOT_INO,
	INO_PLAIN,		/* /plain: data begin inside a block */
	INO_DIR,		/* /dir */
	INO_SMALL,		/* /dir/small, /hard; has an attribute */
	INO_LINK,		/* /link to dir/small */
	INO_GONE,		/* /gone: a whiteout */
	INO_SPARSE,		/* /sparse: data between two holes */
	INO_COUNT = INO_SPARSE,
};

#define PLAIN_SIZE	30000
#define SMALL_SIZE	100
#define SPARSE_SIZE	100000
#define SPARSE_FROM	50000	/* where the data begin in the file */
#define SPARSE_STORED	5000

#define LINK_TARGET	"dir/small"
#define XATTR_NAME	"user.key"
#define XATTR_VALUE	"value"

struct image {
	unsigned char bytes[IMAGE_BLOCKS * TARFS_BLOCK_SIZE];
};

void image_make(struct image *image);

/* for tests that change a record; image_seal() makes the checksum right again */
struct tarfs2_super *image_super(struct image *image);
struct tarfs2_inode *image_inode(struct image *image, uint32_t ino);
void image_seal(struct image *image);

/* the byte of a file's data at @offset in the file */
static inline unsigned char image_byte(uint64_t offset)
{
	return 1 + offset % 251;
}

#endif /* TARFS_SELFTESTS_IMAGE_H */
