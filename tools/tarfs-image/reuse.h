/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Validate layer images of earlier runs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_REUSE_H
#define TARFS_IMAGE_REUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/**
 * struct image_facts - properties of an image
 * @format: of its index
 * @size: of the file, bytes
 * @data_blocks: covered by the root hash
 */
struct image_facts {
	int format;
	uint64_t size;
	uint64_t data_blocks;
};

/**
 * image_check() - check that a file is a layer image with this root hash
 *
 * Every block is read: data, tree and trailer must be valid, and nothing may
 * follow.
 *
 * Return: 0, -ENOENT if there is no such file, -EBADMSG or -EINVAL with what is
 * wrong, or another negative errno value.
 */
int image_check(const char *path, const uint8_t root[32],
		struct image_facts *facts, struct error *e);

/* read the format of the index, unverified; 0 if there is none */
int image_format(const char *path);

#endif /* TARFS_IMAGE_REUSE_H */
