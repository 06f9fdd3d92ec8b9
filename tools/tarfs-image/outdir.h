/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The directory that results go to.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_OUTDIR_H
#define TARFS_IMAGE_OUTDIR_H

#include <stddef.h>

#include "base/error.h"

/* make a directory, unless it is there */
int outdir_make(const char *path, struct error *e);

/* write DIR/NAME, which replaces an older one in one step */
int outdir_write(const char *dir, const char *name, const void *buf,
		 size_t len, struct error *e);

/**
 * outdir_lock() - keep other runs from changing the small files of DIR
 * Return: what outdir_unlock() takes, or a negative errno value.
 */
int outdir_lock(const char *dir, struct error *e);
void outdir_unlock(int lock);

/* remove DIR/NAME if it is there */
int outdir_remove(const char *dir, const char *name, struct error *e);

#endif /* TARFS_IMAGE_OUTDIR_H */
