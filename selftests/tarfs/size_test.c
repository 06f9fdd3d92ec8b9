// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of odd sizes: the smallest image mounts; less than a block behind the
 * image does not matter; more, or a missing sector, is refused.
 *
 *	size_test FORMAT
 *
 * Needs the files empty.FORMAT, empty.FORMAT.data, base.FORMAT and
 * base.FORMAT.data.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corrupt.h"
#include "guest.h"
#include "tarfs_fs.h"

#define BLOCK		TARFS_BLOCK_SIZE
#define SECTOR		512

/* count the entries of the root; -1 if it cannot be listed */
static int entries(void)
{
	DIR *dir = opendir("/mnt");
	int count = 0;

	if (!dir)
		return -1;
	while ((errno = 0, readdir(dir)))
		count++;
	closedir(dir);
	return errno ? -1 : count - 2;
}

static bool is_empty(void)
{
	struct stat st;

	return !stat("/mnt", &st) && S_ISDIR(st.st_mode) && !entries() &&
	       lstat("/mnt/x", &st) && errno == ENOENT;
}

static bool is_base(void)
{
	char content[8];
	int fd = open("/mnt/merged/inner/both", O_RDONLY | O_CLOEXEC);
	bool good = read(fd, content, sizeof(content)) == 4 &&
		    !memcmp(content, "base", 4) && entries() == 6;

	close(fd);
	return good;
}

/* make VICTIM @size bytes long, and mount it with blocks of @block bytes */
static int mount_victim(off_t size, unsigned int block)
{
	char loop[32];
	int err;

	if (truncate(VICTIM, size))
		give_up("cannot make the image %lld bytes long",
			(long long)size);
	err = try_mount(attach_loop(VICTIM, block, loop), "/mnt", "");
	/* the kernel detaches it after the last user */
	detach_loop(loop);
	return err;
}

static bool mounts_as(off_t size, unsigned int block, bool (*is_good)(void))
{
	bool good;

	if (mount_victim(size, block))
		return false;
	good = is_good();
	return !unmount("/mnt") && good;
}

static bool is_refused(off_t size)
{
	int err;

	mark_log();
	err = mount_victim(size, 0);
	return err == EINVAL && log_lines("tarfs (") == 1;
}

static void test_smallest(const char *format)
{
	struct verity_image layer;
	char image[32], loop[32], device[32];
	off_t size;

	snprintf(image, sizeof(image), "empty.%s.data", format);
	size = take_victim(image);
	ok(size == (format[0] == '2' ? BLOCK : 2 * BLOCK),
	   "the smallest device has %lld bytes", (long long)size);
	ok(mounts_as(size, 0, is_empty), "it mounts, and is empty");
	ok(mounts_as(size, BLOCK, is_empty), "and with blocks of 4096 bytes");
	ok(is_refused(size - SECTOR), "without its last sector it is refused");

	snprintf(image, sizeof(image), "empty.%s", format);
	find_image(image, &layer);
	errno = set_up_verity(attach_loop(image, 0, loop), &layer, device);
	if (errno)
		give_up("cannot set up dm-verity for %s", image);
	ok(!try_mount(device, "/mnt", "") && is_empty() && !unmount("/mnt"),
	   "it mounts on dm-verity, and is empty");
	remove_verity();
	detach_loop(loop);
}

/* the superblock is at the end of the last whole block */
static void test_longer(const char *image)
{
	static const int more[] = { 0, 1, 511, 512, 513, 3584, 4095 };
	off_t size = take_victim(image);
	size_t i;

	for (i = 0; i < sizeof(more) / sizeof(*more); i++) {
		ok(mounts_as(size + more[i], 0, is_base),
		   "%s and %d bytes: mounts", image, more[i]);
		ok(mounts_as(size + more[i], BLOCK, is_base),
		   "%s and %d bytes, blocks of 4096: mounts", image, more[i]);
	}
	ok(is_refused(size + BLOCK), "%s and a block of zeros is refused",
	   image);
	ok(is_refused(size - BLOCK), "%s without its last block is refused",
	   image);
	ok(is_refused(size - SECTOR), "%s without its last sector is refused",
	   image);
}

int main(int argc, char **argv)
{
	char name[32];

	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	test_smallest(argv[1]);
	snprintf(name, sizeof(name), "base.%s.data", argv[1]);
	test_longer(name);
	snprintf(name, sizeof(name), "base.%s", argv[1]);
	test_longer(name);
	return tap_done();
}
