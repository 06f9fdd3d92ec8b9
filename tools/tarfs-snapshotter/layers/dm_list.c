// SPDX-License-Identifier: GPL-2.0
/*
 * Find the device-mapper devices of an owner, by their uuids.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dm_device.h"
#include "verity/dmctl.h"

#define FIRST_SIZE	(64 * 1024)	/* bytes of a list, doubled if need be */
#define LAST_SIZE	(64 * 1024 * 1024)

/* return a list of names, for free(); NULL if there is none */
static struct dm_ioctl *try_list(int control, size_t size)
{
	struct dm_ioctl *io = calloc(1, size);

	if (!io)
		return NULL;
	io->version[0] = DM_VERSION_MAJOR;
	io->data_size = size;
	io->data_start = sizeof(*io);
	if (!ioctl(control, DM_LIST_DEVICES, io))
		return io;
	free(io);
	return NULL;
}

static struct dm_ioctl *list(void)
{
	int control = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	struct dm_ioctl *io = NULL;
	size_t size;

	if (control < 0)
		return NULL;
	for (size = FIRST_SIZE; size <= LAST_SIZE; size *= 2) {
		io = try_list(control, size);
		if (!io || !(io->flags & DM_BUFFER_FULL_FLAG))
			break;
		free(io);
		io = NULL;
	}
	close(control);
	return io;
}

static void remove_owned(const char *name, const char *owner)
{
	struct dm_device d = { 0 };
	struct error e;
	struct dmctl r;

	dmctl_init(&r, name, 0);
	if (dmctl_call(&r, DM_DEV_STATUS) ||
	    strncmp(r.io.uuid, owner, strlen(owner)))
		return;
	memcpy(d.uuid, r.io.uuid, sizeof(d.uuid));
	snprintf(d.name, sizeof(d.name), "%.*s", (int)sizeof(d.name) - 1,
		 r.io.name);
	d.dev = r.io.dev;
	dm_device_remove(&d, &e);
	dm_node_remove(&d);
}

void dm_devices_remove(const char *owner)
{
	struct dm_ioctl *io = list();
	const struct dm_name_list *entry;

	if (!io)
		return;
	entry = (const void *)((const char *)io + io->data_start);
	while (entry->dev) {
		remove_owned(entry->name, owner);
		if (!entry->next)
			break;
		entry = (const void *)((const char *)entry + entry->next);
	}
	free(io);
}
