/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Convert a tar to a layer image in the staging area.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_IMAGE_H
#define TARFS_SNAPSHOTTER_IMAGE_H

#include <stdbool.h>

#include "base/error.h"
#include "store/store.h"

/**
 * struct conversion - what to convert, and whom to ask meanwhile
 * @tar: path of a tar, compressed or not
 * @staged: name of the image in the staging area
 * @cancelled: give up when this returns true
 * @confirm: called when all is on the disk, before the image appears
 */
struct conversion {
	struct store *store;
	const char *tar;
	const char *staged;
	int format;
	bool (*cancelled)(void *ctx);
	void *cancelled_ctx;
	int (*confirm)(void *ctx, struct error *e);
	void *confirm_ctx;
};

/* make the image, durably; set all of @image but its blob */
int image_convert(const struct conversion *c, struct record_image *image,
		  struct error *e);

#endif /* TARFS_SNAPSHOTTER_IMAGE_H */
