/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of a state directory, each written so that it survives a crash.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 *   version        the version of the layout
 *   snapshots/ID   a record
 *   active/ID/     what a snapshot's user writes
 *   layers/NAME    a layer image, or a link to one
 *   mounts/NAME    where a layer image is mounted
 *   staging/       what is being made, or removed; emptied at the start
 *   broken/ID      records that could not be read
 */
#ifndef TARFS_SNAPSHOTTER_FILES_H
#define TARFS_SNAPSHOTTER_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* directories of the layout */
enum files_dir {
	FILES_SNAPSHOTS,
	FILES_ACTIVE,
	FILES_LAYERS,
	FILES_MOUNTS,
	FILES_STAGING,
	FILES_BROKEN,
	FILES_DIRS,
};

/**
 * struct files - an open and locked state directory
 * @path: absolute, without symbolic links
 * @root: holds the lock
 */
struct files {
	char *path;
	int root;
	int dirs[FILES_DIRS];
};

/**
 * files_open() - open a state directory, or make it
 *
 * Return: 0, -EBUSY if another process has it, -EPROTO if a newer version made
 * it, or another negative errno value.
 */
int files_open(struct files *f, const char *path, struct error *e);
void files_close(struct files *f);

const char *files_dir_name(enum files_dir dir);

/* write a file of that directory as a whole, durably */
int files_write(const struct files *f, enum files_dir dir, const char *name,
		const void *buf, size_t len, struct error *e);

/* remove a file, durably; return 0 if there is none */
int files_remove(const struct files *f, enum files_dir dir, const char *name,
		 struct error *e);

/* read a small file; free() @text */
int files_read(const struct files *f, enum files_dir dir, const char *name,
	       char **text, size_t *len, struct error *e);

/* move to another directory, durably */
int files_move(const struct files *f, enum files_dir from, const char *name,
	       enum files_dir to, const char *new_name, struct error *e);

/* let a file have another name in its directory, too, which a link may have */
int files_link(const struct files *f, enum files_dir dir, const char *name,
	       const char *new_name, struct error *e);

/*
 * Move a file or directory to the staging area, and remove it there.  Return 0 if
 * there is none.
 */
int files_discard(const struct files *f, enum files_dir dir, const char *name,
		  struct error *e);

/**
 * files_each() - call a function with each name of a directory
 *
 * The function may remove what it is called for.
 */
int files_each(const struct files *f, enum files_dir dir,
	       int (*call)(void *ctx, const char *name, struct error *e),
	       void *ctx, struct error *e);

#endif /* TARFS_SNAPSHOTTER_FILES_H */
