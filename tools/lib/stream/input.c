// SPDX-License-Identifier: GPL-2.0
/*
 * A tarball as a stream of uncompressed bytes, each read once.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"
#include "input_codec.h"
#include "tar_header.h"

#define INPUT_SIZE	(256 * 1024)

/*
 * @pos, @end: range of @buf that @tee has consumed and the reader has not
 * @failed: error of the first failed read, which is returned from then on
 * @why: its description
 */
struct input {
	const struct input_codec *codec;
	void *state;
	input_tee tee;
	void *tee_ctx;
	uint64_t offset;
	size_t pos;
	size_t end;
	int failed;
	struct error why;
	struct input_raw raw;
	uint8_t buf[INPUT_SIZE];
};

static bool plain_is_start(const uint8_t *buf, size_t len)
{
	return true;
}

static int plain_new(void **state, const struct input_raw *raw,
		     struct error *e)
{
	return 0;
}

/* read the bytes buffered to detect the codec, then directly from the file */
static ssize_t plain_read(void *state, struct input_raw *raw, void *buf,
			  size_t len, struct error *e)
{
	size_t n = raw->end - raw->pos;

	if (n == 0)
		return input_raw_read(raw, buf, len, e);
	if (n > len)
		n = len;
	memcpy(buf, raw->buf + raw->pos, n);
	raw->pos += n;
	return n;
}

static void plain_free(void *state)
{
}

static const struct input_codec input_plain = {
	.is_start	= plain_is_start,
	.new		= plain_new,
	.read		= plain_read,
	.free		= plain_free,
};

/*
 * The first that recognizes the content is used, and plain recognizes all.  The
 * Makefile lists those whose libraries are available.
 */
static const struct input_codec *const codecs[] = { INPUT_CODECS };

/* detect the codec; a tar's first name can begin like compressed data */
static const struct input_codec *find_codec(const uint8_t *buf, size_t len)
{
	size_t i = 0;

	if (len >= TAR_BLOCK_SIZE && tar_header_sum_is_right((const void *)buf))
		return &input_plain;
	while (!codecs[i]->is_start(buf, len))
		i++;
	return codecs[i];
}

static int choose_codec(struct input *in, struct error *e)
{
	ssize_t n = input_raw_want(&in->raw, TAR_BLOCK_SIZE, e);

	if (n < 0)
		return n;
	in->codec = find_codec(in->raw.buf, n);
	return in->codec->new(&in->state, &in->raw, e);
}

/* @part: NULL for the rest of the file; @codec: NULL to detect it by content */
static int open_part(struct input **inp, int fd, const char *name,
		     const struct input_part *part,
		     const struct input_codec *codec, input_tee tee, void *ctx,
		     struct error *e)
{
	struct input *in = calloc(1, sizeof(*in));
	int err = 0;

	if (!in)
		return error_set(e, -ENOMEM, "%s: out of memory", name);
	in->codec = codec;
	in->tee = tee;
	in->tee_ctx = ctx;
	in->raw.fd = fd;
	in->raw.name = name;
	in->raw.part = part;
	in->raw.left = part ? part->size : UINT64_MAX;
	if (!codec)
		err = choose_codec(in, e);
	if (err) {
		free(in);
		return err;
	}
	*inp = in;
	return 0;
}

int input_open(struct input **in, int fd, const char *name, input_tee tee,
	       void *ctx, struct error *e)
{
	return open_part(in, fd, name, NULL, NULL, tee, ctx, e);
}

int input_open_plain(struct input **in, int fd, const char *name,
		     input_tee tee, void *ctx, struct error *e)
{
	return open_part(in, fd, name, NULL, &input_plain, tee, ctx, e);
}

int input_open_part(struct input **in, int fd, const char *name,
		    const struct input_part *part, input_tee tee, void *ctx,
		    struct error *e)
{
	if (lseek(fd, part->offset, SEEK_SET) < 0)
		return error_errno(e, "%s: cannot seek to byte %" PRIu64, name,
				   part->offset);
	return open_part(in, fd, name, part, NULL, tee, ctx, e);
}

void input_close(struct input *in)
{
	if (!in)
		return;
	in->codec->free(in->state);
	free(in);
}

/* decode unless decoded bytes are left; return their number, 0 at the end */
static ssize_t fill(struct input *in, struct error *e)
{
	ssize_t n;
	int err;

	if (in->pos < in->end)
		return in->end - in->pos;
	if (in->failed) {
		*e = in->why;
		return in->failed;
	}
	n = in->codec->read(in->state, &in->raw, in->buf, sizeof(in->buf), e);
	if (n > 0 && in->tee) {
		err = in->tee(in->tee_ctx, in->buf, n, e);
		if (err)
			n = err;
	}
	if (n < 0) {
		in->failed = n;
		in->why = *e;
		return n;
	}
	in->pos = 0;
	in->end = n;
	return n;
}

/* read @len bytes to @buf, or skip them if it is NULL */
static int64_t advance(struct input *in, uint8_t *buf, uint64_t len,
		       struct error *e)
{
	uint64_t done = 0;
	ssize_t n;

	while (done < len) {
		n = fill(in, e);
		if (n < 0)
			return n;
		if (n == 0)
			break;
		if (n > len - done)
			n = len - done;
		if (buf)
			memcpy(buf + done, in->buf + in->pos, n);
		in->pos += n;
		in->offset += n;
		done += n;
	}
	return done;
}

ssize_t input_read(struct input *in, void *buf, size_t len, struct error *e)
{
	return advance(in, buf, len, e);
}

int64_t input_skip(struct input *in, uint64_t len, struct error *e)
{
	return advance(in, NULL, len, e);
}

uint64_t input_offset(const struct input *in)
{
	return in->offset;
}

uint64_t input_taken(const struct input *in)
{
	return in->raw.taken;
}

const struct error *input_failure(const struct input *in)
{
	return in->failed ? &in->why : NULL;
}

const char *input_compression(const struct input *in)
{
	return in->codec->name;
}

bool input_ignored(const struct input *in)
{
	return in->raw.ignored;
}

uint64_t input_ended(const struct input *in)
{
	return in->raw.ended;
}
