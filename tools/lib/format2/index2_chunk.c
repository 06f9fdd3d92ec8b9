// SPDX-License-Identifier: GPL-2.0
/*
 * Divide the entries of a directory into chunks.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "index2.h"

uint64_t index2_hash(const struct index2 *ix, uint32_t seed,
		     const struct tree_name *name)
{
	struct siphash_key key = ix->key;

	key.k0 ^= seed;
	return siphash(name->bytes, name->len, &key);
}

const struct tree_name *index2_entry(const struct index2 *ix,
				     const struct dir_plan *plan,
				     uint32_t entry)
{
	return &ix->tree->names[ix->names[plan->first + entry]];
}

uint32_t index2_chunk(const struct index2 *ix, const struct dir_plan *plan,
		      uint32_t from, uint32_t *bytes)
{
	uint32_t used = sizeof(struct tarfs2_chunk), more, i;

	for (i = from; i < plan->count; i++) {
		more = sizeof(struct tarfs2_dirent) +
		       index2_entry(ix, plan, i)->len;
		if (used + more > TARFS_BLOCK_SIZE)
			break;
		used += more;
	}
	*bytes = used;
	return i - from;
}
