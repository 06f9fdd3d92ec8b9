/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sizes given by users: parsing them, and limits on uncompressed sizes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_SIZE_H
#define TARFS_LIB_SIZE_H

#include <stdint.h>

#include "error.h"

/**
 * size_parse() - parse a number of bytes, not zero: "1000", "64K", "2G"
 * The suffixes K, M, G and T are powers of 1024.
 *
 * Return: 0, -EINVAL or -ERANGE.
 */
int size_parse(const char *text, uint64_t *size);

/**
 * size_check() - refuse a tarball with more uncompressed bytes than allowed
 * @seen: uncompressed bytes so far
 * @max: limit, or 0 for none
 *
 * Return: 0 or -EFBIG.
 */
int size_check(const char *name, uint64_t seen, uint64_t max, struct error *e);

#endif /* TARFS_LIB_SIZE_H */
