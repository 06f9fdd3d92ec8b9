/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pod spec: what the guest is to run.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_PODSPEC_H
#define TARFS_AGENT_PODSPEC_H

#include <stddef.h>
#include <stdint.h>
#include <jansson.h>

#include "error.h"
#include "node.h"
#include "sha256.h"

#define PODSPEC_CONTAINERS_MAX	32
#define PODSPEC_LAYERS_MAX	1024	/* different ones in the pod */
#define PODSPEC_STACK_MAX	127	/* in one container */

#define PODSPEC_LAYERS_DIR	"/run/kata-containers/sandbox/layers/"
#define PODSPEC_ROOTFS_DIR	"/run/kata-containers/shared/containers/"

/**
 * struct layer - a layer, however many containers use it
 * @mount_point: PODSPEC_LAYERS_DIR and @name
 * @name: of the mapping too
 */
struct layer {
	const char *mount_point;
	const char *name;
	uint8_t root[SHA256_SIZE];
};

/**
 * struct container - one container
 * @rootfs: where its root directory is to be: PODSPEC_ROOTFS_DIR and @id
 * @layers: top first
 * @process: as in the OCI runtime specification, judged
 */
struct container {
	const char *id;
	const char *hostname;
	const char *rootfs;
	const struct layer *layers[PODSPEC_STACK_MAX];
	size_t layer_count;
	json_t *process;
};

/**
 * struct podspec - all of it
 * @root: the JSON, which owns all strings
 */
struct podspec {
	json_t *root;
	struct layer layers[PODSPEC_LAYERS_MAX];
	size_t layer_count;
	struct container containers[PODSPEC_CONTAINERS_MAX];
	size_t container_count;
};

/**
 * podspec_parse() - judge a pod spec
 *
 * Strict: what is not known, missing, double or of the wrong type is refused,
 * with the place in the JSON.  White space may follow.
 */
int podspec_parse(const char *text, size_t len, struct podspec **spec,
		  struct error *e);
void podspec_free(struct podspec *spec);

/**
 * storages_parse() - a container's list of storages
 *
 * One per layer, top first, then the overlay that stacks them, each in
 * exactly the form that the Kata agent gets.
 */
int storages_parse(struct podspec *spec, struct container *c,
		   const struct node *n, struct error *e);

#endif /* TARFS_AGENT_PODSPEC_H */
