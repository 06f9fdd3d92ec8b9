/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which pages of a file need a bad block, and ways to read all pages.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_PAGES_H
#define TARFS_SELFTESTS_PAGES_H

#include "layout.h"

uint64_t pages_of(const struct layout_file *file);
bool page_needs(const struct layout_file *file, uint64_t page,
		const struct damage *bad);

/*
 * @read: read all of the file.  Return: pages that are neither right, nor EIO
 *	because they need a bad block
 */
struct way {
	unsigned int (*read)(int fd, const struct layout_file *file,
			     const struct damage *bad);
	const char *name;
};

#define WAYS		5

extern const struct way ways[WAYS];

unsigned int read_by_page(int fd, const struct layout_file *file,
			  const struct damage *bad);
unsigned int read_by_mapping(int fd, const struct layout_file *file,
			     const struct damage *bad);

/* do all files of IMAGE.layout, read in tar order, have the right content? */
bool all_is_right(const char *image,
		  unsigned int (*read)(int fd, const struct layout_file *file,
				       const struct damage *bad));

#endif /* TARFS_SELFTESTS_PAGES_H */
