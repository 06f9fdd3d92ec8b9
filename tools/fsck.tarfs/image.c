// SPDX-License-Identifier: GPL-2.0
/*
 * Check trailer and hash tree.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>

#include "base/file.h"
#include "base/sha256.h"
#include "fsck.h"
#include "verity/verity.h"

static int check_zero_before(struct fsck *f, uint64_t end, struct error *e)
{
	uint8_t bytes[TARFS_BLOCK_SIZE - TARFS_SUPER_SIZE];
	int err;

	err = file_read_at(f->d.fd, f->d.name, bytes, sizeof(bytes),
			   end - TARFS_BLOCK_SIZE, e);
	if (!err && !tarfs_all_zero(bytes, sizeof(bytes)))
		problem(f, "trailer's block at byte %" PRIu64
			": the bytes before the trailer are not zero",
			end - TARFS_BLOCK_SIZE);
	return err;
}

static int check_geometry(struct fsck *f, struct error *e)
{
	uint64_t blocks = f->d.size / TARFS_BLOCK_SIZE, want;
	struct verity_geometry g;
	int err;

	err = verity_geometry_read(f->d.fd, "trailer", &g, e);
	if (err == -EINVAL)
		return blame_image(f, -EUCLEAN, e);
	if (err)
		return err;
	want = g.data_blocks + g.tree_size / TARFS_BLOCK_SIZE + 1;
	if (blocks != want)
		problem(f, "trailer: %" PRIu64 " blocks of data make an image of %"
			PRIu64 " blocks, this one has %" PRIu64, g.data_blocks,
			want, blocks);
	return check_zero_before(f, f->d.size, e);
}

int check_trailer(struct fsck *f, struct error *e)
{
	if (f->d.size % TARFS_BLOCK_SIZE) {
		problem(f, "%" PRIu64 " bytes are not whole blocks of %d",
			f->d.size, TARFS_BLOCK_SIZE);
		return 0;
	}
	if (!f->d.has_trailer) {
		if (f->root)
			problem(f, "there is no hash tree to check a root hash against");
		verbose(f, "there is no hash tree: a data device alone");
		return 0;
	}
	return check_geometry(f, e);
}

int check_tree(struct fsck *f, struct error *e)
{
	uint8_t claimed[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	struct verity_geometry g;
	int err;

	/* check_trailer() has reported an invalid trailer */
	if (!f->d.has_trailer ||
	    verity_geometry_read(f->d.fd, f->d.name, &g, e))
		return 0;
	err = verity_root_read(f->d.fd, f->d.name, &g, claimed, e);
	if (err)
		return err;
	sha256_to_hex(f->root ? f->root : claimed, hex);
	err = verity_verify(f->d.fd, "hash tree", &g, f->root ? f->root : claimed,
			    e);
	if (!err && f->root)
		verbose(f, "data and hash tree are those of root hash %s", hex);
	else if (!err)
		verbose(f, "data match the tree; its root hash %s is not authenticated",
			hex);
	return blame_image(f, err, e);
}
