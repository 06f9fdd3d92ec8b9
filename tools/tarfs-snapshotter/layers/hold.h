/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which snapshots need which mounted layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_HOLD_H
#define TARFS_SNAPSHOTTER_HOLD_H

#include "lower.h"

struct holds;

/* return NULL if out of memory */
struct holds *holds_new(struct lowers *lowers);
void holds_free(struct holds *holds);

/**
 * hold_get() - mount the layers of a snapshot, and keep them mounted for it
 * @id: of the snapshot
 * @chain: its parents, all with an image
 * @paths: set to a list of @count paths for free(), of which each is freed, too;
 *	a layer that is in the chain twice is there once, where it is first
 *
 * A second call for the same snapshot finds them mounted, or mounts them again.
 */
int hold_get(struct holds *holds, uint64_t id, const struct record *chain,
	     size_t length, char ***paths, size_t *count, struct error *e);

/* the snapshot is gone */
void hold_put(struct holds *holds, uint64_t id);

#endif /* TARFS_SNAPSHOTTER_HOLD_H */
