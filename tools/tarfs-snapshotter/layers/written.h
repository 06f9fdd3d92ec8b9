/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Make a layer image of the directory that a snapshot's user has written.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_WRITTEN_H
#define TARFS_SNAPSHOTTER_WRITTEN_H

#include "layers_private.h"

/**
 * written_convert() - make the image of a committed snapshot, if it has none
 * @r: its record; its image is set
 *
 * Once for all calls at the same time.  The image is durable, and the directory is
 * removed.
 */
int written_convert(struct layers *l, struct record *r, struct error *e);

#endif /* TARFS_SNAPSHOTTER_WRITTEN_H */
