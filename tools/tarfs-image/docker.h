/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Archives of "docker save".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_DOCKER_H
#define TARFS_IMAGE_DOCKER_H

#include <stdbool.h>
#include <jansson.h>

#include "oci.h"

/*
 * whether a tar has a manifest.json, and is no OCI layout with images as well
 */
bool docker_is_archive(const struct store *store);

/* load the array of images: objects with Config, Layers and RepoTags */
int docker_load(const struct store *store, json_t **images, struct error *e);

/* list the names of an image; the caller frees; NULL if out of memory */
char *docker_tags(const json_t *entry);

/*
 * Find the name of an image that @tag selects, or NULL; NAME:VERSION is
 * selected by itself and by VERSION.  Without a tag: its only name, or "".
 */
const char *docker_find_tag(const json_t *entry, const char *tag);

/**
 * docker_read() - read configuration and layers of an image
 * @tag: its name
 */
int docker_read(struct oci_image *image, const struct store *store,
		const json_t *entry, const char *tag, struct error *e);

/* find an image, as source_open() does */
int docker_open(struct oci_image *image, const struct store *store,
		const char *tag, const struct platform *want,
		struct error *e);

#endif /* TARFS_IMAGE_DOCKER_H */
