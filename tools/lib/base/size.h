/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sizes that people set: how they write them, and limits they put.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_SIZE_H
#define TARFS_LIB_SIZE_H

#include <stdint.h>

#include "error.h"

/**
 * size_parse() - "1000", "64K", "2G": a decimal number of bytes, not zero
 * The suffixes K, M, G and T are powers of 1024.
 *
 * Return: 0, -EINVAL or -ERANGE.
 */
int size_parse(const char *text, uint64_t *size);

/**
 * size_check() - has a tarball not more uncompressed bytes than allowed?
 * @seen: so far
 * @max: 0 for any number
 */
int size_check(const char *name, uint64_t seen, uint64_t max, struct error *e);

#endif /* TARFS_LIB_SIZE_H */
