// SPDX-License-Identifier: GPL-2.0
/*
 * Decoding xz: all streams of a file, and the padding between them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "input_codec.h"

/* xz -9 needs 65 MiB; more than this is a dictionary that nobody uses */
#define XZ_MEMORY_MAX	(256ULL << 20)

struct xz {
	lzma_stream stream;
	bool done;
};

static bool xz_is_start(const uint8_t *buf, size_t len)
{
	static const uint8_t magic[] = { 0xfd, '7', 'z', 'X', 'Z', 0 };

	return len >= sizeof(magic) && !memcmp(buf, magic, sizeof(magic));
}

static int xz_new(void **state, const struct input_raw *raw, struct error *e)
{
	struct xz *xz = calloc(1, sizeof(*xz));

	if (!xz || lzma_stream_decoder(&xz->stream, XZ_MEMORY_MAX,
				       LZMA_CONCATENATED) != LZMA_OK) {
		free(xz);
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
	}
	*state = xz;
	return 0;
}

static const char *xz_fault(lzma_ret ret)
{
	switch (ret) {
	case LZMA_OPTIONS_ERROR:
		return "unknown options";
	case LZMA_MEMLIMIT_ERROR:
		return "a dictionary of more than 256 MiB";
	default:
		return "corrupt";
	}
}

static int xz_error(const struct input_raw *raw, lzma_ret ret, struct error *e)
{
	if (ret == LZMA_MEM_ERROR)
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
	if (ret == LZMA_BUF_ERROR)
		return error_set(e, -EIO,
				 "%s: xz data end too early; is the file complete?",
				 raw->name);
	return error_set(e, -EIO, "%s: broken xz data: %s", raw->name,
			 xz_fault(ret));
}

static ssize_t xz_read(void *state, struct input_raw *raw, void *buf,
		       size_t len, struct error *e)
{
	struct xz *xz = state;
	lzma_ret ret;
	ssize_t n;

	xz->stream.next_out = buf;
	xz->stream.avail_out = len;
	while (xz->stream.avail_out == len && !xz->done) {
		n = input_raw_want(raw, 1, e);
		if (n < 0)
			return n;
		xz->stream.next_in = raw->buf + raw->pos;
		xz->stream.avail_in = n;
		ret = lzma_code(&xz->stream, n ? LZMA_RUN : LZMA_FINISH);
		raw->pos = raw->end - xz->stream.avail_in;
		xz->done = ret == LZMA_STREAM_END;
		if (ret != LZMA_OK && ret != LZMA_STREAM_END)
			return xz_error(raw, ret, e);
	}
	return len - xz->stream.avail_out;
}

static void xz_free(void *state)
{
	struct xz *xz = state;

	lzma_end(&xz->stream);
	free(xz);
}

const struct input_codec input_xz = {
	.name		= "xz",
	.is_start	= xz_is_start,
	.new		= xz_new,
	.read		= xz_read,
	.free		= xz_free,
};
