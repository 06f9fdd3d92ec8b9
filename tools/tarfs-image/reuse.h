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

#include "error.h"

/**
 * image_check() - is this a layer image with this root hash?
 * @format: set to the format of its index
 * @size: set to that of the file
 *
 * Every block is read: the tree and the data have to be right, the trailer
 * too, and nothing may follow.
 *
 * Return: 0, -ENOENT if there is no such file, -EBADMSG or -EINVAL with what is
 * wrong, or another negative errno value.
 */
int image_check(const char *path, const uint8_t root[32], int *format,
		uint64_t *size, struct error *e);

/* the format of the index alone, without looking further; 0 if it has none */
int image_format(const char *path);

#endif /* TARFS_IMAGE_REUSE_H */
