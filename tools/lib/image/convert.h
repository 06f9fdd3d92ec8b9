/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Convert a tarball to an image, as mktarfs does.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_CONVERT_H
#define TARFS_LIB_CONVERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/warnings.h"
#include "stream/input.h"
#include "verity/verity_options.h"

struct convert_result;

/**
 * struct convert_options - what to create
 * @format: 1 or 2
 * @verity: the hash tree to append, NULL for none
 * @pax_ids: format 1 only: PAX records override uid and gid
 * @strict: warnings are errors
 * @max_size: maximum size of the uncompressed tar in bytes, 0 for no limit; a
 *	larger one is an error before anything appears under the final name
 * @max_index: maximum size of the index in bytes, in memory and in the image, 0
 *	for the default: 64 MiB plus the size of the tar
 * @threads: number of hashing threads, including the caller's; 0 for one per
 *	processor
 * @diff_id: if not NULL, the SHA-256 that the uncompressed tar must have; a
 *	mismatch is an error before anything appears under the final name
 * @part: if not NULL, location of the tarball in the file
 * @discard: do everything but write an image; its name is then ignored
 * @progress: if not NULL, called with the bytes of the tar read since the last
 *	call, and the bytes of the file read in all, which are fewer if it is
 *	compressed; an error undoes everything
 * @confirm: if not NULL, called when all is on the disk and nothing has
 *	appeared under the final name; an error undoes everything
 */
struct convert_options {
	int format;
	const struct verity_options *verity;
	bool pax_ids;
	bool strict;
	uint64_t max_size;
	uint64_t max_index;
	unsigned int threads;
	const uint8_t *diff_id;
	const struct input_part *part;
	bool discard;
	int (*progress)(void *ctx, uint64_t bytes, uint64_t taken,
			struct error *e);
	void *progress_ctx;
	int (*confirm)(void *ctx, const struct convert_result *res,
		       struct error *e);
	void *confirm_ctx;
};

/**
 * struct convert_result - what was created; sizes and offsets in bytes
 * @data_size: D, size of the data device: tar and index
 * @image_size: size of the file: D, the tree and the trailer
 * @hash_start_block: D / 4096, where the tree begins; 0 without verity
 * @root_hash: @root_size bytes, 0 without verity
 */
struct convert_result {
	int format;
	bool verity;
	uint8_t diff_id[32];
	size_t root_size;
	uint8_t root_hash[MERKLE_DIGEST_MAX];
	uint64_t tar_size;
	uint64_t data_size;
	uint64_t image_size;
	uint64_t data_blocks;
	uint64_t hash_start_block;
	uint64_t inodes;
	struct warnings warnings;
};

/**
 * convert_tarball() - create an image
 * @tarball: path, or "-" for standard input
 * @image: path of the new image, replaced atomically when all is on the disk;
 *	or NULL to append to @tarball, which must be a plain tar in a regular
 *	file and is truncated to its old size on failure
 * @res: on failure, the warnings so far; must be freed in both cases
 *
 * A program must call output_catch_signals() first.
 *
 * Return: 0 or a negative errno value.
 */
int convert_tarball(const char *tarball, const char *image,
		    const struct convert_options *opts,
		    struct convert_result *res, struct error *e);
void convert_result_free(struct convert_result *res);

#endif /* TARFS_LIB_CONVERT_H */
