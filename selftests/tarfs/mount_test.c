// SPDX-License-Identifier: GPL-2.0
/*
 * Images and data devices mount read-only from disks, loop devices and
 * dm-verity; anything else is refused, with one line in the kernel's log.
 *
 *	mount_test FORMAT
 *
 * Needs the disks plain.FORMAT, an image, data.FORMAT, its data device, and
 * base.FORMAT as a file.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "guest.h"
#include "tarfs_fs.h"

static char image[32], data[32];	/* names of disks */
static char file[32];		/* name of the file */

/* does /mnt have the content of the image? */
static bool is_there(const char *path, off_t size)
{
	struct stat st;

	return !stat(path, &st) && st.st_size == size;
}

static void check_mount(const char *device, const char *what, const char *path,
			off_t size)
{
	if (!ok(!try_mount(device, "/mnt", ""), "%s mounts", what))
		return;
	ok(mounted_type_is("/mnt", "tar"), "%s is of type tar", what);
	ok(is_there(path, size), "%s has what it should", what);
	ok(!unmount("/mnt"), "%s unmounts", what);
}

static void test_disks(void)
{
	check_mount(disk(data), "a data device", "/mnt/sizes/513", 513);
	mark_log();
	check_mount(disk(image), "an image with tree and trailer",
		    "/mnt/sizes/513", 513);
}

static void test_loop(void)
{
	char loop[32];

	check_mount(attach_loop(file, 0, loop), "a loop device", "/mnt/kept", 4);
	detach_loop(loop);
}

static void test_verity(void)
{
	struct verity_image layer;
	char device[32];

	find_image(image, &layer);
	if (ok(!set_up_verity(disk(image), &layer, device), "dm-verity is set up")) {
		check_mount(device, "a verified device", "/mnt/sizes/513", 513);
		remove_verity();
	}
	layer.root[0] = layer.root[0] == '0' ? '1' : '0';
	if (ok(!set_up_verity(disk(image), &layer, device),
	       "dm-verity is set up with a wrong root hash")) {
		ok(try_mount(device, "/mnt", "") == EIO,
		   "with a wrong root hash: EIO");
		remove_verity();
	}
}

static void test_read_only(void)
{
	struct statfs fs;
	struct statvfs vfs;

	ok(!mount(disk(image), "/mnt", "tar", 0, NULL),
	   "mounts where read-only was not asked for");
	ok(!statvfs("/mnt", &vfs) && vfs.f_flag & ST_RDONLY, "is read-only");
	ok(!statfs("/mnt", &fs) &&
	   (unsigned long)fs.f_type == (unsigned long)TARFS_SUPER_MAGIC,
	   "f_type is TARFS_");
	ok(fs.f_bsize == TARFS_BLOCK_SIZE && fs.f_blocks && !fs.f_bfree &&
	   fs.f_files > 5000 && !fs.f_ffree && fs.f_namelen == TARFS_NAME_MAX,
	   "statfs makes sense");
	ok(!mount(NULL, "/mnt", NULL, MS_REMOUNT | MS_RDONLY, NULL),
	   "is remounted");
	ok(mount(NULL, "/mnt", NULL, MS_REMOUNT, NULL) && errno == EACCES,
	   "a read-only device is not remounted for writing");
	ok(!statvfs("/mnt", &vfs) && vfs.f_flag & ST_RDONLY,
	   "is read-only still");
	ok(open("/mnt/sizes/513", O_WRONLY) < 0 && errno == EROFS,
	   "no file is opened for writing");
	ok(mkdir("/mnt/new", 0755) < 0 && errno == EROFS,
	   "no directory is made");
	ok(unlink("/mnt/sizes/513") < 0 && errno == EROFS, "nothing is removed");
	ok(chmod("/mnt/sizes/513", 0600) < 0 && errno == EROFS,
	   "no mode is changed");
	ok(rename("/mnt/sizes/513", "/mnt/513") < 0 && errno == EROFS,
	   "nothing is renamed");
	ok(!unmount("/mnt"), "unmounts");
}

static void test_twice(void)
{
	ok(!mkdir("/tmp/second", 0755), "a second place");
	ok(!try_mount(disk(image), "/mnt", "") &&
	   !try_mount(disk(image), "/tmp/second", ""),
	   "one device is mounted twice");
	ok(is_there("/tmp/second/sizes/513", 513), "both are there");
	ok(!unmount("/mnt") && is_there("/tmp/second/sizes/513", 513),
	   "one is there after the other is unmounted");
	ok(!unmount("/tmp/second") && !rmdir("/tmp/second"), "unmounts");
}

/* make a file of @size bytes that ends in @fill, and attach it to @loop */
static void make_bad(off_t size, int fill, char loop[32])
{
	char block[TARFS_SUPER_SIZE];
	int fd = open("/tmp/bad", O_RDWR | O_CREAT | O_TRUNC, 0600);

	memset(block, fill, sizeof(block));
	if (fd < 0 || ftruncate(fd, size) ||
	    pwrite(fd, block, sizeof(block), size - sizeof(block)) < 0)
		give_up("cannot make a file");
	close(fd);
	attach_loop("/tmp/bad", 0, loop);
}

static void remove_bad(const char *loop)
{
	detach_loop(loop);
	unlink("/tmp/bad");
}

static int mount_silently(const char *device)
{
	return mount(device, "/mnt", "tar", MS_RDONLY | MS_SILENT, "") ?
	       errno : 0;
}

/* mounting must fail with @err and log one line; with MS_SILENT, no line */
static void refuse(const char *what, const char *loop, int err)
{
	mark_log();
	ok(try_mount(loop, "/mnt", "") == err, "%s is refused", what);
	ok(log_lines_at(KERN_INFO, "tarfs (") == 1,
	   "%s: the kernel's log has a line", what);
	mark_log();
	ok(mount_silently(loop) == err, "%s is refused silently", what);
	ok(!log_lines_at(KERN_INFO, "tarfs ("),
	   "%s: the kernel's log has none then", what);
}

static void refuse_file(const char *what, off_t size, int fill)
{
	char loop[32];

	make_bad(size, fill, loop);
	refuse(what, loop, EINVAL);
	remove_bad(loop);
}

/* a file that has @block at its end and at the end of block 3 */
static void refuse_super(const char *what, const void *block)
{
	char loop[32];
	int fd;

	make_bad(65536, 0, loop);
	detach_loop(loop);
	fd = open("/tmp/bad", O_RDWR);
	if (fd < 0 ||
	    pwrite(fd, block, TARFS_SUPER_SIZE, 65536 - TARFS_SUPER_SIZE) < 0 ||
	    pwrite(fd, block, TARFS_SUPER_SIZE, 16384 - TARFS_SUPER_SIZE) < 0)
		give_up("cannot write a superblock");
	close(fd);
	refuse(what, attach_loop("/tmp/bad", 0, loop), EINVAL);
	remove_bad(loop);
}

/* log nothing about an image without dm-verity until the image is valid */
static void test_unverified(void)
{
	union {
		struct tarfs_trailer trailer;
		struct tarfs2_super super;
	} block = { .trailer = {
		.data_block_size = htole32(TARFS_BLOCK_SIZE),
		.hash_block_size = htole32(TARFS_BLOCK_SIZE),
		.data_blocks = htole64(4),
	} };

	refuse_super("a trailer without a superblock", &block);
	memset(&block, 0, sizeof(block));
	block.super.magic = htole64(TARFS2_MAGIC);
	refuse_super("a superblock without a checksum", &block);

	mark_log();
	ok(!mount_silently(disk(image)) &&
	   log_lines_at(KERN_INFO, "without dm-verity") == 1,
	   "an image mounted without dm-verity: the log has a line");
	ok(!unmount("/mnt"), "unmounts");
	mark_log();
	ok(!try_mount(disk(data), "/mnt", "") &&
	   !log_lines_at(KERN_INFO, "tarfs ("), "a data device: it has none");
	ok(!unmount("/mnt"), "unmounts");
}

static void test_refusals(void)
{
	ok(try_mount(disk(image), "/mnt", "surprise") == EINVAL,
	   "unknown options are refused");
	ok(try_mount("/payload", "/mnt", "") == ENOTBLK,
	   "what is no block device is refused");
	refuse_file("a device of 512 bytes", 512, 0);
	refuse_file("a device of zeros", 65536, 0);
	refuse_file("a device of ones", 65536, 0xff);
	test_unverified();
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	snprintf(image, sizeof(image), "plain.%s", argv[1]);
	snprintf(data, sizeof(data), "data.%s", argv[1]);
	snprintf(file, sizeof(file), "base.%s", argv[1]);
	ok(file_has("/proc/filesystems", "\ttar\n") &&
	   !file_has("/proc/filesystems", "nodev\ttar\n"),
	   "tar is a file system that needs a device");
	test_disks();
	test_loop();
	test_verity();
	test_read_only();
	test_twice();
	test_refusals();
	return tap_done();
}
