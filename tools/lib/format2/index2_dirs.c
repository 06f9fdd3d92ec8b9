// SPDX-License-Identifier: GPL-2.0
/*
 * Write directories: chunks of entries with their names.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <string.h>

#include "index2.h"

/* fill a chunk of @bytes bytes with @count entries from @from on */
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
		const struct tree_name *n = index2_entry(ix, plan, from + i);
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

/* write small directories first: aligning the large ones then costs one gap */
int index2_emit_dirs(struct index2 *ix, struct out *out, struct error *e)
{
	struct dir_plan plan = { };
	uint32_t i = 0;
	int err = 0;

	while (!err && index2_next_dir(ix, &i, &plan)) {
		if (ix->tree->inodes[plan.inode].size <= TARFS_BLOCK_SIZE)
			err = emit_small(ix, &plan, out, e);
	}
	for (i = 0; i < ix->dir_count && !err; i++)
		err = emit_large(ix, &ix->dirs[i], out, e);
	return err;
}
