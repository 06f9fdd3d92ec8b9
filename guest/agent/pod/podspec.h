/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pod spec, which says what the guest runs.
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
#define PODSPEC_LAYERS_MAX	1024	/* distinct ones in the pod */
#define PODSPEC_STACK_MAX	500	/* in one container */
#define PODSPEC_VOLUMES_MAX	32	/* in the pod */
#define PODSPEC_MOUNTS_MAX	32	/* in one container */

#define SCRATCH_DIR		"/run/kata-containers/scratch"
#define SCRATCH_VOLUMES_DIR	SCRATCH_DIR "/volumes/"

/* what a disk of the host holds: an image, or a blob to be converted to one */
enum layer_source { LAYER_IMAGE, LAYER_BLOB };

/**
 * struct layer - a layer, which containers may share
 * @mount_point: KATA_LAYERS_DIR and @name
 * @name: also the name of the mapping
 * @root: root hash; of a blob: set when its image has been made
 * @data_blocks: number of data blocks of the image; of a blob: set like @root
 * @blob_digest: SHA-256 of a blob
 * @blob_size: bytes in a blob
 * @signature: signature of the root hash, PKCS #7 in DER; NULL if there is none
 * @signature_len: bytes in @signature
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

/* a volume that a container mounts */
struct container_mount {
	const struct volume *volume;
	const char *destination;
	bool readonly;
};

/**
 * struct scratch_policy - storage for what containers write
 * @size: size of the tmpfs in bytes; 0 if the pod spec has none
 */
struct scratch_policy {
	enum scratch_type { SCRATCH_TMPFS, SCRATCH_DISK } type;
	uint64_t size;
};

/**
 * struct container - one container
 * @rootfs: path of its root directory: KATA_CONTAINERS_DIR and @id
 * @layers: top first
 * @mounts: in the order of mounting
 * @process: as in the OCI runtime specification, validated; borrowed
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
 * struct podspec - a parsed pod spec
 * @root: the JSON, which owns all strings
 * @on_corruption: what to do when a block of a layer is corrupt
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
 * podspec_parse() - parse and validate a pod spec
 *
 * Strict: a member that is unknown, missing, duplicate or of the wrong type is
 * refused, with its place in the JSON.  White space may follow.
 */
int podspec_parse(const char *text, size_t len, struct podspec **spec,
		  struct error *e);
void podspec_free(struct podspec *spec);

#endif /* TARFS_AGENT_PODSPEC_H */
