// SPDX-License-Identifier: GPL-2.0
/*
 * Reading, listing, dropping caches, mounting, unmounting and unloading at the
 * same time: data are right, and the kernel's log has no complaint.
 *
 *	race_test SECONDS
 *
 * Needs the disks bulk.2, an image, and plain.2, and the file bulk.2.layout.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "pages.h"

#define IMAGE		"bulk.2"
#define LISTED		"/tmp/listed"
#define FLEETING	"/tmp/fleeting"
#define ENTRIES		5000
#define RELOADS		10

static time_t end;

static bool goes_on(void)
{
	return time(NULL) < end;
}

static bool read_on(void)
{
	bool good = true;

	while (good && goes_on())
		good = all_is_right(IMAGE, read_by_page);
	return good;
}

static bool map_on(void)
{
	bool good = true;

	while (good && goes_on())
		good = all_is_right(IMAGE, read_by_mapping);
	return good;
}

static bool list_on(void)
{
	struct dirent *de;
	struct stat st;
	bool good = true;
	DIR *dir;
	int count;

	while (good && goes_on()) {
		dir = opendir(LISTED "/big");
		for (count = 0; dir && (de = readdir(dir)); count++)
			good &= !fstatat(dirfd(dir), de->d_name, &st, 0) &&
				st.st_ino == de->d_ino;
		good &= dir && count == ENTRIES + 2;
		closedir(dir);
	}
	return good;
}

static bool drop_on(void)
{
	while (goes_on())
		write_file("/proc/sys/vm/drop_caches", "3");
	return true;
}

/* start readahead of a whole file */
static bool ask_for(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && !posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);

	close(fd);
	return good;
}

/* mount, and unmount while reads are in flight */
static bool mount_on(void)
{
	bool good = true;
	char loop[32];

	attach_loop(disk("bulk.2"), 0, loop);
	while (good && goes_on())
		good = !try_mount(loop, FLEETING, "") &&
		       ask_for(FLEETING "/aligned") &&
		       ask_for(FLEETING "/unaligned") &&
		       ask_for(FLEETING "/sparse") && !unmount(FLEETING);
	detach_loop(loop);
	return good;
}

static bool (*const workers[])(void) = {
	read_on, map_on, list_on, drop_on, mount_on, read_on,
};

#define WORKERS		(sizeof(workers) / sizeof(*workers))

static void test_all_at_once(int seconds)
{
	int status, failed = 0;
	size_t i;

	end = time(NULL) + seconds;
	fflush(stdout);
	for (i = 0; i < WORKERS; i++)
		if (!fork())
			_exit(!workers[i]());
	while (wait(&status) > 0)
		failed += !!status;
	ok(!failed, "%zu at once for %d s: all is as it should be", WORKERS,
	   seconds);
}

/* unload the module while the last reads complete */
static void test_unloading(const char *device)
{
	int i, err = 0;

	for (i = 0; !err && i < RELOADS; i++) {
		drop_caches();
		err = try_mount(device, FLEETING, "");
		if (!err && (!ask_for(FLEETING "/aligned") ||
			     !ask_for(FLEETING "/unaligned")))
			err = EIO;
		if (!err)
			err = unmount(FLEETING);
		if (!err)
			err = unload_module();
		if (!err)
			err = load_module();
	}
	ok(!err, "%d times: unmounted and unloaded while data come (%s)", i,
	   strerror(err));
}

int main(int argc, char **argv)
{
	struct verity_image layer;
	char device[32];

	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	mark_log();
	find_image(IMAGE, &layer);
	errno = set_up_verity(disk(IMAGE), &layer, device);
	if (errno || mkdir(LISTED, 0755) || mkdir(FLEETING, 0755))
		give_up("cannot set up dm-verity and places to mount");
	must_mount(device, "/mnt");
	must_mount(disk("plain.2"), LISTED);
	test_all_at_once(atoi(argv[1]));
	ok(!unmount("/mnt") && !unmount(LISTED), "unmounts");
	test_unloading(device);
	remove_verity();
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	rmdir(LISTED);
	rmdir(FLEETING);
	return tap_done();
}
