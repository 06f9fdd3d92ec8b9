/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Common to the fuzz targets.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_FUZZ_H
#define TARFS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* return a file with these bytes, at its beginning; the same one each time */
static inline int file_of(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("input", 0);
	if (fd < 0 || ftruncate(fd, 0) ||
	    pwrite(fd, data, size, 0) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET))
		abort();
	return fd;
}

#endif /* TARFS_FUZZ_H */
