/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Snapshots of the profile tardev, for the other files of this room.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_TARDEV_LAYERS_H
#define TARFS_SNAPSHOTTER_TARDEV_LAYERS_H

#include "layers_private.h"
#include "tardev.h"

/* tardev_mounts.c */

/* what Kata's shim mounts for a snapshot, or a directory to unpack to */
int tardev_mounts(struct layers *l, const struct record *r,
		  struct mount_entry *m, struct error *e);

/* tardev.c */

/*
 * Commit a snapshot with the layer image of the blob that its label names; return
 * -EOPNOTSUPP if it, or the request, has no such label.
 */
int tardev_commit(struct layers *l, const struct record *r,
		  const struct layers_commit *c, struct error *e);

#endif /* TARFS_SNAPSHOTTER_TARDEV_LAYERS_H */
