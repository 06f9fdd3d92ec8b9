/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device-mapper devices that are removed with their last user.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * By ioctls, since libdevmapper must not be called by two threads at once.
 */
#ifndef TARFS_SNAPSHOTTER_DM_DEVICE_H
#define TARFS_SNAPSHOTTER_DM_DEVICE_H

#include <stdint.h>
#include <sys/types.h>

#include <linux/dm-ioctl.h>

#include "base/error.h"

#define DM_DEVICE_STEM	32	/* bytes of a stem, and of an owner twice that */

/**
 * struct dm_device - a device
 * @name: a stem, and a number if it is taken
 * @uuid: owner and name
 */
struct dm_device {
	char name[2 * DM_DEVICE_STEM];
	char uuid[DM_UUID_LEN];
	dev_t dev;
};

/* is there device-mapper, with this target, which the kernel may load? */
int dm_target_check(const char *target, struct error *e);

/**
 * dm_device_create() - create a read-only device, without a table
 * @owner: what the uuids of devices begin with that dm_devices_remove() removes
 */
int dm_device_create(struct dm_device *d, const char *owner, const char *stem,
		     struct error *e);

/* give it a table of one row, and start it */
int dm_device_start(struct dm_device *d, const char *target,
		    const char *params, uint64_t sectors, struct error *e);

/*
 * make the node, whose path is stored, unless udev has made one that is right; and
 * remove it again, unless it is udev's
 */
int dm_node_make(const struct dm_device *d, char *path, size_t size,
		 struct error *e);
void dm_node_remove(const struct dm_device *d);

/* remove it if nobody has it open; else the kernel does that after the last close */
int dm_device_remove(const struct dm_device *d, struct error *e);

/* the same for all devices of an owner */
void dm_devices_remove(const char *owner);

#endif /* TARFS_SNAPSHOTTER_DM_DEVICE_H */
