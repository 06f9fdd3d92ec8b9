// SPDX-License-Identifier: GPL-2.0
/*
 * Write inodes, maps of sparse files, and targets of symbolic links.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <sys/stat.h>

#include "index2.h"

static struct tree_inode *inode_at(const struct index2 *ix, uint32_t i)
{
	return &ix->tree->inodes[ix->order[i]];
}

/* only directories of more than one chunk have buckets and a saved plan */
static void fill_dir(const struct index2 *ix, const struct tree_inode *inode,
		     struct tarfs2_inode *rec)
{
	const struct tree *t = ix->tree;
	const struct dir_plan *plan;

	rec->nlink = htole32(2 + inode->dir.subdirs);
	rec->dir.parent = htole32(t->inodes[tree_parent(t, inode - t->inodes)]
				  .number);
	if (inode->size <= TARFS_BLOCK_SIZE)
		return;
	plan = &ix->dirs[inode->dir.plan];
	rec->dir.buckets = htole32(plan->buckets);
	rec->dir.bucket_block = htole32(plan->bucket_block);
	rec->dir.seed = htole32(plan->seed);
}

static uint32_t xattr_id(const struct index2 *ix,
			 const struct tree_inode *inode)
{
	const struct xattr_set *set;

	if (inode->xattrs == XATTR_SET_NONE)
		return 0;
	set = &ix->tree->xattrs.sets[inode->xattrs];
	return 1 + (set->offset - ix->offset[TARFS2_XATTRS]) / 8;
}

/* @map: offset of the next sparse file's map; advanced if that is @inode's */
static void fill_inode(const struct index2 *ix, const struct tree_inode *inode,
		       uint64_t *map, struct tarfs2_inode *rec)
{
	rec->mode = htole16(inode->mode);
	rec->flags = htole16(inode->flags);
	rec->nlink = htole32(inode->names);
	rec->uid = htole32(inode->uid);
	rec->gid = htole32(inode->gid);
	rec->size = htole64(inode->size);
	rec->mtime = htole64(inode->mtime);
	rec->mtime_nsec = htole32(inode->mtime_nsec);
	rec->xattrs = htole32(xattr_id(ix, inode));
	rec->start = htole64(inode->start);
	if (S_ISDIR(inode->mode)) {
		fill_dir(ix, inode, rec);
	} else if (S_ISCHR(inode->mode) || S_ISBLK(inode->mode)) {
		rec->dev.rdev = htole32(inode->rdev);
	} else if (inode->flags & TARFS2_INODE_SPARSE) {
		rec->file.map = htole64(*map);
		rec->file.stored = htole64(inode->map->stored);
		*map += sizeof(struct tarfs2_map) +
			((uint64_t)inode->map->count + 1) *
			sizeof(struct tarfs2_extent);
	}
}

int index2_emit_inodes(struct index2 *ix, struct out *out, struct error *e)
{
	uint64_t map = ix->offset[TARFS2_MAPS];
	uint32_t i;
	int err = 0;

	if (!out->sink)
		return out_zero(out, (uint64_t)ix->inodes *
				sizeof(struct tarfs2_inode), e);
	for (i = 0; i < ix->inodes && !err; i++) {
		struct tarfs2_inode rec = { };

		fill_inode(ix, inode_at(ix, i), &map, &rec);
		err = out_put(out, &rec, sizeof(rec), e);
	}
	return err;
}

static int emit_extent(struct out *out, uint64_t logical, uint64_t stored,
		       struct error *e)
{
	struct tarfs2_extent extent = {
		.logical = htole64(logical),
		.stored = htole64(stored),
	};

	return out_put(out, &extent, sizeof(extent), e);
}

static int emit_map(const struct tree_inode *inode, struct out *out,
		    struct error *e)
{
	const struct tree_map *from = inode->map;
	struct tarfs2_map map = { .count = htole64(from->count) };
	uint64_t stored = 0;
	uint32_t i;
	int err;

	err = out_put(out, &map, sizeof(map), e);
	for (i = 0; i < from->count && !err; i++) {
		err = emit_extent(out, from->extents[i].logical, stored, e);
		stored += from->extents[i].bytes;
	}
	return err ? err : emit_extent(out, inode->size, stored, e);
}

int index2_emit_maps(struct index2 *ix, struct out *out, struct error *e)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < ix->inodes && !err; i++) {
		const struct tree_inode *inode = inode_at(ix, i);

		if (S_ISREG(inode->mode) && inode->flags & TARFS2_INODE_SPARSE)
			err = emit_map(inode, out, e);
	}
	return err;
}

int index2_emit_targets(struct index2 *ix, struct out *out, struct error *e)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < ix->inodes && !err; i++) {
		struct tree_inode *inode = inode_at(ix, i);

		if (!S_ISLNK(inode->mode))
			continue;
		err = out_fit(out, inode->size, e);
		if (err)
			break;
		inode->start = out->pos;
		err = out_put(out, inode->target, inode->size, e);
	}
	return err;
}
