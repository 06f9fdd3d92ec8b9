// SPDX-License-Identifier: GPL-2.0
/*
 * Attach a file to a loop device.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "loop_device.h"

#define CONTROL		"/dev/loop-control"
#define ATTEMPTS	64	/* others may take a free device first */

static int open_free(int control, int *fd, char **device, struct error *e)
{
	int number;

	number = ioctl(control, LOOP_CTL_GET_FREE);
	if (number < 0)
		return error_errno(e, "no loop device is free");
	if (asprintf(device, "/dev/loop%d", number) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	*fd = open(*device, O_RDONLY | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	error_errno(e, "cannot open %s", *device);
	free(*device);
	return -EIO;
}

static int attach_free(const struct loop_config *config, int control, int *fd,
		       char **device, struct error *e)
{
	int err;

	err = open_free(control, fd, device, e);
	if (err)
		return err;
	if (!ioctl(*fd, LOOP_CONFIGURE, config))
		return 0;
	err = error_errno(e, "cannot be attached to %s", *device);
	close(*fd);
	free(*device);
	return err;
}

int loop_device_attach(const struct loop_config *config, int *fd, char **device,
		       struct error *e)
{
	int control, i, err = -EBUSY;

	control = open(CONTROL, O_RDWR | O_CLOEXEC);
	if (control < 0)
		return error_errno(e, "a file needs a loop device: " CONTROL);
	for (i = 0; i < ATTEMPTS && err == -EBUSY; i++)
		err = attach_free(config, control, fd, device, e);
	close(control);
	return err;
}
