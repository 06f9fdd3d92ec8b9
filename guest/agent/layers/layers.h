/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Map each layer through dm-verity and mount it, once.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_LAYERS_H
#define TARFS_AGENT_LAYERS_H

#include "base/error.h"
#include "disks/disks.h"
#include "layers/pull.h"
#include "pod/podspec.h"

#define LAYERS_MAPPER	"/dev/mapper/"

/**
 * struct mounted_layer - state of one layer
 * @next: index of the disk to try next
 * @path, @geometry: of the layer's disk, once it is mounted
 */
struct mounted_layer {
	bool is_mounted;
	size_t next;
	char path[48];
	struct verity_geometry geometry;
};

/**
 * struct layers - the mounted layers of a pod; zero at first
 * @list: one for each layer of @spec
 * @refused: index of the layer whose disk was given up last
 * @why: the reason for that
 */
struct layers {
	const struct podspec *spec;
	struct mounted_layer list[PODSPEC_LAYERS_MAX];
	size_t refused;
	struct error why;
};

/**
 * layers_mount() - find, map and mount all layers of a pod
 * @pull: images that the guest has made; a pulled layer is never taken from a
 * disk
 * @deadline: wait for disks until then
 *
 * A disk only claims to be a layer.  It is given up unless its geometry is that
 * of the root hash and it can be mounted through dm-verity; then the next disk
 * with the same claim is tried.  Call layers_unmount() after a failure, too.
 */
int layers_mount(struct layers *ls, const struct podspec *spec,
		 const struct pull *pull, struct disks *disks, double deadline,
		 struct error *e);

/* undo all in reverse order, despite failures; return the first of them */
int layers_unmount(struct layers *ls, struct error *e);

#endif /* TARFS_AGENT_LAYERS_H */
