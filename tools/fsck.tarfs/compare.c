// SPDX-License-Identifier: GPL-2.0
/*
 * Compare the index of an image with the one that its tar makes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "fsck.h"

#define VALUE_SIZE	40

/* two indexes: that of the image, and the expected one in @fd */
struct comparison {
	struct fsck *f;
	int fd;
	uint64_t start;
	uint64_t end;
};

/* Format a value of up to 8 bytes as a number; "" if it is longer. */
static void put_value(const uint8_t *bytes, size_t len, char text[VALUE_SIZE])
{
	uint64_t number = 0;

	if (len > sizeof(number)) {
		text[0] = '\0';
		return;
	}
	memcpy(&number, bytes, len);
	snprintf(text, VALUE_SIZE, " 0x%" PRIx64, le64toh(number));
}

static int read_both(struct comparison *c, uint64_t pos, size_t len,
		     uint8_t *is, uint8_t *should, struct error *e)
{
	int err;

	err = device_read(&c->f->d, pos, is, len, e);
	return err ? err : file_read_at(c->fd, "memory", should, len,
					pos - c->start, e);
}

/* Report a difference in the field with byte @pos; set *next to its end. */
static int report_difference(struct comparison *c, uint64_t pos, uint64_t *next,
			     struct error *e)
{
	char is_text[VALUE_SIZE], should_text[VALUE_SIZE];
	uint8_t is[8], should[8];
	struct place place;
	size_t len;
	int err;

	find_place(c->f, pos, &place);
	*next = place.end;
	len = place.end - place.start;
	is_text[0] = '\0';
	should_text[0] = '\0';
	if (len <= sizeof(is) && place.start >= c->start &&
	    place.end <= c->end) {
		err = read_both(c, place.start, len, is, should, e);
		if (err)
			return err;
		put_value(is, len, is_text);
		put_value(should, len, should_text);
	}
	if (is_text[0])
		problem(c->f, "byte %" PRIu64 ", %s: the index says%s, the tar makes it%s",
			pos, place.text, is_text, should_text);
	else
		problem(c->f, "byte %" PRIu64 ", %s: the index is not what the tar makes",
			pos, place.text);
	return 0;
}

/* Compare up to a block of both indexes; *next may lie behind it. */
static int compare_part(struct comparison *c, uint64_t pos, size_t len,
			uint64_t *next, struct error *e)
{
	uint8_t is[TARFS_BLOCK_SIZE], should[TARFS_BLOCK_SIZE];
	uint64_t at = pos;
	int err;

	*next = pos + len;
	err = read_both(c, pos, len, is, should, e);
	if (err || !memcmp(is, should, len))
		return err;
	/* count differences that are not shown by blocks */
	if (c->f->shown == FSCK_PROBLEMS_SHOWN) {
		problem(c->f, "differs");
		return 0;
	}
	while (!err && at < pos + len) {
		if (is[at - pos] == should[at - pos])
			at++;
		else
			err = report_difference(c, at, &at, e);
	}
	if (at > *next)
		*next = at;
	return err;
}

static int compare_range(struct comparison *c, uint64_t from, uint64_t to,
			 struct error *e)
{
	uint64_t left;
	int err = 0;

	while (from < to && !err) {
		left = to - from;
		err = compare_part(c, from, left < TARFS_BLOCK_SIZE ?
				   left : TARFS_BLOCK_SIZE, &from, e);
	}
	return err;
}

/* Compare the superblock first: the layout depends on it. */
int compare_index(struct fsck *f, int fd, uint64_t size, struct error *e)
{
	uint64_t there = f->d.layout.data_size - f->d.layout.tar_size;
	struct comparison c = {
		.f = f,
		.fd = fd,
		.start = f->d.layout.tar_size,
		.end = f->d.layout.tar_size + (size < there ? size : there),
	};
	uint64_t super = c.end;
	int err = 0;

	if (size != there)
		problem(f, "the index is %" PRIu64
			" bytes long, the tar makes one of %" PRIu64, there,
			size);
	else if (size >= TARFS_SUPER_SIZE)
		super = c.end - TARFS_SUPER_SIZE;
	err = compare_range(&c, super, c.end, e);
	return err ? err : compare_range(&c, c.start, super, e);
}
