/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Images that the tests in the guest modify byte by byte.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_CORRUPT_H
#define TARFS_SELFTESTS_CORRUPT_H

#include <stddef.h>
#include <sys/types.h>

#define VICTIM		"/tmp/victim"

/* copy @file to VICTIM; return its size */
off_t take_victim(const char *file);

/* exchange @len bytes of VICTIM with @bytes */
void swap_bytes(off_t offset, unsigned char *bytes, size_t len);

/*
 * struct refusals - what a walk of an image met
 * @all: system calls that failed with EIO or EUCLEAN
 * @eio: those with EIO
 * @forbidden: readable attributes that would steer overlayfs
 */
struct refusals {
	unsigned int all;
	unsigned int eio;
	unsigned int forbidden;
};

/* look up, list and read everything below @path; count what is refused */
struct refusals walk_anything(const char *path);

#endif /* TARFS_SELFTESTS_CORRUPT_H */
