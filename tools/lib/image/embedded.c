// SPDX-License-Identifier: GPL-2.0
/*
 * Find superblocks and trailers inside a data device, which readers would use
 * if the device were truncated after them.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A superblock of format 2 records its position, and a trailer is zero but for
 * 16 bytes.  A superblock of format 1 is any two numbers that fit the device:
 * the first driver ignores the rest of the block.  One block in thirty of an
 * ordinary layer qualifies, in symbol tables for example.  The driver then
 * reads the first inode of the table and mounts it only if it is a directory.
 * So read that record back, which precedes the block, and decide by it and by
 * the entries of the directory.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tarfs_host.h"
#include "embedded.h"
#include "embedded_private.h"

#define SUPER_AT	(TARFS_BLOCK_SIZE - TARFS_SUPER_SIZE)
#define PENDING_MAX	65536	/* candidates, before resolving them */

static const struct warning_kind embedded_superblock = {
	.name	= "embedded-superblock",
	.text	= "superblocks or trailers inside: cut off there, the image is another one",
};

enum verdict {
	NOTHING,
	FOUND,
	ROOT_DECIDES,
};

/**
 * struct embedded - state of a scan
 * @pos: number of bytes scanned
 * @super: end of the current block, which may arrive in pieces; aligned
 * @verdict: on @last
 * @last: candidate at the end of the last complete block, which may be the
 *	device's own superblock
 * @pending: candidates whose first inode may not be readable yet
 * @count: number of candidates in @pending
 * @found: number of superblocks and trailers found
 * @first: byte offset of the first one found
 */
struct embedded {
	struct embedded_file file;
	uint64_t pos;
	uint8_t super[TARFS_SUPER_SIZE] __attribute__((aligned(8)));
	enum verdict verdict;
	struct embedded_super1 last;
	struct embedded_super1 *pending;
	size_t count;
	size_t room;
	uint64_t found;
	uint64_t first;
};

int embedded_new(struct embedded **em, int fd, const char *name,
		 struct error *e)
{
	*em = calloc(1, sizeof(**em));
	if (!*em)
		return error_set(e, -ENOMEM, "out of memory");
	(*em)->file = (struct embedded_file){
		.fd = fd,
		.name = name,
	};
	return 0;
}

void embedded_free(struct embedded *em)
{
	if (!em)
		return;
	free(em->pending);
	free(em);
}

/* ignore version and checksum: it was made to be found at this position */
static bool is_super2(const struct tarfs2_super *ds, uint64_t end)
{
	return le64toh(ds->magic) == TARFS2_MAGIC &&
	       le64toh(ds->data_size) == end;
}

/* check what the first driver checks, which is less than tarfs1_read_super() */
static bool is_super1(const struct tarfs1_super *ds, uint64_t end)
{
	uint64_t table = le64toh(ds->inode_table);
	uint64_t inodes = le64toh(ds->inodes);

	return inodes && table < end &&
	       inodes <= (end - table) / sizeof(struct tarfs1_inode);
}

/* classify @super as the last bytes of a device that ends at @s->end */
static enum verdict look(const void *super, struct embedded_super1 *s)
{
	const struct tarfs1_super *super1 = super;
	uint64_t data_size;

	if (is_super2(super, s->end) ||
	    tarfs_is_trailer(super, s->end, &data_size))
		return FOUND;
	s->table = le64toh(super1->inode_table);
	s->inodes = le64toh(super1->inodes);
	return is_super1(super1, s->end) ? ROOT_DECIDES : NOTHING;
}

static void add_found(struct embedded *em, const struct embedded_super1 *s)
{
	uint64_t at = s->end - TARFS_SUPER_SIZE;

	if (!em->found++ || at < em->first)
		em->first = at;
}

static int add_pending(struct embedded *em, struct error *e)
{
	size_t room = em->room ? 2 * em->room : 1024;
	struct embedded_super1 *list;

	if (em->count == em->room) {
		list = reallocarray(em->pending, room, sizeof(*list));
		if (!list)
			return error_set(e, -ENOMEM, "out of memory");
		em->pending = list;
		em->room = room;
	}
	em->pending[em->count++] = em->last;
	return 0;
}

/* the device does not end after the last block: keep its candidate */
static int keep_last(struct embedded *em, struct error *e)
{
	enum verdict verdict = em->verdict;

	em->verdict = NOTHING;
	if (verdict == FOUND)
		add_found(em, &em->last);
	return verdict == ROOT_DECIDES ? add_pending(em, e) : 0;
}

/* scan at most to the end of the block; return the number of bytes consumed */
static size_t scan_part(struct embedded *em, const uint8_t *buf, size_t len)
{
	size_t in = em->pos % TARFS_BLOCK_SIZE, left = SUPER_AT - in;

	if (in < SUPER_AT) {
		if (len > left)
			len = left;
		em->pos += len;
		return len;
	}
	left = TARFS_BLOCK_SIZE - in;
	if (len > left)
		len = left;
	em->pos += len;
	memcpy(em->super + (in - SUPER_AT), buf, len);
	if (len == left) {
		em->last.end = em->pos;
		em->verdict = look(em->super, &em->last);
	}
	return len;
}

int embedded_scan(struct embedded *em, const void *buf, size_t len,
		  struct error *e)
{
	const uint8_t *p = buf;
	size_t part;
	int err;

	for (; len; p += part, len -= part) {
		if (em->verdict != NOTHING) {
			err = keep_last(em, e);
			if (err)
				return err;
		}
		part = scan_part(em, p, len);
	}
	return em->count >= PENDING_MAX;
}

int embedded_resolve(struct embedded *em, uint64_t written, struct error *e)
{
	size_t i, kept = 0;
	int ret;

	for (i = 0; i < em->count; i++) {
		const struct embedded_super1 s = em->pending[i];

		if (s.end > written) {
			em->pending[kept++] = s;
			continue;
		}
		ret = embedded_root1(&em->file, &s, e);
		if (ret < 0)
			return ret;
		if (ret)
			add_found(em, &s);
	}
	em->count = kept;
	return 0;
}

int embedded_warn(const struct embedded *em, struct warnings *w,
		  struct error *e)
{
	if (warnings_add_at(w, &embedded_superblock, em->found, em->first))
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}
