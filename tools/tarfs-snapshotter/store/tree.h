/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Directory trees of any depth: remove them, measure them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_TREE_H
#define TARFS_SNAPSHOTTER_TREE_H

#include <stdint.h>

#include "base/error.h"

/* remove @name of the directory @dir, whatever it is; 0 if there is none */
int tree_remove(int dir, const char *name, struct error *e);

#endif /* TARFS_SNAPSHOTTER_TREE_H */
