// SPDX-License-Identifier: GPL-2.0
/*
 * Buffered output of an index; the first pass only counts bytes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <string.h>

#include "index2.h"

int out_flush(struct out *out, struct error *e)
{
	size_t used = out->used;

	out->used = 0;
	if (!out->sink || !used)
		return 0;
	return out->sink->write(out->sink->ctx, out->buf, used, e);
}

int out_put(struct out *out, const void *buf, size_t len, struct error *e)
{
	const char *from = buf;
	size_t part;
	int err;

	out->pos += len;
	if (!out->sink)
		return 0;
	for (; len; from += part, len -= part) {
		part = sizeof(out->buf) - out->used;
		if (part > len)
			part = len;
		memcpy(out->buf + out->used, from, part);
		out->used += part;
		if (out->used < sizeof(out->buf))
			continue;
		err = out_flush(out, e);
		if (err)
			return err;
	}
	return 0;
}

int out_zero(struct out *out, uint64_t len, struct error *e)
{
	static const char zero[TARFS_BLOCK_SIZE];
	int err = 0;

	while (len && !err) {
		size_t part = len < sizeof(zero) ? len : sizeof(zero);

		err = out_put(out, zero, part, e);
		len -= part;
	}
	return err;
}

int out_align(struct out *out, uint64_t align, struct error *e)
{
	return out_zero(out, -out->pos & (align - 1), e);
}

int out_fit(struct out *out, uint64_t len, struct error *e)
{
	if (out->pos % TARFS_BLOCK_SIZE + len <= TARFS_BLOCK_SIZE)
		return 0;
	return out_align(out, TARFS_BLOCK_SIZE, e);
}
