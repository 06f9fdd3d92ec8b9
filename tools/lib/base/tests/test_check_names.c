// SPDX-License-Identifier: GPL-2.0
/*
 * The predicates of chunks, names, buckets and extents, and the arithmetic of
 * ranges, with each bound from both sides.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "records.h"

/* ---- ranges ---- */

static const struct {
	uint64_t pos, len;
	int inside, straddles;
} ranges[] = {
	{ 0x1000, 0x2000, 1, 1 },
	{ 0x1000, 0x2001, 0, 1 },
	{ 0x0fff, 1, 0, 0 },
	{ 0x0fff, 0, 0, 0 },
	{ 0x1000, 0, 1, 0 },
	{ 0x1fff, 1, 1, 0 },
	{ 0x1fff, 2, 1, 1 },
	{ 0x1000, 0x1000, 1, 0 },
	{ 0x1000, 0x1001, 1, 1 },
	{ 0x2fff, 1, 1, 0 },
	{ 0x2fff, 2, 0, 1 },
	{ 0x3000, 0, 1, 0 },
	{ 0x3000, 1, 0, 0 },
	{ 0x3001, 0, 0, 0 },
	{ 0x2000, -0x1000ULL, 0, 1 },
	{ -1ULL, 1, 0, 0 },
};

static void test_ranges(void)
{
	const struct tarfs_range r = { 0x1000, 0x3000 };
	size_t i;

	for (i = 0; i < COUNT(ranges); i++) {
		uint64_t pos = ranges[i].pos, len = ranges[i].len;

		ok(tarfs_in_range(&r, pos, len) == ranges[i].inside &&
		   tarfs_straddles(pos, len) == ranges[i].straddles,
		   "range: %llx+%llx", (unsigned long long)pos,
		   (unsigned long long)len);
	}
}

static void test_zeros(void)
{
	char bytes[64] = { };

	ok(tarfs_all_zero(bytes, 64), "zeros: 64 of them");
	bytes[63] = 1;
	ok(!tarfs_all_zero(bytes, 64), "zeros: all but the last");
	ok(tarfs_all_zero(bytes, 63), "zeros: what follows does not count");
	bytes[0] = -128;
	ok(!tarfs_all_zero(bytes, 63), "zeros: all but the first");
	ok(tarfs_all_zero(bytes, 0), "zeros: none");
}

/* ---- names ---- */

#define NAME(text)	{ text, sizeof(text) - 1 }

static const struct {
	const char *bytes;
	uint32_t len;
} good_names[] = {
	NAME("a"), NAME("..."), NAME(".a"), NAME("a."), NAME("..a"),
	NAME(" "), NAME("\n"), NAME("\xff"), NAME("\\"), NAME(".0"),
}, bad_names[] = {
	NAME(""), NAME("."), NAME(".."), NAME("/"), NAME("a/"), NAME("/a"),
	NAME("a/b"), NAME("a\0"), NAME("\0a"), NAME("\0"),
};

static void test_names(void)
{
	char name[256];
	size_t i;

	for (i = 0; i < COUNT(good_names); i++)
		ok(tarfs_name_is_valid(good_names[i].bytes, good_names[i].len),
		   "name: valid row %zu", i);
	for (i = 0; i < COUNT(bad_names); i++)
		ok(!tarfs_name_is_valid(bad_names[i].bytes, bad_names[i].len),
		   "name: invalid row %zu", i);
	memset(name, 'x', sizeof(name));
	ok(tarfs_name_is_valid(name, 255), "name: of 255 bytes");
	ok(!tarfs_name_is_valid(name, 256), "name: of 256 bytes");
	ok(tarfs_name_is_valid("a/", 1), "name: what follows does not count");
}

static void test_types(void)
{
	static const char has_type[16] = {
		[S_IFREG >> 12] = 1, [S_IFDIR >> 12] = 1, [S_IFLNK >> 12] = 1,
		[S_IFCHR >> 12] = 1, [S_IFBLK >> 12] = 1, [S_IFIFO >> 12] = 1,
	};
	int i;

	for (i = 0; i < 16; i++)
		ok(tarfs_mode_has_type(i << 12 | 07777) == has_type[i],
		   "mode: type %d", i);
}

/* ---- chunks ---- */

/* two entries, "ab" and "c", and room behind them */
struct chunk {
	struct tarfs2_chunk head;
	struct tarfs2_dirent entries[2];
	char names[512];
};

#define COUNTED(n)	AT(tarfs2_chunk, count, n)
#define BYTES(n)	AT(tarfs2_chunk, bytes, n)
#define NAME_AT(i, n)	AT(chunk, entries[i].name, n)
#define NO_ROOM		"chunk has no room for its entries"

static const char *check_chunk(const void *chunk)
{
	return tarfs2_chunk_fault(chunk, 7, 27);
}

static const struct row chunks[] = {
	{ "as it is", NULL, { } },
	{ "of another", "chunk belongs to another directory",
	  { AT(tarfs2_chunk, owner, 8) } },
	{ "a byte too long", "chunk is longer than its room",
	  { BYTES(28) } },
	{ "a byte shorter", NULL, { BYTES(26) } },
	{ "two bytes shorter", NO_ROOM, { BYTES(25) } },
	{ "empty", NO_ROOM, { COUNTED(0) } },
	{ "one entry", NULL, { COUNTED(1), BYTES(17) } },
	{ "one entry without a name", NO_ROOM, { COUNTED(1), BYTES(16) } },
	{ "three entries", NO_ROOM, { COUNTED(3) } },
	{ "65535 entries", NO_ROOM, { COUNTED(65535) } },
};

static const char *check_name(const void *chunk, uint32_t i, uint32_t start,
			      uint32_t length)
{
	uint32_t len = 12345;
	const char *name = tarfs2_entry_name(chunk, i, &len);

	if (!name)
		return len == 12345 ? "no name" : "no name, but a length";
	if (name != (const char *)chunk + start || len != length)
		return "another name";
	return NULL;
}

static const char *check_first(const void *chunk)
{
	return check_name(chunk, 0, 24, 2);
}

static const char *check_last(const void *chunk)
{
	return check_name(chunk, 1, 26, 1);
}

static const struct row first_names[] = {
	{ "as it is", NULL, { } },
	{ "in the entries", "no name", { NAME_AT(0, 23) } },
	{ "one byte of it", "another name", { NAME_AT(0, 25) } },
	{ "nothing of it", "no name", { NAME_AT(0, 26) } },
	{ "behind the next", "no name", { NAME_AT(0, 27) } },
	{ "the next at the end", "another name", { NAME_AT(1, 27) } },
	{ "the next behind the end", "no name", { NAME_AT(1, 28) } },
	{ "255 bytes", "another name", { NAME_AT(1, 24 + 255), BYTES(400) } },
	{ "256 bytes", "no name", { NAME_AT(1, 24 + 256), BYTES(400) } },
};

static const struct row last_names[] = {
	{ "as it is", NULL, { } },
	{ "in the entries", "no name", { NAME_AT(1, 23) } },
	{ "all of the names", "another name", { NAME_AT(1, 24) } },
	{ "at the end", "no name", { NAME_AT(1, 27) } },
	{ "behind the end", "no name", { NAME_AT(1, 0xffff) } },
	{ "255 bytes", "another name", { BYTES(26 + 255) } },
	{ "256 bytes", "no name", { BYTES(26 + 256) } },
};

static void test_chunks(void)
{
	struct chunk chunk = {
		.head = { htole16(2), htole16(27), htole32(7) },
		.entries = {
			{ htole32(2), htole16(24), 8, 0 },
			{ htole32(3), htole16(26), 8, 0 },
		},
		.names = "abc",
	};

	CHECK("chunk", chunks, &chunk, check_chunk);
	CHECK("first name", first_names, &chunk, check_first);
	CHECK("last name", last_names, &chunk, check_last);
}

/* ---- buckets and extents ---- */

#define CORRUPT	"bucket's header is corrupt"

static const char *check_bucket(const void *bucket)
{
	return tarfs2_bucket_fault(bucket, 7);
}

static const struct row buckets[] = {
	{ "as it is", NULL, { } },
	{ "of another", "bucket belongs to another directory",
	  { AT(tarfs2_bucket, owner, 6) } },
	{ "empty", NULL, { AT(tarfs2_bucket, count, 0) } },
	{ "512 slots", CORRUPT, { AT(tarfs2_bucket, count, 512) } },
	{ "a reserved bit", CORRUPT, { AT(tarfs2_bucket, reserved, 0x8000) } },
};

#define NEXT(l, s)	{ 16, 8, l }, { 24, 8, s }
#define ORDER		"extents are not in order"

static const char *check_extent(const void *pair)
{
	const struct tarfs2_extent *e = pair;

	return tarfs2_extent_fault(e, e + 1);
}

static const struct row extents[] = {
	{ "the next follows", NULL, { NEXT(1000 + 512, 2000 + 512) } },
	{ "a hole between", NULL, { NEXT(1000 + 9999, 2000 + 512) } },
	{ "the next overlaps", ORDER, { NEXT(1000 + 511, 2000 + 512) } },
	{ "no data", ORDER, { NEXT(1000 + 512, 2000) } },
	{ "a byte of it", NULL, { NEXT(1000 + 512, 2000 + 1) } },
	{ "less than none", ORDER, { NEXT(1000 + 512, 2000 - 1) } },
	{ "backwards", ORDER, { NEXT(1000 - 1, 2000 + 1) } },
	{ "backwards by much", ORDER, { NEXT(0, 2000 + 512) } },
};

static void test_others(void)
{
	struct tarfs2_bucket bucket = { htole16(511), 0, htole32(7), { } };
	struct tarfs2_extent pair[2] = { { htole64(1000), htole64(2000) } };

	CHECK("bucket", buckets, &bucket, check_bucket);
	CHECK("extent", extents, &pair, check_extent);
}

int main(void)
{
	test_ranges();
	test_zeros();
	test_names();
	test_types();
	test_chunks();
	test_others();
	return tap_done();
}
