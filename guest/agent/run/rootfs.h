/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The root directories of containers: their layers, stacked.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_ROOTFS_H
#define TARFS_AGENT_ROOTFS_H

#include "base/error.h"
#include "pod/podspec.h"

/* what is in place, so that it can be taken down again */
struct rootfs_stack {
	const struct podspec *spec;
	size_t stacked;			/* containers */
};

/**
 * rootfs_setup() - stack the layers, which are mounted, for all containers
 * @st: zero at first; after a failure too to be given to rootfs_teardown()
 */
int rootfs_setup(struct rootfs_stack *st, const struct podspec *spec,
		 struct error *e);

/* undo all in reverse order, despite failures; return the first of them */
int rootfs_teardown(struct rootfs_stack *st, struct error *e);

#endif /* TARFS_AGENT_ROOTFS_H */
