/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which disk is what: decided by content, never by where it is plugged.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_DEVICES_H
#define TARFS_AGENT_DEVICES_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "podspec.h"
#include "verity.h"

#define DEVICES_POD_MAX		(1024 * 1024)	/* bytes in a pod spec */
#define DEVICES_POD_BLOCK	4096	/* a pod spec is whole blocks */
#define DEVICES_MAX		(PODSPEC_LAYERS_MAX + 2) /* one too many */

/* a disk: "/dev/<name>"; @path is "" if there is none */
struct device {
	char path[64];
	uint64_t size;			/* bytes */
};

/**
 * struct layer_device - where a layer was found
 * Found means only that the root hash fits the first block of the tree:
 * dm-verity judges all the rest, whenever it is read.
 */
struct layer_device {
	struct device device;
	struct verity_geometry geometry;
};

/* CLOCK_MONOTONIC, in seconds, @timeout from now */
double devices_deadline(unsigned int timeout);

/**
 * devices_find_pod() - find the disk whose whole content has a digest
 * @deadline: disks may appear until then
 * @text: set to the content as it was when the digest was computed, NUL added;
 *	to be freed by the caller
 */
int devices_find_pod(const uint8_t digest[SHA256_SIZE], double deadline,
		     struct device *pod, char **text, size_t *len,
		     struct error *e);

/**
 * devices_find_layers() - find the disks of all layers
 * @found: one for each layer of @spec
 *
 * A disk that is neither @pod nor a layer is refused.
 */
int devices_find_layers(const struct podspec *spec, const struct device *pod,
			double deadline, struct layer_device *found,
			struct error *e);

#endif /* TARFS_AGENT_DEVICES_H */
