// SPDX-License-Identifier: GPL-2.0
/*
 * Data of files are cached once: in the page cache of the file, and not in that
 * of the device as well.
 *
 *	cache_test IMAGE ordinary | sparse
 *
 * IMAGE is the disk of a data device, and IMAGE.layout says where its files
 * are.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"
#include "layout.h"
#include "resident.h"
#include "tarfs_fs.h"

/* Return: pages of the device with nothing but the tar in them */
static size_t tar_pages(const char *device)
{
	struct tarfs2_super super;

	read_super(device, 0, &super);
	return super.tar_size / PAGE;
}

static void read_pieces(const struct layout_file *file)
{
	static char buf[1 << 16];
	int fd = open_listed(file);
	uint64_t at, end;
	size_t i;

	for (i = 0; i < file->count; i++) {
		at = file->pieces[i].from;
		end = at + file->pieces[i].len;
		for (; at < end; at += sizeof(buf))
			if (pread(fd, buf, sizeof(buf), at) <= 0)
				give_up("cannot read %s", file->path);
	}
	close(fd);
}

/* read all sparse files, or all others; Return: bytes read */
static uint64_t read_files(const char *image, bool sparse)
{
	static struct layout_file file;
	FILE *layout = open_layout(image);
	uint64_t sum = 0;

	while (next_file(layout, &file)) {
		bool has_holes = file.stored < file.size;

		if (has_holes != sparse)
			continue;
		read_pieces(&file);
		sum += file.stored;
	}
	return sum;
}

static void test_files(const struct cached *c, const char *image, bool sparse)
{
	uint64_t bytes;

	drop_caches();
	bytes = read_files(image, sparse);
	ok(bytes && !resident(c), "%s: %llu bytes of %s files are in memory once", image,
	   (unsigned long long)bytes, sparse ? "sparse" : "ordinary");
	if (resident(c))
		printf("# %zu pages of the tar are in the device's cache\n",
		       resident(c));
}

/* does the number that must be zero rise when it has to? */
static void test_the_test(const struct cached *c)
{
	char byte;

	drop_caches();
	ok(!resident(c), "the device's cache is dropped");
	if (pread(c->fd, &byte, 1, c->pages / 2 * PAGE) != 1)
		give_up("cannot read the device");
	ok(resident(c), "what is read of the device is seen in its cache");
}

int main(int argc, char **argv)
{
	struct cached c;

	if (argc != 3)
		return 2;
	setlinebuf(stdout);
	must_mount(disk(argv[1]), "/mnt");
	c = open_cached(disk(argv[1]), tar_pages(disk(argv[1])));
	test_the_test(&c);
	test_files(&c, argv[1], !strcmp(argv[2], "sparse"));
	close_cached(&c);
	ok(!unmount("/mnt"), "unmounts");
	return tap_done();
}
