// SPDX-License-Identifier: GPL-2.0
/*
 * Read extended attributes of an image and validate them as the kernel does.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"
#include "tar/tar.h"

#define OPAQUE	"trusted.overlay.opaque"

static int broken(const struct reader_xattrs *x, const char *fault,
		  struct error *e)
{
	return error_set(e, -EUCLEAN, "inode %" PRIu32 ", attributes: %s",
			 x->ino, fault);
}

int reader_xattr_first(struct reader_xattrs *x, struct device *d,
		       const struct reader_inode *inode, struct error *e)
{
	struct tarfs2_xattrs set;
	const char *fault;
	int err;

	*x = (struct reader_xattrs) {
		.d = d,
		.ino = inode->ino,
		.mode = inode->mode,
		.flags = inode->flags,
		.opaque = inode->flags & TARFS2_INODE_OPAQUE,
	};
	if (!inode->xattrs)
		return 0;
	err = device_read(d, inode->xattrs, &set, sizeof(set), e);
	if (err)
		return err;
	fault = tarfs2_xattr_set_fault(&set);
	if (fault)
		return broken(x, fault, e);
	x->left = le32toh(set.count);
	x->pos = inode->xattrs + sizeof(set);
	return 0;
}

static uint64_t next_block(uint64_t pos)
{
	return (pos | (TARFS_BLOCK_SIZE - 1)) + 1;
}

/* read the record at x->pos; skip a gap that ends at the next block */
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
	fault = tarfs2_xattr_fault(&x->rec, x->record_pos, x->mode, x->flags,
				   &x->d->layout);
	if (fault)
		return broken(x, fault, e);
	err = device_read(x->d, x->pos + sizeof(x->rec), name,
			  x->rec.name_len, e);
	if (err)
		return err;
	fault = tarfs2_xattr_name_fault(x->rec.prefix, name, x->rec.name_len);
	if (fault)
		return broken(x, fault, e);
	snprintf(x->name, sizeof(x->name), "%s%.*s",
		 tarfs2_xattr_prefix(x->rec.prefix), x->rec.name_len, name);
	x->pos += (sizeof(x->rec) + x->rec.name_len + 7) & ~7ULL;
	return 1;
}

/* validate an ACL as the kernel does, including that it agrees with the mode */
static int check_acl(const struct reader_xattrs *x, void *value,
		     struct error *e)
{
	const struct tar_string text = { value, le32toh(x->rec.value_len) };
	struct tar_acl_summary acl;

	if (tar_acl_check(&text, &acl, e))
		return broken(x, "malformed ACL", e);
	if (x->rec.prefix == TARFS2_XATTR_ACL_ACCESS &&
	    acl.mode != (x->mode & 0777))
		return broken(x, "ACL contradicts the mode", e);
	return 0;
}

int reader_xattr_value(struct reader_xattrs *x, void *value, struct error *e)
{
	int err;

	if (!x->rec.prefix) {
		*(char *)value = 'y';
		return 0;
	}
	err = device_read(x->d, le64toh(x->rec.value), value,
			  le32toh(x->rec.value_len), e);
	if (err || !tarfs2_xattr_flag(x->rec.prefix))
		return err;
	return check_acl(x, value, e);
}
