/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open an image in an OCI layout or an archive of "docker save".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_SOURCE_H
#define TARFS_IMAGE_SOURCE_H

#include "oci.h"

/**
 * source_open() - find an image, its manifest, configuration and layers
 * @image: the caller closes it with oci_close()
 * @tag: selects an image; may be NULL if there is only one
 * @want: the platform; may be NULL
 */
int source_open(struct oci_image *image, const struct store *store,
		const char *tag, const struct platform *want, struct error *e);

#endif /* TARFS_IMAGE_SOURCE_H */
