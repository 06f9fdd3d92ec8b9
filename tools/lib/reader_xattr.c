// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes of an image, judged as the kernel does it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"

#define OPAQUE	"trusted.overlay.opaque"

static const char *const prefixes[] = {
	[TARFS2_XATTR_USER]	   = "user.",
	[TARFS2_XATTR_TRUSTED]	   = "trusted.",
	[TARFS2_XATTR_SECURITY]	   = "security.",
	[TARFS2_XATTR_ACL_ACCESS]  = "system.posix_acl_access",
	[TARFS2_XATTR_ACL_DEFAULT] = "system.posix_acl_default",
};

static int broken(const struct reader_xattrs *x, const char *fault,
		  struct error *e)
{
	return error_set(e, -EUCLEAN, "inode %" PRIu32 ", attributes: %s",
			 x->ino, fault);
}

static bool in_section(const struct reader_xattrs *x, uint64_t pos,
		       uint64_t len)
{
	return tarfs_in_range(&x->d->layout.section[TARFS2_XATTRS], pos, len);
}

int reader_xattr_first(struct reader_xattrs *x, struct device *d,
		       const struct reader_inode *inode, struct error *e)
{
	struct tarfs2_xattrs set;
	int err;

	*x = (struct reader_xattrs) {
		.d = d,
		.ino = inode->ino,
		.flags = inode->flags,
		.opaque = inode->flags & TARFS2_INODE_OPAQUE,
	};
	if (!inode->xattrs)
		return 0;
	err = device_read(d, inode->xattrs, &set, sizeof(set), e);
	if (err)
		return err;
	x->left = le32toh(set.count);
	x->pos = inode->xattrs + sizeof(set);
	if (!x->left || x->left > TARFS2_XATTR_COUNT_MAX)
		return broken(x, "impossible count", e);
	return 0;
}

static const char *record_fault(const struct reader_xattrs *x)
{
	const struct tarfs2_xattr *rec = &x->rec;
	bool acl = rec->prefix == TARFS2_XATTR_ACL_ACCESS ||
		   rec->prefix == TARFS2_XATTR_ACL_DEFAULT;
	uint64_t len = sizeof(*rec) + rec->name_len;

	if (!rec->prefix || rec->prefix > TARFS2_XATTR_ACL_DEFAULT)
		return "unknown prefix";
	if (acl != !rec->name_len || rec->reserved)
		return "broken record";
	if (acl && !(x->flags & (TARFS2_INODE_ACL | TARFS2_INODE_DEFAULT)))
		return "ACL without the flag";
	if (!in_section(x, x->record_pos, len) ||
	    tarfs_straddles(x->record_pos, len))
		return "name outside the section";
	if (le32toh(rec->value_len) > TARFS2_XATTR_VALUE_MAX ||
	    !in_section(x, le64toh(rec->value), le32toh(rec->value_len)))
		return "value outside the section";
	return NULL;
}

static uint64_t next_block(uint64_t pos)
{
	return (pos | (TARFS_BLOCK_SIZE - 1)) + 1;
}

/* the record at x->pos, or behind the gap that is there */
static int read_record(struct reader_xattrs *x, struct error *e)
{
	int err;

	if (tarfs_straddles(x->pos, sizeof(x->rec)))
		x->pos = next_block(x->pos);
	err = device_read(x->d, x->pos, &x->rec, sizeof(x->rec), e);
	if (!err && !x->rec.prefix && x->pos % TARFS_BLOCK_SIZE) {
		x->pos = next_block(x->pos);
		err = device_read(x->d, x->pos, &x->rec, sizeof(x->rec), e);
	}
	x->record_pos = x->pos;
	return err;
}

int reader_xattr_next(struct reader_xattrs *x, struct error *e)
{
	char name[UINT8_MAX + 1];
	const char *fault;
	int err;

	if (x->opaque) {
		x->opaque = false;
		x->rec = (struct tarfs2_xattr) { .value_len = htole32(1) };
		strcpy(x->name, OPAQUE);
		return 1;
	}
	if (!x->left)
		return 0;
	x->left--;
	err = read_record(x, e);
	if (err)
		return err;
	fault = record_fault(x);
	if (fault)
		return broken(x, fault, e);
	err = device_read(x->d, x->pos + sizeof(x->rec), name,
			  x->rec.name_len, e);
	if (err)
		return err;
	if (memchr(name, 0, x->rec.name_len))
		return broken(x, "name contains NUL", e);
	snprintf(x->name, sizeof(x->name), "%s%.*s", prefixes[x->rec.prefix],
		 x->rec.name_len, name);
	x->pos += (sizeof(x->rec) + x->rec.name_len + 7) & ~7ULL;
	return 1;
}

int reader_xattr_value(struct reader_xattrs *x, void *value, struct error *e)
{
	if (x->rec.prefix)
		return device_read(x->d, le64toh(x->rec.value), value,
				   le32toh(x->rec.value_len), e);
	*(char *)value = 'y';
	return 0;
}
