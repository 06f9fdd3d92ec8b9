// SPDX-License-Identifier: GPL-2.0
/*
 * The right edge of a hash tree binds the number of data blocks to the root
 * hash. OpenSSL alone makes the trees.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/file.h"
#include "tap.h"
#include "verity/verity.h"

#define BLOCK	((uint64_t)4096)
#define DIGEST	32
#define SLOTS	128
#define LEVELS	5

/*
 * struct tree - a tree over @blocks[0] data blocks, which are zero or, if
 * @numbered, begin with their number; level @top has one block
 */
struct tree {
	uint64_t blocks[LEVELS];
	uint8_t *bytes[LEVELS];
	int top;
	bool numbered;
	uint8_t root[DIGEST];
};

static FILE *file;

static void hash(const uint8_t *block, uint8_t digest[DIGEST])
{
	uint8_t salted[DIGEST + BLOCK] = {};

	memcpy(salted + DIGEST, block, BLOCK);
	if (!EVP_Digest(salted, sizeof(salted), digest, NULL, EVP_sha256(),
			NULL))
		abort();
}

static void data_block(const struct tree *t, uint64_t number, uint8_t *block)
{
	memset(block, 0, BLOCK);
	if (t->numbered)
		snprintf((char *)block, BLOCK, "%" PRIu64, number + 1);
}

static uint64_t parents(uint64_t blocks)
{
	return (blocks + SLOTS - 1) / SLOTS;
}

static int depth(uint64_t blocks)
{
	int levels = 0;

	for (; blocks > 1; blocks = parents(blocks))
		levels++;
	return levels;
}

static uint8_t *slot(const struct tree *t, int level, uint64_t child)
{
	return t->bytes[level] + child * DIGEST;
}

static void hash_data(struct tree *t, uint8_t *digests)
{
	uint8_t block[BLOCK];
	uint64_t i;

	for (i = 0; i < t->blocks[0]; i++, digests += DIGEST) {
		data_block(t, i, block);
		if (i && !t->numbered)
			memcpy(digests, digests - DIGEST, DIGEST);
		else
			hash(block, digests);
	}
}

static void make_tree(struct tree *t, uint64_t blocks, bool numbered)
{
	uint8_t block[BLOCK];
	uint64_t i;
	int level;

	*t = (struct tree) {
		.blocks = { blocks },
		.numbered = numbered,
		.top = depth(blocks),
	};
	for (level = 1; level <= t->top; level++) {
		t->blocks[level] = parents(t->blocks[level - 1]);
		t->bytes[level] = calloc(t->blocks[level], BLOCK);
		if (!t->bytes[level])
			abort();
		if (level == 1)
			hash_data(t, t->bytes[1]);
		else
			for (i = 0; i < t->blocks[level - 1]; i++)
				hash(t->bytes[level - 1] + i * BLOCK,
				     slot(t, level, i));
	}
	data_block(t, 0, block);
	hash(t->top ? t->bytes[t->top] : block, t->root);
}

static void free_tree(struct tree *t)
{
	int level;

	for (level = 1; level <= t->top; level++)
		free(t->bytes[level]);
}

static void put(const void *buf, size_t len, uint64_t offset)
{
	struct error e;

	if (file_write_at(fileno(file), "image", buf, len, offset, &e))
		abort();
}

static void put_data(const struct tree *t, uint64_t blocks)
{
	uint8_t block[BLOCK];
	uint64_t i;

	for (i = 0; t->numbered && i < blocks; i++) {
		data_block(t, i, block);
		put(block, sizeof(block), i * BLOCK);
	}
}

/*
 * Write the image of @t with @blocks data blocks: the first blocks of each
 * level, and zeros if there are too few.
 */
static struct verity_geometry put_image(const struct tree *t, uint64_t blocks)
{
	struct verity_geometry g = { blocks, blocks, 0 };
	uint64_t wanted[LEVELS] = { blocks }, start = blocks;
	int level;

	for (level = 1; level <= t->top; level++) {
		wanted[level] = parents(wanted[level - 1]);
		g.tree_size += wanted[level] * BLOCK;
	}
	if (ftruncate(fileno(file), 0) ||
	    ftruncate(fileno(file), blocks * BLOCK + g.tree_size + BLOCK))
		abort();
	put_data(t, blocks);
	for (level = t->top; level; level--) {
		put(t->bytes[level], BLOCK *
		    (wanted[level] < t->blocks[level] ? wanted[level] :
							t->blocks[level]),
		    start * BLOCK);
		start += wanted[level];
	}
	return g;
}

static int check(const struct tree *t, uint64_t blocks, struct error *e)
{
	const struct verity_geometry g = put_image(t, blocks);

	return verity_edge_check(fileno(file), "image", &g, t->root, e);
}

static bool is_refused(const struct tree *t, uint64_t blocks, const char *why)
{
	struct error e = { "" };
	char number[32];

	snprintf(number, sizeof(number), "blocks, %" PRIu64 ", is not", blocks);
	if (check(t, blocks, &e) == -EBADMSG && strstr(e.text, number) &&
	    strstr(e.text, why))
		return true;
	printf("# %" PRIu64 " blocks as %" PRIu64 ": '%s'\n", t->blocks[0],
	       blocks, e.text);
	return false;
}

/* numbers that a host can put into a trailer without changing the depth */
static void test_numbers(const struct tree *t)
{
	uint64_t n = t->blocks[0], first, last = 1, step, i, accepted = 0;
	int level;

	for (level = 0; level < t->top; level++)
		last *= SLOTS;
	first = last / SLOTS + 1;
	/* three levels hold 2 million blocks: stay close to the right number */
	if (last > 2 * n + SLOTS)
		last = 2 * n + SLOTS;
	step = last - first > 1000 ? 127 : 1;
	for (i = first; i <= last; i += step)
		if (i != n && !is_refused(t, i, ""))
			accepted++;
	for (i = n > first + SLOTS ? n - SLOTS : first;
	     step > 1 && i <= last && i <= n + SLOTS; i++)
		if (i != n && !is_refused(t, i, ""))
			accepted++;
	ok(!accepted, "%" PRIu64 " blocks%s: no other number from %" PRIu64
	   " to %" PRIu64 " passes", n, t->numbered ? "" : " of zeros", first,
	   last);
}

static void test_right_number(struct tree *t)
{
	uint64_t n = t->blocks[0];
	struct error e = { "" };

	ok(!check(t, n, &e), "%" PRIu64 " blocks%s: the right number passes %s",
	   n, t->numbered ? "" : " of zeros", e.text);
	t->root[0] ^= 1;
	ok(check(t, n, &e) == -EBADMSG &&
	   strstr(e.text, "image: the tree's root hash is"),
	   "... not with another root hash");
	t->root[0] ^= 1;
}

/* update the digests of the right edge from @level up */
static void hash_edge(struct tree *t, int level)
{
	uint8_t *last;

	for (; level <= t->top; level++) {
		last = t->bytes[level] + (t->blocks[level] - 1) * BLOCK;
		hash(last, level == t->top ? t->root :
		     slot(t, level + 1, t->blocks[level] - 1));
	}
}

/* flip a bit of the digest of @child in @level, and update all above it */
static bool changed_is_refused(struct tree *t, int level, uint64_t child,
			       const char *why)
{
	uint8_t *digest = slot(t, level, child), was = digest[child % DIGEST];
	bool refused;

	digest[child % DIGEST] ^= 1 << child % 8;
	hash_edge(t, level);
	refused = is_refused(t, t->blocks[0], why);
	digest[child % DIGEST] = was;
	hash_edge(t, level);
	return refused;
}

/* each slot of the edge that depends on the number of blocks */
static void test_slots(struct tree *t)
{
	uint64_t children, end, i;
	int level, accepted = 0;
	char more[80];

	for (level = 1; level <= t->top; level++) {
		children = t->blocks[level - 1];
		end = t->blocks[level] * SLOTS;
		snprintf(more, sizeof(more), "hash block %" PRIu64
			 " of level %d has more than digests",
			 t->blocks[level] - 1, level - 1);
		if (!changed_is_refused(t, level, children - 1, "is wrong"))
			accepted++;
		for (i = children; i < end; i++)
			if (!changed_is_refused(t, level, i, more))
				accepted++;
	}
	ok(!accepted, "%" PRIu64
	   " blocks: the last digest of each level, and all behind, are checked",
	   t->blocks[0]);
}

/* a digest of zeros counts as absent */
static void test_zero_digest(struct tree *t)
{
	uint8_t digest[DIGEST], *last;
	int level, accepted = 0;

	for (level = 1; level <= t->top; level++) {
		last = slot(t, level, t->blocks[level - 1] - 1);
		memcpy(digest, last, DIGEST);
		memset(last, 0, DIGEST);
		hash_edge(t, level);
		if (!is_refused(t, t->blocks[0], "is wrong"))
			accepted++;
		memcpy(last, digest, DIGEST);
		hash_edge(t, level);
	}
	ok(!accepted, "%" PRIu64 " blocks: ... also if it is zero",
	   t->blocks[0]);
}

/* flip a bit in each block of the edge, without updating its parents */
static void test_bits(struct tree *t)
{
	const struct verity_geometry g = put_image(t, t->blocks[0]);
	uint64_t at = g.hash_start, byte;
	int level, accepted = 0;
	struct error e;
	uint8_t b;

	for (level = t->top; level >= 0; level--) {
		at += level ? t->blocks[level] : 0;
		byte = (level ? at : t->blocks[0]) * BLOCK - 1 - level * 7;
		if (file_read_at(fileno(file), "image", &b, 1, byte, &e))
			abort();
		b ^= 0x20;
		put(&b, 1, byte);
		if (verity_edge_check(fileno(file), "image", &g, t->root,
				      &e) != -EBADMSG)
			accepted++;
		b ^= 0x20;
		put(&b, 1, byte);
	}
	ok(!accepted && !verity_edge_check(fileno(file), "image", &g, t->root,
					   &e),
	   "%" PRIu64 " blocks: a bit in the last block of each level is found",
	   t->blocks[0]);
}

static void test_tree(uint64_t blocks, bool numbered)
{
	struct tree t;

	make_tree(&t, blocks, numbered);
	test_right_number(&t);
	test_bits(&t);
	if (t.top) {
		test_numbers(&t);
		test_slots(&t);
		test_zero_digest(&t);
	}
	free_tree(&t);
}

static void test_short_image(void)
{
	struct verity_geometry g;
	struct error e = { "" };
	struct tree t;

	make_tree(&t, 300, false);
	g = put_image(&t, 300);
	ok(!ftruncate(fileno(file), g.data_blocks * BLOCK + BLOCK) &&
	   verity_edge_check(fileno(file), "image", &g, t.root, &e) == -EIO &&
	   *e.text, "a device that ends within the edge is an error");
	free_tree(&t);
}

int main(int argc, char *argv[])
{
	static const uint64_t sizes[] = { 1, 2, 127, 128, 129, 16384, 16385 };
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : time(NULL);
	size_t i;

	file = tmpfile();
	if (!file)
		abort();
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		test_tree(sizes[i], false);
	for (i = 0; i < 5; i++)
		test_tree(sizes[i], true);
	printf("# seed %" PRIu64 "\n", seed);
	srandom(seed);
	for (i = 0; i < 3; i++) {
		test_tree(1 + random() % 500, true);
		test_tree(1 + random() % 30000, false);
	}
	test_short_image();
	return tap_done();
}
