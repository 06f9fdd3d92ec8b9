// SPDX-License-Identifier: GPL-2.0
/*
 * Decode xz: all streams of a file, and the padding between them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "input_codec.h"

/* bytes; xz -9 needs 65 MiB, and no dictionary in use needs more than this */
#define XZ_MEMORY_MAX	(256ULL << 20)

/* @in_stream: the last stream begun has not ended; @done: no more streams */
struct xz {
	lzma_stream stream;
	bool in_stream;
	bool done;
};

static const uint8_t xz_magic[] = { 0xfd, '7', 'z', 'X', 'Z', 0 };

static bool xz_is_start(const uint8_t *buf, size_t len)
{
	return len >= sizeof(xz_magic) &&
	       !memcmp(buf, xz_magic, sizeof(xz_magic));
}

static int xz_new(void **state, const struct input_raw *raw, struct error *e)
{
	*state = calloc(1, sizeof(struct xz));
	if (!*state)
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
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

/* begin a stream; an existing decoder is reused */
static int xz_begin(struct xz *xz, const struct input_raw *raw,
		    struct error *e)
{
	lzma_ret ret = lzma_stream_decoder(&xz->stream, XZ_MEMORY_MAX, 0);

	xz->in_stream = ret == LZMA_OK;
	return ret == LZMA_OK ? 0 : xz_error(raw, ret, e);
}

/* end a stream: skip multiples of four zeros, before another one or the end */
static int xz_end(struct xz *xz, struct input_raw *raw, struct error *e)
{
	static const uint8_t padding[4];
	ssize_t n;

	xz->in_stream = false;
	do {
		n = input_raw_want(raw, sizeof(padding), e);
		if (n < (ssize_t)sizeof(padding) ||
		    memcmp(raw->buf + raw->pos, padding, sizeof(padding)))
			break;
		raw->pos += sizeof(padding);
	} while (true);
	if (n < 0)
		return n;
	xz->done = n == 0;
	n = input_raw_want(raw, sizeof(xz_magic), e);
	if (n < 0)
		return n;
	if (n > sizeof(xz_magic))
		n = sizeof(xz_magic);
	if (!memcmp(raw->buf + raw->pos, xz_magic, n))
		return 0;
	return input_raw_junk(raw, "xz", input_raw_offset(raw), e);
}

/* decode the buffer or, at the end of the file, flush the decoder */
static int xz_decode(struct xz *xz, struct input_raw *raw, struct error *e)
{
	ssize_t n = input_raw_want(raw, 1, e);
	lzma_ret ret;

	if (n < 0)
		return n;
	xz->stream.next_in = raw->buf + raw->pos;
	xz->stream.avail_in = n;
	ret = lzma_code(&xz->stream, n ? LZMA_RUN : LZMA_FINISH);
	raw->pos = raw->end - xz->stream.avail_in;
	if (ret == LZMA_STREAM_END)
		return xz_end(xz, raw, e);
	return ret == LZMA_OK ? 0 : xz_error(raw, ret, e);
}

static ssize_t xz_read(void *state, struct input_raw *raw, void *buf,
		       size_t len, struct error *e)
{
	struct xz *xz = state;
	int err = 0;

	xz->stream.next_out = buf;
	xz->stream.avail_out = len;
	while (xz->stream.avail_out == len && !xz->done) {
		if (!xz->in_stream)
			err = xz_begin(xz, raw, e);
		if (!err)
			err = xz_decode(xz, raw, e);
		if (err)
			return err;
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
