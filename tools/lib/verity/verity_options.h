/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trees other than those of layer images, for veritysetup(8) and similar tools.
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
 * struct verity_options - the kind of tree of an image
 * @tree: hash, salt and block sizes, of at most 4096 bytes
 * @superblock: veritysetup's superblock precedes the tree; there is no trailer
 * @uuid: of the superblock
 */
struct verity_options {
	struct merkle_params tree;
	bool superblock;
	uint8_t uuid[VERITY_UUID_SIZE];
};

/* the default of mktarfs: see merkle_layer */
extern const struct verity_options verity_default;

/* for getopt_long(): values that are not characters */
enum {
	VERITY_OPTION_HASH = 1000,
	VERITY_OPTION_SALT,
	VERITY_OPTION_DATA_BLOCK,
	VERITY_OPTION_HASH_BLOCK,
	VERITY_OPTION_UUID,
	VERITY_OPTION_SUPERBLOCK,
};

#define VERITY_LONG_OPTIONS						\
	{ "hash", required_argument, NULL, VERITY_OPTION_HASH },	\
	{ "salt", required_argument, NULL, VERITY_OPTION_SALT },	\
	{ "data-block-size", required_argument, NULL,			\
	  VERITY_OPTION_DATA_BLOCK },					\
	{ "hash-block-size", required_argument, NULL,			\
	  VERITY_OPTION_HASH_BLOCK },					\
	{ "uuid", required_argument, NULL, VERITY_OPTION_UUID },	\
	{ "superblock", no_argument, NULL, VERITY_OPTION_SUPERBLOCK }

#define VERITY_OPTIONS_HELP						\
"      --superblock            veritysetup's, in front of the tree; no trailer.\n" \
"                              The others need it:\n"			\
"      --hash=sha256|sha512    (default: sha256)\n"			\
"      --salt=HEX              or - for none (default: 32 bytes of zeros)\n" \
"      --data-block-size=BYTES, --hash-block-size=BYTES\n"		\
"                              512 to 4096 (default: 4096)\n"		\
"      --uuid=UUID             of the tree (default: random)\n"

/* parse one of these options; return -EINVAL if its value is invalid */
int verity_option(struct verity_options *o, int option, const char *value,
		  struct error *e);

/* validate the combination of all options, and generate a missing uuid */
int verity_options_finish(struct verity_options *o, struct error *e);

/* fill in veritysetup's superblock, version 1, for @data_size bytes of data */
void verity_super_fill(uint8_t super[VERITY_SUPER_SIZE],
		       const struct verity_options *o, uint64_t data_size);

#endif /* TARFS_LIB_VERITY_OPTIONS_H */
