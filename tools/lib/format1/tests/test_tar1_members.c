// SPDX-License-Identifier: GPL-2.0
/*
 * Members by the rules of format 1, one by one: names, targets, sizes, owners,
 * maps of sparse files, and tars that end too early.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>

#include "format1/tar1.h"
#include "make_tar.h"
#include "tap.h"

#define GNU_MAGIC	"ustar  "

static void put_text(FILE *f, const char *what, struct tar1_text text)
{
	if (text.data)
		fprintf(f, " %s%.*s", what, (int)text.len, text.data);
}

static int read_all(struct tar1 *t, FILE *f, struct error *e)
{
	struct tar1_member m;
	int got;

	while ((got = tar1_next(t, &m, e)) == 1) {
		fprintf(f, "%" PRIu64 " ", m.data_pos);
		fwrite(m.name.data, 1, m.name.len, f);
		fprintf(f, " %" PRIu64 " %" PRIu64 ":%" PRIu64, m.size, m.uid,
			m.gid);
		put_text(f, "-> ", m.target);
		put_text(f, "header's -> ", m.header_target);
		fprintf(f, "\n");
	}
	return got;
}

/* @expected: a line for each member, or a part of the message of a refusal */
static void check(const char *claim, const struct make_tar *tar, bool pax_ids,
		  const char *expected)
{
	struct error e = { "" };
	struct make_input mi;
	char result[2048];
	FILE *f = fmemopen(result, sizeof(result), "w");
	struct tar1 *t;
	int err;

	if (!f || make_input_open(&mi, tar, &e) || tar1_new(&t, mi.in, &e))
		abort();
	if (pax_ids)
		tar1_use_pax_ids(t);
	err = read_all(t, f, &e);
	putc(0, f);
	fclose(f);
	if (!ok(err ? err == -EINVAL && strstr(e.text, expected) :
		!strcmp(result, expected), "%s", claim))
		printf("# got: %d %s%s\n# not: %s\n", err, result, e.text,
		       expected);
	tar1_free(t);
	make_input_close(&mi);
}

static void check_free(const char *claim, struct make_tar *tar, bool pax_ids,
		       const char *expected)
{
	make_end(tar);
	check(claim, tar, pax_ids, expected);
	make_free(tar);
}

/* ---- names ---- */

static struct tar_header *last_header(struct make_tar *tar)
{
	return (void *)(tar->bytes + tar->len - TAR_BLOCK_SIZE);
}

static void regular(struct make_tar *tar, const char *name)
{
	make_header(tar, &(struct make_member){ .type = '0', .name = name });
}

static void test_names(void)
{
	struct make_tar tar = { };
	struct tar_header *h;
	char full[300];

	regular(&tar, "name");
	h = last_header(&tar);
	memcpy(h->ustar.prefix, "a/b", 3);
	make_sum(h);
	check_free("a prefix", &tar, false, "512 a/b/name 0 0:0\n");

	regular(&tar, "");
	h = last_header(&tar);
	memset(h->name, 'n', sizeof(h->name));
	memset(h->ustar.prefix, 'p', sizeof(h->ustar.prefix));
	make_sum(h);
	snprintf(full, sizeof(full), "512 %.*s/%.*s 0 0:0\n",
		 (int)sizeof(h->ustar.prefix), h->ustar.prefix,
		 (int)sizeof(h->name), h->name);
	check_free("a prefix and a name that fill their fields", &tar, false,
		   full);

	make_extended(&tar, 'L', "four", 5);
	regular(&tar, "short");
	check_free("a long name ends before its NUL", &tar, false,
		   "1536 four 0 0:0\n");
	make_extended(&tar, 'L', "four", 4);
	regular(&tar, "short");
	check_free("or at its end", &tar, false, "1536 four 0 0:0\n");
	make_extended(&tar, 'L', "four\0", 6);
	regular(&tar, "short");
	make_end(&tar);
	memcpy(tar.bytes + 512, "four\0x", 6);
	check("what follows a NUL in it belongs to it", &tar, false,
	      "1536 four");
	make_free(&tar);
	make_extended(&tar, 'L', "", 0);
	regular(&tar, "short");
	check_free("a long name of nothing", &tar, false, "1024  0 0:0\n");

	make_extended(&tar, 'L', "much longer", 11);
	regular(&tar, "a");
	make_extended(&tar, 'L', "short", 5);
	regular(&tar, "b");
	make_extended(&tar, 'L', "as short", 8);
	regular(&tar, "c");
	check_free("one after the other", &tar, false,
		   "1536 much longer 0 0:0\n3072 short 0 0:0\n"
		   "4608 as short 0 0:0\n");
}

static void test_targets(void)
{
	struct make_tar tar = { };

	make_header(&tar, &(struct make_member){
		.type = '2', .name = "l", .target = "t" });
	regular(&tar, "r");
	make_extended(&tar, 'K', "long", 5);
	make_header(&tar, &(struct make_member){
		.type = '2', .name = "m", .target = "t" });
	make_extended(&tar, 'K', "long", 4);
	make_header(&tar, &(struct make_member){ .type = '1', .name = "n" });
	check_free("targets of both headers", &tar, false,
		   "512 l 0 0:0 -> t header's -> t\n1024 r 0 0:0\n"
		   "2560 m 0 0:0 -> long header's -> t\n"
		   "4096 n 0 0:0 -> long\n");
}

/* ---- numbers ---- */

static void test_owners(void)
{
	struct make_tar tar = { };

	make_pax(&tar, 'x', "uid=7");
	make_header(&tar, &(struct make_member){
		.type = '0', .name = "a", .uid = 5 });
	check_free("PAX has no say in an owner", &tar, false,
		   "1536 a 0 5:0\n");
	make_pax(&tar, 'x', "uid=7");
	make_header(&tar, &(struct make_member){
		.type = '0', .name = "a", .uid = 5 });
	check_free("but where it is told to", &tar, true, "1536 a 0 7:0\n");
	make_pax(&tar, 'x', "gid=7");
	make_header(&tar, &(struct make_member){
		.type = '0', .name = "a", .uid = 5 });
	check_free("in a group", &tar, true, "1536 a 0 5:7\n");
	make_pax(&tar, 'x', "uid=x");
	make_header(&tar, &(struct make_member){
		.type = '0', .name = "a", .uid = 5 });
	check_free("if it is a number", &tar, true, "1536 a 0 5:0\n");
	make_header(&tar, &(struct make_member){
		.type = '0', .name = "a", .uid_field = "none" });
	check_free("an owner that is no number is 0", &tar, false,
		   "512 a 0 0:0\n");
}

#define TOO_LARGE	"its size is beyond any file's"

static void test_sizes(void)
{
	struct make_tar tar = { };

	make_header(&tar, &(struct make_member){
		.type = '0', .name = "a", .size_field = "x" });
	check_free("a size that is no number", &tar, false,
		   "its size is not a number");
	make_pax(&tar, 'x', "size=9223372036854775295");
	regular(&tar, "a");
	check_free("2^63 - 513 bytes", &tar, false,
		   "the tar ends within its data");
	make_pax(&tar, 'x', "size=9223372036854775296");
	regular(&tar, "a");
	check_free("2^63 - 512", &tar, false, TOO_LARGE);
	make_pax(&tar, 'x', "size=5");
	regular(&tar, "a");
	make_data(&tar, "12345", 5);
	make_pax(&tar, 'x', "comment=5");
	regular(&tar, "b");
	check_free("a size from PAX, and none", &tar, false,
		   "1536 a 5 0:0\n3584 b 0 0:0\n");
	regular(&tar, "a");
	memcpy(last_header(&tar)->checksum, "       x", 8);
	check_free("a checksum that is no number", &tar, false,
		   "member \"a\" at offset 0: the checksum of its header");
}

/* ---- ends ---- */

static void check_cut(const char *claim, struct make_tar *tar, size_t len,
		      const char *expected)
{
	size_t all = tar->len;

	tar->len = len;
	check(claim, tar, false, expected);
	tar->len = all;
}

static void test_ends(void)
{
	struct make_tar tar = { };

	make_extended(&tar, 'L', "name", 5);
	make_header(&tar, &(struct make_member){
		.type = '0', .name = "a", .size = 600 });
	make_room(&tar, 1024);
	check_cut("within the first header", &tar, 500,
		  "the tar ends within the header at offset 0");
	check_cut("before a name", &tar, 512, "the tar ends within its data");
	check_cut("within a name", &tar, 514, "the tar ends within its data");
	check_cut("behind a name", &tar, 517, "the tar ends within its data");
	check_cut("before the member", &tar, 1024,
		  "the member that it describes is missing");
	check_cut("within its header", &tar, 1535,
		  "the tar ends within the header at offset 1024");
	check_cut("before its data", &tar, 1536,
		  "member \"name\" at offset 1024: the tar ends within its data");
	check_cut("within its padding", &tar, 2559,
		  "the tar ends within its data");
	check_cut("behind it", &tar, 2560, "1536 name 600 0:0\n");
	make_free(&tar);
	make_extended(&tar, 'L', "a", 2);
	make_extended(&tar, 'L', "b", 2);
	check_free("two names", &tar, false,
		   "two headers of its type for one member");
}

/* 16 MiB of records are read, one byte more is refused */
static void test_limit(void)
{
	struct make_tar tar = { };

	make_header(&tar, &(struct make_member){
		.type = 'x', .name = "x", .size = 16 << 20 });
	memset(make_room(&tar, 16 << 20), 'x', 16 << 20);
	regular(&tar, "a");
	check_free("PAX records of 16 MiB", &tar, false,
		   "16778240 a 0 0:0\n");
	make_header(&tar, &(struct make_member){
		.type = 'x', .name = "x", .size = (16 << 20) + 1 });
	check_free("a byte more", &tar, false,
		   "a name or PAX header over 16 MiB");
}

/* ---- sparse files ---- */

#define NO_NUMBER	"its sparse map holds no number"
#define UNALIGNED	"its sparse map has a part that is not aligned"
#define BACKWARDS	"its sparse map goes backwards"
#define NO_DATA		"its sparse map needs more data than there are"
#define CONTRADICTS	"its sparse map and its sizes do not agree"

/* offsets and lengths, octal; @stored: bytes in the tar */
static const struct {
	const char *claim;
	const char *map[4][2];
	unsigned long stored;
	const char *real_size;
	const char *fault;
} maps[] = {
	{ "all of it", { { "0", "1000" } }, 512, "1000", NULL },
	{ "two parts", { { "0", "1000" }, { "2000", "1000" } }, 1024, "3000",
	  NULL },
	{ "two that touch", { { "0", "1000" }, { "1000", "1" } }, 513, "1001",
	  NULL },
	{ "a hole behind them", { { "0", "1000" }, { "7777", "0" } }, 512,
	  "7777", NULL },
	{ "an empty part behind one within a block",
	  { { "0", "1" }, { "7777", "0" } }, 1, "7777", NULL },
	{ "an empty row between", { { "0", "1000" }, { "", "" },
	  { "1000", "1" } }, 513, "1001", NULL },
	{ "a row without a length", { { "5", "" }, { "0", "1000" } }, 512,
	  "1000", NULL },
	{ "a row without an offset", { { "", "5" }, { "0", "1000" } }, 512,
	  "1000", NULL },
	{ "an offset that is none", { { "x", "1000" } }, 512, "1000",
	  NO_NUMBER },
	{ "a length that is none", { { "0", "x" } }, 512, "1000", NO_NUMBER },
	{ "a part behind one within a block",
	  { { "0", "1" }, { "1000", "1" } }, 2, "1001", UNALIGNED },
	{ "a part over another", { { "0", "1000" }, { "777", "1000" } }, 1024,
	  "1777", BACKWARDS },
	{ "an empty part in front of another",
	  { { "0", "1000" }, { "777", "0" } }, 512, "1000", BACKWARDS },
	{ "too few data", { { "0", "1001" } }, 512, "1001", NO_DATA },
	{ "too few for the second", { { "0", "1000" }, { "2000", "1001" } },
	  1024, "3001", NO_DATA },
	{ "too many", { { "0", "1000" } }, 513, "1000", CONTRADICTS },
	{ "another size", { { "0", "1000" } }, 512, "1001", CONTRADICTS },
	{ "a size that is none", { { "0", "1000" } }, 512, "y", CONTRADICTS },
};

static void put_map(struct tar_sparse *to, size_t i)
{
	int j;

	for (j = 0; j < 4 && maps[i].map[j][0]; j++) {
		make_field(to[j].offset, 12, maps[i].map[j][0]);
		make_field(to[j].bytes, 12, maps[i].map[j][1]);
	}
}

/* the map is in the header, or in an extension block */
static void make_map(struct make_tar *tar, size_t i, bool in_block)
{
	struct tar_header *h;

	make_header(tar, &(struct make_member){
		.type = 'S', .name = "s", .magic = GNU_MAGIC,
		.size = maps[i].stored });
	h = last_header(tar);
	memset(&h->ustar, 0, sizeof(h->ustar));
	make_field(h->gnu.real_size, 12, maps[i].real_size);
	if (in_block) {
		struct tar_sparse_block *block;

		h->gnu.is_extended = 1;
		make_sum(h);
		block = (void *)make_room(tar, TAR_BLOCK_SIZE);
		put_map(block->sparse, i);
	} else {
		put_map(h->gnu.sparse, i);
		make_sum(h);
	}
	make_room(tar, maps[i].stored + tar_padding(maps[i].stored));
	regular(tar, "next");
}

static void test_maps(void)
{
	struct make_tar tar = { };
	char expected[128], claim[128];
	size_t i;
	int in_block;

	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		for (in_block = 0; in_block < 2; in_block++) {
			make_map(&tar, i, in_block);
			snprintf(expected, sizeof(expected),
				 "512 s %lu 0:0\n%zu next 0 0:0\n",
				 maps[i].stored, tar.len);
			snprintf(claim, sizeof(claim), "a map%s: %s",
				 in_block ? " in a block" : "", maps[i].claim);
			check_free(claim, &tar, false, maps[i].fault ?
				   maps[i].fault : expected);
		}
	}
	make_map(&tar, 0, true);
	check_cut("a map's block is missing", &tar, 512,
		  "the tar ends in its sparse map");
	check_cut("or cut", &tar, 1000,
		  "the tar ends within the header at offset 512");
	tar.bytes[512 + 504] = 1;
	make_end(&tar);
	check("another block, for which the data are taken", &tar, false,
	      "512 s 512 0:0\n");
	make_free(&tar);
	make_map(&tar, 0, false);
	memcpy(tar.bytes + 257, "ustar\00000", 8);
	make_sum((void *)tar.bytes);
	check_free("a map in a POSIX header", &tar, false,
		   "a sparse file needs a GNU header");
}

int main(void)
{
	test_names();
	test_targets();
	test_owners();
	test_sizes();
	test_ends();
	test_limit();
	test_maps();
	return tap_done();
}
