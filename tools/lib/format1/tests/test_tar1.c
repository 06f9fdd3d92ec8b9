// SPDX-License-Identifier: GPL-2.0
/*
 * Tars are parsed by the frozen rules of format 1: numbers, names, PAX records,
 * refusals.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "format1/tar1.h"
#include "index1_image.h"
#include "tap.h"

/* ---- numbers ---- */

static const struct {
	char field[12];
	size_t size;
	bool valid;
	uint64_t value;
	const char *what;
} numbers[] = {
	{ "0000644", 8, true, 0644, "digits and a NUL" },
	{ "00000644", 8, true, 0644, "digits to the end" },
	{ "644 ", 8, true, 0644, "digits and a space" },
	{ "   644 ", 8, true, 0644, "digits in spaces" },
	{ "+644", 8, true, 0644, "a plus" },
	{ "\t\n\v\f\r 7", 8, true, 7, "all white space of ASCII" },
	{ " \302\240\342\200\2037", 8, true, 7, "spaces of Unicode" },
	{ "7\xe3\x80\x80", 8, true, 7, "a space of Unicode behind" },
	{ "777777777777", 12, true, 0777777777777, "twelve digits" },
	{ "1\0002", 8, true, 1, "what follows a NUL does not count" },
	{ "", 8, false, 0, "nothing" },
	{ "   ", 8, false, 0, "spaces only" },
	{ "+", 8, false, 0, "a plus only" },
	{ "++7", 8, false, 0, "two pluses" },
	{ "-7", 8, false, 0, "a minus" },
	{ "+ 7", 8, false, 0, "a space behind the plus" },
	{ "8", 8, false, 0, "a digit too high" },
	{ "6 4", 8, false, 0, "a space between digits" },
	{ "0x7", 8, false, 0, "a hexadecimal number" },
	{ "7\xff", 8, false, 0, "a byte that is no character" },
	{ "7\x1c", 8, false, 0, "a separator that is no white space" },
	{ "\x80\0\0\0\0\0\1\2", 8, true, 0x102, "base 256" },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff", 8, true, 0x7fffffffffffffff,
	  "base 256, negative in 8 bytes" },
	{ "\x80\0\0\0\0\0\0\0\0\0\1\2", 12, true, 0x102,
	  "base 256 in 12 bytes" },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12, true,
	  UINT64_MAX, "base 256, negative in 12 bytes" },
	{ "\x80\1\2\3\4\5\6\7\x08\x09\x0a\x0b", 12, true, 0x0405060708090a0b,
	  "the low 64 bits of base 256" },
};

static void test_numbers(void)
{
	uint64_t value;
	bool valid;
	size_t i;

	for (i = 0; i < COUNT(numbers); i++) {
		value = 0;
		valid = tar1_number(numbers[i].field, numbers[i].size, &value);
		ok(valid == numbers[i].valid && value == numbers[i].value,
		   "number: %s", numbers[i].what);
	}
	ok(!tar1_octal("\x80\0\0\0\0\0\1\2", 8, &value),
	   "base 256 is not octal");
}

/* ---- PAX records ---- */

static const struct {
	const char *pax, *path;
	bool has_size;
	uint64_t size;
	const char *what;
} records[] = {
	{ "", NULL, false, 0, "no record" },
	{ "10 path=a\n", "a", false, 0, "a path" },
	{ "10 path=a", "a", false, 0, "a path without its newline" },
	{ "9 path=\n", NULL, false, 0, "a length too large" },
	{ "8 path=\n", "", false, 0, "an empty path" },
	{ "10 path=a\n10 path=b\n", "a", false, 0, "the first of two" },
	{ "11 path=a\n10 path=b\n", "b", false, 0, "the first valid one" },
	{ "010 path=a\n", NULL, false, 0, "a zero too many" },
	{ "011 path=a\n", "a", false, 0, "a zero in front of the length" },
	{ "+11 path=a\n", "a", false, 0, "a plus in front of the length" },
	{ " 11 path=a\n", NULL, false, 0, "a space in front of the length" },
	{ "\n10 path=a\n", NULL, false, 0, "an empty line in front" },
	{ "10 size=1\n10 path=a\n", "a", true, 1, "a size and a path" },
	{ "12 size=+10\n", NULL, true, 10, "a size with a plus" },
	{ "11 size=0x\n", NULL, false, 0, "a size that is no number" },
	{ "11 size= 1\n", NULL, false, 0, "a size with a space" },
	{ "9 bad=1\n10 size=1\n", NULL, false, 0, "no size after bad lines" },
	{ "10 size=1\n9 bad=1\n", NULL, true, 1, "a size before bad lines" },
	{ "29 size=99999999999999999999\n", NULL, false, 0,
	  "a size beyond 64 bits" },
	{ "12 key=a\nb\n10 path=a\n", "a", false, 0,
	  "a path behind a value with a newline" },
	{ "20 key=\n10 path=no\n\n10 path=a\n", NULL, false, 0,
	  "an empty line within a value" },
	{ "23 key=a\n10 path=b\nccc\n", "b", false, 0,
	  "a path within a value" },
	{ "12 path=a=b\n", "a=b", false, 0, "an equals sign in the value" },
};

static bool is_text(struct tar1_text text, const char *want)
{
	if (!want)
		return !text.data;
	return text.data && text.len == strlen(want) &&
	       !memcmp(text.data, want, text.len);
}

static void test_records(void)
{
	struct tar1_text pax;
	uint64_t size;
	bool has_size;
	size_t i;

	for (i = 0; i < COUNT(records); i++) {
		pax = (struct tar1_text){ records[i].pax,
					  strlen(records[i].pax) };
		size = 0;
		has_size = tar1_pax_number(pax, "size", &size);
		ok(is_text(tar1_pax_find(pax, "path"), records[i].path) &&
		   has_size == records[i].has_size && size == records[i].size,
		   "PAX: %s", records[i].what);
	}
}

/* ---- headers that describe a member ---- */

static const struct {
	const char *what;
	struct member members[8];
	const char *list;
} accepted[] = {
	{ "L before PAX before the header", {
		{ 'x', "x", .data = "12 path=pax\n" },
		{ 'L', "L", .data = "long" }, { '0', "header" } },
	  "long:f0 " },
	{ "PAX before the header", {
		{ 'x', "x", .data = "12 path=pax\n" }, { '0', "header" } },
	  "pax:f0 " },
	{ "K before PAX", {
		{ 'x', "x", .data = "16 linkpath=pax\n" },
		{ 'K', "K", .data = "long" }, { '2', "l", "header" } },
	  "l:l>long " },
	{ "PAX before the header's target", {
		{ 'x', "x", .data = "16 linkpath=pax\n" },
		{ '2', "l", "header" } },
	  "l:l>pax " },
	{ "L, K and x of one member only", {
		{ 'L', "L", .data = "long" }, { '0', "a" }, { '0', "b" } },
	  "b:f0 long:f0 " },
	{ "L with a GNU header", {
		{ 'L', "L", .data = "long", .gnu = true }, { '0', "a" } },
	  "long:f0 " },
	{ "a size from PAX", {
		{ 'x', "x", .data = "12 size=512\n" }, { '0', "a" },
		{ '0', "data of a" }, { '0', "b" } },
	  "a:f512 b:f0 " },
	{ "a size from the header", {
		{ 'x', "x", .data = "12 size=512\n" },
		{ '0', "a", .data = "xyz" }, { '0', "b" } },
	  "a:f3 b:f0 " },
	{ "a directory with a size", {
		{ 'x', "x", .data = "12 size=512\n" }, { '5', "d" },
		{ '0', "data" }, { '0', "b" } },
	  "b:f0 d:d " },
	{ "a hard link with data", {
		{ '0', "a" }, { '1', "b", "a", .data = "skipped" },
		{ '0', "c" } },
	  "a:f0 b:f0 c:f0 " },
};

static void test_accepted(void)
{
	struct buffer list;
	struct image img;
	size_t i;

	for (i = 0; i < COUNT(accepted); i++) {
		img = image_of(accepted[i].members);
		if (!ok(!img.err, "%s: accepted", accepted[i].what)) {
			printf("# %s\n", img.error.text);
			image_free(&img);
			continue;
		}
		list = image_list(&img);
		if (!ok(!strcmp(list.data, accepted[i].list), "... and right"))
			printf("# \"%s\"\n", list.data);
		buffer_free(&list);
		image_free(&img);
	}
}

/* ---- edited headers ---- */

static struct image image_of_header(const struct tar_header *h)
{
	struct buffer tar = { 0 };
	struct image img;

	buffer_add(&tar, h, sizeof(*h));
	tar_end(&tar);
	img = image_make(&tar);
	buffer_free(&tar);
	return img;
}

/* @want: the list that one header results in, or NULL if the tar is refused */
static void check_header(struct tar_header *h, const char *want,
			 const char *what)
{
	struct buffer list = { 0 };
	struct image img;

	make_sum(h);
	img = image_of_header(h);
	if (!img.err)
		list = image_list(&img);
	ok(want ? !img.err && !strcmp(list.data, want) : img.err == -EINVAL,
	   "%s", what);
	buffer_free(&list);
	image_free(&img);
}

static void test_headers(void)
{
	struct tar_header h = tar_header(&(struct member){ '0', "name" });

	memcpy(h.ustar.prefix, "long/prefix", 11);
	check_header(&h, "long:? ", "a prefix is part of the name");
	memcpy(h.magic, "ustar  ", 8);
	check_header(&h, "name:f0 ", "... but not in a GNU header");
	memset(h.magic, 0, 8);
	check_header(&h, "name:f0 ", "... nor in an old one");
	h.type = TAR_GNU_NAME;
	check_header(&h, "", "L in an old header is an unknown type");
	h.type = TAR_CHAR;
	check_header(&h, "", "an old header has no device");
	h = tar_header(&(struct member){ '3', "dev" });
	memset(h.minor, 'x', 8);
	check_header(&h, "", "a device number that is none");
	h = tar_header(&(struct member){ '0', "f" });
	memcpy(h.uid, "nobody", 7);
	check_header(&h, "f:f0 ", "an owner that is no number");
	memcpy(h.size, "many", 5);
	check_header(&h, NULL, "a size that is no number");
	memset(h.size, 0xff, 12);
	check_header(&h, NULL, "a size of 2^64 - 1");
	memcpy(h.size, "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12);
	check_header(&h, NULL, "a size of 2^63 - 1");
}

/* ---- sparse files ---- */

static const struct {
	const char *what;
	struct {
		const char *offset, *bytes;
	} map[4];
	const char *size, *real_size;
	bool good;
} sparse[] = {
	{ "a hole only", { { "1000", "0" } }, "0", "1000", true },
	{ "two parts", { { "0", "1000" }, { "4000", "1000" } }, "2000", "5000",
	  true },
	{ "an empty row", { { "", "x" }, { "0", "1" } }, "1", "1", true },
	{ "parts in the wrong order", { { "4000", "1000" }, { "0", "1000" } },
	  "2000", "5000", false },
	{ "a part that is not aligned", { { "0", "1" }, { "1000", "1" } },
	  "2", "1001", false },
	{ "more data than there are", { { "0", "2000" } }, "1000", "2000",
	  false },
	{ "less data than there are", { { "0", "1000" } }, "2000", "1000",
	  false },
	{ "another size", { { "0", "1000" } }, "1000", "1001", false },
	{ "an offset that is no number", { { "x", "1000" } }, "1000", "1000",
	  false },
};

static struct tar_header sparse_header(size_t i)
{
	struct tar_header h = tar_header(&(struct member){ 'S', "sparse",
					 .gnu = true });
	int j;

	for (j = 0; j < 4 && sparse[i].map[j].offset; j++) {
		strcpy(h.gnu.sparse[j].offset, sparse[i].map[j].offset);
		strcpy(h.gnu.sparse[j].bytes, sparse[i].map[j].bytes);
	}
	strcpy(h.size, sparse[i].size);
	strcpy(h.gnu.real_size, sparse[i].real_size);
	return h;
}

static void test_sparse(void)
{
	struct tar_header h;
	struct buffer tar;
	struct image img;
	size_t i;

	for (i = 0; i < COUNT(sparse); i++) {
		h = sparse_header(i);
		make_sum(&h);
		tar = (struct buffer){ 0 };
		buffer_add(&tar, &h, sizeof(h));
		buffer_add(&tar, NULL, (strtoul(sparse[i].size, NULL, 8) + 511)
			   / 512 * 512);
		tar_end(&tar);
		img = image_make(&tar);
		ok(sparse[i].good ? !img.err && img.warnings.count == 1 :
		   img.err == -EINVAL, "sparse: %s", sparse[i].what);
		buffer_free(&tar);
		image_free(&img);
	}
	h = sparse_header(0);
	memcpy(h.magic, "ustar\00000", 8);
	check_header(&h, NULL, "sparse: in a POSIX header");
}

/* the map continues in a block, which the next header follows */
static void test_sparse_block(void)
{
	struct tar_sparse_block block = { .sparse = { { "0", "1000" } } };
	struct tar_header h = sparse_header(0);
	struct buffer tar = { 0 }, list = { 0 };
	struct image img;

	memset(h.gnu.sparse, 0, sizeof(h.gnu.sparse));
	h.gnu.is_extended = 1;
	strcpy(h.size, "1000");
	make_sum(&h);
	buffer_add(&tar, &h, sizeof(h));
	buffer_add(&tar, &block, sizeof(block));
	buffer_add(&tar, NULL, 512);
	tar_add(&tar, &(struct member){ '0', "next" });
	tar_end(&tar);
	img = image_make(&tar);
	if (!img.err)
		list = image_list(&img);
	ok(!img.err && !strcmp(list.data, "next:f0 "),
	   "sparse: a map with a block of its own");
	image_free(&img);
	tar.len = 1000;
	img = image_make(&tar);
	ok(img.err == -EINVAL, "sparse: a block that is cut");
	image_free(&img);
	buffer_free(&tar);
	buffer_free(&list);
}

/* ---- ends ---- */

/* @want: the list that the first @len bytes result in, or NULL if refused */
static void check_cut(struct buffer *tar, size_t len, const char *want,
		      const char *what)
{
	struct buffer cut = { 0 }, list = { 0 };
	struct image img;

	buffer_add(&cut, tar->data, len);
	img = image_make(&cut);
	if (!img.err)
		list = image_list(&img);
	if (!ok(want ? !img.err && !strcmp(list.data, want) :
		img.err == -EINVAL && strstr(img.error.text, "offset"),
		"%s", what))
		printf("# %s\n", img.err ? img.error.text : list.data);
	image_free(&img);
	buffer_free(&cut);
	buffer_free(&list);
}

static void test_ends(void)
{
	struct buffer tar = { 0 };

	check_cut(&tar, 0, "", "a tar of no bytes");
	tar_add(&tar, &(struct member){ '0', "a", .data = "abc" });
	check_cut(&tar, 1024, "a:f3 ", "no end of archive");
	check_cut(&tar, 1023, NULL, "an end within the padding");
	check_cut(&tar, 513, NULL, "an end within the data");
	check_cut(&tar, 512, NULL, "an end before the data");
	check_cut(&tar, 511, NULL, "an end within a header");
	buffer_add(&tar, NULL, 512);
	tar_add(&tar, &(struct member){ '0', "b" });
	check_cut(&tar, 1536, "a:f3 ", "one block of zeros");
	check_cut(&tar, 2048, "a:f3 ", "a member behind one block of zeros");
	check_cut(&tar, 1700, "a:f3 ", "a tar that does not end in a block");
	tar.data[1024 - 512 - 512] = 'b';
	check_cut(&tar, 2048, NULL, "a wrong checksum");
	buffer_free(&tar);
}

static void test_descriptions(void)
{
	static const char types[] = { 'L', 'K', 'x' };
	struct buffer tar = { 0 };
	size_t i;

	for (i = 0; i < sizeof(types); i++) {
		tar_add(&tar, &(struct member){ types[i], "x", .data = "a" });
		check_cut(&tar, tar.len, NULL, "a member that is missing");
		tar_add(&tar, &(struct member){ types[i], "x", .data = "b" });
		tar_add(&tar, &(struct member){ '0', "b" });
		check_cut(&tar, tar.len, NULL, "two of a kind for a member");
		buffer_free(&tar);
	}
}

static void test_limit(void)
{
	struct tar_header h = tar_header(&(struct member){ 'L', "L" });
	struct image img;

	strcpy(h.size, "100000001");
	make_sum(&h);
	img = image_of_header(&h);
	ok(img.err == -EINVAL && strstr(img.error.text, "16 MiB"),
	   "a name over 16 MiB");
	image_free(&img);
}

/* a name that takes four times its room must not displace the reason */
static void test_long_blame(void)
{
	char name[10001];
	struct buffer tar = { 0 };
	struct image img;

	memset(name, 0xe4, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	tar_add(&tar, &(struct member){ 'L', "L", .data = name });
	tar_add(&tar, &(struct member){ '0', "a", .data = "abc" });
	tar.len -= 512;
	img = image_make(&tar);
	ok(img.err == -EINVAL && strstr(img.error.text, "\\344\" at offset") &&
	   strstr(img.error.text, "the tar ends within its data"),
	   "the reason is told behind the longest name");
	image_free(&img);
	buffer_free(&tar);
}

int main(void)
{
	test_numbers();
	test_records();
	test_accepted();
	test_headers();
	test_sparse();
	test_sparse_block();
	test_ends();
	test_descriptions();
	test_limit();
	test_long_blame();
	return tap_done();
}
