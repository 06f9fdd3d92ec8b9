/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Derive the process of a container from the configuration of an image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_PROCESS_H
#define TARFS_IMAGE_PROCESS_H

#include <stddef.h>
#include <jansson.h>

#include "base/error.h"
#include "layer.h"

/**
 * process_build() - make the "process" object of the OCI runtime specification
 * @config: the image configuration
 * @layers: with accounts, to look up names of users and groups
 */
int process_build(json_t **process, const json_t *config,
		  const struct layer *layers, size_t count, struct error *e);

#endif /* TARFS_IMAGE_PROCESS_H */
