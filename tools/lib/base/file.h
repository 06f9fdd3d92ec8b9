/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Read and write files: all bytes, or an error.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_FILE_H
#define TARFS_LIB_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* get the size of a regular file or block device, bytes */
int file_size(int fd, const char *name, uint64_t *size, struct error *e);

/* open a regular file for reading; return its descriptor or -errno */
int file_open_regular(const char *path, uint64_t *size, struct error *e);

/* read or write all @len bytes; the end of the file before that is an error */
int file_read_at(int fd, const char *name, void *buf, size_t len,
		 uint64_t offset, struct error *e);
int file_write_at(int fd, const char *name, const void *buf, size_t len,
		  uint64_t offset, struct error *e);

#endif /* TARFS_LIB_FILE_H */
