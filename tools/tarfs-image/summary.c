// SPDX-License-Identifier: GPL-2.0
/*
 * Print the results of "convert".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/report.h"
#include "command.h"
#include "summary.h"

static void print_effort(const struct layer *layer,
			 const struct oci_layer *source)
{
	struct error name;

	error_set(&name, 0, "%s", source->name);
	printf("  source     %s, %" PRIu64 " bytes\n", name.text,
	       source->place.part.size);
	printf("  tar        %" PRIu64 " bytes\n", layer->tar_size);
	printf("  image      %" PRIu64 " bytes, ", layer->result.image_size);
	if (layer->reused)
		puts("was there already");
	else
		printf("in %.2f s\n", layer->seconds);
}

void summary_layers(const struct oci_image *image, const struct layer *layers,
		    bool verbose)
{
	const struct layer *layer;
	size_t i;

	for (i = 0; i < image->count; i++) {
		layer = &layers[i];
		printf("layers/%s\n  diff_id    sha256:%s\n  root hash  %s\n",
		       layer->name, layer->diff_id, layer->root_hash);
		if (verbose)
			print_effort(layer, &image->layers[i]);
	}
}

void summary_warnings(const struct oci_image *image,
		      const struct layer *layers)
{
	char *prefix;
	size_t i;

	for (i = 0; i < image->count; i++) {
		if (asprintf(&prefix, PROGRAM ": warning: %s",
			     image->layers[i].name) < 0)
			return;
		report_warnings(prefix, &layers[i].result.warnings);
		free(prefix);
	}
}

/* Describe a layer, and its image unless the guest makes it. */
static json_t *layer_json(const struct layer *layer,
			  const struct oci_layer *source)
{
	json_t *digest = source->has_digest ?
		json_sprintf("sha256:%s", source->blob.hex) : NULL;
	json_t *json;

	json = json_pack("{s:o*, s:o, s:I, s:I}", "digest", digest,
			 "diff_id", json_sprintf("sha256:%s", layer->diff_id),
			 "size", (json_int_t)source->place.part.size,
			 "tar_size", (json_int_t)layer->tar_size);
	if (!layer->blob && json &&
	    json_object_update_new(json, json_pack
		("{s:o, s:s, s:I, s:I, s:b, s:o}",
		 "file", json_sprintf("layers/%s", layer->name),
		 "root_hash", layer->root_hash,
		 "data_blocks", (json_int_t)layer->data_blocks,
		 "image_size", (json_int_t)layer->result.image_size,
		 "reused", layer->reused, "warnings",
		 report_warnings_json(&layer->result.warnings)))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

int summary_json(const struct oci_image *image, const struct layer *layers,
		 const char *pod, struct error *e)
{
	json_t *list = json_array(), *json;
	size_t i;

	for (i = 0; i < image->count; i++)
		if (json_array_append_new(list, layer_json(&layers[i],
							   &image->layers[i])))
			break;
	json = json_pack("{s:o, s:o}",
			 "pod", json_sprintf("sha256:%s", pod), "layers", list);
	if (i < image->count) {
		json_decref(json);
		json = NULL;
	}
	return report_json(json, e);
}
