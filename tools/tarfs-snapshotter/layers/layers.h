/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layers of snapshots: make them, and make them visible.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_LAYERS_H
#define TARFS_SNAPSHOTTER_LAYERS_H

#include "base/error.h"
#include "mounter.h"
#include "mounts.h"
#include "store/store.h"

struct layers;

/**
 * struct layers_options - where things are, and what mounts them
 * @content: directory of containerd's content store
 * @mount_tar: the program that mounts images
 * @mounter: how they are to be mounted; NULL for the best that there is
 * @note: called with a line that says how they are mounted
 */
struct layers_options {
	const char *content;
	const char *mount_tar;
	const struct mounter *mounter;
	void (*note)(const char *text);
};

/* detaches the mounts of an earlier run */
int layers_new(struct layers **layers, struct store *store,
	       const struct layers_options *options, struct error *e);
/* the mounts stay, for the containers that use them */
void layers_free(struct layers *layers);

/**
 * layers_restore() - mount again what the snapshots need that can be mounted
 * @note: called with a line about each snapshot whose layers cannot be mounted
 */
int layers_restore(struct layers *layers, void (*note)(const char *text),
		   struct error *e);

/**
 * layers_mounts() - say what makes a snapshot visible
 * @m: for mount_entry_free()
 *
 * Return: 0, -ENOENT without such a snapshot, -EBUSY if it is committed, or
 * another negative errno value.
 */
int layers_mounts(struct layers *layers, const char *key,
		  struct mount_entry *m, struct error *e);

/**
 * struct layers_client - who waits for something that takes long
 * @cancelled: nobody wants the result any more
 */
struct layers_client {
	bool (*cancelled)(void *ctx);
	void *ctx;
};

/**
 * struct layers_commit - a snapshot to commit, as store_commit() has it
 * @size: ignored for the profile tardev, as @inodes
 */
struct layers_commit {
	const char *key;
	const char *name;
	const struct labels *labels;
	uint64_t size;
	uint64_t inodes;
	struct layers_client client;
};

/*
 * Commit a snapshot, which then needs no layers any more.  One of the profile
 * tardev gets its layer image, as tardev.h says.
 */
int layers_commit(struct layers *layers, const struct layers_commit *commit,
		  struct error *e);

/* remove a snapshot, as store_remove(), and unmount what only it has needed */
int layers_remove(struct layers *layers, const char *key, struct error *e);

/* struct layers_blob - a blob to apply */
struct layers_blob {
	const char *media_type;
	const char *digest;
	int64_t size;
	struct layers_client client;
};

/* struct layers_mount - a mount of a request */
struct layers_mount {
	const char *type;
	const char *source;
	char *const *options;
	size_t count;
};

/**
 * layers_apply() - make the layer image of a snapshot from a blob
 * @mount: shows the snapshot; NULL if the request has not one mount
 * @image: set to the image that the snapshot has now, durably
 *
 * Calls for the same blob wait for the first of them.
 *
 * Return: 0; -EOPNOTSUPP if another differ has to do it; -ENOENT without the blob,
 * -EBADMSG if it is not what the descriptor says, or another negative errno value.
 */
int layers_apply(struct layers *layers, const struct layers_blob *blob,
		 const struct layers_mount *mount, struct record_image *image,
		 struct error *e);

#endif /* TARFS_SNAPSHOTTER_LAYERS_H */
