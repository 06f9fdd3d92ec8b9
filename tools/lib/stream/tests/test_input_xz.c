// SPDX-License-Identifier: GPL-2.0
/*
 * xz input decodes to the same bytes, or fails.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <lzma.h>

#include "input_stream.h"

static void put_xz(const void *data, size_t len)
{
	if (lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, data, len,
				    stored.data, &stored.len,
				    sizeof(stored.data)) != LZMA_OK)
		abort();
}

static void put_zeros(size_t len)
{
	memset(stored.data + stored.len, 0, len);
	stored.len += len;
}

static void test_xz(void)
{
	put_xz(plain, PLAIN_SIZE);
	decodes("xz", "xz", PLAIN_SIZE, false);
	put_xz(plain, 0);
	decodes("xz of nothing", "xz", 0, false);

	put_xz(plain, 5);
	put_zeros(300000);
	put_xz(plain, 0);
	put_xz(plain + 5, 600000);
	put_xz(plain + 600005, PLAIN_SIZE - 600005);
	put_zeros(4);
	decodes("xz of four streams, padded", "xz", PLAIN_SIZE, false);
}

static void test_broken(void)
{
	put_xz(plain, PLAIN_SIZE);
	stored.len /= 2;
	fails("xz cut in the middle", "end too early");
	put_xz(plain, PLAIN_SIZE);
	stored.len--;
	fails("xz without its last byte", "end too early");
	put_xz(plain, 100);
	stored.len = 6;
	fails("xz cut in its header", "end too early");
	put_xz(plain, 100);
	put("\xfd\x37zXZ", 5);
	fails("xz with the next stream cut", "end too early");
	put_xz(plain, 100);
	put("junk of 20 bytes....", 20);
	fails("xz with junk behind", "broken xz");
	put_xz(plain, 100);
	put_zeros(3);
	fails("xz with three zeros behind", "broken xz");
	put_xz(plain, PLAIN_SIZE);
	stored.data[stored.len / 2] ^= 1;
	fails("xz with a bit flipped", "broken xz");
}

int main(void)
{
	fill_plain();
	test_xz();
	test_broken();
	test_flips("xz", put_xz, 6);
	return tap_done();
}
