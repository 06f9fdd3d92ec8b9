// SPDX-License-Identifier: GPL-2.0
/*
 * Read a file, or a part of it, into the input buffer of decompressors.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "input_codec.h"

ssize_t input_raw_read(struct input_raw *raw, void *buf, size_t len,
		       struct error *e)
{
	ssize_t n;

	if (raw->eof)
		return 0;
	if (len > raw->left)
		len = raw->left;
	do
		n = read(raw->fd, buf, len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_errno(e, "%s: cannot read", raw->name);
	if (n == 0 && raw->part && raw->left)
		return error_set(e, -EIO, "%s: ends %" PRIu64
				 " bytes before it should", raw->name,
				 raw->left);
	if (n == 0)
		raw->eof = true;
	raw->left -= n;
	raw->taken += n;
	return n;
}

ssize_t input_raw_want(struct input_raw *raw, size_t len, struct error *e)
{
	ssize_t n;

	if (raw->end - raw->pos < len) {
		memmove(raw->buf, raw->buf + raw->pos, raw->end - raw->pos);
		raw->end -= raw->pos;
		raw->pos = 0;
	}
	while (raw->end - raw->pos < len) {
		n = input_raw_read(raw, raw->buf + raw->end,
				   sizeof(raw->buf) - raw->end, e);
		if (n < 0)
			return n;
		if (n == 0)
			break;
		raw->end += n;
	}
	return raw->end - raw->pos;
}

int input_raw_junk(const struct input_raw *raw, const char *codec,
		   uint64_t offset, struct error *e)
{
	return error_set(e, -EIO,
			 "%s: broken %s data: they end at byte %" PRIu64
			 " of the file, and behind them are bytes that begin no stream",
			 raw->name, codec, offset);
}
