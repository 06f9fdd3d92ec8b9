// SPDX-License-Identifier: GPL-2.0
/*
 * Directories: every name is found and listed exactly once, no other name is,
 * and positions lead back to their entries.
 *
 *	dir_test FORMAT
 *
 * Needs the disk plain.FORMAT; big/ has entry-00000 to entry-04999.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

#define ENTRIES		5000

static void test_lookup(void)
{
	char path[512];
	int i, wrong = 0;

	for (i = 0; i < ENTRIES; i++) {
		snprintf(path, sizeof(path), "/mnt/big/entry-%05d", i);
		wrong += !!look_up(path);
	}
	ok(!wrong, "every name of a big directory is found");
	for (wrong = 0; i < 2 * ENTRIES; i++) {
		snprintf(path, sizeof(path), "/mnt/big/entry-%05d", i);
		wrong += look_up(path) != ENOENT;
	}
	ok(!wrong, "names that are not there are not found");
	ok(look_up(path) == ENOENT, "not the second time, either");
	ok(look_up("/mnt/big/entry-0000") == ENOENT &&
	   look_up("/mnt/big/entry-000000") == ENOENT,
	   "a part of a name is not the name, nor is more");
	ok(look_up("/mnt/empty/x") == ENOENT, "nothing is in an empty directory");
	ok(look_up("/mnt/links-1/x") == ENOTDIR, "nothing is in a file");
}

static void test_long_names(void)
{
	char path[512];

	strcpy(path, "/mnt/names/");
	memset(path + 11, 'n', 256);
	path[11 + 255] = '\0';
	ok(!look_up(path), "a name of 255 bytes is found");
	path[11 + 255] = 'n';
	path[11 + 256] = '\0';
	ok(look_up(path) == ENAMETOOLONG, "256 bytes are too many");
}

static void test_dots(void)
{
	struct stat root, up, here;
	DIR *dir = opendir("/mnt/big");
	struct dirent *first, *second;
	ino_t first_ino;

	stat("/mnt", &root);
	stat("/mnt/big/..", &up);
	stat("/mnt/big/.", &here);
	ok(root.st_ino == up.st_ino && root.st_dev == up.st_dev,
	   "\"..\" leads up");
	first = dir ? readdir(dir) : NULL;
	ok(first && !strcmp(first->d_name, ".") && first->d_type == DT_DIR &&
	   first->d_ino == here.st_ino, "\".\" is listed first");
	first_ino = first ? first->d_ino : 0;
	second = dir ? readdir(dir) : NULL;
	ok(second && !strcmp(second->d_name, "..") &&
	   second->d_type == DT_DIR && second->d_ino == root.st_ino &&
	   second->d_ino != first_ino, "\"..\" is listed second");
	closedir(dir);
}

/* count each entry of the big directory; false on an unexpected entry */
static bool count_entries(DIR *dir, int seen[ENTRIES])
{
	struct dirent *de;
	int i, len;

	memset(seen, 0, ENTRIES * sizeof(*seen));
	while ((errno = 0, de = readdir(dir))) {
		if (de->d_name[0] == '.')
			continue;
		if (sscanf(de->d_name, "entry-%5d%n", &i, &len) != 1 ||
		    de->d_name[len] || i >= ENTRIES || de->d_type != DT_REG)
			return false;
		seen[i]++;
	}
	return !errno;
}

static bool all_once(const int seen[ENTRIES])
{
	int i;

	for (i = 0; i < ENTRIES; i++)
		if (seen[i] != 1)
			return false;
	return true;
}

static void test_listing(void)
{
	static int seen[ENTRIES];
	DIR *dir = opendir("/mnt/big");

	if (!dir)
		give_up("cannot open the big directory");
	ok(count_entries(dir, seen) && all_once(seen),
	   "a big directory lists every entry once");
	rewinddir(dir);
	drop_caches();
	ok(count_entries(dir, seen) && all_once(seen), "and again from the start");
	closedir(dir);
}

/* one entry or so for each system call */
static void test_small_buffer(void)
{
	_Alignas(8) char buf[64];
	struct entry *de;
	int fd = open("/mnt/big", O_RDONLY | O_DIRECTORY);
	long len, at, count = 0;

	while ((len = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0)
		for (at = 0; at < len; at += de->reclen) {
			de = (void *)(buf + at);
			count++;
		}
	ok(!len && count == ENTRIES + 2, "a buffer for one entry is enough");
	ok(syscall(SYS_getdents64, fd, buf, sizeof(buf)) == 0,
	   "the end stays the end");
	close(fd);

	fd = open("/mnt/names", O_RDONLY | O_DIRECTORY);
	while ((len = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0)
		;
	ok(len < 0 && errno == EINVAL,
	   "a buffer too small for a name is refused");
	close(fd);
}

static void test_positions(void)
{
	static long where[ENTRIES + 2];
	static char names[ENTRIES + 2][16];
	DIR *dir = opendir("/mnt/big");
	struct dirent *de;
	int i, wrong = 0, count = 0;

	for (;;) {
		where[count] = telldir(dir);
		de = readdir(dir);
		if (!de || count == ENTRIES + 2)
			break;
		snprintf(names[count++], sizeof(*names), "%s", de->d_name);
	}
	for (i = count - 1; i >= 0; i -= 7) {
		seekdir(dir, where[i]);
		de = readdir(dir);
		wrong += !de || strcmp(de->d_name, names[i]);
	}
	ok(count == ENTRIES + 2 && !wrong,
	   "a position leads back to its entry");
	seekdir(dir, 1L << 40);
	ok(!readdir(dir), "nothing is far beyond the end");
	closedir(dir);
}

int main(int argc, char **argv)
{
	char image[32];

	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	snprintf(image, sizeof(image), "plain.%s", argv[1]);
	mark_log();
	must_mount(disk(image), "/mnt");
	test_lookup();
	test_long_names();
	test_dots();
	test_listing();
	test_small_buffer();
	test_positions();
	ok(!unmount("/mnt"), "unmounts");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
