/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One image of an OCI image layout: its manifest, configuration and layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_OCI_H
#define TARFS_IMAGE_OCI_H

#include <stddef.h>
#include <jansson.h>

#include "blob.h"
#include "error.h"

#define OCI_LAYERS_MAX	127

/* a layer as the image names it; nothing of its content has been read */
struct oci_layer {
	struct blob blob;
	char diff_id[SHA256_HEX_SIZE];
};

/**
 * struct oci_image - what the small files of the layout say
 * @layout: path of the layout, of the caller
 * @tag: the name that the index gives the image, "" if none
 * @nested: the index of platforms, if the image has one
 * @config: the whole configuration blob
 * @layers: @count of them, the lowest first
 */
struct oci_image {
	const char *layout;
	const char *tag;
	json_t *index;
	json_t *nested;
	json_t *manifest;
	json_t *config;
	struct oci_layer *layers;
	size_t count;
};

/**
 * oci_open() - find an image and read its manifest and configuration
 * @tag: which one; may be NULL if the layout has one image only
 */
int oci_open(struct oci_image *image, const char *layout, const char *tag,
	     struct error *e);
void oci_close(struct oci_image *image);

#endif /* TARFS_IMAGE_OCI_H */
