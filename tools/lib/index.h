/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Building an index: what the two formats have in common.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_INDEX_H
#define TARFS_LIB_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/warnings.h"
#include "stream/input.h"

/**
 * struct index_sink - takes the index, from the tar's end to the superblock
 * @write: takes the next @len bytes, few or many, and has a buffer for that;
 *	0 or a negative errno value
 */
struct index_sink {
	int (*write)(void *ctx, const void *buf, size_t len, struct error *e);
	void *ctx;
};

struct index_tree;

/**
 * struct index_format - one of the two formats
 * @version: 1 or 2
 * @pax_ids: format 1 with uid and gid from PAX records, too
 * @scan: read the whole tar and build a tree; reads @in to its end, junk after
 *	the archive's end included.  @max_index: for budget_begin().  Refusals name
 *	the member and its offset.
 * @saw_end: did the tar have an end, so that nothing is missing behind it?
 * @emit: write everything from offset @tar_size to the end of the data device,
 *	padding and superblock included; the same bytes for the same tar.
 *	@inodes is set to the number of inode records.
 */
struct index_format {
	int version;
	bool pax_ids;
	int (*scan)(struct index_tree **tree, struct input *in,
		    uint64_t max_index, struct warnings *w, struct error *e);
	bool (*saw_end)(const struct index_tree *tree);
	int (*emit)(struct index_tree *tree, uint64_t tar_size,
		    const uint8_t diff_id[32], const struct index_sink *sink,
		    uint64_t *inodes, struct error *e);
	void (*free)(struct index_tree *tree);
};

extern const struct index_format index1_format;
extern const struct index_format index1_pax_ids_format;
extern const struct index_format index2_format;

#endif /* TARFS_LIB_INDEX_H */
