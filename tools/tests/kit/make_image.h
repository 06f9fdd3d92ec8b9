/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Make images whose data are not a tar: blocks, hash tree and trailer.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_TESTS_MAKE_IMAGE_H
#define TARFS_TESTS_MAKE_IMAGE_H

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tarfs_fs.h"
#include "verity/merkle.h"
#include "verity/verity.h"

static inline int make_image_write(void *ctx, const void *buf, size_t len,
				   struct error *e)
{
	return write(*(int *)ctx, buf, len) == (ssize_t)len ? 0 : -EIO;
}

/* make an image of data blocks that all differ, in memory; return its file */
static inline int make_image(uint64_t blocks, uint8_t root[MERKLE_DIGEST_SIZE])
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	uint8_t block[TARFS_BLOCK_SIZE];
	struct merkle *m;
	uint64_t i, number;
	struct error e;

	if (fd < 0 || merkle_new(&m, &merkle_layer, &e))
		abort();
	for (i = 0; i < blocks; i++) {
		memset(block, i % 250 + 1, sizeof(block));
		number = htole64(i);
		memcpy(block, &number, sizeof(number));
		if (make_image_write(&fd, block, sizeof(block), &e) ||
		    merkle_add(m, i, block, 1, &e))
			abort();
	}
	if (merkle_final(m, blocks, root, &e) ||
	    merkle_write(m, make_image_write, &fd, &e))
		abort();
	merkle_free(m);
	memset(block, 0, sizeof(block));
	verity_trailer_fill(block + sizeof(block) - TARFS_SUPER_SIZE, blocks);
	if (make_image_write(&fd, block, sizeof(block), &e))
		abort();
	return fd;
}

#endif /* TARFS_TESTS_MAKE_IMAGE_H */
