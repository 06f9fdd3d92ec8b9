/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the scan for embedded superblocks know of each other.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_EMBEDDED_PRIVATE_H
#define TARFS_LIB_EMBEDDED_PRIVATE_H

#include <stdint.h>

#include "base/error.h"

/**
 * struct embedded_super1 - two numbers that may be a superblock of format 1
 * @end: of the device that it would be the superblock of
 */
struct embedded_super1 {
	uint64_t end;
	uint64_t table;
	uint64_t inodes;
};

/* where the bytes of the device can be read */
struct embedded_file {
	int fd;
	const char *name;
};

/* embedded_root.c */

/**
 * embedded_root1() - is there a directory at the beginning of the inode table?
 * Return: 1, 0 if there is none that a reader could make use of, or a negative
 * errno value.
 */
int embedded_root1(const struct embedded_file *file,
		   const struct embedded_super1 *s, struct error *e);

#endif /* TARFS_LIB_EMBEDDED_PRIVATE_H */
