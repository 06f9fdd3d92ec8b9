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

#include "merkle.h"
#include "sha256.h"
#include "verity-setup.h"

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

void image_print(const char *path, const struct verity_geometry *g,
		 const uint8_t root[SHA256_SIZE], const char *note)
{
	char root_hex[SHA256_HEX_SIZE], salt_hex[SHA256_HEX_SIZE];
	static const uint8_t salt[MERKLE_SALT_SIZE];

	sha256_to_hex(root, root_hex);
	sha256_to_hex(salt, salt_hex);
	printf("Hash tree of %s\n"
	       "Hash type:       \t1\n"
	       "Data blocks:     \t%" PRIu64 "\n"
	       "Data block size: \t%d\n"
	       "Hash offset:     \t%" PRIu64 "\n"
	       "Hash blocks:     \t%" PRIu64 "\n"
	       "Hash block size: \t%d\n"
	       "Hash algorithm:  \tsha256\n"
	       "Salt:            \t%s\n"
	       "Root hash:      \t%s%s\n",
	       path, g->data_blocks, MERKLE_BLOCK_SIZE,
	       g->hash_start * MERKLE_BLOCK_SIZE,
	       g->tree_size / MERKLE_BLOCK_SIZE, MERKLE_BLOCK_SIZE,
	       salt_hex, root_hex, note);
}
