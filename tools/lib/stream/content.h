/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a file that is no tar is, for messages.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_CONTENT_H
#define TARFS_LIB_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#define CONTENT_SIZE	512	/* bytes that are looked at */

/* "a zip archive", by the bytes that a file begins with; NULL if unknown */
const char *content_name(const uint8_t *buf, size_t len);

#endif /* TARFS_LIB_CONTENT_H */
