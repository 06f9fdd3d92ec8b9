// SPDX-License-Identifier: GPL-2.0
/*
 * Device-mapper devices for the tests in the guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <sys/sysmacros.h>

#include "verity/dmctl.h"
#include "guest.h"
#include "mapper.h"

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
