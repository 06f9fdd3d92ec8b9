/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scratch storage: for all data but the layers, and only until the guest ends.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_SCRATCH_H
#define TARFS_AGENT_SCRATCH_H

#include <stdbool.h>

#include "base/error.h"
#include "disks/disks.h"
#include "pod/podspec.h"

/* the host marks a disk that the guest may write with these first bytes */
#define SCRATCH_MARK		"tarfs scratch 1\n"
#define SCRATCH_DISK_MIN	(32 * 1024 * 1024)	/* bytes */

/* what scratch_teardown() has to undo */
struct scratch {
	bool mapped;
	bool mounted;
};

/**
 * scratch_setup() - mount SCRATCH_DIR and make the pod's volumes below it
 * @s: zero at first; pass it to scratch_teardown() after a failure, too
 * @deadline: wait for a disk until then, if the pod spec wants one
 *
 * The storage is empty: nothing survives an earlier boot.
 */
int scratch_setup(struct scratch *s, const struct podspec *spec,
		  struct disks *disks, double deadline, struct error *e);
int scratch_teardown(struct scratch *s, struct error *e);

/**
 * scratch_find() - find the disk that the host has marked
 * @path: set to the path of the disk, which may be overwritten except for the
 * mark
 *
 * No other disk is ever written.  If two are marked, or if the disk is
 * read-only or too small, that is an error: the guest does not guess.
 */
int scratch_find(struct disks *disks, double deadline, const char **path,
		 struct error *e);

#endif /* TARFS_AGENT_SCRATCH_H */
