// SPDX-License-Identifier: GPL-2.0
/*
 * Decoding gzip: all members of a file, and what may follow them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "input_codec.h"

#define GZIP_WINDOW_BITS	(15 + 16)	/* 16: gzip, nothing else */

/* @done: the last member has ended */
struct gzip {
	z_stream zs;
	bool done;
};

static bool gzip_is_start(const uint8_t *buf, size_t len)
{
	return len >= 3 && buf[0] == 0x1f && buf[1] == 0x8b &&
	       buf[2] == Z_DEFLATED;
}

static int gzip_new(void **state, const struct input_raw *raw,
		    struct error *e)
{
	struct gzip *gz = calloc(1, sizeof(*gz));

	if (!gz || inflateInit2(&gz->zs, GZIP_WINDOW_BITS) != Z_OK) {
		free(gz);
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
	}
	*state = gz;
	return 0;
}

/*
 * What follows a member is another one, padding of zeros, or junk, which is
 * ignored as gzip(1) does.
 */
static int gzip_next_member(struct gzip *gz, struct input_raw *raw,
			    struct error *e)
{
	ssize_t n = input_raw_want(raw, 2, e);

	if (n < 0)
		return n;
	if (n >= 2 && raw->buf[raw->pos] == 0x1f &&
	    raw->buf[raw->pos + 1] == 0x8b) {
		inflateReset(&gz->zs);
		return 0;
	}
	gz->done = true;
	while (n > 0 && !raw->ignored) {
		while (raw->pos < raw->end && raw->buf[raw->pos] == 0)
			raw->pos++;
		raw->ignored = raw->pos < raw->end;
		n = input_raw_want(raw, 1, e);
	}
	return n < 0 ? n : 0;
}

static int gzip_error(const struct gzip *gz, const struct input_raw *raw,
		      int ret, struct error *e)
{
	if (ret == Z_MEM_ERROR)
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
	return error_set(e, -EIO, "%s: broken gzip data: %s", raw->name,
			 ret == Z_NEED_DICT ? "preset dictionary" :
			 gz->zs.msg ? gz->zs.msg : zError(ret));
}

static ssize_t gzip_read(void *state, struct input_raw *raw, void *buf,
			 size_t len, struct error *e)
{
	struct gzip *gz = state;
	ssize_t n;
	int ret;

	gz->zs.next_out = buf;
	gz->zs.avail_out = len;
	while (gz->zs.avail_out == len && !gz->done) {
		n = input_raw_want(raw, 1, e);
		if (n < 0)
			return n;
		gz->zs.next_in = raw->buf + raw->pos;
		gz->zs.avail_in = n;
		ret = inflate(&gz->zs, Z_NO_FLUSH);
		raw->pos = raw->end - gz->zs.avail_in;
		if (ret == Z_BUF_ERROR && n == 0)
			return error_set(e, -EIO,
					 "%s: gzip data end too early; is the file complete?",
					 raw->name);
		if (ret == Z_STREAM_END)
			ret = gzip_next_member(gz, raw, e);
		else if (ret != Z_OK)
			ret = gzip_error(gz, raw, ret, e);
		if (ret < 0)
			return ret;
	}
	return len - gz->zs.avail_out;
}

static void gzip_free(void *state)
{
	struct gzip *gz = state;

	inflateEnd(&gz->zs);
	free(gz);
}

const struct input_codec input_gzip = {
	.name		= "gzip",
	.is_start	= gzip_is_start,
	.new		= gzip_new,
	.read		= gzip_read,
	.free		= gzip_free,
};
