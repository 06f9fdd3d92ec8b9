// SPDX-License-Identifier: GPL-2.0
/*
 * Header blocks: offsets of fields, magics and checksums.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stddef.h>
#include <string.h>

#include "stream/tar_header.h"
#include "tap.h"

static const struct {
	const char *name;
	size_t offset, want;
} fields[] = {
#define FIELD(field, want) { #field, offsetof(struct tar_header, field), want }
	FIELD(mode, 100),
	FIELD(size, 124),
	FIELD(checksum, 148),
	FIELD(type, 156),
	FIELD(linkname, 157),
	FIELD(magic, 257),
	FIELD(major, 329),
	FIELD(ustar.prefix, 345),
	FIELD(gnu.sparse, 386),
	FIELD(gnu.is_extended, 482),
	FIELD(gnu.real_size, 483),
#undef FIELD
};

static const struct {
	const char *what;
	char magic[8];
	bool ustar, gnu;
} magics[] = {
	{ "POSIX", { 'u', 's', 't', 'a', 'r', '\0', '0', '0' }, true, false },
	{ "old GNU", { 'u', 's', 't', 'a', 'r', ' ', ' ', '\0' }, false, true },
	{ "no magic", { 0 }, false, false },
	{ "version 01", { 'u', 's', 't', 'a', 'r', '\0', '0', '1' },
	  false, false },
	{ "GNU without its NUL", { 'u', 's', 't', 'a', 'r', ' ', ' ', ' ' },
	  false, false },
};

static void test_magics(void)
{
	struct tar_header h;
	size_t i;

	for (i = 0; i < sizeof(magics) / sizeof(*magics); i++) {
		memset(&h, 0, sizeof(h));
		memcpy(h.magic, magics[i].magic, sizeof(magics[i].magic));
		ok(tar_header_is_ustar(&h) == magics[i].ustar &&
		   tar_header_is_gnu(&h) == magics[i].gnu,
		   "magic: %s", magics[i].what);
	}
}

static void test_sums(void)
{
	struct tar_header h;

	memset(&h, 0, sizeof(h));
	ok(tar_block_is_zero(&h), "a block of zeros is zero");
	ok(tar_header_sum(&h) == 256 && tar_header_signed_sum(&h) == 256,
	   "the checksum field counts as eight spaces");
	memset(h.checksum, 0xff, sizeof(h.checksum));
	ok(tar_header_sum(&h) == 256 && tar_header_signed_sum(&h) == 256,
	   "what the checksum field holds does not count");
	h.name[0] = (char)0xff;
	ok(tar_header_sum(&h) == 256 + 255, "bytes are unsigned");
	ok(tar_header_signed_sum(&h) == 256 - 1, "... or signed, if asked for");
	memset(&h, 0xff, sizeof(h));
	ok(tar_header_sum(&h) == 256 + 504 * 255 &&
	   tar_header_signed_sum(&h) == 256 - 504, "all bytes 0xff");
	memset(&h, 0, sizeof(h));
	h.ustar.pad[sizeof(h.ustar.pad) - 1] = 1;
	ok(!tar_block_is_zero(&h), "the last byte of a block counts");
}

static void test_padding(void)
{
	ok(tar_padding(0) == 0 && tar_padding(1) == 511 &&
	   tar_padding(511) == 1 && tar_padding(512) == 0 &&
	   tar_padding(UINT64_MAX) == 1, "padding to the next block");
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		ok(fields[i].offset == fields[i].want, "%s is at byte %zu",
		   fields[i].name, fields[i].want);
	test_magics();
	test_sums();
	test_padding();
	return tap_done();
}
