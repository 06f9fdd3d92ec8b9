/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading and writing: all the bytes, or an error.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_FILE_H
#define TARFS_LIB_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* of a regular file or block device, bytes */
int file_size(int fd, const char *name, uint64_t *size, struct error *e);

/* open a regular file to read it; a descriptor, or a negative errno value */
int file_open_regular(const char *path, uint64_t *size, struct error *e);

/* the end of the file before @len bytes is an error */
int file_read_at(int fd, const char *name, void *buf, size_t len,
		 uint64_t offset, struct error *e);
int file_write_at(int fd, const char *name, const void *buf, size_t len,
		  uint64_t offset, struct error *e);

#endif /* TARFS_LIB_FILE_H */
