// SPDX-License-Identifier: GPL-2.0
/*
 * Check maps of sparse files and sets of attributes of format 2.
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

/*
 * struct set_user - an inode with attributes
 * @kind: type and flags, which decide what is valid in the set; a shared set is
 *	checked once for each kind
 */
struct set_user {
	uint64_t pos;
	uint32_t ino;
	uint32_t kind;
};

static int compare_users(const void *a, const void *b)
{
	const struct set_user *x = a, *y = b;

	if (x->pos != y->pos)
		return x->pos < y->pos ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
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
				.kind = (uint32_t)inode.flags << 16 |
					(inode.mode & S_IFMT),
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
	err = device_read(&f->d, x->record_pos + used, pad, len - used, e);
	if (err)
		return blame_image(f, err, e);
	if (!tarfs_all_zero(pad, len - used))
		problem(f, "%s, attributes: bytes behind a name are not zero",
			inode_name(f, x->ino));
	return 1;
}

/* Validate the value of an ACL; the kernel parses no others. */
static int check_value(struct fsck *f, struct reader_xattrs *x,
		       struct error *e)
{
	static uint8_t value[TARFS2_XATTR_VALUE_MAX];

	if (!tarfs2_xattr_flag(x->rec.prefix))
		return 0;
	return blame_image(f, reader_xattr_value(x, value, e), e);
}

/*
 * Check the records of a set; @shared: they have been claimed for another
 * inode.
 */
static int check_records(struct fsck *f, struct reader_xattrs *x, bool shared,
			 struct error *e)
{
	char last[READER_XATTR_NAME_MAX] = "";
	uint16_t acls = TARFS2_INODE_ACL | TARFS2_INODE_DEFAULT;
	int prefix = 0, got;

	acls &= x->flags;
	while ((got = reader_xattr_next(x, e)) > 0) {
		if (x->rec.prefix < prefix ||
		    (x->rec.prefix == prefix && strcmp(x->name, last) <= 0))
			problem(f, "%s, attributes: not in order",
				inode_name(f, x->ino));
		prefix = x->rec.prefix;
		acls &= ~tarfs2_xattr_flag(prefix);
		memcpy(last, x->name, sizeof(last));
		got = shared ? 1 : check_record(f, x, e);
		if (got <= 0)
			return got;
		got = check_value(f, x, e);
		if (got)
			return got;
	}
	if (!got && acls)
		problem(f, "%s, attributes: no ACL as its flag says",
			inode_name(f, x->ino));
	return blame_image(f, got, e);
}

static int claim_set(struct fsck *f, const struct reader_inode *inode,
		     struct error *e)
{
	return claim(f, TARFS2_XATTRS, inode->xattrs,
		     sizeof(struct tarfs2_xattrs), inode->ino, e);
}

static int check_set(struct fsck *f, const struct set_user *user, bool shared,
		     struct error *e)
{
	struct reader_inode inode;
	struct reader_xattrs x;
	int err;

	err = reader_inode(&f->d, user->ino, &inode, e);
	if (err)
		return err;
	if (!shared) {
		err = claim_set(f, &inode, e);
		if (err <= 0)
			return err;
	}
	err = reader_xattr_first(&x, &f->d, &inode, e);
	if (err)
		return blame_image(f, err, e);
	x.opaque = false;	/* opaque is a flag of the inode, not a record */
	return check_records(f, &x, shared, e);
}

int check_xattrs(struct fsck *f, struct error *e)
{
	struct set_user *users;
	size_t count, i;
	int err;

	err = find_users(f, &users, &count, e);
	for (i = 0; i < count && !err; i++) {
		bool shared = i && users[i].pos == users[i - 1].pos;

		if (!shared || users[i].kind != users[i - 1].kind)
			err = check_set(f, &users[i], shared, e);
	}
	free(users);
	return err;
}
