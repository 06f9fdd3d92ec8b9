/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Snapshots of the profile tardev: what Kata Containers mounts in its guests.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * containerd's CRI names the blob of a layer in a label of the snapshot that it
 * would unpack the layer to.
 */
#ifndef TARFS_SNAPSHOTTER_TARDEV_H
#define TARFS_SNAPSHOTTER_TARDEV_H

#include "layers.h"

/* the name that a snapshot shall have once it is committed */
#define TARDEV_TARGET		"containerd.io/snapshot.ref"
/* "sha256:DIGITS" of the blob */
#define TARDEV_LAYER_DIGEST	"containerd.io/snapshot/cri.layer-digest"

/**
 * tardev_prepare() - commit what a snapshot is being prepared for
 * @like: the snapshot, with parent and labels
 *
 * With a label for the target and one for the blob, and if the blob is there, or
 * its image, the target is made at once, and there is nothing to unpack.
 *
 * Return: -EEXIST if the target is there now, 0 if the snapshot must be prepared,
 * or another negative errno value.
 */
int tardev_prepare(struct layers *layers, const struct record *like,
		   const struct layers_client *client, struct error *e);

/* add the label with the root hash of an image; return 0 or -ENOMEM */
int tardev_label(struct labels *labels, const struct record_image *image,
		 struct error *e);

#endif /* TARFS_SNAPSHOTTER_TARDEV_H */
