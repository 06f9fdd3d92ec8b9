// SPDX-License-Identifier: GPL-2.0
/*
 * Checking maps of sparse files and sets of attributes of format 2.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fsck.h"

static const char *map_fault(const struct reader_map *map,
			     const struct tarfs2_map *head,
			     const struct tarfs2_extent *first,
			     const struct tarfs2_extent *last)
{
	if (head->reserved)
		return "reserved field is not zero";
	if (first->stored)
		return "stored data do not begin at the start";
	if (le64toh(last->logical) != map->inode.size ||
	    le64toh(last->stored) != map->inode.stored)
		return "the last extent is not the end of the file";
	return NULL;
}

static int check_ends(struct fsck *f, const struct reader_map *map,
		      struct error *e)
{
	struct tarfs2_extent first, last;
	struct tarfs2_map head;
	const char *fault;
	int err;

	err = device_read(&f->d, map->inode.map, &head, sizeof(head), e);
	if (!err)
		err = device_read(&f->d, map->first, &first, sizeof(first), e);
	if (!err)
		err = device_read(&f->d, map->first + map->count *
				  sizeof(last), &last, sizeof(last), e);
	if (err)
		return err;
	fault = map_fault(map, &head, &first, &last);
	if (fault)
		problem(f, "%s, map: %s", inode_name(f, map->inode.ino),
			fault);
	return 0;
}

int check_map(struct fsck *f, const struct reader_inode *inode,
	      struct error *e)
{
	struct reader_piece piece;
	struct reader_map map;
	uint64_t i;
	int err;

	err = reader_map_open(&map, &f->d, inode, e);
	if (err)
		return blame_image(f, err, e);
	err = claim(f, TARFS2_MAPS, inode->map, sizeof(struct tarfs2_map) +
		    (map.count + 1) * sizeof(struct tarfs2_extent), inode->ino,
		    e);
	if (err <= 0)
		return err;
	for (i = 0; i < map.count; i++) {
		err = reader_map_piece(&map, i, &piece, e);
		if (err)
			return blame_image(f, err, e);
	}
	return check_ends(f, &map, e);
}

/* an inode that has attributes; sets that are shared are checked once */
struct set_user {
	uint64_t pos;
	uint32_t ino;
};

static int compare_users(const void *a, const void *b)
{
	const struct set_user *x = a, *y = b;

	if (x->pos != y->pos)
		return x->pos < y->pos ? -1 : 1;
	return x->ino < y->ino ? -1 : x->ino > y->ino;
}

static int find_users(struct fsck *f, struct set_user **users, size_t *count,
		      struct error *e)
{
	struct reader_inode inode;
	uint64_t ino;
	int err;

	*count = 0;
	*users = calloc(f->d.layout.inodes, sizeof(**users));
	if (!*users)
		return error_set(e, -ENOMEM, "out of memory");
	for (ino = 1; ino <= f->d.layout.inodes; ino++) {
		if (!f->notes[ino].mode)
			continue;
		err = reader_inode(&f->d, ino, &inode, e);
		if (err)
			return err;
		if (inode.xattrs)
			(*users)[(*count)++] = (struct set_user) {
				.pos = inode.xattrs,
				.ino = ino,
			};
	}
	qsort(*users, *count, sizeof(**users), compare_users);
	return 0;
}

static int check_record(struct fsck *f, const struct reader_xattrs *x,
			struct error *e)
{
	size_t used = sizeof(x->rec) + x->rec.name_len;
	size_t len = (used + 7) & ~7UL;
	uint64_t value = le64toh(x->rec.value);
	uint8_t pad[8];
	int err;

	err = claim(f, TARFS2_XATTRS, x->record_pos, len, x->ino, e);
	if (err > 0)
		err = claim(f, TARFS2_XATTRS, value, le32toh(x->rec.value_len),
			    x->ino, e);
	if (err <= 0)
		return err;
	if (value % 8)
		problem(f, "%s, attributes: value is not aligned",
			inode_name(f, x->ino));
	err = device_read(&f->d, x->record_pos + used, pad, len - used, e);
	if (err)
		return blame_image(f, err, e);
	if (!tarfs_all_zero(pad, len - used))
		problem(f, "%s, attributes: bytes behind a name are not zero",
			inode_name(f, x->ino));
	return 1;
}

static int check_records(struct fsck *f, struct reader_xattrs *x,
			 struct error *e)
{
	char last[READER_XATTR_NAME_MAX] = "";
	int prefix = 0, got;

	while ((got = reader_xattr_next(x, e)) > 0) {
		if (x->rec.prefix < prefix ||
		    (x->rec.prefix == prefix && strcmp(x->name, last) <= 0))
			problem(f, "%s, attributes: not in order",
				inode_name(f, x->ino));
		prefix = x->rec.prefix;
		memcpy(last, x->name, sizeof(last));
		got = check_record(f, x, e);
		if (got <= 0)
			return got;
	}
	return blame_image(f, got, e);
}

static int check_set(struct fsck *f, const struct set_user *user,
		     struct error *e)
{
	struct reader_inode inode;
	struct tarfs2_xattrs head;
	struct reader_xattrs x;
	int err;

	err = reader_inode(&f->d, user->ino, &inode, e);
	if (!err)
		err = device_read(&f->d, user->pos, &head, sizeof(head), e);
	if (err)
		return err;
	if (head.reserved)
		problem(f, "%s, attributes: reserved field is not zero",
			inode_name(f, user->ino));
	err = claim(f, TARFS2_XATTRS, user->pos, sizeof(head), user->ino, e);
	if (err <= 0)
		return err;
	err = reader_xattr_first(&x, &f->d, &inode, e);
	if (err)
		return blame_image(f, err, e);
	x.opaque = false;	/* a flag, which is in no set */
	return check_records(f, &x, e);
}

int check_xattrs(struct fsck *f, struct error *e)
{
	struct set_user *users;
	size_t count, i;
	int err;

	err = find_users(f, &users, &count, e);
	for (i = 0; i < count && !err; i++)
		if (!i || users[i].pos != users[i - 1].pos)
			err = check_set(f, &users[i], e);
	free(users);
	return err;
}
