/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layer cache, which policy generators read instead of the layers.
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

/* read DIR/layers-cache.json; an empty array if there is none */
int cache_read(json_t **cache, const char *dir, struct error *e);

/* find the first entry of a layer, or NULL */
json_t *cache_find(const json_t *cache, const char *diff_id);

/* whether owners of its image came from PAX records, too; @entry may be NULL */
bool cache_has_pax_ids(const json_t *entry);

/* make the entry of a layer */
json_t *cache_entry(const struct layer *layer);

/**
 * cache_update() - add layers to DIR/layers-cache.json
 *
 * Existing members of their entries are replaced; other entries and members are
 * kept.  DIR must be locked.
 */
int cache_update(const char *dir, const struct layer *layers, size_t count,
		 struct error *e);

#endif /* TARFS_IMAGE_CACHE_H */
