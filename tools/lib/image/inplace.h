/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open a tar to append an index to it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_INPLACE_H
#define TARFS_LIB_INPLACE_H

#include <stdint.h>

#include "base/error.h"

/**
 * inplace_open() - open a tar for reading and appending
 * @size: set to the size of the file
 *
 * Lock the file against other callers.
 *
 * Return: a file descriptor, -EINVAL if it is not a regular file, -EEXIST if it
 * ends with an index already, or another negative errno value.
 */
int inplace_open(const char *path, uint64_t *size, struct error *e);

#endif /* TARFS_LIB_INPLACE_H */
