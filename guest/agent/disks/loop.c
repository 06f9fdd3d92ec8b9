// SPDX-License-Identifier: GPL-2.0
/*
 * Loop devices: files as block devices.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/loop.h>

#include "disks/loop.h"

#define CONTROL		"/dev/loop-control"
#define BLOCK_SIZE	4096

/* get the number of a free device; no other process competes for it */
static int get_free(struct error *e)
{
	int control = open(CONTROL, O_RDWR | O_CLOEXEC), number;

	if (control < 0)
		return error_errno(e, "cannot open " CONTROL);
	number = ioctl(control, LOOP_CTL_GET_FREE);
	if (number < 0)
		number = error_errno(e, "cannot get a loop device");
	close(control);
	return number;
}

/* use direct I/O where the file system supports it, to cache data only once */
static int configure(int device, const char *file, struct error *e)
{
	struct loop_config config = {
		.block_size	= BLOCK_SIZE,
		.info.lo_flags	= LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR |
				  LO_FLAGS_DIRECT_IO,
	};
	int fd = open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), err = 0;

	if (fd < 0)
		return error_errno(e, "cannot open %s", file);
	config.fd = fd;
	if (ioctl(device, LOOP_CONFIGURE, &config))
		err = error_errno(e, "cannot make a loop device of %s", file);
	close(fd);
	return err;
}

int loop_attach(const char *file, char *name, size_t size, struct error *e)
{
	int number = get_free(e), device, err;
	char path[PATH_MAX];

	if (number < 0)
		return number;
	snprintf(name, size, "loop%d", number);
	snprintf(path, sizeof(path), "/dev/%s", name);
	device = open(path, O_RDONLY | O_CLOEXEC);
	if (device < 0)
		return error_errno(e, "cannot open %s", path);
	err = configure(device, file, e);
	if (!err)
		return device;
	close(device);
	return err;
}
