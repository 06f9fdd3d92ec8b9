// SPDX-License-Identifier: GPL-2.0
/*
 * One bad block: EIO for the pages that need it and for no others, in each way
 * of reading; once the block is good again, all of them can be read.
 *
 *	error_test
 *
 * Needs the files bulk.2 and bulk.2.layout.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corrupt.h"
#include "guest.h"
#include "mapper.h"
#include "pages.h"
#include "tarfs_fs.h"

#define IMAGE		"bulk.2"
#define SECTOR		512
#define SMALL		300		/* small files */
#define LARGE		(500 * 1024)	/* bytes, of a large file */

static void check_ways(const struct layout_file *file, const struct damage *bad,
		       const char *what)
{
	static const struct damage none;
	unsigned int wrong;
	size_t i;
	int fd;

	for (i = 0; i < WAYS; i++) {
		drop_caches();
		fd = open_listed(file);
		wrong = ways[i].read(fd, file, bad);
		if (!ok(!wrong, "%s, %s, %s: only what needs it is EIO",
			file->path, what, ways[i].name))
			printf("# %u pages are not as they should be\n", wrong);
		close(fd);
	}
	fd = open_listed(file);
	ok(read_by_page(fd, file, &none), "%s, %s: a read of all of it reports EIO",
	   file->path, what);
	close(fd);
}

static void check_retry(const struct layout_file *file, const char *what)
{
	static const struct damage none;
	int fd = open_listed(file);

	ok(!read_by_mapping(fd, file, &none) && !read_by_page(fd, file, &none),
	   "%s, %s: mended, all of it is read", file->path, what);
	close(fd);
}

/* the block in the middle of the file's last piece */
static struct damage middle(const struct layout_file *file, uint64_t size)
{
	const struct piece *p = &file->pieces[file->count - 1];
	struct damage bad;

	bad.from = (p->at + p->len / 2) / size * size;
	bad.to = bad.from + size;
	return bad;
}

static void flip(const struct damage *bad)
{
	unsigned char byte;
	off_t at = bad->from + 1000;
	int fd = open(VICTIM, O_RDONLY | O_CLOEXEC);

	if (pread(fd, &byte, 1, at) != 1)
		give_up("cannot read the image");
	close(fd);
	byte ^= 0x10;
	swap_bytes(at, &byte, 1);
}

static void test_flipped(const struct layout_file *file)
{
	struct damage bad = middle(file, TARFS_BLOCK_SIZE);

	flip(&bad);
	check_ways(file, &bad, "a bit flipped");
	flip(&bad);
	check_retry(file, "a bit flipped");
}

/* @size: unreadable bytes */
static void test_unreadable(const struct layout_file *file, const char *loop,
			    uint64_t size)
{
	static const struct damage none;
	struct damage bad = middle(file, size);
	struct map_row rows[3];
	char device[32], what[32];

	snprintf(what, sizeof(what), "%llu bytes unreadable",
		 (unsigned long long)size);
	errno = map_device("bad", rows, rows_without(loop, &bad, rows), device);
	if (errno)
		give_up("cannot make a device with a bad block");
	must_mount(device, "/mnt");
	check_ways(file, &bad, what);
	errno = remap_device("bad", rows, rows_without(loop, &none, rows));
	if (errno)
		give_up("cannot mend the device");
	check_retry(file, what);
	if (unmount("/mnt"))
		give_up("cannot unmount");
	unmap_device("bad");
}

/* read all small files in tar order; Return: how many do not need @bad */
static unsigned int read_small(const struct damage *bad, unsigned int *wrong)
{
	static struct layout_file file;
	FILE *layout = open_layout(IMAGE);
	unsigned int good = 0;
	uint64_t page;
	int fd;

	*wrong = 0;
	while (next_file(layout, &file)) {
		if (file.size >= LARGE)
			continue;
		fd = open_listed(&file);
		*wrong += read_by_page(fd, &file, bad);
		close(fd);
		for (page = 0; page < pages_of(&file); page++)
			if (page_needs(&file, page, bad))
				break;
		good += page == pages_of(&file);
	}
	return good;
}

/* a block with bytes of several files, which are read ahead together */
static void test_small(void)
{
	static struct layout_file file;
	static const struct damage none;
	FILE *layout = open_layout(IMAGE);
	struct damage bad;
	unsigned int wrong, all, good;

	while (next_file(layout, &file) && strcmp(file.path, "small-150"))
		;
	fclose(layout);
	bad = middle(&file, TARFS_BLOCK_SIZE);
	flip(&bad);
	drop_caches();
	good = read_small(&bad, &wrong);
	ok(!wrong, "one after the other, only small files with a bad block are EIO");
	flip(&bad);
	all = read_small(&none, &wrong);
	ok(!wrong, "mended, all of the small files are read");
	ok(good < all, "the bad block had bytes of %u of %u files", all - good,
	   all);
}

static int stat_small(unsigned int number, struct stat *st)
{
	char path[64];

	snprintf(path, sizeof(path), "/mnt/small-%03u", number);
	return lstat(path, st) ? errno : 0;
}

/* a bad block of inodes: EIO for these; no error once it is mended */
static void test_inodes(const char *device, off_t data_size)
{
	struct tarfs2_super super;
	struct stat st;
	struct damage bad;
	uint64_t table, at;
	unsigned int i, wrong = 0, failed = 0;
	ino_t first;
	int err;

	read_super(VICTIM, data_size, &super);
	if (stat_small(0, &st) || unmount("/mnt"))
		give_up("no inodes");
	first = st.st_ino;
	table = super.sections[TARFS2_INODES].offset;
	bad.from = (table + (first + 150) * sizeof(struct tarfs2_inode)) /
		   TARFS_BLOCK_SIZE * TARFS_BLOCK_SIZE;
	bad.to = bad.from + TARFS_BLOCK_SIZE;
	flip(&bad);
	must_mount(device, "/mnt");
	for (i = 0; i < SMALL; i++) {
		at = table + (first + i - 1) * sizeof(struct tarfs2_inode);
		err = stat_small(i, &st);
		failed += err == EIO;
		wrong += err != (at >= bad.from && at < bad.to ? EIO : 0);
	}
	ok(!wrong && failed == TARFS_BLOCK_SIZE / sizeof(struct tarfs2_inode),
	   "a bad block of inodes: only these are EIO (%u)", failed);
	flip(&bad);
	for (wrong = 0, i = 0; i < SMALL; i++)
		wrong += !!stat_small(i, &st);
	ok(!wrong, "mended, all of them are there");
}

static void for_large_files(void (*test)(const struct layout_file *file))
{
	static struct layout_file file;
	FILE *layout = open_layout(IMAGE);

	while (next_file(layout, &file))
		if (file.size >= LARGE)
			test(&file);
}

static char loop[32];

static void test_bad_block(const struct layout_file *file)
{
	test_unreadable(file, loop, TARFS_BLOCK_SIZE);
	test_unreadable(file, loop, SECTOR);
}

int main(void)
{
	struct verity_image layer;
	char device[32];

	setlinebuf(stdout);
	find_image(IMAGE, &layer);
	take_victim(IMAGE);
	attach_loop(VICTIM, 0, loop);
	errno = set_up_verity(loop, &layer, device);
	if (errno)
		give_up("cannot set up dm-verity");
	must_mount(device, "/mnt");
	mark_log();
	for_large_files(test_flipped);
	test_small();
	test_inodes(device, layer.data_size);
	if (unmount("/mnt"))
		give_up("cannot unmount");
	remove_verity();
	for_large_files(test_bad_block);
	detach_loop(loop);
	ok(!log_lines("tarfs ("), "the driver does not complain of its own");
	return tap_done();
}
