/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Images that the tests in the guest change byte by byte.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_CORRUPT_H
#define TARFS_SELFTESTS_CORRUPT_H

#include <stddef.h>
#include <sys/types.h>

#define VICTIM		"/tmp/victim"

/* copies @file to VICTIM; returns its size */
off_t take_victim(const char *file);

/* writes @len bytes into VICTIM, and leaves there in @bytes what was there */
void swap_bytes(off_t offset, unsigned char *bytes, size_t len);

/*
 * struct refusals - what came of a walk through an image
 * @all: system calls that were refused with EIO or EUCLEAN
 * @eio: those with EIO
 * @forbidden: attributes read that would steer overlayfs
 */
struct refusals {
	unsigned int all;
	unsigned int eio;
	unsigned int forbidden;
};

/* looks up, lists, reads whatever is below @path; does not mind what it gets */
struct refusals walk_anything(const char *path);

#endif /* TARFS_SELFTESTS_CORRUPT_H */
