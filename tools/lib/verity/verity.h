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
 * struct verity_geometry - where the parts of an image are
 * @data_blocks: blocks of 4096 bytes before the tree
 * @hash_start: the block at which the tree begins, = @data_blocks
 * @tree_size: bytes
 */
struct verity_geometry {
	uint64_t data_blocks;
	uint64_t hash_start;
	uint64_t tree_size;
};

/* what the kernel does about a block that is not the tree's */
enum verity_policy {
	VERITY_EIO,		/* an error for whoever reads it */
	VERITY_RESTART,
	VERITY_PANIC,
};

#define VERITY_SIGNATURE_MAX	32767	/* bytes: what a key can have */

/**
 * struct verity_rules - what is asked of the kernel beyond the root hash
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
 * verity_geometry_check() - judge a trailer; a pure function
 * @trailer: the last 512 bytes of the image or device (all but the first 16
 *	must be zero)
 * @size: of the image or device, bytes
 *
 * Every field is hostile: sizes other than 4096, no blocks, more blocks than
 * fit with their tree and the trailer's block are refused.
 */
int verity_geometry_check(const uint8_t trailer[512], uint64_t size,
			  struct verity_geometry *g, struct error *e);

/* read and judge the trailer of a file or block device, found at its end */
int verity_geometry_read(int fd, const char *name, struct verity_geometry *g,
			 struct error *e);

/* fill in a trailer for @data_blocks blocks of 4096 bytes */
void verity_trailer_fill(uint8_t trailer[512], uint64_t data_blocks);

/**
 * verity_table() - the parameters of the target, what follows "verity " in a
 * table: "1 <dev> <dev> 4096 4096 <blocks> <hash start> sha256 <root> <salt>"
 * and, if @rules ask for anything, the number of words that follow, and these:
 * "restart_on_corruption" or "panic_on_corruption", and
 * "root_hash_sig_key_desc verity:<root>" for the key of signature_load()
 * @device: data and hash device, a path or major:minor
 */
int verity_table(const struct verity_geometry *g, const uint8_t root[32],
		 const char *device, const struct verity_rules *rules,
		 char *buf, size_t size, struct error *e);

/**
 * verity_root_read() - the root hash that the tree claims
 * Reads one block, the tree's first, or without one the only data block.  It
 * says nothing about @g: see verity_edge_check().
 */
int verity_root_read(int fd, const char *name, const struct verity_geometry *g,
		     uint8_t root[32], struct error *e);

/**
 * verity_edge_check() - does @root stand for a tree over @g->data_blocks blocks?
 * Checks the last block of each level, from the root block down to the last
 * data block, and that zeros follow the last digest of each: a block a level.
 * Whoever has read @g from a trailer calls this before using it: dm-verity does
 * not look at digests that it does not need, so it takes the tree for any
 * smaller number of the same depth as well.
 *
 * Return: 0, -EBADMSG with a text that says whether the root hash or the number
 * is wrong, or another negative errno value.
 */
int verity_edge_check(int fd, const char *name,
		      const struct verity_geometry *g, const uint8_t root[32],
		      struct error *e);

/**
 * verity_verify() - check all data and every byte of the tree against @root
 *
 * Return: 0, -EBADMSG with a text that names the first wrong block, or another
 * negative errno value.
 */
int verity_verify(int fd, const char *name, const struct verity_geometry *g,
		  const uint8_t root[32], struct error *e);

/**
 * verity_activate() - map an image through dm-verity, read-only
 * @name: of the mapping, which is /dev/mapper/<name> on success; up to 127 of
 *	the characters that need no encoding there (#+-.:=@_ and alphanumerics)
 * @device: a block device
 * @rules: a kernel that cannot check the signature, or knows no key that made
 *	it, refuses the mapping
 *
 * Needs no udev.  The data are verified when they are read, not here.
 */
int verity_activate(const char *name, const char *device,
		    const struct verity_geometry *g, const uint8_t root[32],
		    const struct verity_rules *rules, struct error *e);

/* remove a mapping; one that is not dm-verity's is left alone */
int verity_deactivate(const char *name, struct error *e);

#endif /* TARFS_LIB_VERITY_H */
