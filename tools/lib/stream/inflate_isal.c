// SPDX-License-Identifier: GPL-2.0
/*
 * Decode gzip with ISA-L.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>

#include "inflate.h"

struct inflate {
	struct inflate_state state;
};

struct inflate *inflate_new(void)
{
	struct inflate *i = malloc(sizeof(*i));

	if (!i)
		return NULL;
	isal_inflate_init(&i->state);
	i->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
	return i;
}

void inflate_free(struct inflate *i)
{
	free(i);
}

void inflate_restart(struct inflate *i)
{
	isal_inflate_reset(&i->state);
}

uint32_t inflate_crc(uint32_t crc, const void *buf, size_t len)
{
	return crc32_gzip_refl(crc, buf, len);
}

static const char *fault_text(int ret)
{
	switch (ret) {
	case ISAL_INVALID_BLOCK:
		return "invalid block";
	case ISAL_INVALID_SYMBOL:
		return "invalid code";
	case ISAL_INVALID_LOOKBACK:
		return "distance too far back";
	case ISAL_INCORRECT_CHECKSUM:
		return "wrong checksum";
	}
	return "unknown fault";
}

int inflate_some(struct inflate *i, const uint8_t *in, size_t *in_len,
		 uint8_t *out, size_t *out_len, const char **fault)
{
	int ret;

	i->state.next_in = (uint8_t *)in;
	i->state.avail_in = *in_len;
	i->state.next_out = out;
	i->state.avail_out = *out_len;
	ret = isal_inflate(&i->state);
	*in_len = i->state.avail_in;
	*out_len = i->state.avail_out;
	if (ret < 0) {
		*fault = fault_text(ret);
		return -EIO;
	}
	return i->state.block_state == ISAL_BLOCK_FINISH;
}
