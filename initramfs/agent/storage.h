/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The root directories of containers: their layers, stacked.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_STORAGE_H
#define TARFS_AGENT_STORAGE_H

#include "base/error.h"
#include "podspec.h"

/* what is in place, so that it can be taken down again */
struct storage {
	const struct podspec *spec;
	size_t stacked;			/* containers */
};

/**
 * storage_setup() - stack the layers, which are mounted, for all containers
 * @st: zero at first; after a failure too to be given to storage_teardown()
 */
int storage_setup(struct storage *st, const struct podspec *spec,
		  struct error *e);

/* undo it all, in reverse; goes on after a failure and returns the first */
int storage_teardown(struct storage *st, struct error *e);

/* make a directory and those above it; 0755 */
int storage_mkdir(const char *path, struct error *e);

#endif /* TARFS_AGENT_STORAGE_H */
