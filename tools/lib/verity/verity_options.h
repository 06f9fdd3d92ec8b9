/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trees other than those of layer images, for veritysetup(8) and its likes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_VERITY_OPTIONS_H
#define TARFS_LIB_VERITY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "merkle.h"

#define VERITY_SUPER_SIZE	512
#define VERITY_UUID_SIZE	16

/**
 * struct verity_options - what tree an image has
 * @tree: hash, salt and block sizes, of at most 4096 bytes
 * @superblock: veritysetup's is in front of the tree, and no trailer behind it
 * @uuid: in the superblock
 */
struct verity_options {
	struct merkle_params tree;
	bool superblock;
	uint8_t uuid[VERITY_UUID_SIZE];
};

/* what mktarfs makes if nothing else is asked for: see merkle_layer */
extern const struct verity_options verity_default;

/*
 * Rows of struct cli_option
 * @o: a struct verity_options
 * @commands: which have them, as @of
 */
#define VERITY_OPTIONS(o, commands)					\
	{ 0, "superblock", NULL,					\
	  "veritysetup's, in front of the tree; no trailer. The others need it:", \
	  commands, .flag = &(o).superblock },				\
	{ 0, "hash", "sha256|sha512", "(default: sha256)", commands,	\
	  .parse = verity_parse_hash, .to = &(o) },			\
	{ 0, "salt", "HEX",						\
	  "or - for none (default: 32 bytes of zeros)", commands,	\
	  .parse = verity_parse_salt, .to = &(o) },			\
	{ 0, "data-block-size", "BYTES", NULL, commands,		\
	  .parse = verity_parse_block, .to = &(o).tree.data_block },	\
	{ 0, "hash-block-size", "BYTES", "512 to 4096 (default: 4096)",	\
	  commands,							\
	  .parse = verity_parse_block, .to = &(o).tree.hash_block },	\
	{ 0, "uuid", "UUID", "of the tree (default: random)", commands,	\
	  .parse = verity_parse_uuid, .to = &(o) }

/*
 * Parse a value of these options into a struct verity_options, or a block size into
 * a uint32_t.  Return: 0, or -EINVAL and an error.
 */
int verity_parse_hash(void *options, const char *value, struct error *e);
int verity_parse_salt(void *options, const char *value, struct error *e);
int verity_parse_uuid(void *options, const char *value, struct error *e);
int verity_parse_block(void *size, const char *value, struct error *e);

/* judge all of them together, and make a uuid if there is none */
int verity_options_finish(struct verity_options *o, struct error *e);

/* fill in veritysetup's superblock, version 1, for @data_size bytes of data */
void verity_super_fill(uint8_t super[VERITY_SUPER_SIZE],
		       const struct verity_options *o, uint64_t data_size);

#endif /* TARFS_LIB_VERITY_OPTIONS_H */
