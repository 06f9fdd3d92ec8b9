/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The dm-verity hash tree, hash type 1: from digests of blocks in any order.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_MERKLE_H
#define TARFS_LIB_MERKLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define MERKLE_BLOCK_SIZE	4096
#define MERKLE_DIGEST_SIZE	32	/* SHA-256 */
#define MERKLE_SALT_SIZE	32	/* zeros */
#define MERKLE_DIGESTS_PER_BLOCK (MERKLE_BLOCK_SIZE / MERKLE_DIGEST_SIZE)

/* the most that any parameters ask for */
#define MERKLE_DIGEST_MAX	64
#define MERKLE_SALT_MAX		256

/**
 * struct merkle_params - what a tree is made of
 * @hash: "sha256" or "sha512"
 * @data_block, @hash_block: bytes, powers of 2 from 512 to 65536
 * @salt: hashed in front of each block
 * @salt_len: bytes, up to MERKLE_SALT_MAX
 */
struct merkle_params {
	const char *hash;
	uint32_t data_block;
	uint32_t hash_block;
	uint8_t salt[MERKLE_SALT_MAX];
	size_t salt_len;
};

/* what a layer image has: SHA-256, 32 zero bytes of salt, blocks of 4096 */
#define MERKLE_LAYER {							\
	.hash		= "sha256",					\
	.data_block	= MERKLE_BLOCK_SIZE,				\
	.hash_block	= MERKLE_BLOCK_SIZE,				\
	.salt_len	= MERKLE_SALT_SIZE,				\
}

extern const struct merkle_params merkle_layer;

/* bytes of the digest of @hash, or 0 if there is no such hash */
size_t merkle_digest_size(const char *hash);

struct merkle;

/* begin a tree; @params remains owned by the caller, and there */
int merkle_new(struct merkle **m, const struct merkle_params *params,
	       struct error *e);
void merkle_free(struct merkle *m);

/*
 * the digest of one block of @len bytes, data or hash; the tree stays as it is
 */
int merkle_block_digest(struct merkle *m, const void *block, size_t len,
			uint8_t *digest, struct error *e);

/**
 * merkle_add() - put the digests of data blocks into the tree
 * @block: number of the first one
 * @count: blocks in @buf
 *
 * Every block must be added once, in whatever order. Several threads can do so
 * at the same time.
 */
int merkle_add(struct merkle *m, uint64_t block, const void *buf, size_t count,
	       struct error *e);

/**
 * merkle_final() - finish
 * @blocks: how many data blocks there are, all of which were added; at least one
 * @root: the root hash, as many bytes as a digest has
 */
int merkle_final(struct merkle *m, uint64_t blocks, uint8_t *root,
		 struct error *e);

/*
 * bytes of the tree over @blocks data blocks, which are at most 2^52; one block
 * has a tree of no levels: its digest is the root hash
 */
uint64_t merkle_tree_size(const struct merkle_params *params, uint64_t blocks);

/**
 * merkle_write() - hand out the tree after merkle_final(), root block first, as
 * the kernel and veritysetup lay it out
 */
int merkle_write(const struct merkle *m,
		 int (*write)(void *ctx, const void *buf, size_t len,
			      struct error *e),
		 void *ctx, struct error *e);

#endif /* TARFS_LIB_MERKLE_H */
