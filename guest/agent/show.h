/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Print the layers, mappings and mounts that are in use, for tarfs.verbose.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_SHOW_H
#define TARFS_AGENT_SHOW_H

#include "layers/layers.h"

void show_pod(const struct layers *layers);
/* print the agent's resident memory, current and peak */
void show_memory(void);

#endif /* TARFS_AGENT_SHOW_H */
