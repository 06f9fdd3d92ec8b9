// SPDX-License-Identifier: GPL-2.0
/*
 * Decode bzip2: all streams of a file, which must not contain anything else.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <bzlib.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input_codec.h"

#define BZIP2_MAGIC_SIZE	10

/* @in_stream: the last stream begun has not ended; @start: its offset */
struct bzip2 {
	bz_stream stream;
	uint64_t start;
	bool in_stream;
};

/* "BZh", a digit, and the magic of a block or, in an empty stream, its end */
static bool bzip2_is_start(const uint8_t *buf, size_t len)
{
	return len >= BZIP2_MAGIC_SIZE && !memcmp(buf, "BZh", 3) &&
	       buf[3] >= '1' && buf[3] <= '9' &&
	       (!memcmp(buf + 4, "\x31\x41\x59\x26\x53\x59", 6) ||
		!memcmp(buf + 4, "\x17\x72\x45\x38\x50\x90", 6));
}

static int bzip2_new(void **state, const struct input_raw *raw,
		     struct error *e)
{
	*state = calloc(1, sizeof(struct bzip2));
	if (!*state)
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
	return 0;
}

static int bzip2_error(const struct bzip2 *bz, const struct input_raw *raw,
		       int ret, struct error *e)
{
	if (ret == BZ_MEM_ERROR)
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
	if (ret == BZ_DATA_ERROR_MAGIC)
		return input_raw_junk(raw, "bzip2", bz->start, e);
	return error_set(e, -EIO, "%s: broken bzip2 data: corrupt", raw->name);
}

/* decode the buffer, up to the end of a stream */
static int bzip2_decode(struct bzip2 *bz, struct input_raw *raw,
			struct error *e)
{
	int ret = BZ_OK;

	if (!bz->in_stream)
		ret = BZ2_bzDecompressInit(&bz->stream, 0, 0);
	if (ret != BZ_OK)
		return bzip2_error(bz, raw, ret, e);
	if (!bz->in_stream)
		bz->start = input_raw_offset(raw);
	bz->in_stream = true;
	bz->stream.next_in = (char *)raw->buf + raw->pos;
	bz->stream.avail_in = raw->end - raw->pos;
	ret = BZ2_bzDecompress(&bz->stream);
	raw->pos = raw->end - bz->stream.avail_in;
	if (ret == BZ_STREAM_END) {
		bz->in_stream = false;
		BZ2_bzDecompressEnd(&bz->stream);
		return 0;
	}
	return ret == BZ_OK ? 0 : bzip2_error(bz, raw, ret, e);
}

/*
 * The library may retain decoded bytes when @buf is full: at the end of the
 * file call it once more before reporting a truncated stream.
 */
static ssize_t bzip2_read(void *state, struct input_raw *raw, void *buf,
			  size_t len, struct error *e)
{
	struct bzip2 *bz = state;
	unsigned int left = len;
	ssize_t n;
	int err;

	while (left == len) {
		n = input_raw_want(raw, 1, e);
		if (n < 0)
			return n;
		if (n == 0 && !bz->in_stream)
			break;
		bz->stream.next_out = buf;
		bz->stream.avail_out = len;
		err = bzip2_decode(bz, raw, e);
		if (err)
			return err;
		left = bz->stream.avail_out;
		if (n == 0 && left == len && bz->in_stream)
			return error_set(e, -EIO,
					 "%s: bzip2 data end too early; is the file complete?",
					 raw->name);
	}
	return len - left;
}

static void bzip2_free(void *state)
{
	struct bzip2 *bz = state;

	if (bz->in_stream)
		BZ2_bzDecompressEnd(&bz->stream);
	free(bz);
}

const struct input_codec input_bzip2 = {
	.name		= "bzip2",
	.is_start	= bzip2_is_start,
	.new		= bzip2_new,
	.read		= bzip2_read,
	.free		= bzip2_free,
};
