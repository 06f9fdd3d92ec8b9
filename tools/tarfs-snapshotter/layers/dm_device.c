// SPDX-License-Identifier: GPL-2.0
/*
 * Device-mapper devices that are removed with their last user.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dm_device.h"
#include "verity/dmctl.h"

#define DIR		"/dev/mapper"
#define ATTEMPTS	1000	/* names; each restart may leave one in use */
#define LOADS		10
#define PAUSE		20000	/* microseconds between them */

static int failure(int err, struct error *e, const char *what)
{
	return err ? error_set(e, err, "%s: %s", what, strerror(-err)) : 0;
}

int dm_target_check(const char *target, struct error *e)
{
	struct dmctl r;
	int err;

	dmctl_init(&r, "", 0);
	err = dmctl_call(&r, DM_VERSION);
	if (err)
		return failure(err, e, "device-mapper cannot be used: "
			       DIR "/control");
	dmctl_init(&r, target, 0);
	if (dmctl_call(&r, DM_GET_TARGET_VERSION))
		return error_set(e, -ENOENT, "device-mapper has no target %s",
				 target);
	return 0;
}

/* a request about a device, which the kernel finds by its uuid */
static void init(struct dmctl *r, const struct dm_device *d, uint32_t flags)
{
	dmctl_init(r, "", flags);
	memcpy(r->io.uuid, d->uuid, sizeof(r->io.uuid));
}

int dm_device_create(struct dm_device *d, const char *owner, const char *stem,
		     struct error *e)
{
	struct dmctl r;
	int i, err = -EBUSY;

	snprintf(d->name, sizeof(d->name), "%.*s", DM_DEVICE_STEM, stem);
	for (i = 2; err == -EBUSY && i < ATTEMPTS; i++) {
		snprintf(d->uuid, sizeof(d->uuid), "%.*s%s",
			 2 * DM_DEVICE_STEM, owner, d->name);
		dmctl_init(&r, d->name, DM_READONLY_FLAG);
		memcpy(r.io.uuid, d->uuid, sizeof(r.io.uuid));
		err = dmctl_call(&r, DM_DEV_CREATE);
		if (err == -EBUSY)
			snprintf(d->name, sizeof(d->name), "%.*s-%d",
				 DM_DEVICE_STEM, stem, i);
	}
	d->dev = r.io.dev;
	return failure(err, e, "cannot create a mapping");
}

/*
 * Linux 6.12 runs out of memory, so it says, if it makes a slab cache of dm-bufio
 * while the last user of one like it is being removed: that does not take long.
 */
static int load_table(const struct dm_device *d, const char *target,
		      const char *params, uint64_t sectors)
{
	int attempt, err = -ENOMEM;
	struct dmctl r;

	for (attempt = 0; err == -ENOMEM && attempt < LOADS; attempt++) {
		if (attempt)
			usleep(PAUSE);
		init(&r, d, DM_READONLY_FLAG);
		err = dmctl_add(&r, sectors, target, params);
		if (!err)
			err = dmctl_call(&r, DM_TABLE_LOAD);
	}
	return err;
}

int dm_device_start(struct dm_device *d, const char *target,
		    const char *params, uint64_t sectors, struct error *e)
{
	struct dmctl r;
	int err;

	err = load_table(d, target, params, sectors);
	if (err)
		return failure(err, e,
			       "cannot load the table (the kernel's log may say why)");
	/* without DM_SUSPEND_FLAG it resumes */
	init(&r, d, 0);
	err = dmctl_call(&r, DM_DEV_SUSPEND);
	d->dev = r.io.dev;
	return failure(err, e, "cannot resume the mapping");
}

static bool is_node(const char *path, dev_t dev)
{
	struct stat st;

	return !stat(path, &st) && S_ISBLK(st.st_mode) && st.st_rdev == dev;
}

int dm_node_make(const struct dm_device *d, char *path, size_t size,
		 struct error *e)
{
	snprintf(path, size, DIR "/%s", d->name);
	if (is_node(path, d->dev))
		return 0;
	unlink(path);
	if (mknod(path, S_IFBLK | 0600, d->dev) && errno != EEXIST)
		return error_errno(e, "cannot make %s", path);
	return is_node(path, d->dev) ? 0 :
	       error_set(e, -ENODEV, "%s is not the mapping's node", path);
}

void dm_node_remove(const struct dm_device *d)
{
	char path[sizeof(DIR) + sizeof(d->name)];
	struct stat st;

	snprintf(path, sizeof(path), DIR "/%s", d->name);
	if (!lstat(path, &st) && S_ISBLK(st.st_mode) && st.st_rdev == d->dev)
		unlink(path);
}

int dm_device_remove(const struct dm_device *d, struct error *e)
{
	struct dmctl r;
	int err;

	init(&r, d, DM_DEFERRED_REMOVE);
	err = dmctl_call(&r, DM_DEV_REMOVE);
	return err == -ENXIO ? 0 : failure(err, e, "cannot remove the mapping");
}
