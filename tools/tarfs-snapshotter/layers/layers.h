/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layers of snapshots: make them, and make them visible.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_LAYERS_H
#define TARFS_SNAPSHOTTER_LAYERS_H

#include "base/error.h"
#include "mounts.h"
#include "store/store.h"

struct layers;

int layers_new(struct layers **layers, struct store *store, struct error *e);
void layers_free(struct layers *layers);

/**
 * layers_mounts() - say what makes a snapshot visible
 * @m: for mount_entry_free()
 *
 * Return: 0, -ENOENT without such a snapshot, -EBUSY if it is committed, or
 * another negative errno value.
 */
int layers_mounts(struct layers *layers, const char *key,
		  struct mount_entry *m, struct error *e);

#endif /* TARFS_SNAPSHOTTER_LAYERS_H */
