// SPDX-License-Identifier: GPL-2.0
/*
 * SEEK_DATA, SEEK_HOLE and FIEMAP agree with the maps of the tar.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guest.h"
#include "reads.h"

#define SEEKS		40
#define EXTENTS		64

static struct {
	struct fiemap head;
	struct fiemap_extent extents[EXTENTS];
} map;

static void check_seek(struct reads_visit *v, int fd, off_t at, int whence)
{
	const struct reads_file *file = v->file;
	off_t due = due_seek(file->pieces, file->count, file->size, at, whence);
	off_t found = lseek(fd, at, whence);

	if (found < 0)
		found = -errno;
	if (found != due)
		report_fault(v, at, "SEEK_%s is %" PRId64 ", not %" PRId64,
			     whence == SEEK_DATA ? "DATA" : "HOLE",
			     (int64_t)found, (int64_t)due);
}

static void check_seeks(struct reads_visit *v, int fd)
{
	uint64_t at;
	int i;

	for (i = 0; i < SEEKS; i++) {
		at = reads_edge(v->file, &v->chance);
		at += below(&v->chance, 2) ? below(&v->chance, 3) :
					     below(&v->chance, 8192);
		at = at ? at - 1 : 0;
		check_seek(v, fd, at, i & 1 ? SEEK_DATA : SEEK_HOLE);
	}
}

/* the extent must be what follows @at of a piece, or a part; return its end */
static uint64_t check_extent(struct reads_visit *v, uint64_t at,
			     const struct fiemap_extent *e)
{
	const struct reads_file *file = v->file;
	const struct piece *p = file->pieces +
				piece_at(file->pieces, file->count, at);
	uint64_t device;

	if (p == file->pieces + file->count) {
		report_fault(v, at, "FIEMAP has an extent at %" PRIu64 " behind all data",
			     (uint64_t)e->fe_logical);
		return UINT64_MAX;
	}
	if (p->from > at)
		at = p->from;
	device = p->at + (at - p->from);
	if (e->fe_logical != at || e->fe_physical != device ||
	    e->fe_length > p->from + p->len - at) {
		report_fault(v, at,
			     "FIEMAP has %" PRIu64 "+%" PRIu64 " at %" PRIu64 ", not %" PRIu64,
			     (uint64_t)e->fe_logical, (uint64_t)e->fe_length,
			     (uint64_t)e->fe_physical, device);
		return UINT64_MAX;
	}
	return at + e->fe_length;
}

/* walk the whole map, a few extents at a time */
static void check_fiemap(struct reads_visit *v, int fd)
{
	const struct reads_file *file = v->file;
	const struct piece *last = &file->pieces[file->count - 1];
	uint64_t at = 0;
	unsigned int i;

	do {
		memset(&map.head, 0, sizeof(map.head));
		map.head.fm_start = at;
		map.head.fm_length = FIEMAP_MAX_OFFSET - at;
		map.head.fm_extent_count = 1 + below(&v->chance, EXTENTS);
		if (ioctl(fd, FS_IOC_FIEMAP, &map)) {
			report_fault(v, at, "FIEMAP: %s", strerror(errno));
			return;
		}
		for (i = 0; i < map.head.fm_mapped_extents; i++)
			at = check_extent(v, at, &map.extents[i]);
	} while (i && at < UINT64_MAX &&
		 !(map.extents[i - 1].fe_flags & FIEMAP_EXTENT_LAST));
	if (at < (file->count ? last->from + last->len : 0))
		report_fault(v, at, "FIEMAP has no data from here on");
}

void visit_maps(struct reads_visit *v)
{
	struct reads_open o;

	open_reads(&o, v->file, v->bad.to, &v->chance);
	check_seeks(v, o.fd);
	check_fiemap(v, o.fd);
	close_reads(&o);
	__atomic_fetch_add(&tally->maps, 1, __ATOMIC_RELAXED);
}
