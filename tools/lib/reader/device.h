/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open an image, or a data device alone, and read it as the kernel does.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * No byte is trusted.  A corrupt image is -EUCLEAN; any other error is a
 * failure to read it.
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
 * @layout: decoded from the superblock; device_open() sets @layout.data_size
 * @diff_id: format 2 only
 * @uuid: format 2 only
 * @key: key of the name hash for seed 0; format 2 only
 * @cache: direct-mapped cache of blocks, indexed by their numbers' low bits
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

/* validate and decode the superblock of either format */
int device_read_super(struct device *d, struct error *e);

/* read @len bytes at @pos; -EUCLEAN if they are outside the data device */
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
