/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a blob, a layer as it is in a registry, to an image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_BLOB_H
#define TARFS_AGENT_BLOB_H

#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

/* what a blob must be, and where its image is to go */
struct blob {
	uint64_t size;			/* bytes */
	uint8_t digest[SHA256_SIZE];	/* of them */
	const char *directory;		/* for SANDBOX_USER to write */
	const char *image;		/* a name in it */
};

/* what the image of a blob is named by */
struct blob_image {
	uint8_t root[SHA256_SIZE];
	uint64_t data_blocks;
};

/**
 * blob_convert() - make the image of a blob
 * @fd: of a disk, which begins with the blob; after it there may be zeros
 * @name: of the disk, for messages
 * @image: filled in
 *
 * Each byte of the disk is read once.  Whoever decodes it cannot do anything
 * else, and nothing that came of it counts unless the digest is right.
 *
 * Return: 0; -EBADMSG if this is not the blob; or another negative errno value
 * if it is the blob, but there can be no image of it.
 */
int blob_convert(int fd, const char *name, const struct blob *b,
		 struct blob_image *image, struct error *e);

#endif /* TARFS_AGENT_BLOB_H */
