/* SPDX-License-Identifier: GPL-2.0 */
/*
 * containerd's services for snapshots and diffs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_SERVICE_H
#define TARFS_SNAPSHOTTER_SERVICE_H

#include "layers/layers.h"
#include "profile.h"
#include "rpc/rpc.h"
#include "store/store.h"

/* what the methods in service_methods[] get */
struct service {
	struct store *store;
	struct layers *layers;
	const struct profiles *profiles;
};

/* all methods of both services */
extern const struct rpc_method service_methods[];

#endif /* TARFS_SNAPSHOTTER_SERVICE_H */
