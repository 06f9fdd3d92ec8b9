// SPDX-License-Identifier: GPL-2.0
/*
 * Sparse files: SEEK_DATA, SEEK_HOLE, FIEMAP and all ways to read agree with
 * the tar's maps.
 *
 *	sparse_test IMAGE [maps]
 *
 * IMAGE is a disk, and IMAGE.layout has the maps; with "maps" no data are
 * compared, since they follow no pattern.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "layout.h"

#define STEP		(1 << 16)
#define MANY		LAYOUT_PIECES
#define WHOLE		(4 << 20)	/* bytes of a file that is read whole */

static unsigned int seed = 1;
static unsigned char want[STEP], found[STEP];

static struct {
	struct fiemap head;
	struct fiemap_extent extents[MANY];
} map;

/* a random offset, mostly close to where data begin or end */
static uint64_t somewhere(const struct layout_file *file)
{
	const struct piece *p;
	uint64_t at;

	if (!file->count || rand_r(&seed) % 4 == 0)
		return (uint64_t)rand_r(&seed) * 7919 % (file->size + 1);
	p = &file->pieces[rand_r(&seed) % file->count];
	at = p->from + (rand_r(&seed) & 1 ? p->len : 0);
	at += rand_r(&seed) % 10000;
	return at < 5000 ? 0 : at - 5000;
}

static bool seeks_well(int fd, const struct layout_file *file, uint64_t pos)
{
	off_t data, hole;

	data = lseek(fd, pos, SEEK_DATA);
	if (data < 0)
		data = -errno;
	hole = lseek(fd, pos, SEEK_HOLE);
	if (hole < 0)
		hole = -errno;
	return data == due_seek(file->pieces, file->count, file->size, pos,
				SEEK_DATA) &&
	       hole == due_seek(file->pieces, file->count, file->size, pos,
				SEEK_HOLE);
}

static void check_seek(int fd, const struct layout_file *file)
{
	unsigned int wrong = 0, i;
	uint64_t at;
	size_t j;

	for (j = 0; j < file->count; j++)
		for (at = 0; at < 3; at++) {
			const struct piece *p = &file->pieces[j];

			wrong += p->from + at >= 1 &&
				 !seeks_well(fd, file, p->from + at - 1);
			wrong += !seeks_well(fd, file,
					     p->from + p->len + at - 1);
		}
	for (i = 0; i < 100; i++)
		wrong += !seeks_well(fd, file, somewhere(file));
	for (at = 0; at < 3; at++)
		wrong += !seeks_well(fd, file, at) ||
			 !seeks_well(fd, file, file->size + at - 1);
	ok(!wrong, "%s: SEEK_DATA and SEEK_HOLE", file->path);
}

static bool ask(int fd, uint64_t start, uint64_t len, unsigned int room)
{
	memset(&map.head, 0, sizeof(map.head));
	map.head.fm_start = start;
	map.head.fm_length = len;
	map.head.fm_extent_count = room;
	return !ioctl(fd, FS_IOC_FIEMAP, &map);
}

/* is extent @i of the reply piece @j? */
static bool is_piece(unsigned int i, const struct layout_file *file, size_t j)
{
	const struct fiemap_extent *e = &map.extents[i];
	const struct piece *p = &file->pieces[j];
	bool last = e->fe_flags & FIEMAP_EXTENT_LAST;

	return e->fe_logical == p->from && e->fe_length == p->len &&
	       e->fe_physical == p->at && last == (j + 1 == file->count) &&
	       !(e->fe_flags & (FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC |
				FIEMAP_EXTENT_ENCODED));
}

/* does FIEMAP return the pieces in @len bytes from @start, at most @room? */
static bool maps_well(int fd, const struct layout_file *file, uint64_t start,
		      uint64_t len, unsigned int room)
{
	unsigned int count = 0;
	size_t i;

	if (!ask(fd, start, len, room))
		return false;
	for (i = 0; i < file->count; i++) {
		const struct piece *p = &file->pieces[i];

		if (p->from + p->len <= start)
			continue;
		if (p->from >= start + len || (room && count == room))
			break;
		if (room && !is_piece(count, file, i))
			return false;
		count++;
	}
	return map.head.fm_mapped_extents == count;
}

static void check_map(int fd, const struct layout_file *file)
{
	unsigned int wrong, i;

	ok(maps_well(fd, file, 0, INT64_MAX, MANY), "%s: FIEMAP tells all",
	   file->path);
	ok(maps_well(fd, file, 0, INT64_MAX, 0), "%s: FIEMAP counts",
	   file->path);
	for (wrong = 0, i = 0; i < 100; i++)
		wrong += !maps_well(fd, file, somewhere(file),
				    1 + rand_r(&seed) % 20000,
				    1 + rand_r(&seed) % 5);
	ok(!wrong, "%s: FIEMAP tells a part", file->path);
}

static void check_blocks(int fd, const struct layout_file *file)
{
	struct stat st;

	ok(!fstat(fd, &st) && (uint64_t)st.st_size == file->size &&
	   (uint64_t)st.st_blocks == (file->stored + 511) / 512,
	   "%s: size and blocks", file->path);
}

/* are the @len bytes of @got the file's content at @at? */
static bool is_right(const struct layout_file *file, uint64_t at, size_t len,
		     const unsigned char *got)
{
	expect(file, at, len, want);
	return !memcmp(got, want, len);
}

static bool reads_well(int fd, const struct layout_file *file, uint64_t at,
		       size_t len)
{
	ssize_t got = pread(fd, found, len, at);

	return got == (ssize_t)due(file, at, len) &&
	       is_right(file, at, got, found);
}

static void check_reads(int fd, const struct layout_file *file)
{
	unsigned int wrong, i;
	uint64_t at;

	drop_pages(fd);
	for (wrong = 0, i = 0; i < 50; i++)
		wrong += !reads_well(fd, file, somewhere(file),
				     rand_r(&seed) % 40000);
	ok(!wrong, "%s: reads at random places", file->path);
	if (file->size > WHOLE)
		return;
	drop_pages(fd);
	for (wrong = 0, at = 0; at < file->size; at += STEP)
		wrong += !reads_well(fd, file, at, STEP);
	ok(!wrong, "%s: reads one after the other", file->path);
}

static bool mapping_is_right(int fd, const struct layout_file *file,
			     uint64_t at)
{
	size_t len = due(file, at, STEP);
	unsigned char *bytes;
	bool good;

	if (!len)
		return true;
	bytes = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, at);
	if (bytes == MAP_FAILED)
		return false;
	good = is_right(file, at, len, bytes);
	for (; good && len & (PAGE - 1); len++)
		good = !bytes[len];
	munmap(bytes, len);
	return good;
}

static void check_mapping(int fd, const struct layout_file *file)
{
	unsigned int wrong = 0, i;

	drop_pages(fd);
	for (i = 0; i < 20; i++)
		wrong += !mapping_is_right(fd, file,
					   somewhere(file) / PAGE * PAGE);
	ok(!wrong, "%s: mappings of random places", file->path);
}

/* @spliced: by splice(2), else by sendfile(2) */
static bool pipe_gets(int fd, const int ends[2], const struct layout_file *file,
		      uint64_t at, bool spliced)
{
	size_t len = due(file, at, 1 + rand_r(&seed) % (15 * PAGE));
	off_t from = at;
	ssize_t sent, got;

	while (len) {
		sent = spliced ? splice(fd, &from, ends[1], NULL, len, 0) :
				 sendfile(ends[1], fd, &from, len);
		if (sent <= 0)
			return false;
		got = read(ends[0], found, sizeof(found));
		if (got != sent || !is_right(file, at, got, found))
			return false;
		at += got;
		len -= got;
	}
	return true;
}

static void check_pipes(int fd, const struct layout_file *file)
{
	unsigned int wrong = 0, i;
	int ends[2];

	if (pipe(ends))
		give_up("no pipe");
	drop_pages(fd);
	for (i = 0; i < 20; i++)
		wrong += !pipe_gets(fd, ends, file, somewhere(file), i & 1);
	ok(!wrong, "%s: through a pipe", file->path);
	close(ends[0]);
	close(ends[1]);
}

int main(int argc, char **argv)
{
	static struct layout_file file;
	bool maps = argc == 3 && !strcmp(argv[2], "maps");
	FILE *layout;
	int fd;

	if (argc != 2 + maps)
		return 2;
	setlinebuf(stdout);
	layout = open_layout(argv[1]);
	mark_log();
	must_mount(disk(argv[1]), "/mnt");
	while (next_file(layout, &file)) {
		drop_caches();
		fd = open_listed(&file);
		check_blocks(fd, &file);
		check_seek(fd, &file);
		check_map(fd, &file);
		if (!maps) {
			check_reads(fd, &file);
			check_mapping(fd, &file);
			check_pipes(fd, &file);
		}
		close(fd);
	}
	ok(!unmount("/mnt"), "unmounts");
	ok(!log_lines("tarfs ("), "the kernel's log has no complaint");
	return tap_done();
}
