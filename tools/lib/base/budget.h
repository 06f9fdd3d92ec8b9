/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits on the size of a tar's index, in memory and in the image.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A few bytes of a path make a directory, and a global header can give each
 * member 64 KiB of attributes: a tar's length does not bound the size of its
 * index.  Take from the budget before adding to an index.
 */
#ifndef TARFS_LIB_BUDGET_H
#define TARFS_LIB_BUDGET_H

#include <stdint.h>

#include "error.h"

#define BUDGET_BASE	(64ULL << 20)	/* bytes, plus the size of the tar */

/* costs, bytes: upper bounds of the memory or image space that an item takes */
#define BUDGET_INODE	80	/* a file of any kind */
#define BUDGET_NAME	48	/* a directory entry; add the name's length */
#define BUDGET_EXTENT	16	/* an extent of a sparse file */
#define BUDGET_XATTRS	64	/* a set of attributes; add its contents */
#define BUDGET_VISIT	64	/* format 1: a name found; add its length */

/**
 * struct budget - the budget of one index, bytes
 * @fixed: limit set by the caller; 0: BUDGET_BASE and the tar's size
 * @allowed: current limit
 * @used: taken so far
 */
struct budget {
	uint64_t fixed;
	uint64_t allowed;
	uint64_t used;
};

/* @max: bytes, or 0 for the default limit, which budget_grow() raises */
void budget_begin(struct budget *b, uint64_t max);

/* raise a default limit: @tar_size bytes of the tar have been read */
void budget_grow(struct budget *b, uint64_t tar_size);

/* return 0 or -EFBIG */
int budget_take(struct budget *b, uint64_t bytes, struct error *e);

#endif /* TARFS_LIB_BUDGET_H */
