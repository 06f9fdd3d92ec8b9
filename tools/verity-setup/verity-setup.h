/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations shared by the commands of verity-setup.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef VERITY_SETUP_H
#define VERITY_SETUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cli.h"
#include "base/error.h"
#include "base/sha256.h"
#include "verity/verity.h"
#include "verity/verity_options.h"

/**
 * struct arguments - parsed command line
 * @cli: for wrong usage
 * @args: as the table of commands names them, followed by NULL
 * @rules: optional features of the mapping
 * @tree: the tree to make
 * @fec: the file for error correction, NULL for none
 * @fec_roots: bytes of parity in each 255
 * @json: print JSON
 */
struct arguments {
	const struct cli *cli;
	char **args;
	struct verity_rules rules;
	struct verity_options tree;
	const char *fec;
	unsigned int fec_roots;
	bool json;
};

/* commands: @request is struct arguments; return 0 or a negative errno value */
int cmd_format(const void *request, struct error *e);
int cmd_verify(const void *request, struct error *e);
int cmd_dump(const void *request, struct error *e);
int cmd_table(const void *request, struct error *e);
int cmd_open(const void *request, struct error *e);
int cmd_close(const void *request, struct error *e);

/**
 * fec_write() - write the file for forward error correction
 * @image: descriptor of a file with @data_size bytes of data, then the tree
 * @root: root hash of the tree, to compare with that of libcryptsetup
 *
 * The file appears when it is complete, or not at all.
 */
int fec_write(const struct arguments *r, int image, uint64_t data_size,
	      const uint8_t *root, struct error *e);

/* image.c */

/* parse the argument at @index; exit with wrong usage if it is no root hash */
void parse_root_hash(const struct arguments *r, int index,
		     uint8_t root[SHA256_SIZE]);

/* open an image for reading and validate its trailer; the caller closes @fd */
int image_open(const char *path, int *fd, struct verity_geometry *g,
	       struct error *e);

/**
 * struct tree_report - a hash tree to print
 * @tree: hash, salt, block sizes
 * @data_size: bytes of data in front of the tree
 * @edge: NULL for a new tree; else @root is not verified, and this says whether
 *	the right edge of the tree is that of @data_size
 */
struct tree_report {
	const struct verity_options *tree;
	uint64_t data_size;
	const uint8_t *root;
	const bool *edge;
};

/* report.c: print a tree in the format of veritysetup or as JSON */
int report_tree(const struct arguments *r, const struct tree_report *t,
		struct error *e);

#endif /* VERITY_SETUP_H */
