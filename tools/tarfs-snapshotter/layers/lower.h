/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer images that are mounted, each once, while snapshots need them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_LOWER_H
#define TARFS_SNAPSHOTTER_LOWER_H

#include "base/error.h"
#include "mounter.h"
#include "store/store.h"

struct lowers;
struct lower;

/* @mount_tar: the program, for the mounter that needs it */
int lowers_new(struct lowers **lowers, struct store *store,
	       const struct mounter *mounter, const char *mount_tar,
	       struct error *e);
/* the mounts stay, for the containers that use them */
void lowers_free(struct lowers *lowers);

/**
 * lower_get() - mount an image, unless it is mounted
 * @lower: for lower_put()
 *
 * A mount whose server has ended is replaced.
 */
int lower_get(struct lowers *lowers, const struct record_image *image,
	      struct lower **lower, struct error *e);
/* make sure that it is still mounted */
int lower_check(struct lowers *lowers, struct lower *lower, struct error *e);
/* path of the directory; valid until lower_put() */
const char *lower_path(const struct lower *lower);
/* what nobody needs is unmounted after a while */
void lower_put(struct lowers *lowers, struct lower *lower);
/* the image is gone: unmount it now if nobody needs it */
void lowers_forget(struct lowers *lowers, const struct record_image *image);

#endif /* TARFS_SNAPSHOTTER_LOWER_H */
