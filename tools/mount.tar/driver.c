// SPDX-License-Identifier: GPL-2.0
/*
 * Mount a block device by the kernel's driver, where there is one.
 *
 * mount(8) calls this program for the type tar even if the kernel knows it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "mount.h"

static unsigned long mount_flags(const struct mount_options *o)
{
	static const struct {
		unsigned int bit;
		unsigned long flag;
	} flags[] = {
		{ MOUNT_NODEV,	 MS_NODEV },
		{ MOUNT_NOSUID,	 MS_NOSUID },
		{ MOUNT_NOEXEC,	 MS_NOEXEC },
		{ MOUNT_NOATIME, MS_NOATIME },
		{ MOUNT_DIRSYNC, MS_DIRSYNC },
		{ MOUNT_SYNC,	 MS_SYNCHRONOUS },
	};
	unsigned long all = MS_RDONLY;
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (o->flags & flags[i].bit)
			all |= flags[i].flag;
	return all;
}

int driver_mount(const char *source, const char *dir,
		 const struct mount_options *o, struct error *e)
{
	struct stat st;

	if (o->needs_fuse || stat(source, &st) || !S_ISBLK(st.st_mode))
		return -ENODEV;
	if (!mount(source, dir, "tar", mount_flags(o), NULL))
		return 0;
	/* no driver, or not the right to use it */
	if (errno == ENODEV || errno == EPERM)
		return -ENODEV;
	return error_errno(e, "the kernel cannot mount %s on %s", source, dir);
}
