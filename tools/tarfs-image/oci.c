// SPDX-License-Identifier: GPL-2.0
/*
 * From the directory of an OCI image layout to the layers of one image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "oci.h"

#define REF_NAME	"org.opencontainers.image.ref.name"

static const char *const index_types[] = {
	"application/vnd.oci.image.index.v1+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
	NULL
};

static const char *const manifest_types[] = {
	"application/vnd.oci.image.manifest.v1+json",
	"application/vnd.docker.distribution.manifest.v2+json",
	NULL
};

static const char *const config_types[] = {
	"application/vnd.oci.image.config.v1+json",
	"application/vnd.docker.container.image.v1+json",
	NULL
};

static const char *const layer_types[] = {
	"application/vnd.oci.image.layer.v1.tar",
	"application/vnd.oci.image.layer.v1.tar+gzip",
	"application/vnd.oci.image.layer.v1.tar+zstd",
	"application/vnd.docker.image.rootfs.diff.tar",
	"application/vnd.docker.image.rootfs.diff.tar.gzip",
	"application/vnd.docker.image.rootfs.diff.tar.zstd",
	NULL
};

static bool is_one_of(const char *type, const char *const *types)
{
	for (; *types; types++)
		if (!strcmp(type, *types))
			return true;
	return false;
}

static int check_type(const struct blob *b, const char *const *types,
		      const char *what, struct error *e)
{
	if (is_one_of(b->media_type, types))
		return 0;
	return error_set(e, -EINVAL,
			 "blob sha256:%s: media type \"%s\" is not that of %s",
			 b->hex, b->media_type, what);
}

/* A file of the layout that has a fixed name. */
static int load_fixed(const char *layout, const char *name, json_t **doc,
		      struct error *e)
{
	char *path;
	int err;

	if (asprintf(&path, "%s/%s", layout, name) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	err = document_load(path, doc, e);
	free(path);
	return err;
}

static int check_layout_version(const char *layout, struct error *e)
{
	const char *version;
	json_t *doc;
	int err;

	err = load_fixed(layout, "oci-layout", &doc, e);
	if (err)
		return err;
	err = document_string(doc, "imageLayoutVersion", true, &version, e);
	if (!err && strcmp(version, "1.0.0"))
		err = error_set(e, -EINVAL, "version \"%s\" is not \"1.0.0\"",
				version);
	if (err)
		error_prefix(e, "%s/oci-layout", layout);
	json_decref(doc);
	return err;
}

static const char *ref_name(const json_t *descriptor)
{
	const json_t *annotations, *name;

	annotations = json_object_get(descriptor, "annotations");
	name = json_object_get(annotations, REF_NAME);
	return json_is_string(name) ? json_string_value(name) : "";
}

/* The descriptor that is tagged @tag, or the only one; NULL with @e set. */
static const json_t *pick_by_tag(const json_t *manifests, const char *tag,
				 struct error *e)
{
	const json_t *item, *found = NULL;
	size_t i, matches = 0;

	json_array_foreach(manifests, i, item) {
		if (tag && strcmp(ref_name(item), tag))
			continue;
		found = item;
		matches++;
	}
	if (matches == 1)
		return found;
	if (tag)
		error_set(e, -EINVAL, "has %zu images tagged \"%s\", not one",
			  matches, tag);
	else
		error_set(e, -EINVAL,
			  "has %zu images, not one: choose by LAYOUT:TAG",
			  matches);
	return NULL;
}

static bool is_guest_platform(const json_t *descriptor)
{
	const json_t *platform = json_object_get(descriptor, "platform");
	const char *os, *arch;

	os = json_string_value(json_object_get(platform, "os"));
	arch = json_string_value(json_object_get(platform, "architecture"));
	return os && arch && !strcmp(os, "linux") && !strcmp(arch, "amd64");
}

/* The one image for linux/amd64 of many; NULL with @e set. */
static const json_t *pick_by_platform(const json_t *manifests,
				      struct error *e)
{
	const json_t *item, *found = NULL;
	size_t i, matches = 0;

	json_array_foreach(manifests, i, item) {
		if (!is_guest_platform(item))
			continue;
		found = item;
		matches++;
	}
	if (matches == 1)
		return found;
	error_set(e, -EINVAL, "has %zu images for linux/amd64, not one",
		  matches);
	return NULL;
}

static int index_manifests(const json_t *index, json_t **manifests,
			   struct error *e)
{
	int err;

	err = document_version(index, "schemaVersion", 2, e);
	if (err)
		return err;
	return document_get(index, "manifests", JSON_ARRAY, true, manifests, e);
}

/* Replaces @b, the descriptor of an index, by that of a manifest. */
static int enter_nested_index(struct oci_image *image, struct blob *b,
			      struct error *e)
{
	const json_t *descriptor;
	json_t *manifests;
	struct blob found;
	int err;

	err = blob_load(image->layout, b, &image->nested, e);
	if (err)
		return err;
	err = index_manifests(image->nested, &manifests, e);
	if (err)
		goto out_blame;
	err = -EINVAL;
	descriptor = pick_by_platform(manifests, e);
	if (descriptor)
		err = blob_parse(&found, descriptor, e);
out_blame:
	if (err)
		error_prefix(e, "blob sha256:%s", b->hex);
	else
		*b = found;
	return err;
}

static int load_manifest(struct oci_image *image, const struct blob *b,
			 struct error *e)
{
	const char *type;
	int err;

	err = check_type(b, manifest_types, "an image manifest", e);
	if (!err)
		err = blob_load(image->layout, b, &image->manifest, e);
	if (err)
		return err;
	err = document_version(image->manifest, "schemaVersion", 2, e);
	if (!err)
		err = document_string(image->manifest, "mediaType", false,
				      &type, e);
	if (!err && *type && strcmp(type, b->media_type))
		err = error_set(e, -EINVAL,
				"media type \"%s\" is not that of its descriptor, \"%s\"",
				type, b->media_type);
	if (err)
		error_prefix(e, "blob sha256:%s", b->hex);
	return err;
}

static int find_manifest(struct oci_image *image, const char *tag,
			 struct error *e)
{
	const json_t *descriptor;
	json_t *manifests;
	struct blob b;
	int err;

	err = load_fixed(image->layout, "index.json", &image->index, e);
	if (err)
		return err;
	err = index_manifests(image->index, &manifests, e);
	if (err)
		goto out_blame;
	err = -EINVAL;
	descriptor = pick_by_tag(manifests, tag, e);
	if (descriptor)
		err = blob_parse(&b, descriptor, e);
	if (err)
		goto out_blame;
	image->tag = ref_name(descriptor);
	if (is_one_of(b.media_type, index_types))
		err = enter_nested_index(image, &b, e);
	if (!err)
		err = load_manifest(image, &b, e);
	return err;
out_blame:
	error_prefix(e, "%s/index.json", image->layout);
	return err;
}

/* What has to be true of a configuration before its parts are used. */
static int check_config(const json_t *config, json_t **diff_ids,
			struct error *e)
{
	const char *os, *type;
	json_t *rootfs;
	int err;

	err = document_string(config, "os", true, &os, e);
	if (!err && strcmp(os, "linux"))
		err = error_set(e, -EINVAL, "the image is for \"%s\"", os);
	if (!err)
		err = document_get(config, "rootfs", JSON_OBJECT, true,
				   &rootfs, e);
	if (!err)
		err = document_string(rootfs, "type", true, &type, e);
	if (!err && strcmp(type, "layers"))
		err = error_set(e, -EINVAL, "rootfs of type \"%s\"", type);
	if (!err)
		err = document_strings(rootfs, "diff_ids", diff_ids, e);
	return err;
}

static int load_config(struct oci_image *image, json_t **diff_ids,
		       struct error *e)
{
	json_t *descriptor;
	struct blob b;
	int err;

	err = document_get(image->manifest, "config", JSON_OBJECT, true,
			   &descriptor, e);
	if (err) {
		error_prefix(e, "manifest");
		return err;
	}
	err = blob_parse(&b, descriptor, e);
	if (!err)
		err = check_type(&b, config_types, "an image configuration",
				 e);
	if (!err)
		err = blob_load(image->layout, &b, &image->config, e);
	if (err)
		return err;
	err = check_config(image->config, diff_ids, e);
	if (err)
		error_prefix(e, "blob sha256:%s", b.hex);
	return err;
}

static int take_layers(struct oci_image *image, const json_t *descriptors,
		       const json_t *diff_ids, struct error *e)
{
	size_t i, count = json_array_size(descriptors);
	struct oci_layer *layer;
	const json_t *diff_id;
	int err;

	if (count != json_array_size(diff_ids))
		return error_set(e, -EINVAL,
				 "the manifest has %zu layers, the configuration %zu diff_ids",
				 count, json_array_size(diff_ids));
	if (!count || count > OCI_LAYERS_MAX)
		return error_set(e, -EINVAL,
				 "an image of %zu layers; 1 to %d can be converted",
				 count, OCI_LAYERS_MAX);
	image->layers = calloc(count, sizeof(*image->layers));
	if (!image->layers)
		return error_set(e, -ENOMEM, "out of memory");
	image->count = count;
	for (i = 0; i < count; i++) {
		layer = &image->layers[i];
		diff_id = json_array_get(diff_ids, i);
		err = blob_parse(&layer->blob, json_array_get(descriptors, i),
				 e);
		if (!err)
			err = check_type(&layer->blob, layer_types,
					 "a layer that can be converted", e);
		if (!err)
			err = digest_parse(json_string_value(diff_id),
					   layer->diff_id, e);
		if (err) {
			error_prefix(e, "layer %zu", i + 1);
			return err;
		}
	}
	return 0;
}

int oci_open(struct oci_image *image, const char *layout, const char *tag,
	     struct error *e)
{
	json_t *descriptors, *diff_ids;
	int err;

	*image = (struct oci_image){ .layout = layout };
	err = check_layout_version(layout, e);
	if (!err)
		err = find_manifest(image, tag, e);
	if (!err)
		err = load_config(image, &diff_ids, e);
	if (!err)
		err = document_get(image->manifest, "layers", JSON_ARRAY, true,
				   &descriptors, e);
	if (!err)
		err = take_layers(image, descriptors, diff_ids, e);
	if (err)
		oci_close(image);
	return err;
}

void oci_close(struct oci_image *image)
{
	free(image->layers);
	json_decref(image->config);
	json_decref(image->manifest);
	json_decref(image->nested);
	json_decref(image->index);
	*image = (struct oci_image){ 0 };
}
