// SPDX-License-Identifier: GPL-2.0
/*
 * Name, check and convert layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "layer.h"

struct inspection {
	const struct oci_image *image;
	uint64_t max_size;
	struct layer *layers;
};

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
 * Name a layer by the hash of its chain id as text.  A chain id covers the
 * layer and all below it: that of the lowest is its diff_id, that of others the
 * hash of the chain id below and their diff_id.
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

static int inspect(struct layer *layer, const struct oci_layer *source,
		   uint64_t max_size, struct meter *meter, struct error *e)
{
	int err = 0;

	meter->total = source->place.part.size;
	if (source->has_digest) {
		meter->total *= 2;
		err = blob_check(&source->blob, &source->place, meter, e);
	}
	if (!err)
		err = accounts_read(&layer->accounts, &source->place,
				    max_size, layer->diff_id, &layer->tar_size,
				    meter, e);
	if (err)
		error_prefix(e, "%s", source->name);
	return err;
}

static int run_inspection(void *ctx, size_t i, struct meter *meter,
			  struct error *e)
{
	const struct inspection *all = ctx;
	int err;

	err = inspect(&all->layers[i], &all->image->layers[i], all->max_size,
		      meter, e);
	if (err)
		error_prefix(e, "layer %zu", i + 1);
	return err;
}

static int name_layers(struct layer *layers, const struct oci_image *image,
		       struct error *e)
{
	static const uint8_t unknown[SHA256_SIZE];
	char chain[SHA256_HEX_SIZE] = "";
	int err = 0;
	size_t i;

	for (i = 0; !err && i < image->count; i++) {
		memcpy(layers[i].diff_id, image->layers[i].diff_id,
		       SHA256_HEX_SIZE);
		sha256_to_hex(unknown, layers[i].root_hash);
		layers[i].data_blocks = LAYER_BLOCKS_MAX;
		err = name_layer(&layers[i], chain, e);
	}
	return err;
}

int layers_inspect(struct layer **layersp, const struct oci_image *image,
		   uint64_t max_size, const struct jobs *jobs,
		   struct error *e)
{
	struct inspection all = { .image = image, .max_size = max_size };
	const struct job job = {
		.verb = "checking",
		.count = image->count,
		.ctx = &all,
		.run = run_inspection,
	};
	int err;

	all.layers = calloc(image->count, sizeof(*all.layers));
	if (!all.layers)
		return error_set(e, -ENOMEM, "out of memory");
	err = name_layers(all.layers, image, e);
	if (!err)
		err = jobs_run(jobs, &job, e);
	if (err)
		layers_free(all.layers, image->count);
	else
		*layersp = all.layers;
	return err;
}

void layers_free(struct layer *layers, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		accounts_free(&layers[i].accounts);
		convert_result_free(&layers[i].result);
	}
	free(layers);
}

static int show_progress(void *ctx, uint64_t bytes, uint64_t taken,
			 struct error *e)
{
	return meter_add(ctx, bytes, e);
}

int layer_convert(struct layer *layer, const struct oci_layer *source,
		  const char *to, const struct convert_options *opts,
		  struct meter *meter, struct error *e)
{
	struct convert_options mine = *opts;
	struct timespec begun, ended;
	uint8_t diff_id[SHA256_SIZE];
	int err;

	sha256_from_hex(layer->diff_id, diff_id);
	mine.verity = &verity_default;
	mine.diff_id = diff_id;
	mine.part = &source->place.part;
	mine.discard = !to;
	mine.progress = show_progress;
	mine.progress_ctx = meter;
	meter->total = layer->tar_size;
	clock_gettime(CLOCK_MONOTONIC, &begun);
	err = convert_tarball(source->place.path, to, &mine, &layer->result,
			      e);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	layer->seconds = ended.tv_sec - begun.tv_sec +
			 (ended.tv_nsec - begun.tv_nsec) / 1e9;
	if (err) {
		error_prefix(e, "%s", source->name);
		return err;
	}
	sha256_to_hex(layer->result.root_hash, layer->root_hash);
	layer->data_blocks = layer->result.data_blocks;
	return 0;
}
