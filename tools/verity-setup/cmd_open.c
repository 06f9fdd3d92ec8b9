// SPDX-License-Identifier: GPL-2.0
/*
 * open and close: map an image; a regular file through a loop device.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "verity/loop_device.h"
#include "verity-setup.h"

/* Map with the geometry that was validated, even if the file changes later. */
static int open_file(const struct arguments *r, int fd,
		     const struct verity_geometry *g,
		     const uint8_t root[SHA256_SIZE], struct error *e)
{
	const struct loop_config config = {
		.fd = fd,
		.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
	};
	char *device;
	int loop, err;

	err = loop_device_attach(&config, &loop, &device, e);
	if (err) {
		error_prefix(e, "%s", r->args[0]);
		return err;
	}
	err = verity_activate(r->args[1], device, g, root, &r->rules, e);
	free(device);
	close(loop);
	return err;
}

int cmd_open(const void *request, struct error *e)
{
	const struct arguments *r = request;
	const char *path = r->args[0], *name = r->args[1];
	uint8_t root[SHA256_SIZE];
	struct verity_geometry g;
	struct stat st;
	int fd, err;

	parse_root_hash(r, 2, root);
	err = image_open(path, &fd, &g, e);
	if (err)
		return err;
	err = verity_edge_check(fd, path, &g, root, e);
	if (!err && fstat(fd, &st))
		err = error_errno(e, "%s", path);
	if (!err && S_ISREG(st.st_mode))
		err = open_file(r, fd, &g, root, e);
	else if (!err)
		err = verity_activate(name, path, &g, root, &r->rules, e);
	close(fd);
	return err;
}

int cmd_close(const void *request, struct error *e)
{
	const struct arguments *r = request;

	return verity_deactivate(r->args[0], e);
}
