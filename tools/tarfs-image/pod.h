/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pod spec: layers that a guest mounts, and the process it runs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_POD_H
#define TARFS_IMAGE_POD_H

#include <stddef.h>
#include <jansson.h>

#include "base/error.h"
#include "layer.h"

#define POD_BLOCK	4096	/* the size is a multiple of this ... */
#define POD_MAX		(1024 * 1024)	/* ... and at most this */
#define POD_SCRATCH_MIN	(1ULL << 20)	/* bytes */
#define POD_SCRATCH_MAX	(1ULL << 50)
#define POD_ID_MAX	63	/* limit of host names */

/**
 * struct pod_scratch - storage for writes of containers
 * @type: "tmpfs", "disk", or NULL to leave it to the guest
 * @size: of a tmpfs, bytes; 0 to leave it to the guest
 */
struct pod_scratch {
	const char *type;
	uint64_t size;
};

/*
 * derive the id of a container from a tag: a-z, 0-9, '-'; "container" if empty
 */
void pod_id(const char *tag, char id[POD_ID_MAX + 1]);

/**
 * pod_text() - format a pod spec with one container
 * @text: set to the content of the file; the caller frees it
 * @layers: converted, or with a blob
 */
int pod_text(char **text, size_t *len, const char *id,
	     const struct layer *layers, size_t count,
	     const struct pod_scratch *scratch, json_t *process,
	     struct error *e);

#endif /* TARFS_IMAGE_POD_H */
