// SPDX-License-Identifier: GPL-2.0
/*
 * The command "list": list the images of a layout or an archive.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker.h"
#include "document.h"
#include "request.h"
#include "select.h"

/* @incomplete: an image could not be read; the error was printed */
struct listing {
	json_t *images;
	bool incomplete;
};

static int append(struct listing *l, json_t *entry, struct error *e)
{
	if (!json_array_append_new(l->images, entry))
		return 0;
	return error_set(e, -ENOMEM, "out of memory");
}

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static const char *diff_id_at(const struct oci_image *image, size_t i)
{
	const json_t *rootfs = json_object_get(image->config, "rootfs");
	const json_t *diff_ids = json_object_get(rootfs, "diff_ids");

	return json_string_value(json_array_get(diff_ids, i));
}

/* Describe layers by their descriptors, which are not validated. */
static json_t *manifest_layers(const struct oci_image *image)
{
	json_t *layers = json_array(), *layer;
	const json_t *descriptors, *one;
	size_t i;

	descriptors = json_object_get(image->manifest, "layers");
	json_array_foreach(descriptors, i, one) {
		layer = json_pack("{s:s*, s:s*, s:O*, s:s*}", "digest",
				  text_of(one, "digest"), "mediaType",
				  text_of(one, "mediaType"), "size",
				  json_object_get(one, "size"), "diff_id",
				  diff_id_at(image, i));
		json_array_append_new(layers, layer);
	}
	return layers;
}

static json_t *archive_layers(const struct oci_image *image)
{
	json_t *layers = json_array(), *layer;
	json_int_t size;
	size_t i;

	for (i = 0; i < image->count; i++) {
		size = image->layers[i].place.part.size;
		layer = json_pack("{s:I, s:s*}", "size", size, "diff_id",
				  diff_id_at(image, i));
		json_array_append_new(layers, layer);
	}
	return layers;
}

/* add up the sizes that descriptors claim, which are not negative */
static int total_size(const json_t *layers, json_int_t *size, struct error *e)
{
	const json_t *layer;
	size_t i;

	*size = 0;
	json_array_foreach(layers, i, layer)
		if (__builtin_add_overflow(*size, json_integer_value
				(json_object_get(layer, "size")), size))
			return error_set(e, -EINVAL,
					 "the sizes of its layers add up to more than 2^63 - 1");
	return 0;
}

static json_t *describe(const struct oci_image *image, const char *tags,
			const struct platform *platform, json_t *layers,
			json_int_t size)
{
	char text[PLATFORM_TEXT_MAX];

	return json_pack("{s:s, s:s, s:s+, s:I, s:o}", "tag", tags,
			 "platform", platform_text(platform, text), "digest",
			 "sha256:", image->digest, "size", size, "layers",
			 layers);
}

/* Report a corrupt image and continue with the others. */
static void skip_image(struct listing *l, const struct error *why)
{
	print_error(why);
	l->incomplete = true;
}

static int list_image(struct listing *l, const struct oci_image *image,
		      const char *tags, const char *name,
		      const struct platform *platform, json_t *layers,
		      struct error *e)
{
	struct error why;
	json_int_t size;
	json_t *entry;

	if (total_size(layers, &size, &why)) {
		error_prefix(&why, "sha256:%s", image->digest);
		skip_image(l, &why);
		json_decref(layers);
		return 0;
	}
	entry = describe(image, tags, platform, layers, size);
	if (entry && *name)
		json_object_set_new(entry, "name", json_string(name));
	return append(l, entry, e);
}

static int list_candidate(struct listing *l, const struct store *store,
			  struct candidate *one, struct error *e)
{
	struct oci_image image;
	struct error why;
	int err;

	if (oci_read(&image, store, one->tag, &one->blob, &why)) {
		skip_image(l, &why);
		return 0;
	}
	candidate_platform(one, store);
	err = list_image(l, &image, one->tag, one->name, &one->platform,
			 manifest_layers(&image), e);
	oci_close(&image);
	return err;
}

/* Report entries that are no images, such as signatures and SBOMs. */
static void print_others(const struct candidates *all)
{
	const json_t *why;
	size_t i;

	json_array_foreach(all->others, i, why)
		fprintf(stderr, "tarfs-image: not an image: %s\n",
			json_string_value(why));
}

static int list_layout(struct listing *l, const struct store *store,
		       const char *tag, struct error *e)
{
	struct candidates all;
	size_t i;
	int err;

	err = oci_check_layout(store, e);
	if (!err)
		err = candidates_find(&all, store, tag, e);
	if (err)
		return err;
	err = candidates_drop_artifacts(&all, store, e);
	for (i = 0; !err && i < all.count; i++)
		err = list_candidate(l, store, &all.list[i], e);
	print_others(&all);
	candidates_free(&all);
	return err;
}

static int list_entry(struct listing *l, const struct store *store,
		      const json_t *entry, struct error *e)
{
	char *tags = docker_tags(entry);
	struct platform platform;
	struct oci_image image;
	struct error why;
	int err = 0;

	if (!tags)
		return error_set(e, -ENOMEM, "out of memory");
	if (docker_read(&image, store, entry, tags, &why)) {
		skip_image(l, &why);
		goto free_tags;
	}
	platform_take(&platform, image.config);
	err = list_image(l, &image, tags, "", &platform,
			 archive_layers(&image), e);
	oci_close(&image);
free_tags:
	free(tags);
	return err;
}

static int list_archive(struct listing *l, const struct store *store,
			const char *tag, struct error *e)
{
	const json_t *entry;
	json_t *images;
	size_t i;
	int err;

	err = docker_load(store, &images, e);
	if (err)
		return err;
	json_array_foreach(images, i, entry) {
		if (tag && !docker_find_tag(entry, tag))
			continue;
		err = list_entry(l, store, entry, e);
		if (err)
			break;
	}
	json_decref(images);
	return err;
}

/* Print a line for each image, with untrusted names escaped as \ooo. */
static void print_text(const json_t *list)
{
	const json_t *image, *layers;
	struct error line;
	json_int_t size;
	size_t i;

	json_array_foreach(list, i, image) {
		layers = json_object_get(image, "layers");
		size = json_integer_value(json_object_get(image, "size"));
		error_set(&line, 0, "%s  %-14s %3zu layers %12" PRIu64
			  " bytes  %s", text_of(image, "digest"),
			  text_of(image, "platform"), json_array_size(layers),
			  (uint64_t)size, text_of(image, "name") ?:
			  text_of(image, "tag"));
		puts(line.text);
	}
}

int cmd_list(const void *request, struct error *e)
{
	const struct request *req = request;
	struct listing l = { .images = json_array() };
	struct store store;
	int err;

	err = store_open(&store, req->source, e);
	if (err)
		goto out_decref;
	err = docker_is_archive(&store) ?
	      list_archive(&l, &store, req->tag, e) :
	      list_layout(&l, &store, req->tag, e);
	if (!err && req->report == REPORT_JSON)
		err = report_json(json_incref(l.images), e);
	else if (!err)
		print_text(l.images);
	if (!err && l.incomplete)
		err = error_set(e, -EIO, "%s: not all images could be read",
				req->source);
	store_close(&store);
out_decref:
	json_decref(l.images);
	return err;
}
