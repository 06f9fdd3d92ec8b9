// SPDX-License-Identifier: GPL-2.0
/*
 * overlayfs keeps index and xino, and finds copied-up files again when the
 * layers are on other devices: the uuid of a layer is derived from its content.
 *
 *	layers_test
 *
 * Needs the disks plain.2, upper.2, a layer on top of it, and base.2.
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

#define LOWER		"/tmp/plain"
#define UPPER		"/tmp/upper"
#define WRITABLE	"/tmp/rw"
#define OPTIONS \
	"lowerdir=" UPPER ":" LOWER ",upperdir=" WRITABLE "/up,workdir=" \
	WRITABLE "/work,index=on,xino=on"

/* in both layers: files, directories, a link, hard links, a device */
static const char *const paths[] = {
	"sizes/513", "big", "big/entry-04711", "short", "links-1", "links-2",
	"null", "replaced", "merged", "merged/both", "empty", "empty/links-3",
};

#define PATHS		(sizeof(paths) / sizeof(*paths))

static char lower_loop[32], upper_loop[32];

static void mount_layers(void)
{
	must_mount(lower_loop, LOWER);
	must_mount(upper_loop, UPPER);
}

/* mount the same layers on other devices; base.2 occupies the first one */
static void move_layers(void)
{
	char more[32];

	if (unmount(LOWER) || unmount(UPPER))
		give_up("cannot unmount the layers");
	detach_loop(lower_loop);
	detach_loop(upper_loop);
	attach_loop(disk("base.2"), 0, more);
	attach_loop(disk("plain.2"), 0, lower_loop);
	attach_loop(disk("upper.2"), 0, upper_loop);
	detach_loop(more);
	mount_layers();
}

static void make_places(void)
{
	if (mkdir(LOWER, 0755) || mkdir(UPPER, 0755) || mkdir(WRITABLE, 0755) ||
	    mount("rw", WRITABLE, "tmpfs", 0, "") ||
	    mkdir(WRITABLE "/up", 0755) || mkdir(WRITABLE "/work", 0755))
		give_up("cannot make the places for layers");
	attach_loop(disk("plain.2"), 0, lower_loop);
	attach_loop(disk("upper.2"), 0, upper_loop);
}

static bool mount_overlay(void)
{
	mark_log();
	return !mount("overlay", "/mnt", "overlay", 0, OPTIONS);
}

static void list_numbers(ino_t numbers[PATHS])
{
	char path[64];
	struct stat st;
	size_t i;

	for (i = 0; i < PATHS; i++) {
		snprintf(path, sizeof(path), "/mnt/%s", paths[i]);
		numbers[i] = lstat(path, &st) ? 0 : st.st_ino;
		if (!numbers[i])
			printf("# %s is not there\n", path);
	}
}

/* are all on the device of the overlay, with distinct inode numbers? */
static bool is_one_file_system(void)
{
	struct stat root, st;
	ino_t numbers[PATHS];
	char path[64];
	size_t i, j, same = 0;

	stat("/mnt", &root);
	list_numbers(numbers);
	for (i = 0; i < PATHS; i++) {
		snprintf(path, sizeof(path), "/mnt/%s", paths[i]);
		if (!numbers[i] || lstat(path, &st) || st.st_dev != root.st_dev)
			return false;
		for (j = 0; j < i; j++)
			same += numbers[i] == numbers[j];
	}
	return same == 3;		/* three names of one file */
}

static bool listing_has_numbers(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *de;
	struct stat st;
	int wrong = 0, count = 0;

	while (dir && (de = readdir(dir))) {
		if (!strcmp(de->d_name, ".."))
			continue;
		count++;
		wrong += fstatat(dirfd(dir), de->d_name, &st,
				 AT_SYMLINK_NOFOLLOW) || st.st_ino != de->d_ino;
	}
	if (dir)
		closedir(dir);
	return count && !wrong;
}

static bool numbers_are(const ino_t numbers[PATHS])
{
	ino_t now[PATHS];

	list_numbers(now);
	return !memcmp(now, numbers, sizeof(now));
}

static void test_numbers(ino_t numbers[PATHS])
{
	ok(is_one_file_system(), "the layers are one file system");
	ok(listing_has_numbers("/mnt/merged") && listing_has_numbers("/mnt"),
	   "what is listed has the numbers that stat has");
	list_numbers(numbers);
	drop_caches();
	ok(numbers_are(numbers), "inode numbers outlive the caches");
}

/* with an index, the hard links of a file are copied up together */
static void test_copying_up(const ino_t numbers[PATHS])
{
	ok(append("/mnt/links-2", 0, "+more") && append("/mnt/merged/both", 0, "+"),
	   "files are copied up");
	ok(file_is("/mnt/links-1", "linked+more") &&
	   file_is("/mnt/empty/links-3", "linked+more"),
	   "a hard link is not broken by it");
	ok(numbers_are(numbers), "inode numbers stay");
	drop_caches();
	ok(numbers_are(numbers),
	   "inode numbers stay after copying up, with cold caches");
}

static void test_moved(const ino_t numbers[PATHS])
{
	if (!ok(mount_overlay(), "it mounts with the layers on other devices"))
		return;
	ok(!log_lines("overlay"), "overlayfs does not complain");
	ok(numbers_are(numbers), "inode numbers stay");
	ok(file_is("/mnt/links-1", "linked+more") &&
	   append("/mnt/links-1", 0, "!") &&
	   file_is("/mnt/empty/links-3", "linked+more!"),
	   "what was copied up as one is one still");
	ok(numbers_are(numbers), "also when more is written");
	ok(!unmount("/mnt"), "unmounts");
}

int main(void)
{
	static ino_t numbers[PATHS];

	setlinebuf(stdout);
	make_places();
	mount_layers();
	if (ok(mount_overlay(), "an overlay with index and xino mounts")) {
		ok(!log_lines("overlay"), "overlayfs does not complain");
		test_numbers(numbers);
		test_copying_up(numbers);
		ok(!unmount("/mnt"), "unmounts");
		move_layers();
		test_moved(numbers);
	}
	ok(!unmount(LOWER) && !unmount(UPPER) && !unmount(WRITABLE),
	   "the layers unmount");
	detach_loop(lower_loop);
	detach_loop(upper_loop);
	rmdir(LOWER);
	rmdir(UPPER);
	rmdir(WRITABLE);
	return tap_done();
}
