// SPDX-License-Identifier: GPL-2.0
/*
 * The hash tree has the root hashes of veritysetup and the published one, and
 * is the same as a naively built tree.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sha256.h"
#include "tap.h"
#include "tarfs_fs.h"
#include "verity/merkle.h"

/* fill block n with the byte n % 251 */
static void fill_block(uint8_t *block, uint64_t n)
{
	memset(block, n % 251, MERKLE_BLOCK_SIZE);
}

/* sha256(salt || block), naively */
static void plain_digest(const uint8_t *block, uint8_t *digest)
{
	uint8_t salted[MERKLE_SALT_SIZE + MERKLE_BLOCK_SIZE] = {};
	struct error e;

	memcpy(salted + MERKLE_SALT_SIZE, block, MERKLE_BLOCK_SIZE);
	if (sha256_buffer(salted, sizeof(salted), digest, &e))
		abort();
}

struct sink {
	uint8_t *buf;
	size_t len;
	size_t room;
};

static int sink_write(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct sink *s = ctx;

	if (len > s->room - s->len)
		return error_set(e, -1, "the tree is longer than promised");
	memcpy(s->buf + s->len, buf, len);
	s->len += len;
	return 0;
}

/* build the tree over @blocks blocks, added @piece at once, last first */
static int build(uint64_t blocks, size_t piece, uint8_t *root,
		 struct sink *sink, struct error *e)
{
	uint64_t i, first, left = blocks;
	struct merkle *m;
	uint8_t *data;
	int err;

	data = malloc(blocks * MERKLE_BLOCK_SIZE);
	for (i = 0; i < blocks; i++)
		fill_block(data + i * MERKLE_BLOCK_SIZE, i);
	err = merkle_new(&m, &merkle_layer, e);
	for (; !err && left; left = first) {
		first = left > piece ? left - piece : 0;
		err = merkle_add(m, first, data + first * MERKLE_BLOCK_SIZE,
				 left - first, e);
	}
	if (!err)
		err = merkle_final(m, blocks, root, e);
	if (!err && sink)
		err = merkle_write(m, sink_write, sink, e);
	merkle_free(m);
	free(data);
	return err;
}

static const struct {
	uint64_t blocks;
	uint64_t tree_blocks;
	const char *root;	/* of veritysetup format */
} trees[] = {
	{ 1, 0,
	  "2e534ef0107d592d1706ac38ad58596b85ef3375d360a6d669f974792df5cb5a" },
	{ 2, 1,
	  "4c6e92c282fcae6ea856d968b4a410a0352136964fc3995d4276f4bb7b096718" },
	{ 127, 1,
	  "ebf4a91a69d8353bc99a32ad34f1d46dac276c30e52beffb4437eb93e4e88a0a" },
	{ 128, 1,
	  "4d519977a185fe053cccc7102dac67d9b680a8b9b73194d90a30f444f25005d8" },
	{ 129, 3,
	  "1f80296d52e9502d1ec420acbe5c1c4f170ae9d262e899e57991ed8346ebc1a8" },
	{ 130, 3,
	  "3b78ad390a310d0bd516a96cbfd244d307fd1932f4ab3ed86e74f2fa59df6a05" },
	{ 16384, 129,
	  "6cf0cdcc9568d275bc8ab45c6555136f90d8ed75d65697b033ebf2f89c102c08" },
	{ 16385, 132,
	  "4db8df19d6b2a92afb15c99c9c93897d1a3369accaea02013c44e66a2d94b2e3" },
};

static void test_roots(void)
{
	uint8_t root[MERKLE_DIGEST_SIZE];
	char hex[SHA256_HEX_SIZE];
	struct sink sink;
	struct error e;
	size_t i;
	int err;

	for (i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		sink.room = trees[i].tree_blocks * MERKLE_BLOCK_SIZE;
		sink.buf = malloc(sink.room + 1);
		sink.len = 0;
		err = build(trees[i].blocks, 256, root, &sink, &e);
		sha256_to_hex(root, hex);
		ok(!err && !strcmp(hex, trees[i].root),
		   "%llu blocks have veritysetup's root hash",
		   (unsigned long long)trees[i].blocks);
		ok(!err && sink.len == sink.room,
		   "... and a tree of %llu blocks",
		   (unsigned long long)trees[i].tree_blocks);
		ok(merkle_tree_size(&merkle_layer, trees[i].blocks) == sink.room,
		   "... which its size predicts");
		free(sink.buf);
	}
}

/* 130 blocks: the root block has two digests, the level below 128 and 2 */
static void test_layout(void)
{
	static uint8_t tree[3 * MERKLE_BLOCK_SIZE];
	static uint8_t want[3 * MERKLE_BLOCK_SIZE];
	uint8_t *leaves = want + MERKLE_BLOCK_SIZE;
	struct sink sink = { tree, 0, sizeof(tree) };
	uint8_t root[MERKLE_DIGEST_SIZE], want_root[MERKLE_DIGEST_SIZE];
	uint8_t block[MERKLE_BLOCK_SIZE];
	struct error e;
	int i;

	for (i = 0; i < 130; i++) {
		fill_block(block, i);
		plain_digest(block, leaves + i * MERKLE_DIGEST_SIZE);
	}
	plain_digest(leaves, want);
	plain_digest(leaves + MERKLE_BLOCK_SIZE, want + MERKLE_DIGEST_SIZE);
	plain_digest(want, want_root);

	ok(!build(130, 1, root, &sink, &e) &&
	   sink.len == sizeof(tree), "a tree of two levels has three blocks");
	ok(!memcmp(root, want_root, sizeof(root)),
	   "the root hash is the digest of the root block");
	ok(!memcmp(tree, want, sizeof(want)),
	   "the root block is first, what no digest fills is zero");
}

/* the layer of 1024 zero bytes, with an index of format 1 */
static void test_published_layer(void)
{
	static const char want[] =
		"67450082ab56da1aecc5eae2f18d980cd9e7306e79334a1a826a91cfd90114a8";
	static uint8_t data[2 * MERKLE_BLOCK_SIZE];
	const struct tarfs1_inode inode = {
		.mode = htole16(S_IFDIR | 0555),
		.offset = htole64(1024 + sizeof(inode)),
	};
	const struct tarfs1_super super = {
		.inode_table = htole64(1024),
		.inodes = htole64(1),
	};
	uint8_t root[MERKLE_DIGEST_SIZE];
	char hex[SHA256_HEX_SIZE] = "";
	struct merkle *m;
	struct error e;

	memcpy(data + 1024, &inode, sizeof(inode));
	memcpy(data + sizeof(data) - TARFS_SUPER_SIZE, &super, sizeof(super));
	if (merkle_new(&m, &merkle_layer, &e))
		abort();
	if (!merkle_add(m, 0, data, 2, &e) && !merkle_final(m, 2, root, &e))
		sha256_to_hex(root, hex);
	ok(!strcmp(hex, want),
	   "the empty layer has its published root hash");
	merkle_free(m);
}

static void test_pieces(void)
{
	static const size_t pieces[] = { 1, 3, 127, 128, 129, 130 };
	uint8_t whole[MERKLE_DIGEST_SIZE], root[MERKLE_DIGEST_SIZE];
	struct error e;
	size_t i;

	if (!ok(!build(131, 131, whole, NULL, &e),
		"data in one piece"))
		return;
	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		ok(!build(131, pieces[i], root, NULL, &e) &&
		   !memcmp(root, whole, sizeof(root)),
		   "pieces of %zu blocks make the same tree", pieces[i]);
}

static void test_misuse(void)
{
	uint8_t root[MERKLE_DIGEST_SIZE], block[MERKLE_BLOCK_SIZE] = {};
	struct merkle *m;
	struct error e;

	if (merkle_new(&m, &merkle_layer, &e))
		abort();
	ok(merkle_final(m, 0, root, &e) < 0, "no data have no tree");
	ok(merkle_write(m, sink_write, NULL, &e) < 0,
	   "an unfinished tree is not handed out");
	ok(!merkle_add(m, 0, block, 1, &e) && !merkle_final(m, 1, root, &e),
	   "one block has a tree");
	ok(merkle_final(m, 1, root, &e) < 0, "a tree is finished once");
	merkle_free(m);
	merkle_free(NULL);
}

/* @calls: so far; the one with number @bad fails */
struct failing {
	int calls;
	int bad;
};

static int fail_once(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct failing *f = ctx;

	return f->calls++ == f->bad ? error_set(e, -EIO, "failed") : 0;
}

/* a tree that is written in several pieces, some of one level */
static void test_each_write_fails(void)
{
	static uint8_t data[MERKLE_BLOCK_SIZE];
	struct failing none = { .bad = -1 }, f;
	uint8_t root[MERKLE_DIGEST_SIZE];
	struct merkle *m;
	struct error e;
	int i, good = 0;

	if (merkle_new(&m, &merkle_layer, &e))
		abort();
	for (i = 0; i < 5000; i++)
		if (merkle_add(m, i, data, 1, &e))
			abort();
	if (merkle_final(m, i, root, &e) ||
	    merkle_write(m, fail_once, &none, &e))
		abort();
	for (i = 0; i < none.calls; i++) {
		f = (struct failing){ .bad = i };
		good += merkle_write(m, fail_once, &f, &e) == -EIO &&
			f.calls == i + 1;
	}
	ok(none.calls > 3 && good == none.calls,
	   "the first write that fails is the last one: %d of %d", good,
	   none.calls);
	merkle_free(m);
}

static void test_write_failure(void)
{
	static uint8_t data[2 * MERKLE_BLOCK_SIZE];
	struct sink full = { NULL, 0, 0 };
	uint8_t root[MERKLE_DIGEST_SIZE];
	struct merkle *m;
	struct error e;

	if (merkle_new(&m, &merkle_layer, &e) ||
	    merkle_add(m, 0, data, 2, &e) || merkle_final(m, 2, root, &e))
		abort();
	ok(merkle_write(m, sink_write, &full, &e) == -1,
	   "a failed write is passed on");
	merkle_free(m);
}

int main(void)
{
	test_roots();
	test_layout();
	test_published_layer();
	test_pieces();
	test_misuse();
	test_write_failure();
	test_each_write_fails();
	return tap_done();
}
