/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Media types of layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_MEDIA_TYPE_H
#define TARFS_SNAPSHOTTER_MEDIA_TYPE_H

#include <stdbool.h>

/* of what Apply answers */
#define MEDIA_TYPE_TAR	"application/vnd.oci.image.layer.v1.tar"

/* is it a tar, or a tar with a compression that the library reads? */
bool media_type_is_layer(const char *type);

#endif /* TARFS_SNAPSHOTTER_MEDIA_TYPE_H */
