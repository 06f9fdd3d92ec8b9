/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The dm-verity hash tree, built while the data pass by.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_MERKLE_H
#define TARFS_LIB_MERKLE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define MERKLE_BLOCK_SIZE	4096
#define MERKLE_DIGEST_SIZE	32	/* SHA-256 */
#define MERKLE_SALT_SIZE	32	/* zeros */
#define MERKLE_DIGESTS_PER_BLOCK (MERKLE_BLOCK_SIZE / MERKLE_DIGEST_SIZE)

struct merkle;

/**
 * merkle_new() - begin a tree: SHA-256, salt of 32 zero bytes in front of each
 * block, blocks of 4096 bytes (hash type 1 of dm-verity)
 */
int merkle_new(struct merkle **m, struct error *e);
void merkle_free(struct merkle *m);

/* the digest of one block, data or hash; leaves the tree as it is */
int merkle_block_digest(struct merkle *m, const void *block,
			uint8_t digest[MERKLE_DIGEST_SIZE], struct error *e);

/* add data; any length, in order */
int merkle_update(struct merkle *m, const void *buf, size_t len,
		  struct error *e);

/**
 * merkle_final() - finish; the data must be at least one block and whole blocks
 * @root: the root hash
 */
int merkle_final(struct merkle *m, uint8_t root[MERKLE_DIGEST_SIZE],
		 struct error *e);

/*
 * bytes of the tree over @blocks data blocks, which are at most 2^52; one block
 * has a tree of no levels: its digest is the root hash
 */
uint64_t merkle_tree_size(uint64_t blocks);

/**
 * merkle_write() - hand out the tree after merkle_final(), root block first, as
 * the kernel and veritysetup lay it out
 */
int merkle_write(const struct merkle *m,
		 int (*write)(void *ctx, const void *buf, size_t len,
			      struct error *e),
		 void *ctx, struct error *e);

#endif /* TARFS_LIB_MERKLE_H */
