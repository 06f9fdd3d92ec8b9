// SPDX-License-Identifier: GPL-2.0
/*
 * The dm-verity hash tree, hash type 1: from digests of blocks in any order.
 *
 * Level 0 holds the digests of the data blocks, every other level those of the
 * hash blocks below, and the topmost only the root hash.  The tree on disk is
 * all levels except the topmost, from top to bottom.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha2.h"
#include "merkle.h"

/* 2^64 blocks of 8 digests have 22 levels of hash blocks and a root hash */
#define LEVELS_MAX	23

/* hash blocks to allocate at once */
#define SEGMENT_BLOCKS	16

/*
 * struct level - the hash blocks of a level; unused slots are zero
 * @segments: of SEGMENT_BLOCKS blocks each; a segment never moves
 * @room: number of pointers allocated
 * @count: number of digests, set when the level is complete
 */
struct level {
	uint8_t **segments;
	size_t room;
	uint64_t count;
};

/*
 * struct merkle - a tree, being built or finished
 * @salted: hash state after the salt; copied to hash each block
 * @slot: bytes from a digest to the next one, a power of 2
 * @per_block: digests in a hash block
 * @lock: protects the allocations of level 0
 * @top: the level of the root hash, once @finished
 */
struct merkle {
	const struct merkle_params *params;
	struct sha2_state salted;
	size_t digest_size;
	uint64_t per_block;
	size_t slot;
	pthread_mutex_t lock;
	struct level levels[LEVELS_MAX];
	int top;
	bool finished;
};

const struct merkle_params merkle_layer = MERKLE_LAYER;

size_t merkle_digest_size(const char *hash)
{
	const struct sha2 *found = sha2_find(hash);

	return found ? sha2_digest_size(found) : 0;
}

static int crypto_error(struct error *e)
{
	return error_set(e, -EIO, "libcrypto failed to compute a digest");
}

static int out_of_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory for the hash tree");
}

static int start_salted(struct merkle *m, struct error *e)
{
	const struct merkle_params *p = m->params;

	if (!sha2_begin(&m->salted, sha2_find(p->hash)) ||
	    !sha2_update(&m->salted, p->salt, p->salt_len))
		return crypto_error(e);
	return 0;
}

int merkle_new(struct merkle **mp, const struct merkle_params *params,
	       struct error *e)
{
	struct merkle *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return out_of_memory(e);
	m->params = params;
	/* both are powers of 2 */
	m->digest_size = merkle_digest_size(params->hash);
	m->slot = m->digest_size;
	m->per_block = params->hash_block / m->slot;
	pthread_mutex_init(&m->lock, NULL);
	err = start_salted(m, e);
	if (err) {
		merkle_free(m);
		return err;
	}
	*mp = m;
	return 0;
}

static void level_free(struct level *l)
{
	size_t i;

	for (i = 0; i < l->room; i++)
		free(l->segments[i]);
	free(l->segments);
}

void merkle_free(struct merkle *m)
{
	int i;

	if (!m)
		return;
	for (i = 0; i < LEVELS_MAX; i++)
		level_free(&m->levels[i]);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

int merkle_block_digest(struct merkle *m, const void *block, size_t len,
			uint8_t *digest, struct error *e)
{
	struct sha2_state s = m->salted;

	if (!sha2_update(&s, block, len) || !sha2_end(&s, digest))
		return crypto_error(e);
	return 0;
}

/* get hash block @n of a level; NULL if it is not allocated */
static uint8_t *hash_block(const struct merkle *m, const struct level *l,
			   uint64_t n)
{
	uint8_t *segment = l->segments[n / SEGMENT_BLOCKS];

	if (!segment)
		return NULL;
	return segment + n % SEGMENT_BLOCKS * m->params->hash_block;
}

/* make room for the pointer to @segment */
static int level_grow(struct level *l, uint64_t segment)
{
	uint8_t **segments;
	size_t room = l->room ? l->room : 16;

	while (room <= segment && room <= SIZE_MAX / 2 / sizeof(*segments))
		room *= 2;
	if (room <= segment)
		return -ENOMEM;
	if (room == l->room)
		return 0;
	segments = realloc(l->segments, room * sizeof(*segments));
	if (!segments)
		return -ENOMEM;
	memset(segments + l->room, 0,
	       (room - l->room) * sizeof(*segments));
	l->segments = segments;
	l->room = room;
	return 0;
}

/* get hash block @n, allocate it if needed; NULL if out of memory */
static uint8_t *make_hash_block(struct merkle *m, struct level *l, uint64_t n)
{
	uint64_t segment = n / SEGMENT_BLOCKS;
	uint8_t *block = NULL;

	pthread_mutex_lock(&m->lock);
	if (level_grow(l, segment) == 0) {
		if (!l->segments[segment])
			l->segments[segment] =
				calloc(SEGMENT_BLOCKS, m->params->hash_block);
		block = hash_block(m, l, n);
	}
	pthread_mutex_unlock(&m->lock);
	return block;
}

/* add the digests of @count blocks of @size bytes, from number @first on */
static int add_digests(struct merkle *m, struct level *l, uint64_t first,
		       const uint8_t *buf, size_t count, size_t size,
		       struct error *e)
{
	uint8_t *block = NULL;
	uint64_t n;
	int err;

	for (n = first; n < first + count; n++, buf += size) {
		if (!block || n % m->per_block == 0)
			block = make_hash_block(m, l, n / m->per_block);
		if (!block)
			return out_of_memory(e);
		err = merkle_block_digest(m, buf, size,
					  block + n % m->per_block * m->slot,
					  e);
		if (err)
			return err;
	}
	return 0;
}

int merkle_add(struct merkle *m, uint64_t block, const void *buf, size_t count,
	       struct error *e)
{
	return add_digests(m, &m->levels[0], block, buf, count,
			   m->params->data_block, e);
}

/* compute the number of hash blocks that hold @digests */
static uint64_t hash_blocks(uint64_t digests, uint64_t per_block)
{
	return digests / per_block + !!(digests % per_block);
}

/* build level @n of the digests of the hash blocks below */
static int build_level(struct merkle *m, int n, struct error *e)
{
	struct level *below = &m->levels[n - 1], *l = &m->levels[n];
	uint64_t i;
	int err;

	l->count = hash_blocks(below->count, m->per_block);
	for (i = 0; i < l->count; i++) {
		err = add_digests(m, l, i, hash_block(m, below, i), 1,
				  m->params->hash_block, e);
		if (err)
			return err;
	}
	return 0;
}

int merkle_final(struct merkle *m, uint64_t blocks, uint8_t *root,
		 struct error *e)
{
	int err = 0;

	if (m->finished || !blocks)
		return error_set(e, -EINVAL, "no data, or finished already");
	m->finished = true;
	m->levels[0].count = blocks;
	while (!err && m->levels[m->top].count > 1)
		err = build_level(m, ++m->top, e);
	if (!err)
		memcpy(root, m->levels[m->top].segments[0], m->digest_size);
	return err;
}

uint64_t merkle_tree_size(const struct merkle_params *params, uint64_t blocks)
{
	uint64_t per_block = params->hash_block /
			     merkle_digest_size(params->hash);
	uint64_t total = 0;

	while (blocks > 1) {
		blocks = hash_blocks(blocks, per_block);
		total += blocks;
	}
	return total * params->hash_block;
}

int merkle_write(const struct merkle *m,
		 int (*write)(void *ctx, const void *buf, size_t len,
			      struct error *e),
		 void *ctx, struct error *e)
{
	const struct level *l;
	uint64_t blocks, run, i;
	int err = 0, n;

	if (!m->finished)
		return error_set(e, -EINVAL, "the hash tree is not finished");
	for (n = m->top - 1; n >= 0; n--) {
		l = &m->levels[n];
		blocks = hash_blocks(l->count, m->per_block);
		for (i = 0; i < blocks && !err; i += run) {
			run = blocks - i;
			if (run > SEGMENT_BLOCKS)
				run = SEGMENT_BLOCKS;
			err = write(ctx, hash_block(m, l, i),
				    run * m->params->hash_block, e);
		}
	}
	return err;
}
