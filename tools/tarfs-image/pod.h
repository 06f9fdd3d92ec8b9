/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pod spec: what a guest is told to mount and run.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_POD_H
#define TARFS_IMAGE_POD_H

#include <stddef.h>
#include <jansson.h>

#include "base/error.h"
#include "layer.h"

#define POD_BLOCK	4096	/* the file is whole blocks ... */
#define POD_MAX		(1024 * 1024)	/* ... and no larger than this */
#define POD_SCRATCH_MIN	(1ULL << 20)	/* bytes */
#define POD_SCRATCH_MAX	(1ULL << 50)
#define POD_ID_MAX	63	/* it is a host name too */

/**
 * struct pod_scratch - where what containers write goes
 * @type: "tmpfs", "disk" or, if the pod spec is not to say, NULL
 * @size: of a tmpfs, bytes; 0 if the pod spec is not to say
 */
struct pod_scratch {
	const char *type;
	uint64_t size;
};

/* a container's id from a tag: a-z, 0-9 and '-'; "container" if that is "" */
void pod_id(const char *tag, char id[POD_ID_MAX + 1]);

/**
 * pod_text() - a pod of one container, as the bytes of the file
 * @layers: converted, or with a blob
 * @text: to be freed
 */
int pod_text(char **text, size_t *len, const char *id,
	     const struct layer *layers, size_t count,
	     const struct pod_scratch *scratch, json_t *process,
	     struct error *e);

#endif /* TARFS_IMAGE_POD_H */
