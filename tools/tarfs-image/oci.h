/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One image: its configuration and its layers, wherever they are.
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
 * struct oci_layer - a layer as the image names it; nothing of its content has
 * been read
 * @name: for messages, "blob DIGEST" or "member NAME"
 * @has_digest: @blob is the descriptor; else the diff_id alone tells what the
 *	content has to be
 * @place: where it is, if @path in it is not NULL
 */
struct oci_layer {
	char *name;
	bool has_digest;
	struct blob blob;
	struct place place;
	char diff_id[SHA256_HEX_SIZE];
};

/**
 * struct oci_image - what the small files say
 * @tag: the name of the image, "" if none
 * @digest: of the manifest, or of the configuration if there is no manifest
 * @manifest: NULL in an archive of "docker save"
 * @config: the whole configuration
 * @layers: @count of them, the lowest first
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
 * the manifest and the configuration of an image, but no layers; -EMEDIUMTYPE if
 * it is the manifest of something that is not an image
 */
int oci_read(struct oci_image *image, const struct store *store,
	     const char *tag, const struct blob *manifest, struct error *e);
/* the layers that its manifest names; the caller closes the image in any case */
int oci_read_layers(struct oci_image *image, const struct store *store,
		    struct error *e);
void oci_close(struct oci_image *image);

bool oci_is_index(const char *media_type);

/* Return: 0, or -EMEDIUMTYPE if this is no image manifest */
int oci_check_manifest_type(const struct blob *b, struct error *e);

/* is this an OCI layout? */
int oci_check_layout(const struct store *store, struct error *e);

/* make room for as many layers as both sides say there are */
int oci_make_layers(struct oci_image *image, size_t count, struct error *e);

/* take what the layers hash to from the configuration */
int oci_take_diff_ids(struct oci_image *image, struct error *e);

/* an image for @want, or for Linux at all? */
int oci_check_platform(const struct oci_image *image,
		       const struct platform *want, struct error *e);

#endif /* TARFS_IMAGE_OCI_H */
