/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hexadecimal digits.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_HEX_H
#define TARFS_LIB_HEX_H

#include <stddef.h>
#include <stdint.h>

/* write two lower-case hexadecimal digits for each byte, and a NUL */
void bytes_to_hex(const uint8_t *bytes, size_t len, char *hex);
/* return the value of a hexadecimal digit in either case, or -1 */
int hex_digit(char c);

#endif /* TARFS_LIB_HEX_H */
