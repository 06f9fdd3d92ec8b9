// SPDX-License-Identifier: GPL-2.0
/*
 * Decoding gzip with zlib, for programs that are linked statically: Debian has
 * no archive of ISA-L.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "input_codec.h"

#define GZIP_ONLY	(16 + MAX_WBITS)

/* @done: the last member has ended */
struct gzip {
	z_stream stream;
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

	if (!gz || inflateInit2(&gz->stream, GZIP_ONLY) != Z_OK) {
		free(gz);
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
	}
	*state = gz;
	return 0;
}

/* another member, padding of zeros, or junk, which is ignored as by gzip(1) */
static int gzip_next_member(struct gzip *gz, struct input_raw *raw,
			    struct error *e)
{
	ssize_t n = input_raw_want(raw, 2, e);

	if (n < 0)
		return n;
	if (n >= 2 && raw->buf[raw->pos] == 0x1f &&
	    raw->buf[raw->pos + 1] == 0x8b) {
		inflateReset(&gz->stream);
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

/* decode once; what was not used stays in @raw */
static int gzip_step(struct gzip *gz, struct input_raw *raw, struct error *e)
{
	ssize_t n = input_raw_want(raw, 1, e);
	int ret;

	if (n < 0)
		return n;
	if (n == 0)
		return error_set(e, -EIO,
				 "%s: gzip data end too early; is the file complete?",
				 raw->name);
	gz->stream.next_in = raw->buf + raw->pos;
	gz->stream.avail_in = n;
	ret = inflate(&gz->stream, Z_NO_FLUSH);
	raw->pos = raw->end - gz->stream.avail_in;
	if (ret == Z_STREAM_END)
		return gzip_next_member(gz, raw, e);
	if (ret != Z_OK)
		return error_set(e, -EIO, "%s: broken gzip data: %s", raw->name,
				 gz->stream.msg ? gz->stream.msg : zError(ret));
	return 0;
}

static ssize_t gzip_read(void *state, struct input_raw *raw, void *buf,
			 size_t len, struct error *e)
{
	struct gzip *gz = state;
	int err;

	gz->stream.next_out = buf;
	gz->stream.avail_out = len;
	while (gz->stream.avail_out == len && !gz->done) {
		err = gzip_step(gz, raw, e);
		if (err)
			return err;
	}
	return len - gz->stream.avail_out;
}

static void gzip_free(void *state)
{
	struct gzip *gz = state;

	inflateEnd(&gz->stream);
	free(gz);
}

const struct input_codec input_gzip = {
	.name		= "gzip",
	.is_start	= gzip_is_start,
	.new		= gzip_new,
	.read		= gzip_read,
	.free		= gzip_free,
};
