/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A data device of format 2 in memory, made of a tar in memory.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_TESTS_INDEX2_DEVICE_H
#define TARFS_TESTS_INDEX2_DEVICE_H

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tarfs_fs.h>

#include "base/sha256.h"
#include "index.h"
#include "make_tar.h"

/**
 * struct device - a data device in memory
 * @warnings: of the tar
 * @full: bytes of index to take before the sink fails
 */
struct device {
	char *bytes;
	size_t len;
	size_t tar_size;
	size_t full;
	uint64_t inodes;
	struct warnings warnings;
	const struct tarfs2_super *super;
};

static inline int take(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct device *d = ctx;

	if (len > d->full)
		return error_set(e, -ENOSPC, "the sink is full");
	d->full -= len;
	d->bytes = realloc(d->bytes, d->len + len);
	if (!d->bytes)
		abort();
	memcpy(d->bytes + d->len, buf, len);
	d->len += len;
	return 0;
}

static inline int build(struct device *d, const struct make_tar *tar,
			size_t full, struct error *e)
{
	struct index_sink sink = { .write = take, .ctx = d };
	uint8_t diff_id[SHA256_SIZE];
	struct index_tree *tree;
	struct make_input mi;
	int err;

	memset(d, 0, sizeof(*d));
	d->full = SIZE_MAX;
	take(d, tar->bytes ? tar->bytes : "", tar->len, e);
	d->tar_size = tar->len;
	d->full = full;
	if (sha256_buffer(d->bytes, tar->len, diff_id, e) ||
	    make_input_open(&mi, tar, e) ||
	    index2_format.scan(&tree, mi.in, 0, &d->warnings, e))
		abort();
	make_input_close(&mi);
	err = index2_format.emit(tree, tar->len, diff_id, &sink, &d->inodes, e);
	index2_format.free(tree);
	if (!err)
		d->super = (void *)(d->bytes + d->len - TARFS_SUPER_SIZE);
	return err;
}

/* make the device of a tar, and free the tar */
static inline void make_device(struct device *d, struct make_tar *tar)
{
	struct error e = { "" };

	if (build(d, tar, SIZE_MAX, &e)) {
		printf("# %s\n", e.text);
		abort();
	}
	make_free(tar);
}

static inline void device_free(struct device *d)
{
	warnings_free(&d->warnings);
	free(d->bytes);
}

static inline uint64_t section(const struct device *d, int id)
{
	return le64toh(d->super->sections[id].offset);
}

static inline const struct tarfs2_inode *inode(const struct device *d,
					       uint32_t ino)
{
	return (void *)(d->bytes + section(d, TARFS2_INODES) +
			(ino - 1) * sizeof(struct tarfs2_inode));
}

static inline void add_file(struct make_tar *tar, const char *name)
{
	make_header(tar, &(struct make_member){
		.type = TAR_REGULAR, .name = name });
}

#endif /* TARFS_TESTS_INDEX2_DEVICE_H */
