// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of a sparse file that are made of many extents: one request reads a
 * page, however many extents there are, and reads nothing twice.
 *
 *	pieces_test
 *
 * Needs the files holes.2.data and holes.2.layout.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corrupt.h"
#include "guest.h"
#include "pages.h"
#include "tarfs_fs.h"
#include "trace.h"

#define DATA		"holes.2.data"
#define IMAGE		"holes.2"
#define MANY		"pax-1.0/many"

static struct layout_file file;
static unsigned char *content;		/* expected, of the file */

static void find_file(void)
{
	FILE *layout = open_layout(IMAGE);

	while (next_file(layout, &file) && strcmp(file.path, MANY))
		;
	fclose(layout);
	content = malloc(file.size);
	if (!content || strcmp(file.path, MANY))
		give_up("no file %s", MANY);
	expect(&file, 0, file.size, content);
}

/* the offset of the file's map in the image, from its inode */
static off_t find_map(off_t image_size)
{
	struct tarfs2_super super;
	struct tarfs2_inode inode;
	struct stat st;
	int fd = open(VICTIM, O_RDONLY | O_CLOEXEC);

	read_super(VICTIM, image_size, &super);
	if (stat("/mnt/" MANY, &st) ||
	    pread(fd, &inode, sizeof(inode),
		  super.sections[TARFS2_INODES].offset +
		  (st.st_ino - 1) * sizeof(inode)) < 0)
		give_up("no inode of %s", MANY);
	close(fd);
	return inode.file.map;
}

static void write_extent(off_t map, size_t i, uint64_t logical, uint64_t stored)
{
	struct tarfs2_extent e = { .logical = logical, .stored = stored };

	swap_bytes(map + sizeof(struct tarfs2_map) + i * sizeof(e),
		   (unsigned char *)&e, sizeof(e));
}

/* make every other byte an extent, and the rest of the data the last extent */
static void crumble(off_t map)
{
	unsigned char *stored = malloc(file.stored), *p = stored;
	size_t i, last = file.count - 1;

	for (i = 0; i < file.count; p += file.pieces[i++].len)
		memcpy(p, content + file.pieces[i].from, file.pieces[i].len);
	memset(content, 0, file.size);
	for (i = 0; i < last; i++) {
		write_extent(map, i, 2 * i, i);
		content[2 * i] = stored[i];
	}
	write_extent(map, last, 2 * last, last);
	memcpy(content + 2 * last, stored + last, file.stored - last);
	free(stored);
}

static bool page_is_right(int fd, uint64_t page)
{
	unsigned char found[PAGE];
	size_t len = due(&file, page * PAGE, PAGE);

	return pread(fd, found, PAGE, page * PAGE) == (ssize_t)len &&
	       !memcmp(found, content + page * PAGE, len);
}

/* read page after page, with the map in the cache */
static void check_pages(const char *device, unsigned int block, const char *what)
{
	unsigned int wrong = 0, dear = 0;
	int fd = open_listed(&file);
	struct requests r;
	uint64_t page;

	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	for (page = 0; page < pages_of(&file); page++)
		wrong += !page_is_right(fd, page);
	drop_pages(fd);
	watch_requests(device);
	for (page = 0; page < pages_of(&file); page++) {
		wrong += !page_is_right(fd, page);
		r = new_requests();
		dear += r.count > 1 || r.bytes > PAGE + block;
	}
	ok(!wrong, "%s, blocks of %u bytes: all is right", what, block);
	if (!ok(!dear, "%s, blocks of %u bytes: at most one request a page",
		what, block))
		printf("# %u pages cost more\n", dear);
	close(fd);
}

static void test_pieces(unsigned int block)
{
	off_t size = take_victim(DATA);
	char loop[32];

	find_file();
	attach_loop(VICTIM, block, loop);
	must_mount(loop, "/mnt");
	check_pages(loop, block, "pieces of 512 bytes");
	crumble(find_map(size));
	leave("/mnt");
	drop_caches();
	must_mount(loop, "/mnt");
	check_pages(loop, block, "pieces of a byte");
	ok(!unmount("/mnt"), "unmounts");
	detach_loop(loop);
	free(content);
}

int main(void)
{
	setlinebuf(stdout);
	mark_log();
	test_pieces(512);
	test_pieces(4096);
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
