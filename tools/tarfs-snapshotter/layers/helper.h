/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mount a layer image by mount.tar, and unmount it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_HELPER_H
#define TARFS_SNAPSHOTTER_HELPER_H

#include <stdbool.h>

#include "base/error.h"
#include "store/record.h"

/**
 * helper_mount() - mount an image, with each block verified when it is read
 * @program: mount.tar
 * @path: of the image
 * @target: an empty directory
 */
int helper_mount(const char *program, const char *path,
		 const struct record_image *image, const char *target,
		 struct error *e);

/* detach a mount; who has its files open, or an overlay on it, keeps them */
int helper_unmount(const char *target, struct error *e);

/* is it a mount whose server answers? */
bool helper_is_alive(const char *target);

#endif /* TARFS_SNAPSHOTTER_HELPER_H */
