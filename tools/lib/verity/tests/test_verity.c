// SPDX-License-Identifier: GPL-2.0
/*
 * The geometry of an image: hostile trailers are refused, tables are those of
 * dm-verity, and a wrong block is found and named.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "make_image.h"
#include "tap.h"
#include "tarfs_fs.h"
#include "verity/merkle.h"
#include "verity/signature.h"
#include "verity/verity.h"

#define BLOCK	((uint64_t)TARFS_BLOCK_SIZE)

/* @size and @data_blocks: in blocks; 130 data blocks have a tree of 3 */
static const struct {
	const char *claim;
	uint64_t size;
	uint32_t data_block_size;
	uint32_t hash_block_size;
	uint64_t data_blocks;
	bool good;
} trailers[] = {
	{ "a whole image", 134, 4096, 4096, 130, true },
	{ "space behind the tree", 200, 4096, 4096, 130, true },
	{ "one data block", 2, 4096, 4096, 1, true },
	{ "two data blocks", 4, 4096, 4096, 2, true },
	{ "the largest file", 1ULL << 51, 4096, 4096, 1ULL << 50, true },
	{ "no room for the trailer's block", 133, 4096, 4096, 130, false },
	{ "no room for the tree", 131, 4096, 4096, 130, false },
	{ "as many data blocks as blocks", 134, 4096, 4096, 134, false },
	{ "one block, which is the trailer's", 1, 4096, 4096, 1, false },
	{ "no size", 0, 4096, 4096, 1, false },
	{ "no data blocks", 134, 4096, 4096, 0, false },
	{ "2^63 data blocks", 134, 4096, 4096, 1ULL << 63, false },
	{ "2^64 - 1 data blocks", 134, 4096, 4096, UINT64_MAX, false },
	{ "2^52 data blocks, 0 bytes modulo 2^64", 134, 4096, 4096,
	  1ULL << 52, false },
	{ "2^52 + 130 data blocks", 134, 4096, 4096, (1ULL << 52) + 130,
	  false },
	{ "data blocks of 0 bytes", 134, 0, 4096, 130, false },
	{ "hash blocks of 0 bytes", 134, 4096, 0, 130, false },
	{ "blocks of 0 bytes", 134, 0, 0, 130, false },
	{ "data blocks of 512 bytes", 134, 512, 4096, 130, false },
	{ "hash blocks of 512 bytes", 134, 4096, 512, 130, false },
	{ "data blocks of 1 byte", 134, 1, 4096, 130, false },
	{ "data blocks of 2^31 bytes", 134, 1U << 31, 4096, 130, false },
	{ "hash blocks of 2^32 - 1 bytes", 134, 4096, UINT32_MAX, 130, false },
	{ "nothing at all", 134, 0, 0, 0, false },
};

/* store a little-endian number */
static void put_number(uint8_t *to, uint64_t value, int bytes)
{
	for (; bytes; bytes--, value >>= 8)
		*to++ = value;
}

static void put_trailer(uint8_t *raw, uint32_t data_block_size,
			uint32_t hash_block_size, uint64_t data_blocks)
{
	memset(raw, 0, TARFS_SUPER_SIZE);
	put_number(raw, data_block_size, 4);
	put_number(raw + 4, hash_block_size, 4);
	put_number(raw + 8, data_blocks, 8);
}

static void test_trailers(void)
{
	uint8_t raw[TARFS_SUPER_SIZE];
	struct verity_geometry g;
	struct error e;
	size_t i;
	int err;

	for (i = 0; i < sizeof(trailers) / sizeof(trailers[0]); i++) {
		put_trailer(raw, trailers[i].data_block_size,
			    trailers[i].hash_block_size,
			    trailers[i].data_blocks);
		e.text[0] = '\0';
		err = verity_geometry_check(raw, trailers[i].size * BLOCK, &g,
					    &e);
		if (trailers[i].good)
			ok(!err && g.data_blocks == trailers[i].data_blocks &&
			   g.hash_start == g.data_blocks &&
			   g.tree_size == merkle_tree_size(&merkle_layer, g.data_blocks),
			   "%s is accepted", trailers[i].claim);
		else
			ok(err == -EINVAL && e.text[0], "%s is refused",
			   trailers[i].claim);
	}
}

static void test_trailer_bytes(void)
{
	uint8_t raw[TARFS_SUPER_SIZE], filled[TARFS_SUPER_SIZE];
	struct verity_geometry g;
	struct error e;
	int i, wrong = 0;

	put_trailer(raw, 4096, 4096, 130);
	memset(filled, 0xff, sizeof(filled));
	verity_trailer_fill(filled, 130);
	ok(!memcmp(raw, filled, sizeof(raw)), "a trailer is filled in");

	for (i = 16; i < TARFS_SUPER_SIZE; i++) {
		raw[i] = 1;
		if (verity_geometry_check(raw, 134 * BLOCK, &g, &e) != -EINVAL)
			wrong++;
		raw[i] = 0;
	}
	ok(!wrong, "a byte behind the fields that is not zero is refused");
	ok(verity_geometry_check(raw, 134 * BLOCK + 512, &g, &e) == -EINVAL,
	   "a size that is not whole blocks is refused");
	ok(verity_geometry_check(raw, UINT64_MAX, &g, &e) == -EINVAL,
	   "a size of 2^64 - 1 is refused");
}

#define A0_TO_BF "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static const struct verity_rules plain;

static void test_rules(void)
{
	static const uint8_t signature[1];
	static const struct {
		struct verity_rules rules;
		const char *want;
	} rows[] = {
		{ { VERITY_RESTART, NULL, 0 }, ZEROS " 1 restart_on_corruption" },
		{ { VERITY_PANIC, NULL, 0 }, ZEROS " 1 panic_on_corruption" },
		{ { VERITY_EIO, signature, 1 },
		  ZEROS " 2 root_hash_sig_key_desc verity:" ZEROS },
		{ { VERITY_PANIC, signature, 1 },
		  ZEROS " 3 panic_on_corruption root_hash_sig_key_desc verity:"
		  ZEROS },
	};
	const struct verity_geometry g = { 130, 130, 3 * BLOCK };
	static const uint8_t root[MERKLE_DIGEST_SIZE];
	char table[512];
	struct error e;
	size_t i, len;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len = strlen(rows[i].want);
		ok(!verity_table(&g, root, "/dev/vdb", &rows[i].rules, table,
				 sizeof(table), &e) &&
		   strlen(table) > len &&
		   !strcmp(table + strlen(table) - len, rows[i].want),
		   "a table ends in %s", rows[i].want + sizeof(ZEROS));
	}
}

static void test_signature_sizes(void)
{
	static const uint8_t bytes[VERITY_SIGNATURE_MAX + 1], root[32];
	struct verity_rules rules = { VERITY_EIO, bytes, sizeof(bytes) };
	struct error e;
	int32_t key;

	ok(signature_load(&rules, root, &key, &e) == -EINVAL,
	   "a signature larger than a key can have is refused");
	rules.signature_len = 0;
	ok(signature_load(&rules, root, &key, &e) == -EINVAL,
	   "a signature of no bytes is refused");
	ok(!signature_load(&plain, root, &key, &e),
	   "without a signature no key is made");
	signature_unload(key);
}

static void test_table(void)
{
	static const char want[] =
		"1 /dev/vdb /dev/vdb 4096 4096 130 130 sha256 " A0_TO_BF " "
		ZEROS;
	static const char *const bad[] = {
		"", " ", "/dev/a b", "a\tb", "a\nb", "/dev/x\\", "\177"
	};
	const struct verity_geometry g = { 130, 130, 3 * BLOCK };
	uint8_t root[MERKLE_DIGEST_SIZE];
	char table[512], device[300], tiny[100];
	struct error e;
	size_t i;

	for (i = 0; i < sizeof(root); i++)
		root[i] = 0xa0 + i;
	ok(!verity_table(&g, root, "/dev/vdb", &plain, table, sizeof(table), &e) &&
	   !strcmp(table, want),
	   "the table is the one that the guest agent of old makes");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(verity_table(&g, root, bad[i], &plain, table,
				sizeof(table), &e) ==
		   -EINVAL,
		   "device name %zu that a table would split is refused", i);
	ok(verity_table(&g, root, "x", &plain, tiny, sizeof(tiny), &e) ==
	   -ENAMETOOLONG, "a table is not cut");
	memset(device, 'd', sizeof(device));
	device[sizeof(device) - 1] = '\0';
	ok(verity_table(&g, root, device, &plain, table, sizeof(table),
			&e) ==
	   -ENAMETOOLONG, "... whatever makes it too long");
}

struct image {
	int fd;
	struct verity_geometry g;
	uint8_t root[MERKLE_DIGEST_SIZE];
};

static void open_image(struct image *image, uint64_t blocks)
{
	struct error e;

	image->fd = make_image(blocks, image->root);
	if (verity_geometry_read(image->fd, "image", &image->g, &e))
		abort();
}

static void flip(struct image *image, uint64_t byte)
{
	uint8_t b;
	struct error e;

	if (file_read_at(image->fd, "image", &b, 1, byte, &e))
		abort();
	b ^= 0x10;
	if (file_write_at(image->fd, "image", &b, 1, byte, &e))
		abort();
}

static void test_good_images(void)
{
	static const uint64_t sizes[] = { 1, 2, 128, 129, 16385 };
	struct image image;
	struct error e;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		open_image(&image, sizes[i]);
		ok(image.g.data_blocks == sizes[i] &&
		   !verity_edge_check(image.fd, "image", &image.g, image.root,
				      &e),
		   "%d blocks: the root hash is found in the image",
		   (int)sizes[i]);
		ok(!verity_verify(image.fd, "image", &image.g, image.root, &e),
		   "%d blocks: the image is right", (int)sizes[i]);
		image.root[31] ^= 1;
		ok(verity_edge_check(image.fd, "image", &image.g, image.root,
				     &e) == -EBADMSG,
		   "%d blocks: another root hash is refused", (int)sizes[i]);
		ok(verity_verify(image.fd, "image", &image.g, image.root,
				 &e) == -EBADMSG,
		   "%d blocks: ... by all checks", (int)sizes[i]);
		close(image.fd);
	}
}

/*
 * 16385 data blocks: level 2 is the root block, at 16385; level 1 has two
 * blocks from 16386 on; level 0 has 129 from 16388 on.
 */
static const struct {
	uint64_t byte;
	const char *where;
} flips[] = {
	{ 0, "data block 0, at byte 0, " },
	{ 16384 * BLOCK + 4095, "data block 16384, at byte 67108864, " },
	{ 127 * BLOCK + 7, "data block 127, at byte 520192, " },
	{ 128 * BLOCK + 7, "data block 128, at byte 524288, " },
	{ 16385 * BLOCK, "root block at byte 67112960 " },
	{ 16385 * BLOCK + 4095, "root block at byte 67112960 " },
	{ 16386 * BLOCK, "hash block 0 of level 1, at byte 67117056, " },
	{ 16387 * BLOCK + 9, "hash block 1 of level 1, at byte 67121152, " },
	{ 16388 * BLOCK, "hash block 0 of level 0, at byte 67125248, " },
	{ 16516 * BLOCK + 4095, "hash block 128 of level 0, at byte 67649536, " },
};

static void test_flips(void)
{
	struct image image;
	struct error e;
	size_t i;

	open_image(&image, 16385);
	for (i = 0; i < sizeof(flips) / sizeof(flips[0]); i++) {
		flip(&image, flips[i].byte);
		ok(verity_verify(image.fd, "image", &image.g, image.root,
				 &e) == -EBADMSG &&
		   strstr(e.text, flips[i].where),
		   "a flipped bit is found: %s", e.text);
		flip(&image, flips[i].byte);
	}
	ok(!verity_verify(image.fd, "image", &image.g, image.root, &e),
	   "flipped back, all is right");

	flip(&image, 5 * BLOCK);
	flip(&image, 16387 * BLOCK);
	ok(verity_verify(image.fd, "image", &image.g, image.root, &e) &&
	   strstr(e.text, "hash block 1 of level 1"),
	   "of two, the one nearer to the root is named");
	close(image.fd);
}

/* a root hash can be computed of such a tree, but no tool makes one */
static void test_padding(void)
{
	struct image image;
	struct error e;

	open_image(&image, 2);
	flip(&image, 3 * BLOCK - 1);
	if (verity_root_read(image.fd, "image", &image.g, image.root, &e))
		abort();
	ok(verity_verify(image.fd, "image", &image.g, image.root, &e) ==
	   -EBADMSG && strstr(e.text, "more than digests"),
	   "padding that is not zero is refused");
	close(image.fd);
}

static void test_short_files(void)
{
	static const uint64_t sizes[] = { 0, 1, 511, 512, 4095, 4096, 8192 };
	struct verity_geometry g;
	FILE *file = tmpfile();
	struct image image;
	struct error e;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		ok(!ftruncate(fileno(file), sizes[i]) &&
		   verity_geometry_read(fileno(file), "short", &g, &e) ==
		   -EINVAL && !strncmp(e.text, "short: ", 7),
		   "%d zero bytes are no image", (int)sizes[i]);
	fclose(file);

	open_image(&image, 130);
	ok(!ftruncate(image.fd, 100 * BLOCK) &&
	   verity_verify(image.fd, "image", &image.g, image.root, &e) == -EIO,
	   "a file that shrinks after its trailer was read is an error");
	close(image.fd);
}

static void test_activation_arguments(void)
{
	static const char *const bad[] = {
		"", ".", "..", "control", "a/b", "../x", "a b", "a\\x20", "\n"
	};
	const struct verity_geometry g = { 1, 1, 0 };
	uint8_t root[MERKLE_DIGEST_SIZE] = {};
	char name[129];
	struct error e;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(verity_activate(bad[i], "/dev/null", &g, root, &plain, &e) ==
		   -EINVAL && verity_deactivate(bad[i], &e) == -EINVAL &&
		   strstr(e.text, "not a name"),
		   "name %zu for a mapping is refused", i);
	memset(name, 'f', sizeof(name));
	name[128] = '\0';
	ok(verity_activate(name, "/dev/null", &g, root, &plain, &e) == -EINVAL,
	   "a name of 128 characters is refused");
	name[64] = '\0';
	ok(verity_activate(name, "/dev/null", &g, root, &plain, &e) == -ENOTBLK,
	   "a character device is not mapped");
	ok(verity_activate(name, "/nonexistent", &g, root, &plain, &e) == -ENOENT,
	   "a device that is not there is not mapped");
}

int main(void)
{
	test_trailers();
	test_trailer_bytes();
	test_table();
	test_rules();
	test_signature_sizes();
	test_good_images();
	test_flips();
	test_padding();
	test_short_files();
	test_activation_arguments();
	return tap_done();
}
