/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An image, or a data device alone, opened for reading as the kernel does it.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Every byte is hostile.  What the image says wrongly is -EUCLEAN; all other
 * errors are those of reading it.
 */
#ifndef TARFS_LIB_DEVICE_H
#define TARFS_LIB_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/siphash.h"
#include "base/tarfs_host.h"

struct device_block;

/**
 * struct device - an open image
 * @size: of the file or block device, bytes
 * @has_trailer: hash tree and trailer follow the data device
 * @format: 1 or 2; 0 until device_read_super()
 * @layout: as the superblock has it; @layout.data_size from the beginning on
 * @diff_id, @uuid, @key: of format 2; @key is the name hash's, seed 0
 * @cache: blocks read before, by the low bits of their numbers
 */
struct device {
	int fd;
	const char *name;
	uint64_t size;
	bool has_trailer;
	int format;
	struct tarfs_layout layout;
	uint8_t diff_id[32];
	uint8_t uuid[16];
	struct siphash_key key;
	struct device_block *cache;
};

/* open a file or block device and find where its data device ends */
int device_open(struct device *d, const char *path, struct error *e);
void device_close(struct device *d);

/* judge and decode the superblock of either format */
int device_read_super(struct device *d, struct error *e);

/* read @len bytes at @pos, which must be in the data device */
int device_read(struct device *d, uint64_t pos, void *buf, size_t len,
		struct error *e);

/* the bytes between the tar and the superblock */
static inline struct tarfs_range device_index(const struct device *d)
{
	return (struct tarfs_range) {
		.start = d->layout.tar_size,
		.end = d->layout.data_size - TARFS_SUPER_SIZE,
	};
}

#endif /* TARFS_LIB_DEVICE_H */
