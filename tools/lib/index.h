/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interface of the two index formats.
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
 * struct index_sink - consumes the index, from the tar's end to the superblock
 * @write: consume the next @len bytes; buffered, so small writes are cheap;
 *	returns 0 or a negative errno value
 */
struct index_sink {
	int (*write)(void *ctx, const void *buf, size_t len, struct error *e);
	void *ctx;
};

struct index_tree;

/**
 * struct index_format - one of the two formats
 * @version: 1 or 2
 * @pax_ids: format 1 that takes uid and gid from PAX records, too
 * @scan: parse the whole tar and build a tree; reads @in to its end, junk after
 *	the archive's end included.  @max_index is for budget_begin().  Errors
 *	name the member and its offset.
 * @saw_end: was there an end-of-archive marker?  Without one the tar may be
 *	truncated.
 * @emit: write the data device from offset @tar_size to its end, padding and
 *	superblock included; a given tar always yields the same bytes.
 *	Sets @inodes to the number of inode records.
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
