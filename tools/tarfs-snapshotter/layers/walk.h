/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Visit a directory tree that somebody may be changing.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_WALK_H
#define TARFS_SNAPSHOTTER_WALK_H

#include <sys/stat.h>

#include "base/error.h"

/**
 * struct walk_entry - a file of any kind
 * @name: below the root, "" for the root itself
 * @fd: opened with O_PATH
 * @path: of @fd in /proc, which leads to this very file
 */
struct walk_entry {
	const char *name;
	int fd;
	char path[32];
	struct stat st;
};

/**
 * walk_tree() - visit a directory and all below it
 *
 * A directory comes before what is in it, names are in the order of their bytes.
 * No symbolic link is followed, whatever is exchanged for one meanwhile: a
 * container may still run in the tree, and must not have files of the host read.
 */
int walk_tree(const char *root,
	      int (*visit)(void *ctx, const struct walk_entry *entry,
			   struct error *e),
	      void *ctx, struct error *e);

#endif /* TARFS_SNAPSHOTTER_WALK_H */
