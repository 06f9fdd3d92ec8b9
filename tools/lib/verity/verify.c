// SPDX-License-Identifier: GPL-2.0
/*
 * Verify blocks of an image against its root hash: all of them, or only those
 * at the right edge of the tree, which bind the number of data blocks.  Work
 * from the top down, so that the first corrupt block has a valid parent.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/sha256.h"
#include "levels_private.h"
#include "merkle.h"
#include "verity.h"

/*
 * struct verifier - an image being verified
 * @top: the level of the root block
 * @parent: a valid hash block
 * @children: the blocks whose digests are in @parent; not allocated if only the
 *	edge is verified
 */
struct verifier {
	int fd;
	const char *name;
	struct merkle *merkle;
	struct verity_level levels[VERITY_LEVELS_MAX];
	int top;
	uint8_t parent[MERKLE_BLOCK_SIZE];
	uint8_t children[];
};

/*
 * Report a corrupt block.  Hash levels are numbered as in the kernel, from 0
 * above the data.
 */
static int wrong_block(const struct verifier *v, int level, uint64_t block,
		       struct error *e)
{
	uint64_t byte = (v->levels[level].start + block) * MERKLE_BLOCK_SIZE;

	if (level == v->top)
		return error_set(e, -EBADMSG, "the %s block at byte %" PRIu64
				 " does not have the root hash",
				 level ? "root" : "only data", byte);
	if (level)
		return error_set(e, -EBADMSG, "hash block %" PRIu64
				 " of level %d, at byte %" PRIu64 ", is wrong",
				 block, level - 1, byte);
	return error_set(e, -EBADMSG, "data block %" PRIu64 ", at byte %" PRIu64
			 ", is wrong", block, byte);
}

/* verify @count blocks of a level from @first on against @digests */
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

/* count the digests in hash block @block of @level, up to 128 */
static size_t count_children(const struct verifier *v, int level,
			     uint64_t block)
{
	uint64_t count = v->levels[level - 1].blocks -
			 block * MERKLE_DIGESTS_PER_BLOCK;

	return count < MERKLE_DIGESTS_PER_BLOCK ? count :
						  MERKLE_DIGESTS_PER_BLOCK;
}

static int read_parent(struct verifier *v, int level, uint64_t block,
		       struct error *e)
{
	return file_read_at(v->fd, v->name, v->parent, sizeof(v->parent),
			    (v->levels[level].start + block) *
			    MERKLE_BLOCK_SIZE, e);
}

static int wrong_number(const struct verifier *v, struct error *e)
{
	error_prefix(e, "the trailer's number of data blocks, %" PRIu64
		     ", is not the one that the root hash stands for, or the tree is damaged",
		     v->levels[0].blocks);
	return -EBADMSG;
}

/* check for zeros after the digests; only a level's last block has room */
static int check_padding(const struct verifier *v, int level, uint64_t block,
			 struct error *e)
{
	size_t i = count_children(v, level, block) * MERKLE_DIGEST_SIZE;

	for (; i < sizeof(v->parent); i++)
		if (v->parent[i])
			break;
	if (i == sizeof(v->parent))
		return 0;
	error_set(e, -EBADMSG, "hash block %" PRIu64
		  " of level %d has more than digests", block, level - 1);
	return wrong_number(v, e);
}

/* verify all children of a valid hash block */
static int check_children(struct verifier *v, int level, uint64_t block,
			  struct error *e)
{
	int err;

	err = read_parent(v, level, block, e);
	if (!err)
		err = check_padding(v, level, block, e);
	if (err)
		return err;
	return check_blocks(v, level - 1, block * MERKLE_DIGESTS_PER_BLOCK,
			    count_children(v, level, block), v->parent, e);
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

static int verifier_new(struct verifier **out, int fd, const char *name,
			const struct verity_geometry *g, size_t children,
			struct error *e)
{
	struct verifier *v;
	int err;

	v = calloc(1, sizeof(*v) + children * MERKLE_BLOCK_SIZE);
	if (!v)
		return error_set(e, -ENOMEM, "%s: out of memory", name);
	v->fd = fd;
	v->name = name;
	v->top = verity_find_levels(g, v->levels);
	err = merkle_new(&v->merkle, &merkle_layer, e);
	if (err)
		free(v);
	else
		*out = v;
	return err;
}

static void verifier_free(struct verifier *v)
{
	merkle_free(v->merkle);
	free(v);
}

int verity_verify(int fd, const char *name, const struct verity_geometry *g,
		  const uint8_t root[MERKLE_DIGEST_SIZE], struct error *e)
{
	struct verifier *v;
	int err;

	err = verifier_new(&v, fd, name, g, MERKLE_DIGESTS_PER_BLOCK, e);
	if (err)
		return err;
	err = check_levels(v, root, e);
	verifier_free(v);
	if (err == -EBADMSG)
		error_prefix(e, "%s", name);
	return err;
}

static int wrong_root(const uint8_t *found, const uint8_t *root,
		      struct error *e)
{
	char found_hex[SHA256_HEX_SIZE], root_hex[SHA256_HEX_SIZE];

	sha256_to_hex(found, found_hex);
	sha256_to_hex(root, root_hex);
	return error_set(e, -EBADMSG,
			 "the tree's root hash is %s, it should be %s",
			 found_hex, root_hex);
}

/*
 * Verify the last block of a level against @digest, and set @digest to that of
 * the last block below.  Read the block once only: a device can return other
 * bytes the next time.
 */
static int check_edge_block(struct verifier *v, int level,
			    uint8_t digest[MERKLE_DIGEST_SIZE],
			    struct error *e)
{
	uint64_t last = v->levels[level].blocks - 1;
	uint8_t found[MERKLE_DIGEST_SIZE];
	int err;

	err = read_parent(v, level, last, e);
	if (!err)
		err = merkle_block_digest(v->merkle, v->parent,
					  sizeof(v->parent), found, e);
	if (err)
		return err;
	if (memcmp(found, digest, sizeof(found))) {
		if (level == v->top)
			return wrong_root(found, digest, e);
		wrong_block(v, level, last, e);
		return wrong_number(v, e);
	}
	if (!level)
		return 0;
	memcpy(digest, v->parent + (count_children(v, level, last) - 1) *
	       MERKLE_DIGEST_SIZE, MERKLE_DIGEST_SIZE);
	return check_padding(v, level, last, e);
}

/*
 * For a given depth, at most one number of data blocks passes.  Proof, from the
 * top down: the content of the last block of a level is fixed by its digest
 * (that of the top block is the root hash).  Its digests cannot end before the
 * last non-zero slot, as the slots after the end are checked to be zero.  They
 * cannot end after it either: the last digest is compared with that of a block
 * that was read, and a block whose SHA-256 is zero cannot be found (it is a
 * preimage; a block of zeros has another digest).  So the content determines
 * the number of digests, which determines the number of blocks of the level
 * below, and the last of these blocks is fixed by its digest.  The lowest level
 * is the data.  This holds for any root hash, whatever its origin.
 *
 * Digests left of the edge need no check here: dm-verity compares them when
 * their blocks are read, and no number depends on them.
 *
 * The depth is not bound: threat-model.rst says what another depth requires.
 */
int verity_edge_check(int fd, const char *name,
		      const struct verity_geometry *g,
		      const uint8_t root[MERKLE_DIGEST_SIZE], struct error *e)
{
	uint8_t digest[MERKLE_DIGEST_SIZE];
	struct verifier *v;
	int level, err;

	err = verifier_new(&v, fd, name, g, 0, e);
	if (err)
		return err;
	memcpy(digest, root, sizeof(digest));
	for (level = v->top; level >= 0 && !err; level--)
		err = check_edge_block(v, level, digest, e);
	verifier_free(v);
	if (err == -EBADMSG)
		error_prefix(e, "%s", name);
	return err;
}
