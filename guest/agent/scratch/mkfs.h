/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An ext4 file system for a device of which nothing can be read yet.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_MKFS_H
#define TARFS_AGENT_MKFS_H

#include <stdint.h>

#include "base/error.h"

#define MKFS_BLOCK	4096

/**
 * mkfs_ext4() - make a file system
 * @device: a block device or a file
 * @size: of it, bytes
 *
 * It has no journal.  Each block that the kernel will read before it has written
 * it is written here, so that all others may be unreadable.
 */
int mkfs_ext4(const char *device, uint64_t size, struct error *e);

#endif /* TARFS_AGENT_MKFS_H */
