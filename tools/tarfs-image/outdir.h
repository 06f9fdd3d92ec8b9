/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The output directory.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_OUTDIR_H
#define TARFS_IMAGE_OUTDIR_H

#include <stddef.h>

#include "base/error.h"

/* make a directory unless it exists */
int outdir_make(const char *path, struct error *e);

/* write DIR/NAME, replacing an older one atomically */
int outdir_write(const char *dir, const char *name, const void *buf,
		 size_t len, struct error *e);

/**
 * outdir_lock() - exclude other runs from changing the small files of DIR
 * Return: a descriptor for outdir_unlock(), or a negative errno value.
 */
int outdir_lock(const char *dir, struct error *e);
void outdir_unlock(int lock);

/* remove DIR/NAME if it exists */
int outdir_remove(const char *dir, const char *name, struct error *e);

#endif /* TARFS_IMAGE_OUTDIR_H */
