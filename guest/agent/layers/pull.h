/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest pull: layers that come as blobs, of which the guest makes the images.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_PULL_H
#define TARFS_AGENT_PULL_H

#include "base/error.h"
#include "disks/disks.h"
#include "pod/podspec.h"

#define PULL_DIR	SCRATCH_DIR "/pull"

/* an image that was made, and the descriptor that keeps it in use */
struct pulled {
	struct disk disk;
	int loop;
};

/* @list: one for each layer of the pod spec that is a blob; zero at first */
struct pull {
	struct pulled list[PODSPEC_LAYERS_MAX];
};

/**
 * pull_layers() - make an image of each layer of a pod that comes as a blob
 * @spec: root hash and number of data blocks of such a layer are filled in
 * @deadline: disks may appear until then
 *
 * Needs scratch storage.
 */
int pull_layers(struct pull *p, struct podspec *spec, struct disks *disks,
		double deadline, struct error *e);

/* those that are not mounted go; with the mappings go the others, later */
void pull_release(struct pull *p);

#endif /* TARFS_AGENT_PULL_H */
