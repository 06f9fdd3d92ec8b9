/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Make the root directories of containers by stacking their layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_ROOTFS_H
#define TARFS_AGENT_ROOTFS_H

#include "base/error.h"
#include "pod/podspec.h"

/* what rootfs_teardown() has to undo */
struct rootfs_stack {
	const struct podspec *spec;
	size_t stacked;			/* number of containers */
};

/**
 * rootfs_setup() - stack the mounted layers of all containers
 * @st: zero at first; pass it to rootfs_teardown() after a failure, too
 */
int rootfs_setup(struct rootfs_stack *st, const struct podspec *spec,
		 struct error *e);

/* undo all in reverse order, despite failures; return the first of them */
int rootfs_teardown(struct rootfs_stack *st, struct error *e);

#endif /* TARFS_AGENT_ROOTFS_H */
