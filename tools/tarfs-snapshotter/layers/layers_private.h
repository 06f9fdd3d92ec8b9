/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of this room share.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_LAYERS_PRIVATE_H
#define TARFS_SNAPSHOTTER_LAYERS_PRIVATE_H

#include "flight.h"
#include "layers.h"

/**
 * struct layers - the state of this room
 * @content: directory of containerd's content store
 * @flights: conversions, by the digest of the blob
 */
struct layers {
	struct store *store;
	const char *content;
	struct flights *flights;
};

#endif /* TARFS_SNAPSHOTTER_LAYERS_PRIVATE_H */
