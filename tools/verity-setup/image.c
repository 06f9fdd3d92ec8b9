// SPDX-License-Identifier: GPL-2.0
/*
 * Opening an image and showing its geometry.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/sha256.h"
#include "verity-setup.h"
#include "verity/merkle.h"

int image_open(const char *path, int *fd, struct verity_geometry *g,
	       struct error *e)
{
	int err;

	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return error_errno(e, "%s: cannot open", path);
	err = verity_geometry_read(*fd, path, g, e);
	if (err)
		close(*fd);
	return err;
}

void image_print(const char *path, const struct verity_options *tree,
		 uint64_t data_size, const uint8_t *root, const char *note)
{
	char root_hex[2 * MERKLE_DIGEST_MAX + 1];
	char salt_hex[2 * MERKLE_SALT_MAX + 1];
	const struct merkle_params *p = &tree->tree;
	uint64_t blocks = data_size / p->data_block;

	bytes_to_hex(root, merkle_digest_size(p->hash), root_hex);
	bytes_to_hex(p->salt, p->salt_len, salt_hex);
	printf("Hash tree of %s\n"
	       "Hash type:       \t1\n"
	       "Data blocks:     \t%" PRIu64 "\n"
	       "Data block size: \t%" PRIu32 "\n"
	       "Hash offset:     \t%" PRIu64 "\n"
	       "Hash blocks:     \t%" PRIu64 "\n"
	       "Hash block size: \t%" PRIu32 "\n"
	       "Hash algorithm:  \t%s\n"
	       "Salt:            \t%s\n"
	       "Root hash:      \t%s%s\n",
	       path, blocks, p->data_block, data_size,
	       merkle_tree_size(p, blocks) / p->hash_block, p->hash_block,
	       p->hash, *salt_hex ? salt_hex : "-", root_hex, note);
}
