/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One image, from whatever it is in: an OCI layout or an archive of "docker save".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_SOURCE_H
#define TARFS_IMAGE_SOURCE_H

#include "oci.h"

/**
 * source_open() - find an image, its manifest, configuration and layers
 * @image: to be closed with oci_close()
 * @tag: which one; may be NULL if there is one image only
 * @want: the platform; may be NULL
 */
int source_open(struct oci_image *image, const struct store *store,
		const char *tag, const struct platform *want, struct error *e);

#endif /* TARFS_IMAGE_SOURCE_H */
