/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing an image: data device, hash tree, trailer, in one pass over its bytes,
 * which are hashed and written by as many threads as there are processors.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_IMAGE_H
#define TARFS_LIB_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"
#include "base/warnings.h"
#include "stream/output.h"
#include "verity/verity_options.h"

struct image;

/**
 * struct image_options - what to make
 * @present: how many bytes of the data device are in the file already: they
 *	are hashed as the others, and not written
 * @tar: the first of these bytes are a tar, which image_end_tar() ends
 * @scan: look for superblocks inside the data device
 * @verity: the tree to make, or NULL for none
 * @threads: that hash the tree; 1 is none but the caller's own, 0 one for each
 *	processor; the bytes of the image do not depend on it
 */
struct image_options {
	uint64_t present;
	bool tar;
	bool scan;
	const struct verity_options *verity;
	unsigned int threads;
};

/**
 * struct image_layout - what was made
 * @data_size: of the data device, bytes
 * @image_size: with tree and trailer, bytes
 * @root_hash: @root_size bytes, 0 without a tree
 */
struct image_layout {
	uint64_t data_size;
	uint64_t image_size;
	size_t root_size;
	uint8_t root_hash[MERKLE_DIGEST_MAX];
};

/* begin an image; @out, where it goes, remains owned by the caller */
int image_new(struct image **img, struct output *out,
	      const struct image_options *opts, struct error *e);
void image_free(struct image *img);

/* the next bytes of the data device; fits input_tee and struct index_sink */
int image_write(void *img, const void *buf, size_t len, struct error *e);

/* the tar is complete: the SHA-256 of all bytes up to now */
int image_end_tar(struct image *img, uint8_t diff_id[SHA256_SIZE],
		  struct error *e);

/* after image_finish(): warn of superblocks inside the data device, if any */
int image_warn(const struct image *img, struct warnings *w, struct error *e);

/* finish, after the whole data device: at least a block, and whole blocks */
int image_finish(struct image *img, struct image_layout *layout,
		 struct error *e);

#endif /* TARFS_LIB_IMAGE_H */
