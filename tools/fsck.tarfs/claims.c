// SPDX-License-Identifier: GPL-2.0
/*
 * Account for the bytes of an index of format 2: which record uses them.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Records that take more bytes than their section has must overlap.  Refusing
 * them bounds the work by the size of the image.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "fsck.h"

static int add_claim(struct fsck *f, uint64_t start, uint64_t len,
		     uint32_t ino, struct error *e)
{
	struct claim *list;
	size_t room;

	if (f->claim_count == f->claim_room) {
		room = 2 * f->claim_room + 64;
		list = realloc(f->claims, room * sizeof(*list));
		if (!list)
			return error_set(e, -ENOMEM, "out of memory");
		f->claims = list;
		f->claim_room = room;
	}
	f->claims[f->claim_count++] = (struct claim) {
		.start = start,
		.end = start + len,
		.ino = ino,
	};
	return 1;
}

int claim(struct fsck *f, int section, uint64_t start, uint64_t len,
	  uint32_t ino, struct error *e)
{
	const struct tarfs_range *r = &f->d.layout.section[section];
	uint64_t size = r->end - r->start;

	if (!len)
		return 1;
	if (len > size - f->claimed[section]) {
		problem(f, "%s: records of section %d overlap",
			inode_name(f, ino), section);
		return 0;
	}
	f->claimed[section] += len;
	return add_claim(f, start, len, ino, e);
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->ino < y->ino ? -1 : x->ino > y->ino;
}

static int check_gap(struct fsck *f, uint64_t from, uint64_t to,
		     struct error *e)
{
	uint8_t buf[TARFS_BLOCK_SIZE];
	size_t part;
	int err;

	for (; from < to; from += part) {
		part = to - from < sizeof(buf) ? to - from : sizeof(buf);
		err = device_read(&f->d, from, buf, part, e);
		if (err)
			return err;
		if (tarfs_all_zero(buf, part))
			continue;
		problem(f, "bytes %" PRIu64 " to %" PRIu64
			" of the index belong to nothing and are not zero",
			from, from + part - 1);
		return 0;
	}
	return 0;
}

int check_claims(struct fsck *f, struct error *e)
{
	struct tarfs_range index = device_index(&f->d);
	uint64_t end = index.start;
	uint32_t owner = 0;
	size_t i;
	int err;

	if (f->claim_count)
		qsort(f->claims, f->claim_count, sizeof(*f->claims),
		      compare_claims);
	for (i = 0; i < f->claim_count; i++) {
		const struct claim *c = &f->claims[i];

		if (c->start < end)
			problem(f, "%s: a record at byte %" PRIu64
				" overlaps one of inode %" PRIu32,
				inode_name(f, c->ino), c->start, owner);
		err = check_gap(f, end, c->start, e);
		if (err)
			return err;
		if (c->end > end) {
			end = c->end;
			owner = c->ino;
		}
	}
	return check_gap(f, end, index.end, e);
}
