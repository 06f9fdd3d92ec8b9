/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tarfs.verbose shows: layers, mappings and mounts as they are.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_SHOW_H
#define TARFS_AGENT_SHOW_H

#include "layers/layers.h"

void show_pod(const struct layers *layers);
/* what the agent itself has in memory, now and at most */
void show_memory(void);

#endif /* TARFS_AGENT_SHOW_H */
