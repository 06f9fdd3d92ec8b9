/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layer cache that policy generators read instead of the layers.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_CACHE_H
#define TARFS_IMAGE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "base/error.h"
#include "layer.h"

#define CACHE_NAME	"layers-cache.json"

/* read DIR/layers-cache.json; an empty one if there is none */
int cache_read(json_t **cache, const char *dir, struct error *e);

/* the first entry of a layer, or NULL */
json_t *cache_find(const json_t *cache, const char *diff_id);

/* the owners of its image came from PAX records, too; @entry may be NULL */
bool cache_has_pax_ids(const json_t *entry);

/* what has to be there of a layer */
json_t *cache_entry(const struct layer *layer);

/**
 * cache_update() - add layers to DIR/layers-cache.json
 *
 * Those that are there are replaced; all other entries, and what else is in
 * them, stay. DIR must be locked.
 */
int cache_update(const char *dir, const struct layer *layers, size_t count,
		 struct error *e);

#endif /* TARFS_IMAGE_CACHE_H */
