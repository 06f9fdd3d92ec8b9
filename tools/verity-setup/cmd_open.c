// SPDX-License-Identifier: GPL-2.0
/*
 * open and close: map an image, a file's through a loop device.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "verity-setup.h"

/* the geometry is the one that was judged, whatever the device says later */
static int open_file(const struct arguments *r, int fd,
		     const struct verity_geometry *g, struct error *e)
{
	char *device;
	int loop, err;

	err = loop_attach(r->args[0], fd, &loop, &device, e);
	if (err)
		return err;
	err = verity_activate(r->args[1], device, g, r->root, &r->rules, e);
	free(device);
	close(loop);
	return err;
}

int cmd_open(const struct arguments *r, struct error *e)
{
	const char *path = r->args[0], *name = r->args[1];
	struct verity_geometry g;
	struct stat st;
	int fd, err;

	err = image_open(path, &fd, &g, e);
	if (err)
		return err;
	err = verity_edge_check(fd, path, &g, r->root, e);
	if (!err && fstat(fd, &st))
		err = error_errno(e, "%s", path);
	if (!err && S_ISREG(st.st_mode))
		err = open_file(r, fd, &g, e);
	else if (!err)
		err = verity_activate(name, path, &g, r->root, &r->rules, e);
	close(fd);
	return err;
}

int cmd_close(const struct arguments *r, struct error *e)
{
	return verity_deactivate(r->args[0], e);
}
