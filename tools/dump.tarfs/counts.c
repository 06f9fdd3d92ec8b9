// SPDX-License-Identifier: GPL-2.0
/*
 * Count inodes by type; read the root hash of the tree.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "base/sha256.h"
#include "dump.h"
#include "verity/verity.h"

const char *const section_names[TARFS2_SECTIONS] = {
	[TARFS2_INODES]	 = "inodes",
	[TARFS2_DIRS]	 = "directories",
	[TARFS2_MAPS]	 = "maps",
	[TARFS2_XATTRS]	 = "attributes",
	[TARFS2_TARGETS] = "targets",
	[TARFS2_BUCKETS] = "buckets",
};

int count_inodes(struct device *d, struct counts *c, struct error *e)
{
	struct reader_inode inode;
	uint64_t ino;
	int err;

	*c = (struct counts) { };
	for (ino = 1; ino <= d->layout.inodes; ino++) {
		err = reader_inode(d, ino, &inode, e);
		if (err == -ENOENT) {
			c->nothing++;
			continue;
		}
		if (err)
			return err;
		c->inodes[inode.mode >> 12]++;
		if (S_ISREG(inode.mode))
			c->bytes += inode.size;
	}
	return 0;
}

bool claimed_root(struct device *d, char *hex, struct error *e)
{
	uint8_t root[SHA256_SIZE];
	struct verity_geometry g;

	if (!d->has_trailer || verity_geometry_read(d->fd, d->name, &g, e) ||
	    verity_root_read(d->fd, d->name, &g, root, e) ||
	    verity_edge_check(d->fd, d->name, &g, root, e))
		return false;
	sha256_to_hex(root, hex);
	return true;
}
