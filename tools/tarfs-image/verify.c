// SPDX-License-Identifier: GPL-2.0
/*
 * The command "verify": compare OUTDIR with a new conversion.
 *
 * Every layer is converted again without being written.  Nothing in OUTDIR is
 * trusted but the format of the layer images.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "differ.h"
#include "document.h"
#include "layer.h"
#include "request.h"
#include "results.h"
#include "reuse.h"

#define DEFAULT_FORMAT	2

/* @faults: error of each layer image, "" if it is right */
struct verification {
	const struct request *req;
	const struct oci_image *image;
	struct layer *layers;
	struct error *faults;
};

static size_t tell(const char *dir, const char *name, const char *what)
{
	struct error line;

	error_set(&line, 0, "%s/%s: %s", dir, name, what);
	print_error(&line);
	return 1;
}

static void compare_image(struct layer *layer, const char *path, int format,
			  struct error *fault)
{
	uint8_t root[SHA256_SIZE];
	struct image_facts found;

	sha256_from_hex(layer->root_hash, root);
	if (image_check(path, root, &found, fault))
		return;
	if (found.size != layer->result.image_size || found.format != format)
		error_set(fault, 0, "%s: has %" PRIu64
			  " bytes and format %d, not %" PRIu64
			  " and format %d", path, found.size, found.format,
			  layer->result.image_size, format);
	else
		*fault = (struct error){ "" };
}

static int verify_one(void *ctx, size_t i, struct meter *meter,
		      struct error *e)
{
	const struct verification *v = ctx;
	struct convert_options opts = {
		.format = v->req->format,
		.pax_ids = v->req->pax_ids,
		.max_size = v->req->max_size,
		.max_index = v->req->max_index,
		.threads = jobs_share(&v->req->jobs, v->image->count),
	};
	struct layer *layer = &v->layers[i];
	char *path;
	int err;

	if (asprintf(&path, "%s/layers/%s", v->req->outdir, layer->name) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	layer->pax_ids = opts.pax_ids;
	if (!opts.format)
		opts.format = image_format(path);
	if (!opts.format)
		opts.format = DEFAULT_FORMAT;
	err = layer_convert(layer, &v->image->layers[i], NULL, &opts, meter,
			    e);
	if (!err)
		compare_image(layer, path, opts.format, &v->faults[i]);
	free(path);
	return err;
}

static size_t count_faults(const struct verification *v)
{
	size_t i, faults = 0;

	for (i = 0; i < v->image->count; i++) {
		if (!*v->faults[i].text)
			continue;
		print_error(&v->faults[i]);
		faults++;
	}
	return faults;
}

/* Compare the entry of a layer in the cache; ignore other entries. */
static size_t compare_entry(const struct verification *v, const json_t *cache,
			    const struct layer *layer)
{
	json_t *have = json_deep_copy(cache_find(cache, layer->diff_id));
	json_t *want = cache_entry(layer);
	size_t faults;
	char *where;

	if (asprintf(&where, "%s/" CACHE_NAME ": sha256:%s", v->req->outdir,
		     layer->diff_id) < 0)
		return tell(v->req->outdir, CACHE_NAME, "out of memory");
	/* ignore members that this program does not write */
	if (have)
		json_object_update_missing(want, have);
	faults = differ_json(where, have, want);
	free(where);
	json_decref(want);
	json_decref(have);
	return faults;
}

static size_t compare_cache(const struct verification *v)
{
	size_t i, faults = 0;
	json_t *cache;
	struct error e;

	if (cache_read(&cache, v->req->outdir, &e)) {
		print_error(&e);
		return 1;
	}
	for (i = 0; i < v->image->count; i++)
		faults += compare_entry(v, cache, &v->layers[i]);
	json_decref(cache);
	return faults;
}

static size_t compare_documents(const char *where, const char *have,
				size_t have_len, const char *want,
				size_t want_len)
{
	json_t *is, *should;
	size_t faults = 0;
	struct error e;
	char *prefix;

	if (document_parse(have, have_len, JSON_OBJECT, &is, &e))
		return 0;
	if (!document_parse(want, want_len, JSON_OBJECT, &should, &e)) {
		if (asprintf(&prefix, "%s: ", where) >= 0) {
			faults = differ_json(prefix, is, should);
			free(prefix);
		}
		json_decref(should);
	}
	json_decref(is);
	return faults;
}

/* Compare a small file byte by byte. */
static size_t compare_file(const struct verification *v, const char *name,
			   const char *want, size_t want_len)
{
	const struct store outdir = { .path = v->req->outdir };
	size_t len, faults = 0;
	struct place place;
	struct error e;
	char *have;

	if (store_find(&outdir, name, &place, &e)) {
		print_error(&e);
		return 1;
	}
	if (place_read(&place, &have, &len, &e)) {
		print_error(&e);
		place_free(&place);
		return 1;
	}
	if (len != want_len || memcmp(have, want, len)) {
		faults = compare_documents(place.path, have, len, want,
					   want_len);
		if (!faults)
			faults = tell(v->req->outdir, name,
				      "has other bytes than it should");
	}
	free(have);
	place_free(&place);
	return faults;
}

static int compare_results(const struct verification *v, size_t *faults,
			   struct error *e)
{
	struct results r;
	int err;

	err = results_make(&r, v->image, v->layers, &v->req->scratch, e);
	if (err)
		return err;
	*faults += compare_cache(v);
	*faults += compare_file(v, POD_NAME, r.pod, r.pod_len);
	*faults += compare_file(v, POD_DIGEST_NAME, r.digest,
				strlen(r.digest));
	results_free(&r);
	return 0;
}

static int verify_layers(struct verification *v, size_t *faults,
			 struct error *e)
{
	const struct job job = {
		.verb = "verifying",
		.count = v->image->count,
		.ctx = v,
		.run = verify_one,
	};
	int err;

	v->faults = calloc(v->image->count, sizeof(*v->faults));
	if (!v->faults)
		return error_set(e, -ENOMEM, "out of memory");
	err = jobs_run(&v->req->jobs, &job, e);
	if (!err)
		*faults += count_faults(v);
	free(v->faults);
	return err;
}

static int verify_image(const struct request *req,
			const struct oci_image *image, void *ctx,
			struct error *e)
{
	size_t *faults = ctx;
	struct verification v = { .req = req, .image = image };
	int err;

	err = layers_inspect(&v.layers, image, req->max_size, &req->jobs, e);
	if (err)
		return err;
	err = verify_layers(&v, faults, e);
	if (!err)
		err = compare_results(&v, faults, e);
	if (!err && !*faults && req->report == REPORT_TEXT)
		printf("%s: %zu layers, the layer cache and the pod spec are right\n",
		       req->outdir, image->count);
	layers_free(v.layers, image->count);
	return err;
}

int cmd_verify(const void *request, struct error *e)
{
	size_t faults = 0;
	int err;

	err = request_image(request, verify_image, &faults, e);
	return err ? err : faults > 0;
}
