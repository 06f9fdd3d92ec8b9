/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the commands of verity-setup share.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef VERITY_SETUP_H
#define VERITY_SETUP_H

#include <stdint.h>

#include "base/error.h"
#include "verity/verity.h"
#include "verity/verity_options.h"

/**
 * struct arguments - what a command is to do
 * @args: the arguments that the table in main() promises, followed by NULL
 * @root: the root hash, if it is one of them
 * @rules: what to ask of the kernel
 * @tree: the tree to make
 * @fec: the file for error correction, NULL for none
 * @fec_roots: bytes of parity in each 255
 */
struct arguments {
	char **args;
	const uint8_t *root;
	struct verity_rules rules;
	struct verity_options tree;
	const char *fec;
	unsigned int fec_roots;
};

/* every command returns 0 or a negative errno value */
int cmd_format(const struct arguments *r, struct error *e);
int cmd_verify(const struct arguments *r, struct error *e);
int cmd_dump(const struct arguments *r, struct error *e);
int cmd_table(const struct arguments *r, struct error *e);
int cmd_open(const struct arguments *r, struct error *e);
int cmd_close(const struct arguments *r, struct error *e);

/**
 * fec_write() - make the data for forward error correction with libcryptsetup
 * @image: open file with @data_size bytes of data and the tree behind them
 * @root: of the tree, as many bytes as its hash has; must come out again
 *
 * The file appears under its name when all is written, or not at all.
 */
int fec_write(const struct arguments *r, int image, uint64_t data_size,
	      const uint8_t *root, struct error *e);

/* open an image for reading and judge its trailer; the caller closes @fd */
int image_open(const char *path, int *fd, struct verity_geometry *g,
	       struct error *e);

/**
 * image_print() - a tree in the words of veritysetup
 * @tree: hash, salt, block sizes
 * @data_size: bytes in front of it
 * @note: follows the root hash
 */
void image_print(const char *path, const struct verity_options *tree,
		 uint64_t data_size, const uint8_t *root, const char *note);

/*
 * Make a read-only loop device of a regular file, which vanishes with its last
 * user; the caller closes @fd and frees @device.
 */
int loop_attach(const char *path, int file, int *fd, char **device,
		struct error *e);

#endif /* VERITY_SETUP_H */
