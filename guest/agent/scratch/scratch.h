/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scratch storage: where all that is not a layer goes, and is gone afterwards.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_SCRATCH_H
#define TARFS_AGENT_SCRATCH_H

#include <stdbool.h>

#include "base/error.h"
#include "disks/disks.h"
#include "pod/podspec.h"

/* a disk that the guest may write begins with it: so the host says */
#define SCRATCH_MARK		"tarfs scratch 1\n"
#define SCRATCH_DISK_MIN	(32 * 1024 * 1024)	/* bytes */

/* what is in place, so that it can be taken down again */
struct scratch {
	bool mapped;
	bool mounted;
};

/**
 * scratch_setup() - mount SCRATCH_DIR and make the pod's volumes below it
 * @s: zero at first; after a failure too to be given to scratch_teardown()
 * @deadline: a disk may appear until then, if the pod spec wants one
 *
 * Nothing of an earlier boot is there.
 */
int scratch_setup(struct scratch *s, const struct podspec *spec,
		  struct disks *disks, double deadline, struct error *e);
int scratch_teardown(struct scratch *s, struct error *e);

/**
 * scratch_find() - find the disk that the host has marked
 * @path: of the disk; everything on it but the mark may be overwritten
 *
 * It is the only disk that is ever written.  That there are two, or that it is
 * read-only or too small, is an error: the host is to say what it means.
 */
int scratch_find(struct disks *disks, double deadline, const char **path,
		 struct error *e);

#endif /* TARFS_AGENT_SCRATCH_H */
