// SPDX-License-Identifier: GPL-2.0
/*
 * The dm-verity hash tree, built while the data pass by.
 *
 * Level 0 holds the digests of the data blocks, every other level those of the
 * blocks below, and the topmost only the root hash.  The tree on disk is all
 * levels but the topmost, from top to bottom.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "merkle.h"

/* 2^64 blocks have 10 levels of hash blocks and a root hash */
#define LEVELS_MAX	11

/*
 * struct level - digests, in whole hash blocks
 * @blocks: the digests, zeros after the last one once the tree is finished
 * @room: bytes allocated
 * @count: digests
 */
struct level {
	uint8_t *blocks;
	size_t room;
	uint64_t count;
};

/*
 * struct merkle - a tree being built, or finished
 * @salted: has taken the salt, never finished
 * @work: a copy of @salted for each block
 * @partial: the first @partial_len bytes of the next data block
 * @top: the level of the root hash, once @finished
 */
struct merkle {
	EVP_MD_CTX *salted;
	EVP_MD_CTX *work;
	uint8_t partial[MERKLE_BLOCK_SIZE];
	size_t partial_len;
	struct level levels[LEVELS_MAX];
	int top;
	bool finished;
};

static int crypto_error(struct error *e)
{
	return error_set(e, -EIO, "libcrypto failed to compute a SHA-256");
}

int merkle_new(struct merkle **m, struct error *e)
{
	static const uint8_t salt[MERKLE_SALT_SIZE];
	struct merkle *new;

	new = calloc(1, sizeof(*new));
	if (!new)
		return error_set(e, -ENOMEM, "out of memory");
	new->salted = EVP_MD_CTX_new();
	new->work = EVP_MD_CTX_new();
	if (!new->salted || !new->work ||
	    EVP_DigestInit_ex(new->salted, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestUpdate(new->salted, salt, sizeof(salt)) != 1) {
		merkle_free(new);
		return crypto_error(e);
	}
	*m = new;
	return 0;
}

void merkle_free(struct merkle *m)
{
	int i;

	if (!m)
		return;
	for (i = 0; i < LEVELS_MAX; i++)
		free(m->levels[i].blocks);
	EVP_MD_CTX_free(m->work);
	EVP_MD_CTX_free(m->salted);
	free(m);
}

int merkle_block_digest(struct merkle *m, const void *block,
			uint8_t digest[MERKLE_DIGEST_SIZE], struct error *e)
{
	if (EVP_MD_CTX_copy_ex(m->work, m->salted) != 1 ||
	    EVP_DigestUpdate(m->work, block, MERKLE_BLOCK_SIZE) != 1 ||
	    EVP_DigestFinal_ex(m->work, digest, NULL) != 1)
		return crypto_error(e);
	return 0;
}

/* make room for one digest more */
static int level_grow(struct level *l, struct error *e)
{
	uint8_t *blocks;
	size_t room;

	if (l->count < l->room / MERKLE_DIGEST_SIZE)
		return 0;
	room = l->room ? 2 * l->room : MERKLE_BLOCK_SIZE;
	if (room < l->room)
		return error_set(e, -ENOMEM, "out of memory for the hash tree");
	blocks = realloc(l->blocks, room);
	if (!blocks)
		return error_set(e, -ENOMEM, "out of memory for the hash tree");
	l->blocks = blocks;
	l->room = room;
	return 0;
}

/* add the digest of one block */
static int level_add(struct merkle *m, struct level *l, const void *block,
		     struct error *e)
{
	int err;

	err = level_grow(l, e);
	if (err)
		return err;
	err = merkle_block_digest(m, block,
				  l->blocks + l->count * MERKLE_DIGEST_SIZE, e);
	if (err)
		return err;
	l->count++;
	return 0;
}

/* the blocks that hold @count digests */
static uint64_t hash_blocks(uint64_t count)
{
	return count / MERKLE_DIGESTS_PER_BLOCK +
	       !!(count % MERKLE_DIGESTS_PER_BLOCK);
}

static size_t level_bytes(const struct level *l)
{
	return hash_blocks(l->count) * MERKLE_BLOCK_SIZE;
}

/* what no digest fills is zero; room is always whole blocks */
static void level_pad(struct level *l)
{
	size_t used = l->count * MERKLE_DIGEST_SIZE;

	memset(l->blocks + used, 0, level_bytes(l) - used);
}

/*
 * Take bytes up to the end of a block; returns the block once it is whole.  One
 * that comes in pieces is collected in @partial.
 */
static const uint8_t *next_block(struct merkle *m, const uint8_t **pos,
				 size_t *len)
{
	const uint8_t *block = *pos;
	size_t take = MERKLE_BLOCK_SIZE - m->partial_len;

	if (take > *len)
		take = *len;
	*pos += take;
	*len -= take;
	if (take == MERKLE_BLOCK_SIZE)
		return block;

	memcpy(m->partial + m->partial_len, block, take);
	m->partial_len += take;
	if (m->partial_len < MERKLE_BLOCK_SIZE)
		return NULL;
	m->partial_len = 0;
	return m->partial;
}

int merkle_update(struct merkle *m, const void *buf, size_t len,
		  struct error *e)
{
	const uint8_t *pos = buf, *block;
	int err = 0;

	if (m->finished)
		return error_set(e, -EINVAL, "the hash tree is finished");
	while (len && !err) {
		block = next_block(m, &pos, &len);
		if (block)
			err = level_add(m, &m->levels[0], block, e);
	}
	return err;
}

/* digest the blocks of the level below */
static int build_level(struct merkle *m, int n, struct error *e)
{
	struct level *below = &m->levels[n - 1];
	size_t bytes = level_bytes(below);
	size_t pos;
	int err;

	level_pad(below);
	for (pos = 0; pos < bytes; pos += MERKLE_BLOCK_SIZE) {
		err = level_add(m, &m->levels[n], below->blocks + pos, e);
		if (err)
			return err;
	}
	return 0;
}

int merkle_final(struct merkle *m, uint8_t root[MERKLE_DIGEST_SIZE],
		 struct error *e)
{
	int err;

	if (m->finished || m->partial_len || !m->levels[0].count)
		return error_set(e, -EINVAL,
				 "a hash tree needs whole blocks of %d bytes",
				 MERKLE_BLOCK_SIZE);
	m->finished = true;
	while (m->levels[m->top].count > 1) {
		err = build_level(m, m->top + 1, e);
		if (err)
			return err;
		m->top++;
	}
	memcpy(root, m->levels[m->top].blocks, MERKLE_DIGEST_SIZE);
	return 0;
}

uint64_t merkle_tree_size(uint64_t blocks)
{
	uint64_t total = 0;

	while (blocks > 1) {
		blocks = hash_blocks(blocks);
		total += blocks;
	}
	return total * MERKLE_BLOCK_SIZE;
}

int merkle_write(const struct merkle *m,
		 int (*write)(void *ctx, const void *buf, size_t len,
			      struct error *e),
		 void *ctx, struct error *e)
{
	const struct level *l;
	int err, i;

	if (!m->finished)
		return error_set(e, -EINVAL, "the hash tree is not finished");
	for (i = m->top - 1; i >= 0; i--) {
		l = &m->levels[i];
		err = write(ctx, l->blocks, level_bytes(l), e);
		if (err)
			return err;
	}
	return 0;
}
