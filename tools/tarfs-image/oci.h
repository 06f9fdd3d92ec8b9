/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An image: its configuration and layers, from a layout or an archive.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_OCI_H
#define TARFS_IMAGE_OCI_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "base/error.h"
#include "blob.h"
#include "platform.h"
#include "store.h"

#define OCI_LAYERS_MAX	127

/**
 * struct oci_layer - a layer as the image names it; its content is not read yet
 * @name: for messages, "blob DIGEST" or "member NAME"
 * @has_digest: @blob is the descriptor; else only the diff_id covers the
 *	content
 * @place: of the tarball; not valid if its @path is NULL
 */
struct oci_layer {
	char *name;
	bool has_digest;
	struct blob blob;
	struct place place;
	char diff_id[SHA256_HEX_SIZE];
};

/**
 * struct oci_image - an image without the content of its layers
 * @tag: name of the image, "" if it has none
 * @digest: of the manifest, or of the configuration if there is no manifest
 * @manifest: NULL in an archive of "docker save"
 * @config: the whole configuration
 * @layers: @count layers, the lowest first
 */
struct oci_image {
	char *tag;
	char digest[SHA256_HEX_SIZE];
	json_t *manifest;
	json_t *config;
	struct oci_layer *layers;
	size_t count;
};

/*
 * Read manifest and configuration of an image, but no layers.  Return
 * -EMEDIUMTYPE if it is the manifest of something else.
 */
int oci_read(struct oci_image *image, const struct store *store,
	     const char *tag, const struct blob *manifest, struct error *e);
/*
 * find the layers of the manifest; the caller closes the image even on failure
 */
int oci_read_layers(struct oci_image *image, const struct store *store,
		    struct error *e);
void oci_close(struct oci_image *image);

bool oci_is_index(const char *media_type);

/* return -EMEDIUMTYPE if this is no image manifest */
int oci_check_manifest_type(const struct blob *b, struct error *e);

/* check that this is an OCI layout */
int oci_check_layout(const struct store *store, struct error *e);

/* check the number of layers, and allocate them */
int oci_make_layers(struct oci_image *image, size_t count, struct error *e);

/* parse the diff_ids in the configuration, as many as there are layers */
int oci_take_diff_ids(struct oci_image *image, struct error *e);

/* check that an image is for Linux, and for @want if it is not NULL */
int oci_check_platform(const struct oci_image *image,
		       const struct platform *want, struct error *e);

#endif /* TARFS_IMAGE_OCI_H */
