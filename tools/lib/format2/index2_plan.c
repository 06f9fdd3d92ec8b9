// SPDX-License-Identifier: GPL-2.0
/*
 * Plan directories: number of chunks, number of buckets, seed.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "index2.h"

bool index2_next_dir(const struct index2 *ix, uint32_t *at,
		     struct dir_plan *plan)
{
	uint32_t first = plan->first + plan->count;

	while (*at < ix->inodes) {
		uint32_t index = ix->order[(*at)++];
		const struct tree_inode *inode = &ix->tree->inodes[index];

		if (!S_ISDIR(inode->mode) || !inode->dir.entries)
			continue;
		*plan = (struct dir_plan){
			.inode = index,
			.first = first,
			.count = inode->dir.entries,
		};
		return true;
	}
	return false;
}

/* save the plan of a directory of more than one chunk */
static int add_plan(struct index2 *ix, const struct dir_plan *plan,
		    struct error *e)
{
	struct dir_plan *dirs = ix->dirs;

	if (!(ix->dir_count & (ix->dir_count - 1)))
		dirs = reallocarray(dirs, ix->dir_count ? 2 * ix->dir_count : 1,
				    sizeof(*dirs));
	if (!dirs)
		return error_set(e, -ENOMEM, "out of memory");
	ix->dirs = dirs;
	ix->tree->inodes[plan->inode].dir.plan = ix->dir_count;
	dirs[ix->dir_count++] = *plan;
	return 0;
}

/* count the chunks and, if there are several, plan the buckets */
static int plan_dir(struct index2 *ix, struct dir_plan *plan, struct error *e)
{
	struct tree_inode *inode = &ix->tree->inodes[plan->inode];
	uint32_t from, bytes = 0, chunks;
	int err;

	for (from = 0, chunks = 0; from < plan->count; chunks++)
		from += index2_chunk(ix, plan, from, &bytes);
	if (chunks == 1) {
		inode->size = (bytes + 7) & ~7U;
		return 0;
	}
	inode->size = (uint64_t)chunks * TARFS_BLOCK_SIZE;
	plan->buckets = (plan->count + (uint64_t)TARFS2_BUCKET_TARGET - 1) /
			TARFS2_BUCKET_TARGET;
	err = index2_find_seed(ix, plan, e);
	return err ? err : add_plan(ix, plan, e);
}

int index2_plan_dirs(struct index2 *ix, struct error *e)
{
	struct dir_plan plan = { };
	uint32_t at = 0;
	int err = 0;

	while (!err && index2_next_dir(ix, &at, &plan))
		err = plan_dir(ix, &plan, e);
	return err;
}
