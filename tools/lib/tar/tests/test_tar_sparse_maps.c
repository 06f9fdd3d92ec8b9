// SPDX-License-Identifier: GPL-2.0
/*
 * Maps of sparse files that contradict headers, records or data are refused.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "read_members.h"

/* @records: "KEYWORD=VALUE" each, up to NULL; @size: stored bytes */
static void sparse(struct make_tar *t, char type, unsigned long size,
		   const char *const *records)
{
	char payload[1024];
	size_t len = 0;

	for (; *records; records++)
		len += make_record(payload + len, *records, strlen(*records));
	make_extended(t, 'x', payload, len);
	make_header(t, &(struct make_member){
		.type = type, .name = "a", .size = size,
		.magic = type == 'S' ? GNU_MAGIC : NULL });
	make_room(t, size + tar_padding(size));
	make_end(t);
}

#define SPARSE(function, type, size, ...)				\
	static void function(struct make_tar *t)			\
	{								\
		static const char *const records[] = { __VA_ARGS__, NULL };\
									\
		sparse(t, type, size, records);				\
	}
#define SIZE	"GNU.sparse.size=5"
#define MAP	"GNU.sparse.map=5,0"
#define COUNT_1	"GNU.sparse.numblocks=1"
#define MAJOR(n)	"GNU.sparse.major=" n
#define MINOR(n)	"GNU.sparse.minor=" n

SPARSE(sparse_without_size, '0', 0, COUNT_1, MAP)
SPARSE(sparse_of_two_sizes, '0', 0, SIZE, "GNU.sparse.realsize=6", COUNT_1, MAP)
SPARSE(sparse_of_one_size, '0', 0, SIZE, "GNU.sparse.realsize=5", COUNT_1, MAP)
SPARSE(sparse_without_map, '0', 0, SIZE, "GNU.sparse.numblocks=0")
SPARSE(sparse_without_count, '0', 0, SIZE, MAP)
SPARSE(sparse_of_another_count, '0', 0, SIZE, "GNU.sparse.numblocks=2", MAP)
SPARSE(sparse_half_a_version, '0', 512, SIZE, MAJOR("1"))
SPARSE(sparse_1_1, '0', 512, SIZE, MAJOR("1"), MINOR("1"))
SPARSE(sparse_0_2, '0', 0, SIZE, MAJOR("0"), MINOR("2"), COUNT_1, MAP)
SPARSE(sparse_1_0_with_records, '0', 512, SIZE, MAJOR("1"), MINOR("0"), MAP)
SPARSE(sparse_1_0_without_data, '0', 0, SIZE, MAJOR("1"), MINOR("0"))
SPARSE(sparse_1_0_short, '0', 511, SIZE, MAJOR("1"), MINOR("0"))
SPARSE(sparse_1_0_zeros, '0', 512, SIZE, MAJOR("1"), MINOR("0"))
SPARSE(sparse_directory, '5', 0, SIZE)
SPARSE(sparse_half, '0', 0, SIZE, COUNT_1, "GNU.sparse.offset=0")
SPARSE(sparse_in_both_ways, 'S', 0, SIZE, COUNT_1, MAP)

/* an old GNU map in the header, with raw fields */
static void old_sparse(struct make_tar *t, const char *offset,
		       const char *bytes, char extended)
{
	struct tar_header *h;

	make_header(t, &(struct make_member){
		.type = 'S', .name = "a", .magic = GNU_MAGIC });
	h = (struct tar_header *)t->bytes;
	make_field(h->gnu.sparse[0].offset, 12, offset);
	make_field(h->gnu.sparse[0].bytes, 12, bytes);
	make_field(h->gnu.real_size, 12, "00000000005");
	h->gnu.is_extended = extended;
	make_sum(h);
}

static void old_sparse_hole(struct make_tar *t)
{
	old_sparse(t, "5", "0", 0);
	make_end(t);
}

static void old_sparse_no_number(struct make_tar *t)
{
	old_sparse(t, "five", "0", 0);
	make_end(t);
}

static void old_sparse_negative(struct make_tar *t)
{
	old_sparse(t, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		   "0", 0);
	make_end(t);
}

static void old_sparse_half(struct make_tar *t)
{
	old_sparse(t, "5", "", 0);
	make_end(t);
}

static void old_sparse_ends(struct make_tar *t)
{
	old_sparse(t, "5", "0", 1);
	make_room(t, 512);
	make_end(t);
}

static void old_sparse_posix(struct make_tar *t)
{
	empty(t, 'S', "a");
	make_end(t);
}

static const struct {
	const char *claim;
	void (*make)(struct make_tar *t);
	const char *expected;
} rows[] = {
	{ "a sparse map without the file's size", sparse_without_size,
	  "comes without the file's size" },
	{ "two sizes", sparse_of_two_sizes,
	  "its GNU.sparse.size is 5, its GNU.sparse.realsize 6" },
	{ "one size, twice", sparse_of_one_size, "1024 a 5 1536 []\nend\n" },
	{ "a sparse file without a map", sparse_without_map,
	  "its sparse map is missing" },
	{ "a map without a count", sparse_without_count,
	  "without GNU.sparse.numblocks" },
	{ "a map with another count", sparse_of_another_count,
	  "has 1 pieces, its GNU.sparse.numblocks is 2" },
	{ "half a version", sparse_half_a_version, "of an unknown version" },
	{ "version 1.1", sparse_1_1, "of an unknown version" },
	{ "version 0.2", sparse_0_2, "of an unknown version" },
	{ "version 1.0 with a map in records", sparse_1_0_with_records,
	  "of an unknown version" },
	{ "version 1.0 without data", sparse_1_0_without_data,
	  "its sparse map is longer than its data" },
	{ "version 1.0 with data of a byte less than a map", sparse_1_0_short,
	  "its sparse map is longer than its data" },
	{ "version 1.0 with a map of zeros", sparse_1_0_zeros,
	  "the sparse map has a bad" },
	{ "a sparse directory", sparse_directory,
	  "a sparse map that does not belong here" },
	{ "a map that ends after an offset", sparse_half,
	  "its sparse map has 0 pieces" },
	{ "two maps", sparse_in_both_ways,
	  "a sparse map that does not belong here" },
	{ "old GNU's, a hole", old_sparse_hole, "0 a 5 512 []\nend\n" },
	{ "old GNU's, no number", old_sparse_no_number, "the sparse map" },
	{ "old GNU's, below zero", old_sparse_negative, "the sparse map" },
	{ "old GNU's, an offset alone", old_sparse_half, "the sparse map" },
	{ "old GNU's, one that goes on behind its end", old_sparse_ends,
	  "its sparse map has ended" },
	{ "old GNU's, in a POSIX header", old_sparse_posix,
	  "its header is not GNU tar's" },
};

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(rows[i].claim, rows[i].make, rows[i].expected);
	return tap_done();
}
