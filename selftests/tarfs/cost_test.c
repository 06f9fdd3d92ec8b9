// SPDX-License-Identifier: GPL-2.0
/*
 * The cost of a mount in requests and memory does not depend on the size of the
 * layer; a second mount of the device costs no request.
 *
 *	cost_test SMALL LARGE FOLDER
 *
 * SMALL and LARGE are disks of data devices; LARGE has a directory FOLDER of
 * thousands of entries.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "resident.h"
#include "trace.h"
#include "used.h"

#define MOUNTS		32
#define PINNED		64		/* KiB, by a mount */
#define ENTRIES		2000
#define CLUSTER		(64 * 1024)	/* bytes of one readahead */

static struct requests cost_of_mount(const char *device)
{
	struct requests r;

	drop_caches();
	watch_requests(device);
	must_mount(device, "/mnt");
	r = new_requests();
	if (unmount("/mnt"))
		give_up("cannot unmount %s", device);
	return r;
}

static void test_requests(const char *small, const char *large)
{
	struct requests a = cost_of_mount(disk(small));
	struct requests b = cost_of_mount(disk(large));

	ok(a.count && a.count <= 4, "%s mounts with %u requests, %llu bytes",
	   small, a.count, (unsigned long long)a.bytes);
	ok(b.count == a.count && b.bytes <= CLUSTER + PAGE,
	   "%s mounts with as many, %u, and %llu bytes", large, b.count,
	   (unsigned long long)b.bytes);
}

static void path_of(int i, char path[32])
{
	snprintf(path, 32, "/tmp/mount-%d", i);
}

static void mount_all(char loops[MOUNTS][32])
{
	char path[32];
	int i;

	for (i = 0; i < MOUNTS; i++) {
		path_of(i, path);
		mkdir(path, 0755);
		must_mount(loops[i], path);
	}
}

static void unmount_all(void)
{
	char path[32];
	int i;

	for (i = 0; i < MOUNTS; i++) {
		path_of(i, path);
		leave(path);
		rmdir(path);
	}
}

static void test_memory(const char *image)
{
	static char loops[MOUNTS][32];
	long each;
	int i;

	for (i = 0; i < MOUNTS; i++)
		attach_loop(disk(image), 0, loops[i]);
	each = -used_memory();
	mount_all(loops);
	each = (each + used_memory()) / MOUNTS;
	unmount_all();
	ok(each <= PINNED, "%s: each of %d mounts pins %ld KiB", image, MOUNTS,
	   each);
	for (i = 0; i < MOUNTS; i++)
		detach_loop(loops[i]);
}

/* does the number that must not rise do so when it has to? pipes pin pages */
static void test_the_test(void)
{
	static char bytes[PINNED * 1024];
	int ends[MOUNTS][2], i;
	long before = used_memory();

	for (i = 0; i < MOUNTS; i++)
		if (pipe(ends[i]) ||
		    write(ends[i][1], bytes, sizeof(bytes)) < 0)
			give_up("no pipe");
	ok(used_memory() - before > MOUNTS * PINNED / 2,
	   "%d times %d KiB are seen if they are pinned", MOUNTS, PINNED);
	for (i = 0; i < MOUNTS; i++) {
		close(ends[i][0]);
		close(ends[i][1]);
	}
}

/* inodes of the module in memory */
static long inodes(void)
{
	char line[256];
	long found = -1;
	FILE *f;

	/* slabinfo counts free objects of partial slabs as well */
	write_file("/sys/kernel/slab/tarfs_inode_cache/shrink", "1");
	f = fopen("/proc/slabinfo", "r");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "tarfs_inode_cache %ld", &found);
	if (f)
		fclose(f);
	return found;
}

/* look up at most ENTRIES entries of a directory; Return: how many succeed */
static int look_around(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *de;
	struct stat st;
	int count = 0;

	while (dir && count < ENTRIES && (de = readdir(dir)))
		count += !fstatat(dirfd(dir), de->d_name, &st,
				  AT_SYMLINK_NOFOLLOW);
	if (dir)
		closedir(dir);
	return count;
}

static size_t pages_of(const char *device)
{
	int fd = open(device, O_RDONLY | O_CLOEXEC);
	off_t size = lseek(fd, 0, SEEK_END);

	if (size < 0)
		give_up("cannot open %s", device);
	close(fd);
	return size / PAGE;
}

static void test_reclaim(const char *image, const char *folder)
{
	struct cached c;
	char path[64];
	int tries;

	snprintf(path, sizeof(path), "/mnt/%s", folder);
	must_mount(disk(image), "/mnt");
	c = open_cached(disk(image), pages_of(disk(image)));
	ok(look_around(path) == ENTRIES, "%s: %d entries are looked up", image,
	   ENTRIES);
	ok(inodes() >= ENTRIES && resident(&c) > ENTRIES / 100,
	   "%s: they are in memory: %ld inodes, %zu pages", image, inodes(),
	   resident(&c));
	/* inodes are freed after a grace period */
	for (tries = 0; tries < 20; tries++) {
		drop_caches();
		if (inodes() < 10 && !resident(&c))
			break;
		usleep(50000);
	}
	ok(inodes() < 10 && !resident(&c),
	   "%s: they can be dropped: %ld inodes, %zu pages", image, inodes(),
	   resident(&c));
	close_cached(&c);
	ok(!unmount("/mnt"), "unmounts");
}

static void test_second(const char *image, const char *folder)
{
	struct requests r;
	char path[64];

	must_mount(disk(image), "/mnt");
	snprintf(path, sizeof(path), "/mnt/%s", folder);
	look_around(path);
	watch_requests(disk(image));
	mkdir("/tmp/second", 0755);
	must_mount(disk(image), "/tmp/second");
	snprintf(path, sizeof(path), "/tmp/second/%s", folder);
	ok(look_around(path) == ENTRIES, "%s: it is mounted a second time",
	   image);
	r = new_requests();
	ok(!r.count, "%s: that shares the cache: %u requests", image, r.count);
	ok(!unmount("/mnt") && !unmount("/tmp/second"), "unmounts");
	rmdir("/tmp/second");
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	setlinebuf(stdout);
	test_requests(argv[1], argv[2]);
	test_the_test();
	test_memory(argv[1]);
	test_memory(argv[2]);
	test_reclaim(argv[2], argv[3]);
	test_second(argv[2], argv[3]);
	return tap_done();
}
