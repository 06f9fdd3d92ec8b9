/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffers that grow and are used again.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_BUFFER_H
#define TARFS_LIB_BUFFER_H

#include <stddef.h>

#include "error.h"

/**
 * struct buffer - zeroed before its first use; its owner frees @bytes
 * @len: bytes in use
 * @size: bytes there is room for
 */
struct buffer {
	char *bytes;
	size_t len;
	size_t size;
};

/* make room for @size bytes; 0 or -ENOMEM, and then the buffer is as it was */
int buffer_reserve(struct buffer *buf, size_t size, struct error *e);

#endif /* TARFS_LIB_BUFFER_H */
