/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decode base64.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_BASE64_H
#define TARFS_LIB_BASE64_H

#include <sys/types.h>

/*
 * Decode in place; return the new length or -EINVAL.  Padding is optional; unused
 * bits must be zero.
 */
ssize_t base64_decode(char *text, size_t len);

#endif /* TARFS_LIB_BASE64_H */
