// SPDX-License-Identifier: GPL-2.0
/*
 * Decode gzip with zlib, for statically linked programs: Debian has no archive
 * of ISA-L.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "stream/inflate.h"

#define RAW_DEFLATE	(-MAX_WBITS)
#define TRAILER_SIZE	8

/*
 * @crc, @size: of the member's decoded data so far, the latter modulo 2^32
 * @ended: the member's data have ended
 * @trailer: @have bytes of the trailer, which follows the data
 */
struct inflate {
	z_stream stream;
	uint32_t crc;
	uint32_t size;
	bool ended;
	uint8_t trailer[TRAILER_SIZE];
	size_t have;
};

struct inflate *inflate_new(void)
{
	struct inflate *i = calloc(1, sizeof(*i));

	if (!i || inflateInit2(&i->stream, RAW_DEFLATE) == Z_OK)
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
	i->crc = 0;
	i->size = 0;
	i->ended = false;
	i->have = 0;
}

uint32_t inflate_crc(uint32_t crc, const void *buf, size_t len)
{
	return crc32_z(crc, buf, len);
}

static uint32_t le32_at(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static int inflate_data(struct inflate *i, const uint8_t *in, size_t *in_len,
			uint8_t *out, size_t *out_len, const char **fault)
{
	size_t room = *out_len;
	int ret;

	i->stream.next_in = (uint8_t *)in;
	i->stream.avail_in = *in_len;
	i->stream.next_out = out;
	i->stream.avail_out = room;
	ret = inflate(&i->stream, Z_NO_FLUSH);
	*in_len = i->stream.avail_in;
	*out_len = i->stream.avail_out;
	i->crc = inflate_crc(i->crc, out, room - *out_len);
	i->size += room - *out_len;
	i->ended = ret == Z_STREAM_END;
	if (ret == Z_MEM_ERROR)
		return -ENOMEM;
	if (ret == Z_OK || ret == Z_STREAM_END || ret == Z_BUF_ERROR)
		return 0;
	*fault = i->stream.msg ? i->stream.msg : zError(ret);
	return -EIO;
}

/* read and check the trailer: CRC-32 and length of the data modulo 2^32 */
static int read_trailer(struct inflate *i, const uint8_t *in, size_t *in_len,
			const char **fault)
{
	size_t n = TRAILER_SIZE - i->have;

	if (n > *in_len)
		n = *in_len;
	memcpy(i->trailer + i->have, in, n);
	i->have += n;
	*in_len -= n;
	if (i->have < TRAILER_SIZE)
		return 0;
	if (le32_at(i->trailer) == i->crc && le32_at(i->trailer + 4) == i->size)
		return 1;
	*fault = "wrong checksum";
	return -EIO;
}

int inflate_some(struct inflate *i, const uint8_t *in, size_t *in_len,
		 uint8_t *out, size_t *out_len, const char **fault)
{
	size_t len = *in_len;
	int ret = 0;

	if (!i->ended)
		ret = inflate_data(i, in, in_len, out, out_len, fault);
	if (ret || !i->ended)
		return ret;
	return read_trailer(i, in + len - *in_len, in_len, fault);
}
