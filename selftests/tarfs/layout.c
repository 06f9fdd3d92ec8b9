// SPDX-License-Identifier: GPL-2.0
/*
 * The layout of a tar: where the data of its files are, and their content.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"
#include "layout.h"

FILE *open_layout(const char *image)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s.layout", image);
	f = fopen(path, "r");
	if (!f)
		give_up("no file %s", path);
	return f;
}

bool next_file(FILE *layout, struct layout_file *file)
{
	struct piece *p;
	uint64_t at;
	size_t i;

	if (fscanf(layout, "%255s %" SCNu64 " %" SCNu64 " %zu", file->path,
		   &file->size, &at, &file->count) != 4) {
		fclose(layout);
		return false;
	}
	if (file->count > LAYOUT_PIECES)
		give_up("too many pieces: %s", file->path);
	file->stored = 0;
	for (i = 0; i < file->count; i++) {
		p = &file->pieces[i];
		if (fscanf(layout, "%" SCNu64 " %" SCNu64, &p->from,
			   &p->len) != 2)
			give_up("broken layout: %s", file->path);
		p->at = at + file->stored;
		file->stored += p->len;
	}
	return true;
}

int open_listed(const struct layout_file *file)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "/mnt/%s", file->path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		give_up("cannot open %s", path);
	return fd;
}

size_t piece_at(const struct piece *pieces, size_t count, uint64_t at)
{
	size_t low = 0, high = count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (pieces[mid].from + pieces[mid].len > at)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

bool pieces_need(const struct piece *pieces, size_t count, uint64_t page,
		 const struct damage *bad)
{
	uint64_t start = page * PAGE, end = start + PAGE, from, to;
	const struct piece *p;
	size_t i;

	for (i = piece_at(pieces, count, start); i < count; i++) {
		p = &pieces[i];
		if (p->from >= end)
			break;
		from = p->from > start ? p->from : start;
		to = p->from + p->len < end ? p->from + p->len : end;
		if (p->at + (from - p->from) < bad->to &&
		    p->at + (to - p->from) > bad->from)
			return true;
	}
	return false;
}

off_t due_seek(const struct piece *pieces, size_t count, uint64_t size,
	       uint64_t at, int whence)
{
	const struct piece *p = pieces + piece_at(pieces, count, at);
	const struct piece *end = pieces + count;

	if (at >= size || (whence == SEEK_DATA && p == end))
		return -ENXIO;
	if (whence == SEEK_DATA)
		return p->from > at ? p->from : at;
	/* the end of the file is a hole */
	return p < end && p->from <= at ? p->from + p->len : at;
}

size_t bytes_due(uint64_t size, uint64_t at, size_t len)
{
	if (at >= size)
		return 0;
	return size - at < len ? size - at : len;
}

size_t due(const struct layout_file *file, uint64_t start, size_t len)
{
	return bytes_due(file->size, start, len);
}

void expect(const struct layout_file *file, uint64_t start, size_t len,
	    unsigned char *buf)
{
	size_t i;

	memset(buf, 0, len);
	for (i = 0; i < file->count; i++) {
		const struct piece *p = &file->pieces[i];
		uint64_t at = p->from > start ? p->from : start;
		uint64_t end = p->from + p->len;

		for (; at < end && at - start < len; at++)
			buf[at - start] = pattern(at);
	}
}
