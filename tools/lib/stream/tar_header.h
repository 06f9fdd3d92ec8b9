/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The header blocks of a tar, shared by the readers of both formats.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_TAR_HEADER_H
#define TARFS_LIB_TAR_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#define TAR_BLOCK_SIZE	512

/* type letters */
#define TAR_OLD_REGULAR	'\0'
#define TAR_REGULAR	'0'
#define TAR_HARD_LINK	'1'
#define TAR_SYMLINK	'2'
#define TAR_CHAR	'3'
#define TAR_BLOCK	'4'
#define TAR_DIRECTORY	'5'
#define TAR_FIFO	'6'
#define TAR_CONTIGUOUS	'7'
#define TAR_GNU_TARGET	'K'	/* GNU: link target of the next member */
#define TAR_GNU_NAME	'L'	/* GNU: name of the next member */
#define TAR_GNU_SPARSE	'S'
#define TAR_PAX_GLOBAL	'g'
#define TAR_PAX		'x'	/* PAX: records for the next member */

/* an extent of a sparse file, in a header or in the blocks that follow it */
struct tar_sparse {
	char offset[12];
	char bytes[12];
};

#define TAR_SPARSE_IN_HEADER	4
#define TAR_SPARSE_IN_BLOCK	21

/**
 * struct tar_header - a header block; a NUL or the field's end terminates texts
 * @ustar: the tail if tar_header_is_ustar()
 * @gnu: the tail if tar_header_is_gnu()
 */
struct tar_header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char linkname[100];
	char magic[6];
	char version[2];
	char uname[32];
	char gname[32];
	char major[8];
	char minor[8];
	union {
		struct {
			char prefix[155];
			char pad[12];
		} ustar;
		struct {
			char atime[12];
			char ctime[12];
			char offset[12];
			char longnames[4];
			char unused;
			struct tar_sparse sparse[TAR_SPARSE_IN_HEADER];
			char is_extended;
			char real_size[12];
			char pad[17];
		} gnu;
	};
};

/* a continuation of the map of an old GNU sparse file, after its header */
struct tar_sparse_block {
	struct tar_sparse sparse[TAR_SPARSE_IN_BLOCK];
	char is_extended;
	char pad[7];
};

_Static_assert(sizeof(struct tar_header) == TAR_BLOCK_SIZE, "tar header");
_Static_assert(sizeof(struct tar_sparse_block) == TAR_BLOCK_SIZE, "sparse");

/* POSIX: magic "ustar" NUL, version "00" */
bool tar_header_is_ustar(const struct tar_header *h);

/* old GNU: magic and version are "ustar  " NUL */
bool tar_header_is_gnu(const struct tar_header *h);

/* is every byte of a TAR_BLOCK_SIZE block zero? */
bool tar_block_is_zero(const void *block);

/**
 * tar_header_sum() - compute the checksum that a header should have
 * Return: the sum of the block's bytes with eight spaces for the checksum.
 */
uint32_t tar_header_sum(const struct tar_header *h);

/* compute the sum of signed bytes, which some old tars stored */
int32_t tar_header_signed_sum(const struct tar_header *h);

/* is the header's checksum right, over unsigned or signed bytes? */
bool tar_header_sum_is_right(const struct tar_header *h);

/**
 * tar_padding() - get the padding of @size bytes of data to whole blocks, bytes
 */
static inline uint32_t tar_padding(uint64_t size)
{
	return -size % TAR_BLOCK_SIZE;
}

#endif /* TARFS_LIB_TAR_HEADER_H */
