/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layer image of a blob: made once for all who want it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_BLOB_IMAGE_H
#define TARFS_SNAPSHOTTER_BLOB_IMAGE_H

#include "layers_private.h"

/**
 * struct blob_user - what somebody wants the image of a blob for
 * @digest: of the blob, hexadecimal
 * @size: that it must have, or BLOB_ANY_SIZE
 * @find: use an image that is there; return 1 if there is none
 * @take: use the image that has been made, in the staging area
 */
struct blob_user {
	int format;
	const char *digest;
	uint64_t size;
	const struct layers_client *client;
	int (*find)(void *ctx, int format, const char *digest,
		    struct record_image *image, struct error *e);
	int (*take)(void *ctx, const char *staged, struct record_image *image,
		    struct error *e);
	void *ctx;
};

/**
 * blob_image() - let somebody use the image of a blob
 * @image: set to it
 *
 * Return: 0; -ENOENT without the blob, -EBADMSG if it is damaged, or another
 * negative errno value.
 */
int blob_image(struct layers *l, const struct blob_user *user,
	       struct record_image *image, struct error *e);

/* parse "sha256:DIGITS"; return 0 or -EINVAL */
int digest_parse(const char *text, char digest[SHA256_HEX_SIZE]);

/* apply.c */

/* let an active snapshot have the image of a blob, as blob_image() */
int apply_to(struct layers *l, const struct record *r, const char *digest,
	     uint64_t size, const struct layers_client *client,
	     struct record_image *image, struct error *e);

/* Kata's agent and policies know format 1 only */
static inline int layer_format(enum record_profile profile)
{
	return profile == RECORD_TARDEV ? 1 : 2;
}

#endif /* TARFS_SNAPSHOTTER_BLOB_IMAGE_H */
