// SPDX-License-Identifier: GPL-2.0
/*
 * Device-mapper devices for the tests in the guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "verity/dmctl.h"
#include "guest.h"
#include "layout.h"
#include "mapper.h"

#define SECTOR		512

unsigned int rows_without(const char *device, const struct damage *bad,
			  struct map_row rows[3])
{
	uint64_t from = bad->from / SECTOR, to = bad->to / SECTOR, size;
	int fd = open(device, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &size))
		give_up("cannot look at %s", device);
	close(fd);
	size /= SECTOR;
	rows[0] = (struct map_row) { to ? from : size, "linear", "" };
	rows[1] = (struct map_row) { to - from, "error", "" };
	rows[2] = (struct map_row) { size - to, "linear", "" };
	snprintf(rows[0].args, MAP_ARGS, "%s 0", device);
	snprintf(rows[2].args, MAP_ARGS, "%s %llu", device,
		 (unsigned long long)to);
	return to ? 3 : 1;
}

static int load_table(const char *name, const struct map_row *rows,
		      unsigned int count)
{
	struct dmctl request;
	unsigned int i;
	int err = 0;

	dmctl_init(&request, name, DM_READONLY_FLAG);
	for (i = 0; i < count && !err; i++)
		err = dmctl_add(&request, rows[i].sectors, rows[i].target,
				rows[i].args);
	return err ? err : dmctl_call(&request, DM_TABLE_LOAD);
}

int remap_device(const char *name, const struct map_row *rows,
		 unsigned int count)
{
	struct dmctl request;
	int err = load_table(name, rows, count);

	if (!err) {
		/* without DM_SUSPEND_FLAG it resumes, with the new table */
		dmctl_init(&request, name, 0);
		err = dmctl_call(&request, DM_DEV_SUSPEND);
	}
	return -err;
}

int map_device(const char *name, const struct map_row *rows,
	       unsigned int count, char path[32])
{
	struct dmctl request;
	int err;

	dmctl_init(&request, name, DM_READONLY_FLAG);
	err = dmctl_call(&request, DM_DEV_CREATE);
	if (err)
		return -err;
	snprintf(path, 32, "/dev/dm-%u", minor(request.io.dev));
	err = remap_device(name, rows, count);
	if (err)
		unmap_device(name);
	return err;
}

void unmap_device(const char *name)
{
	struct dmctl request;

	dmctl_init(&request, name, 0);
	errno = -dmctl_call(&request, DM_DEV_REMOVE);
	if (errno)
		give_up("cannot remove the device %s", name);
}
