/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The geometry of a layer image: trailer, tree, and the table for dm-verity.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_VERITY_H
#define TARFS_LIB_VERITY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/**
 * struct verity_geometry - the layout of an image
 * @data_blocks: blocks of 4096 bytes before the tree
 * @hash_start: first block of the tree, = @data_blocks
 * @tree_size: bytes
 */
struct verity_geometry {
	uint64_t data_blocks;
	uint64_t hash_start;
	uint64_t tree_size;
};

/* the kernel's reaction to a corrupt block */
enum verity_policy {
	VERITY_EIO,		/* fail the read */
	VERITY_RESTART,
	VERITY_PANIC,
};

#define VERITY_SIGNATURE_MAX	32767	/* bytes, limit of a key's payload */

/**
 * struct verity_rules - requirements on the kernel beyond the root hash
 * @signature: of the root hash in hexadecimal digits, PKCS #7 in DER, by a key
 *	that the kernel trusts; NULL if there is none
 * @signature_len: bytes
 *
 * All zero: EIO, no signature.
 */
struct verity_rules {
	enum verity_policy on_corruption;
	const uint8_t *signature;
	size_t signature_len;
};

/**
 * verity_geometry_check() - validate a trailer; a pure function
 * @trailer: the last 512 bytes of the image or device (all but the first 16
 *	must be zero)
 * @size: of the image or device, bytes
 *
 * Every field is hostile input: refuse sizes other than 4096, no blocks, and
 * more blocks than fit with their tree and the trailer's block.
 */
int verity_geometry_check(const uint8_t trailer[512], uint64_t size,
			  struct verity_geometry *g, struct error *e);

/* read and validate the trailer at the end of a file or block device */
int verity_geometry_read(int fd, const char *name, struct verity_geometry *g,
			 struct error *e);

/* fill in a trailer for @data_blocks blocks of 4096 bytes */
void verity_trailer_fill(uint8_t trailer[512], uint64_t data_blocks);

/**
 * verity_table() - format the target's parameters, which follow "verity " in a
 * table: "1 <dev> <dev> 4096 4096 <blocks> <hash start> sha256 <root> <salt>"
 * and, if @rules require any, the number of optional words and these:
 * "restart_on_corruption" or "panic_on_corruption", and
 * "root_hash_sig_key_desc verity:<root>" for the key of signature_load()
 * @device: data and hash device, a path or major:minor
 */
int verity_table(const struct verity_geometry *g, const uint8_t root[32],
		 const char *device, const struct verity_rules *rules,
		 char *buf, size_t size, struct error *e);

/**
 * verity_root_read() - compute the root hash that the tree claims
 * Read one block: the tree's first or, without a tree, the only data block.
 * This does not validate @g: see verity_edge_check().
 */
int verity_root_read(int fd, const char *name, const struct verity_geometry *g,
		     uint8_t root[32], struct error *e);

/**
 * verity_edge_check() - check that @root is that of @g->data_blocks data blocks
 * Verify the last block of each level, from the root block down to the last
 * data block, and that zeros follow the last digest of each: one block per
 * level.  Call this before using @g if it was read from a trailer: dm-verity
 * ignores digests that it does not need, so it accepts the tree for any smaller
 * number of blocks of the same depth as well.
 *
 * Return: 0, -EBADMSG with a text that says whether the root hash or the number
 * is wrong, or another negative errno value.
 */
int verity_edge_check(int fd, const char *name,
		      const struct verity_geometry *g, const uint8_t root[32],
		      struct error *e);

/**
 * verity_verify() - verify all data and every byte of the tree against @root
 *
 * Return: 0, -EBADMSG with a text that names the first corrupt block, or
 * another negative errno value.
 */
int verity_verify(int fd, const char *name, const struct verity_geometry *g,
		  const uint8_t root[32], struct error *e);

/**
 * verity_activate() - map an image by dm-verity, read-only
 * @name: of the mapping, which is /dev/mapper/<name> on success; up to 127 of
 *	the characters that need no encoding there (#+-.:=@_ and alphanumerics)
 * @device: a block device
 * @rules: the kernel refuses the mapping if it cannot check the signature or
 *	does not trust its key
 *
 * Needs no udev.  The data are verified when they are read, not here.
 */
int verity_activate(const char *name, const char *device,
		    const struct verity_geometry *g, const uint8_t root[32],
		    const struct verity_rules *rules, struct error *e);

/* remove a mapping; refuse one that is not of dm-verity */
int verity_deactivate(const char *name, struct error *e);

#endif /* TARFS_LIB_VERITY_H */
