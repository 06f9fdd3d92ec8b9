/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scratch storage: where all that is not a layer goes, and is gone afterwards.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_SCRATCH_H
#define TARFS_AGENT_SCRATCH_H

#include <stdbool.h>

#include "error.h"
#include "podspec.h"

/* what is in place, so that it can be taken down again */
struct scratch {
	bool mounted;
};

/**
 * scratch_setup() - mount SCRATCH_DIR and make the pod's volumes below it
 * @s: zero at first; after a failure too to be given to scratch_teardown()
 */
int scratch_setup(struct scratch *s, const struct podspec *spec,
		  struct error *e);
int scratch_teardown(struct scratch *s, struct error *e);

#endif /* TARFS_AGENT_SCRATCH_H */
