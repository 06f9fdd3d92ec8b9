// SPDX-License-Identifier: GPL-2.0
/*
 * Decode zstd: all frames of a file, including skippable ones.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "input_codec.h"

/* @in_frame: the last frame begun has not ended; @start: its offset */
struct zstd {
	ZSTD_DStream *stream;
	uint64_t start;
	bool in_frame;
};

static bool zstd_is_start(const uint8_t *buf, size_t len)
{
	uint32_t magic;

	if (len < sizeof(magic))
		return false;
	memcpy(&magic, buf, sizeof(magic));
	magic = le32toh(magic);
	return magic == ZSTD_MAGICNUMBER ||
	       (magic & 0xfffffff0) == 0x184d2a50; /* skippable */
}

static int zstd_new(void **state, const struct input_raw *raw,
		    struct error *e)
{
	struct zstd *z = calloc(1, sizeof(*z));

	if (!z)
		goto out;
	z->stream = ZSTD_createDStream();
	if (!z->stream)
		goto out_free;
	*state = z;
	return 0;

out_free:
	free(z);
out:
	return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
}

static int zstd_error(const struct zstd *z, const struct input_raw *raw,
		      size_t ret, struct error *e)
{
	if (z->start && ZSTD_getErrorCode(ret) == ZSTD_error_prefix_unknown)
		return input_raw_junk(raw, "zstd", z->start, e);
	return error_set(e, -EIO, "%s: broken zstd data: %s", raw->name,
			 ZSTD_getErrorName(ret));
}

/*
 * The library may retain decoded bytes when @buf is full: at the end of the
 * file call it once more before reporting a truncated stream.
 */
static ssize_t zstd_read(void *state, struct input_raw *raw, void *buf,
			 size_t len, struct error *e)
{
	ZSTD_outBuffer out = { .dst = buf, .size = len };
	struct zstd *z = state;
	ZSTD_inBuffer in = { 0 };
	size_t ret;
	ssize_t n;

	while (out.pos == 0) {
		n = input_raw_want(raw, 1, e);
		if (n < 0)
			return n;
		if (n == 0 && !z->in_frame)
			break;
		if (!z->in_frame)
			z->start = input_raw_offset(raw);
		in.src = raw->buf + raw->pos;
		in.size = n;
		in.pos = 0;
		ret = ZSTD_decompressStream(z->stream, &out, &in);
		if (ZSTD_isError(ret))
			return zstd_error(z, raw, ret, e);
		raw->pos += in.pos;
		z->in_frame = ret != 0;
		if (n == 0 && out.pos == 0)
			return error_set(e, -EIO,
					 "%s: zstd data end too early; is the file complete?",
					 raw->name);
	}
	return out.pos;
}

static void zstd_free(void *state)
{
	struct zstd *z = state;

	ZSTD_freeDStream(z->stream);
	free(z);
}

const struct input_codec input_zstd = {
	.name		= "zstd",
	.is_start	= zstd_is_start,
	.new		= zstd_new,
	.read		= zstd_read,
	.free		= zstd_free,
};
