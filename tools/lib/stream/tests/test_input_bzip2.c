// SPDX-License-Identifier: GPL-2.0
/*
 * bzip2 input decodes to the same bytes, or fails.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <bzlib.h>

#include "input_stream.h"

static void put_bzip2(const void *data, size_t len)
{
	unsigned int room = sizeof(stored.data) - stored.len;

	if (BZ2_bzBuffToBuffCompress((char *)stored.data + stored.len, &room,
				     (char *)data, len, 1, 0, 0) != BZ_OK)
		abort();
	stored.len += room;
}

static void test_bzip2(void)
{
	put_bzip2(plain, PLAIN_SIZE);
	decodes("bzip2", "bzip2", PLAIN_SIZE, false);
	put_bzip2(plain, 0);
	decodes("bzip2 of nothing", "bzip2", 0, false);

	put_bzip2(plain, 5);
	put_bzip2(plain, 0);
	put_bzip2(plain + 5, 600000);
	put_bzip2(plain + 600005, PLAIN_SIZE - 600005);
	decodes("bzip2 of four streams", "bzip2", PLAIN_SIZE, false);

	memcpy(plain, "BZh91AX", 7);
	put(plain, 100);
	decodes("a name that begins as bzip2 does", NULL, 100, false);
	fill_plain();
}

static void test_broken(void)
{
	put_bzip2(plain, PLAIN_SIZE);
	stored.len /= 2;
	fails("bzip2 cut in the middle", "end too early");
	put_bzip2(plain, PLAIN_SIZE);
	stored.len--;
	fails("bzip2 without its last byte", "end too early");
	put_bzip2(plain, 100);
	stored.len = 10;
	fails("bzip2 cut in its header", "end too early");
	put_bzip2(plain, 100);
	put("BZh9", 4);
	fails("bzip2 with the next stream cut", "end too early");
	put_bzip2(plain, 100);
	put("junk", 4);
	fails("bzip2 with junk behind", "begin no stream");
	put_bzip2(plain, 100);
	put("", 1);
	fails("bzip2 with a zero behind", "begin no stream");
	put_bzip2(plain, PLAIN_SIZE);
	stored.data[stored.len / 2] ^= 1;
	fails("bzip2 with a bit flipped", "broken bzip2");
}

int main(void)
{
	fill_plain();
	test_bzip2();
	test_broken();
	test_flips("bzip2", put_bzip2, 10);
	return tap_done();
}
