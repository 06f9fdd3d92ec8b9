/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a tar has the data of its files, as listed by layout.py on the host.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_LAYOUT_H
#define TARFS_SELFTESTS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define LAYOUT_PIECES	2000

/* @from: byte offset in the file; @at: byte offset in the tar */
struct piece {
	uint64_t from;
	uint64_t len;
	uint64_t at;
};

/* unreadable bytes of the device; none if @to is 0 */
struct damage {
	uint64_t from;
	uint64_t to;
};

/*
 * These are for @count pieces of a file of @size bytes, in order, not empty, and
 * not touching.
 */

/* the first piece that ends beyond @at; @count if there is none */
size_t piece_at(const struct piece *pieces, size_t count, uint64_t at);
/* does a page of the file need a bad block? */
bool pieces_need(const struct piece *pieces, size_t count, uint64_t page,
		 const struct damage *bad);
/* expected result of SEEK_DATA or SEEK_HOLE: an offset or a negative errno */
off_t due_seek(const struct piece *pieces, size_t count, uint64_t size,
	       uint64_t at, int whence);
/* how many of @len bytes from @at on lie within the file */
size_t bytes_due(uint64_t size, uint64_t at, size_t len);

/* a regular file; pieces are in order, not empty, and do not touch */
struct layout_file {
	char path[256];
	uint64_t size;
	uint64_t stored;		/* bytes of all pieces */
	size_t count;
	struct piece pieces[LAYOUT_PIECES];
};

/* open IMAGE.layout; ends the test if there is none */
FILE *open_layout(const char *image);

/* read the next file; false at the end */
bool next_file(FILE *layout, struct layout_file *file);

/* the byte at @offset of any file of make_tars.py and make_holes.py */
static inline unsigned char pattern(uint64_t offset)
{
	return offset ^ offset >> 8 ^ offset >> 16;
}

/* open the file below /mnt; ends the test if it fails */
int open_listed(const struct layout_file *file);

/* how many of @len bytes from @start lie within the file */
size_t due(const struct layout_file *file, uint64_t start, size_t len);

/* fill @buf with the file's content from @start: the pattern; zeros in holes */
void expect(const struct layout_file *file, uint64_t start, size_t len,
	    unsigned char *buf);

#endif /* TARFS_SELFTESTS_LAYOUT_H */
