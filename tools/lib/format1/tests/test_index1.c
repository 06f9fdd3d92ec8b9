// SPDX-License-Identifier: GPL-2.0
/*
 * Indexes of format 1 have the published bytes, with every known fault of the
 * original, and every loss has its warning.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "base/sha256.h"
#include "index1_image.h"
#include "tap.h"
#include "verity/merkle.h"

#define MEMBERS	12

/* published root hashes */
#define EMPTY_ROOT \
	"67450082ab56da1aecc5eae2f18d980cd9e7306e79334a1a826a91cfd90114a8"
#define FILE_ROOT \
	"3e180656327e86fa7aa220ff278695f1df2a2679e1aa80e8a454ccf0460c7d39"

/* @list: what a reader of the index sees; @warnings: names of the kinds */
static const struct {
	const char *what;
	struct member members[MEMBERS];
	const char *list;
	int inodes;
	const char *warnings;
} trees[] = {
	{ "a tree", {
		{ '5', "./" }, { '5', "d/" }, { '0', "d/f", .data = "abc" },
		{ '2', "d/l", "f" }, { '6', "d/p" }, { '3', "d/c" },
		{ '4', "d/b" }, { '\0', "old" } },
	  "d:d d/b:b d/c:c d/f:f3 d/l:l>f d/p:p old:f0 ", 8, "" },
	{ "names in the order of their bytes, the shorter first", {
		{ '0', "b" }, { '0', "a\xff" }, { '0', "a" }, { '0', "aa" },
		{ '0', "B" } },
	  "B:f0 a:f0 aa:f0 a\xff:f0 b:f0 ", 6, "" },
	{ "slashes, \".\" and \"..\" in names", {
		{ '5', "/d//" }, { '0', "./d/./x/../f" } },
	  "d:d d/f:f0 ", 3, "" },
	{ "a name that leads out of the root", {
		{ '0', "a/../../b" }, { '0', "c" } },
	  "c:f0 ", 2, "skipped-name " },
	{ "a parent that is not there", { { '0', "etc/f" } },
	  "etc:? ", 3, "unreachable " },
	{ "children of a file", { { '0', "a" }, { '0', "a/b" } },
	  "a:f0 ", 3, "unreachable " },
	{ "a directory that comes again", {
		{ '5', "a" }, { '0', "a/b" }, { '5', "a" } },
	  "a:d ", 2, "dropped-children " },
	{ "a root that comes late", { { '0', "a" }, { '5', "./" } },
	  "", 1, "dropped-children " },
	{ "children after the directory came again", {
		{ '5', "a" }, { '0', "a/b" }, { '5', "a" }, { '0', "a/c" } },
	  "a:d a/c:f0 ", 3, "dropped-children " },
	{ "an opaque marker before its directory", {
		{ '0', "a/.wh..wh..opq" }, { '5', "a" } },
	  "a:d ", 2, "lost-opaque " },
	{ "an opaque marker after its directory", {
		{ '5', "a" }, { '0', "a/.wh..wh..opq" } },
	  "a:do ", 2, "" },
	{ "an opaque marker without a directory", {
		{ '0', "a/.wh..wh..opq" } },
	  "a:?o ", 2, "lost-opaque " },
	{ "whiteouts", {
		{ '5', "d" }, { '0', "d/f" }, { '0', ".wh.d" },
		{ '0', ".wh.new" } },
	  "d:c new:c ", 3, "dropped-children " },
	{ "a whiteout of nothing", { { '0', ".wh." } },
	  ":c ", 2, "unusable-name " },
	{ "a hard link, and one to it", {
		{ '0', "a", .data = "x" }, { '1', "b", "a" },
		{ '1', "c", "./b" } },
	  "a:f1 b:f1 c:f1 ", 2, "" },
	{ "a hard link to itself", { { '0', "a" }, { '1', "a", "a" } },
	  "a:f0 ", 2, "" },
	{ "a hard link to what comes later", {
		{ '1', "b", "a" }, { '0', "a" } },
	  "a:f0 ", 2, "lost-hard-link " },
	{ "a hard link to a lower layer", { { '1', "b", "low/f" } },
	  "low:? ", 3, "lost-hard-link " },
	{ "a hard link to a symlink", {
		{ '2', "a", "x" }, { '1', "b", "a" } },
	  "a:l>x ", 2, "lost-hard-link " },
	{ "a hard link to a device", { { '3', "a" }, { '1', "b", "a" } },
	  "a:c ", 2, "lost-hard-link " },
	{ "a hard link out of the root", {
		{ '1', "b", "../a" }, { '0', "a" }, { '1', "../b", "a" } },
	  "a:f0 ", 2, "lost-hard-link skipped-name " },
	{ "a hard link in place of a directory", {
		{ '0', "a" }, { '5', "d" }, { '0', "d/f" },
		{ '1', "d", "a" } },
	  "a:f0 d:f0 ", 2, "dropped-children " },
	{ "a hard link that is replaced", {
		{ '0', "a", .data = "x" }, { '1', "b", "a" },
		{ '0', "b", .data = "yz" } },
	  "a:f2 b:f2 ", 2, "overwritten-link " },
	{ "a hard link that is whited out", {
		{ '0', "a" }, { '1', "b", "a" }, { '0', ".wh.b" } },
	  "a:c b:c ", 2, "overwritten-link " },
	{ "a name that has been taken from a hard link", {
		{ '0', "a" }, { '0', "c" }, { '1', "b", "a" },
		{ '1', "b", "c" }, { '0', "a", .data = "x" } },
	  "a:f1 b:f0 c:f0 ", 3, "" },
	{ "a directory with two names", {
		{ '0', "a" }, { '1', "b", "a" }, { '5', "a" },
		{ '0', "b/f" } },
	  "a:d a/f:f0 b:d b/f:f0 ", 3, "overwritten-link " },
	{ "a file as the root", {
		{ '0', "a", .data = "x" }, { '1', ".", "a" } },
	  "", 1, "dropped-children bad-root " },
	{ "a circle that has been opened", {
		{ '0', "a" }, { '1', "a/b", "a" }, { '5', "a" } },
	  "a:d ", 2, "dropped-children overwritten-link " },
	{ "a long target that the header has too", {
		{ 'K', "././@LongLink", .data = "x" }, { '2', "l", "x" } },
	  "l:l>x ", 2, "" },
	{ "long targets in the order of the names", {
		{ 'K', "K", .data = "one" }, { '2', "a" },
		{ 'K', "K", .data = "three" }, { '2', "b" } },
	  "a:l>one b:l>three ", 3, "" },
	{ "long targets in another order", {
		{ 'K', "K", .data = "one" }, { '2', "z" },
		{ 'K', "K", .data = "three" }, { '2', "a" } },
	  "a:l>oneth z:l>ree ", 3, "garbled-target " },
	{ "equal targets in another order", {
		{ 'K', "K", .data = "same" }, { '2', "z" },
		{ 'K', "K", .data = "same" }, { '2', "a" } },
	  "a:l>same z:l>same ", 3, "" },
	{ "a long target that is replaced", {
		{ 'K', "K", .data = "gone" }, { '2', "a" },
		{ '0', "a" }, { '0', "bc" } },
	  "g:f0 on:f0 ", 3, "garbled-name " },
	{ "a long target that is not used", {
		{ 'K', "K", .data = "gone" }, { '2', "../a" },
		{ '0', "bc" } },
	  "go:f0 ", 2, "skipped-name garbled-name " },
	{ "links without a target", { { '2', "a" }, { '1', "b" } },
	  "", 1, "skipped-target " },
	{ "a target that is empty", {
		{ 'K', "K", .data = "" }, { '2', "a" } },
	  "a:l> ", 2, "unusable-target " },
	{ "types that are not known", {
		{ '7', "a" }, { 'V', "b" }, { '0', "c" } },
	  "c:f0 ", 2, "skipped-type " },
	{ "a global header", {
		{ 'g', "pax_global_header", .data = "11 path=x\n" },
		{ '0', "a" } },
	  "a:f0 ", 2, "global-pax " },
	{ "a mode that is no number", {
		{ '0', "a", .mode = "rwxr-xr" }, { '0', "b" } },
	  "b:f0 ", 2, "skipped-number " },
	{ "lost bits", { { '0', "su", .mode = "0004755" } },
	  "su:f0 ", 2, "lost-special-bits " },
	{ "bits of a symlink", { { '2', "l", "x", .mode = "0007777" } },
	  "l:l>x ", 2, "" },
	{ "a directory of an old tar", { { '\0', "d/" } },
	  "d:f0 ", 2, "lost-directory " },
	{ "attributes, ids and times in PAX records", {
		{ 'x', "x", .data = "25 SCHILY.xattr.user.a=b\n"
		  "15 uid=3000000\n15 mtime=0.125\n" },
		{ '0', "a" } },
	  "a:f0 ", 2, "lost-nanoseconds lost-owner lost-xattr " },
	{ "the first of all times, and half a second before", {
		{ 'x', "x", .data = "32 mtime=-9223372036854775808.5\n" },
		{ '0', "a" } },
	  "a:f0 ", 2, "lost-nanoseconds lost-time " },
	{ "PAX records that say what the header says", {
		{ 'x', "x", .data = "8 uid=0\n11 mtime=0\n9 size=1\n" },
		{ '0', "a", .data = "x" } },
	  "a:f1 ", 2, "" },
	{ "a PAX record that hides the next one", {
		{ 'x', "x", .data = "25 SCHILY.xattr.user.a=\n\n"
		  "12 path=new\n" },
		{ '0', "a" } },
	  "a:f0 ", 2, "lost-xattr misread-pax " },
	{ "a sparse file in PAX records", {
		{ 'x', "x", .data = "22 GNU.sparse.major=1\n" },
		{ '0', "a" } },
	  "a:f0 ", 2, "stored-sparse " },
};

static void test_trees(void)
{
	struct buffer list, warnings;
	struct image img;
	size_t i;

	for (i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		img = image_of(trees[i].members);
		if (!ok(!img.err, "%s: accepted", trees[i].what)) {
			printf("# %s\n", img.error.text);
			goto free_image;
		}
		list = image_list(&img);
		warnings = image_warnings(&img);
		if (!ok(!strcmp(list.data, trees[i].list) &&
			img.inodes == trees[i].inodes &&
			!strcmp(warnings.data, trees[i].warnings),
			"%s: as published", trees[i].what))
			printf("# \"%s\", %d inodes, \"%s\"\n", list.data,
			       (int)img.inodes, warnings.data);
		buffer_free(&list);
		buffer_free(&warnings);
free_image:
		image_free(&img);
	}
}

/* tars without an index; the message names the member and its offset */
static const struct {
	const char *what;
	struct member members[MEMBERS];
	int err;
	const char *name, *offset;
} refusals[] = {
	{ "a hard link to its own parent", {
		{ '0', "a" }, { '1', "a/b", "a" } },
	  -ELOOP, "\"a/b\"", "offset 512:" },
	{ "a hard link far below", {
		{ '0', "a" }, { '5', "x" }, { '1', "a/b/c/d", "a" } },
	  -ELOOP, "\"a/b/c/d\"", "offset 1024:" },
	{ "two hard links, the second closes the circle", {
		{ '0', "a" }, { '0', "b" }, { '1', "a/x", "b" },
		{ '1', "b/y", "a" } },
	  -ELOOP, "/y\"", "offset 1536:" },
	{ "a hard link to a root that is a file", {
		{ '0', "a" }, { '1', ".", "a" }, { '1', "b", "/" } },
	  -ELOOP, "\"b\"", "offset 1024:" },
};

static void test_refusals(void)
{
	struct image img;
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		img = image_of(refusals[i].members);
		if (!ok(img.err == refusals[i].err &&
			strstr(img.error.text, refusals[i].name) &&
			strstr(img.error.text, refusals[i].offset),
			"refused: %s", refusals[i].what))
			printf("# %d, %s\n", img.err, img.error.text);
		image_free(&img);
	}
}

/* directories with two names: each level doubles the number of paths */
static void test_doubling(void)
{
	char path[128] = "", name[128], twin[128];
	struct buffer tar = { 0 };
	struct image img;
	int i;

	for (i = 0; i < 28; i++) {
		snprintf(name, sizeof(name), "%.100sa", path);
		snprintf(twin, sizeof(twin), "%.100sb", path);
		tar_add(&tar, &(struct member){ '0', name });
		tar_add(&tar, &(struct member){ '1', twin, name });
		tar_add(&tar, &(struct member){ '5', name });
		snprintf(path, sizeof(path), "%.100s/", name);
	}
	tar_end(&tar);
	img = image_make(&tar);
	ok(img.err == -EFBIG, "refused: 2^28 paths through 28 hard links");
	image_free(&img);
	buffer_free(&tar);
}

static void test_deep(void)
{
	struct buffer tar = { 0 }, name = { 0 };
	struct image img;
	int i;

	for (i = 0; i < 200000; i++)
		buffer_print(&name, "d/");
	tar_add(&tar, &(struct member){ 'L', "L", .data = name.data });
	tar_add(&tar, &(struct member){ '0', "x" });
	tar_end(&tar);
	img = image_make(&tar);
	ok(!img.err && img.inodes == 200001, "200000 directories deep");
	image_free(&img);
	buffer_free(&tar);
	buffer_free(&name);
}

static struct image image_of_two(const struct member *a,
				 const struct member *b)
{
	const struct member members[] = { *a, *b, { 0 } };

	return image_of(members);
}

/* a header holds targets of up to 100 bytes; one of 100 has no NUL */
static void test_long_target(void)
{
	struct member link = { '2', "l" };
	struct buffer list, want = { 0 };
	char target[102] = { 0 };
	struct image img;
	int len;

	for (len = 99; len < sizeof(target); len++) {
		memset(target, 't', len);
		link.link = target;
		img = len > 100 ?
		      image_of_two(&(struct member){ 'K', "K",
				   .data = target }, &link) :
		      image_of_two(&link, &(struct member){ 0 });
		list = image_list(&img);
		buffer_print(&want, "l:l>");
		buffer_print(&want, target);
		buffer_print(&want, " ");
		ok(!strcmp(list.data, want.data) && !img.warnings.count,
		   "a target of %d bytes", len);
		buffer_free(&list);
		buffer_free(&want);
		image_free(&img);
	}
}

static void test_long_name(void)
{
	char name[TARFS_NAME_MAX + 2] = { 0 };
	struct buffer warnings;
	struct image img;
	int len;

	for (len = TARFS_NAME_MAX; len < sizeof(name); len++) {
		memset(name, 'n', len);
		img = image_of_two(&(struct member){ 'L', "L", .data = name },
				   &(struct member){ '0', "x" });
		warnings = image_warnings(&img);
		ok(!img.err && img.inodes == 2 &&
		   !strcmp(warnings.data, len > TARFS_NAME_MAX ?
			   "unusable-name " : ""), "a name of %d bytes", len);
		buffer_free(&warnings);
		image_free(&img);
	}
}

/* ---- published bytes ---- */

static int is_root(const struct image *img, const char *want)
{
	uint8_t root[MERKLE_DIGEST_SIZE];
	char hex[SHA256_HEX_SIZE];
	uint64_t blocks = img->data.len / MERKLE_BLOCK_SIZE;
	struct merkle *m;
	struct error e;

	if (merkle_new(&m, &merkle_layer, &e) ||
	    merkle_add(m, 0, img->data.data, blocks, &e) ||
	    merkle_final(m, blocks, root, &e))
		abort();
	merkle_free(m);
	sha256_to_hex(root, hex);
	return !strcmp(hex, want);
}

static void test_empty(void)
{
	/* the entries of an empty directory start behind the inode table */
	static const uint8_t inode[32] = { 0x6d, 0x41, [24] = 0x20, 0x04 };
	static const uint8_t super[16] = { 0, 4, [8] = 1 };
	struct member none = { 0 };
	struct image img = image_of(&none);

	ok(img.data.len == 8192 && !memcmp(img.data.data + 1024, inode, 32) &&
	   !memcmp(img.data.data + 8192 - 512, super, 16),
	   "the index of an empty layer");
	ok(is_root(&img, EMPTY_ROOT), "its published root hash");
	image_free(&img);
}

static void test_published_file(void)
{
	struct tar_header h = tar_header(&(struct member){ '0', "LAYER_2" });
	struct buffer tar = { 0 };
	struct image img;

	snprintf(h.mtime, sizeof(h.mtime), "%011o", 1719409995);
	make_sum(&h);
	buffer_add(&tar, &h, sizeof(h));
	tar_end(&tar);
	img = image_make(&tar);
	ok(is_root(&img, FILE_ROOT), "the published root hash of a file");
	image_free(&img);
	buffer_free(&tar);
}

static void test_published_directory(void)
{
	static const uint8_t want[] = {
		0x6d, 0x41, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0x20, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x28, 0, 0, 0, 0, 0, 0,
		0xff, 0x41, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x9d, 0x65, 0x83,
		0x59, 0, 0, 0, 0, 0, 0, 0, 0, 0x60, 0x28, 0, 0, 0, 0, 0, 0,
		2, 0, 0, 0, 0, 0, 0, 0, 0x60, 0x28, 0, 0, 0, 0, 0, 0,
		3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0,
		't', 'm', 'p',
	};
	struct tar_header h = tar_header(&(struct member){ '5', "tmp/",
					 .mode = "0001777" });
	struct buffer tar = { 0 };
	struct image img;

	snprintf(h.mtime, sizeof(h.mtime), "%011o", 0x5983659d);
	make_sum(&h);
	buffer_add(&tar, &h, sizeof(h));
	buffer_add(&tar, NULL, 10240 - tar.len);
	img = image_make(&tar);
	ok(img.data.len == 16384 &&
	   !memcmp(img.data.data + 10240, want, sizeof(want)) &&
	   !memcmp(img.data.data + 15872, "\0\x28\0\0\0\0\0\0\2\0\0\0\0\0\0",
		   16), "the published index of a directory");
	image_free(&img);
	buffer_free(&tar);
}

/* the index ends 10 bytes before a block does, its nominal end behind it */
static void test_end(void)
{
	char name[91] = { 0 };
	struct buffer tar = { 0 };
	struct image img;
	int i;

	memset(name, 'n', sizeof(name) - 1);
	for (i = 0; i < 23; i++) {
		name[0] = 'a' + i;
		tar_add(&tar, &(struct member){ '0', name });
	}
	tar_end(&tar);
	img = image_make(&tar);
	ok(img.data.len == 16384 + 2 * 4096 && !img.warnings.count,
	   "names count twice when the superblock is placed");
	image_free(&img);
	buffer_free(&tar);
}

int main(void)
{
	test_trees();
	test_refusals();
	test_doubling();
	test_deep();
	test_long_target();
	test_long_name();
	test_empty();
	test_published_file();
	test_published_directory();
	test_end();
	return tap_done();
}
