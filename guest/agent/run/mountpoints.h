/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the runtime is going to mount: no image may lead it elsewhere.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_MOUNTPOINTS_H
#define TARFS_AGENT_MOUNTPOINTS_H

#include "base/error.h"
#include "pod/podspec.h"

/**
 * mountpoints_check() - judge a container's mount points in its stacked layers
 *
 * Each has to be a directory, reached through directories alone, or missing from
 * somewhere on: the runtime makes it then.
 */
int mountpoints_check(const struct container *c, struct error *e);

#endif /* TARFS_AGENT_MOUNTPOINTS_H */
