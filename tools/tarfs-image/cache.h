/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layer cache that policy generators read instead of the layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_CACHE_H
#define TARFS_IMAGE_CACHE_H

#include <stddef.h>

#include "error.h"
#include "layer.h"

/**
 * cache_text() - the content of layers-cache.json
 * @text: to be freed
 */
int cache_text(char **text, const struct layer *layers, size_t count,
	       struct error *e);

#endif /* TARFS_IMAGE_CACHE_H */
