/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A layer of an image on its way from a tarball to a layer image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_LAYER_H
#define TARFS_IMAGE_LAYER_H

#include <stddef.h>

#include "accounts.h"
#include "convert.h"
#include "error.h"
#include "oci.h"
#include "sha256.h"

/**
 * struct layer - a layer, from the bottom one up in arrays
 * @name: the file's name, which depends on this layer and all below it
 * @root_hash: zeros until it is converted
 */
struct layer {
	char name[SHA256_HEX_SIZE];
	char diff_id[SHA256_HEX_SIZE];
	char root_hash[SHA256_HEX_SIZE];
	struct accounts accounts;
};

/**
 * layers_inspect() - check the blobs of all layers, name the layers and read
 * their accounts; after this only the conversion itself can refuse a layer
 * @layers: as many as @image has; all zero before
 * @max_size: uncompressed bytes that a layer may have, 0 for any number
 */
int layers_inspect(struct layer *layers, const struct oci_image *image,
		   uint64_t max_size, struct error *e);
void layers_free(struct layer *layers, size_t count);

/**
 * layer_convert() - make the layer image @dir/@layer->name
 * @wanted: all but the diff_id
 * @res: to be freed with convert_result_free(), also after a failure
 */
int layer_convert(struct layer *layer, const struct oci_image *image,
		  const struct oci_layer *source, const char *dir,
		  const struct convert_options *wanted,
		  struct convert_result *res, struct error *e);

#endif /* TARFS_IMAGE_LAYER_H */
