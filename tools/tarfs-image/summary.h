/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Print the results of "convert".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_SUMMARY_H
#define TARFS_IMAGE_SUMMARY_H

#include <stdbool.h>

#include "layer.h"

/* print some lines for each layer; @verbose: with sources, sizes and times */
void summary_layers(const struct oci_image *image, const struct layer *layers,
		    bool verbose);

/* print warnings of all layers to standard error */
void summary_warnings(const struct oci_image *image,
		      const struct layer *layers);

/**
 * summary_json() - print the whole result as a JSON object
 * @layers: converted, or with blobs for the guest
 * @pod: the digest of the pod spec, hexadecimal
 */
int summary_json(const struct oci_image *image, const struct layer *layers,
		 const char *pod, struct error *e);

#endif /* TARFS_IMAGE_SUMMARY_H */
