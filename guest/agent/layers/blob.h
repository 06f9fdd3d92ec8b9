/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Convert a blob, a layer as it is in a registry, to an image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_BLOB_H
#define TARFS_AGENT_BLOB_H

#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

/* the expected blob, and where to write its image */
struct blob {
	uint64_t size;			/* bytes */
	uint8_t digest[SHA256_SIZE];	/* SHA-256 */
	const char *directory;		/* SANDBOX_USER can write to it */
	const char *image;		/* name of a file in it */
};

/* what identifies the image of a blob */
struct blob_image {
	uint8_t root[SHA256_SIZE];
	uint64_t data_blocks;
};

/**
 * blob_convert() - make the image of a blob
 * @fd: descriptor of a disk that holds the blob, followed by zeros
 * @name: name of the disk, for messages
 * @image: filled in
 *
 * Each byte of the disk is read once.  The decoder is sandboxed, and its result
 * is discarded unless the digest is right.
 *
 * Return: 0; -EBADMSG if this is not the blob; or another negative errno value
 * if it is the blob, but cannot be converted.
 */
int blob_convert(int fd, const char *name, const struct blob *b,
		 struct blob_image *image, struct error *e);

#endif /* TARFS_AGENT_BLOB_H */
