/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the commands of verity-setup share.
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
 * struct arguments - what a command is to do
 * @cli: for wrong usage
 * @args: as the table of commands names them, followed by NULL
 * @rules: what to ask of the kernel
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

/* every command is given struct arguments, and returns 0 or a negative errno value */
int cmd_format(const void *request, struct error *e);
int cmd_verify(const void *request, struct error *e);
int cmd_dump(const void *request, struct error *e);
int cmd_table(const void *request, struct error *e);
int cmd_open(const void *request, struct error *e);
int cmd_close(const void *request, struct error *e);

/**
 * fec_write() - make the data for forward error correction with libcryptsetup
 * @image: open file with @data_size bytes of data and the tree behind them
 * @root: of the tree, as many bytes as its hash has; must come out again
 *
 * The file appears under its name when all is written, or not at all.
 */
int fec_write(const struct arguments *r, int image, uint64_t data_size,
	      const uint8_t *root, struct error *e);

/* image.c */

/* parse the argument at @index; exit with wrong usage if it is no root hash */
void parse_root_hash(const struct arguments *r, int index,
		     uint8_t root[SHA256_SIZE]);

/* open an image for reading and judge its trailer; the caller closes @fd */
int image_open(const char *path, int *fd, struct verity_geometry *g,
	       struct error *e);

/**
 * struct tree_report - a hash tree to be printed
 * @tree: hash, salt, block sizes
 * @data_size: bytes in front of it
 * @edge: NULL if the tree was made; otherwise its root hash is not verified, and
 *	this says whether its right edge is of as many data blocks
 */
struct tree_report {
	const struct verity_options *tree;
	uint64_t data_size;
	const uint8_t *root;
	const bool *edge;
};

/* report.c: print a tree in the words of veritysetup, or as JSON */
int report_tree(const struct arguments *r, const struct tree_report *t,
		struct error *e);

/*
 * Make a read-only loop device of a regular file, which vanishes with its last
 * user; the caller closes @fd and frees @device.
 */
int loop_attach(const char *path, int file, int *fd, char **device,
		struct error *e);

#endif /* VERITY_SETUP_H */
