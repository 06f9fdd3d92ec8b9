/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Private interface of the writer of format 2.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_INDEX2_H
#define TARFS_LIB_INDEX2_H

#include <tarfs_fs.h>

#include "index.h"
#include "tree.h"

/**
 * struct out - buffered output of the index
 * @sink: NULL in the first of two passes, which only computes offsets
 * @pos: offset in the data device of the next byte
 */
struct out {
	const struct index_sink *sink;
	uint64_t pos;
	size_t used;
	char buf[65536];
};

/**
 * struct dir_plan - layout of a directory that is not empty
 * @inode: index in the tree
 * @first: index of its first entry in @names of struct index2
 * @count: number of its entries, which are consecutive in @names
 * @buckets: number of buckets, 0 for a single chunk
 * @seed: seed of the name hash
 * @bucket_block: block number of the first bucket
 */
struct dir_plan {
	uint32_t inode;
	uint32_t first;
	uint32_t count;
	uint32_t buckets;
	uint32_t seed;
	uint32_t bucket_block;
};

/**
 * struct index2 - the index being written
 * @order: tree index of the inode with number 1, 2, ...
 * @names: tree indexes of the names, by directory, in the order of entries
 * @dirs: directories of more than one chunk; other plans are cheap to recompute
 * @key: key of the name hash for seed 0
 */
struct index2 {
	struct tree *tree;
	struct siphash_key key;
	uint32_t *order;
	uint32_t inodes;
	uint32_t *names;
	struct dir_plan *dirs;
	uint32_t dir_count;
	uint64_t offset[TARFS2_SECTIONS];
	uint64_t length[TARFS2_SECTIONS];
};

/* index2_out.c */
int out_put(struct out *out, const void *buf, size_t len, struct error *e);
int out_zero(struct out *out, uint64_t len, struct error *e);
/* write zeros up to a multiple of @align, a power of two */
int out_align(struct out *out, uint64_t align, struct error *e);
/* write zeros up to a place where @len bytes do not straddle a block */
int out_fit(struct out *out, uint64_t len, struct error *e);
int out_flush(struct out *out, struct error *e);

/* index2_order.c: number the inodes, sort the names */
int index2_order(struct index2 *ix, struct error *e);

/* index2_chunk.c */
uint64_t index2_hash(const struct index2 *ix, uint32_t seed,
		     const struct tree_name *name);
/* get the name of entry @entry of a directory */
const struct tree_name *index2_entry(const struct index2 *ix,
				     const struct dir_plan *plan,
				     uint32_t entry);
/* count the entries from @from on that fit into a chunk; @bytes: its size */
uint32_t index2_chunk(const struct index2 *ix, const struct dir_plan *plan,
		      uint32_t from, uint32_t *bytes);

/* index2_plan.c */

/**
 * index2_next_dir() - find the next directory that is not empty
 * @at: position in @ix->order to search from, initially 0; advanced
 * @plan: plan of the previous directory, initially zeroed; set to the next one.
 *	Names are sorted by the inode number of their directory, so the next
 *	directory's begin where the previous one's end.
 *
 * Return: false if there is none.
 */
bool index2_next_dir(const struct index2 *ix, uint32_t *at,
		     struct dir_plan *plan);
int index2_plan_dirs(struct index2 *ix, struct error *e);

/* index2_dirs.c */
int index2_emit_dirs(struct index2 *ix, struct out *out, struct error *e);

/* index2_buckets.c */
int index2_find_seed(struct index2 *ix, struct dir_plan *plan,
		     struct error *e);
int index2_emit_buckets(struct index2 *ix, struct out *out, struct error *e);

/* index2_data.c */
int index2_emit_inodes(struct index2 *ix, struct out *out, struct error *e);
int index2_emit_maps(struct index2 *ix, struct out *out, struct error *e);
int index2_emit_targets(struct index2 *ix, struct out *out, struct error *e);

/* index2_xattrs.c */
int index2_emit_xattrs(struct index2 *ix, struct out *out, struct error *e);

#endif /* TARFS_LIB_INDEX2_H */
