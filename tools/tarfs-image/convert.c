// SPDX-License-Identifier: GPL-2.0
/*
 * The command "convert": convert an image to files for a guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache.h"
#include "layer.h"
#include "outdir.h"
#include "request.h"
#include "results.h"
#include "reuse.h"
#include "summary.h"

#define DEFAULT_FORMAT	2

/*
 * struct layers_job - the layers of an image being converted
 * @cache: layer cache of earlier runs
 * @dir: directory of the layer images
 */
struct layers_job {
	const struct request *req;
	const struct oci_image *image;
	struct layer *layers;
	json_t *cache;
	char *dir;
};

/*
 * Reuse a layer image if the layer cache has a root hash of this layer, every
 * block of the image matches it, and format and origin of the owners are those
 * requested.  A strict run reuses nothing, since only conversion finds
 * warnings.
 */
static bool can_stay(const struct layers_job *c, struct layer *layer,
		     const char *path)
{
	const json_t *entry = cache_find(c->cache, layer->diff_id);
	const char *root_hash =
		json_string_value(json_object_get(entry, "verity_hash"));
	uint8_t root[SHA256_SIZE];
	struct image_facts found;
	struct error why;

	if (!root_hash || c->req->force || c->req->strict ||
	    cache_has_pax_ids(entry) != layer->pax_ids ||
	    sha256_from_hex(root_hash, root) ||
	    image_check(path, root, &found, &why) ||
	    found.format != c->req->format)
		return false;
	sha256_to_hex(root, layer->root_hash);
	layer->data_blocks = found.data_blocks;
	layer->result.image_size = found.size;
	return true;
}

static int convert_one(void *ctx, size_t i, struct meter *meter,
		       struct error *e)
{
	const struct layers_job *c = ctx;
	const struct convert_options opts = {
		.format = c->req->format,
		.pax_ids = c->req->pax_ids,
		.strict = c->req->strict,
		.max_size = c->req->max_size,
		.max_index = c->req->max_index,
		.threads = jobs_share(&c->req->jobs, c->image->count),
	};
	struct layer *layer = &c->layers[i];
	char *path;
	int err = 0;

	if (asprintf(&path, "%s/%s", c->dir, layer->name) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	layer->pax_ids = opts.pax_ids;
	layer->reused = can_stay(c, layer, path);
	if (!layer->reused)
		err = layer_convert(layer, &c->image->layers[i], path, &opts,
				    meter, e);
	free(path);
	return err;
}

static int convert_layers(struct layers_job *c, struct error *e)
{
	const struct job job = {
		.verb = "converting",
		.count = c->image->count,
		.ctx = c,
		.run = convert_one,
	};
	int err;

	err = outdir_make(c->dir, e);
	if (err)
		return err;
	err = jobs_run(&c->req->jobs, &job, e);
	if (!err && c->req->report == REPORT_TEXT)
		summary_layers(c->image, c->layers, c->req->verbose);
	if (err || c->req->report == REPORT_TEXT)
		summary_warnings(c->image, c->layers);
	return err;
}

static int convert_into(struct layers_job *c, struct error *e)
{
	int err;

	if (asprintf(&c->dir, "%s/layers", c->req->outdir) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	err = cache_read(&c->cache, c->req->outdir, e);
	if (!err)
		err = convert_layers(c, e);
	json_decref(c->cache);
	free(c->dir);
	return err;
}

static int write_results(const struct layers_job *c, struct error *e)
{
	struct results r;
	int err;

	err = results_make(&r, c->image, c->layers, &c->req->scratch, e);
	if (err)
		return err;
	err = results_write(&r, c->req->outdir, c->layers, c->image->count, e);
	if (!err && c->req->report == REPORT_TEXT)
		printf(POD_NAME "\n  tarfs.pod=sha256:%s\n", r.hex);
	else if (!err && c->req->report == REPORT_JSON)
		err = summary_json(c->image, c->layers, r.hex, e);
	results_free(&r);
	return err;
}

static int write_outdir(struct layers_job *c, struct error *e)
{
	int err;

	err = outdir_make(c->req->outdir, e);
	if (!err)
		err = outdir_remove(c->req->outdir, POD_DIGEST_NAME, e);
	if (err)
		return err;
	if (!c->req->pull)
		err = convert_into(c, e);
	if (!err)
		err = write_results(c, e);
	if (err)
		fprintf(stderr,
			"tarfs-image: %s is incomplete, it has no " POD_DIGEST_NAME "\n",
			c->req->outdir);
	return err;
}

/* Let the guest make the images of blobs; each needs a digest. */
static int parse_blobs(struct layers_job *c, struct error *e)
{
	size_t i;

	for (i = 0; i < c->image->count; i++) {
		if (!c->image->layers[i].has_digest)
			return error_set(e, -EINVAL,
				"--pull needs the digests of blobs, and an archive of docker save has none");
		c->layers[i].blob = &c->image->layers[i].blob;
	}
	return 0;
}

/* Find everything that is wrong with the image before changing OUTDIR. */
static int convert_image(const struct request *req,
			 const struct oci_image *image, void *ctx,
			 struct error *e)
{
	struct layers_job c = { .req = req, .image = image };
	struct results trial;
	int err;

	err = layers_inspect(&c.layers, image, req->max_size, &req->jobs, e);
	if (err)
		return err;
	if (req->pull)
		err = parse_blobs(&c, e);
	if (!err)
		err = results_make(&trial, image, c.layers, &req->scratch, e);
	if (err)
		goto out_free;
	results_free(&trial);
	err = write_outdir(&c, e);
out_free:
	layers_free(c.layers, image->count);
	return err;
}

int cmd_convert(const void *request, struct error *e)
{
	struct request req = *(const struct request *)request;

	if (!req.format)
		req.format = DEFAULT_FORMAT;
	return request_image(&req, convert_image, NULL, e);
}
