// SPDX-License-Identifier: GPL-2.0
/*
 * Directories of an index: chunks of entries with their names.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "index2.h"

uint64_t index2_hash(const struct index2 *ix, uint32_t seed,
		     const struct tree_name *name)
{
	struct siphash_key key = ix->key;

	key.k0 ^= seed;
	return siphash(name->bytes, name->len, &key);
}

static const struct tree_name *entry_name(const struct index2 *ix,
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
		       entry_name(ix, plan, i)->len;
		if (used + more > TARFS_BLOCK_SIZE)
			break;
		used += more;
	}
	*bytes = used;
	return i - from;
}

/*
 * The next directory that is not empty, in the order of numbers, in which the
 * directories' names follow each other.  @plan is that of the last one.
 */
static bool next_dir(const struct index2 *ix, uint32_t *at,
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

/* keep the plan of a directory of more than one chunk */
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

/* how many chunks, and if it is more than one, how many buckets */
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

	while (!err && next_dir(ix, &at, &plan))
		err = plan_dir(ix, &plan, e);
	return err;
}

/* @count entries from @from on, @bytes in all */
static void fill_chunk(const struct index2 *ix, const struct dir_plan *plan,
		       uint32_t from, uint32_t count, uint32_t bytes,
		       char chunk[TARFS_BLOCK_SIZE])
{
	const struct tree *t = ix->tree;
	struct tarfs2_chunk header = {
		.count = htole16(count),
		.bytes = htole16(bytes),
		.owner = htole32(t->inodes[plan->inode].number),
	};
	uint32_t pos = sizeof(header) + count * sizeof(struct tarfs2_dirent);
	uint32_t i;

	memset(chunk, 0, TARFS_BLOCK_SIZE);
	memcpy(chunk, &header, sizeof(header));
	for (i = 0; i < count; i++) {
		const struct tree_name *n = entry_name(ix, plan, from + i);
		const struct tree_inode *inode = &t->inodes[n->inode];
		struct tarfs2_dirent entry = {
			.ino = htole32(inode->number),
			.name = htole16(pos),
			.type = inode->mode >> 12,
			.tag = index2_hash(ix, plan->seed, n),
		};

		memcpy(chunk + sizeof(header) + i * sizeof(entry), &entry,
		       sizeof(entry));
		memcpy(chunk + pos, n->bytes, n->len);
		pos += n->len;
	}
}

static int emit_small(struct index2 *ix, const struct dir_plan *plan,
		      struct out *out, struct error *e)
{
	struct tree_inode *inode = &ix->tree->inodes[plan->inode];
	char chunk[TARFS_BLOCK_SIZE];
	uint32_t bytes;
	int err;

	err = out_fit(out, inode->size, e);
	if (err)
		return err;
	inode->start = out->pos;
	index2_chunk(ix, plan, 0, &bytes);
	fill_chunk(ix, plan, 0, plan->count, bytes, chunk);
	return out_put(out, chunk, inode->size, e);
}

static int emit_large(struct index2 *ix, const struct dir_plan *plan,
		      struct out *out, struct error *e)
{
	struct tree_inode *inode = &ix->tree->inodes[plan->inode];
	char chunk[TARFS_BLOCK_SIZE];
	uint32_t from, count, bytes;
	int err;

	err = out_align(out, TARFS_BLOCK_SIZE, e);
	inode->start = out->pos;
	for (from = 0; from < plan->count && !err; from += count) {
		count = index2_chunk(ix, plan, from, &bytes);
		fill_chunk(ix, plan, from, count, bytes, chunk);
		err = out_put(out, chunk, sizeof(chunk), e);
	}
	return err;
}

/* small ones first, so that the large ones' alignment costs one gap only */
int index2_emit_dirs(struct index2 *ix, struct out *out, struct error *e)
{
	struct dir_plan plan = { };
	uint32_t i = 0;
	int err = 0;

	while (!err && next_dir(ix, &i, &plan)) {
		if (ix->tree->inodes[plan.inode].size <= TARFS_BLOCK_SIZE)
			err = emit_small(ix, &plan, out, e);
	}
	for (i = 0; i < ix->dir_count && !err; i++)
		err = emit_large(ix, &ix->dirs[i], out, e);
	return err;
}
