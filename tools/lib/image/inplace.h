/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Opening a tar that an index is to be appended to.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_INPLACE_H
#define TARFS_LIB_INPLACE_H

#include <stdint.h>

#include "base/error.h"

/**
 * inplace_open() - open a tar for reading and appending
 * @size: of the file
 *
 * It is locked against others who do the same.  Refused is what is not a
 * regular file, and what has an index at its end already.
 *
 * Return: a file descriptor or a negative errno value.
 */
int inplace_open(const char *path, uint64_t *size, struct error *e);

#endif /* TARFS_LIB_INPLACE_H */
