// SPDX-License-Identifier: GPL-2.0
/*
 * Decoding gzip: all members of a file, and what may follow them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>

#include "inflate.h"
#include "input_codec.h"

#define GZIP_DEFLATE	8	/* the only method of RFC 1952 */

/* @done: the last member has ended */
struct gzip {
	struct inflate *inflate;
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

	if (gz)
		gz->inflate = inflate_new();
	if (!gz || !gz->inflate) {
		free(gz);
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
	}
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
		inflate_restart(gz->inflate);
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

/* decode once to @buf, which has room for @len; what was not used stays in @raw */
static int gzip_step(struct gzip *gz, struct input_raw *raw, uint8_t *buf,
		     size_t *len, struct error *e)
{
	ssize_t n = input_raw_want(raw, 1, e);
	const char *fault = NULL;
	size_t left = n;
	int ret;

	if (n < 0)
		return n;
	if (n == 0)
		return error_set(e, -EIO,
				 "%s: gzip data end too early; is the file complete?",
				 raw->name);
	ret = inflate_some(gz->inflate, raw->buf + raw->pos, &left, buf, len,
			   &fault);
	raw->pos = raw->end - left;
	if (ret == -ENOMEM)
		return error_set(e, ret, "%s: out of memory", raw->name);
	if (ret < 0)
		return error_set(e, ret, "%s: broken gzip data: %s", raw->name,
				 fault);
	return ret ? gzip_next_member(gz, raw, e) : 0;
}

static ssize_t gzip_read(void *state, struct input_raw *raw, void *buf,
			 size_t len, struct error *e)
{
	struct gzip *gz = state;
	size_t left = len;
	int err;

	while (left == len && !gz->done) {
		err = gzip_step(gz, raw, buf, &left, e);
		if (err)
			return err;
	}
	return len - left;
}

static void gzip_free(void *state)
{
	struct gzip *gz = state;

	inflate_free(gz->inflate);
	free(gz);
}

const struct input_codec input_gzip = {
	.name		= "gzip",
	.is_start	= gzip_is_start,
	.new		= gzip_new,
	.read		= gzip_read,
	.free		= gzip_free,
};
