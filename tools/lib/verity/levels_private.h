/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the levels of an image's hash tree are.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_LEVELS_PRIVATE_H
#define TARFS_LIB_LEVELS_PRIVATE_H

#include "merkle.h"
#include "verity.h"

/* the data, and at most 10 levels of hash blocks above 2^64 of them */
#define VERITY_LEVELS_MAX	11

/* position and size of a level, blocks; level 0 is the data */
struct verity_level {
	uint64_t start;
	uint64_t blocks;
};

/* compute the levels, from top to bottom behind the data; return the top one */
static inline int verity_find_levels(const struct verity_geometry *g,
				     struct verity_level *l)
{
	uint64_t start = g->hash_start;
	int i, top;

	l[0] = (struct verity_level) { .blocks = g->data_blocks };
	for (i = 0; l[i].blocks > 1; i++)
		l[i + 1].blocks = l[i].blocks / MERKLE_DIGESTS_PER_BLOCK +
				  !!(l[i].blocks % MERKLE_DIGESTS_PER_BLOCK);
	top = i;
	for (; i > 0; i--) {
		l[i].start = start;
		start += l[i].blocks;
	}
	return top;
}

#endif /* TARFS_LIB_LEVELS_PRIVATE_H */
