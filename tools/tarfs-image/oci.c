// SPDX-License-Identifier: GPL-2.0
/*
 * Read an image in an OCI layout: manifest, configuration, layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "oci.h"

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

static const char *const foreign_types[] = {
	"application/vnd.oci.image.layer.nondistributable.v1.tar",
	"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
	"application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
	"application/vnd.docker.image.rootfs.foreign.diff.tar",
	"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
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
	return error_set(e, -EMEDIUMTYPE,
			 "blob sha256:%s: media type \"%s\" is not that of %s",
			 b->hex, b->media_type, what);
}

int oci_check_manifest_type(const struct blob *b, struct error *e)
{
	return check_type(b, manifest_types, "an image manifest", e);
}

/* Refuse an archive that is no image, or of Docker before 1.10. */
static int refuse_archive(const struct store *store, struct error *e)
{
	return error_set(e, -EINVAL,
			 "%s: has no member oci-layout, as archives of OCI layouts have, and no manifest.json, as those of docker save%s",
			 store->path, store_has(store, "repositories") ?
			 " have since version 1.10: load it into a newer Docker and save it again" :
			 " have");
}

int oci_check_layout(const struct store *store, struct error *e)
{
	const char *version;
	json_t *doc;
	int err;

	if (store->archive && !store_has(store, "oci-layout"))
		return refuse_archive(store, e);
	err = store_load(store, "oci-layout", JSON_OBJECT, &doc, e);
	if (err)
		return err;
	err = document_string(doc, "imageLayoutVersion", true, &version, e);
	if (!err && strcmp(version, "1.0.0"))
		err = error_set(e, -EINVAL, "version \"%s\" is not \"1.0.0\"",
				version);
	if (err)
		error_prefix(e, "%s/oci-layout", store->path);
	json_decref(doc);
	return err;
}

bool oci_is_index(const char *media_type)
{
	return is_one_of(media_type, index_types);
}

static int load_manifest(struct oci_image *image, const struct store *store,
			 const struct blob *b, struct error *e)
{
	const char *type;
	int err;

	err = oci_check_manifest_type(b, e);
	if (!err)
		err = blob_load(store, b, &image->manifest, e);
	if (err)
		return err;
	memcpy(image->digest, b->hex, sizeof(image->digest));
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

static int load_config(struct oci_image *image, const struct store *store,
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
		err = blob_load(store, &b, &image->config, e);
	return err;
}

int oci_read(struct oci_image *image, const struct store *store,
	     const char *tag, const struct blob *manifest, struct error *e)
{
	int err;

	*image = (struct oci_image){ .tag = strdup(tag) };
	err = image->tag ? 0 : error_set(e, -ENOMEM, "out of memory");
	if (!err)
		err = load_manifest(image, store, manifest, e);
	if (!err)
		err = load_config(image, store, e);
	if (err)
		oci_close(image);
	return err;
}

int oci_check_platform(const struct oci_image *image,
		       const struct platform *want, struct error *e)
{
	char have_text[PLATFORM_TEXT_MAX], want_text[PLATFORM_TEXT_MAX];
	struct platform have;
	const char *os;
	int err;

	err = document_string(image->config, "os", true, &os, e);
	if (!err && strcmp(os, "linux"))
		err = error_set(e, -EINVAL, "the image is for \"%s\"", os);
	if (err || !want)
		return err;
	platform_take(&have, image->config);
	if (platform_fits(&have, want))
		return 0;
	return error_set(e, -EINVAL, "the only image is for %s, not for %s",
			 platform_text(&have, have_text),
			 platform_text(want, want_text));
}

int oci_make_layers(struct oci_image *image, size_t count, struct error *e)
{
	if (!count || count > OCI_LAYERS_MAX)
		return error_set(e, -EINVAL,
				 "an image of %zu layers; 1 to %d can be converted",
				 count, OCI_LAYERS_MAX);
	image->layers = calloc(count, sizeof(*image->layers));
	if (!image->layers)
		return error_set(e, -ENOMEM, "out of memory");
	image->count = count;
	return 0;
}

static int get_diff_ids(const json_t *config, json_t **diff_ids,
			struct error *e)
{
	const char *type;
	json_t *rootfs;
	int err;

	err = document_get(config, "rootfs", JSON_OBJECT, true, &rootfs, e);
	if (!err)
		err = document_string(rootfs, "type", true, &type, e);
	if (!err && strcmp(type, "layers"))
		err = error_set(e, -EINVAL, "rootfs of type \"%s\"", type);
	if (!err)
		err = document_strings(rootfs, "diff_ids", diff_ids, e);
	return err;
}

int oci_take_diff_ids(struct oci_image *image, struct error *e)
{
	json_t *diff_ids;
	size_t i;
	int err;

	err = get_diff_ids(image->config, &diff_ids, e);
	if (!err && image->count != json_array_size(diff_ids))
		err = error_set(e, -EINVAL,
				"the manifest has %zu layers, the configuration %zu diff_ids",
				image->count, json_array_size(diff_ids));
	for (i = 0; !err && i < image->count; i++) {
		err = digest_parse(json_string_value(json_array_get(diff_ids,
								    i)),
				   image->layers[i].diff_id, e);
		if (err)
			error_prefix(e, "layer %zu", i + 1);
	}
	return err;
}

static int check_layer_type(const struct blob *b, struct error *e)
{
	if (is_one_of(b->media_type, foreign_types))
		return error_set(e, -EINVAL,
				 "blob sha256:%s: media type \"%s\" is that of a foreign layer, which is not to be distributed with the image; it cannot be converted",
				 b->hex, b->media_type);
	return check_type(b, layer_types, "a layer that can be converted", e);
}

static int parse_layer(struct oci_layer *layer, const json_t *descriptor,
		       struct error *e)
{
	int err;

	err = blob_parse(&layer->blob, descriptor, e);
	if (!err)
		err = check_layer_type(&layer->blob, e);
	if (err)
		return err;
	layer->has_digest = true;
	if (asprintf(&layer->name, "blob sha256:%s", layer->blob.hex) >= 0)
		return 0;
	layer->name = NULL;
	return error_set(e, -ENOMEM, "out of memory");
}

static int parse_layers(struct oci_image *image, struct error *e)
{
	json_t *descriptors;
	size_t i;
	int err;

	err = document_get(image->manifest, "layers", JSON_ARRAY, true,
			   &descriptors, e);
	if (!err)
		err = oci_make_layers(image, json_array_size(descriptors), e);
	for (i = 0; !err && i < image->count; i++) {
		err = parse_layer(&image->layers[i],
				  json_array_get(descriptors, i), e);
		if (err)
			error_prefix(e, "layer %zu", i + 1);
	}
	return err;
}

static int find_layers(struct oci_image *image, const struct store *store,
		       struct error *e)
{
	size_t i;
	int err;

	for (i = 0; i < image->count; i++) {
		err = blob_find(store, &image->layers[i].blob,
				&image->layers[i].place, e);
		if (err) {
			error_prefix(e, "layer %zu", i + 1);
			return err;
		}
	}
	return 0;
}

int oci_read_layers(struct oci_image *image, const struct store *store,
		    struct error *e)
{
	int err;

	err = parse_layers(image, e);
	if (!err)
		err = oci_take_diff_ids(image, e);
	if (err) {
		error_prefix(e, "image sha256:%s", image->digest);
		return err;
	}
	return find_layers(image, store, e);
}

void oci_close(struct oci_image *image)
{
	size_t i;

	for (i = 0; i < image->count; i++) {
		free(image->layers[i].name);
		place_free(&image->layers[i].place);
	}
	free(image->layers);
	json_decref(image->config);
	json_decref(image->manifest);
	free(image->tag);
	*image = (struct oci_image){ 0 };
}
