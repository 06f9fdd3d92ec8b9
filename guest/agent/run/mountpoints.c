// SPDX-License-Identifier: GPL-2.0
/*
 * Validate mount points: no image may redirect the runtime's mounts.
 *
 * crun resolves a mount point within the container's root directory and follows
 * links there (safe_openat() and crun_safe_ensure_at() in its
 * src/libcrun/utils.c).  So a link in the image cannot redirect a mount out of
 * the root, but within it: a volume to /etc, or over an earlier mount.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run/mountpoints.h"

static int open_beneath(int dir, const char *path)
{
	static const struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};

	return syscall(SYS_openat2, dir, path, &how, sizeof(how));
}

/* validate one mount point; @path is that in the container */
static int check(const struct container *c, int root, const char *path,
		 struct error *e)
{
	int fd = open_beneath(root, path + 1);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno == ENOENT)
		return 0;
	if (errno == ELOOP || errno == ENOTDIR)
		return error_set(e, -ENOTDIR,
			"%s: %s of the image is not a directory that is reached without links",
			c->id, path);
	return error_errno(e, "%s: cannot look at %s", c->id, path);
}

int mountpoints_check(const struct container *c, struct error *e)
{
	static const char *const always[] = { "/dev", "/proc", "/sys" };
	int root = open(c->rootfs, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int err = 0;
	size_t i;

	if (root < 0)
		return error_errno(e, "cannot open %s", c->rootfs);
	for (i = 0; !err && i < sizeof(always) / sizeof(always[0]); i++)
		err = check(c, root, always[i], e);
	for (i = 0; !err && i < c->mount_count; i++)
		err = check(c, root, c->mounts[i].destination, e);
	close(root);
	return err;
}
