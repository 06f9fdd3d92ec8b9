/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Identify a file that is not a tar, for messages.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_CONTENT_H
#define TARFS_LIB_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#define CONTENT_SIZE	512	/* bytes to examine */

/* identify a file by its first bytes: "a zip archive"; NULL if unknown */
const char *content_name(const uint8_t *buf, size_t len);

#endif /* TARFS_LIB_CONTENT_H */
