/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Write an image: data device, hash tree, trailer, in one pass over its bytes.
 * Several threads hash and write them, by default one per processor.
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
 * struct image_options - what to write
 * @present: bytes of the data device that are in the file already: they are
 *	hashed like the others, but not written
 * @tar: the data device begins with a tar, which image_end_tar() ends
 * @scan: scan the data device for superblocks inside it
 * @verity: parameters of the hash tree, NULL for none
 * @threads: number of threads, including the caller's; 0 for one per processor;
 *	the bytes of the image do not depend on it
 */
struct image_options {
	uint64_t present;
	bool tar;
	bool scan;
	const struct verity_options *verity;
	unsigned int threads;
};

/**
 * struct image_layout - what was written
 * @data_size: size of the data device in bytes
 * @image_size: size including tree and trailer, in bytes
 * @root_hash: @root_size bytes, 0 without a tree
 */
struct image_layout {
	uint64_t data_size;
	uint64_t image_size;
	size_t root_size;
	uint8_t root_hash[MERKLE_DIGEST_MAX];
};

/* start an image; @out remains owned by the caller */
int image_new(struct image **img, struct output *out,
	      const struct image_options *opts, struct error *e);
void image_free(struct image *img);

/* write the data device's next bytes; fits input_tee and struct index_sink */
int image_write(void *img, const void *buf, size_t len, struct error *e);

/* end the tar: get the SHA-256 of all bytes so far */
int image_end_tar(struct image *img, uint8_t diff_id[SHA256_SIZE],
		  struct error *e);

/* after image_finish(): warn of superblocks inside the data device, if any */
int image_warn(const struct image *img, struct warnings *w, struct error *e);

/* finish the image; the data device must be whole blocks, at least one */
int image_finish(struct image *img, struct image_layout *layout,
		 struct error *e);

#endif /* TARFS_LIB_IMAGE_H */
