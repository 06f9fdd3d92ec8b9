/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Read data blocks of an image and verify each against the root hash.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_VERIFIED_H
#define TARFS_LIB_VERIFIED_H

#include "verity.h"

struct verified;

/**
 * verified_open() - begin to read an image
 * @fd: remains the caller's, and open until verified_close()
 * @name: the same, for messages
 * @g: must have passed verity_edge_check() for @root, or come from whom @root is
 *	from: nothing here binds it
 */
int verified_open(struct verified **vp, int fd, const char *name,
		  const struct verity_geometry *g, const uint8_t root[32],
		  struct error *e);
void verified_close(struct verified *v);

/**
 * verified_read() - read whole data blocks
 * @first: number of the first one
 * @count: blocks to read to @buf; all must be data blocks
 *
 * What @buf holds afterwards are the bytes that were hashed.  Thread-safe.
 *
 * Return: 0; -EBADMSG if a block of data or of the tree above it is wrong, with a
 * text that names it, or another negative errno value.  @buf is undefined then.
 */
int verified_read(struct verified *v, uint64_t first, size_t count, void *buf,
		  struct error *e);

#endif /* TARFS_LIB_VERIFIED_H */
