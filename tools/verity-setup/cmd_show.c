// SPDX-License-Identifier: GPL-2.0
/*
 * verify, dump and table: read-only commands.
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

int cmd_verify(const void *request, struct error *e)
{
	const struct arguments *r = request;
	uint8_t root[SHA256_SIZE];
	struct verity_geometry g;
	int fd, err;

	parse_root_hash(r, 1, root);
	err = image_open(r->args[0], &fd, &g, e);
	if (err)
		return err;
	err = verity_verify(fd, r->args[0], &g, root, e);
	close(fd);
	return err;
}

/*
 * Report the trailer, which is not authenticated, and whether the tree fits it.
 */
static int dump_claims(const struct arguments *r, int fd,
		       const struct verity_geometry *g, struct error *e)
{
	uint8_t claimed[MERKLE_DIGEST_SIZE];
	const char *path = r->args[0];
	bool matches;
	struct tree_report t = {
		.tree		= &verity_default,
		.data_size	= g->data_blocks * MERKLE_BLOCK_SIZE,
		.root		= claimed,
		.edge		= &matches,
	};
	int err;

	err = verity_root_read(fd, path, g, claimed, e);
	if (err)
		return err;
	err = verity_edge_check(fd, path, g, claimed, e);
	if (err && err != -EBADMSG)
		return err;
	matches = !err;
	return report_tree(r, &t, e);
}

int cmd_dump(const void *request, struct error *e)
{
	const struct arguments *r = request;
	struct verity_geometry g;
	int fd, err;

	err = image_open(r->args[0], &fd, &g, e);
	if (err)
		return err;
	err = dump_claims(r, fd, &g, e);
	close(fd);
	return err;
}

int cmd_table(const void *request, struct error *e)
{
	const struct arguments *r = request;
	const char *device = r->args[2] ? r->args[2] : r->args[0];
	struct verity_geometry g;
	uint8_t root[SHA256_SIZE];
	char table[TABLE_SIZE];
	int fd, err;

	parse_root_hash(r, 1, root);
	err = image_open(r->args[0], &fd, &g, e);
	if (err)
		return err;
	err = verity_edge_check(fd, r->args[0], &g, root, e);
	close(fd);
	if (!err)
		err = verity_table(&g, root, device, &r->rules, table,
				   sizeof(table), e);
	if (!err)
		printf("0 %" PRIu64 " verity %s\n",
		       g.data_blocks * BLOCK_SECTORS, table);
	return err;
}
