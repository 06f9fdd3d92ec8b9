// SPDX-License-Identifier: GPL-2.0
/*
 * List extended attributes as getfattr(1) does.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>
#include <string.h>

#include "dump.h"

static int put_xattr(struct reader_xattrs *x, struct error *e)
{
	static uint8_t value[TARFS2_XATTR_VALUE_MAX];
	uint32_t len = le32toh(x->rec.value_len), i;
	int err;

	err = reader_xattr_value(x, value, e);
	if (err)
		return err;
	printf("%s=0x", mtree_name(x->name, strlen(x->name)));
	for (i = 0; i < len; i++)
		printf("%02x", value[i]);
	putchar('\n');
	return 0;
}

static int list_xattrs(void *ctx, const char *path,
		       const struct reader_inode *inode, struct error *e)
{
	bool any = inode->xattrs || inode->flags & TARFS2_INODE_OPAQUE;
	struct reader_xattrs x;
	int got;

	if (!any)
		return 0;
	printf("# file: %s\n", *path ? plain_name(path, strlen(path)) : ".");
	got = reader_xattr_first(&x, ctx, inode, e);
	while (!got && (got = reader_xattr_next(&x, e)) > 0)
		got = put_xattr(&x, e);
	putchar('\n');
	return got;
}

int dump_xattrs(struct device *d, const char *path, struct error *e)
{
	return reader_walk(d, path ? path : "", list_xattrs, d, e);
}
