// SPDX-License-Identifier: GPL-2.0
/*
 * stat, statx, statfs and readlink return what the tar has, to the full range
 * of times, owners and device numbers.
 *
 *	stat_test
 *
 * Needs the disks features.2 and base.2, the data alone.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "guest.h"
#include "tarfs_fs.h"

/* st_blocks, which du adds up */
static void test_blocks(void)
{
	static const int sizes[] = { 0, 1, 511, 512, 513, 4095, 4096, 4097 };
	struct stat st;
	char path[64];
	size_t i;
	int wrong = 0;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		snprintf(path, sizeof(path), "/mnt/sizes/%d", sizes[i]);
		wrong += stat(path, &st) || st.st_size != sizes[i] ||
			 st.st_blocks != (sizes[i] + 511) / 512 ||
			 st.st_blksize != TARFS_BLOCK_SIZE;
	}
	ok(!wrong, "files take the blocks that they need");
	ok(!lstat("/mnt/null", &st) && !st.st_blocks && !st.st_size,
	   "a device takes none");
}

/* fields that statx() must return; there is no access time */
#define KNOWN		(STATX_BASIC_STATS & ~STATX_ATIME)

static void test_statx(void)
{
	struct statx stx;
	struct stat st;

	ok(!statx(AT_FDCWD, "/mnt/time-exact", 0, STATX_ALL, &stx) &&
	   (stx.stx_mask & KNOWN) == KNOWN &&
	   !(stx.stx_mask & (STATX_ATIME | STATX_BTIME)),
	   "statx has all but times of access and birth");
	ok(!stat("/mnt/time-exact", &st) && stx.stx_ino == st.st_ino &&
	   stx.stx_mode == st.st_mode && stx.stx_nlink == st.st_nlink &&
	   stx.stx_mtime.tv_sec == st.st_mtim.tv_sec &&
	   stx.stx_mtime.tv_nsec == st.st_mtim.tv_nsec,
	   "statx returns what stat returns");
	ok(stx.stx_mtime.tv_sec == 1700000001 &&
	   stx.stx_mtime.tv_nsec == 123456789, "times have nanoseconds");
	ok(!statx(AT_FDCWD, "/mnt/time-past", 0, STATX_MTIME, &stx) &&
	   stx.stx_mtime.tv_sec == -6 && stx.stx_mtime.tv_nsec == 500000000,
	   "times can be before 1970");
	ok(!statx(AT_FDCWD, "/mnt/block", 0, STATX_ALL, &stx) &&
	   stx.stx_rdev_major == 259 && stx.stx_rdev_minor == 65537,
	   "device numbers have 12 and 20 bits");
	ok(!statx(AT_FDCWD, "/mnt/owned", 0, STATX_ALL, &stx) &&
	   stx.stx_uid == 4000000000U && stx.stx_gid == 3000000000U,
	   "owners have 32 bits");
}

static void test_times(void)
{
	struct stat before, after;
	char byte;
	int fd = open("/mnt/sizes/513", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &before) || read(fd, &byte, 1) != 1)
		give_up("cannot read a file");
	ok(!fstat(fd, &after) &&
	   !memcmp(&before.st_atim, &after.st_atim, sizeof(after.st_atim)),
	   "reading leaves the times alone");
	close(fd);
}

static void test_links(void)
{
	static char target[PATH_MAX];
	struct stat st;
	int i = 0;

	ok(!lstat("/mnt/longest", &st) && st.st_size == TARFS_TARGET_MAX,
	   "the longest link has its size");
	ok(readlink("/mnt/longest", target, sizeof(target)) ==
	   TARFS_TARGET_MAX, "the target of the longest link is read");
	while (i < TARFS_TARGET_MAX && target[i] == "x/"[i & 1])
		i++;
	ok(i == TARFS_TARGET_MAX - 1 && target[i] == 'y',
	   "the target of the longest link has the bytes of the tar");
	ok(open("/mnt/longest", O_RDONLY) < 0 && errno == ENOENT,
	   "the longest link is followed, to nowhere");
	ok(readlink("/mnt/shortest", target, sizeof(target)) == 1 &&
	   target[0] == '/', "the shortest link is read");
	ok(!stat("/mnt/shortest", &st) && S_ISDIR(st.st_mode),
	   "the shortest link is followed, to the root");
}

static off_t size_of(const char *device)
{
	int fd = open(device, O_RDONLY | O_CLOEXEC);
	off_t size = lseek(fd, 0, SEEK_END);

	close(fd);
	return size;
}

static void test_statfs(void)
{
	struct statfs fs, other;
	struct statvfs vfs;

	ok(!statfs("/mnt/sizes/513", &fs) &&
	   (unsigned long)fs.f_type == (unsigned long)TARFS_SUPER_MAGIC,
	   "statfs knows the file system");
	ok((off_t)(fs.f_blocks * fs.f_bsize) == size_of(disk("features.2")),
	   "statfs has the size of the device");
	ok(!fs.f_bfree && !fs.f_bavail && !fs.f_ffree,
	   "statfs has no free blocks or inodes");
	ok(!statvfs("/mnt", &vfs) && vfs.f_flag & ST_RDONLY &&
	   vfs.f_namemax == NAME_MAX,
	   "statvfs says read-only, and names of 255 bytes");
	mkdir("/tmp/other", 0755);
	must_mount(disk("base.2"), "/tmp/other");
	ok(!statfs("/tmp/other", &other) &&
	   memcmp(&fs.f_fsid, &other.f_fsid, sizeof(fs.f_fsid)),
	   "another device has another id");
	ok(!unmount("/tmp/other"), "the image of another device unmounts");
	rmdir("/tmp/other");
}

int main(void)
{
	setlinebuf(stdout);
	mark_log();
	must_mount(disk("features.2"), "/mnt");
	test_blocks();
	test_statx();
	test_times();
	test_links();
	test_statfs();
	ok(!unmount("/mnt"), "the image unmounts after all questions");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
