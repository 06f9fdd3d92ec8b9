// SPDX-License-Identifier: GPL-2.0
/*
 * Decoding gzip: all members of a file, and what may follow them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>

#include "input_codec.h"

#define GZIP_DEFLATE	8	/* the only method of RFC 1952 */

/* @done: the last member has ended */
struct gzip {
	struct inflate_state state;
	bool done;
};

static bool gzip_is_start(const uint8_t *buf, size_t len)
{
	return len >= 3 && buf[0] == 0x1f && buf[1] == 0x8b &&
	       buf[2] == GZIP_DEFLATE;
}

static int gzip_new(void **state, const struct input_raw *raw,
		    struct error *e)
{
	struct gzip *gz = malloc(sizeof(*gz));

	if (!gz)
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
	isal_inflate_init(&gz->state);
	gz->state.crc_flag = ISAL_GZIP;
	gz->done = false;
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
		isal_inflate_reset(&gz->state);
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

static const char *gzip_fault(int ret)
{
	switch (ret) {
	case ISAL_INVALID_BLOCK:
		return "invalid block";
	case ISAL_INVALID_SYMBOL:
		return "invalid code";
	case ISAL_INVALID_LOOKBACK:
		return "distance too far back";
	case ISAL_INVALID_WRAPPER:
		return "invalid header";
	case ISAL_UNSUPPORTED_METHOD:
		return "unknown method of compression";
	case ISAL_INCORRECT_CHECKSUM:
		return "wrong checksum";
	}
	return "unknown fault";
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
	gz->state.next_in = raw->buf + raw->pos;
	gz->state.avail_in = n;
	ret = isal_inflate(&gz->state);
	raw->pos = raw->end - gz->state.avail_in;
	if (ret < 0)
		return error_set(e, -EIO, "%s: broken gzip data: %s", raw->name,
				 gzip_fault(ret));
	if (gz->state.block_state == ISAL_BLOCK_FINISH)
		return gzip_next_member(gz, raw, e);
	return 0;
}

static ssize_t gzip_read(void *state, struct input_raw *raw, void *buf,
			 size_t len, struct error *e)
{
	struct gzip *gz = state;
	int err;

	gz->state.next_out = buf;
	gz->state.avail_out = len;
	while (gz->state.avail_out == len && !gz->done) {
		err = gzip_step(gz, raw, e);
		if (err)
			return err;
	}
	return len - gz->state.avail_out;
}

static void gzip_free(void *state)
{
	free(state);
}

const struct input_codec input_gzip = {
	.name		= "gzip",
	.is_start	= gzip_is_start,
	.new		= gzip_new,
	.read		= gzip_read,
	.free		= gzip_free,
};
