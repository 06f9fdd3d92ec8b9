/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing an image: data device, hash tree, trailer, in one pass.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_IMAGE_H
#define TARFS_LIB_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "output.h"

struct image;

/**
 * struct image_layout - what was made
 * @data_size: of the data device, bytes
 * @image_size: with tree and trailer, bytes
 * @root_hash: zero without a tree
 */
struct image_layout {
	uint64_t data_size;
	uint64_t image_size;
	uint8_t root_hash[32];
};

/**
 * image_new() - begin an image
 * @out: where it goes; stays the caller's
 * @present: how many bytes of the data device are in the file already: they
 *	are hashed as the others, and not written
 * @verity: make a tree and a trailer
 */
int image_new(struct image **img, struct output *out, uint64_t present,
	      bool verity, struct error *e);
void image_free(struct image *img);

/* the next bytes of the data device; fits input_tee and struct index_sink */
int image_write(void *img, const void *buf, size_t len, struct error *e);

/* finish, after the whole data device: at least a block, and whole blocks */
int image_finish(struct image *img, struct image_layout *layout,
		 struct error *e);

#endif /* TARFS_LIB_IMAGE_H */
