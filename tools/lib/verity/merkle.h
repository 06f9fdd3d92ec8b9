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

/* maximum for any parameters, bytes */
#define MERKLE_DIGEST_MAX	64
#define MERKLE_SALT_MAX		256

/**
 * struct merkle_params - the parameters of a tree
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

/* parameters of layer images: SHA-256, 32 zero bytes of salt, blocks of 4096 */
#define MERKLE_LAYER {							\
	.hash		= "sha256",					\
	.data_block	= MERKLE_BLOCK_SIZE,				\
	.hash_block	= MERKLE_BLOCK_SIZE,				\
	.salt_len	= MERKLE_SALT_SIZE,				\
}

extern const struct merkle_params merkle_layer;

/* get the size of a digest of @hash, bytes; 0 if the hash is unknown */
size_t merkle_digest_size(const char *hash);

struct merkle;

/* begin a tree; @params are borrowed until merkle_free() */
int merkle_new(struct merkle **m, const struct merkle_params *params,
	       struct error *e);
void merkle_free(struct merkle *m);

/* compute the digest of a block of @len bytes, data or hash; @m is unchanged */
int merkle_block_digest(struct merkle *m, const void *block, size_t len,
			uint8_t *digest, struct error *e);

/**
 * merkle_add() - add the digests of data blocks to the tree
 * @block: number of the first one
 * @count: blocks in @buf
 *
 * Add every block exactly once, in any order. Thread-safe.
 */
int merkle_add(struct merkle *m, uint64_t block, const void *buf, size_t count,
	       struct error *e);

/**
 * merkle_final() - finish the tree
 * @blocks: number of data blocks, all of which have been added; at least one
 * @root: receives the root hash, of the size of a digest
 */
int merkle_final(struct merkle *m, uint64_t blocks, uint8_t *root,
		 struct error *e);

/*
 * Get the size of the tree over @blocks data blocks, at most 2^52, in bytes.
 * The tree of one block has no levels: the block's digest is the root hash.
 */
uint64_t merkle_tree_size(const struct merkle_params *params, uint64_t blocks);

/**
 * merkle_write() - write the tree after merkle_final(), root block first: the
 * layout of the kernel and veritysetup
 */
int merkle_write(const struct merkle *m,
		 int (*write)(void *ctx, const void *buf, size_t len,
			      struct error *e),
		 void *ctx, struct error *e);

#endif /* TARFS_LIB_MERKLE_H */
