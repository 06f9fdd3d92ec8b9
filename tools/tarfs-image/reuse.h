/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a layer image of an earlier run can stay.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_REUSE_H
#define TARFS_IMAGE_REUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/**
 * struct image_facts - what an image turns out to be
 * @format: of its index
 * @size: of the file, bytes
 * @data_blocks: that the root hash stands for
 */
struct image_facts {
	int format;
	uint64_t size;
	uint64_t data_blocks;
};

/**
 * image_check() - is this a layer image with this root hash?
 *
 * Every block is read: the tree and the data have to be right, the trailer
 * too, and nothing may follow.
 *
 * Return: 0, -ENOENT if there is no such file, -EBADMSG or -EINVAL with what is
 * wrong, or another negative errno value.
 */
int image_check(const char *path, const uint8_t root[32],
		struct image_facts *facts, struct error *e);

/* the format of the index alone, without looking further; 0 if it has none */
int image_format(const char *path);

#endif /* TARFS_IMAGE_REUSE_H */
