/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Strings of Kata Containers' storages, for writing and reading pod specs.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * They are the interface of Microsoft's tardev snapshotter, shim and agent, see
 * Documentation/pod-spec.rst; data-blocks, blob-digest and blob-size are
 * additions of this project.
 */
#ifndef TARFS_LIB_KATA_H
#define TARFS_LIB_KATA_H

/* a layer: a block device with a file system */
#define KATA_LAYER_DRIVER	"blk"
#define KATA_LAYER_FSTYPE	"tar"
#define KATA_LAYERS_DIR		"/run/kata-containers/sandbox/layers/"

/* the layers of a container, stacked */
#define KATA_OVERLAY_DRIVER	"overlayfs"
#define KATA_OVERLAY_FSTYPE	"fuse3.kata-overlay"
#define KATA_OVERLAY_SOURCE	"none"
#define KATA_CONTAINERS_DIR	"/run/kata-containers/shared/containers/"

#define KATA_WORDS		"io.katacontainers."
#define KATA_OPT		KATA_WORDS "fs-opt."
#define KATA_BLOCK_DEVICE	KATA_OPT "block_device=file"
#define KATA_IS_LAYER		KATA_OPT "is-layer"
#define KATA_ROOT_HASH		KATA_OPT "root-hash="
#define KATA_DATA_BLOCKS	KATA_OPT "data-blocks="
#define KATA_BLOB		KATA_OPT "blob-digest="
#define KATA_BLOB_DIGEST	KATA_BLOB "sha256:"
#define KATA_BLOB_SIZE		KATA_OPT "blob-size="

/* of the overlay: a layer's name and options in base64 */
#define KATA_LAYER		KATA_OPT "layer="
#define KATA_SOURCE_PREFIX	KATA_OPT "layer-src-prefix="
#define KATA_LAYER_PREFIX	KATA_SOURCE_PREFIX \
	"/var/lib/containerd/io.containerd.snapshotter.v1.tardev/layers"
#define KATA_OVERLAY_RW		KATA_OPT "overlay-rw"

/* of a snapshot, which containerd shows */
#define KATA_LABEL_ROOT_HASH	"io.katacontainers.dm-verity.root-hash"

#endif /* TARFS_LIB_KATA_H */
