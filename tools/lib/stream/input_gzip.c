// SPDX-License-Identifier: GPL-2.0
/*
 * Decode gzip: all members of a file, and what may follow them.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Parse headers here, by RFC 1952, and not with a library: libraries do not
 * agree on what to refuse.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "inflate.h"
#include "input_codec.h"

#define GZIP_DEFLATE	8	/* the only method defined */
#define GZIP_HEADER	10	/* bytes of the fixed part of a header */

#define GZIP_FHCRC	0x02
#define GZIP_FEXTRA	0x04
#define GZIP_FNAME	0x08
#define GZIP_FCOMMENT	0x10
#define GZIP_RESERVED	0xe0

/*
 * @crc: CRC-32 of the header read so far
 * @in_member: a member's header has been read, its data have not ended
 * @done: the last member has ended
 */
struct gzip {
	struct inflate *inflate;
	uint32_t crc;
	bool in_member;
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
	struct gzip *gz = calloc(1, sizeof(*gz));

	if (gz)
		gz->inflate = inflate_new();
	if (!gz || !gz->inflate) {
		free(gz);
		return error_set(e, -ENOMEM, "%s: out of memory", raw->name);
	}
	*state = gz;
	return 0;
}

static int broken(const struct input_raw *raw, const char *fault,
		  struct error *e)
{
	return error_set(e, -EIO, "%s: broken gzip data: %s", raw->name,
			 fault);
}

static int too_short(const struct input_raw *raw, struct error *e)
{
	return error_set(e, -EIO,
			 "%s: gzip data end too early; is the file complete?",
			 raw->name);
}

/* read the next bytes of a header to @buf, or skip them if it is NULL */
static int take(struct gzip *gz, struct input_raw *raw, uint8_t *buf,
		size_t len, struct error *e)
{
	ssize_t n;

	for (; len; len -= n) {
		n = input_raw_want(raw, 1, e);
		if (n <= 0)
			return n ? n : too_short(raw, e);
		if (n > len)
			n = len;
		gz->crc = inflate_crc(gz->crc, raw->buf + raw->pos, n);
		if (buf)
			buf = mempcpy(buf, raw->buf + raw->pos, n);
		raw->pos += n;
	}
	return 0;
}

static int take_le16(struct gzip *gz, struct input_raw *raw, uint16_t *value,
		     struct error *e)
{
	uint8_t bytes[2];
	int err = take(gz, raw, bytes, sizeof(bytes), e);

	if (!err)
		*value = bytes[0] | bytes[1] << 8;
	return err;
}

/* skip a name or comment, of any length */
static int skip_string(struct gzip *gz, struct input_raw *raw,
		       struct error *e)
{
	uint8_t byte;
	int err;

	do
		err = take(gz, raw, &byte, 1, e);
	while (!err && byte);
	return err;
}

static int skip_extra(struct gzip *gz, struct input_raw *raw, struct error *e)
{
	uint16_t len;
	int err = take_le16(gz, raw, &len, e);

	return err ? err : take(gz, raw, NULL, len, e);
}

static int check_header_crc(struct gzip *gz, struct input_raw *raw,
			    struct error *e)
{
	uint16_t want = gz->crc, is;
	int err = take_le16(gz, raw, &is, e);

	if (!err && is != want)
		err = broken(raw, "wrong checksum of a header", e);
	return err;
}

/* read and validate a member's header, whose first two bytes are known */
static int read_header(struct gzip *gz, struct input_raw *raw,
		       struct error *e)
{
	uint8_t head[GZIP_HEADER], flags;
	int err;

	gz->crc = 0;
	err = take(gz, raw, head, sizeof(head), e);
	if (err)
		return err;
	flags = head[3];
	if (head[2] != GZIP_DEFLATE)
		return broken(raw, "unknown method of compression", e);
	if (flags & GZIP_RESERVED)
		return broken(raw, "reserved flags are set in a header", e);
	if (flags & GZIP_FEXTRA)
		err = skip_extra(gz, raw, e);
	if (!err && flags & GZIP_FNAME)
		err = skip_string(gz, raw, e);
	if (!err && flags & GZIP_FCOMMENT)
		err = skip_string(gz, raw, e);
	if (!err && flags & GZIP_FHCRC)
		err = check_header_crc(gz, raw, e);
	if (err)
		return err;
	inflate_restart(gz->inflate);
	gz->in_member = true;
	return 0;
}

/*
 * End a member: another one, padding of zeros or junk may follow.  Whether junk
 * can be ignored depends on the decoded data, and is up to the caller.
 */
static int end_member(struct gzip *gz, struct input_raw *raw, struct error *e)
{
	ssize_t n = input_raw_want(raw, 2, e);

	gz->in_member = false;
	if (n < 0)
		return n;
	if (n >= 2 && raw->buf[raw->pos] == 0x1f &&
	    raw->buf[raw->pos + 1] == 0x8b)
		return 0;
	gz->done = true;
	if (n)
		raw->ended = input_raw_offset(raw);
	while (n > 0 && !raw->ignored) {
		while (raw->pos < raw->end && raw->buf[raw->pos] == 0)
			raw->pos++;
		raw->ignored = raw->pos < raw->end;
		n = input_raw_want(raw, 1, e);
	}
	return n < 0 ? n : 0;
}

/*
 * Decode once to @buf, which has room for *@len bytes; unused input remains in
 * @raw.  The library may retain decoded bytes when @buf is full: at the end of
 * the file call it once more before reporting a truncated member.
 */
static int gzip_step(struct gzip *gz, struct input_raw *raw, uint8_t *buf,
		     size_t *len, struct error *e)
{
	ssize_t n = input_raw_want(raw, 1, e);
	const char *fault = NULL;
	size_t left = n, room = *len;
	int ret;

	if (n < 0)
		return n;
	ret = inflate_some(gz->inflate, raw->buf + raw->pos, &left, buf, len,
			   &fault);
	raw->pos = raw->end - left;
	if (ret == -ENOMEM)
		return error_set(e, ret, "%s: out of memory", raw->name);
	if (ret < 0)
		return broken(raw, fault, e);
	if (!ret && n == 0 && *len == room)
		return too_short(raw, e);
	return ret ? end_member(gz, raw, e) : 0;
}

static ssize_t gzip_read(void *state, struct input_raw *raw, void *buf,
			 size_t len, struct error *e)
{
	struct gzip *gz = state;
	size_t left = len;
	int err = 0;

	while (left == len && !gz->done) {
		if (!gz->in_member)
			err = read_header(gz, raw, e);
		if (!err)
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
