/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layers: each is mapped through dm-verity and mounted, once.
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
 * struct mounted_layer - what became of one layer
 * @next: the disk to try next
 * @path, @geometry: of the disk that it is on, once it is mounted
 */
struct mounted_layer {
	bool is_mounted;
	size_t next;
	char path[48];
	struct verity_geometry geometry;
};

/**
 * struct layers - what is in place; zero at first
 * @list: one for each layer of @spec
 * @refused: the layer whose disk was given up last, and @why
 */
struct layers {
	const struct podspec *spec;
	struct mounted_layer list[PODSPEC_LAYERS_MAX];
	size_t refused;
	struct error why;
};

/**
 * layers_mount() - find, map and mount all layers of a pod
 * @pull: images that were made here; such a layer is taken from there only
 * @deadline: disks may appear until then
 *
 * A disk only claims to be a layer.  It is one if its geometry is that of the root
 * hash and it can be mounted through dm-verity; if not, it is given up, and the
 * next that claims the same is tried.
 * After a failure, too, layers_unmount() undoes what was done.
 */
int layers_mount(struct layers *ls, const struct podspec *spec,
		 const struct pull *pull, struct disks *disks, double deadline,
		 struct error *e);

/* undo it all, in reverse; goes on after a failure and returns the first */
int layers_unmount(struct layers *ls, struct error *e);

#endif /* TARFS_AGENT_LAYERS_H */
