/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Map a disk of the host so that the host can neither read nor change it
 * unnoticed: dm-crypt on dm-integrity, with a key that exists only in this
 * boot.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_CRYPT_H
#define TARFS_AGENT_CRYPT_H

#include <stdint.h>

#include "base/error.h"

#define CRYPT_NAME	"tarfs-scratch"
#define CRYPT_DEVICE	"/dev/mapper/" CRYPT_NAME
#define CRYPT_BLOCK	4096	/* block size of both targets, bytes */
#define CRYPT_RESERVED	4096	/* bytes at the beginning, left alone */

/**
 * crypt_open() - map a disk as CRYPT_DEVICE, under a new key
 * @disk: its content is lost, except for the first CRYPT_RESERVED bytes
 * @size: set to the size of CRYPT_DEVICE, in bytes
 *
 * Reading a block fails if it has not been written since, or if the host has
 * changed it.
 */
int crypt_open(const char *disk, uint64_t *size, struct error *e);

/* remove the mapping, and the key with it */
int crypt_close(struct error *e);

#endif /* TARFS_AGENT_CRYPT_H */
