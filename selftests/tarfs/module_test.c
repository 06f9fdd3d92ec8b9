// SPDX-License-Identifier: GPL-2.0
/*
 * The module loads and unloads repeatedly, not while in use, and leaves neither
 * the file system type nor its inode cache behind.
 *
 *	module_test
 *
 * Needs the disks plain.1 and plain.2.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

static bool is_registered(void)
{
	return file_has("/proc/filesystems", "\ttar\n");
}

static bool has_cache(void)
{
	return file_has("/proc/slabinfo", "tarfs_inode_cache") ||
	       !access("/sys/kernel/slab/tarfs_inode_cache", F_OK);
}

static bool mount_and_use(const char *image)
{
	struct stat st;
	bool good = !try_mount(disk(image), "/mnt", "") &&
		    !stat("/mnt/sizes/513", &st) && st.st_size == 513;

	return !unmount("/mnt") && good;
}

int main(void)
{
	int i, err = 0;

	setlinebuf(stdout);
	ok(is_registered(), "the module is there");
	ok(mount_and_use("plain.1") && mount_and_use("plain.2"),
	   "it mounts both formats");
	ok(has_cache(), "it has a cache of inodes");
	must_mount(disk("plain.2"), "/mnt");
	ok(unload_module() == EWOULDBLOCK, "it stays while it is in use");
	unmount("/mnt");
	ok(!unload_module(), "it goes");
	ok(!is_registered(), "the file system is gone");
	ok(!has_cache(), "the cache of inodes is gone");
	ok(try_mount(disk("plain.2"), "/mnt", "") == ENODEV,
	   "nothing mounts any more");
	for (i = 0; !err && i < 20; i++) {
		err = load_module();
		if (!err && !mount_and_use(i & 1 ? "plain.1" : "plain.2"))
			err = EIO;
		if (!err)
			err = unload_module();
	}
	ok(!err, "it comes, mounts and goes twenty times (%s)", strerror(err));
	ok(!load_module() && is_registered(), "it comes back");
	return tap_done();
}
