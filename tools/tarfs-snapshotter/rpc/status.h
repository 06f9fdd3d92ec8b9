/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Status messages of gRPC as they are sent in a trailer.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_STATUS_H
#define TARFS_SNAPSHOTTER_STATUS_H

#include <stddef.h>

#define STATUS_TEXT_SIZE	1024	/* bytes of an encoded text and a NUL */

/**
 * status_encode() - percent-encode a text
 *
 * Keep printable ASCII other than '%'.  Cut a text that is too long between two
 * encoded bytes.
 *
 * Return: the length of the encoded text.
 */
size_t status_encode(char to[STATUS_TEXT_SIZE], const char *text);

#endif /* TARFS_SNAPSHOTTER_STATUS_H */
