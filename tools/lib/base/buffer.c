// SPDX-License-Identifier: GPL-2.0
/*
 * Growable, reusable buffers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>

#include "buffer.h"

int buffer_reserve(struct buffer *buf, size_t size, struct error *e)
{
	char *bytes;

	if (size <= buf->size)
		return 0;
	bytes = realloc(buf->bytes, size);
	if (!bytes)
		return error_set(e, -ENOMEM, "out of memory");
	buf->bytes = bytes;
	buf->size = size;
	return 0;
}
