/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the index of a tar may take, in memory and in the image.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A few bytes of a path make a directory, and a global header can give each
 * member 64 KiB of attributes: what a tar becomes is not bound by its length.
 * Whoever adds to an index takes from its budget first.
 */
#ifndef TARFS_LIB_BUDGET_H
#define TARFS_LIB_BUDGET_H

#include <stdint.h>

#include "error.h"

#define BUDGET_BASE	(64ULL << 20)	/* and as many bytes as the tar has */

/* what things cost, bytes: not less than their share of memory or image */
#define BUDGET_INODE	80	/* a file of any kind */
#define BUDGET_NAME	48	/* a directory entry, and its length */
#define BUDGET_EXTENT	16	/* a piece of a sparse file */
#define BUDGET_XATTRS	64	/* a set of attributes, and what is in it */
#define BUDGET_VISIT	64	/* format 1: a name where it is found, likewise */

/**
 * struct budget - of one index
 * @fixed: what somebody has set; 0: BUDGET_BASE and what the tar has
 * @allowed: up to now
 * @used: up to now
 */
struct budget {
	uint64_t fixed;
	uint64_t allowed;
	uint64_t used;
};

/* @max: bytes, or 0 for the default, which budget_grow() goes on with */
void budget_begin(struct budget *b, uint64_t max);

/* the tar has @tar_size bytes up to here */
void budget_grow(struct budget *b, uint64_t tar_size);

/* 0, or -EFBIG */
int budget_take(struct budget *b, uint64_t bytes, struct error *e);

#endif /* TARFS_LIB_BUDGET_H */
