// SPDX-License-Identifier: GPL-2.0
/*
 * verify, dump and table: the commands that only read.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "merkle.h"
#include "tarfs_fs.h"
#include "verity-setup.h"

#define TABLE_SIZE	(2 * PATH_MAX + 512)
#define BLOCK_SECTORS	(TARFS_BLOCK_SIZE / 512)

int cmd_verify(char **args, const uint8_t *root, struct error *e)
{
	struct verity_geometry g;
	int fd, err;

	err = image_open(args[0], &fd, &g, e);
	if (err)
		return err;
	err = verity_verify(fd, args[0], &g, root, e);
	close(fd);
	return err;
}

int cmd_dump(char **args, const uint8_t *root, struct error *e)
{
	uint8_t claimed[MERKLE_DIGEST_SIZE];
	struct verity_geometry g;
	int fd, err;

	err = image_open(args[0], &fd, &g, e);
	if (err)
		return err;
	err = verity_root_read(fd, args[0], &g, claimed, e);
	close(fd);
	if (!err)
		image_print(args[0], &g, claimed, " (not verified)");
	return err;
}

int cmd_table(char **args, const uint8_t *root, struct error *e)
{
	const char *device = args[2] ? args[2] : args[0];
	struct verity_geometry g;
	char table[TABLE_SIZE];
	int fd, err;

	err = image_open(args[0], &fd, &g, e);
	if (err)
		return err;
	err = verity_root_check(fd, args[0], &g, root, e);
	close(fd);
	if (!err)
		err = verity_table(&g, root, device, table, sizeof(table), e);
	if (!err)
		printf("0 %" PRIu64 " verity %s\n",
		       g.data_blocks * BLOCK_SECTORS, table);
	return err;
}
