// SPDX-License-Identifier: GPL-2.0
/*
 * Files return the bytes of the tar by read, pread, mmap, sendfile and exec;
 * special files and permissions behave as on any file system.
 *
 *	file_test FORMAT
 *
 * Needs the disk plain.FORMAT; each byte of its files in sizes/ depends on its
 * offset, see pattern().
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "layout.h"

#define BIG		((1 << 20) + 3)
#define NOBODY		1000

static bool follows_pattern(const unsigned char *data, off_t start, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (data[i] != pattern(start + i))
			return false;
	return true;
}

static int open_size(int size)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/mnt/sizes/%d", size);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		give_up("cannot open %s", path);
	return fd;
}

/* read all of a file, @step bytes at a time */
static bool reads_well(int size, size_t step)
{
	static unsigned char buf[BIG + 4096];
	int fd = open_size(size);
	ssize_t len;
	int done = 0;

	while ((len = read(fd, buf, step)) > 0) {
		if (!follows_pattern(buf, done, len))
			break;
		done += len;
	}
	close(fd);
	return !len && done == size;
}

static void test_sizes(void)
{
	static const int sizes[] = { 0, 1, 511, 512, 513, 4095, 4096, 4097,
		8191, 65537, BIG };
	static const size_t steps[] = { 1000, 4096, 70000, BIG + 4096 };
	size_t i, j;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (j = 0; j < sizeof(steps) / sizeof(*steps); j++) {
			drop_caches();
			ok(reads_well(sizes[i], steps[j]),
			   "a file of %d bytes, %zu at a time", sizes[i],
			   steps[j]);
		}
}

/* read at random offsets, which @seed determines */
static bool random_reads(unsigned int seed, int count)
{
	static unsigned char buf[40000];
	int fd = open_size(BIG);
	bool good = true;

	while (good && count--) {
		off_t at = rand_r(&seed) % (BIG + 5000);
		size_t want = rand_r(&seed) % sizeof(buf);
		ssize_t due = at >= BIG ? 0 : BIG - at < (off_t)want ?
						BIG - at : (off_t)want;
		ssize_t len = pread(fd, buf, want, at);

		good = len == due && follows_pattern(buf, at, len);
	}
	close(fd);
	return good;
}

static void test_random_reads(void)
{
	int i, status, failed = 0;

	drop_caches();
	ok(random_reads(1, 500), "reads at random places");
	drop_caches();
	for (i = 0; i < 8; i++)
		if (!fork())
			_exit(!random_reads(i, 200));
	while (wait(&status) > 0)
		failed += !!status;
	ok(!failed, "eight processes read at random places at once");
}

static void test_mmap(void)
{
	int fd = open_size(BIG);
	unsigned char *map;
	int i;
	bool zero = true;

	drop_caches();
	map = mmap(NULL, BIG, PROT_READ, MAP_SHARED, fd, 0);
	if (!ok(map != MAP_FAILED, "a file is mapped"))
		return;
	ok(follows_pattern(map, 0, BIG), "the mapping has the content");
	for (i = BIG; i & 4095; i++)
		zero &= !map[i];
	ok(zero, "the rest of the last page is zero");
	munmap(map, BIG);

	map = mmap(NULL, BIG, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	map[12345] ^= 0xff;
	munmap(map, BIG);
	ok(reads_well(BIG, BIG), "writing to a private mapping changes nothing");
	ok(mmap(NULL, BIG, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) ==
	   MAP_FAILED, "no mapping for writing");
	close(fd);
}

static void test_seek(void)
{
	int fd = open_size(BIG);
	unsigned char byte;

	ok(lseek(fd, -1, SEEK_END) == BIG - 1 && read(fd, &byte, 1) == 1 &&
	   byte == pattern(BIG - 1), "the last byte, by SEEK_END");
	ok(!read(fd, &byte, 1), "the end is the end");
	ok(lseek(fd, 0, SEEK_DATA) == 0 && lseek(fd, 0, SEEK_HOLE) == BIG,
	   "all of it is data");
	ok(lseek(fd, BIG, SEEK_DATA) < 0 && errno == ENXIO,
	   "no data beyond the end");
	close(fd);
}

static void test_splice(void)
{
	static unsigned char buf[8191];
	int fd = open_size(8191);
	int ends[2];

	drop_caches();
	ok(!pipe(ends) && sendfile(ends[1], fd, NULL, 8191) == 8191 &&
	   read(ends[0], buf, sizeof(buf)) == 8191 &&
	   follows_pattern(buf, 0, 8191), "a file goes through a pipe");
	close(ends[0]);
	close(ends[1]);
	close(fd);
}

/* the program exits with the low byte of its effective user id */
static void test_exec(bool setuid_kept)
{
	char *argv[] = { "program", NULL };

	drop_caches();
	ok(!run_program("/mnt/bin/program", argv, 0), "a program is started");
	ok(run_program("/mnt/bin/program", argv, NOBODY) == (NOBODY & 0xff),
	   "a program is started by a user");
	ok(run_program("/mnt/bin/setuid", argv, NOBODY) ==
	   ((setuid_kept ? 1234 : NOBODY) & 0xff),
	   setuid_kept ? "setuid works" : "setuid is lost, as format 1 does");
	ok(run_program("/mnt/sizes/513", argv, 0) == 127,
	   "what is not executable is not started");
}

static void test_permissions(void)
{
	ok(!open_as(0, "/mnt/locked", O_RDONLY), "root opens a file of mode 0");
	ok(open_as(NOBODY, "/mnt/locked", O_RDONLY) == EACCES,
	   "a user does not open a file of mode 0");
	ok(!open_as(NOBODY, "/mnt/links-1", O_RDONLY),
	   "a user opens a file that all may read");
}

static void test_special(void)
{
	char buf[4096];

	ok(open("/mnt/null", O_RDWR) >= 0, "a device node opens its device");
	ok(open("/mnt/fifo", O_RDONLY | O_NONBLOCK) >= 0, "a fifo opens");
	ok(readlink("/mnt/long", buf, sizeof(buf)) == 4094,
	   "a link with a target of 4094 bytes");
	ok(readlink("/mnt/long", buf, 100) == 100,
	   "the first 100 bytes of a link with a longer target");
	ok(open("/mnt/short", O_RDONLY) >= 0, "a link is followed");
	ok(open("/mnt/short", O_RDONLY | O_NOFOLLOW) < 0 && errno == ELOOP,
	   "a link is not followed with O_NOFOLLOW");
	ok(open("/mnt/dangling", O_RDONLY) < 0 && errno == ENOENT,
	   "a link to nowhere leads nowhere");
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
	test_sizes();
	test_random_reads();
	test_mmap();
	test_seek();
	test_splice();
	test_exec(argv[1][0] == '2');
	test_permissions();
	test_special();
	leave("/mnt");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
