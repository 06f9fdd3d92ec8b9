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

#include "inflate.h"

#define GZIP_ONLY	(16 + MAX_WBITS)

struct inflate {
	z_stream stream;
};

struct inflate *inflate_new(void)
{
	struct inflate *i = calloc(1, sizeof(*i));

	if (!i || inflateInit2(&i->stream, GZIP_ONLY) == Z_OK)
		return i;
	free(i);
	return NULL;
}

void inflate_free(struct inflate *i)
{
	inflateEnd(&i->stream);
	free(i);
}

void inflate_restart(struct inflate *i)
{
	inflateReset(&i->stream);
}

int inflate_some(struct inflate *i, const uint8_t *in, size_t *in_len,
		 uint8_t *out, size_t *out_len, const char **fault)
{
	int ret;

	i->stream.next_in = (uint8_t *)in;
	i->stream.avail_in = *in_len;
	i->stream.next_out = out;
	i->stream.avail_out = *out_len;
	ret = inflate(&i->stream, Z_NO_FLUSH);
	*in_len = i->stream.avail_in;
	*out_len = i->stream.avail_out;
	if (ret == Z_MEM_ERROR)
		return -ENOMEM;
	if (ret == Z_OK || ret == Z_STREAM_END)
		return ret == Z_STREAM_END;
	*fault = i->stream.msg ? i->stream.msg : zError(ret);
	return -EIO;
}
