// SPDX-License-Identifier: GPL-2.0
/*
 * verify, dump and table: the commands that only read.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "tarfs_fs.h"
#include "verity-setup.h"
#include "verity/merkle.h"

#define TABLE_SIZE	(2 * PATH_MAX + 512)
#define BLOCK_SECTORS	(TARFS_BLOCK_SIZE / 512)

int cmd_verify(const struct arguments *r, struct error *e)
{
	struct verity_geometry g;
	int fd, err;

	err = image_open(r->args[0], &fd, &g, e);
	if (err)
		return err;
	err = verity_verify(fd, r->args[0], &g, r->root, e);
	close(fd);
	return err;
}

/* the trailer, which is not authenticated, and whether the tree contradicts it */
static int dump_claims(const char *path, int fd,
		       const struct verity_geometry *g, struct error *e)
{
	uint8_t claimed[MERKLE_DIGEST_SIZE];
	int err, edge;

	err = verity_root_read(fd, path, g, claimed, e);
	if (err)
		return err;
	edge = verity_edge_check(fd, path, g, claimed, e);
	if (edge && edge != -EBADMSG)
		return edge;
	image_print(path, &verity_default, g->data_blocks * MERKLE_BLOCK_SIZE,
		    claimed, " (not verified)");
	printf("Right edge:     \t%s\n", edge ?
	       "of another number of data blocks, or damaged" :
	       "of this number of data blocks");
	return 0;
}

int cmd_dump(const struct arguments *r, struct error *e)
{
	struct verity_geometry g;
	int fd, err;

	err = image_open(r->args[0], &fd, &g, e);
	if (err)
		return err;
	err = dump_claims(r->args[0], fd, &g, e);
	close(fd);
	return err;
}

int cmd_table(const struct arguments *r, struct error *e)
{
	const char *device = r->args[2] ? r->args[2] : r->args[0];
	struct verity_geometry g;
	char table[TABLE_SIZE];
	int fd, err;

	err = image_open(r->args[0], &fd, &g, e);
	if (err)
		return err;
	err = verity_edge_check(fd, r->args[0], &g, r->root, e);
	close(fd);
	if (!err)
		err = verity_table(&g, r->root, device, &r->rules, table,
				   sizeof(table), e);
	if (!err)
		printf("0 %" PRIu64 " verity %s\n",
		       g.data_blocks * BLOCK_SECTORS, table);
	return err;
}
