/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Convert bytes of unknown encoding to UTF-8 for JSON.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_UTF8_H
#define TARFS_IMAGE_UTF8_H

#include <stddef.h>

/**
 * utf8_make_text() - replace what is not UTF-8
 * @bytes: any bytes, NUL included
 * @len: number of bytes
 *
 * Each byte that is not part of a valid sequence becomes U+FFFD, and so does
 * NUL.  Valid text is unchanged.
 *
 * Return: a string for free(), or NULL if out of memory.
 */
char *utf8_make_text(const char *bytes, size_t len);

#endif /* TARFS_IMAGE_UTF8_H */
