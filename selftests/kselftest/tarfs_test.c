// SPDX-License-Identifier: GPL-2.0
/*
 * What a mounted image has, and which images are refused.
 *
 * Needs root and a loop device, and nothing else: the image is made here.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../../kselftest_harness.h"
#include "image.h"

#define MNT	"/tmp"		/* of a mount namespace of our own */

/* attach @file to a free loop device, read-only; its descriptor, or -1 */
static int attach_loop(int file, char path[32])
{
	struct loop_config config = {
		.fd = file,
		.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
	};
	int control, loop, number;

	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	if (control < 0)
		return -1;
	do {
		number = ioctl(control, LOOP_CTL_GET_FREE);
		snprintf(path, 32, "/dev/loop%d", number);
		loop = open(path, O_RDONLY | O_CLOEXEC);
		if (loop < 0 || !ioctl(loop, LOOP_CONFIGURE, &config))
			break;
		close(loop);
		loop = -1;
	} while (errno == EBUSY);
	close(control);
	return loop;
}

/* mount @image; 0 or a negative errno. The mount holds the loop device. */
static int mount_image(const struct image *image)
{
	int file, loop, err = 0;
	char path[32];

	file = memfd_create("image", MFD_CLOEXEC);
	if (file < 0)
		return -errno;
	if (write(file, image, sizeof(*image)) != sizeof(*image))
		return -EIO;
	loop = attach_loop(file, path);
	if (loop < 0)
		return -ENXIO;
	if (mount(path, MNT, "tar", MS_RDONLY, NULL))
		err = -errno;
	close(loop);
	close(file);
	return err;
}

FIXTURE(tarfs) {
	struct image image;
};

FIXTURE_SETUP(tarfs)
{
	if (geteuid())
		SKIP(return, "needs root");
	if (access("/dev/loop-control", F_OK))
		SKIP(return, "needs loop devices");
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	image_make(&self->image);
	if (mount_image(&self->image) == -ENODEV)
		SKIP(return, "needs a kernel with tarfs");
	umount(MNT);
}

FIXTURE_TEARDOWN(tarfs)
{
	umount2(MNT, MNT_DETACH);
}

TEST_F(tarfs, statfs)
{
	struct statfs fs;

	ASSERT_EQ(0, mount_image(&self->image));
	ASSERT_EQ(0, statfs(MNT, &fs));
	EXPECT_EQ((unsigned long)TARFS_SUPER_MAGIC, (unsigned long)fs.f_type);
	EXPECT_EQ(TARFS_BLOCK_SIZE, fs.f_bsize);
	EXPECT_EQ(IMAGE_BLOCKS, fs.f_blocks);
	EXPECT_EQ(INO_COUNT, fs.f_files);
	EXPECT_EQ(TARFS_NAME_MAX, fs.f_namelen);
}

TEST_F(tarfs, is_read_only)
{
	ASSERT_EQ(0, mount_image(&self->image));
	EXPECT_EQ(-1, open(MNT "/plain", O_WRONLY));
	EXPECT_EQ(EROFS, errno);
	EXPECT_EQ(-1, mkdir(MNT "/new", 0755));
	EXPECT_EQ(EROFS, errno);
	EXPECT_EQ(-1, unlink(MNT "/plain"));
	EXPECT_EQ(EROFS, errno);
}

TEST_F(tarfs, attributes_are_those_of_the_record)
{
	struct stat st;

	ASSERT_EQ(0, mount_image(&self->image));
	ASSERT_EQ(0, stat(MNT "/plain", &st));
	EXPECT_EQ(INO_PLAIN, st.st_ino);
	EXPECT_EQ(S_IFREG | S_ISUID | 0755, st.st_mode);
	EXPECT_EQ(1000 + INO_PLAIN, st.st_uid);
	EXPECT_EQ(2000 + INO_PLAIN, st.st_gid);
	EXPECT_EQ(PLAIN_SIZE, st.st_size);
	EXPECT_EQ(IMAGE_MTIME, st.st_mtim.tv_sec);
	EXPECT_EQ(IMAGE_NSEC, st.st_mtim.tv_nsec);
	ASSERT_EQ(0, stat(MNT "/dir", &st));
	EXPECT_EQ(S_IFDIR | S_ISVTX | 0777, st.st_mode);
}

TEST_F(tarfs, hard_links_are_one_inode)
{
	struct stat one, two;

	ASSERT_EQ(0, mount_image(&self->image));
	ASSERT_EQ(0, stat(MNT "/hard", &one));
	ASSERT_EQ(0, stat(MNT "/dir/small", &two));
	EXPECT_EQ(one.st_ino, two.st_ino);
	EXPECT_EQ(2, one.st_nlink);
}

TEST_F(tarfs, a_whiteout_is_a_device)
{
	struct stat st;

	ASSERT_EQ(0, mount_image(&self->image));
	ASSERT_EQ(0, lstat(MNT "/gone", &st));
	EXPECT_EQ(S_IFCHR, st.st_mode);
	EXPECT_EQ(0, st.st_rdev);
}

TEST_F(tarfs, links_are_followed)
{
	char target[64] = "";
	struct stat st;

	ASSERT_EQ(0, mount_image(&self->image));
	EXPECT_EQ(strlen(LINK_TARGET),
		  readlink(MNT "/link", target, sizeof(target) - 1));
	EXPECT_STREQ(LINK_TARGET, target);
	ASSERT_EQ(0, stat(MNT "/link", &st));
	EXPECT_EQ(INO_SMALL, st.st_ino);
}

TEST_F(tarfs, names_that_are_not_there)
{
	char path[300] = MNT "/";

	ASSERT_EQ(0, mount_image(&self->image));
	EXPECT_EQ(-1, access(MNT "/plai", F_OK));
	EXPECT_EQ(ENOENT, errno);
	memset(path + strlen(path), 'x', TARFS_NAME_MAX + 1);
	EXPECT_EQ(-1, access(path, F_OK));
	EXPECT_EQ(ENAMETOOLONG, errno);
}

TEST_F(tarfs, a_listing_has_every_entry_once)
{
	unsigned int seen = 0;
	struct dirent *de;
	DIR *dir;

	ASSERT_EQ(0, mount_image(&self->image));
	dir = opendir(MNT);
	ASSERT_NE(NULL, dir);
	while ((de = readdir(dir))) {
		if (de->d_name[0] == '.')
			continue;
		EXPECT_EQ(0, seen & 1U << de->d_ino);
		seen |= 1U << de->d_ino;
	}
	closedir(dir);
	EXPECT_EQ(1U << INO_PLAIN | 1U << INO_DIR | 1U << INO_SMALL |
		  1U << INO_LINK | 1U << INO_GONE | 1U << INO_SPARSE, seen);
}

/* the first byte of @len that is not what a file has there, or @len */
static size_t first_wrong(const unsigned char *bytes, size_t len, bool sparse)
{
	size_t i;

	for (i = 0; i < len; i++) {
		bool hole = sparse && (i < SPARSE_FROM ||
				       i >= SPARSE_FROM + SPARSE_STORED);

		if (bytes[i] != (hole ? 0 : image_byte(i)))
			break;
	}
	return i;
}

static const struct {
	const char *path;
	size_t size;
	bool sparse;
} files[] = {
	{ MNT "/plain", PLAIN_SIZE },
	{ MNT "/dir/small", SMALL_SIZE },
	{ MNT "/sparse", SPARSE_SIZE, true },
};

TEST_F(tarfs, data_are_read)
{
	static unsigned char bytes[SPARSE_SIZE + 1];
	size_t i;
	int fd;

	ASSERT_EQ(0, mount_image(&self->image));
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		fd = open(files[i].path, O_RDONLY);
		ASSERT_LE(0, fd);
		EXPECT_EQ(files[i].size, read(fd, bytes, sizeof(bytes)));
		EXPECT_EQ(files[i].size,
			  first_wrong(bytes, files[i].size, files[i].sparse));
		close(fd);
	}
}

TEST_F(tarfs, data_are_mapped)
{
	unsigned char *bytes;
	size_t i;
	int fd;

	ASSERT_EQ(0, mount_image(&self->image));
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		fd = open(files[i].path, O_RDONLY);
		ASSERT_LE(0, fd);
		bytes = mmap(NULL, files[i].size, PROT_READ, MAP_SHARED, fd, 0);
		ASSERT_NE(MAP_FAILED, bytes);
		EXPECT_EQ(files[i].size,
			  first_wrong(bytes, files[i].size, files[i].sparse));
		/* what follows the end of the file in its last page */
		EXPECT_EQ(0, bytes[files[i].size]);
		munmap(bytes, files[i].size);
		close(fd);
	}
}

TEST_F(tarfs, holes_are_found)
{
	int fd;

	ASSERT_EQ(0, mount_image(&self->image));
	fd = open(MNT "/sparse", O_RDONLY);
	ASSERT_LE(0, fd);
	EXPECT_EQ(SPARSE_FROM, lseek(fd, 0, SEEK_DATA));
	EXPECT_EQ(SPARSE_FROM + SPARSE_STORED,
		  lseek(fd, SPARSE_FROM, SEEK_HOLE));
	EXPECT_EQ(-1, lseek(fd, SPARSE_FROM + SPARSE_STORED, SEEK_DATA));
	EXPECT_EQ(ENXIO, errno);
	close(fd);
}

TEST_F(tarfs, attributes_are_read_and_listed)
{
	char value[64] = "", list[64] = "";

	ASSERT_EQ(0, mount_image(&self->image));
	EXPECT_EQ(strlen(XATTR_VALUE), getxattr(MNT "/hard", XATTR_NAME, value,
						sizeof(value)));
	EXPECT_STREQ(XATTR_VALUE, value);
	EXPECT_EQ(sizeof(XATTR_NAME),
		  listxattr(MNT "/hard", list, sizeof(list)));
	EXPECT_STREQ(XATTR_NAME, list);
	EXPECT_EQ(-1, getxattr(MNT "/plain", XATTR_NAME, value, sizeof(value)));
	EXPECT_EQ(ENODATA, errno);
}

TEST_F(tarfs, handles_are_opened)
{
	struct {
		struct file_handle head;
		unsigned char bytes[MAX_HANDLE_SZ];
	} handle = { .head.handle_bytes = MAX_HANDLE_SZ };
	int dir, fd, mount_id;
	struct stat st;

	ASSERT_EQ(0, mount_image(&self->image));
	ASSERT_EQ(0, name_to_handle_at(AT_FDCWD, MNT "/dir/small", &handle.head,
				       &mount_id, 0));
	dir = open(MNT, O_RDONLY | O_DIRECTORY);
	ASSERT_LE(0, dir);
	fd = open_by_handle_at(dir, &handle.head, O_RDONLY);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(INO_SMALL, st.st_ino);
	close(fd);
	close(dir);
}

TEST_F(tarfs, refuses_a_device_without_superblock)
{
	memset(&self->image, 0, sizeof(self->image));
	EXPECT_EQ(-EINVAL, mount_image(&self->image));
}

TEST_F(tarfs, refuses_a_wrong_checksum)
{
	image_super(&self->image)->diff_id[0] ^= 1;
	EXPECT_EQ(-EINVAL, mount_image(&self->image));
}

TEST_F(tarfs, refuses_features_that_it_does_not_know)
{
	image_super(&self->image)->incompat = htole64(1);
	image_seal(&self->image);
	EXPECT_EQ(-EINVAL, mount_image(&self->image));
}

TEST_F(tarfs, refuses_a_section_outside_of_the_index)
{
	struct tarfs2_section *section =
		&image_super(&self->image)->sections[TARFS2_TARGETS];

	section->offset = htole64(sizeof(self->image));
	image_seal(&self->image);
	EXPECT_EQ(-EINVAL, mount_image(&self->image));
}

/* one corrupt record is EUCLEAN, and nothing else is */
TEST_F(tarfs, a_corrupt_inode_harms_no_other)
{
	struct stat st;

	image_inode(&self->image, INO_PLAIN)->size = htole64(1ULL << 40);
	ASSERT_EQ(0, mount_image(&self->image));
	EXPECT_EQ(-1, stat(MNT "/plain", &st));
	EXPECT_EQ(EUCLEAN, errno);
	EXPECT_EQ(0, stat(MNT "/dir/small", &st));
}

TEST_F(tarfs, an_entry_and_its_inode_have_one_type)
{
	struct stat st;

	image_inode(&self->image, INO_GONE)->mode = htole16(S_IFIFO | 0600);
	ASSERT_EQ(0, mount_image(&self->image));
	EXPECT_EQ(-1, lstat(MNT "/gone", &st));
	EXPECT_EQ(EUCLEAN, errno);
}

TEST_HARNESS_MAIN
