/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ways to mount a layer image, each block verified when it is read.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_MOUNTER_H
#define TARFS_SNAPSHOTTER_MOUNTER_H

#include <stdbool.h>

#include "base/error.h"
#include "store/record.h"

/**
 * struct mounting - an image to mount
 * @image: what its record says; what its trailer says does not count
 * @path: of the image
 * @target: an empty directory
 * @dir: of all targets of this daemon, and of no other
 * @mount_tar: the program
 */
struct mounting {
	const struct record_image *image;
	const char *path;
	const char *target;
	const char *dir;
	const char *mount_tar;
};

/**
 * struct mounter - a way to mount images
 * @name: for mounter_parse()
 * @how: what follows "layers are mounted"
 * @check: return 0 if it can be used here, or an error that says what is missing
 * @mount: return 0; or -EIO, with nothing left of the mount
 * @is_alive: is it a mount that can be read?
 * @clean: remove what an earlier run has left for targets in @dir; NULL if
 *	nothing can be left but mounts
 */
struct mounter {
	const char *name;
	const char *how;
	int (*check)(struct error *e);
	int (*mount)(const struct mounting *m, struct error *e);
	bool (*is_alive)(const char *target);
	void (*clean)(const char *dir);
};

extern const struct mounter mounter_dm, mounter_fuse;

/* set a const struct mounter * to the one of this name, or to NULL for "auto" */
int mounter_parse(void *mounter, const char *name, struct error *e);

/**
 * mounter_choose() - check the mounter that is wanted, or find the best one
 * @mounter: NULL for the first in the order of preference that can be used; set to
 *	the choice
 * @note: called with a line that says it, and why
 */
int mounter_choose(const struct mounter **mounter,
		   void (*note)(const char *text), struct error *e);

/* detach a mount; who has its files open, or an overlay on it, keeps them */
int mounter_unmount(const char *target, struct error *e);

/* remove what earlier runs have left, whatever mounter they had */
void mounter_clean(const char *dir);

#endif /* TARFS_SNAPSHOTTER_MOUNTER_H */
