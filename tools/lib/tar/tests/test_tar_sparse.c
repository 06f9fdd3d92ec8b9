// SPDX-License-Identifier: GPL-2.0
/*
 * Sparse members of old GNU's and PAX's formats: their maps, and refusals.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "read_members.h"

/* 0+512 and 1024+512 of 2000 bytes; the second piece in an extension block */
static void old_sparse(struct make_tar *t)
{
	struct tar_sparse_block *more;
	struct tar_header *h;

	make_header(t, &(struct make_member){
		.type = TAR_GNU_SPARSE,
		.name = "a", .size = 1024, .magic = GNU_MAGIC });
	h = (struct tar_header *)t->bytes;
	make_octal(h->gnu.sparse[0].offset, 12, 0);
	make_octal(h->gnu.sparse[0].bytes, 12, 512);
	make_octal(h->gnu.sparse[1].offset, 12, 600);
	make_octal(h->gnu.sparse[1].bytes, 12, 0);
	make_octal(h->gnu.sparse[2].offset, 12, 700);
	make_octal(h->gnu.sparse[2].bytes, 12, 0);
	make_octal(h->gnu.sparse[3].offset, 12, 800);
	make_octal(h->gnu.sparse[3].bytes, 12, 0);
	make_octal(h->gnu.real_size, 12, 2000);
	h->gnu.is_extended = 1;
	make_sum(h);
	more = (struct tar_sparse_block *)make_room(t, 512);
	make_octal(more->sparse[0].offset, 12, 1024);
	make_octal(more->sparse[0].bytes, 12, 512);
	make_octal(more->sparse[1].offset, 12, 2000);
	make_octal(more->sparse[1].bytes, 12, 0);
	make_room(t, 1024);
	file(t, "b", "");
	make_end(t);
}

/* a map that has ended, and an extension block, which GNU tar takes for data */
static void old_sparse_more_behind_end(struct make_tar *t)
{
	struct tar_header *h;

	make_header(t, &(struct make_member){
		.type = TAR_GNU_SPARSE,
		.name = "a", .size = 512, .magic = GNU_MAGIC });
	h = (struct tar_header *)t->bytes;
	make_octal(h->gnu.sparse[0].offset, 12, 0);
	make_octal(h->gnu.sparse[0].bytes, 12, 512);
	make_octal(h->gnu.real_size, 12, 512);
	h->gnu.is_extended = 1;
	make_sum(h);
	make_room(t, 1024);
	make_end(t);
}

/* for some readers the map ends at the second piece */
static void half_an_end(struct make_tar *t, bool offset)
{
	struct tar_header *h;

	make_header(t, &(struct make_member){
		.type = TAR_GNU_SPARSE,
		.name = "a", .size = 512, .magic = GNU_MAGIC });
	h = (struct tar_header *)t->bytes;
	make_octal(h->gnu.sparse[0].offset, 12, 0);
	make_octal(h->gnu.sparse[0].bytes, 12, 512);
	make_octal(offset ? h->gnu.sparse[1].offset : h->gnu.sparse[1].bytes,
		   12, 0);
	make_octal(h->gnu.real_size, 12, 512);
	make_sum(h);
	make_room(t, 512);
	make_end(t);
}

static void old_sparse_offset_only(struct make_tar *t)
{
	half_an_end(t, true);
}

static void old_sparse_bytes_only(struct make_tar *t)
{
	half_an_end(t, false);
}

static void old_sparse_negative(struct make_tar *t)
{
	struct tar_header *h;

	make_header(t, &(struct make_member){
		.type = TAR_GNU_SPARSE,
		.name = "a", .size = 512, .magic = GNU_MAGIC });
	h = (struct tar_header *)t->bytes;
	memset(h->gnu.sparse[0].offset, 0xff, 12);
	make_octal(h->gnu.sparse[0].bytes, 12, 512);
	make_octal(h->gnu.real_size, 12, 512);
	make_sum(h);
	make_room(t, 512);
	make_end(t);
}

/* in a POSIX header the bytes of the map are those of the prefix */
static void old_sparse_ustar(struct make_tar *t)
{
	make_header(t, &(struct make_member){
		.type = TAR_GNU_SPARSE, .name = "a", .size = 512 });
	make_room(t, 512);
	make_end(t);
}

static void old_sparse_too_long(struct make_tar *t)
{
	struct tar_header *h;

	make_header(t, &(struct make_member){
		.type = TAR_GNU_SPARSE,
		.name = "a", .size = 512, .magic = GNU_MAGIC });
	h = (struct tar_header *)t->bytes;
	make_octal(h->gnu.sparse[0].offset, 12, 0);
	make_octal(h->gnu.sparse[0].bytes, 12, 512);
	make_octal(h->gnu.real_size, 12, 511);
	make_sum(h);
	make_room(t, 512);
	make_end(t);
}

/* @lines: records of a file of 2000 bytes with a piece of 5 */
static void sparse_records(struct make_tar *t, const char *const *lines)
{
	char records[512];
	size_t len = 0;

	for (; *lines; lines++)
		len += make_record(records + len, *lines, strlen(*lines));
	make_extended(t, 'x', records, len);
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR, .name = "a", .size = 5 });
	make_data(t, "12345", 5);
	make_end(t);
}

#define SPARSE_RECORDS(name, ...)					\
static void name(struct make_tar *t)					\
{									\
	static const char *const lines[] = { __VA_ARGS__, NULL };	\
									\
	sparse_records(t, lines);					\
}

SPARSE_RECORDS(sparse_0_1, "GNU.sparse.size=2000", "GNU.sparse.numblocks=2",
	       "GNU.sparse.map=512,5,2000,0")
SPARSE_RECORDS(sparse_said_0_1, "GNU.sparse.major=0", "GNU.sparse.minor=1",
	       "GNU.sparse.realsize=2000", "GNU.sparse.numblocks=2",
	       "GNU.sparse.map=512,5,2000,0")
SPARSE_RECORDS(sparse_said_0_2, "GNU.sparse.major=0", "GNU.sparse.minor=2",
	       "GNU.sparse.realsize=2000", "GNU.sparse.numblocks=2",
	       "GNU.sparse.map=512,5,2000,0")
SPARSE_RECORDS(sparse_major_only, "GNU.sparse.major=0",
	       "GNU.sparse.realsize=2000", "GNU.sparse.numblocks=2",
	       "GNU.sparse.map=512,5,2000,0")
SPARSE_RECORDS(sparse_no_count, "GNU.sparse.size=2000", "GNU.sparse.map=512,5,2000,0")
SPARSE_RECORDS(sparse_wrong_count, "GNU.sparse.size=2000",
	       "GNU.sparse.numblocks=3", "GNU.sparse.map=512,5,2000,0")
SPARSE_RECORDS(sparse_two_sizes, "GNU.sparse.size=2000",
	       "GNU.sparse.realsize=3000", "GNU.sparse.numblocks=2",
	       "GNU.sparse.map=512,5,2000,0")
SPARSE_RECORDS(sparse_same_sizes, "GNU.sparse.size=2000",
	       "GNU.sparse.realsize=2000", "GNU.sparse.numblocks=2",
	       "GNU.sparse.map=512,5,2000,0")

static void sparse_1_0(struct make_tar *t, const char *map, size_t stored)
{
	char records[256];
	size_t len = 0, i;
	static const char *const lines[] = {
		"GNU.sparse.major=1", "GNU.sparse.minor=0",
		"GNU.sparse.name=real", "GNU.sparse.realsize=3000",
	};

	for (i = 0; i < 4; i++)
		len += make_record(records + len, lines[i], strlen(lines[i]));
	make_extended(t, 'x', records, len);
	make_header(t, &(struct make_member){
		.type = TAR_REGULAR,
		.name = "fake", .size = 512 + stored });
	make_data(t, map, strlen(map));
	make_room(t, stored + tar_padding(stored));
	file(t, "b", "");
	make_end(t);
}

static void new_sparse(struct make_tar *t)
{
	sparse_1_0(t, "3\n0\n1024\n2048\n50\n3000\n0\n", 1074);
}

static void new_sparse_within_block(struct make_tar *t)
{
	sparse_1_0(t, "2\n0\n100\n1000\n50\n", 150);
}

static void old_sparse_within_block(struct make_tar *t)
{
	struct tar_header *h;

	make_header(t, &(struct make_member){
		.type = TAR_GNU_SPARSE,
		.name = "a", .size = 515, .magic = GNU_MAGIC });
	h = (struct tar_header *)t->bytes;
	make_octal(h->gnu.sparse[0].offset, 12, 0);
	make_octal(h->gnu.sparse[0].bytes, 12, 3);
	make_octal(h->gnu.sparse[1].offset, 12, 512);
	make_octal(h->gnu.sparse[1].bytes, 12, 512);
	make_octal(h->gnu.real_size, 12, 1024);
	make_sum(h);
	make_room(t, 1024);
	make_end(t);
}

static void new_sparse_full(struct make_tar *t)
{
	sparse_1_0(t, "3\n0\n1024\n1024\n1976\n3000\n0\n", 3000);
}

static void new_sparse_hole(struct make_tar *t)
{
	sparse_1_0(t, "1\n3000\n0\n", 0);
}

static void new_sparse_empty(struct make_tar *t)
{
	sparse_1_0(t, "0\n", 0);
}

static void new_sparse_short(struct make_tar *t)
{
	sparse_1_0(t, "2\n0\n1024\n2999\n0\n", 1024);
}

/* an empty piece in front of another does not join two others */
static void new_sparse_empty_piece(struct make_tar *t)
{
	sparse_1_0(t, "4\n0\n1024\n2048\n0\n2048\n50\n3000\n0\n", 1074);
}

static void new_sparse_wrong_sum(struct make_tar *t)
{
	sparse_1_0(t, "2\n0\n100\n3000\n0\n", 101);
}

static void new_sparse_no_number(struct make_tar *t)
{
	sparse_1_0(t, "1\n0\nx\n", 100);
}

static void new_sparse_no_end(struct make_tar *t)
{
	sparse_1_0(t, "9\n0\n1\n", 1);
}

/* @expected: members "HEADER NAME SIZE DATA", or a part of the error */
static const struct {
	const char *claim;
	void (*make)(struct make_tar *t);
	const char *expected;
} rows[] = {
	{ "old GNU sparse file", old_sparse,
	  "0 a 2000 1024 [0+512 1024+512]\n2048 b 0 2560\nend\n" },
	{ "old GNU sparse file, map beyond its end", old_sparse_too_long,
	  "the sparse map goes to 512, beyond the file's 511 bytes" },
	{ "an old map that goes on behind its end", old_sparse_more_behind_end,
	  "its sparse map has ended, but a block with more of it is announced" },
	{ "an old map's piece without a length", old_sparse_offset_only,
	  "readers disagree whether the sparse map ends at entry 2" },
	{ "an old map's piece without an offset", old_sparse_bytes_only,
	  "readers disagree whether the sparse map ends at entry 2" },
	{ "an old map with a negative offset", old_sparse_negative,
	  "the offset of the sparse map's entry 1 is not a number from 0" },
	{ "an old sparse file in a POSIX header", old_sparse_ustar,
	  "member \"a\" at offset 0: it is a sparse file of GNU tar's, but" },
	{ "PAX 0.1 sparse file", sparse_0_1,
	  "1024 a 2000 1536 [512+5]\nend\n" },
	{ "the same, with its version", sparse_said_0_1,
	  "1024 a 2000 1536 [512+5]\nend\n" },
	{ "the same, both keywords of the size alike", sparse_same_sizes,
	  "1024 a 2000 1536 [512+5]\nend\n" },
	{ "version 0.2", sparse_said_0_2,
	  "its sparse map is of an unknown version" },
	{ "half a version", sparse_major_only,
	  "its sparse map is of an unknown version" },
	{ "PAX 0.1 without a count of its pieces", sparse_no_count,
	  "its sparse map comes without GNU.sparse.numblocks" },
	{ "PAX 0.1 with another count", sparse_wrong_count,
	  "its sparse map has 2 pieces, its GNU.sparse.numblocks is 3" },
	{ "two keywords of the size, and two sizes", sparse_two_sizes,
	  "its GNU.sparse.size is 2000, its GNU.sparse.realsize 3000" },
	{ "PAX 1.0 sparse file", new_sparse,
	  "1024 real 3000 2048 [0+1024 2048+50]\n3584 b 0 4096\nend\n" },
	{ "a sparse file without holes is none", new_sparse_full,
	  "1024 real 3000 2048\n5120 b 0 5632\nend\n" },
	{ "a map without entries", new_sparse_empty,
	  "the sparse map ends at 0, the file at 3000" },
	{ "a map that does not reach the file's end", new_sparse_short,
	  "the sparse map ends at 2999, the file at 3000" },
	{ "a map with an empty piece in front of another", new_sparse_empty_piece,
	  "1024 real 3000 2048 [0+1024 2048+50]\n3584 b 0 4096\nend\n" },
	{ "a sparse file that is one hole", new_sparse_hole,
	  "1024 real 3000 2048 []\n2048 b 0 2560\nend\n" },
	{ "an old map with a piece behind one that ends within a block",
	  old_sparse_within_block, "piece at 512 are is ambiguous" },
	{ "a PAX map with such a piece", new_sparse_within_block,
	  "piece at 1000 are is ambiguous" },
	{ "a map that does not fit the data", new_sparse_wrong_sum,
	  "the sparse map has 100 bytes, the tar 101" },
	{ "a map that is not numbers", new_sparse_no_number,
	  "the sparse map has a bad number" },
	{ "a map that does not end", new_sparse_no_end,
	  "the sparse map has a bad number" },
};

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(rows[i].claim, rows[i].make, rows[i].expected);
	return tap_done();
}
