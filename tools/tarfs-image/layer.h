/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A layer of an image, and its conversion to a layer image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_LAYER_H
#define TARFS_IMAGE_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "accounts.h"
#include "base/error.h"
#include "base/sha256.h"
#include "image/convert.h"
#include "jobs.h"
#include "oci.h"

#define LAYER_BLOCKS_MAX	999999999999999	/* largest number in a pod spec */

/**
 * struct layer - a layer; arrays are ordered from the lowest layer up
 * @name: of the file; depends on this layer and all below it
 * @root_hash: zeros until it is converted
 * @data_blocks: below the hash tree; LAYER_BLOCKS_MAX until it is converted
 * @blob: that the guest converts; NULL if the guest gets the layer image
 * @tar_size: bytes, uncompressed
 * @pax_ids: owners in its image are from PAX records, too
 * @reused: the layer image of an earlier run was kept
 * @seconds: duration of the conversion
 * @result: of the conversion; its warnings are valid after a failure, too
 */
struct layer {
	char name[SHA256_HEX_SIZE];
	char diff_id[SHA256_HEX_SIZE];
	char root_hash[SHA256_HEX_SIZE];
	uint64_t data_blocks;
	const struct blob *blob;
	uint64_t tar_size;
	bool pax_ids;
	bool reused;
	double seconds;
	struct convert_result result;
	struct accounts accounts;
};

/**
 * layers_inspect() - check the blobs of all layers, name the layers and read
 * their accounts; after this only the conversion itself can refuse a layer
 * @layers: set to an array of as many layers as @image has
 * @max_size: limit of the uncompressed bytes of a layer, 0 for none
 */
int layers_inspect(struct layer **layers, const struct oci_image *image,
		   uint64_t max_size, const struct jobs *jobs,
		   struct error *e);
void layers_free(struct layer *layers, size_t count);

/**
 * layer_convert() - make a layer image
 * @to: file name; NULL to compute the root hash only
 * @opts: format, origin of owners, strictness, threads and limits
 */
int layer_convert(struct layer *layer, const struct oci_layer *source,
		  const char *to, const struct convert_options *opts,
		  struct meter *meter, struct error *e);

#endif /* TARFS_IMAGE_LAYER_H */
