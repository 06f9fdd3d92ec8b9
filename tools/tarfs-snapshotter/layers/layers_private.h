/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of this room share.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_LAYERS_PRIVATE_H
#define TARFS_SNAPSHOTTER_LAYERS_PRIVATE_H

#include "flight.h"
#include "hold.h"
#include "layers.h"

/**
 * struct layers - the state of this room
 * @content: directory of containerd's content store
 * @flights: conversions, by the digest of the blob; and changes of holds
 * @lowers: mounted layers
 * @holds: which snapshots need them
 */
struct layers {
	struct store *store;
	const char *content;
	struct flights *flights;
	struct lowers *lowers;
	struct holds *holds;
};

#endif /* TARFS_SNAPSHOTTER_LAYERS_PRIVATE_H */
