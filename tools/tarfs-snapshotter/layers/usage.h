/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much a directory tree takes on the disk.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_USAGE_H
#define TARFS_SNAPSHOTTER_USAGE_H

#include <stdint.h>

#include "base/error.h"

/**
 * usage_measure() - add up the blocks and the files of a tree
 * @size: bytes on the disk
 * @inodes: files of any kind, the directory itself included
 *
 * A file with several names counts once.  What disappears meanwhile is ignored.
 */
int usage_measure(const char *path, uint64_t *size, uint64_t *inodes,
		  struct error *e);

#endif /* TARFS_SNAPSHOTTER_USAGE_H */
