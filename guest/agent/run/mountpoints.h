/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Validate mount points: no image may redirect the runtime's mounts.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_MOUNTPOINTS_H
#define TARFS_AGENT_MOUNTPOINTS_H

#include "base/error.h"
#include "pod/podspec.h"

/**
 * mountpoints_check() - validate a container's mount points in its stacked
 * layers
 *
 * Each must be a directory that is reached without links, or its path must end
 * in missing parts, which the runtime creates.
 */
int mountpoints_check(const struct container *c, struct error *e);

#endif /* TARFS_AGENT_MOUNTPOINTS_H */
