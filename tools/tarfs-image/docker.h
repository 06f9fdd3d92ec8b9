/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The archives that "docker save" writes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_DOCKER_H
#define TARFS_IMAGE_DOCKER_H

#include <stdbool.h>
#include <jansson.h>

#include "oci.h"

/* a tar with a manifest.json that is not an OCI layout with images as well? */
bool docker_is_archive(const struct store *store);

/* the list of images; each is an object with Config, Layers and RepoTags */
int docker_load(const struct store *store, json_t **images, struct error *e);

/* the names of one of them, as one text; to be freed; NULL if out of memory */
char *docker_tags(const json_t *entry);

/*
 * The name by which @tag means this one, or NULL; NAME:VERSION is called that,
 * and VERSION. Without a tag its only name, or "".
 */
const char *docker_find_tag(const json_t *entry, const char *tag);

/**
 * docker_read() - the configuration and layers of one
 * @tag: how it is called here
 */
int docker_read(struct oci_image *image, const struct store *store,
		const json_t *entry, const char *tag, struct error *e);

/* find an image, as source_open() does */
int docker_open(struct oci_image *image, const struct store *store,
		const char *tag, const struct platform *want,
		struct error *e);

#endif /* TARFS_IMAGE_DOCKER_H */
