// SPDX-License-Identifier: GPL-2.0
/*
 * Directories of an index: chunks of entries with their names.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <string.h>

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

/* how many chunks, and if it is more than one, how many buckets */
int index2_plan_dir(struct index2 *ix, struct dir_plan *plan, struct error *e)
{
	struct tree_inode *inode = &ix->tree->inodes[plan->inode];
	uint32_t from, bytes = 0;

	for (from = 0; from < plan->count; plan->chunks++)
		from += index2_chunk(ix, plan, from, &bytes);
	if (plan->chunks == 1) {
		plan->bytes = bytes;
		inode->size = (bytes + 7) & ~7U;
		return 0;
	}
	inode->size = (uint64_t)plan->chunks * TARFS_BLOCK_SIZE;
	plan->buckets = (plan->count + (uint64_t)TARFS2_BUCKET_TARGET - 1) /
			TARFS2_BUCKET_TARGET;
	return index2_find_seed(ix, plan, e);
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
	int err;

	err = out_fit(out, inode->size, e);
	if (err)
		return err;
	inode->start = out->pos;
	fill_chunk(ix, plan, 0, plan->count, plan->bytes, chunk);
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
	uint32_t i;
	int err = 0;

	for (i = 0; i < ix->dir_count && !err; i++) {
		if (ix->dirs[i].chunks == 1)
			err = emit_small(ix, &ix->dirs[i], out, e);
	}
	for (i = 0; i < ix->dir_count && !err; i++) {
		if (ix->dirs[i].chunks > 1)
			err = emit_large(ix, &ix->dirs[i], out, e);
	}
	return err;
}
