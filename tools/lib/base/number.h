/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers, as people write them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_NUMBER_H
#define TARFS_LIB_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/**
 * number_decimal() - parse a number of @len decimal digits, at least one
 *
 * Return: 0, -EINVAL, or -ERANGE if the number exceeds @max.
 */
int number_decimal(const char *text, size_t len, uint64_t max, uint64_t *value);

/**
 * number_parse() - parse a number of an option: decimal, or hexadecimal with "0x"
 *
 * Return: 0, -EINVAL, or -ERANGE if it is not from @min to @max.
 */
int number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value);

#endif /* TARFS_LIB_NUMBER_H */
