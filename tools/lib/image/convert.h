/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a tarball to an image: what mktarfs does, for all programs.
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
 * struct convert_options - what to make
 * @format: 1 or 2
 * @verity: the hash tree to append, NULL for none
 * @pax_ids: of format 1 only: let PAX records have a say in uid and gid
 * @strict: warnings are errors
 * @max_size: uncompressed bytes that the tar may have, 0 for any number; more
 *	are an error before anything appears under the final name
 * @max_index: bytes that its index may take, in memory and in the image, 0 for the
 *	default: 64 MiB and as many as the tar has
 * @threads: that hash; 1 is none but the caller's own, 0 one a processor
 * @diff_id: if not NULL, the SHA-256 that the uncompressed tar must have; a
 *	mismatch is an error before anything appears under the final name
 * @part: if not NULL, where in the file the tarball is
 * @discard: do everything but write an image; its name is then not looked at
 * @progress: if not NULL, told how many more bytes of the tar have been read, and
 *	how many of the file in all, which is less if it is compressed; an error
 *	undoes everything
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
 * struct convert_result - what was made; sizes and offsets in bytes
 * @data_size: D, of the data device: tar and index
 * @image_size: of the file: D, the tree and the trailer
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
 * convert_tarball() - make an image
 * @tarball: path, or "-" for standard input
 * @image: path of the new image, replaced in one step when all is written and
 *	on the disk; or NULL to append to @tarball, which must be a plain tar in
 *	a regular file and is cut back to its old length if that fails
 * @res: if it fails, the warnings up to then; to be freed in both cases
 *
 * A program that calls this calls output_catch_signals() first.
 *
 * Return: 0 or a negative errno value.
 */
int convert_tarball(const char *tarball, const char *image,
		    const struct convert_options *opts,
		    struct convert_result *res, struct error *e);
void convert_result_free(struct convert_result *res);

#endif /* TARFS_LIB_CONVERT_H */
