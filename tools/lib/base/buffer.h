/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Growable, reusable buffers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_BUFFER_H
#define TARFS_LIB_BUFFER_H

#include <stddef.h>

#include "error.h"

/**
 * struct buffer - zero before the first use; the owner frees @bytes
 * @len: bytes in use
 * @size: bytes allocated
 */
struct buffer {
	char *bytes;
	size_t len;
	size_t size;
};

/* make room for @size bytes; return 0, or -ENOMEM with the buffer unchanged */
int buffer_reserve(struct buffer *buf, size_t size, struct error *e);

#endif /* TARFS_LIB_BUFFER_H */
