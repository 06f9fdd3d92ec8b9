// SPDX-License-Identifier: GPL-2.0
/*
 * A directory with two names: one of them leads to it, and looking up the other
 * fails and does not move a mount on it.
 *
 *	twin_test
 *
 * Needs the images of make_twins.py.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

#define FIRST		"/mnt/many/first"
#define LAST		"/mnt/many/last"
#define NAMES		62	/* in many */

/* count the listed names; or a negative errno */
static int list(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *de;
	int count = 0;

	if (!dir)
		return -errno;
	while ((errno = 0, de = readdir(dir)))
		count += de->d_name[0] != '.';
	if (errno)
		count = -errno;
	closedir(dir);
	return count;
}

static void mount_twins(int format, char loop[32])
{
	char file[16];

	snprintf(file, sizeof(file), "twins.%d", format);
	mark_log();
	must_mount(attach_loop(file, 0, loop), "/mnt");
}

static void done(const char *loop, int format)
{
	ok(!unmount("/mnt"), "format %d: unmounts", format);
	ok(log_lines("tarfs ("), "format %d: the log says why", format);
	detach_loop(loop);
}

/* does @other fail, repeatedly, once @path was looked up? */
static void test_order(int format, const char *path, const char *other)
{
	char loop[32];

	mount_twins(format, loop);
	ok(!look_up(path), "format %d: %s leads to the directory", format, path);
	ok(look_up(other) == EUCLEAN && look_up(other) == EUCLEAN,
	   "format %d: its other name does not", format);
	ok(!look_up(path), "format %d: %s still does", format, path);
	done(loop, format);
}

static void test_mounted(int format)
{
	char loop[32];

	mount_twins(format, loop);
	if (mkdir("/tmp/on-top", 0755) || mkdir("/tmp/on-top/here", 0755) ||
	    mount("/tmp/on-top", FIRST, NULL, MS_BIND, NULL))
		give_up("cannot mount on the directory");
	ok(look_up(LAST) == EUCLEAN,
	   "format %d: a mount's directory has no other name", format);
	ok(!look_up(FIRST "/here") && look_up(LAST "/here") == EUCLEAN,
	   "format %d: the mount stays where it is", format);
	ok(!unmount(FIRST), "format %d: it is unmounted there", format);
	if (rmdir("/tmp/on-top/here") || rmdir("/tmp/on-top"))
		give_up("cannot remove a directory");
	done(loop, format);
}

/*
 * Format 2 sorts entries by inode, so that listing notices two of one
 * directory. Format 1 sorts them by name.
 */
static void test_list(int format)
{
	char loop[32];
	int names;

	mount_twins(format, loop);
	names = list("/mnt/many");
	if (format == 1)
		ok(names == NAMES && look_up(FIRST) == 0 &&
		   look_up(LAST) == EUCLEAN, "format 1: both names are listed");
	else
		ok(names == -EUCLEAN, "format 2: the list is refused");
	done(loop, format);
}

/* a handle is an inode number, and a generation that all inodes share */
static void test_parent(void)
{
	struct handle handle;
	char loop[32];
	int mount;

	must_mount(attach_loop("lost.2", 0, loop), "/mnt");
	mount = open("/mnt", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	errno = make_handle(mount, "aa/file", &handle);
	if (errno)
		give_up("no handle of aa/file");
	ok(handle.room[0] == 3, "aa/file is inode 3");
	handle.room[0] = 4;
	mark_log();
	ok(open_by_handle_at(mount, &handle.head, O_RDONLY) < 0 &&
	   errno == ESTALE, "a directory in a file has no handle");
	ok(log_lines("not a directory") == 1, "the log says why");
	ok(look_up("/mnt/aa/sub") == EUCLEAN, "its name does not lead to it");
	close(mount);
	ok(!unmount("/mnt"), "unmounts");
	detach_loop(loop);
}

/* not corrupt: the published format makes this of an odd tar */
static void test_shared(void)
{
	char loop[32];

	must_mount(attach_loop("shared.1", 0, loop), "/mnt");
	ok(list("/mnt") == 2, "a shared directory has two names");
	ok(!look_up("/mnt/f/x") && look_up("/mnt/g") == EUCLEAN &&
	   !look_up("/mnt/f/x"), "the first that is looked up leads to it");
	ok(!unmount("/mnt"), "unmounts");
	must_mount(loop, "/mnt");
	ok(!look_up("/mnt/g/x") && look_up("/mnt/f") == EUCLEAN,
	   "after a new mount the other, if it is looked up first");
	ok(!unmount("/mnt"), "unmounts");
	detach_loop(loop);
}

int main(void)
{
	int format;

	setlinebuf(stdout);
	for (format = 1; format <= 2; format++) {
		test_order(format, FIRST, LAST);
		test_order(format, LAST, FIRST);
		test_mounted(format);
		test_list(format);
	}
	test_parent();
	test_shared();
	return tap_done();
}
