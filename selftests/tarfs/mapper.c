// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that device-mapper puts together: its ioctls.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest.h"
#include "mapper.h"

struct table_row {
	struct dm_target_spec spec;
	char args[MAP_ARGS];
};

/* an ioctl with room for a table */
struct request {
	struct dm_ioctl io;
	struct table_row rows[MAP_ROWS];
};

static void init_request(struct request *request, const char *name,
			 unsigned int flags)
{
	memset(request, 0, sizeof(*request));
	request->io.version[0] = DM_VERSION_MAJOR;
	request->io.data_size = sizeof(*request);
	request->io.data_start = offsetof(struct request, rows);
	request->io.flags = flags;
	strcpy(request->io.name, name);
}

static int call(struct request *request, unsigned long command)
{
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		give_up("cannot open device-mapper's control node");
	if (ioctl(fd, command, request))
		err = errno;
	close(fd);
	return err;
}

static int load_table(const char *name, const struct map_row *rows,
		      unsigned int count)
{
	struct table_row *row;
	struct request request;
	uint64_t start = 0;
	unsigned int i;

	init_request(&request, name, DM_READONLY_FLAG);
	request.io.target_count = count;
	for (i = 0; i < count; i++) {
		row = &request.rows[i];
		row->spec.sector_start = start;
		row->spec.length = rows[i].sectors;
		row->spec.next = sizeof(*row);
		strcpy(row->spec.target_type, rows[i].target);
		memcpy(row->args, rows[i].args, MAP_ARGS);
		start += rows[i].sectors;
	}
	return call(&request, DM_TABLE_LOAD);
}

int remap_device(const char *name, const struct map_row *rows,
		 unsigned int count)
{
	struct request request;
	int err = load_table(name, rows, count);

	if (err)
		return err;
	/* without the flag of suspending this is resuming, with the new table */
	init_request(&request, name, 0);
	return call(&request, DM_DEV_SUSPEND);
}

int map_device(const char *name, const struct map_row *rows,
	       unsigned int count, char path[32])
{
	struct request request;
	int err;

	init_request(&request, name, DM_READONLY_FLAG);
	err = call(&request, DM_DEV_CREATE);
	if (err)
		return err;
	snprintf(path, 32, "/dev/dm-%u", minor(request.io.dev));
	err = remap_device(name, rows, count);
	if (err)
		unmap_device(name);
	return err;
}

void unmap_device(const char *name)
{
	struct request request;

	init_request(&request, name, 0);
	errno = call(&request, DM_DEV_REMOVE);
	if (errno)
		give_up("cannot remove the device %s", name);
}
