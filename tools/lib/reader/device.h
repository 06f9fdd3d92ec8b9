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

struct device_set;
struct verified;

/**
 * struct device - an open image
 * @size: of the file or block device, bytes
 * @has_trailer: hash tree and trailer follow the data device
 * @format: 1 or 2; 0 until device_read_super()
 * @layout: decoded from the superblock; device_open() sets @layout.data_size
 * @diff_id: format 2 only
 * @uuid: format 2 only
 * @key: key of the name hash for seed 0; format 2 only
 * @verified: verifies each block that is read; NULL if nothing is verified
 * @cache: of blocks, two for each value of their numbers' low bits
 * @stop: asked now and then whether to stop reading; NULL if that never happens
 * @reads: calls of device_read() with @stop
 *
 * Not thread-safe: each thread needs its own, see device_clone().
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
	struct verified *verified;
	struct device_set *cache;
	bool (*stop)(void *arg);
	void *stop_arg;
	unsigned int reads;
};

/* open a file or block device and find where its data device ends */
int device_open(struct device *d, const char *path, struct error *e);
void device_close(struct device *d);

/**
 * device_open_verified() - open an image whose blocks are verified when they are read
 * @root: its root hash
 * @data_blocks: the number of data blocks that it must have; 0: the one that its
 *	trailer says.  In both cases the right edge of the tree must agree.
 *
 * A block that does not match is -EIO for whoever reads it.
 */
int device_open_verified(struct device *d, const char *path,
			 const uint8_t root[32], uint64_t data_blocks,
			 struct error *e);

/*
 * Make @copy another reader of @d, with its own cache.  Release it with
 * device_release() before @d is closed.
 */
int device_clone(struct device *copy, const struct device *d, struct error *e);
void device_release(struct device *copy);

/* validate and decode the superblock of either format */
int device_read_super(struct device *d, struct error *e);

/*
 * Read @len bytes at @pos; -EUCLEAN if they are outside the data device, -EINTR, which
 * does not set @e, if @d->stop says so.
 */
int device_read(struct device *d, uint64_t pos, void *buf, size_t len,
		struct error *e);

/*
 * The same for data that are probably read only once: blocks that are wanted as a
 * whole do not pass through the cache.
 */
int device_read_data(struct device *d, uint64_t pos, void *buf, size_t len,
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
