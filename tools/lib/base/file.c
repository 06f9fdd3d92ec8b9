// SPDX-License-Identifier: GPL-2.0
/*
 * Read and write files: all bytes, or an error.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

int file_size(int fd, const char *name, uint64_t *size, struct error *e)
{
	off_t end;

	end = lseek(fd, 0, SEEK_END);
	if (end < 0)
		return error_errno(e, "%s: cannot find the end", name);
	*size = end;
	return 0;
}

int file_open_regular(const char *path, uint64_t *size, struct error *e)
{
	struct stat st;
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return error_errno(e, "cannot open %s", path);
	*size = 0;
	if (fstat(fd, &st)) {
		err = error_errno(e, "cannot stat %s", path);
	} else if (!S_ISREG(st.st_mode)) {
		err = error_set(e, -EINVAL, "%s is not a regular file", path);
	} else {
		*size = st.st_size;
		return fd;
	}
	close(fd);
	return err;
}

int file_read_at(int fd, const char *name, void *buf, size_t len,
		 uint64_t offset, struct error *e)
{
	uint8_t *pos = buf;
	ssize_t n;

	while (len) {
		n = pread(fd, pos, len, offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, "%s: cannot read at byte %" PRIu64,
					   name, offset);
		if (!n)
			return error_set(e, -EIO, "%s: ends at byte %" PRIu64
					 ", before the data that should be there",
					 name, offset);
		pos += n;
		len -= n;
		offset += n;
	}
	return 0;
}

int file_write_at(int fd, const char *name, const void *buf, size_t len,
		  uint64_t offset, struct error *e)
{
	const uint8_t *pos = buf;
	ssize_t n;

	while (len) {
		n = pwrite(fd, pos, len, offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, "%s: cannot write at byte %" PRIu64,
					   name, offset);
		pos += n;
		len -= n;
		offset += n;
	}
	return 0;
}
