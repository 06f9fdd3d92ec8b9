// SPDX-License-Identifier: GPL-2.0
/*
 * Readahead obeys read_ahead_kb of the device, also when it changes while
 * mounted, and POSIX_FADV_RANDOM.
 *
 *	ahead_test DISK
 *
 * DISK is the data device of bulk.2; needs the file bulk.2.layout.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guest.h"
#include "pages.h"
#include "resident.h"
#include "trace.h"

#define IMAGE		"bulk.2"
#define LARGE		"unaligned"
#define SMALL_MAX	300
#define KIB		1024
#define FACTOR		8		/* windows, over small files */

static struct layout_file large, small[SMALL_MAX];
static unsigned int small_count;
static const char *device;
static int block;			/* bytes */

static void find_device(const char *name)
{
	int fd;

	device = realpath(disk(name), NULL);
	fd = open(device, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, BLKSSZGET, &block))
		give_up("no block size of %s", name);
	close(fd);
}

static void find_files(void)
{
	static struct layout_file file;
	FILE *layout = open_layout(IMAGE);

	while (next_file(layout, &file)) {
		if (!strcmp(file.path, LARGE))
			large = file;
		if (!strncmp(file.path, "small-", 6) && file.size &&
		    small_count < SMALL_MAX)
			small[small_count++] = file;
	}
	if (!large.size || small_count < 100)
		give_up("no files in %s.layout", IMAGE);
}

/* Return: pages of the file that are in the page cache */
static size_t cached(const struct layout_file *file)
{
	char path[512];
	struct cached c;
	size_t count;

	snprintf(path, sizeof(path), "/mnt/%s", file->path);
	c = open_cached(path, pages_of(file));
	count = resident(&c);
	close_cached(&c);
	return count;
}

/* read all of a file, page by page, with @advice of posix_fadvise() */
static void read_file(const struct layout_file *file, int advice)
{
	static const struct damage none;
	int fd = open_listed(file);

	posix_fadvise(fd, 0, 0, advice);
	if (read_by_page(fd, file, &none))
		give_up("%s is not right", file->path);
	close(fd);
}

/* bytes of the device from the end of file @i to that of the last cached one */
static uint64_t ahead_of(unsigned int i)
{
	uint64_t end = small[i].pieces[0].at + small[i].size;
	unsigned int last;

	for (last = small_count - 1; last > i && !cached(&small[last]); last--)
		;
	return small[last].pieces[0].at + small[last].size - end;
}

/* the largest readahead while 40 files are read in order */
static uint64_t read_in_order(int advice)
{
	uint64_t most = 0, now;
	unsigned int i;

	drop_caches();
	for (i = 0; i < 40; i++) {
		read_file(&small[i], advice);
		now = ahead_of(i);
		if (now > most)
			most = now;
	}
	return most;
}

static void test_small(unsigned int kib)
{
	uint64_t most;

	set_read_ahead(device, kib);
	most = read_in_order(POSIX_FADV_NORMAL);
	ok(most <= FACTOR * kib * KIB,
	   "read_ahead_kb of %u: %llu bytes over small files", kib,
	   (unsigned long long)most);
	if (kib)
		ok(most, "read_ahead_kb of %u: small files are read ahead", kib);
}

static void test_random(void)
{
	set_read_ahead(device, 128);
	ok(!read_in_order(POSIX_FADV_RANDOM),
	   "random reads of small files: nothing is read ahead");
}

/* no more than the blocks of the pages that are read */
static void test_requests(void)
{
	struct requests r;
	uint64_t pages = 0;
	unsigned int i;

	set_read_ahead(device, 0);
	drop_caches();
	for (i = 0; i < 40; i++) {
		close(open_listed(&small[i]));
		pages += pages_of(&small[i]);
	}
	watch_requests(device);
	for (i = 0; i < 40; i++)
		read_file(&small[i], POSIX_FADV_NORMAL);
	r = new_requests();
	ok(r.count <= pages && r.bytes <= pages * (PAGE + block),
	   "read_ahead_kb of 0: %u requests and %llu bytes for %llu pages",
	   r.count, (unsigned long long)r.bytes, (unsigned long long)pages);
}

/* at most two windows: one that is being read, and the next one */
static void test_large(unsigned int kib)
{
	unsigned char buf[PAGE];
	uint64_t page, most = 0, now;
	int fd;

	set_read_ahead(device, kib);
	drop_caches();
	fd = open_listed(&large);
	for (page = 0; page < pages_of(&large); page++) {
		if (pread(fd, buf, PAGE, page * PAGE) <= 0)
			give_up("cannot read %s", LARGE);
		now = (cached(&large) - page - 1) * PAGE;
		if (now > most)
			most = now;
	}
	close(fd);
	ok(most <= 2 * kib * KIB,
	   "read_ahead_kb of %u: %llu bytes ahead in a large file", kib,
	   (unsigned long long)most);
	if (kib * KIB > PAGE)
		ok(most, "read_ahead_kb of %u: a large file is read ahead", kib);
}

/* sequential: no more is read twice than the block that two windows share */
static void test_cost(void)
{
	struct requests r;

	set_read_ahead(device, 128);
	drop_caches();
	close(open_listed(&large));
	watch_requests(device);
	read_file(&large, POSIX_FADV_NORMAL);
	r = new_requests();
	ok(r.bytes <= large.size + (r.count + 1) * block && r.count <= 24,
	   "a file of %llu bytes costs %u requests and %llu bytes",
	   (unsigned long long)large.size, r.count,
	   (unsigned long long)r.bytes);
}

/* the index: one page at a time without readahead, more with it */
static void test_index(unsigned int kib)
{
	struct requests r;

	set_read_ahead(device, kib);
	if (unmount("/mnt"))
		give_up("cannot unmount");
	drop_caches();
	must_mount(device, "/mnt");
	drop_caches();
	watch_requests(device);
	close(open_listed(&small[150]));
	r = new_requests();
	if (kib)
		ok(r.bytes > r.count * PAGE,
		   "read_ahead_kb of %u: the index in %u requests of %llu bytes",
		   kib, r.count, (unsigned long long)r.bytes);
	else
		ok(r.count && r.bytes == r.count * PAGE,
		   "read_ahead_kb of 0: %u pages of the index", r.count);
}

int main(int argc, char **argv)
{
	static const unsigned int sizes[] = { 128, 0, 16, 4, 512, 0, 128 };
	size_t i;

	if (argc != 2)
		return 2;
	setlinebuf(stdout);
	find_device(argv[1]);
	find_files();
	must_mount(device, "/mnt");
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		test_small(sizes[i]);
		test_large(sizes[i]);
	}
	test_random();
	test_requests();
	test_cost();
	test_index(0);
	test_index(128);
	set_read_ahead(device, 128);
	ok(!unmount("/mnt"), "unmounts");
	return tap_done();
}
