/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pod spec: what the guest is to run.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_PODSPEC_H
#define TARFS_AGENT_PODSPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>

#include "base/error.h"
#include "base/sha256.h"
#include "verity/verity.h"

#define PODSPEC_CONTAINERS_MAX	32
#define PODSPEC_LAYERS_MAX	1024	/* different ones in the pod */
#define PODSPEC_STACK_MAX	500	/* in one container */
#define PODSPEC_VOLUMES_MAX	32	/* in the pod */
#define PODSPEC_MOUNTS_MAX	32	/* in one container */

#define SCRATCH_DIR		"/run/kata-containers/scratch"
#define SCRATCH_VOLUMES_DIR	SCRATCH_DIR "/volumes/"

/* what a disk of the host holds: an image, or a blob that one is made from */
enum layer_source { LAYER_IMAGE, LAYER_BLOB };

/**
 * struct layer - a layer, however many containers use it
 * @mount_point: KATA_LAYERS_DIR and @name
 * @name: of the mapping too
 * @root: root hash; a blob's is not known before the image is made
 * @data_blocks: that the root hash stands for; a blob's as well
 * @blob_digest: SHA-256 of a blob
 * @blob_size: bytes in a blob
 * @signature: of the root hash, PKCS #7 in DER; NULL if there is none
 * @signature_len: bytes
 */
struct layer {
	const char *mount_point;
	const char *name;
	enum layer_source source;
	uint8_t root[SHA256_SIZE];
	uint64_t data_blocks;
	uint8_t blob_digest[SHA256_SIZE];
	uint64_t blob_size;
	uint8_t *signature;
	size_t signature_len;
};

/* a directory on scratch storage: SCRATCH_VOLUMES_DIR and @name */
struct volume {
	const char *name;
};

/* where a container sees a volume */
struct container_mount {
	const struct volume *volume;
	const char *destination;
	bool readonly;
};

/**
 * struct scratch_policy - where what containers write goes
 * @size: of the tmpfs, bytes; 0 if the pod spec does not say
 */
struct scratch_policy {
	enum scratch_type { SCRATCH_TMPFS, SCRATCH_DISK } type;
	uint64_t size;
};

/**
 * struct container - one container
 * @rootfs: where its root directory is to be: KATA_CONTAINERS_DIR and @id
 * @layers: top first
 * @mounts: in the order in which they are to be made
 * @process: as in the OCI runtime specification, judged
 */
struct container {
	const char *id;
	const char *hostname;
	const char *rootfs;
	const struct layer *layers[PODSPEC_STACK_MAX];
	size_t layer_count;
	struct container_mount mounts[PODSPEC_MOUNTS_MAX];
	size_t mount_count;
	json_t *process;
};

/**
 * struct podspec - all of it
 * @root: the JSON, which owns all strings
 * @on_corruption: what is to happen when a block of a layer is not the right one
 */
struct podspec {
	json_t *root;
	enum verity_policy on_corruption;
	struct scratch_policy scratch;
	struct volume volumes[PODSPEC_VOLUMES_MAX];
	size_t volume_count;
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

#endif /* TARFS_AGENT_PODSPEC_H */
