/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A disk of the host's that the host can neither read nor change unnoticed:
 * dm-crypt on dm-integrity, with a key that exists only here and now.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_CRYPT_H
#define TARFS_AGENT_CRYPT_H

#include <stdint.h>

#include "base/error.h"

#define CRYPT_NAME	"tarfs-scratch"
#define CRYPT_DEVICE	"/dev/mapper/" CRYPT_NAME
#define CRYPT_BLOCK	4096	/* bytes that are one unit of it all */
#define CRYPT_RESERVED	4096	/* bytes at its beginning: not touched */

/**
 * crypt_open() - map a disk as CRYPT_DEVICE, under a new key
 * @disk: whatever is on it is lost, but for the first CRYPT_RESERVED bytes
 * @size: set to the bytes that CRYPT_DEVICE has
 *
 * A block that has not been written since is an error to read, and so is one
 * that the host has changed.
 */
int crypt_open(const char *disk, uint64_t *size, struct error *e);

/* remove the mapping, and the key with it */
int crypt_close(struct error *e);

#endif /* TARFS_AGENT_CRYPT_H */
