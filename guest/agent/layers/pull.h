/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest pull: convert layers that arrive as blobs to images in the guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_PULL_H
#define TARFS_AGENT_PULL_H

#include "base/error.h"
#include "disks/disks.h"
#include "pod/podspec.h"

#define PULL_DIR	SCRATCH_DIR "/pull"

/* an image that was made, and a descriptor that keeps its loop device */
struct pulled {
	struct disk disk;
	int loop;
};

/* @list: one for each layer of the pod spec, zero if it is not pulled */
struct pull {
	struct pulled list[PODSPEC_LAYERS_MAX];
};

/**
 * pull_layers() - convert each layer of a pod that arrives as a blob
 * @spec: root hash and number of data blocks of such a layer are filled in
 * @deadline: wait for disks until then
 *
 * Needs scratch storage.
 */
int pull_layers(struct pull *p, struct podspec *spec, struct disks *disks,
		double deadline, struct error *e);

/* detach the loop devices, those that are mapped when their mappings go */
void pull_release(struct pull *p);

#endif /* TARFS_AGENT_PULL_H */
