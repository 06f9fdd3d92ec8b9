// SPDX-License-Identifier: GPL-2.0
/*
 * Which pages of a file need a bad block, and ways to read all pages.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"
#include "mapped.h"
#include "pages.h"

#define STEP		(32 * PAGE)

static unsigned char want[STEP], found[STEP];

bool page_needs(const struct layout_file *file, uint64_t page,
		const struct damage *bad)
{
	return pieces_need(file->pieces, file->count, page, bad);
}

uint64_t pages_of(const struct layout_file *file)
{
	return (file->size + PAGE - 1) / PAGE;
}

static bool page_is_right(int fd, const struct layout_file *file, uint64_t page,
			  const struct damage *bad)
{
	size_t len = due(file, page * PAGE, PAGE);
	ssize_t got = pread(fd, found, PAGE, page * PAGE);

	if (page_needs(file, page, bad))
		return got < 0 && errno == EIO;
	expect(file, page * PAGE, len, want);
	return got == (ssize_t)len && !memcmp(found, want, len);
}

/*
 * Ways to read a file.  Return: pages whose outcome is wrong.
 */

unsigned int read_by_page(int fd, const struct layout_file *file,
			  const struct damage *bad)
{
	unsigned int wrong = 0;
	uint64_t page;

	for (page = 0; page < pages_of(file); page++)
		wrong += !page_is_right(fd, file, page, bad);
	return wrong;
}

static unsigned int backwards(int fd, const struct layout_file *file,
			      const struct damage *bad)
{
	uint64_t page = pages_of(file);
	unsigned int wrong = 0;

	while (page--)
		wrong += !page_is_right(fd, file, page, bad);
	return wrong;
}

/* read the damaged page while those around it are cached or being read */
static unsigned int after_readahead(int fd, const struct layout_file *file,
				    const struct damage *bad)
{
	uint64_t page = 0;

	while (page < pages_of(file) && !page_needs(file, page, bad))
		page++;
	page = page < 64 ? 0 : page - 64;
	if (posix_fadvise(fd, page * PAGE, 128 * PAGE, POSIX_FADV_WILLNEED))
		return 1;
	return read_by_page(fd, file, bad);
}

/* read large steps, each up to the first page that cannot be read */
static unsigned int by_steps(int fd, const struct layout_file *file,
			     const struct damage *bad)
{
	unsigned int wrong = 0;
	uint64_t at = 0, end;
	ssize_t got;

	while (at < file->size) {
		for (end = at; end < at + STEP && end < file->size; end += PAGE)
			if (page_needs(file, end / PAGE, bad))
				break;
		got = pread(fd, found, STEP, at);
		if (end == at) {
			wrong += !(got < 0 && errno == EIO);
			at += PAGE;
			continue;
		}
		end = at + due(file, at, end - at);
		expect(file, at, end - at, want);
		wrong += got != (ssize_t)(end - at) ||
			 memcmp(found, want, end - at);
		at = end;
	}
	return wrong;
}

unsigned int read_by_mapping(int fd, const struct layout_file *file,
			     const struct damage *bad)
{
	unsigned char *map = mmap(NULL, file->size, PROT_READ, MAP_SHARED, fd,
				  0);
	unsigned int wrong = 0;
	uint64_t page, at;
	size_t len;

	if (map == MAP_FAILED)
		return 1;
	catch_bus_errors();
	for (page = 0; page < pages_of(file); page++) {
		at = page * PAGE;
		len = due(file, at, PAGE);
		expect(file, at, len, want);
		if (copy_mapped(found, map + at, len))
			wrong += page_needs(file, page, bad) ||
				 memcmp(found, want, len);
		else
			wrong += !page_needs(file, page, bad);
	}
	munmap(map, file->size);
	return wrong;
}

bool all_is_right(const char *image,
		  unsigned int (*read)(int fd, const struct layout_file *file,
				       const struct damage *bad))
{
	static const struct damage none;
	static struct layout_file file;
	FILE *layout = open_layout(image);
	bool good = true;
	int fd;

	while (next_file(layout, &file)) {
		if (!file.size)
			continue;
		fd = open_listed(&file);
		good &= !read(fd, &file, &none);
		close(fd);
	}
	return good;
}

const struct way ways[WAYS] = {
	{ read_by_page,		"page by page" },
	{ backwards,		"backwards" },
	{ after_readahead,	"with the surroundings in the cache" },
	{ by_steps,		"128 KiB at a time" },
	{ read_by_mapping,	"through a mapping" },
};
