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

int driver_mount(const char *source, const char *dir,
		 const struct mount_options *o, struct error *e)
{
	struct stat st;

	if (o->needs_fuse || stat(source, &st) || !S_ISBLK(st.st_mode))
		return -ENODEV;
	if (!mount(source, dir, "tar", MS_RDONLY | o->flags, NULL))
		return 0;
	/* no driver, or not the right to use it */
	if (errno == ENODEV || errno == EPERM)
		return -ENODEV;
	return error_errno(e, "the kernel cannot mount %s on %s", source, dir);
}
