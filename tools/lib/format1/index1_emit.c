// SPDX-License-Identifier: GPL-2.0
/*
 * Write an index of format 1, from the end of the tar to the superblock.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>

#include "index1.h"
#include "tarfs_fs.h"

/* @pos: byte offset in the data device; @sink buffers */
struct out1 {
	const struct index_sink *sink;
	uint64_t pos;
};

static int put(struct out1 *o, const void *data, size_t len, struct error *e)
{
	if (!len)
		return 0;
	o->pos += len;
	return o->sink->write(o->sink->ctx, data, len, e);
}

static int put_zeros(struct out1 *o, uint64_t end, struct error *e)
{
	static const uint8_t zeros[TARFS_BLOCK_SIZE];
	uint64_t left = end - o->pos;
	int err = 0;

	while (left && !err) {
		err = put(o, zeros, left < sizeof(zeros) ? left : sizeof(zeros),
			  e);
		left = end - o->pos;
	}
	return err;
}

/**
 * struct layout - byte offsets of parts of the index
 * @dirs_end: end of the directories, where targets of special symlinks begin
 * @names: start of the names as entries record it: after the targets of only
 *	those special symlinks that remain
 * @end: nominal end of the index, which determines the superblock's block; it
 *	counts names twice, as the published indexes do
 */
struct layout {
	uint64_t dirs_end;
	uint64_t names;
	uint64_t end;
};

/* does the walk reach this node for the first time?  If so, count its inode */
static bool is_first_visit(const struct node1 *n, uint32_t *inodes)
{
	if (n->ino != *inodes + 1)
		return false;
	++*inodes;
	return true;
}

/* a directory with two visits is laid out twice; its inode uses the last one */
static void lay_out(struct index_tree *t, uint64_t tar_size, struct layout *l)
{
	uint64_t pos = tar_size +
		       (uint64_t)t->inodes * sizeof(struct tarfs1_inode);
	uint64_t specials = 0, names = 0;
	uint32_t i, j, inodes = 0;
	struct node1 *n;

	for (i = 0; i < t->visit_count; i++) {
		n = &t->nodes[t->visits[i].node];
		if (is_first_visit(n, &inodes) && node1_is_special(n))
			specials += n->size;
		if (!node1_is(n, S_IFDIR))
			continue;
		n->offset = pos;
		n->size = n->entries * sizeof(struct tarfs1_dirent);
		pos += n->size;
		for (j = n->first; j < n->first + n->entries; j++)
			names += t->entries[j].name_len;
	}
	l->dirs_end = pos;
	l->names = pos + specials;
	l->end = l->names + t->specials.len + 2 * names;
}

static int put_inode(struct out1 *o, const struct node1 *n, uint64_t offset,
		     struct error *e)
{
	struct tarfs1_inode inode = {
		.mode = htole16(n->mode),
		.flags = n->opaque ? TARFS1_INODE_OPAQUE : 0,
		.mtime_high = n->mtime >> 32 & TARFS1_MTIME_HIGH_MASK,
		.uid = htole32(n->uid),
		.gid = htole32(n->gid),
		.mtime_low = htole32((uint32_t)n->mtime),
		.size = htole64(n->size),
		.offset = htole64(offset),
	};

	return put(o, &inode, sizeof(inode), e);
}

static int put_inodes(struct out1 *o, const struct index_tree *t,
		      const struct layout *l, struct error *e)
{
	uint64_t special = l->dirs_end;
	const struct node1 *n;
	uint32_t i, inodes = 0;
	int err = 0;

	for (i = 0; i < t->visit_count && !err; i++) {
		n = &t->nodes[t->visits[i].node];
		if (!is_first_visit(n, &inodes))
			continue;
		if (node1_is_special(n)) {
			err = put_inode(o, n, special, e);
			special += n->size;
		} else {
			err = put_inode(o, n, n->offset, e);
		}
	}
	return err;
}

static int put_dirent(struct out1 *o, const struct index_tree *t,
		      const struct entry1 *entry, uint64_t name,
		      struct error *e)
{
	const struct node1 *n = &t->nodes[entry->node];
	struct tarfs1_dirent dirent = {
		.ino = htole64(n->ino),
		.name = htole64(name),
		.name_len = htole64(entry->name_len),
		.type = n->mode >> 12,
	};

	return put(o, &dirent, sizeof(dirent), e);
}

static int put_dirents(struct out1 *o, const struct index_tree *t,
		       uint64_t name, struct error *e)
{
	const struct node1 *n;
	uint32_t i, j;
	int err = 0;

	for (i = 0; i < t->visit_count && !err; i++) {
		n = &t->nodes[t->visits[i].node];
		if (!node1_is(n, S_IFDIR))
			continue;
		for (j = n->first; j < n->first + n->entries && !err; j++) {
			err = put_dirent(o, t, &t->entries[j], name, e);
			name += t->entries[j].name_len;
		}
	}
	return err;
}

static int put_names(struct out1 *o, const struct index_tree *t,
		     struct error *e)
{
	struct tar1_text name;
	const struct node1 *n;
	uint32_t i, j;
	int err = 0;

	for (i = 0; i < t->visit_count && !err; i++) {
		n = &t->nodes[t->visits[i].node];
		if (!node1_is(n, S_IFDIR))
			continue;
		for (j = n->first; j < n->first + n->entries && !err; j++) {
			name = index1_name(t, &t->entries[j]);
			err = put(o, name.data, name.len, e);
		}
	}
	return err;
}

/* the superblock's block is the one after that in which the index ends */
static int put_super(struct out1 *o, const struct index_tree *t,
		     uint64_t tar_size, uint64_t end, struct error *e)
{
	struct tarfs1_super super = {
		.inode_table = htole64(tar_size),
		.inodes = htole64(t->inodes),
	};
	int err;

	end = (end + TARFS_BLOCK_SIZE - 1) / TARFS_BLOCK_SIZE + 1;
	end *= TARFS_BLOCK_SIZE;
	err = put_zeros(o, end - TARFS_SUPER_SIZE, e);
	if (!err)
		err = put(o, &super, sizeof(super), e);
	return err ? err : put_zeros(o, end, e);
}

int index1_emit(struct index_tree *t, uint64_t tar_size,
		const uint8_t diff_id[32], const struct index_sink *sink,
		uint64_t *inodes, struct error *e)
{
	struct out1 o = { .sink = sink, .pos = tar_size };
	struct layout l;
	int err;

	lay_out(t, tar_size, &l);
	err = put_inodes(&o, t, &l, e);
	if (!err)
		err = put_dirents(&o, t, l.names, e);
	if (!err)
		err = put(&o, t->specials.data, t->specials.len, e);
	if (!err)
		err = put_names(&o, t, e);
	if (!err)
		err = put_super(&o, t, tar_size, l.end, e);
	*inodes = t->inodes;
	return err;
}

static bool saw_end(const struct index_tree *t)
{
	return t->saw_end;
}

const struct index_format index1_format = {
	.version = 1,
	.scan = index1_scan,
	.saw_end = saw_end,
	.emit = index1_emit,
	.free = index1_tree_free,
};

const struct index_format index1_pax_ids_format = {
	.version = 1,
	.pax_ids = true,
	.scan = index1_scan_pax_ids,
	.saw_end = saw_end,
	.emit = index1_emit,
	.free = index1_tree_free,
};
