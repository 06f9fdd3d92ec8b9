// SPDX-License-Identifier: GPL-2.0
/*
 * Read data blocks of an image and verify each against the root hash.
 *
 * A block is read once, and hashed where the caller will use it: the file may
 * change at any time.  Hash blocks are verified from the root down when they are
 * first needed, and then kept in memory: up to TREE_SLOTS of them, which is 32 MiB
 * and the whole tree of 4 GiB of data.  Beyond that, they replace each other.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "levels_private.h"
#include "verified.h"

#define TREE_SLOTS	8192

/* a hash block, if @valid: verified */
struct slot {
	uint64_t number;		/* block of the image */
	bool valid;
	uint8_t bytes[MERKLE_BLOCK_SIZE];
};

/*
 * struct verified - an image that is read
 * @top: level of the root block
 * @lock: protects the slots
 * @slots: indexed by the position in the tree; NULL until it is needed
 * @slot_count: at most TREE_SLOTS
 */
struct verified {
	int fd;
	const char *name;
	struct merkle *merkle;
	uint8_t root[MERKLE_DIGEST_SIZE];
	struct verity_level levels[VERITY_LEVELS_MAX];
	int top;
	uint64_t hash_start;
	pthread_mutex_t lock;
	size_t slot_count;
	struct slot **slots;
};

int verified_open(struct verified **vp, int fd, const char *name,
		  const struct verity_geometry *g,
		  const uint8_t root[MERKLE_DIGEST_SIZE], struct error *e)
{
	uint64_t blocks = g->tree_size / MERKLE_BLOCK_SIZE;
	struct verified *v = calloc(1, sizeof(*v));
	int err;

	if (!v)
		return error_set(e, -ENOMEM, "%s: out of memory", name);
	v->fd = fd;
	v->name = name;
	v->hash_start = g->hash_start;
	v->slot_count = blocks < TREE_SLOTS ? blocks : TREE_SLOTS;
	memcpy(v->root, root, sizeof(v->root));
	v->top = verity_find_levels(g, v->levels);
	pthread_mutex_init(&v->lock, NULL);
	err = merkle_new(&v->merkle, &merkle_layer, e);
	if (err)
		goto free_all;
	v->slots = calloc(v->slot_count + 1, sizeof(*v->slots));
	if (!v->slots) {
		err = error_set(e, -ENOMEM, "%s: out of memory", name);
		goto free_all;
	}
	*vp = v;
	return 0;

free_all:
	verified_close(v);
	return err;
}

void verified_close(struct verified *v)
{
	size_t i;

	if (!v)
		return;
	for (i = 0; v->slots && i < v->slot_count; i++)
		free(v->slots[i]);
	free(v->slots);
	merkle_free(v->merkle);
	pthread_mutex_destroy(&v->lock);
	free(v);
}

static int wrong_block(const struct verified *v, int level, uint64_t block,
		       struct error *e)
{
	uint64_t byte = (v->levels[level].start + block) * MERKLE_BLOCK_SIZE;

	if (level)
		return error_set(e, -EBADMSG, "%s: hash block %" PRIu64
				 " of level %d, at byte %" PRIu64 ", is wrong",
				 v->name, block, level - 1, byte);
	return error_set(e, -EBADMSG, "%s: data block %" PRIu64 ", at byte %"
			 PRIu64 ", is wrong", v->name, block, byte);
}

/* compare the digest of bytes that were read with the wanted one */
static int check_block(const struct verified *v, int level, uint64_t block,
		       const uint8_t *bytes, const uint8_t *wanted,
		       struct error *e)
{
	uint8_t digest[MERKLE_DIGEST_SIZE];
	int err;

	err = merkle_block_digest(v->merkle, bytes, MERKLE_BLOCK_SIZE, digest,
				  e);
	if (err)
		return err;
	if (memcmp(digest, wanted, sizeof(digest)))
		return wrong_block(v, level, block, e);
	return 0;
}

/* get the slot of hash block @number; NULL if out of memory */
static struct slot *find_slot(struct verified *v, uint64_t number)
{
	struct slot **slot = &v->slots[(number - v->hash_start) %
				       v->slot_count];

	if (!*slot)
		*slot = calloc(1, sizeof(**slot));
	return *slot;
}

/*
 * Replace @digest, which hash block @block of @level must have, by that of its
 * descendant @child of the level below.
 */
static int descend(struct verified *v, int level, uint64_t block,
		   uint64_t child, uint8_t *digest, struct error *e)
{
	uint64_t number = v->levels[level].start + block;
	struct slot *slot = find_slot(v, number);
	int err;

	if (!slot)
		return error_set(e, -ENOMEM, "%s: out of memory", v->name);
	if (!slot->valid || slot->number != number) {
		slot->valid = false;
		err = file_read_at(v->fd, v->name, slot->bytes,
				   sizeof(slot->bytes),
				   number * MERKLE_BLOCK_SIZE, e);
		if (!err)
			err = check_block(v, level, block, slot->bytes, digest,
					  e);
		if (err)
			return err;
		slot->number = number;
		slot->valid = true;
	}
	memcpy(digest, slot->bytes + child % MERKLE_DIGESTS_PER_BLOCK *
	       MERKLE_DIGEST_SIZE, MERKLE_DIGEST_SIZE);
	return 0;
}

/* index of the ancestor of a data block in a level */
static uint64_t ancestor(uint64_t block, int level)
{
	while (level--)
		block /= MERKLE_DIGESTS_PER_BLOCK;
	return block;
}

/* get the digest that a data block must have */
static int find_digest(struct verified *v, uint64_t block, uint8_t *digest,
		       struct error *e)
{
	int level, err = 0;

	memcpy(digest, v->root, MERKLE_DIGEST_SIZE);
	pthread_mutex_lock(&v->lock);
	for (level = v->top; level > 0 && !err; level--)
		err = descend(v, level, ancestor(block, level),
			      ancestor(block, level - 1), digest, e);
	pthread_mutex_unlock(&v->lock);
	return err;
}

int verified_read(struct verified *v, uint64_t first, size_t count, void *buf,
		  struct error *e)
{
	uint8_t digest[MERKLE_DIGEST_SIZE];
	uint64_t blocks = v->levels[0].blocks;
	uint8_t *bytes = buf;
	size_t i;
	int err;

	if (first > blocks || count > blocks - first)
		return error_set(e, -EUCLEAN,
				 "%s: block %" PRIu64 " is beyond the end of the data",
				 v->name, first);
	err = file_read_at(v->fd, v->name, bytes, count * MERKLE_BLOCK_SIZE,
			   first * MERKLE_BLOCK_SIZE, e);
	for (i = 0; i < count && !err; i++, bytes += MERKLE_BLOCK_SIZE) {
		err = find_digest(v, first + i, digest, e);
		if (!err)
			err = check_block(v, 0, first + i, bytes, digest, e);
	}
	return err;
}
