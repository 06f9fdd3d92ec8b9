/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mappings and mounts: from disks to the root directories of containers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_STORAGE_H
#define TARFS_AGENT_STORAGE_H

#include "devices.h"
#include "error.h"
#include "podspec.h"

#define STORAGE_MAPPER	"/dev/mapper/"

/* what is in place, so that it can be taken down again */
struct storage {
	const struct podspec *spec;
	size_t mapped;			/* layers */
	size_t mounted;			/* layers */
	size_t stacked;			/* containers */
};

/**
 * storage_setup() - map and mount all layers, stack them for all containers
 * @st: zero at first; after a failure too to be given to storage_teardown()
 * @found: where the layers are; not looked at again once they are mapped
 */
int storage_setup(struct storage *st, const struct podspec *spec,
		  const struct layer_device *found, struct error *e);

/* undo it all, in reverse; goes on after a failure and returns the first */
int storage_teardown(struct storage *st, struct error *e);

/* make a directory and those above it; 0755 */
int storage_mkdir(const char *path, struct error *e);

#endif /* TARFS_AGENT_STORAGE_H */
