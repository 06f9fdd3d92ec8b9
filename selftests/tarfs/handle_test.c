// SPDX-License-Identifier: GPL-2.0
/*
 * File handles stay valid when caches are dropped and after a new mount; forged
 * ones and those of other images are stale.
 *
 *	handle_test FORMAT
 *
 * Needs the disks plain.FORMAT and base.FORMAT.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

static const char *const paths[] = {
	"sizes/4097", "big/entry-04711", "names", "empty",
	"deep/00000000000000000000000000/11111111111111111111111111",
};

#define PATHS	(sizeof(paths) / sizeof(*paths))

static int mount_fd(void)
{
	int fd = open("/mnt", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		give_up("cannot open the mount");
	return fd;
}

/* does the handle open the file at @path? */
static bool opens(struct handle *handle, const char *path)
{
	int mount = mount_fd();
	int fd = open_by_handle_at(mount, &handle->head, O_RDONLY);
	struct stat got, want;
	char link[64], found[4096], expected[4096];
	ssize_t len;
	bool same;

	if (fd < 0) {
		close(mount);
		return false;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, found, sizeof(found) - 1);
	found[len < 0 ? 0 : len] = '\0';
	snprintf(expected, sizeof(expected), "/mnt/%s", path);
	/* a directory is connected, with its path; a file may not be */
	same = !fstat(fd, &got) && !fstatat(mount, path, &want, 0) &&
	       got.st_ino == want.st_ino &&
	       (!S_ISDIR(got.st_mode) || !strcmp(found, expected));
	if (!same)
		printf("# %s, not %s\n", found, expected);
	close(fd);
	close(mount);
	return same;
}

static void check_all(struct handle handles[PATHS], const char *when)
{
	size_t i;

	for (i = 0; i < PATHS; i++)
		ok(opens(&handles[i], paths[i]), "%.16s is opened by its handle%s",
		   paths[i], when);
}

static int open_forged(const struct handle *handle, size_t byte, int bits)
{
	struct handle forged = *handle;
	int fd;

	forged.room[byte] ^= bits;
	fd = open_by_handle_at(mount_fd(), &forged.head, O_RDONLY);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* a handle: an inode number and a generation, 32 bits each */
static void test_forged(const struct handle *handle)
{
	ok(open_forged(handle, 3, 0x7f) == ESTALE,
	   "an impossible inode number is stale");
	ok(open_forged(handle, 4, 0x01) == ESTALE,
	   "another generation is stale");
}

/*
 * A handle is stale in another image that has an inode of that number, since
 * generations differ.
 */
static void test_other(const struct handle *handle)
{
	struct handle other = *handle;
	int mount, fd;

	must_mount(disk("base.2"), "/mnt");
	mount = mount_fd();
	fd = open_by_handle_at(mount, &other.head, O_RDONLY);
	ok(fd < 0 && errno == ESTALE, "a handle of another image is stale");
	ok(!make_handle(mount, "kept", &other) && opens(&other, "kept"),
	   "one of its own is not");
	close(mount);
	leave("/mnt");
}

int main(int argc, char **argv)
{
	static struct handle handles[PATHS];
	char image[32];
	int mount;
	size_t i;

	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	snprintf(image, sizeof(image), "plain.%s", argv[1]);
	mark_log();
	must_mount(disk(image), "/mnt");
	mount = mount_fd();
	for (i = 0; i < PATHS; i++)
		ok(!make_handle(mount, paths[i], &handles[i]),
		   "%.16s has a handle", paths[i]);
	close(mount);
	check_all(handles, "");
	drop_caches();
	check_all(handles, ", with cold caches");
	leave("/mnt");
	must_mount(disk(image), "/mnt");
	check_all(handles, ", after a new mount");
	test_forged(&handles[0]);
	leave("/mnt");
	if (argv[1][0] == '2')
		test_other(&handles[0]);
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
