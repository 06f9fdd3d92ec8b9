/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Make an ext4 file system on a device whose blocks are unreadable until
 * written.
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
 * @size: size of @device in bytes
 *
 * The file system has no journal.  Each block that the kernel reads before
 * writing it is written here; all others may be unreadable.
 */
int mkfs_ext4(const char *device, uint64_t size, struct error *e);

#endif /* TARFS_AGENT_MKFS_H */
