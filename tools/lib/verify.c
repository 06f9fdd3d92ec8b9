// SPDX-License-Identifier: GPL-2.0
/*
 * Checking every block of an image against its root hash, from the top down,
 * so that the first block that is wrong has a parent that is right.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "merkle.h"
#include "verity.h"

/* the data, and at most 10 levels of hash blocks above 2^64 of them */
#define LEVELS_MAX	11

/* where a level is, in blocks; level 0 is the data */
struct level {
	uint64_t start;
	uint64_t blocks;
};

/*
 * struct verifier - an image being checked
 * @top: the level of the root block
 * @parent: a hash block known to be right
 * @children: the blocks whose digests are in @parent
 */
struct verifier {
	int fd;
	const char *name;
	struct merkle *merkle;
	struct level levels[LEVELS_MAX];
	int top;
	uint8_t parent[MERKLE_BLOCK_SIZE];
	uint8_t children[MERKLE_DIGESTS_PER_BLOCK * MERKLE_BLOCK_SIZE];
};

/* the levels come in the image from top to bottom, but after the data */
static void find_levels(struct verifier *v, const struct verity_geometry *g)
{
	uint64_t start = g->hash_start;
	struct level *l = v->levels;
	int i;

	l[0].blocks = g->data_blocks;
	for (i = 0; l[i].blocks > 1; i++)
		l[i + 1].blocks = l[i].blocks / MERKLE_DIGESTS_PER_BLOCK +
				  !!(l[i].blocks % MERKLE_DIGESTS_PER_BLOCK);
	v->top = i;
	for (; i > 0; i--) {
		l[i].start = start;
		start += l[i].blocks;
	}
}

/* hash levels are counted as the kernel does, from 0 above the data */
static int wrong_block(const struct verifier *v, int level, uint64_t block,
		       struct error *e)
{
	uint64_t byte = (v->levels[level].start + block) * MERKLE_BLOCK_SIZE;

	if (level == v->top)
		return error_set(e, -EBADMSG, "%s: the %s block at byte %" PRIu64
				 " does not have the root hash", v->name,
				 level ? "root" : "only data", byte);
	if (level)
		return error_set(e, -EBADMSG, "%s: hash block %" PRIu64
				 " of level %d, at byte %" PRIu64 ", is wrong",
				 v->name, block, level - 1, byte);
	return error_set(e, -EBADMSG, "%s: data block %" PRIu64
			 ", at byte %" PRIu64 ", is wrong", v->name, block,
			 byte);
}

/* @count blocks of a level from @first on must have the digests given */
static int check_blocks(struct verifier *v, int level, uint64_t first,
			size_t count, const uint8_t *digests, struct error *e)
{
	uint64_t offset = (v->levels[level].start + first) * MERKLE_BLOCK_SIZE;
	uint8_t digest[MERKLE_DIGEST_SIZE];
	size_t i;
	int err;

	err = file_read_at(v->fd, v->name, v->children,
			   count * MERKLE_BLOCK_SIZE, offset, e);
	if (err)
		return err;
	for (i = 0; i < count; i++) {
		err = merkle_block_digest(v->merkle,
					  v->children + i * MERKLE_BLOCK_SIZE,
					  MERKLE_BLOCK_SIZE, digest, e);
		if (err)
			return err;
		if (memcmp(digest, digests + i * MERKLE_DIGEST_SIZE,
			   sizeof(digest)))
			return wrong_block(v, level, first + i, e);
	}
	return 0;
}

/* what no digest fills must be zero */
static int check_padding(const struct verifier *v, int level, uint64_t block,
			 size_t digests, struct error *e)
{
	size_t i;

	for (i = digests * MERKLE_DIGEST_SIZE; i < sizeof(v->parent); i++)
		if (v->parent[i])
			return error_set(e, -EBADMSG, "%s: hash block %" PRIu64
					 " of level %d has more than digests",
					 v->name, block, level - 1);
	return 0;
}

/* all children of one hash block, which is known to be right */
static int check_children(struct verifier *v, int level, uint64_t block,
			  struct error *e)
{
	uint64_t first = block * MERKLE_DIGESTS_PER_BLOCK;
	uint64_t count = v->levels[level - 1].blocks - first;
	int err;

	if (count > MERKLE_DIGESTS_PER_BLOCK)
		count = MERKLE_DIGESTS_PER_BLOCK;
	err = file_read_at(v->fd, v->name, v->parent, sizeof(v->parent),
			   (v->levels[level].start + block) * MERKLE_BLOCK_SIZE,
			   e);
	if (err)
		return err;
	err = check_padding(v, level, block, count, e);
	if (err)
		return err;
	return check_blocks(v, level - 1, first, count, v->parent, e);
}

static int check_levels(struct verifier *v, const uint8_t *root,
			struct error *e)
{
	uint64_t block;
	int level, err;

	err = check_blocks(v, v->top, 0, 1, root, e);
	if (err)
		return err;
	for (level = v->top; level > 0; level--) {
		for (block = 0; block < v->levels[level].blocks; block++) {
			err = check_children(v, level, block, e);
			if (err)
				return err;
		}
	}
	return 0;
}

int verity_verify(int fd, const char *name, const struct verity_geometry *g,
		  const uint8_t root[MERKLE_DIGEST_SIZE], struct error *e)
{
	struct verifier *v;
	int err;

	v = calloc(1, sizeof(*v));
	if (!v)
		return error_set(e, -ENOMEM, "%s: out of memory", name);
	v->fd = fd;
	v->name = name;
	find_levels(v, g);
	err = merkle_new(&v->merkle, &merkle_layer, e);
	if (err)
		goto free_verifier;
	err = check_levels(v, root, e);
	merkle_free(v->merkle);
free_verifier:
	free(v);
	return err;
}
