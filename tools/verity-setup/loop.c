// SPDX-License-Identifier: GPL-2.0
/*
 * Attach an image in a regular file to a loop device.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "verity-setup.h"

#define ATTEMPTS	16	/* other programs may take a free device first */

static int open_free(const char *path, int control, int *fd, char **device,
		     struct error *e)
{
	int number;

	number = ioctl(control, LOOP_CTL_GET_FREE);
	if (number < 0)
		return error_errno(e, "%s: no loop device is free", path);
	if (asprintf(device, "/dev/loop%d", number) < 0)
		return error_set(e, -ENOMEM, "%s: out of memory", path);
	*fd = open(*device, O_RDONLY | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	error_errno(e, "%s: cannot open %s", path, *device);
	free(*device);
	return -EIO;
}

static int attach_free(const char *path, int file, int control, int *fd,
		       char **device, struct error *e)
{
	struct loop_config config = {
		.fd = file,
		.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
	};
	int err;

	err = open_free(path, control, fd, device, e);
	if (err)
		return err;
	if (!ioctl(*fd, LOOP_CONFIGURE, &config))
		return 0;
	err = error_errno(e, "%s: cannot be attached to %s", path, *device);
	close(*fd);
	free(*device);
	return err;
}

int loop_attach(const char *path, int file, int *fd, char **device,
		struct error *e)
{
	int control, i, err = -EBUSY;

	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	if (control < 0)
		return error_errno(e,
				   "%s: a file needs a loop device: /dev/loop-control",
				   path);
	for (i = 0; i < ATTEMPTS && err == -EBUSY; i++)
		err = attach_free(path, file, control, fd, device, e);
	close(control);
	return err;
}
