/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Private interface of the scan for embedded superblocks.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_EMBEDDED_PRIVATE_H
#define TARFS_LIB_EMBEDDED_PRIVATE_H

#include <stdint.h>

#include "base/error.h"

/**
 * struct embedded_super1 - two numbers that may be a superblock of format 1
 * @end: end of the device that would have this superblock
 * @table: byte offset of the inode table
 * @inodes: number of inodes
 */
struct embedded_super1 {
	uint64_t end;
	uint64_t table;
	uint64_t inodes;
};

/* file with the bytes of the device */
struct embedded_file {
	int fd;
	const char *name;
};

/* embedded_root.c */

/**
 * embedded_root1() - does the inode table begin with a directory?
 * Return: 1, 0 if there is none that a reader could use, or a negative errno
 * value.
 */
int embedded_root1(const struct embedded_file *file,
		   const struct embedded_super1 *s, struct error *e);

#endif /* TARFS_LIB_EMBEDDED_PRIVATE_H */
