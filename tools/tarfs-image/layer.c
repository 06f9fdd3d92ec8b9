// SPDX-License-Identifier: GPL-2.0
/*
 * Naming, checking and converting layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layer.h"

static int hash_text(const char *text, char hex[SHA256_HEX_SIZE],
		     struct error *e)
{
	uint8_t digest[SHA256_SIZE];
	int err;

	err = sha256_buffer(text, strlen(text), digest, e);
	if (!err)
		sha256_to_hex(digest, hex);
	return err;
}

/*
 * The chain id of a layer stands for it and all below it: the lowest has its
 * diff_id, the others the hash of the one below and their diff_id.  The name
 * is the hash of the chain id as text.
 */
static int name_layer(struct layer *layer, char chain[SHA256_HEX_SIZE],
		      struct error *e)
{
	char text[2 * (sizeof("sha256: ") + SHA256_HEX_SIZE)];
	int err = 0;

	if (*chain) {
		snprintf(text, sizeof(text), "sha256:%s sha256:%s", chain,
			 layer->diff_id);
		err = hash_text(text, chain, e);
	} else {
		memcpy(chain, layer->diff_id, SHA256_HEX_SIZE);
	}
	if (err)
		return err;
	snprintf(text, sizeof(text), "sha256:%s", chain);
	return hash_text(text, layer->name, e);
}

static int inspect(struct layer *layer, const struct oci_image *image,
		   const struct oci_layer *source, uint64_t max_size,
		   struct error *e)
{
	char *path;
	int err;

	err = blob_check(image->layout, &source->blob, e);
	if (err)
		return err;
	path = blob_path(image->layout, &source->blob);
	if (!path)
		return error_set(e, -ENOMEM, "out of memory");
	err = accounts_read(&layer->accounts, path, max_size, layer->diff_id,
			    e);
	if (err)
		error_prefix(e, "blob sha256:%s", source->blob.hex);
	free(path);
	return err;
}

int layers_inspect(struct layer *layers, const struct oci_image *image,
		   uint64_t max_size, struct error *e)
{
	static const uint8_t unknown[SHA256_SIZE];
	char chain[SHA256_HEX_SIZE] = "";
	size_t i;
	int err;

	for (i = 0; i < image->count; i++) {
		memcpy(layers[i].diff_id, image->layers[i].diff_id,
		       SHA256_HEX_SIZE);
		sha256_to_hex(unknown, layers[i].root_hash);
		err = name_layer(&layers[i], chain, e);
		if (!err)
			err = inspect(&layers[i], image, &image->layers[i],
				      max_size, e);
		if (err) {
			error_prefix(e, "layer %zu", i + 1);
			return err;
		}
	}
	return 0;
}

void layers_free(struct layer *layers, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		accounts_free(&layers[i].accounts);
	free(layers);
}

int layer_convert(struct layer *layer, const struct oci_image *image,
		  const struct oci_layer *source, const char *dir,
		  const struct convert_options *wanted,
		  struct convert_result *res, struct error *e)
{
	struct convert_options opts = *wanted;
	uint8_t diff_id[SHA256_SIZE];
	char *from, *to;
	int err = -ENOMEM;

	memset(res, 0, sizeof(*res));
	sha256_from_hex(layer->diff_id, diff_id);
	opts.diff_id = diff_id;
	from = blob_path(image->layout, &source->blob);
	if (!from)
		return error_set(e, err, "out of memory");
	if (asprintf(&to, "%s/%s", dir, layer->name) < 0) {
		error_set(e, err, "out of memory");
		goto out_free_from;
	}
	err = convert_tarball(from, to, &opts, res, e);
	if (err)
		error_prefix(e, "blob sha256:%s", source->blob.hex);
	else
		sha256_to_hex(res->root_hash, layer->root_hash);
	free(to);
out_free_from:
	free(from);
	return err;
}
