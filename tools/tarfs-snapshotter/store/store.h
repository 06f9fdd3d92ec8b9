/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of the snapshotter: snapshots, and the layer images they use.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Every function may be called from any thread.  What one has done survives a
 * crash once it has returned 0; after an error, and after a crash in the middle
 * of it, it has been done as a whole or not at all.
 *
 * -ENOENT, -EEXIST, -EBUSY and -EINVAL are about snapshots, as each function says.
 * Failed system calls are -EIO, or -ENOSPC.
 */
#ifndef TARFS_SNAPSHOTTER_STORE_H
#define TARFS_SNAPSHOTTER_STORE_H

#include <stdbool.h>

#include "base/error.h"
#include "record.h"

struct store;

/**
 * store_open() - load a state directory, or make it
 * @note: called with a line about each record that is set aside, because it
 *	cannot be read or its parent is missing
 *
 * Return: 0, or an error as of files_open().
 */
int store_open(struct store **store, const char *path,
	       void (*note)(const char *text), struct error *e);
void store_close(struct store *store);

/* absolute path of the state directory */
const char *store_path(const struct store *store);

/**
 * store_create() - create a snapshot to write to, or to view
 * @like: its kind, key, parent, labels and profile
 * @id: set to its id; its directories are "fs" and "work" below store_dir()
 *
 * Return: -EEXIST if the key is used, -ENOENT if the parent does not exist,
 * -EINVAL if it is not committed or has another profile, or if a text is not
 * UTF-8.
 */
int store_create(struct store *store, const struct record *like, uint64_t *id,
		 struct error *e);

/**
 * store_add() - create a committed snapshot with a layer image
 * @like: its key, parent, labels, profile and image
 * @staged: as for store_attach(); NULL for an image that the store has
 *
 * Return: 0, 1 if the store does not have the image, or as store_create();
 * -EEXIST, too, if Kata's name of the layer is that of another image.
 */
int store_add(struct store *store, const struct record *like, const char *staged,
	      struct error *e);

/**
 * store_commit() - make an active snapshot read-only, under another name
 * @labels: replace the old ones
 * @size: bytes that it adds to its parent, @inodes: files
 *
 * Return: -ENOENT without the key, -EEXIST if the name is used, or Kata's name of
 * the layer by another image, -EBUSY if the snapshot is not active.
 */
int store_commit(struct store *store, const char *key, const char *name,
		 const struct labels *labels, uint64_t size, uint64_t inodes,
		 struct error *e);

/* return -ENOENT without the key, -EBUSY if the snapshot has children */
int store_remove(struct store *store, const char *key, struct error *e);

/**
 * store_update() - change the labels of a snapshot
 * @change: changes a copy of them, or returns a negative errno value
 * @after: if not NULL, set to the record, for record_free()
 *
 * Return: -ENOENT without the key, or what @change returned.
 */
int store_update(struct store *store, const char *key,
		 int (*change)(void *ctx, struct labels *labels,
			       struct error *e),
		 void *ctx, struct record *after, struct error *e);

/* copy the record, for record_free(); return -ENOENT without the key */
int store_get(struct store *store, const char *key, struct record *r,
	      struct error *e);

/* the same by the number of the directory */
int store_get_id(struct store *store, uint64_t id, struct record *r,
		 struct error *e);

/**
 * store_chain() - copy the records of a snapshot's parents
 * @chain: set to @count records, the nearest parent first
 *
 * Return: -ENOENT without the key.
 */
int store_chain(struct store *store, const char *key, struct record **chain,
		size_t *count, struct error *e);
void store_chain_free(struct record *chain, size_t count);

/* call a function with each record, until it returns another value than 0 */
int store_each(struct store *store,
	       int (*call)(void *ctx, const struct record *r, struct error *e),
	       void *ctx, struct error *e);

/* path of the directory of a snapshot, for free(); NULL if out of memory */
char *store_dir(const struct store *store, uint64_t id, const char *name);

/**
 * store_attach() - let a snapshot use a layer image
 * @id: of a snapshot that has none
 * @staged: name in the staging area of the file, which is durable; it is taken
 *	over, or removed if the store has such an image already
 *
 * The directories of a committed snapshot are removed: the image replaces them.
 *
 * Return: -ENOENT if the snapshot is gone, -EBUSY if it has an image.
 */
int store_attach(struct store *store, uint64_t id, const char *staged,
		 const struct record_image *image, struct error *e);

/**
 * store_attach_blob() - the same for an image that a snapshot uses already
 * @blob: the blob that it was made of
 * @image: set to the image
 *
 * Return: 0, 1 if there is none, or as store_attach().
 */
int store_attach_blob(struct store *store, uint64_t id, int format,
		      const char *blob, struct record_image *image,
		      struct error *e);

/* find the image that was made of a blob; return whether there is one */
bool store_find_blob(struct store *store, int format, const char *blob,
		     struct record_image *image);

/**
 * store_layer_name() - name a layer as tardev does
 * @key: of its snapshot, [NAMESPACE/NUMBER/]CHAIN_ID
 *
 * A link of that name is among the layers while a committed snapshot of the
 * profile tardev has it.
 */
int store_layer_name(const char *key, char name[SHA256_HEX_SIZE],
		     struct error *e);

/* how many snapshots use an image */
unsigned int store_image_users(struct store *store,
			       const struct record_image *image);

/* path of an image's file, for free(); NULL if out of memory */
char *store_image_path(const struct store *store,
		       const struct record_image *image);

/* path in the staging area, for free(); NULL if out of memory */
char *store_staging(const struct store *store, const char *name);

/* remove what no record refers to */
int store_cleanup(struct store *store, struct error *e);

#endif /* TARFS_SNAPSHOTTER_STORE_H */
