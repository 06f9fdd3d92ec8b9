/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A layer of an image on its way from a tarball to a layer image.
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

#define LAYER_BLOCKS_MAX	999999999999999	/* what a pod spec can say */

/**
 * struct layer - a layer, from the bottom one up in arrays
 * @name: the file's name, which depends on this layer and all below it
 * @root_hash: zeros until it is converted
 * @data_blocks: below the hash tree; LAYER_BLOCKS_MAX until it is converted
 * @blob: that the guest makes the image of; NULL if it is given the image
 * @tar_size: bytes, uncompressed
 * @pax_ids: whether PAX records have a say in its image's owners
 * @reused: its layer image was there already
 * @seconds: that the conversion took
 * @result: of the conversion; its warnings are there after a failure, too
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
 * @layers: as many as @image has
 * @max_size: uncompressed bytes that a layer may have, 0 for any number
 */
int layers_inspect(struct layer **layers, const struct oci_image *image,
		   uint64_t max_size, const struct jobs *jobs,
		   struct error *e);
void layers_free(struct layer *layers, size_t count);

/**
 * layer_convert() - make a layer image
 * @to: its name; NULL to find out its root hash only
 * @opts: format, whose owners, strictness, threads and the largest size
 */
int layer_convert(struct layer *layer, const struct oci_layer *source,
		  const char *to, const struct convert_options *opts,
		  struct meter *meter, struct error *e);

#endif /* TARFS_IMAGE_LAYER_H */
